package dev.gatun.nn.metrics;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.function.UnaryOperator;

/** A mean over the differences between predictions and targets, summed up in double. */
abstract sealed class Differences extends Share permits MeanAbsoluteError, MeanSquaredError, RootMeanSquaredError {
    private final UnaryOperator<Tensor> function;

    /**
     * The metric.
     *
     * @param function of the differences, whose sum is taken
     */
    Differences(String op, UnaryOperator<Tensor> function) {
        super(op);
        this.function = function;
    }

    /**
     * Adds a batch.
     *
     * @param predictions [*], any dtype but BF16 and F16
     * @param target of the same shape
     * @throws IllegalArgumentException if shapes differ
     */
    @Override
    public final void update(Tensor predictions, Tensor target) {
        requireSame(op(), predictions, target);
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Tensor differences = predictions.to(DType.F64).sub(target.to(DType.F64));
            add(function.apply(differences).sum().item(), target.count());
        }
    }

    static void requireSame(String op, Tensor predictions, Tensor target) {
        if (!predictions.shape().equals(target.shape())) {
            throw new IllegalArgumentException(
                    op + ": shapes differ: predictions " + predictions.describe() + ", target " + target.describe());
        }
    }
}
