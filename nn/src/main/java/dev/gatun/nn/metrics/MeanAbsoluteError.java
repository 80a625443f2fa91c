package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/** The mean of |prediction - target|, MAE. */
public final class MeanAbsoluteError extends Differences {
    /** The metric. */
    public MeanAbsoluteError() {
        super("meanAbsoluteError", Tensor::abs);
    }
}
