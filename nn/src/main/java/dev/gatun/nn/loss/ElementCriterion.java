package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;

/** A loss of single elements, which broadcasts. */
abstract sealed class ElementCriterion extends Criterion permits MSELoss, L1Loss, SmoothL1Loss, HuberLoss {
    private static final System.Logger LOG = System.getLogger("dev.gatun");

    private final String op;
    private boolean warned;

    ElementCriterion(String op, Reduction reduction) {
        super(reduction);
        this.op = op;
    }

    /** The loss of operands that broadcast. */
    abstract Tensor elements(Tensor input, Tensor target);

    /**
     * The loss. Shapes that differ are broadcast, which is rarely meant, and warned of once.
     *
     * @param input F32 or F64
     * @param target of the same dtype
     * @return rank 0, or the broadcast shape where nothing is reduced
     * @throws IllegalArgumentException if dtypes differ or shapes do not broadcast
     */
    @Override
    public final Tensor forward(Tensor input, Tensor target) {
        if (!warned && !input.shape().equals(target.shape())) {
            warned = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    op + ": shapes differ and are broadcast: input " + input.describe() + ", target "
                            + target.describe());
        }
        return elements(input, target);
    }
}
