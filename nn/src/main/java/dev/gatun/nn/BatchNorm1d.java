package dev.gatun.nn;

/**
 * Batch normalisation of [n, numFeatures] or [n, numFeatures, l]; {@code torch.nn.BatchNorm1d}.
 *
 * {@snippet :
 * var norm = new BatchNorm1d(3);
 * Tensor y = norm.forward(Tensor.rand(2, 3, 10)); // by this batch's mean and variance
 * norm.eval();
 * Tensor z = norm.forward(Tensor.rand(2, 3, 10)); // by the running ones
 * }
 */
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
