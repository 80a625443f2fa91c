package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;

/**
 * How far an output is from its target, as one number to make small; a loss of {@code torch.nn}.
 *
 * {@snippet :
 * Criterion loss = new MSELoss();
 * System.out.println(loss.forward(Tensor.of(1.0, 2.0), Tensor.of(1.0, 4.0)).item()); // 2.0
 * }
 */
public abstract non-sealed class Criterion extends ReducedLoss {
    /**
     * A criterion.
     *
     * @param reduction how losses of single elements or rows are joined
     */
    protected Criterion(Reduction reduction) {
        super(reduction);
    }

    /**
     * The loss.
     *
     * @param input what the model gave
     * @param target what it should have given
     * @return rank 0, or one loss for each element or row where nothing is reduced
     */
    public abstract Tensor forward(Tensor input, Tensor target);
}
