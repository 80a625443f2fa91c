package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.AvgPoolParams;
import dev.gatun.autograd.ops.Pool;
import java.util.List;

/**
 * The mean of each window over one dimension; {@code torch.nn.AvgPool1d}.
 *
 * {@snippet :
 * Tensor y = new AvgPool1d(2).forward(Tensor.rand(2, 3, 10));
 * System.out.println(y.shape()); // [2, 3, 5]
 * }
 */
public final class AvgPool1d extends Module implements Pure {
    private final AvgPoolParams params;

    /**
     * A layer whose windows do not overlap.
     *
     * @param kernelSize of the window, and its stride
     */
    public AvgPool1d(long kernelSize) {
        this(AvgPoolParams.of(kernelSize));
    }

    /**
     * A layer.
     *
     * @param kernelSize of the window
     * @param stride how far it moves for each output
     */
    public AvgPool1d(long kernelSize, long stride) {
        this(AvgPoolParams.of(kernelSize).withStride(stride));
    }

    /**
     * A layer.
     *
     * @param params how it moves
     */
    public AvgPool1d(AvgPoolParams params) {
        this.params = params;
    }

    /**
     * The means.
     *
     * @param x [n, channels, l] or [channels, l], F32 or F64
     * @return [n, channels, l'] or [channels, l']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Pool.avgPool1d(in, params));
    }

    @Override
    protected String extraRepr() {
        List<Long> stride = params.stride().isEmpty() ? params.kernelSize() : params.stride();
        return "kernel_size=" + Repr.tuple(params.kernelSize()) + ", stride=" + Repr.tuple(stride) + ", padding="
                + Repr.tuple(params.padding());
    }
}
