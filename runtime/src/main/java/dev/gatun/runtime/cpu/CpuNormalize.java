package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Operands;
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
            requireImages(o, x, y);
            requireChannels(o, x, mean, invstd, weight, bias, runningMean, runningVar);
            o.require(args.training() || (runningMean != null && runningVar != null), "no running statistics");
            int status = Gatun.gt_batch_norm(
                    x.dtype().code(),
                    x.size(0),
                    x.size(1),
                    inner(x),
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
            requireImages(o, x, dy);
            if (dx != null) {
                requireImages(o, x, dx);
            }
            requireChannels(o, x, mean, invstd, weight, dweight, dbias);
            int status = Gatun.gt_batch_norm_grad(
                    x.dtype().code(),
                    x.size(0),
                    x.size(1),
                    inner(x),
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

    private static void requireImages(Operands o, NdArray x, NdArray y) {
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.rank() >= 2 && x.shape().equals(y.shape()), "shapes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
    }

    private static void requireChannels(Operands o, NdArray x, @Nullable NdArray... arrays) {
        for (NdArray array : arrays) {
            o.require(
                    array == null
                            || (array.rank() == 1
                                    && array.size(0) == x.size(1)
                                    && array.dtype() == x.dtype()
                                    && array.isContiguous()),
                    "not one number for each channel");
        }
    }

    private static long inner(NdArray x) {
        long count = 1;
        for (int d = 2; d < x.rank(); d++) {
            count *= x.size(d);
        }
        return count;
    }
}
