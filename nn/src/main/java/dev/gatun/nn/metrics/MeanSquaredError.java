package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;

/**
 * The mean of (prediction - target)², MSE. The counterpart is {@code torchmetrics.MeanSquaredError}.
 *
 * {@snippet :
 * var metric = new MeanSquaredError();
 * metric.update(Tensor.of(1f, 2f, 3f), Tensor.of(1f, 2f, 5f));
 * System.out.printf("%.3f%n", metric.value()); // 1.333
 * }
 */
public final class MeanSquaredError extends Differences {
    /** The metric. */
    public MeanSquaredError() {
        super("meanSquaredError", Tensor::square);
    }
}
