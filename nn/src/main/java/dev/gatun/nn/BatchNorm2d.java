package dev.gatun.nn;

/** Batch normalisation of [n, numFeatures, h, w]; {@code torch.nn.BatchNorm2d}. */
public final class BatchNorm2d extends BatchNorm {
    /**
     * A layer with PyTorch's defaults.
     *
     * @param numFeatures the input's second size
     */
    public BatchNorm2d(long numFeatures) {
        this(numFeatures, Options.defaults());
    }

    /**
     * A layer.
     *
     * @param numFeatures the input's second size
     * @param options how it normalises
     */
    public BatchNorm2d(long numFeatures, Options options) {
        super("batchNorm2d", 4, 4, numFeatures, options);
    }
}
