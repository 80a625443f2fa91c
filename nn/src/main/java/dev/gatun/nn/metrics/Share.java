package dev.gatun.nn.metrics;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;

/** A metric that is a sum divided by a count, or computed from such. */
abstract class Share implements Metric {
    private final String op;
    private double sum;
    private long count;

    Share(String op) {
        this.op = op;
    }

    final String op() {
        return op;
    }

    final void add(double more, long samples) {
        sum += more;
        count += samples;
    }

    @Override
    public final Tensor compute() {
        return Tensor.scalar(value(), DType.F64);
    }

    @Override
    public double value() {
        if (count == 0) {
            throw new IllegalStateException(op + ": no sample was given yet");
        }
        return sum / (double) count;
    }

    @Override
    public final void reset() {
        sum = 0;
        count = 0;
    }
}
