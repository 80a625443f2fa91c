package dev.gatun.nn;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Normalize;
import dev.gatun.runtime.DType;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the batch normalisations have; Ioffe and Szegedy 2015. In training mode each channel is normalised by the mean and
 * variance of the batch, and the running ones move towards them; in evaluation mode by the running ones. Weight starts at
 * 1, bias at 0. PyTorch's counterpart is {@code torch.nn.modules.batchnorm._BatchNorm}.
 *
 * {@snippet :
 * BatchNorm norm = new BatchNorm1d(4);
 * norm.forward(x);
 * System.out.println(norm.runningMean().orElseThrow().shape()); // [4]
 * }
 */
public abstract sealed class BatchNorm extends Module implements Pure permits BatchNorm1d, BatchNorm2d, BatchNorm3d {
    /**
     * PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param eps added to the variance before the root; 1e-5
     * @param momentum how far the running statistics move each time; empty for the mean of all batches; 0.1
     * @param affine whether there are a weight and a bias; true
     * @param trackRunningStats whether there are running statistics; without, batches are used in evaluation too; true
     */
    public record Options(double eps, OptionalDouble momentum, boolean affine, boolean trackRunningStats) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-5, OptionalDouble.of(0.1), true, true);
        }

        /**
         * These with another eps.
         *
         * @param value added to the variance before the root
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(value, momentum, affine, trackRunningStats);
        }

        /**
         * These with another momentum.
         *
         * @param value how far the running statistics move each time
         * @return new options
         */
        public Options withMomentum(double value) {
            return new Options(eps, OptionalDouble.of(value), affine, trackRunningStats);
        }

        /**
         * These with running statistics that are the mean of all batches; {@code momentum=None}.
         *
         * @return new options
         */
        public Options withCumulativeMomentum() {
            return new Options(eps, OptionalDouble.empty(), affine, trackRunningStats);
        }

        /**
         * These with or without weight and bias.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withAffine(boolean value) {
            return new Options(eps, momentum, value, trackRunningStats);
        }

        /**
         * These with or without running statistics.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withTrackRunningStats(boolean value) {
            return new Options(eps, momentum, affine, value);
        }
    }

    private final String op;
    private final int leastRank;
    private final int mostRank;
    private final long numFeatures;
    private final Options options;
    private final @Nullable Parameter weight;
    private final @Nullable Parameter bias;
    private final @Nullable Buffer runningMean;
    private final @Nullable Buffer runningVar;
    private final @Nullable Buffer numBatchesTracked;

    BatchNorm(String op, int leastRank, int mostRank, long numFeatures, Options options) {
        if (numFeatures < 0) {
            throw new IllegalArgumentException(op + ": numFeatures is negative: " + numFeatures);
        }
        this.op = op;
        this.leastRank = leastRank;
        this.mostRank = mostRank;
        this.numFeatures = numFeatures;
        this.options = options;
        boolean affine = options.affine();
        boolean tracks = options.trackRunningStats();
        this.weight = affine ? registerParameter("weight", Tensor.ones(numFeatures)) : null;
        this.bias = affine ? registerParameter("bias", Tensor.zeros(numFeatures)) : null;
        this.runningMean = tracks ? registerBuffer("running_mean", Tensor.zeros(numFeatures)) : null;
        this.runningVar = tracks ? registerBuffer("running_var", Tensor.ones(numFeatures)) : null;
        this.numBatchesTracked = tracks ? registerBuffer("num_batches_tracked", Tensor.scalar(0, DType.I64)) : null;
    }

    private static @Nullable Tensor tensor(@Nullable Slot slot) {
        return slot == null ? null : slot.tensor();
    }

    /**
     * The weight.
     *
     * @return [numFeatures], or empty for a layer without
     */
    public final Optional<Tensor> weight() {
        return Optional.ofNullable(tensor(weight));
    }

    /**
     * The bias.
     *
     * @return [numFeatures], or empty for a layer without
     */
    public final Optional<Tensor> bias() {
        return Optional.ofNullable(tensor(bias));
    }

    /**
     * The running mean.
     *
     * @return [numFeatures], or empty for a layer without
     */
    public final Optional<Tensor> runningMean() {
        return Optional.ofNullable(tensor(runningMean));
    }

    /**
     * The running variance.
     *
     * @return [numFeatures], or empty for a layer without
     */
    public final Optional<Tensor> runningVar() {
        return Optional.ofNullable(tensor(runningVar));
    }

    /** Puts the running statistics back to mean 0 and variance 1; {@code reset_running_stats}. */
    public final void resetRunningStats() {
        runningMean().ifPresent(Init::zeros_);
        runningVar().ifPresent(Init::ones_);
        Optional.ofNullable(tensor(numBatchesTracked)).ifPresent(Init::zeros_);
    }

    /**
     * The input normalised.
     *
     * @param x [n, numFeatures, *], of the parameters' dtype
     * @return shape and dtype of x
     * @throws IllegalArgumentException if sizes or dtype do not fit, or a batch in training has one value per channel
     */
    @Override
    public final Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        if (x.rank() < leastRank || x.rank() > mostRank || x.size(1) != numFeatures) {
            throw new IllegalArgumentException(op + ": takes rank " + leastRank
                    + (mostRank == leastRank ? "" : " or " + mostRank) + " with " + numFeatures + " channels: "
                    + x.describe());
        }
        boolean moves = isTraining() && runningMean != null;
        double momentum = moves ? count() : 0;
        boolean byBatch = isTraining() || runningMean == null;
        return Normalize.batchNorm(
                x,
                byBatch && !moves ? null : tensor(runningMean),
                byBatch && !moves ? null : tensor(runningVar),
                tensor(weight),
                tensor(bias),
                byBatch,
                momentum,
                options.eps());
    }

    /** Counts a batch; gives the momentum for it. */
    private double count() {
        Tensor tracked = tensor(numBatchesTracked);
        if (tracked == null) {
            return 0;
        }
        try (var off = GradMode.noGrad()) {
            tracked.add_(1);
        }
        return options.momentum().isPresent() ? options.momentum().getAsDouble() : 1.0 / (double) tracked.itemLong();
    }

    @Override
    protected String extraRepr() {
        OptionalDouble momentum = options.momentum();
        return numFeatures + ", eps=" + Repr.of(options.eps()) + ", momentum="
                + (momentum.isPresent() ? Repr.of(momentum.getAsDouble()) : "None") + ", affine="
                + Repr.of(options.affine()) + ", track_running_stats=" + Repr.of(options.trackRunningStats());
    }
}
