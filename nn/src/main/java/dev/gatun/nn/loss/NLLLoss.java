package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.runtime.Reduction;

/**
 * The negative of log probabilities at the right class, for what {@link dev.gatun.nn.LogSoftmax} gives; {@code
 * torch.nn.NLLLoss}.
 */
public final class NLLLoss extends ClassCriterion {
    /** The mean over all rows. */
    public NLLLoss() {
        this(Reduction.MEAN);
    }

    /**
     * The loss with PyTorch's ignored index, -100.
     *
     * @param reduction how the losses of rows are joined
     */
    public NLLLoss(Reduction reduction) {
        this(reduction, NO_INDEX);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of rows are joined; the mean is over rows that are not ignored
     * @param ignoreIndex a target that does not count
     */
    public NLLLoss(Reduction reduction, long ignoreIndex) {
        super("nllLoss", reduction, ignoreIndex);
    }

    @Override
    Tensor rows(Tensor input, Tensor target) {
        return Norm.nllLoss(input, target, reduction(), ignoreIndex());
    }
}
