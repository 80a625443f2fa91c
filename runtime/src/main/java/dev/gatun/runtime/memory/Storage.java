package dev.gatun.runtime.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory, counted by the handles, graph nodes and running calls that use it. At zero it goes back to its
 * pool, or to the caller who lent it. A count that reached zero never rises again, so a late {@link #retain} fails
 * instead of reviving memory that somebody else may have by now.
 */
public final class Storage implements Counted {
    private static final int LENT = -1; // in the place of a size class; a pool has one below these
    private static final int FOREIGN = -3;

    /** Whose memory is used by its address, and who is told when nobody here uses it any more. */
    public interface Lender {
        /** Takes the memory back, on any thread, once; throws nothing. */
        void takeBack();

        /** The driver's handle of the stream in whose order a card's memory is used next; none where the host waits. */
        default OptionalLong stream() {
            return OptionalLong.empty();
        }
    }

    private static final VarHandle COUNT;
    private static final VarHandle VERSION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(Storage.class, "count", int.class);
            VERSION = lookup.findVarHandle(Storage.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemoryPool pool;
    private final long address;
    private final long bytes;
    private final int sizeClass;
    private final @Nullable Lender lender;

    // What is lent, else a bare address. Kept, since most arrays start here: 40 bytes less for each operand of a call.
    private final MemorySegment start;

    private MemoryPool.User @Nullable [] users; // out of the pool's order; guarded by this, null for nearly all

    // Not volatile, which would cost a barrier for each new storage: both are used through their handles alone.
    @SuppressWarnings("unused") // through COUNT
    private int count = 1;

    @SuppressWarnings("unused") // through VERSION
    private int version;

    /** A block of a pool; the creator holds the first count. */
    Storage(MemoryPool pool, long address, long bytes, int sizeClass) {
        this.pool = pool;
        this.address = address;
        this.bytes = bytes;
        this.sizeClass = sizeClass;
        this.lender = null;
        this.start = MemorySegment.ofAddress(address);
    }

    private Storage(MemoryPool pool, long address, long bytes, Lender lender) {
        this.pool = pool;
        this.address = address;
        this.bytes = bytes;
        this.sizeClass = FOREIGN;
        this.lender = lender;
        this.start = MemorySegment.ofAddress(address);
    }

    /** Memory that a caller lends: kept reachable, and its arena checked at each call, but never given back by us. */
    private Storage(MemoryPool pool, MemorySegment lent) {
        this.pool = pool;
        this.address = lent.address();
        this.bytes = lent.byteSize();
        this.sizeClass = LENT;
        this.lender = null;
        this.start = lent;
    }

    /**
     * A storage over a caller's native segment.
     *
     * @param pool of the device that can read it
     * @param segment native memory
     * @return a storage with one count, the caller's
     */
    public static Storage lend(MemoryPool pool, MemorySegment segment) {
        return new Storage(pool, segment);
    }

    /**
     * A storage over memory that somebody else owns, of whose end its owner is told and not asked.
     *
     * @param pool of the device that can read it
     * @param address where it begins
     * @param bytes how many there are
     * @param lender who takes it back
     * @return a storage with one count, the caller's
     */
    public static Storage borrow(MemoryPool pool, long address, long bytes, Lender lender) {
        return new Storage(pool, address, bytes, lender);
    }

    /** The pool, and with it the device, that the block belongs to. */
    public MemoryPool pool() {
        return pool;
    }

    /** Where the block starts, for backends alone. */
    public long address() {
        return address;
    }

    /** The usable bytes of the block, as they were asked for. */
    public long bytes() {
        return bytes;
    }

    /** Whether a caller lends the memory, so that its arena may be closed behind our back. */
    public boolean isLent() {
        return sizeClass == LENT;
    }

    /** Who lends the memory by its address; nobody where it is a pool's, or a segment. */
    public @Nullable Lender lender() {
        return lender;
    }

    /**
     * A segment for one native call. For lent memory it is a slice of the lender's, so that the call keeps the arena
     * open; for the pool's own it is a bare address.
     *
     * @param offset in bytes
     * @return a segment at that place
     */
    public MemorySegment at(long offset) {
        if (offset == 0) {
            return start;
        }
        return isLent() ? start.asSlice(offset) : MemorySegment.ofAddress(address + offset);
    }

    /** Whether this thread may use the memory now: always but for lent memory, whose arena decides. */
    boolean isAccessible() {
        return !isLent() || (start.scope().isAlive() && start.isAccessibleBy(Thread.currentThread()));
    }

    /**
     * Copies bytes to memory of the host, the heap's included, and waits until all are there.
     *
     * @param offset in bytes, with the target's length inside the block
     * @param target what is filled
     */
    public void read(long offset, MemorySegment target) {
        if (isLent()) {
            target.copyFrom(start.asSlice(offset, target.byteSize()));
        } else {
            pool.read(address + offset, target);
        }
    }

    /**
     * Copies bytes from memory of the host, which may be changed once this returns.
     *
     * @param source what is copied
     * @param offset in bytes, with the source's length inside the block
     */
    public void write(MemorySegment source, long offset) {
        if (isLent()) {
            start.asSlice(offset, source.byteSize()).copyFrom(source);
        } else {
            pool.write(source, address + offset);
        }
    }

    /**
     * Copies bytes from a storage of the host; without waiting where that is pinned.
     *
     * @param from that storage
     * @param fromOffset where in it, in bytes
     * @param offset in bytes, inside this block with what is copied
     * @param bytes how many
     */
    void write(Storage from, long fromOffset, long offset, long bytes) {
        pool.write(from, fromOffset, address + offset, bytes);
    }

    /** Notes a use out of the pool's order, by somebody who holds a count: it is settled before the memory is reused. */
    public synchronized void usedBy(MemoryPool.User user) {
        MemoryPool.User[] known = users;
        int count = known == null ? 0 : known.length;
        for (int i = 0; i < count && known != null; i++) {
            if (known[i] == user) {
                return;
            }
        }
        MemoryPool.User[] more = known == null ? new MemoryPool.User[1] : Arrays.copyOf(known, count + 1);
        more[count] = user;
        users = more;
    }

    /** Waits until no card copies from or to the memory of the host, so that it may be changed; a count is held. */
    public void await() {
        if (users != null) {
            settle();
        }
    }

    private synchronized void settle() {
        MemoryPool.User[] known = users;
        users = null;
        if (known != null) {
            for (MemoryPool.User user : known) {
                user.settle(this);
            }
        }
    }

    /**
     * A segment with bounds, to be read and written from Java while a count is held.
     *
     * @param offset in bytes
     * @param length in bytes, inside the block
     * @return a segment at that place
     */
    @SuppressWarnings("restricted") // the caller checked that the block is that large
    MemorySegment bounded(long offset, long length) {
        return isLent()
                ? start.asSlice(offset, length)
                : MemorySegment.ofAddress(address + offset).reinterpret(length);
    }

    /**
     * Whether a write into one may change the other: they are one, or lie over the same memory, as what is wrapped twice
     * does.
     */
    public boolean overlaps(Storage other) {
        return this == other || (address < other.address + other.bytes && other.address < address + bytes);
    }

    /** Adds a count; false where the storage was given back already. */
    public boolean tryRetain() {
        int seen = (int) COUNT.getOpaque(this);
        while (seen > 0) {
            if (COUNT.weakCompareAndSet(this, seen, seen + 1)) {
                return true;
            }
            seen = (int) COUNT.getOpaque(this);
        }
        return false;
    }

    /** Adds a count, by somebody who is known to hold one. */
    public Storage retain() {
        if (!tryRetain()) {
            throw new IllegalStateException("storage: retained after its last release");
        }
        return this;
    }

    @Override
    public void release() {
        int before = (int) COUNT.getAndAdd(this, -1);
        if (before == 1) {
            end();
        } else if (before <= 0) {
            throw new IllegalStateException("storage: released more often than retained");
        }
    }

    /** Gives the memory to whom it belongs. */
    private void end() {
        if (isLent()) {
            return;
        }
        if (users != null) {
            settle();
        }
        Lender owner = lender;
        if (owner == null) {
            pool.free(address, bytes, sizeClass);
        } else {
            owner.takeBack();
        }
    }

    /**
     * Whether exactly one user is left: whoever asks, if it holds a count. A graph that this thread records does not count,
     * so that work decides as it would without one.
     */
    public boolean isUnshared() {
        int seen = (int) COUNT.getAcquire(this);
        return seen == 1 || (seen > 1 && seen == 1 + Context.current().recorded(this));
    }

    /** How often the contents were changed in place; saved values compare it. */
    public int version() {
        return (int) VERSION.getOpaque(this);
    }

    /** Notes that the contents were changed in place. */
    public void touch() {
        VERSION.getAndAdd(this, 1);
    }
}
