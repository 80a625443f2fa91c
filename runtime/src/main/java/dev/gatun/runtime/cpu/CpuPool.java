package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.PoolArguments;
import java.lang.foreign.MemorySegment;

/** Launches pools: images and channels become planes. */
final class CpuPool implements Kernels.Pool {
    private static final Status.Place PLACE = new Status.Place("index", "places");

    @Override
    public void max(Window window, NdArray x, NdArray y, NdArray index) {
        Operands o = Operands.of("maxPool");
        try {
            o.add(x).add(y).add(index);
            MemorySegment args = PoolArguments.of(o, window, x, y, false, 0);
            PoolArguments.requireIndex(o, index, y);
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
            PoolArguments.requirePlanes(o, dx, dy);
            PoolArguments.requireIndex(o, index, dy);
            long places = PoolArguments.plane(dx);
            int status = Gatun.gt_max_pool_grad(
                    dx.dtype().code(),
                    PoolArguments.planes(dx),
                    places,
                    PoolArguments.plane(dy),
                    o.at(0),
                    o.at(1),
                    o.at(2),
                    o.position());
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
            PoolArguments.requirePlanes(o, x, y);
            PoolArguments.requireIndex(o, index, y);
            long places = PoolArguments.plane(x);
            int status = Gatun.gt_max_pool_gather(
                    x.dtype().code(),
                    PoolArguments.planes(x),
                    places,
                    PoolArguments.plane(y),
                    o.at(0),
                    o.at(1),
                    o.at(2),
                    o.position());
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
            MemorySegment args = PoolArguments.of(o, window, x, y, countPadding, divisor);
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
            MemorySegment args = PoolArguments.of(o, window, dx, dy, countPadding, divisor);
            Status.check(Gatun.gt_avg_pool_grad(dx.dtype().code(), args, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }
}
