package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_conv_args;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.runtime.memory.Convolutions;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import dev.gatun.runtime.memory.WindowArguments;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Launches convolutions, with the scratch that they ask for. */
final class CpuConv implements Kernels.Conv {
    private final CpuDevice device;

    CpuConv(CpuDevice device) {
        this.device = device;
    }

    @Override
    public void forward(
            Window window, long groups, NdArray x, NdArray weight, @Nullable NdArray bias, boolean relu, NdArray y) {
        Operands o = Operands.of("conv");
        try {
            o.add(x).add(weight).add(y).addOrNothing(bias);
            MemorySegment args = arguments(o, window, groups, x, weight, y);
            Convolutions.requireBias(o, bias, y);
            run(
                    o,
                    Gatun.GT_CONV_forward(),
                    y,
                    args,
                    scratch -> Gatun.gt_conv(
                            y.dtype().code(), args, o.at(0), o.at(1), o.at(3), relu ? 1 : 0, o.at(2), scratch));
        } finally {
            o.end();
        }
    }

    @Override
    public void gradInput(Window window, long groups, NdArray weight, NdArray dy, NdArray dx) {
        Operands o = Operands.of("conv gradient");
        try {
            o.add(weight).add(dy).add(dx);
            MemorySegment args = arguments(o, window, groups, dx, weight, dy);
            run(
                    o,
                    Gatun.GT_CONV_grad_input(),
                    dx,
                    args,
                    scratch -> Gatun.gt_conv_grad_input(dx.dtype().code(), args, o.at(0), o.at(1), o.at(2), scratch));
        } finally {
            o.end();
        }
    }

    @Override
    public void gradWeight(
            Window window, long groups, NdArray x, NdArray dy, NdArray dweight, @Nullable NdArray dbias) {
        Operands o = Operands.of("conv gradient");
        try {
            o.add(x).add(dy).add(dweight).addOrNothing(dbias);
            MemorySegment args = arguments(o, window, groups, x, dweight, dy);
            Convolutions.requireBias(o, dbias, dy);
            run(
                    o,
                    Gatun.GT_CONV_grad_weight(),
                    dweight,
                    args,
                    scratch -> Gatun.gt_conv_grad_weight(
                            dweight.dtype().code(), args, o.at(0), o.at(1), o.at(2), o.at(3), scratch));
        } finally {
            o.end();
        }
    }

    @Override
    public boolean forwardPooled(
            Window window, NdArray x, NdArray weight, @Nullable NdArray bias, NdArray y, NdArray winner) {
        Operands o = Operands.of("conv");
        try {
            o.add(x).add(weight).add(y).add(winner).addOrNothing(bias);
            MemorySegment args = pooledArguments(o, window, x, weight, y, winner);
            Convolutions.requireBias(o, bias, y);
            if (Gatun.gt_conv_scratch_bytes(Gatun.GT_CONV_pool(), y.dtype().code(), args) < 0) {
                return false;
            }
            run(
                    o,
                    Gatun.GT_CONV_pool(),
                    y,
                    args,
                    scratch -> Gatun.gt_conv_pool(
                            y.dtype().code(), args, o.at(0), o.at(1), o.at(4), o.at(2), o.at(3), scratch));
            return true;
        } finally {
            o.end();
        }
    }

    @Override
    public void gradPooled(
            Window window,
            NdArray x,
            NdArray weight,
            NdArray dy,
            NdArray winner,
            @Nullable NdArray dx,
            @Nullable NdArray dweight,
            @Nullable NdArray dbias) {
        Operands o = Operands.of("conv gradient");
        Operands results = Operands.of("conv gradient");
        try {
            o.add(x).add(weight).add(dy).add(winner);
            results.addOrNothing(dx).addOrNothing(dweight).addOrNothing(dbias);
            MemorySegment args = pooledArguments(o, window, x, weight, dy, winner);
            requireLike(results, dx, x);
            requireLike(results, dweight, weight);
            Convolutions.requireBias(results, dbias, dy);
            run(
                    o,
                    Gatun.GT_CONV_pool_grad(),
                    dy,
                    args,
                    scratch -> Gatun.gt_conv_pool_grad(
                            dy.dtype().code(),
                            args,
                            o.at(0),
                            o.at(1),
                            o.at(2),
                            o.at(3),
                            results.at(0),
                            results.at(1),
                            results.at(2),
                            scratch));
        } finally {
            results.end();
            o.end();
        }
    }

    private static void requireLike(Operands o, @Nullable NdArray gradient, NdArray x) {
        o.require(
                gradient == null
                        || (gradient.shape().equals(x.shape())
                                && gradient.dtype() == x.dtype()
                                && gradient.isContiguous()),
                "a gradient does not fit");
    }

    /** As {@link #arguments}, with the sizes of the convolution's result that was pooled to y. */
    private static MemorySegment pooledArguments(
            Operands o, Window window, NdArray x, NdArray weight, NdArray y, NdArray winner) {
        o.require(window.rank() == 2, "not over two dimensions");
        MemorySegment args = arguments(o, window, 1, x, weight, y);
        o.require(
                winner.dtype() == DType.U8 && winner.shape().equals(y.shape()) && winner.isContiguous(),
                "winner is not u8, contiguous, of the result's shape");
        long[] sizes = x.shape().toArray();
        for (int d = 0; d < 2; d++) {
            long size = (x.size(d + 2) + 2 * window.padding(d) - window.reach(d)) / window.stride(d) + 1;
            o.require(size / 2 == y.size(d + 2), "sizes do not fit");
            sizes[d + 2] = size;
        }
        WindowArguments.write(args, gt_conv_args.window$offset(), window, x.shape(), Shape.of(sizes));
        return args;
    }

    /** A kernel that takes its scratch, or a null pointer where it needs none. */
    @FunctionalInterface
    private interface Leaf {
        int call(MemorySegment scratch);
    }

    private void run(Operands o, int pass, NdArray like, MemorySegment args, Leaf leaf) {
        long bytes = Gatun.gt_conv_scratch_bytes(pass, like.dtype().code(), args);
        if (bytes == 0) {
            Status.check(leaf.call(MemorySegment.NULL), o);
            return;
        }
        Storage scratch = device.pool().allocate(bytes);
        try {
            Status.check(leaf.call(scratch.at(0)), o);
        } finally {
            scratch.release();
        }
    }

    private static MemorySegment arguments(
            Operands o, Window window, long groups, NdArray x, NdArray weight, NdArray y) {
        Convolutions.require(o, window, groups, x, weight, y);
        MemorySegment args = Operands.table(gt_conv_args.sizeof());
        gt_conv_args.n(args, x.size(0));
        gt_conv_args.groups(args, groups);
        gt_conv_args.in(args, x.size(1));
        gt_conv_args.out(args, y.size(1));
        WindowArguments.write(args, gt_conv_args.window$offset(), window, x.shape(), y.shape());
        return args;
    }
}
