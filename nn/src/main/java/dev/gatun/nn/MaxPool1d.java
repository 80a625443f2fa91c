package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.autograd.ops.Pool;

/**
 * The largest element of each window over one dimension; {@code torch.nn.MaxPool1d}.
 *
 * {@snippet :
 * Tensor y = new MaxPool1d(2).forward(Tensor.rand(2, 3, 10));
 * System.out.println(y.shape()); // [2, 3, 5]
 * }
 */
public final class MaxPool1d extends Module implements Pure {
    private final MaxPoolParams params;

    /**
     * A layer whose windows do not overlap.
     *
     * @param kernelSize of the window, and its stride
     */
    public MaxPool1d(long kernelSize) {
        this(MaxPoolParams.of(kernelSize));
    }

    /**
     * A layer.
     *
     * @param kernelSize of the window
     * @param stride how far it moves for each output
     */
    public MaxPool1d(long kernelSize, long stride) {
        this(MaxPoolParams.of(kernelSize).withStride(stride));
    }

    /**
     * A layer.
     *
     * @param params how it moves
     */
    public MaxPool1d(MaxPoolParams params) {
        this.params = params;
    }

    /**
     * The largest elements.
     *
     * @param x [n, channels, l] or [channels, l], F32 or F64
     * @return [n, channels, l'] or [channels, l']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        Pool.Maxima maxima = Pool.maxPool1d(x, params);
        maxima.indices().release(); // the graph holds what it needs of it
        return maxima.values();
    }

    /**
     * The largest elements and where they lie; {@code return_indices=True}.
     *
     * @param x [n, channels, l] or [channels, l], F32 or F64
     * @return both, of shape [n, channels, l'] or [channels, l']
     */
    public Pool.Maxima forwardWithIndices(Tensor x) {
        return Pool.maxPool1d(x, params);
    }

    @Override
    protected String extraRepr() {
        return Repr.of(params);
    }
}
