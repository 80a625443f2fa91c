package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveConv;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions and their gradients. Operands are contiguous, so that families of layouts do not apply. */
abstract class ConvContract extends FamilyContract {
    /** Denormals are flushed: what they would have added. */
    private static final double FLUSHED = 1e-30;

    ConvContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY, Family.ZERO_SIZE, Family.SIZE_ONE, Family.ODD_SIZES, Family.LARGE, Family.NOT_FINITE);
    }

    /** Sizes and numbers of one convolution. */
    private record Case(Window window, long groups, long[] x, long[] weight, long[] y) {
        NaiveConv naive() {
            return new NaiveConv(window, (int) groups, x, weight, y);
        }

        @Override
        public String toString() {
            return "conv of " + Form.dense(x).layout().shape() + " with "
                    + Form.dense(weight).layout().shape();
        }
    }

    private static long[] of(long... numbers) {
        return numbers;
    }

    /** A convolution with the output's sizes by the usual formula. */
    private static Case conv(
            long groups, long[] x, long out, long[] kernel, long[] stride, long[] padding, long[] dilation) {
        int rank = kernel.length;
        long[] weight = new long[rank + 2];
        long[] y = x.clone();
        weight[0] = y[1] = out;
        weight[1] = x[1] / groups;
        for (int d = 0; d < rank; d++) {
            weight[d + 2] = kernel[d];
            y[d + 2] = (x[d + 2] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d] + 1;
        }
        return new Case(Window.of(kernel, stride, padding, dilation), groups, x, weight, y);
    }

    /** One whose result is longer or shorter than the usual formula has it: with more zeros behind x, or less of it. */
    private static Case unlike(long[] x, long[] kernel, long[] stride, long[] padding, long[] dilation, long[] y) {
        long[] weight = y.clone();
        weight[0] = y[1];
        weight[1] = x[1];
        System.arraycopy(kernel, 0, weight, 2, kernel.length);
        return new Case(Window.of(kernel, stride, padding, dilation), 1, x, weight, y);
    }

    /** A plain one, of a square kernel with a stride and a padding. */
    private static Case plain(long[] x, long out, long kernel, long stride, long padding) {
        return conv(1, x, out, of(kernel, kernel), of(stride, stride), of(padding, padding), of(1, 1));
    }

    private static List<Case> cases(Family family) {
        return switch (family) {
            case ZERO_SIZE ->
                List.of(
                        plain(of(0, 2, 4, 4), 3, 3, 1, 1),
                        plain(of(2, 0, 4, 4), 3, 3, 1, 1),
                        plain(of(2, 3, 4, 4), 0, 3, 1, 1));
            case SIZE_ONE ->
                List.of(
                        plain(of(1, 1, 1, 1), 1, 1, 1, 0),
                        plain(of(1, 1, 1, 1), 1, 3, 1, 1),
                        conv(1, of(1, 1, 1), 1, of(1), of(1), of(0), of(1)));
            case ODD_SIZES ->
                List.of(
                        plain(of(2, 3, 9, 7), 5, 3, 1, 0),
                        plain(of(2, 17, 9, 19), 33, 3, 1, 1),
                        plain(of(1, 65, 13, 5), 31, 1, 1, 0),
                        plain(of(2, 5, 11, 9), 7, 5, 2, 2),
                        plain(of(1, 1, 33, 130), 2, 3, 1, 0),
                        conv(3, of(2, 9, 8, 6), 15, of(3, 2), of(2, 1), of(0, 1), of(1, 2)),
                        conv(6, of(2, 6, 7, 5), 6, of(3, 3), of(1, 1), of(1, 1), of(1, 1)),
                        conv(1, of(2, 3, 31), 5, of(4), of(3), of(2), of(2)),
                        conv(2, of(1, 4, 5, 6, 7), 6, of(2, 3, 3), of(1, 2, 1), of(1, 0, 2), of(2, 1, 1)),
                        unlike(of(2, 3, 5, 6), of(2, 4), of(1, 1), of(0, 1), of(1, 1), of(2, 4, 5, 6)),
                        unlike(of(1, 2, 9, 7), of(3, 2), of(2, 1), of(1, 0), of(1, 2), of(1, 3, 4, 3)),
                        unlike(of(2, 2, 4), of(3), of(1), of(1), of(2), of(2, 5, 7)));
            case LARGE -> List.of(plain(of(3, 4, 10, 12), 6, 3, 1, 1), plain(of(2, 33, 6, 6), 17, 3, 1, 0));
            default -> List.of(plain(of(3, 4, 10, 12), 6, 3, 1, 1), plain(of(3, 32, 13, 30), 33, 3, 1, 1));
        };
    }

    @ParameterizedTest
    @MethodSource("families")
    void conv_everyPass_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Case c : cases(family)) {
                checkPasses(dtype, c, family);
            }
        }
        saw("Conv.forward", "conv", family);
        saw("Conv.gradInput", "conv", family);
        saw("Conv.gradWeight", "conv", family);
    }

    private void checkPasses(DType dtype, Case c, Family family) {
        NdArray x = operand(dtype, Form.dense(c.x), family, 91);
        NdArray weight = operand(dtype, Form.dense(c.weight), family, 92);
        NdArray bias = operand(dtype, Form.dense(c.weight[0]), Family.ORDINARY, 93);
        NdArray dy = operand(dtype, Form.dense(c.y), family, 94);
        double[] xs = flushed(x);
        double[] ws = flushed(weight);
        double[] gs = flushed(dy);

        double[][] expected = c.naive().forward(xs, ws, Elements.doubles(bias));
        NdArray y = output(dtype, Form.dense(c.y));
        kernels().conv().forward(c.window, c.groups, x, weight, bias, false, y);
        check(dtype, expected, y, c + " forward");
        for (int i = 0; i < expected[0].length; i++) {
            expected[0][i] = expected[0][i] < 0 ? 0 : expected[0][i];
        }
        NdArray positive = output(dtype, Form.dense(c.y));
        kernels().conv().forward(c.window, c.groups, x, weight, bias, true, positive);
        check(dtype, expected, positive, c + " relu");
        kernels().conv().forward(c.window, c.groups, x, weight, null, false, y);
        check(dtype, c.naive().forward(xs, ws, null), y, c + " without bias");

        // At the edges a backend may multiply the weight with zeros: finite, so that they stay zeros.
        NdArray finite = operand(dtype, Form.dense(c.weight), Family.ORDINARY, 92);
        NdArray dx = output(dtype, Form.dense(c.x));
        kernels().conv().gradInput(c.window, c.groups, finite, dy, dx);
        check(dtype, c.naive().gradInput(flushed(finite), gs), dx, c + " gradient of x");

        NdArray dweight = output(dtype, Form.dense(c.weight));
        NdArray dbias = output(dtype, Form.dense(c.weight[0]));
        kernels().conv().gradWeight(c.window, c.groups, x, dy, dweight, dbias);
        check(dtype, c.naive().gradWeight(xs, gs), dweight, c + " gradient of weight");
        check(dtype, sums(c, gs), dbias, c + " gradient of bias");
    }

    /** The elements as the kernels see them, denormals being zero. */
    private static double[] flushed(NdArray x) {
        double least = x.dtype() == DType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
        return Arrays.stream(Elements.doubles(x))
                .map(v -> Math.abs(v) < least ? 0 : v)
                .toArray();
    }

    private static double[][] sums(Case c, double[] dy) {
        double[][] sums = new double[2][(int) c.y[1]];
        int plane = dy.length / Math.max(1, (int) (c.y[0] * c.y[1]));
        for (int i = 0; i < dy.length; i++) {
            int channel = i / plane % (int) c.y[1];
            sums[0][channel] += dy[i];
            sums[1][channel] += Double.isFinite(dy[i]) ? Math.abs(dy[i]) : 0;
        }
        return sums;
    }

    private static void check(DType dtype, double[][] expected, NdArray actual, String what) {
        double[] magnitudes = expected[1].clone();
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] += FLUSHED / Tolerance.epsilon(dtype);
        }
        Tolerance.of(dtype, 64).check(expected[0], Elements.doubles(actual), magnitudes, what + " in " + dtype);
    }

    @Test
    void conv_manyImages_sameBitsForAnyThreads() {
        Case c = plain(of(9, 16, 20, 20), 32, 3, 1, 1);
        for (DType dtype : FLOATS) {
            NdArray x = operand(dtype, Form.dense(c.x), Family.ORDINARY, 95);
            NdArray weight = operand(dtype, Form.dense(c.weight), Family.ORDINARY, 96);
            NdArray dy = operand(dtype, Form.dense(c.y), Family.ORDINARY, 97);
            checkThreads("conv", () -> {
                NdArray y = output(dtype, Form.dense(c.y));
                kernels().conv().forward(c.window, 1, x, weight, null, true, y);
                return y;
            });
            checkThreads("gradient of x", () -> {
                NdArray dx = output(dtype, Form.dense(c.x));
                kernels().conv().gradInput(c.window, 1, weight, dy, dx);
                return dx;
            });
            checkThreads("gradient of weight", () -> {
                NdArray dweight = output(dtype, Form.dense(c.weight));
                kernels().conv().gradWeight(c.window, 1, x, dy, dweight, output(dtype, Form.dense(c.weight[0])));
                return dweight;
            });
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void convPooled_whereThereIsOne_matchesThePlainPath(Family family) {
        for (long[] sizes :
                List.of(of(3, 1, 12, 9, 6), of(5, 6, 15, 15, 16), of(2, 32, 9, 26, 33), of(4, 3, 5, 40, 2))) {
            for (long padding = 0; padding < 3; padding++) {
                checkPooled(plain(of(sizes[0], sizes[1], sizes[2], sizes[3]), sizes[4], 3, 1, padding), family);
            }
            checkPooled(plain(of(sizes[0], sizes[1], sizes[2], sizes[3]), sizes[4], 2, 1, 0), family);
            checkPooled(plain(of(sizes[0], sizes[1], sizes[2], sizes[3]), sizes[4], 5, 1, 1), family);
        }
        if (family == Family.ORDINARY || family == Family.NOT_FINITE) { // by tiles, which few images are not worth
            checkPooled(plain(of(8, 32, 9, 26), 33, 3, 1, 0), family);
        }
        saw("Conv.forwardPooled", "conv", family);
        saw("Conv.gradPooled", "conv", family);
    }

    private void checkPooled(Case c, Family family) {
        long[] half = {c.y[0], c.y[1], c.y[2] / 2, c.y[3] / 2};
        NdArray x = operand(DType.F32, Form.dense(c.x), family, 121);
        NdArray weight = operand(DType.F32, Form.dense(c.weight), Family.ORDINARY, 122);
        NdArray bias = operand(DType.F32, Form.dense(c.weight[0]), Family.ORDINARY, 123);
        NdArray y = output(DType.F32, Form.dense(half));
        NdArray winner = output(DType.U8, Form.dense(half));
        if (!kernels().conv().forwardPooled(c.window, x, weight, bias, y, winner)) {
            return;
        }
        NdArray convolved = output(DType.F32, Form.dense(c.y));
        kernels().conv().forward(c.window, 1, x, weight, bias, true, convolved);
        NdArray pooled = output(DType.F32, Form.dense(half));
        NdArray index = output(DType.I64, Form.dense(half));
        Window two = Window.of(of(2, 2), of(2, 2), of(0, 0), of(1, 1));
        kernels().pool().max(two, convolved, pooled, index);
        double[] values = Elements.doubles(pooled);
        Tolerance.of(DType.F32, 64)
                .check(values, Elements.doubles(y), Elements.magnitudes(values, values.length), c + " pooled");

        NdArray dy = operand(DType.F32, Form.dense(half), Family.ORDINARY, 124);
        double[] arriving = Elements.doubles(dy);
        double[] dense = new double[convolved.shape().toArray().length == 0 ? 0 : (int) convolved.count()];
        long[] winners = Elements.longs(winner);
        int width = (int) half[3];
        int plane = (int) (half[2] * half[3]);
        for (int i = 0; i < winners.length; i++) {
            assertEquals(winners[i] == 4, !(values[i] > 0), c + " winner " + i);
            if (winners[i] < 4) {
                int row = i % plane / width * 2 + (int) winners[i] / 2;
                int column = i % width * 2 + (int) winners[i] % 2;
                dense[(int) (i / plane * c.y[2] * c.y[3] + row * c.y[3] + column)] = arriving[i];
            }
        }
        NdArray spread = dense(DType.F32, dense, c.y);
        NdArray dx = output(DType.F32, Form.dense(c.x));
        NdArray dweight = output(DType.F32, Form.dense(c.weight));
        NdArray dbias = output(DType.F32, Form.dense(c.weight[0]));
        kernels().conv().gradPooled(c.window, x, weight, dy, winner, dx, dweight, dbias);
        double[] gs = Elements.doubles(spread);
        check(DType.F32, c.naive().gradInput(flushed(weight), gs), dx, c + " pooled gradient of x");
        check(DType.F32, sums(c, gs), dbias, c + " pooled gradient of bias");
        if (family != Family.NOT_FINITE) { // zeros that are not multiplied do not turn infinities into NaN
            check(DType.F32, c.naive().gradWeight(flushed(x), gs), dweight, c + " pooled gradient of weight");
        }
        NdArray again = output(DType.F32, Form.dense(c.weight));
        kernels().conv().gradPooled(c.window, x, weight, dy, winner, null, again, null);
        assertArrayEquals(Elements.bits(dweight), Elements.bits(again), c + " gradient of weight alone");
    }

    @Test
    void convPooled_manyImages_sameBitsForAnyThreads() {
        Case c = plain(of(20, 8, 20, 20), 24, 3, 1, 1);
        long[] half = {20, 24, 10, 10};
        NdArray x = operand(DType.F32, Form.dense(c.x), Family.ORDINARY, 125);
        NdArray weight = operand(DType.F32, Form.dense(c.weight), Family.ORDINARY, 126);
        NdArray dy = operand(DType.F32, Form.dense(half), Family.ORDINARY, 127);
        NdArray winner = output(DType.U8, Form.dense(half));
        NdArray first = output(DType.F32, Form.dense(half));
        if (!kernels().conv().forwardPooled(c.window, x, weight, null, first, winner)) {
            return;
        }
        checkThreads("pooled", () -> {
            NdArray y = output(DType.F32, Form.dense(half));
            kernels().conv().forwardPooled(c.window, x, weight, null, y, winner);
            return y;
        });
        checkThreads("pooled gradient", () -> {
            NdArray dweight = output(DType.F32, Form.dense(c.weight));
            NdArray dx = output(DType.F32, Form.dense(c.x));
            kernels().conv().gradPooled(c.window, x, weight, dy, winner, dx, dweight, null);
            return dweight;
        });
    }

    @Test
    void conv_channelsDoNotFit_saysSo() {
        Case c = plain(of(1, 2, 4, 4), 3, 3, 1, 0);
        NdArray x = operand(DType.F32, Form.dense(1, 3, 4, 4), Family.ORDINARY, 98);
        NdArray weight = operand(DType.F32, Form.dense(c.weight), Family.ORDINARY, 98);
        NdArray y = output(DType.F32, Form.dense(c.y));
        var thrown = assertThrows(
                IllegalArgumentException.class, () -> kernels().conv().forward(c.window, 1, x, weight, null, false, y));
        assertEquals(
                "conv: channels do not fit 1 groups: f32[1, 3, 4, 4], f32[3, 2, 3, 3], f32[1, 3, 2, 2]",
                thrown.getMessage());
    }
}
