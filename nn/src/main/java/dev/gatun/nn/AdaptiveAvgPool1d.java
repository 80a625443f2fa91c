package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Pool;

/**
 * The means of parts of one dimension, as many as asked for whatever the input's size; {@code
 * torch.nn.AdaptiveAvgPool1d}.
 *
 * {@snippet :
 * Tensor y = new AdaptiveAvgPool1d(4).forward(Tensor.rand(2, 3, 10));
 * System.out.println(y.shape()); // [2, 3, 4]
 * }
 */
public final class AdaptiveAvgPool1d extends Module implements Pure {
    private final long[] outputSize;

    /**
     * A layer.
     *
     * @param outputSize how many parts, one number for all dimensions or one for each; -1, PyTorch's None, for as many as
     *     the input's elements
     */
    public AdaptiveAvgPool1d(long... outputSize) {
        this.outputSize = outputSize.clone();
    }

    /**
     * The means of parts.
     *
     * @param x [n, channels, l] or [channels, l], F32 or F64
     * @return [n, channels, l'] or [channels, l']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Pool.adaptiveAvgPool1d(in, outputSize));
    }

    @Override
    protected String extraRepr() {
        return "output_size=" + Repr.outputSize(outputSize);
    }
}
