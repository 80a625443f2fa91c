package dev.gatun.nn;

/**
 * Batch normalisation of [n, numFeatures, d, h, w]; {@code torch.nn.BatchNorm3d}.
 *
 * {@snippet :
 * var norm = new BatchNorm3d(3);
 * Tensor y = norm.forward(Tensor.rand(2, 3, 6, 10, 10)); // by this batch's mean and variance
 * norm.eval();
 * Tensor z = norm.forward(Tensor.rand(2, 3, 6, 10, 10)); // by the running ones
 * }
 */
public final class BatchNorm3d extends BatchNorm {
    /**
     * A layer with PyTorch's defaults.
     *
     * @param numFeatures the input's second size
     */
    public BatchNorm3d(long numFeatures) {
        this(numFeatures, Options.defaults());
    }

    /**
     * A layer.
     *
     * @param numFeatures the input's second size
     * @param options how it normalises
     */
    public BatchNorm3d(long numFeatures, Options options) {
        super("batchNorm3d", 5, 5, numFeatures, options);
    }
}
