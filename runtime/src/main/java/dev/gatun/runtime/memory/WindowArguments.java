package dev.gatun.runtime.memory;

import dev.gatun.bindings.kernels.gt_window;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes what convolutions and pools pass about their window: a {@code gt_window}, missing dimensions in front. */
public final class WindowArguments {
    private static final int DIMS = Window.MAX_RANK;

    private WindowArguments() {}

    /**
     * Fills a struct of arguments that has a window at an offset.
     *
     * @param struct to write
     * @param offset of the window in it, in bytes
     * @param window how it moves
     * @param x with the sizes that the window moves over in its last dimensions
     * @param y with the sizes of the outputs
     */
    public static void write(MemorySegment struct, long offset, Window window, Shape x, Shape y) {
        MemorySegment to = struct.asSlice(offset, gt_window.sizeof());
        int missing = DIMS - window.rank();
        for (int i = 0; i < DIMS; i++) {
            int d = i - missing;
            boolean there = d >= 0;
            set(to, 0, i, there ? x.size(x.rank() - window.rank() + d) : 1);
            set(to, 1, i, there ? y.size(y.rank() - window.rank() + d) : 1);
            set(to, 2, i, there ? window.kernel(d) : 1);
            set(to, 3, i, there ? window.stride(d) : 1);
            set(to, 4, i, there ? window.padding(d) : 0);
            set(to, 5, i, there ? window.dilation(d) : 1);
        }
    }

    private static void set(MemorySegment to, int row, int dim, long value) {
        to.setAtIndex(ValueLayout.JAVA_LONG, row * DIMS + dim, value);
    }

    /** Refuses operands that are not contiguous [n, channels, *spatial] of one dtype. */
    public static void requireImages(Operands o, Window window, NdArray x, NdArray y) {
        o.require(x.rank() == window.rank() + 2 && y.rank() == window.rank() + 2, "dimensions do not fit the window");
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
        o.require(x.size(0) == y.size(0), "counts of images differ");
    }
}
