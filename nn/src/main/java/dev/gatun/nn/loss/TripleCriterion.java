package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;

/**
 * A loss of three tensors, as one number to make small; of {@code torch.nn}.
 *
 * {@snippet :
 * TripleCriterion loss = new MarginRankingLoss(0.5);
 * System.out.println(loss.forward(Tensor.of(1.0), Tensor.of(1.0), Tensor.of(1.0)).item()); // 0.5
 * }
 */
public abstract non-sealed class TripleCriterion extends ReducedLoss {
    /**
     * A criterion.
     *
     * @param reduction how losses of single elements or rows are joined
     */
    protected TripleCriterion(Reduction reduction) {
        super(reduction);
    }

    /**
     * The loss.
     *
     * @param first F32 or F64
     * @param second of the same dtype
     * @param third as the loss says
     * @return rank 0, or one loss for each element or row where nothing is reduced
     */
    public abstract Tensor forward(Tensor first, Tensor second, Tensor third);
}
