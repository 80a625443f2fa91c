package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * (input - target)^2; {@code torch.nn.MSELoss}.
 *
 * {@snippet :
 * System.out.println(new MSELoss().forward(Tensor.of(1.0, 2.0), Tensor.of(1.0, 4.0)).item()); // 2.0
 * }
 */
public final class MSELoss extends ElementCriterion {
    /** The mean over all elements. */
    public MSELoss() {
        this(Reduction.MEAN);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of elements are joined
     */
    public MSELoss(Reduction reduction) {
        super("mse", reduction);
    }

    @Override
    Tensor elements(Tensor input, Tensor target) {
        return Loss.mse(input, target, reduction());
    }
}
