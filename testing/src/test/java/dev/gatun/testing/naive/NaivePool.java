package dev.gatun.testing.naive;

import dev.gatun.runtime.kernels.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Pools as in the textbook: the places of each window, listed, and what is taken of them.
 *
 * @param window how it moves
 * @param x spatial sizes of the input
 * @param y spatial sizes of the output
 */
public record NaivePool(Window window, int[] x, int[] y) {
    /** The places in x's plane that the window of an output covers. */
    public List<Integer> places(int output) {
        List<Integer> places = new ArrayList<>(List.of(0));
        int[] o = new int[x.length];
        int rest = output;
        for (int d = x.length - 1; d >= 0; d--) {
            o[d] = rest % y[d];
            rest /= y[d];
        }
        for (int d = 0; d < x.length; d++) {
            List<Integer> next = new ArrayList<>();
            for (int place : places) {
                for (int i : along(d, o[d])) {
                    next.add(place * x[d] + i);
                }
            }
            places = next;
        }
        return places;
    }

    private List<Integer> along(int d, int o) {
        List<Integer> inside = new ArrayList<>();
        if (window.isAdaptive()) {
            int end = -Math.floorDiv(-(o + 1) * x[d], y[d]);
            for (int i = Math.floorDiv(o * x[d], y[d]); i < end; i++) {
                inside.add(i);
            }
            return inside;
        }
        for (int k = 0; k < window.kernel(d); k++) {
            int i = (int) (o * window.stride(d) - window.padding(d) + k * window.dilation(d));
            if (i >= 0 && i < x[d]) {
                inside.add(i);
            }
        }
        return inside;
    }

    /** The place of the largest number of a window; the last NaN wins, else the first of the largest. */
    public int largest(double[] plane, int output) {
        int best = -1;
        for (int place : places(output)) {
            if (best < 0 || plane[place] > plane[best] || Double.isNaN(plane[place])) {
                best = place;
            }
        }
        return best;
    }

    /** What a mean is divided by. */
    public double divisor(int output, boolean countPadding, long divisor) {
        if (divisor != 0) {
            return divisor;
        }
        if (!countPadding || window.isAdaptive()) {
            return places(output).size();
        }
        double count = 1;
        int rest = output;
        for (int d = x.length - 1; d >= 0; d--) {
            long start = rest % y[d] * window.stride(d) - window.padding(d);
            count *= Math.min(start + window.kernel(d), x[d] + window.padding(d)) - start;
            rest /= y[d];
        }
        return count;
    }
}
