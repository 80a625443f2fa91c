package dev.gatun.testing.naive;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.ScatterOp;

/** Reading and writing by index, on elements in row-major order. */
public final class NaiveIndex {
    private NaiveIndex() {}

    /** The index of element i in a shape. */
    public static long[] indexOf(long i, long... sizes) {
        long[] index = new long[sizes.length];
        long rest = i;
        for (int d = sizes.length - 1; d >= 0; d--) {
            index[d] = rest % sizes[d];
            rest /= sizes[d];
        }
        return index;
    }

    /** The position of an index in a shape. */
    public static int positionOf(long[] index, long... sizes) {
        long position = 0;
        for (int d = 0; d < sizes.length; d++) {
            position = position * sizes[d] + index[d];
        }
        return Math.toIntExact(position);
    }

    /**
     * Where in x each element of y belongs, by an index along a dimension.
     *
     * @param x sizes of x
     * @param y sizes of y and of the index
     */
    public static int[] places(long[] x, int dim, long[] y, long... index) {
        int[] places = new int[index.length];
        for (int i = 0; i < places.length; i++) {
            long[] at = indexOf(i, y);
            at[dim] = index[i];
            places[i] = positionOf(at, x);
        }
        return places;
    }

    /** x with y joined in, one after the other. */
    public static double[] scatter(ScatterOp op, double[] x, int[] places, double... y) {
        double[] z = x.clone();
        for (int i = 0; i < y.length; i++) {
            double a = z[places[i]];
            double b = y[i];
            z[places[i]] = switch (op) {
                case SET -> b;
                case ADD -> a + b;
                case MUL -> a * b;
                case MAX -> Math.max(a, b);
                case MIN -> Math.min(a, b);
            };
        }
        return z;
    }

    /** The same for integers, which wrap. */
    public static long[] scatter(DType dtype, ScatterOp op, long[] x, int[] places, long... y) {
        long[] z = x.clone();
        for (int i = 0; i < y.length; i++) {
            long a = z[places[i]];
            long b = y[i];
            z[places[i]] = switch (op) {
                case SET -> b;
                case ADD -> Naive.wrap(dtype, a + b);
                case MUL -> Naive.wrap(dtype, a * b);
                case MAX -> Math.max(a, b);
                case MIN -> Math.min(a, b);
            };
        }
        return z;
    }
}
