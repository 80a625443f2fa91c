package dev.gatun.nn;

/**
 * Batch normalisation of [n, numFeatures, h, w]; {@code torch.nn.BatchNorm2d}.
 *
 * {@snippet :
 * var norm = new BatchNorm2d(3);
 * Tensor y = norm.forward(Tensor.rand(2, 3, 10, 10)); // by this batch's mean and variance
 * norm.eval();
 * Tensor z = norm.forward(Tensor.rand(2, 3, 10, 10)); // by the running ones
 * }
 */
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
