package dev.gatun.nn;

/** Batch normalisation of [n, numFeatures] or [n, numFeatures, l]; {@code torch.nn.BatchNorm1d}. */
public final class BatchNorm1d extends BatchNorm {
    /**
     * A layer with PyTorch's defaults.
     *
     * @param numFeatures the input's second size
     */
    public BatchNorm1d(long numFeatures) {
        this(numFeatures, Options.defaults());
    }

    /**
     * A layer.
     *
     * @param numFeatures the input's second size
     * @param options how it normalises
     */
    public BatchNorm1d(long numFeatures, Options options) {
        super("batchNorm1d", 2, 3, numFeatures, options);
    }
}
