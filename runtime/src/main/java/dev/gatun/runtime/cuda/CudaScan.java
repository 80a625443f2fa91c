package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.memory.Along;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import java.util.Locale;

/** Launches running results: a block for each line or, where there are many, a thread. Every operand is contiguous. */
final class CudaScan implements Kernels.Scan {
    /** Lines from which on a thread does one alone. */
    private static final long MANY_LINES = 1 << 14;

    /** Elements of a line below which a thread does it alone. */
    private static final long SHORT = 64;

    private final CudaDevice device;
    private final Launcher launcher;

    CudaScan(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "scan");
    }

    @Override
    public void scan(ReduceOp op, boolean reverse, NdArray x, int dim, NdArray y) {
        Operands o = Operands.of("scan");
        try {
            o.add(x).add(y);
            Require.along(o, dim, x, y);
            o.require(op == ReduceOp.SUM || op == ReduceOp.PROD, "neither sum nor product");
            Grid.requireSupported(Kinds.NUMBERS.takes(x.dtype()), o);
            run("scan_" + op.name().toLowerCase(Locale.ROOT), reverse, x, dim, o, 2);
        } finally {
            o.end();
        }
    }

    @Override
    public void extreme(ReduceOp op, NdArray x, int dim, NdArray y, NdArray place) {
        Operands o = Operands.of("scan");
        try {
            o.add(x).add(y).add(place);
            Require.along(o, dim, x, y);
            o.require(op == ReduceOp.MAX || op == ReduceOp.MIN, "neither max nor min");
            o.require(place.dtype() == DType.I64, "places are not i64");
            o.require(place.isContiguous() && place.shape().equals(x.shape()), "places are of another shape");
            Grid.requireSupported(Kinds.NUMBERS.takes(x.dtype()), o);
            run("scan_" + op.name().toLowerCase(Locale.ROOT), false, x, dim, o, 3);
        } finally {
            o.end();
        }
    }

    @Override
    public void linear(boolean reverse, NdArray a, NdArray b, int dim, NdArray y) {
        Operands o = Operands.of("scan");
        try {
            o.add(a).add(b).add(y);
            Require.along(o, dim, a, b);
            Require.along(o, dim, a, y);
            Grid.requireSupported(Grid.isFloat(a.dtype()), o);
            run("scan_linear", reverse, a, dim, o, 3);
        } finally {
            o.end();
        }
    }

    private void run(String name, boolean reverse, NdArray x, int dim, Operands o, int operands) {
        Along along = Along.of(x, dim);
        long lines = along.outer() * along.inner();
        boolean alone = lines >= MANY_LINES || along.size() < SHORT;
        Launch launch = launcher.start(
                        launcher.kernel(name, name + "_" + x.dtype().name()))
                .add(alone ? 1 : 0)
                .add(reverse ? 1 : 0)
                .add(along.outer())
                .add(along.size())
                .add(along.inner());
        for (int i = 0; i < operands; i++) {
            launch.operand(o, i);
        }
        launch.run(Grid.blocks(device, alone ? lines : lines * Grid.BLOCK), Grid.BLOCK);
    }
}
