package dev.gatun.runtime.cuda;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.PoolArguments;
import java.lang.foreign.MemorySegment;

/** Launches pools: images and channels become planes. */
final class CudaPool implements Kernels.Pool {
    private final CudaDevice device;
    private final Launcher launcher;

    CudaPool(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "pool");
    }

    /** A launch of a kernel for the dtype of an array, which must be a float. */
    private Launch start(String name, NdArray x, Operands o) {
        Grid.requireSupported(Grid.isFloat(x.dtype()), o);
        return launcher.start(launcher.kernel(name + "_" + x.dtype().name()));
    }

    private void run(Launch launch, NdArray written) {
        launch.run(Grid.blocks(device, written.count()), Grid.BLOCK);
    }

    @Override
    public void max(Window window, NdArray x, NdArray y, NdArray index) {
        Operands o = Operands.of("maxPool");
        try {
            o.add(x).add(y).add(index);
            MemorySegment args = PoolArguments.of(o, window, x, y, false, 0);
            PoolArguments.requireIndex(o, index, y);
            run(start("max_pool", x, o).add(args).operand(o, 0).operand(o, 1).operand(o, 2), y);
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
            byIndex("max_pool_grad", o, dx, dy, dx);
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
            byIndex("max_pool_gather", o, x, y, y);
        } finally {
            o.end();
        }
    }

    /** Operands: what is read, the index, what is written. */
    private void byIndex(String kernel, Operands o, NdArray x, NdArray y, NdArray written) {
        long places = PoolArguments.plane(x);
        BadIndexes.Place place = new BadIndexes.Place(o, 1, "index", "places", places, "x", x.dtype(), x.shape());
        Launch launch = start(kernel, x, o)
                .add(PoolArguments.planes(x))
                .add(places)
                .add(PoolArguments.plane(y))
                .operand(o, 0)
                .operand(o, 1)
                .operand(o, 2)
                .address(device.queue().badIndexes().expect(place));
        run(launch, written);
    }

    @Override
    public void average(Window window, boolean countPadding, long divisor, NdArray x, NdArray y) {
        Operands o = Operands.of("avgPool");
        try {
            o.add(x).add(y);
            MemorySegment args = PoolArguments.of(o, window, x, y, countPadding, divisor);
            run(start("average_pool", x, o).add(args).operand(o, 0).operand(o, 1), y);
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
            run(start("average_pool_grad", dx, o).add(args).operand(o, 0).operand(o, 1), dx);
        } finally {
            o.end();
        }
    }
}
