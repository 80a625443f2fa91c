package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_pool_args;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Window;
import dev.gatun.runtime.memory.Operands;
import java.lang.foreign.MemorySegment;

/** Launches pools: images and channels become planes. */
final class CpuPool implements Kernels.Pool {
    private static final Status.Place PLACE = new Status.Place("index", "places");

    @Override
    public void max(Window window, NdArray x, NdArray y, NdArray index) {
        Operands o = Operands.of("maxPool");
        try {
            o.add(x).add(y).add(index);
            MemorySegment args = arguments(o, window, x, y);
            requireIndex(o, index, y);
            Status.check(Gatun.gt_max_pool(x.dtype().code(), args, o.at(0), o.at(1), o.at(2)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void maxGrad(NdArray dy, NdArray index, NdArray dx) {
        Operands o = Operands.of("maxPool gradient");
        try {
            o.add(dy).add(index).add(dx);
            requirePlanes(o, dx, dy);
            requireIndex(o, index, dy);
            long places = plane(dx);
            int status = Gatun.gt_max_pool_grad(
                    dx.dtype().code(), planes(dx), places, plane(dy), o.at(0), o.at(1), o.at(2), o.position());
            Status.checkIndex(status, o, 1, PLACE, places, "x " + dx.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void maxGather(NdArray x, NdArray index, NdArray y) {
        Operands o = Operands.of("maxPool gradient");
        try {
            o.add(x).add(index).add(y);
            requirePlanes(o, x, y);
            requireIndex(o, index, y);
            long places = plane(x);
            int status = Gatun.gt_max_pool_gather(
                    x.dtype().code(), planes(x), places, plane(y), o.at(0), o.at(1), o.at(2), o.position());
            Status.checkIndex(status, o, 1, PLACE, places, "x " + x.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void average(Window window, boolean countPadding, long divisor, NdArray x, NdArray y) {
        Operands o = Operands.of("avgPool");
        try {
            o.add(x).add(y);
            MemorySegment args = arguments(o, window, x, y);
            gt_pool_args.count_padding(args, countPadding ? 1 : 0);
            gt_pool_args.divisor(args, divisor);
            Status.check(Gatun.gt_avg_pool(x.dtype().code(), args, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void averageGrad(Window window, boolean countPadding, long divisor, NdArray dy, NdArray dx) {
        Operands o = Operands.of("avgPool gradient");
        try {
            o.add(dy).add(dx);
            MemorySegment args = arguments(o, window, dx, dy);
            gt_pool_args.count_padding(args, countPadding ? 1 : 0);
            gt_pool_args.divisor(args, divisor);
            Status.check(Gatun.gt_avg_pool_grad(dx.dtype().code(), args, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }

    private static MemorySegment arguments(Operands o, Window window, NdArray x, NdArray y) {
        CpuWindow.requireImages(o, window, x, y);
        o.require(x.size(1) == y.size(1), "channels differ");
        MemorySegment args = Operands.table(gt_pool_args.sizeof());
        gt_pool_args.planes(args, planes(x));
        gt_pool_args.adaptive(args, window.isAdaptive() ? 1 : 0);
        gt_pool_args.count_padding(args, 0);
        gt_pool_args.divisor(args, 0);
        CpuWindow.write(args, gt_pool_args.window$offset(), window, x.shape(), y.shape());
        return args;
    }

    private static void requirePlanes(Operands o, NdArray x, NdArray y) {
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
        o.require(
                x.rank() > 2 && x.rank() == y.rank() && x.size(0) == y.size(0) && x.size(1) == y.size(1),
                "planes differ");
    }

    private static void requireIndex(Operands o, NdArray index, NdArray y) {
        o.require(
                index.dtype() == DType.I64 && index.shape().equals(y.shape()) && index.isContiguous(),
                "index is not i64, contiguous, of the result's shape");
    }

    private static long planes(NdArray x) {
        return x.size(0) * x.size(1);
    }

    private static long plane(NdArray x) {
        long count = 1;
        for (int d = 2; d < x.rank(); d++) {
            count *= x.size(d);
        }
        return count;
    }
}
