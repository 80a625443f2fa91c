package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.runtime.Reduction;

/**
 * The negative logarithm of the softmax of logits at the right class, computed without overflow; {@code
 * torch.nn.CrossEntropyLoss} for class indexes.
 */
public final class CrossEntropyLoss extends ClassCriterion {
    /** The mean over all rows. */
    public CrossEntropyLoss() {
        this(Reduction.MEAN);
    }

    /**
     * The loss with PyTorch's ignored index, -100.
     *
     * @param reduction how the losses of rows are joined
     */
    public CrossEntropyLoss(Reduction reduction) {
        this(reduction, NO_INDEX);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of rows are joined; the mean is over rows that are not ignored
     * @param ignoreIndex a target that does not count
     */
    public CrossEntropyLoss(Reduction reduction, long ignoreIndex) {
        super("crossEntropy", reduction, ignoreIndex);
    }

    @Override
    Tensor rows(Tensor input, Tensor target) {
        return Norm.crossEntropy(input, target, reduction(), ignoreIndex());
    }
}
