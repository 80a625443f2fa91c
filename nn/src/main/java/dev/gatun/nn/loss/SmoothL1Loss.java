package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * With d = |input - target|: d^2 / (2 beta) where d &lt; beta, else d - beta / 2; {@code torch.nn.SmoothL1Loss}.
 *
 * {@snippet :
 * System.out.println(new SmoothL1Loss().forward(Tensor.of(0.0, 0.0), Tensor.of(0.5, 3.0)).item()); // 1.3125
 * }
 */
public final class SmoothL1Loss extends ElementCriterion {
    private final double beta;

    /** The mean over all elements, with beta 1. */
    public SmoothL1Loss() {
        this(Reduction.MEAN, 1);
    }

    /**
     * The mean over all elements.
     *
     * @param beta where the square ends, at least 0
     */
    public SmoothL1Loss(double beta) {
        this(Reduction.MEAN, beta);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of elements are joined
     * @param beta where the square ends, at least 0
     * @throws IllegalArgumentException if beta is out of range
     */
    public SmoothL1Loss(Reduction reduction, double beta) {
        super("smoothL1", reduction);
        require(beta >= 0, "smoothL1", "beta is out of range", beta);
        this.beta = beta;
    }

    @Override
    Tensor elements(Tensor input, Tensor target) {
        return Loss.smoothL1(input, target, reduction(), beta);
    }
}
