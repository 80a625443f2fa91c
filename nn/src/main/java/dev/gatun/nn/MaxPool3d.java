package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.autograd.ops.Pool;

/**
 * The largest element of each window over three dimensions; {@code torch.nn.MaxPool3d}.
 *
 * {@snippet :
 * Tensor y = new MaxPool3d(2).forward(Tensor.rand(2, 3, 6, 10, 10));
 * System.out.println(y.shape()); // [2, 3, 3, 5, 5]
 * }
 */
public final class MaxPool3d extends Module implements Pure {
    private final MaxPoolParams params;

    /**
     * A layer whose windows do not overlap.
     *
     * @param kernelSize of the window, and its stride
     */
    public MaxPool3d(long kernelSize) {
        this(MaxPoolParams.of(kernelSize));
    }

    /**
     * A layer.
     *
     * @param kernelSize of the window
     * @param stride how far it moves for each output
     */
    public MaxPool3d(long kernelSize, long stride) {
        this(MaxPoolParams.of(kernelSize).withStride(stride));
    }

    /**
     * A layer.
     *
     * @param params how it moves
     */
    public MaxPool3d(MaxPoolParams params) {
        this.params = params;
    }

    /**
     * The largest elements.
     *
     * @param x [n, channels, d, h, w] or [channels, d, h, w], F32 or F64
     * @return [n, channels, d', h', w'] or [channels, d', h', w']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        Pool.Maxima maxima = Pool.maxPool3d(x, params);
        maxima.indices().release(); // the graph holds what it needs of it
        return maxima.values();
    }

    /**
     * The largest elements and where they lie; {@code return_indices=True}.
     *
     * @param x [n, channels, d, h, w] or [channels, d, h, w], F32 or F64
     * @return both, of shape [n, channels, d', h', w'] or [channels, d', h', w']
     */
    public Pool.Maxima forwardWithIndices(Tensor x) {
        return Pool.maxPool3d(x, params);
    }

    @Override
    protected String extraRepr() {
        return Repr.of(params);
    }
}
