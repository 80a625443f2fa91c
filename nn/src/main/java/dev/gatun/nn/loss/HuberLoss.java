package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * With d = |input - target|: d^2 / 2 where d &lt;= delta, else delta (d - delta / 2); {@code torch.nn.HuberLoss}.
 *
 * {@snippet :
 * System.out.println(new HuberLoss().forward(Tensor.of(0.0), Tensor.of(3.0)).item()); // 2.5
 * }
 */
public final class HuberLoss extends ElementCriterion {
    private final double delta;

    /** The mean over all elements, with delta 1. */
    public HuberLoss() {
        this(Reduction.MEAN, 1);
    }

    /**
     * The mean over all elements.
     *
     * @param delta where the square ends, above 0
     */
    public HuberLoss(double delta) {
        this(Reduction.MEAN, delta);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of elements are joined
     * @param delta where the square ends, above 0
     * @throws IllegalArgumentException if delta is out of range
     */
    public HuberLoss(Reduction reduction, double delta) {
        super("huber", reduction);
        require(delta > 0, "huber", "delta is out of range", delta);
        this.delta = delta;
    }

    @Override
    Tensor elements(Tensor input, Tensor target) {
        return Loss.huber(input, target, reduction(), delta);
    }
}
