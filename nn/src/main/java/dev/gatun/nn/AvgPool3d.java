package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.AvgPoolParams;
import dev.gatun.autograd.ops.Pool;
import java.util.List;

/**
 * The mean of each window over three dimensions; {@code torch.nn.AvgPool3d}.
 *
 * {@snippet :
 * Tensor y = new AvgPool3d(2).forward(Tensor.rand(2, 3, 6, 10, 10));
 * System.out.println(y.shape()); // [2, 3, 3, 5, 5]
 * }
 */
public final class AvgPool3d extends Module implements Pure {
    private final AvgPoolParams params;

    /**
     * A layer whose windows do not overlap.
     *
     * @param kernelSize of the window, and its stride
     */
    public AvgPool3d(long kernelSize) {
        this(AvgPoolParams.of(kernelSize));
    }

    /**
     * A layer.
     *
     * @param kernelSize of the window
     * @param stride how far it moves for each output
     */
    public AvgPool3d(long kernelSize, long stride) {
        this(AvgPoolParams.of(kernelSize).withStride(stride));
    }

    /**
     * A layer.
     *
     * @param params how it moves
     */
    public AvgPool3d(AvgPoolParams params) {
        this.params = params;
    }

    /**
     * The means.
     *
     * @param x [n, channels, d, h, w] or [channels, d, h, w], F32 or F64
     * @return [n, channels, d', h', w'] or [channels, d', h', w']
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Pool.avgPool3d(in, params));
    }

    @Override
    protected String extraRepr() {
        List<Long> stride = params.stride().isEmpty() ? params.kernelSize() : params.stride();
        return "kernel_size=" + Repr.number(params.kernelSize()) + ", stride=" + Repr.number(stride) + ", padding="
                + Repr.number(params.padding());
    }
}
