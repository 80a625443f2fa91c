package dev.gatun.io;

import java.util.Arrays;

/** How values are distributed, as TensorBoard's HistogramProto. */
final class EventHistogram {
    private static final double LEAST = 1e-12;
    private static final double MOST = 1e20;
    private static final double GROWTH = 1.1;

    /** Where bins end, ascending: minus 1e20 to minus 1e-12, 0, 1e-12 to 1e20. */
    private static final double[] EDGES = edges();

    private EventHistogram() {}

    private static double[] edges() {
        int n = 0;
        for (double v = LEAST; v < MOST; v *= GROWTH) {
            n++;
        }
        double[] edges = new double[2 * n + 1];
        double v = LEAST;
        for (int i = 0; i < n; i++, v *= GROWTH) {
            edges[n + 1 + i] = v;
            edges[n - 1 - i] = -v;
        }
        return edges;
    }

    /** The message; the bins from the one before the first value's to the last value's. */
    static Protobuf of(String tag, double[] all) {
        double[] values = Arrays.stream(all).filter(Double::isFinite).toArray();
        if (values.length == 0) {
            throw new IllegalArgumentException("addHistogram: no finite value: '" + tag + "' of " + all.length);
        }
        double[] counts = new double[EDGES.length + 1];
        double sum = 0;
        double squares = 0;
        for (double v : values) {
            counts[bin(v)]++;
            sum += v;
            squares += v * v;
        }
        int first = 0;
        while (counts[first] == 0) {
            first++;
        }
        int last = counts.length - 1;
        while (counts[last] == 0) {
            last--;
        }
        int from = Math.max(0, first - 1); // empty: its end is where the first bin begins
        double[] ends = Arrays.copyOf(EDGES, EDGES.length + 1);
        ends[EDGES.length] = Double.MAX_VALUE;
        return new Protobuf()
                .number(1, Values.min(values))
                .number(2, Values.max(values))
                .number(3, (double) values.length)
                .number(4, sum)
                .number(5, squares)
                .numbers(6, Arrays.copyOfRange(ends, from, last + 1))
                .numbers(7, Arrays.copyOfRange(counts, from, last + 1));
    }

    /** The bin of a value: the first whose end lies above it. */
    private static int bin(double v) {
        int at = Arrays.binarySearch(EDGES, v == 0 ? 0.0 : v);
        return at >= 0 ? at + 1 : -at - 1;
    }
}
