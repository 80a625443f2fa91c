package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Pool;

/**
 * The largest elements of parts of two dimensions, as many as asked for whatever the input's size; {@code
 * torch.nn.AdaptiveMaxPool2d}.
 *
 * {@snippet :
 * Tensor y = new AdaptiveMaxPool2d(4, 4).forward(Tensor.rand(2, 3, 10, 10));
 * System.out.println(y.shape()); // [2, 3, 4, 4]
 * }
 */
public final class AdaptiveMaxPool2d extends Module implements Pure {
    private final long[] outputSize;

    /**
     * A layer.
     *
     * @param outputSize how many parts, one number for all dimensions or one for each; -1, PyTorch's None, for as many as
     *     the input's elements
     */
    public AdaptiveMaxPool2d(long... outputSize) {
        this.outputSize = outputSize.clone();
    }

    /**
     * The largest elements of parts.
     *
     * @param x [n, channels, h, w] or [channels, h, w], F32 or F64
     * @return [n, channels, h', w'] or [channels, h', w']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        Pool.Maxima maxima = Pool.adaptiveMaxPool2d(x, outputSize);
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
        return Pool.adaptiveMaxPool2d(x, outputSize);
    }

    @Override
    protected String extraRepr() {
        return "output_size=" + Repr.outputSize(outputSize);
    }
}
