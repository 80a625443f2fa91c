package dev.gatun.testing.naive;

import dev.gatun.runtime.kernels.ReduceOp;
import java.util.Arrays;

/** Reductions and running results as in the textbook, in double, or in long for integers. */
public final class NaiveReduce {
    private NaiveReduce() {}

    /** One reduction over all the numbers; truths are 0 and 1. */
    public static double reduce(ReduceOp op, double[] values) {
        double sum = 0;
        double product = 1;
        double largest = Double.NEGATIVE_INFINITY;
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            sum += value;
            product *= value;
            largest = Math.max(largest, value); // NaN wins
            smallest = Math.min(smallest, value);
        }
        return switch (op) {
            case SUM -> sum;
            case MEAN -> sum / values.length;
            case MAX -> largest;
            case MIN -> smallest;
            case PROD -> product;
            case NANSUM -> Arrays.stream(values).filter(v -> !Double.isNaN(v)).reduce(0, Double::sum);
            case ABS_SUM -> Arrays.stream(values).map(Math::abs).reduce(0, Double::sum);
            case SQUARE_SUM -> Arrays.stream(values).map(v -> v * v).reduce(0, Double::sum);
            case ANY -> Arrays.stream(values).anyMatch(v -> v != 0) ? 1 : 0;
            case ALL -> Arrays.stream(values).allMatch(v -> v != 0) ? 1 : 0;
            case COUNT -> Arrays.stream(values).filter(v -> v != 0).count();
        };
    }

    /** One reduction over all the integers, before it wraps. */
    public static long reduce(ReduceOp op, long[] values) {
        return switch (op) {
            case SUM -> Arrays.stream(values).sum();
            case MAX -> Arrays.stream(values).max().orElseThrow();
            case MIN -> Arrays.stream(values).min().orElseThrow();
            case PROD -> Arrays.stream(values).reduce(1, (a, b) -> a * b);
            case ANY -> Arrays.stream(values).anyMatch(v -> v != 0) ? 1 : 0;
            case ALL -> Arrays.stream(values).allMatch(v -> v != 0) ? 1 : 0;
            case COUNT -> Arrays.stream(values).filter(v -> v != 0).count();
            case MEAN, NANSUM, ABS_SUM, SQUARE_SUM ->
                throw new IllegalArgumentException("naive: takes no integers: " + op);
        };
    }

    /** Of what size the numbers are that a reduction adds up. */
    public static double magnitude(ReduceOp op, double[] values) {
        double sum =
                Arrays.stream(values).map(Math::abs).filter(Double::isFinite).sum();
        return switch (op) {
            case SUM, NANSUM, ABS_SUM -> sum;
            case MEAN -> sum / values.length;
            case SQUARE_SUM, MAX, MIN, PROD, ANY, ALL, COUNT -> 0;
        };
    }

    /** The position of the first largest or smallest number; the first NaN wins. */
    public static int argReduce(ReduceOp op, double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            boolean better = op == ReduceOp.MAX ? values[i] > values[best] : values[i] < values[best];
            if (!Double.isNaN(values[best]) && (better || Double.isNaN(values[i]))) {
                best = i;
            }
        }
        return best;
    }

    /** The squared distances from the mean, divided by the count less a correction. */
    public static double variance(double[] values, double correction) {
        double mean = reduce(ReduceOp.MEAN, values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).reduce(0, Double::sum);
        return squares / (values.length == 0 ? 0 : Math.max(0, values.length - correction));
    }

    /** The logarithm of the sum of powers of e. */
    public static double logSumExp(double[] values) {
        double largest = reduce(ReduceOp.MAX, values);
        return Double.isFinite(largest)
                ? largest
                        + Math.log(Arrays.stream(values)
                                .map(v -> Math.exp(v - largest))
                                .sum())
                : largest;
    }
}
