package dev.gatun.nn.loss;

import dev.gatun.nn.Module;
import dev.gatun.runtime.Reduction;

/** What all losses have: how the losses of single elements or rows are joined. */
abstract sealed class ReducedLoss extends Module permits Criterion, TripleCriterion {
    private final Reduction reduction;

    ReducedLoss(Reduction reduction) {
        this.reduction = reduction;
    }

    /**
     * How losses of single elements or rows are joined.
     *
     * @return the reduction
     */
    public final Reduction reduction() {
        return reduction;
    }

    static void require(boolean holds, String op, String problem, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(op + ": " + problem + ": " + got);
        }
    }
}
