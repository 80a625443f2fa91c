package dev.gatun.runtime.cuda;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import org.jspecify.annotations.Nullable;

/** Launches normalisation: a block for each channel. */
final class CudaNormalize implements Kernels.Normalize {
    private final CudaDevice device;
    private final Launcher launcher;

    CudaNormalize(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "normalize");
    }

    @Override
    public void batchNorm(
            BatchNorm args,
            NdArray x,
            @Nullable NdArray weight,
            @Nullable NdArray bias,
            @Nullable NdArray runningMean,
            @Nullable NdArray runningVar,
            NdArray y,
            NdArray mean,
            NdArray invstd) {
        Operands o = Operands.of("batchNorm");
        Operands channels = Operands.of("batchNorm");
        try {
            o.add(x).add(y).add(mean).add(invstd);
            channels.addOrNothing(weight)
                    .addOrNothing(bias)
                    .addOrNothing(runningMean)
                    .addOrNothing(runningVar);
            Require.images(o, x, y);
            Require.channels(o, x, mean, invstd, weight, bias, runningMean, runningVar);
            o.require(args.training() || (runningMean != null && runningVar != null), "no running statistics");
            Grid.requireSupported(Grid.isFloat(x.dtype()), o);
            launcher.start(launcher.kernel("batch_norm_" + x.dtype().name()))
                    .add(args.training() ? 1 : 0)
                    .add(args.momentum())
                    .add(args.eps())
                    .add(x.size(0))
                    .add(x.size(1))
                    .add(Require.inner(x))
                    .operand(o, 0)
                    .operand(channels, 0)
                    .operand(channels, 1)
                    .operand(channels, 2)
                    .operand(channels, 3)
                    .operand(o, 1)
                    .operand(o, 2)
                    .operand(o, 3)
                    .run(blocks(x), Grid.BLOCK);
        } finally {
            channels.end();
            o.end();
        }
    }

    @Override
    public void batchNormGrad(
            boolean training,
            NdArray x,
            @Nullable NdArray weight,
            NdArray mean,
            NdArray invstd,
            NdArray dy,
            @Nullable NdArray dx,
            @Nullable NdArray dweight,
            @Nullable NdArray dbias) {
        Operands o = Operands.of("batchNorm gradient");
        Operands channels = Operands.of("batchNorm gradient");
        try {
            o.add(x).add(dy).addOrNothing(dx);
            channels.addOrNothing(weight)
                    .add(mean)
                    .add(invstd)
                    .addOrNothing(dweight)
                    .addOrNothing(dbias);
            Require.images(o, x, dy);
            if (dx != null) {
                Require.images(o, x, dx);
            }
            Require.channels(o, x, mean, invstd, weight, dweight, dbias);
            Grid.requireSupported(Grid.isFloat(x.dtype()), o);
            launcher.start(launcher.kernel("batch_norm_grad_" + x.dtype().name()))
                    .add(training ? 1 : 0)
                    .add(x.size(0))
                    .add(x.size(1))
                    .add(Require.inner(x))
                    .operand(o, 0)
                    .operand(channels, 0)
                    .operand(channels, 1)
                    .operand(channels, 2)
                    .operand(o, 1)
                    .operand(o, 2)
                    .operand(channels, 3)
                    .operand(channels, 4)
                    .run(blocks(x), Grid.BLOCK);
        } finally {
            channels.end();
            o.end();
        }
    }

    private long blocks(NdArray x) {
        return Grid.blocks(device, x.size(1) * Grid.BLOCK);
    }
}
