package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Module;
import dev.gatun.runtime.Reduction;

/** How far an output is from its target, as one number to make small; a loss of {@code torch.nn}. */
public abstract class Criterion extends Module {
    private final Reduction reduction;

    /**
     * A criterion.
     *
     * @param reduction how losses of single elements or rows are joined
     */
    protected Criterion(Reduction reduction) {
        this.reduction = reduction;
    }

    /**
     * The loss.
     *
     * @param input what the model gave
     * @param target what it should have given
     * @return rank 0, or one loss for each element or row where nothing is reduced
     */
    public abstract Tensor forward(Tensor input, Tensor target);

    /**
     * How losses of single elements or rows are joined.
     *
     * @return the reduction
     */
    public final Reduction reduction() {
        return reduction;
    }
}
