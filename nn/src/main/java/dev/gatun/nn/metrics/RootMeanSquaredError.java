package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/** The root of {@link MeanSquaredError}, in the target's unit; RMSE. */
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
