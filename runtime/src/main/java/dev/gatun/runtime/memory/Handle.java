package dev.gatun.runtime.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One use of a {@link Storage} that a person holds: an array or tensor. It is registered where it is made: with the
 * frame (scope) open on its thread, or with the {@link Net} where there is none. Released once, by whoever comes
 * first: its scope, its owner, or the collector's net.
 *
 * <p>While a handle is in a frame, only the frame's thread gives its storage back: a release by another thread counts
 * at once, but the memory follows when the frame closes. So a thread calls native code on what its own frames hold
 * without touching a count, which others would have to see.
 */
public abstract class Handle {
    private static final VarHandle STORAGE;

    static {
        try {
            STORAGE = MethodHandles.lookup().findVarHandle(Handle.class, "storage", Storage.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Storage storage;
    private @Nullable Counted link;

    /**
     * The thread in whose frame the handle was made, 0 where there was none. Final: seen by whoever sees the handle.
     */
    private final long home;

    /** Whether the handle left that thread's frames, so that any thread may give the storage back. */
    private volatile boolean left;

    /** Whether another thread released the handle while it was in a frame. */
    private volatile boolean dropped;

    /** The frame that releases this handle; none: the net, or nobody any more. */
    @Nullable
    Frame frame;

    /** The neighbours in that frame's list. */
    @Nullable
    Handle older;

    @Nullable
    Handle newer;

    private Net.@Nullable Entry entry;
    private @Nullable Trace trace;

    /**
     * A handle on a storage, taking over one count of the caller's.
     *
     * @param storage with a count that this handle gives back
     */
    protected Handle(Storage storage) {
        this.storage = storage;
        if (Trace.ENABLED) {
            trace = Trace.made(storage);
        }
        Frame open = Context.current().frame();
        if (open != null) {
            home = Thread.currentThread().threadId();
            open.add(this);
        } else {
            home = 0;
            entry = Net.register(this, storage, true);
        }
    }

    /**
     * The storage, for the operation named.
     *
     * @param op to name in the message
     * @throws IllegalStateException if the handle was released
     */
    public final Storage storage(String op) {
        Storage current = storageOrNull();
        if (current == null) {
            throw released(op);
        }
        return current;
    }

    /** The storage, or {@code null} once released. */
    protected final @Nullable Storage storageOrNull() {
        return dropped ? null : storage;
    }

    /** Whether a frame of this thread holds the storage, so that nobody else can give it back meanwhile. */
    protected final boolean isHeldHere() {
        return frame != null && home == Thread.currentThread().threadId();
    }

    /** Whether the handle was released. */
    public final boolean isReleased() {
        return storageOrNull() == null;
    }

    /** What the handle drags along, or {@code null}. */
    protected final @Nullable Counted link() {
        return link;
    }

    /** Sets what is released together with this handle; the caller hands over a count of it. */
    protected final void link(@Nullable Counted counted) {
        link = counted;
        Net.Entry registered = entry;
        if (registered != null) {
            registered.link = counted;
        }
    }

    /** How messages name this handle: {@code f32[64, 784]}. */
    protected abstract String describe();

    /**
     * Gives the storage back now. Later uses of this handle throw; other views of the storage go on. Releasing twice
     * is harmless.
     */
    public final void release() {
        if (isInForeignFrame()) {
            dropped = true;
            return;
        }
        Frame owner = frame;
        if (owner != null) {
            owner.drop(this);
            releaseFromFrame();
            return;
        }
        Storage last = (Storage) STORAGE.getAndSet(this, (Storage) null);
        if (last == null) {
            return;
        }
        Net.Entry registered = entry;
        if (registered != null) {
            registered.unregister();
            entry = null;
        }
        giveBack(last);
    }

    private boolean isInForeignFrame() {
        return home != 0 && !left && home != Thread.currentThread().threadId();
    }

    /** Releases what only the frame's thread may, or the net once that thread is gone; the frame has let go of it. */
    final void releaseFromFrame() {
        Storage last = storage;
        if (last != null) {
            storage = null;
            giveBack(last);
        }
    }

    private void giveBack(Storage last) {
        if (Trace.ENABLED && trace != null) {
            trace.releasedHere();
        }
        Counted dragged = link;
        link = null;
        if (dragged != null) {
            dragged.release();
        }
        last.release();
    }

    /**
     * Moves this handle out of the scope that would release it: it lives as long as it is reachable, and belongs to
     * whoever holds it (a module, an optimizer, a gradient's leaf).
     *
     * @throws IllegalStateException if the handle was released, or belongs to a scope of another thread
     */
    public final void own() {
        if (isInForeignFrame()) {
            throw new IllegalStateException("own: " + describe() + " belongs to a scope of another thread; let it leave"
                    + " there, with scope.keep(tensor), before it is handed over");
        }
        Frame owner = frame;
        if (owner != null) {
            Storage held = storage("own");
            owner.drop(this);
            Net.Entry made = Net.register(this, held, false);
            made.link = link;
            entry = made;
            left = true;
        }
    }

    /** Moves this handle to a frame that is further out, or to the net where there is none. */
    final void moveTo(@Nullable Frame outer) {
        if (outer == null) {
            own();
        } else {
            Frame owner = frame;
            if (owner != null) {
                owner.drop(this);
                outer.add(this);
            }
        }
    }

    /** The exception for a use after release. */
    protected final IllegalStateException released(String op) {
        String line = op + ": " + describe()
                + " was released, by its scope's end or by release(); scope.keep(tensor) lets one leave its scope";
        Trace made = trace;
        return new IllegalStateException(made == null ? line : line + made.story());
    }
}
