package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/**
 * The mean of |prediction - target|, MAE. The counterpart is {@code torchmetrics.MeanAbsoluteError}.
 *
 * {@snippet :
 * var metric = new MeanAbsoluteError();
 * metric.update(Tensor.of(1f, 2f, 3f), Tensor.of(1f, 2f, 5f));
 * System.out.printf("%.3f%n", metric.value()); // 0.667
 * }
 */
public final class MeanAbsoluteError extends Differences {
    /** The metric. */
    public MeanAbsoluteError() {
        super("meanAbsoluteError", Tensor::abs);
    }
}
