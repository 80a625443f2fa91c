package dev.gatun.runtime.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The list behind a scope: the handles that were made while it was the innermost one on its thread. Only that thread
 * touches it.
 */
public abstract class Frame {
    private static final System.Logger LOG = System.getLogger("dev.gatun");

    private final Context.Frames frames;
    private final @Nullable Frame parent;
    private Handle @Nullable [] handles;
    private int size;
    private int live;

    /** Opens a frame on this thread. */
    protected Frame() {
        frames = Context.current().frames();
        parent = frames.top;
        handles = frames.takeList();
        frames.top = this;
    }

    final void add(Handle handle) {
        Handle[] list = handles;
        if (list == null) {
            throw new IllegalStateException("scope: closed already");
        }
        if (size == list.length) {
            list = size > 2 * live + 64 ? compact(list) : Arrays.copyOf(list, 2 * size);
            handles = list;
        }
        handle.frame = this;
        handle.slot = size;
        list[size++] = handle;
        live++;
    }

    /** Forgets a handle that was released early or moves elsewhere; on this frame's thread alone. */
    final void drop(Handle handle) {
        handle.frame = null;
        Handle[] list = handles;
        if (list == null) {
            return; // closing
        }
        @Nullable Handle[] slots = list;
        slots[handle.slot] = null;
        live--;
        while (size > 0 && slots[size - 1] == null) {
            size--;
        }
    }

    private Handle[] compact(@Nullable Handle[] list) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Handle handle = list[i];
            if (handle != null) {
                handle.slot = kept;
                list[kept++] = handle;
            }
        }
        Arrays.fill(list, kept, size, null);
        size = kept;
        Handle[] filled = list;
        return filled;
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
        if (handles == null) {
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
        @Nullable Handle[] list = handles;
        if (list == null) {
            return;
        }
        handles = null;
        for (int i = size - 1; i >= 0; i--) {
            Handle handle = list[i];
            if (handle != null) {
                list[i] = null;
                handle.releaseFromFrame();
            }
        }
        size = 0;
        live = 0;
        Handle[] emptied = list;
        frames.giveList(emptied);
    }

    /** How many live handles the frame holds. */
    public final int count() {
        return live;
    }

    private void requireThread(String action) {
        if (Context.current().frames() != frames) {
            throw new IllegalStateException("scope: " + action + " on another thread than the one that opened it: on "
                    + Thread.currentThread().getName() + "; open one scope per thread");
        }
    }
}
