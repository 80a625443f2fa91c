package dev.gatun.io;

import java.util.List;

/** Numbers to draw. */
final class Values {
    private Values() {}

    static double[] of(List<? extends Number> numbers) {
        return numbers.stream().mapToDouble(Number::doubleValue).toArray();
    }

    /** 0, 1, 2, ... */
    static double[] count(int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return values;
    }

    /** The smallest finite one; infinity where there is none. */
    static double min(double... values) {
        double least = Double.POSITIVE_INFINITY;
        for (double v : values) {
            least = Double.isFinite(v) && v < least ? v : least;
        }
        return least;
    }

    /** The largest finite one; minus infinity where there is none. */
    static double max(double... values) {
        double most = Double.NEGATIVE_INFINITY;
        for (double v : values) {
            most = Double.isFinite(v) && v > most ? v : most;
        }
        return most;
    }
}
