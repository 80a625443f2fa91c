package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import org.jspecify.annotations.Nullable;

/** Launches normalisation; what belongs to channels stands in a list of its own, since there are more than five. */
final class CpuNormalize implements Kernels.Normalize {
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
            int status = Gatun.gt_batch_norm(
                    x.dtype().code(),
                    x.size(0),
                    x.size(1),
                    Require.inner(x),
                    o.at(0),
                    channels.at(0),
                    channels.at(1),
                    channels.at(2),
                    channels.at(3),
                    args.training() ? 1 : 0,
                    args.momentum(),
                    args.eps(),
                    o.at(1),
                    o.at(2),
                    o.at(3));
            Status.check(status, o);
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
            int status = Gatun.gt_batch_norm_grad(
                    x.dtype().code(),
                    x.size(0),
                    x.size(1),
                    Require.inner(x),
                    o.at(0),
                    channels.at(0),
                    channels.at(1),
                    channels.at(2),
                    training ? 1 : 0,
                    o.at(1),
                    o.at(2),
                    channels.at(3),
                    channels.at(4));
            Status.check(status, o);
        } finally {
            channels.end();
            o.end();
        }
    }
}
