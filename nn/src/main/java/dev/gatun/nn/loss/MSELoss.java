package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/** (input - target)^2; {@code torch.nn.MSELoss}. */
public final class MSELoss extends Criterion {
    private static final System.Logger LOG = System.getLogger("dev.gatun");

    private boolean warned;

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
        super(reduction);
    }

    /**
     * The loss. Shapes that differ are broadcast, which is rarely meant, and warned of once.
     *
     * @param input F32 or F64
     * @param target of the same dtype
     * @return rank 0, or the broadcast shape where nothing is reduced
     * @throws IllegalArgumentException if dtypes differ or shapes do not broadcast
     */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        if (!warned && !input.shape().equals(target.shape())) {
            warned = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "mse: shapes differ and are broadcast: input " + input.describe() + ", target "
                            + target.describe());
        }
        return Loss.mse(input, target, reduction());
    }
}
