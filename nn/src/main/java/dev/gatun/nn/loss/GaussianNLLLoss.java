package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * The negative log likelihood of targets under normal distributions: (log v + (input - target)^2 / v) / 2 with v the
 * variance, at least eps; {@code torch.nn.GaussianNLLLoss}.
 *
 * {@snippet :
 * Tensor loss = new GaussianNLLLoss().forward(Tensor.of(1.0), Tensor.of(3.0), Tensor.of(1.0));
 * System.out.println(loss.item()); // 2.0
 * }
 */
public final class GaussianNLLLoss extends TripleCriterion {
    private final boolean full;
    private final double eps;

    /** The mean, without the constant, with eps 1e-6. */
    public GaussianNLLLoss() {
        this(Reduction.MEAN, false, 1e-6);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of elements are joined
     * @param full whether to add the constant log(2 pi) / 2
     * @param eps the least variance, above 0
     * @throws IllegalArgumentException if eps is not
     */
    public GaussianNLLLoss(Reduction reduction, boolean full, double eps) {
        super(reduction);
        require(eps > 0, "gaussianNll", "eps is not positive", eps);
        this.full = full;
        this.eps = eps;
    }

    /**
     * The loss.
     *
     * @param input the distributions' means
     * @param target of the input's shape
     * @param variance of the input's shape, or with a last size of 1, or without the last dimension
     * @return rank 0, or the input's shape where nothing is reduced
     * @throws IllegalArgumentException if shapes or dtypes do not fit, or a variance is negative
     */
    @Override
    public Tensor forward(Tensor input, Tensor target, Tensor variance) {
        return Loss.gaussianNll(input, target, variance, full, eps, reduction());
    }
}
