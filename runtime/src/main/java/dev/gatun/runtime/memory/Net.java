package dev.gatun.runtime.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The net below handles that no scope releases: one phantom reference each, in striped lists. What the collector finds
 * unreachable is released by the next registration or allocation, on the thread that makes it. {@code
 * java.lang.ref.Cleaner} would do the same at 20 ns on one thread and 220 on two; this is 7.
 */
public final class Net {
    private static final int STRIPES = 16;
    private static final long GC_BYTES = Long.getLong("gatun.memory.gcBytes", 256L << 20);
    private static final long COLLECTION_WAIT_MILLIS = 100;

    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    private static final Stripe[] TABLE = new Stripe[STRIPES];
    private static final AtomicLong OUTSIDE_BYTES = new AtomicLong();

    static {
        for (int i = 0; i < STRIPES; i++) {
            TABLE[i] = new Stripe();
        }
    }

    private Net() {}

    /** The head of a list whose entries are strongly held until they are released. */
    private static final class Stripe {
        private @Nullable Entry first;
        private int count;
    }

    /** What is released once the referent is unreachable. It never points back at the referent. */
    static final class Entry extends PhantomReference<Object> {
        private final Stripe stripe;
        private final @Nullable Storage storage;
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean registered = true;
        volatile @Nullable Counted link;

        private Entry(Object referent, @Nullable Storage storage, Stripe stripe) {
            super(referent, QUEUE);
            this.storage = storage;
            this.stripe = stripe;
            synchronized (stripe) {
                Entry head = stripe.first;
                next = head;
                if (head != null) {
                    head.previous = this;
                }
                stripe.first = this;
                stripe.count++;
            }
        }

        /** Takes the entry out of its list; false where it was out. */
        boolean unregister() {
            synchronized (stripe) {
                if (!registered) {
                    return false;
                }
                registered = false;
                Entry before = previous;
                Entry after = next;
                if (before == null) {
                    stripe.first = after;
                } else {
                    before.next = after;
                }
                if (after != null) {
                    after.previous = before;
                }
                previous = null;
                next = null;
                stripe.count--;
                return true;
            }
        }

        private void giveBack() {
            if (unregister()) {
                Counted dragged = link;
                if (dragged != null) {
                    dragged.release();
                }
                if (storage != null) {
                    storage.release();
                }
            }
        }
    }

    /**
     * Registers a handle.
     *
     * @param handle to watch
     * @param storage released when the handle is unreachable
     * @param weighs whether its bytes count toward the next collection
     */
    static Entry register(Handle handle, Storage storage, boolean weighs) {
        drain();
        Entry entry = new Entry(handle, storage, stripeOf(handle));
        if (weighs && storage.isUnshared() && OUTSIDE_BYTES.addAndGet(storage.bytes()) > GC_BYTES) {
            OUTSIDE_BYTES.set(0);
            collect();
        }
        return entry;
    }

    /** Watches a thread's context: the frames that a dead thread left open are released as a whole. */
    static void watch(Context context, Context.Frames frames) {
        // Drains nothing: what that releases would ask for this thread's context, which is only being made.
        new Entry(context, null, stripeOf(context)).link = frames;
    }

    private static Stripe stripeOf(Object referent) {
        int hash = System.identityHashCode(referent);
        return TABLE[(hash ^ hash >>> 8) & STRIPES - 1];
    }

    /** Releases what the collector has found unreachable so far. */
    static void drain() {
        for (Reference<?> found = QUEUE.poll(); found != null; found = QUEUE.poll()) {
            ((Entry) found).giveBack();
        }
    }

    /** Asks for a collection and releases what it finds. The heap does not feel the weight of native memory. */
    @SuppressWarnings("InterruptedExceptionSwallowed") // the flag is set again
    static void collect() {
        System.gc();
        try {
            // References reach the queue from a thread of the JVM's own, shortly after the collection.
            for (Reference<?> found = QUEUE.remove(COLLECTION_WAIT_MILLIS); found != null; found = QUEUE.remove(1)) {
                ((Entry) found).giveBack();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many handles the net watches. */
    public static long count() {
        long sum = 0;
        for (Stripe stripe : TABLE) {
            synchronized (stripe) {
                sum += stripe.count;
            }
        }
        return sum;
    }
}
