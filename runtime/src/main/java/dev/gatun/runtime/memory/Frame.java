package dev.gatun.runtime.memory;

import org.jspecify.annotations.Nullable;

/**
 * The list behind a scope: the handles that were made while it was the innermost one on its thread. Only that thread
 * touches it. The handles are linked through themselves: a list in an array, kept from scope to scope, would pay the
 * collector's barrier for an old object that gets to know a young one, for each handle made.
 */
public abstract class Frame {
    private static final System.Logger LOG = System.getLogger("dev.gatun");

    private final Context.Frames frames;
    private final @Nullable Frame parent;
    private @Nullable Handle newest;
    private int count;
    private boolean closed;

    /** Opens a frame on this thread. */
    protected Frame() {
        frames = Context.current().frames();
        parent = frames.top;
        frames.top = this;
    }

    final void add(Handle handle) {
        if (closed) {
            throw new IllegalStateException("scope: closed already");
        }
        Handle before = newest;
        handle.frame = this;
        handle.older = before;
        if (before != null) {
            before.newer = handle;
        }
        newest = handle;
        count++;
    }

    /** Forgets a handle that was released early or moves elsewhere; on this frame's thread alone. */
    final void drop(Handle handle) {
        Handle older = handle.older;
        Handle newer = handle.newer;
        handle.frame = null;
        handle.older = null;
        handle.newer = null;
        if (older != null) {
            older.newer = newer;
        }
        if (newer != null) {
            newer.older = older;
        } else {
            newest = older;
        }
        count--;
    }

    /** Moves a handle of this frame, or of one inside it, to the frame outside this one. */
    @SuppressWarnings("ReferenceEquality") // this very frame
    protected final void moveOut(Handle handle) {
        requireThread("keep");
        for (Frame at = handle.frame; at != null; at = at.parent) {
            if (at == this) {
                handle.moveTo(parent);
                return;
            }
        }
    }

    /** Releases every handle that is left, newest first. A second call does nothing. */
    @SuppressWarnings("ReferenceEquality") // this very frame
    protected final void closeFrame() {
        if (closed) {
            return;
        }
        requireThread("close");
        for (Frame inner = frames.top; inner != null && inner != this; inner = frames.top) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "scope: an inner scope was never closed, it ends with its parent: use try (var s = Scope.open())");
            inner.releaseAll();
        }
        releaseAll();
    }

    /** Closes the innermost frame, on whichever thread. */
    final void releaseAll() {
        frames.top = parent;
        closed = true;
        for (Handle last = newest; last != null; last = newest) {
            drop(last);
            last.releaseFromFrame();
        }
    }

    /** What this thread's open frames hold, and the cure, for a message; nothing where none is open. */
    static String describeOpen() {
        long frames = 0;
        long handles = 0;
        for (Frame at = Context.current().frames().top; at != null; at = at.parent) {
            frames++;
            handles += at.count;
        }
        return frames == 0
                ? ""
                : "; this thread's open scopes: " + frames + ", which hold " + handles
                        + " tensors: open and close one for each step";
    }

    /** How many live handles the frame holds. */
    public final int count() {
        return count;
    }

    private void requireThread(String action) {
        if (Context.current().frames() != frames) {
            throw new IllegalStateException("scope: " + action + " on another thread than the one that opened it: on "
                    + Thread.currentThread().getName() + "; open one scope per thread");
        }
    }
}
