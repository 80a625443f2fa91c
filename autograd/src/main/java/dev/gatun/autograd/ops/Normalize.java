package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation by mean and variance; F32 or F64. The counterparts are those of {@code torch.nn.functional}, as {@code
 * F.layer_norm}.
 *
 * {@snippet :
 * Tensor y = Normalize.layerNorm(Tensor.of(new float[][] {{1, 3}}), null, null, 0, 2);
 * System.out.println(y); // tensor([[-1., 1.]])
 * }
 */
public final class Normalize {
    private Normalize() {}

    /**
     * Batch normalisation: each channel minus its mean, divided by the root of its variance, times weight plus bias. In
     * training mean and (biased) variance are those of x, and the running ones move towards them, the variance unbiased:
     * running = (1 - momentum) running + momentum new. Else the running ones are used. {@code F.batch_norm}.
     *
     * @param x [n, channels] or [n, channels, *]
     * @param runningMean [channels], or {@code null}; changed in training
     * @param runningVar [channels], or {@code null}; changed in training
     * @param weight [channels], or {@code null} for 1
     * @param bias [channels], or {@code null} for 0
     * @param training whether to use x's own statistics
     * @param momentum PyTorch's default is 0.1
     * @param eps added to the variance before the root; PyTorch's default is 1e-5
     * @return shape and dtype of x
     * @throws IllegalArgumentException if sizes or dtypes do not fit, training has one value per channel only, or
     *     evaluation has no running statistics
     * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe, Szegedy 2015</a>
     */
    public static Tensor batchNorm(
            Tensor x,
            @Nullable Tensor runningMean,
            @Nullable Tensor runningVar,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            boolean training,
            double momentum,
            double eps) {
        Checks.floating("batchNorm", x);
        Checks.require(x.rank() >= 2, "batchNorm", "x is not [n, channels, *]", x);
        Checks.require(
                !training || x.count() == 0 || x.count() / x.size(1) > 1,
                "batchNorm",
                "training takes more than one value per channel",
                x);
        Checks.require(training || runningMean != null && runningVar != null, "batchNorm", "no running statistics", x);
        requireChannels("batchNorm", "runningMean", x, runningMean);
        requireChannels("batchNorm", "runningVar", x, runningVar);
        requireChannels("batchNorm", "weight", x, weight);
        requireChannels("batchNorm", "bias", x, bias);
        requireWritable(runningMean, runningVar);
        Tensor scale = weight == null ? null : weight.contiguous();
        Tensor shift = bias == null ? null : bias.contiguous();
        return perChannel(x.contiguous(), runningMean, runningVar, scale, shift, training, momentum, eps);
    }

    /**
     * Layer normalisation: each sample over its last dimensions minus its mean, divided by the root of its biased
     * variance, times weight plus bias. {@code F.layer_norm}.
     *
     * @param x [*, d1..dk]
     * @param weight [d1..dk], or {@code null} for 1
     * @param bias [d1..dk], or {@code null} for 0
     * @param eps added to the variance before the root; PyTorch's default is 1e-5
     * @param normalizedShape d1..dk, at least one
     * @return shape and dtype of x
     * @throws IllegalArgumentException if the last sizes of x are not normalizedShape, or dtypes differ
     * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros, Hinton 2016</a>
     */
    public static Tensor layerNorm(
            Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, double eps, long... normalizedShape) {
        long inner = lastSizes("layerNorm", x, weight, bias, normalizedShape);
        Tensor rows = View.reshape(x, 1, inner == 0 ? 0 : x.count() / inner, inner);
        return affine(View.view(standardise(rows, eps), x.shape().toArray()), weight, bias);
    }

    /**
     * Root mean square normalisation: each sample over its last dimensions divided by the root of its mean square, times
     * weight. {@code F.rms_norm}.
     *
     * @param x [*, d1..dk]
     * @param weight [d1..dk], or {@code null} for 1
     * @param eps added to the mean square before the root; PyTorch's default is the dtype's epsilon
     * @param normalizedShape d1..dk, at least one
     * @return shape and dtype of x
     * @throws IllegalArgumentException if the last sizes of x are not normalizedShape, or dtypes differ
     * @see <a href="https://arxiv.org/abs/1910.07467">Zhang, Sennrich 2019</a>
     */
    public static Tensor rmsNorm(Tensor x, @Nullable Tensor weight, double eps, long... normalizedShape) {
        lastSizes("rmsNorm", x, weight, null, normalizedShape);
        int[] dims = new int[normalizedShape.length];
        Arrays.setAll(dims, i -> x.rank() - dims.length + i);
        Tensor root = Reduce.mean(x.square(), true, dims).add(eps).sqrt();
        return affine(x.div(root), weight, null);
    }

    /**
     * Group normalisation: the channels of each sample in groups, each minus its mean and divided by the root of its biased
     * variance, times weight plus bias of each channel. {@code F.group_norm}.
     *
     * @param x [n, channels, *]
     * @param numGroups of channels, dividing their count
     * @param weight [channels], or {@code null} for 1
     * @param bias [channels], or {@code null} for 0
     * @param eps added to the variance before the root; PyTorch's default is 1e-5
     * @return shape and dtype of x
     * @throws IllegalArgumentException if groups do not divide the channels, or sizes or dtypes do not fit
     * @see <a href="https://arxiv.org/abs/1803.08494">Wu, He 2018</a>
     */
    public static Tensor groupNorm(
            Tensor x, long numGroups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        Checks.floating("groupNorm", x);
        Checks.require(x.rank() >= 2, "groupNorm", "x is not [n, channels, *]", x);
        Checks.require(
                numGroups >= 1 && x.size(1) % numGroups == 0,
                "groupNorm",
                numGroups + " groups do not divide the channels",
                x);
        requireChannels("groupNorm", "weight", x, weight);
        requireChannels("groupNorm", "bias", x, bias);
        long groups = x.size(0) * numGroups;
        Tensor rows = View.reshape(x, 1, groups, groups == 0 ? 0 : x.count() / groups);
        Tensor y = View.view(standardise(rows, eps), x.shape().toArray());
        return affine(
                y, weight == null ? null : column(weight, x.rank()), bias == null ? null : column(bias, x.rank()));
    }

    /** How many elements the normalised dimensions have. */
    private static long lastSizes(
            String op, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, long... normalizedShape) {
        Checks.floating(op, x);
        Shape shape = Shape.of(normalizedShape);
        int from = x.rank() - shape.rank();
        boolean fits = shape.rank() > 0 && from >= 0;
        for (int d = 0; d < shape.rank() && fits; d++) {
            fits = x.size(from + d) == shape.size(d);
        }
        Checks.require(fits, op, "the last sizes are not " + shape, x);
        for (Tensor parameter : new @Nullable Tensor[] {weight, bias}) {
            if (parameter != null) {
                Checks.sameFloating(op, x, parameter);
                Checks.require(parameter.shape().equals(shape), op, "a parameter is not " + shape, parameter);
            }
        }
        return shape.count();
    }

    private static Tensor affine(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias) {
        Tensor scaled = weight == null ? x : x.mul(weight);
        return bias == null ? scaled : scaled.add(bias);
    }

    /** Each row of [1, rows, n] minus its mean, over its deviation. */
    private static Tensor standardise(Tensor rows, double eps) {
        return perChannel(rows.contiguous(), null, null, null, null, true, 0, eps);
    }

    private static Tensor perChannel(
            Tensor dense,
            @Nullable Tensor runningMean,
            @Nullable Tensor runningVar,
            @Nullable Tensor scale,
            @Nullable Tensor shift,
            boolean training,
            double momentum,
            double eps) {
        Tensor y = dense.newEmpty();
        Shape channels = Shape.of(dense.size(1));
        Tensor mean = dense.newEmpty(channels);
        Tensor invstd = dense.newEmpty(channels);
        dense.device()
                .kernels()
                .normalize()
                .batchNorm(
                        new Kernels.Normalize.BatchNorm(training, momentum, eps),
                        dense,
                        scale,
                        shift,
                        runningMean,
                        runningVar,
                        y,
                        mean,
                        invstd);
        if (training) {
            touch(runningMean);
            touch(runningVar);
        }
        if (Graph.records(dense, scale, shift)) {
            record(y, dense, scale, shift, mean, invstd, training, eps);
        }
        mean.release();
        invstd.release();
        return y;
    }

    private static void requireChannels(String op, String what, Tensor x, @Nullable Tensor perChannel) {
        if (perChannel != null) {
            Checks.sameFloating(op, x, perChannel);
            Checks.require(
                    perChannel.rank() == 1 && perChannel.size(0) == x.size(1),
                    op,
                    what + " is not [channels]",
                    x,
                    perChannel);
        }
    }

    private static void requireWritable(@Nullable Tensor... running) {
        for (Tensor statistic : running) {
            Checks.require(
                    statistic == null || statistic.isContiguous() && !statistic.requiresGrad(),
                    "batchNorm",
                    "running statistics are contiguous and take no gradient",
                    statistic == null ? new Tensor[0] : new Tensor[] {statistic});
        }
    }

    private static void touch(@Nullable Tensor changed) {
        if (changed != null) {
            changed.storage("batchNorm").touch();
        }
    }

    private static void record(
            Tensor y,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            Tensor mean,
            Tensor invstd,
            boolean training,
            double eps) {
        Saved saved = Saved.of(x, weight, mean, invstd);
        boolean wantsX = x.requiresGrad();
        boolean wantsWeight = weight != null && weight.requiresGrad();
        boolean wantsBias = bias != null && bias.requiresGrad();
        boolean scaled = weight != null;
        Joint<Tensor> joint = new Joint<>(g -> {
            Tensor from = saved.get(0);
            Tensor centre = saved.get(2);
            Tensor dx = wantsX ? from.newEmpty() : null;
            Tensor dweight = wantsWeight ? centre.newEmpty() : null;
            Tensor dbias = wantsBias ? centre.newEmpty() : null;
            from.device()
                    .kernels()
                    .normalize()
                    .batchNormGrad(
                            training,
                            from,
                            scaled ? saved.get(1) : null,
                            centre,
                            saved.get(3),
                            g.contiguous(),
                            dx,
                            dweight,
                            dbias);
            return new @Nullable Tensor[] {dx, dweight, dbias};
        });
        Input dx = Input.of(x, g -> {
            if (!GradMode.isOn()) {
                return joint.take(g, 0);
            }
            Standard s = Standard.of(saved, training, eps);
            Tensor scale = scaled ? s.invstd.mul(column(saved.get(1), s.xhat.rank())) : s.invstd;
            if (!training) {
                return g.mul(scale);
            }
            int[] dims = s.dims;
            Tensor along = s.xhat.mul(Reduce.mean(g.mul(s.xhat), true, dims));
            return g.sub(Reduce.mean(g, true, dims)).sub(along).mul(scale);
        });
        if (weight == null || bias == null) {
            Tensor only = weight == null ? bias : weight;
            int place = weight == null ? 2 : 1;
            if (only == null) {
                Graph.record("NativeBatchNormBackward0", y, saved, dx);
            } else {
                Graph.record(
                        "NativeBatchNormBackward0",
                        y,
                        saved,
                        dx,
                        channelRule(only, place, joint, saved, training, eps));
            }
            return;
        }
        Graph.record(
                "NativeBatchNormBackward0",
                y,
                saved,
                dx,
                channelRule(weight, 1, joint, saved, training, eps),
                channelRule(bias, 2, joint, saved, training, eps));
    }

    /** The rule of weight (place 1) or bias (place 2). */
    private static Input channelRule(
            Tensor input, int place, Joint<Tensor> joint, Saved saved, boolean training, double eps) {
        return Input.of(input, g -> {
            if (!GradMode.isOn()) {
                return joint.take(g, place);
            }
            Tensor share = place == 1 ? g.mul(Standard.of(saved, training, eps).xhat) : g;
            return Reduce.sum(share, false, besidesChannels(g.rank()));
        });
    }

    /** What the gradient of the gradient goes through: the standardised x, made of operations that record themselves. */
    private record Standard(Tensor xhat, Tensor invstd, int[] dims) {
        static Standard of(Saved saved, boolean training, double eps) {
            Tensor x = saved.get(0);
            int[] dims = besidesChannels(x.rank());
            if (!training) {
                Tensor invstd = column(saved.get(3), x.rank());
                return new Standard(x.sub(column(saved.get(2), x.rank())).mul(invstd), invstd, dims);
            }
            Tensor centred = x.sub(Reduce.mean(x, true, dims));
            Tensor invstd =
                    Reduce.mean(centred.square(), true, dims).add(eps).sqrt().reciprocal();
            return new Standard(centred.mul(invstd), invstd, dims);
        }
    }

    /** [channels] as [channels, 1, ...], which broadcasts over [n, channels, *]. */
    private static Tensor column(Tensor perChannel, int rank) {
        long[] sizes = new long[rank - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = perChannel.size(0);
        return View.view(perChannel, sizes);
    }

    private static int[] besidesChannels(int rank) {
        int[] dims = new int[rank - 1];
        Arrays.setAll(dims, i -> i == 0 ? 0 : i + 1);
        return dims;
    }
}
