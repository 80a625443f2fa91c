package dev.gatun.nn.metrics;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;

/**
 * The coefficient of determination R²: 1 less the squared errors over the squared distances of the targets to their mean;
 * 1 is best, 0 is as good as their mean. Of several outputs it is the mean. Targets that are all the same give 1 where
 * they are met and 0 where not. The counterpart is {@code torchmetrics.R2Score}.
 *
 * {@snippet :
 * var metric = new R2Score();
 * metric.update(Tensor.of(1f, 2f, 3f), Tensor.of(1f, 2f, 5f));
 * System.out.printf("%.3f%n", metric.value()); // 0.538
 * }
 */
public final class R2Score implements Metric {
    private long samples;
    private double[] means = {}; // of the targets, by output
    private double[] spreads = {}; // the sums of squared distances to them
    private double[] errors = {}; // the sums of squared errors

    /** The metric. */
    public R2Score() {}

    /**
     * Adds a batch.
     *
     * @param predictions [n] or [n, outputs], any dtype but BF16 and F16
     * @param target of the same shape
     * @throws IllegalArgumentException if shapes differ from each other, or from those before
     */
    @Override
    public void update(Tensor predictions, Tensor target) {
        Differences.requireSame("r2Score", predictions, target);
        if (target.rank() != 1 && target.rank() != 2) {
            throw new IllegalArgumentException("r2Score: takes [n] or [n, outputs]: " + target.describe());
        }
        int outputs = target.rank() == 1 ? 1 : Math.toIntExact(target.size(1));
        if (samples > 0 && outputs != means.length) {
            throw new IllegalArgumentException(
                    "r2Score: there were " + means.length + " outputs before: " + target.describe());
        }
        long n = target.size(0);
        if (n == 0 || outputs == 0) {
            return;
        }
        if (samples == 0) {
            means = new double[outputs];
            spreads = new double[outputs];
            errors = new double[outputs];
        }
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Tensor right = target.to(DType.F64).reshape(n, outputs);
            Tensor mean = right.mean(0);
            double[] newMeans = mean.toDoubleArray();
            double[] newSpreads = right.sub(mean).square().sum(0).toDoubleArray();
            double[] newErrors = predictions
                    .to(DType.F64)
                    .reshape(n, outputs)
                    .sub(right)
                    .square()
                    .sum(0)
                    .toDoubleArray();
            for (int i = 0; i < outputs; i++) { // joined as by Chan, Golub and LeVeque 1979
                double distance = newMeans[i] - means[i];
                double share = (double) n / (double) (samples + n);
                means[i] += distance * share;
                spreads[i] += newSpreads[i] + distance * distance * (double) samples * share;
                errors[i] += newErrors[i];
            }
        }
        samples += n;
    }

    @Override
    public Tensor compute() {
        return Tensor.scalar(value(), DType.F64);
    }

    @Override
    public double value() {
        if (samples < 2) {
            throw new IllegalStateException("r2Score: takes two samples at least: " + samples);
        }
        double sum = 0;
        for (int i = 0; i < means.length; i++) {
            sum += spreads[i] > 0 ? 1 - errors[i] / spreads[i] : errors[i] == 0 ? 1 : 0;
        }
        return sum / means.length;
    }

    @Override
    public void reset() {
        samples = 0;
    }
}
