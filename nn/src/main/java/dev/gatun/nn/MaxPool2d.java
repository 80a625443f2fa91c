package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.MaxPoolParams;
import dev.gatun.autograd.ops.Pool;

/**
 * The largest element of each window over two dimensions; {@code torch.nn.MaxPool2d}.
 *
 * {@snippet :
 * Tensor y = new MaxPool2d(2).forward(Tensor.rand(2, 3, 10, 10));
 * System.out.println(y.shape()); // [2, 3, 5, 5]
 * }
 */
public final class MaxPool2d extends Module implements Pure {
    private final MaxPoolParams params;

    /**
     * A layer whose windows do not overlap.
     *
     * @param kernelSize of the window, and its stride
     */
    public MaxPool2d(long kernelSize) {
        this(MaxPoolParams.of(kernelSize));
    }

    /**
     * A layer.
     *
     * @param kernelSize of the window
     * @param stride how far it moves for each output
     */
    public MaxPool2d(long kernelSize, long stride) {
        this(MaxPoolParams.of(kernelSize).withStride(stride));
    }

    /**
     * A layer.
     *
     * @param params how it moves
     */
    public MaxPool2d(MaxPoolParams params) {
        this.params = params;
    }

    /**
     * The largest elements.
     *
     * @param x [n, channels, h, w] or [channels, h, w], F32 or F64
     * @return [n, channels, h', w'] or [channels, h', w']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        Pool.Maxima maxima = Pool.maxPool2d(x, params);
        maxima.indices().release(); // the graph holds what it needs of it
        return maxima.values();
    }

    /**
     * The largest elements and where they lie; {@code return_indices=True}.
     *
     * @param x [n, channels, h, w] or [channels, h, w], F32 or F64
     * @return both, of shape [n, channels, h', w'] or [channels, h', w']
     */
    public Pool.Maxima forwardWithIndices(Tensor x) {
        return Pool.maxPool2d(x, params);
    }

    /** Whether windows are two by two and one begins where the other ends. */
    boolean isHalving() {
        boolean plain = params.padding().stream().allMatch(p -> p == 0)
                && params.dilation().stream().allMatch(d -> d == 1)
                && !params.ceilMode();
        return plain
                && params.kernelSize().stream().allMatch(k -> k == 2)
                && params.stride().stream().allMatch(s -> s == 2);
    }

    @Override
    protected String extraRepr() {
        return Repr.of(params);
    }
}
