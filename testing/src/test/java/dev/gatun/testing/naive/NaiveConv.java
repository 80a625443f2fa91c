package dev.gatun.testing.naive;

import dev.gatun.runtime.kernels.Window;
import java.util.Arrays;

/**
 * Convolutions as in the textbook: x is padded with zeros, which are multiplied like any other element. The walk over all
 * products is written once; a visitor says what each one is for.
 *
 * @param window how it moves
 * @param groups of channels
 * @param x sizes of the input [n, in, *]
 * @param weight sizes of the weight [out, in / groups, *]
 * @param y sizes of the output [n, out, *]
 */
public record NaiveConv(Window window, int groups, long[] x, long[] weight, long[] y) {
    /** One product: places in x (-1 in the padding), weight and y. */
    private interface Product {
        void visit(int x, int weight, int y);
    }

    /** y and, behind it, the sum of the magnitudes that made each element. */
    public double[][] forward(double[] xs, double[] ws, double[] bias) {
        double[][] result = new double[2][count(y)];
        int plane = count(y) / Math.max(1, (int) (y[0] * y[1]));
        for (int i = 0; i < result[0].length && bias != null; i++) {
            result[0][i] = bias[i / plane % (int) y[1]];
            result[1][i] = Math.abs(result[0][i]);
        }
        walk((from, w, to) -> add(result, to, from < 0 ? 0 : xs[from], ws[w]));
        return result;
    }

    /** The gradient of x, and magnitudes. */
    public double[][] gradInput(double[] ws, double[] dy) {
        double[][] result = new double[2][count(x)];
        walk((from, w, to) -> {
            if (from >= 0) {
                add(result, from, ws[w], dy[to]);
            }
        });
        return result;
    }

    /** The gradient of the weight, and magnitudes. */
    public double[][] gradWeight(double[] xs, double[] dy) {
        double[][] result = new double[2][count(weight)];
        walk((from, w, to) -> add(result, w, from < 0 ? 0 : xs[from], dy[to]));
        return result;
    }

    private static void add(double[][] result, int at, double a, double b) {
        result[0][at] += a * b;
        result[1][at] += Double.isFinite(a * b) ? Math.abs(a * b) : 0;
    }

    private static int count(long[] sizes) {
        return (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }

    private void walk(Product product) {
        int rank = window.rank();
        int volume = count(Arrays.copyOfRange(weight, 2, rank + 2));
        int plane = count(Arrays.copyOfRange(y, 2, rank + 2));
        int depth = (int) weight[1];
        int perGroup = (int) weight[0] / groups;
        for (int n = 0; n < y[0]; n++) {
            for (int out = 0; out < y[1]; out++) {
                for (int place = 0; place < plane; place++) {
                    int to = (n * (int) y[1] + out) * plane + place;
                    for (int c = 0; c < depth; c++) {
                        int channel = out / perGroup * depth + c;
                        for (int k = 0; k < volume; k++) {
                            product.visit(at(n, channel, place, k), (out * depth + c) * volume + k, to);
                        }
                    }
                }
            }
        }
    }

    /** Where element k of the window of a place reads x, or -1. */
    private int at(int n, int channel, int place, int k) {
        int rank = window.rank();
        int[] in = new int[rank];
        for (int d = rank - 1; d >= 0; d--) {
            int o = place % (int) y[d + 2];
            int e = k % (int) weight[d + 2];
            place /= (int) y[d + 2];
            k /= (int) weight[d + 2];
            in[d] = (int) (o * window.stride(d) - window.padding(d) + e * window.dilation(d));
            if (in[d] < 0 || in[d] >= x[d + 2]) {
                return -1;
            }
        }
        int at = n * (int) x[1] + channel;
        for (int d = 0; d < rank; d++) {
            at = at * (int) x[d + 2] + in[d];
        }
        return at;
    }
}
