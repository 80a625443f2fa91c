package dev.gatun.runtime.memory;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a thread: its innermost frame, whether it records gradients, and scratch for native calls. One
 * {@link ThreadLocal} read finds it all.
 */
public final class Context {
    private static final ThreadLocal<Context> CURRENT = ThreadLocal.withInitial(Context::new);

    private final Scratch scratch = new Scratch();
    private final Frames frames = new Frames();
    private boolean gradEnabled = true;
    private long sequence;
    private @Nullable IdentityHashMap<Storage, Integer> recorded;

    private Context() {
        Net.watch(this, frames);
    }

    /** This thread's context. */
    public static Context current() {
        return CURRENT.get();
    }

    /** The innermost open frame, or {@code null}. */
    public @Nullable Frame frame() {
        return frames.top;
    }

    Frames frames() {
        return frames;
    }

    /** Whether operations on this thread record what backward needs. */
    public boolean gradEnabled() {
        return gradEnabled;
    }

    /** Sets whether operations on this thread record what backward needs. */
    public void gradEnabled(boolean enabled) {
        gradEnabled = enabled;
    }

    /**
     * A number for what is recorded next: larger than this thread's before it.
     *
     * @param above a number that it must be larger than, too
     */
    public long nextSequence(long above) {
        sequence = Math.max(sequence, above) + 1;
        return sequence;
    }

    /**
     * Sets what a graph holds that this thread records.
     *
     * @param counts how often; {@code null} where none is recorded
     */
    public void recorded(@Nullable IdentityHashMap<Storage, Integer> counts) {
        recorded = counts;
    }

    /** How often a graph that this thread records holds a storage. */
    int recorded(Storage storage) {
        IdentityHashMap<Storage, Integer> counts = recorded;
        return counts == null ? 0 : counts.getOrDefault(storage, 0);
    }

    /** Native memory for what this thread passes by pointer, for one native call at a time. */
    Scratch scratch() {
        return scratch;
    }

    /**
     * The frames that are open on one thread, and its small free blocks. It does not point back at the context: when a
     * thread dies with a scope open, its context becomes unreachable and the net releases what they hold.
     */
    static final class Frames implements Counted {
        private @Nullable Magazine magazine;

        @Nullable
        Frame top;

        /** The thread's small free blocks of a pool; {@code null} where it keeps those of another one. */
        @Nullable
        Magazine magazine(MemoryPool pool) {
            Magazine own = magazine;
            if (own == null) {
                own = new Magazine(pool);
                pool.enlist(own);
                magazine = own;
            }
            return own.pool() == pool ? own : null;
        }

        @Override
        public void release() {
            for (Frame open = top; open != null; open = top) {
                open.releaseAll();
            }
            Magazine kept = magazine;
            if (kept != null) {
                kept.empty();
            }
        }
    }
}
