package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/** The mean of (prediction - target)², MSE. */
public final class MeanSquaredError extends Differences {
    /** The metric. */
    public MeanSquaredError() {
        super("meanSquaredError", Tensor::square);
    }
}
