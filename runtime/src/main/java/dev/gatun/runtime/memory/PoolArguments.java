package dev.gatun.runtime.memory;

import dev.gatun.bindings.kernels.gt_pool_args;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Window;
import java.lang.foreign.MemorySegment;

/** What pools pass: images and channels become planes. */
public final class PoolArguments {
    private PoolArguments() {}

    /**
     * A {@code gt_pool_args} in scratch of the thread.
     *
     * @throws IllegalArgumentException if x and y are not images that fit the window
     */
    public static MemorySegment of(
            Operands o, Window window, NdArray x, NdArray y, boolean countPadding, long divisor) {
        WindowArguments.requireImages(o, window, x, y);
        o.require(x.size(1) == y.size(1), "channels differ");
        MemorySegment args = Operands.table(gt_pool_args.sizeof()).asSlice(0, gt_pool_args.sizeof());
        gt_pool_args.planes(args, planes(x));
        gt_pool_args.adaptive(args, window.isAdaptive() ? 1 : 0);
        gt_pool_args.count_padding(args, countPadding ? 1 : 0);
        gt_pool_args.divisor(args, divisor);
        WindowArguments.write(args, gt_pool_args.window$offset(), window, x.shape(), y.shape());
        return args;
    }

    /** Both are contiguous, of one dtype, and agree but in their planes. */
    public static void requirePlanes(Operands o, NdArray x, NdArray y) {
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
        o.require(
                x.rank() > 2 && x.rank() == y.rank() && x.size(0) == y.size(0) && x.size(1) == y.size(1),
                "planes differ");
    }

    /** The index holds a place for each element of y. */
    public static void requireIndex(Operands o, NdArray index, NdArray y) {
        o.require(
                index.dtype() == DType.I64 && index.shape().equals(y.shape()) && index.isContiguous(),
                "index is not i64, contiguous, of the result's shape");
    }

    /** How many planes there are. */
    public static long planes(NdArray x) {
        return x.size(0) * x.size(1);
    }

    /** The elements of a plane. */
    public static long plane(NdArray x) {
        long count = 1;
        for (int d = 2; d < x.rank(); d++) {
            count *= x.size(d);
        }
        return count;
    }
}
