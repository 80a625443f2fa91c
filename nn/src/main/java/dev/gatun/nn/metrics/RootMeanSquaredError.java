package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/**
 * The root of {@link MeanSquaredError}, in the target's unit; RMSE. The counterpart is {@code
 * torchmetrics.MeanSquaredError(squared=False)}.
 *
 * {@snippet :
 * var metric = new RootMeanSquaredError();
 * metric.update(Tensor.of(1f, 2f, 3f), Tensor.of(1f, 2f, 5f));
 * System.out.printf("%.3f%n", metric.value()); // 1.155
 * }
 */
public final class RootMeanSquaredError extends Differences {
    /** The metric. */
    public RootMeanSquaredError() {
        super("rootMeanSquaredError", Tensor::square);
    }

    @Override
    public double value() {
        return Math.sqrt(super.value());
    }
}
