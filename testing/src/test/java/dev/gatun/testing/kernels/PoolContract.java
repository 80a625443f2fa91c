package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaivePool;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pools and their gradients. Operands are contiguous, so that families of layouts do not apply. */
abstract class PoolContract extends FamilyContract {
    PoolContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY, Family.ZERO_SIZE, Family.SIZE_ONE, Family.ODD_SIZES, Family.LARGE, Family.NOT_FINITE);
    }

    /** One pool: of [n, channels, *x] to [n, channels, *y]. */
    private record Case(Window window, long n, long channels, long[] x, long[] y) {
        NaivePool naive() {
            return new NaivePool(window, ints(x), ints(y));
        }

        Form images() {
            return form(x);
        }

        Form pooled() {
            return form(y);
        }

        private Form form(long[] spatial) {
            long[] sizes = new long[spatial.length + 2];
            sizes[0] = n;
            sizes[1] = channels;
            System.arraycopy(spatial, 0, sizes, 2, spatial.length);
            return Form.dense(sizes);
        }

        private static int[] ints(long[] sizes) {
            return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
        }

        int planes() {
            return (int) (n * channels);
        }

        int plane(long[] spatial) {
            return (int) Arrays.stream(spatial).reduce(1, (a, b) -> a * b);
        }

        @Override
        public String toString() {
            return "pool of " + images().layout().shape() + " to "
                    + pooled().layout().shape();
        }
    }

    private static long[] of(long... numbers) {
        return numbers;
    }

    private static Case pool(long n, long channels, long[] x, long[] kernel, long[] stride, long[] padding) {
        return dilated(n, channels, x, Window.of(kernel, stride, padding, ones(x.length)));
    }

    private static Case dilated(long n, long channels, long[] x, Window w) {
        long[] y = new long[x.length];
        Arrays.setAll(y, d -> (x[d] + 2 * w.padding(d) - w.reach(d)) / w.stride(d) + 1);
        return new Case(w, n, channels, x, y);
    }

    private static Case adaptive(long n, long channels, long[] x, long... y) {
        return new Case(Window.adaptive(x.length), n, channels, x, y);
    }

    private static long[] ones(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static List<Case> cases(Family family) {
        return switch (family) {
            case ZERO_SIZE ->
                List.of(
                        pool(0, 2, of(4, 4), of(2, 2), of(2, 2), of(0, 0)),
                        pool(2, 0, of(4, 4), of(2, 2), of(2, 2), of(0, 0)),
                        adaptive(2, 2, of(4, 4), 0, 3));
            case SIZE_ONE -> List.of(pool(1, 1, of(1, 1), of(1, 1), of(1, 1), of(0, 0)), adaptive(1, 1, of(1), 1));
            case ODD_SIZES ->
                List.of(
                        pool(2, 3, of(7, 9), of(2, 2), of(2, 2), of(0, 0)),
                        pool(1, 5, of(17, 33), of(3, 2), of(2, 1), of(1, 0)),
                        pool(2, 1, of(31), of(5), of(3), of(2)),
                        pool(1, 2, of(5, 6, 7), of(2, 3, 2), of(1, 2, 2), of(1, 1, 0)),
                        adaptive(2, 3, of(7, 9), 3, 4),
                        adaptive(1, 2, of(3, 2), 5, 5),
                        adaptive(1, 2, of(5, 6, 7), 2, 1, 3));
            default -> List.of(pool(2, 4, of(8, 10), of(2, 2), of(2, 2), of(0, 0)), adaptive(2, 3, of(8, 6), 4, 3));
        };
    }

    @ParameterizedTest
    @MethodSource("families")
    void maxPool_everyWindow_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            cases(family).forEach(c -> checkMax(dtype, c, family));
        }
        Window gaps = Window.of(of(2, 3), of(1, 2), of(1, 1), of(3, 2));
        checkMax(DType.F32, dilated(2, 2, of(9, 11), gaps), family);
        saw("Pool.max", "pool", family);
        saw("Pool.maxGrad", "pool", family);
        saw("Pool.maxGather", "pool", family);
    }

    private void checkMax(DType dtype, Case c, Family family) {
        NdArray x = operand(dtype, c.images(), family, 101);
        NdArray y = output(dtype, c.pooled());
        NdArray index = output(DType.I64, c.pooled());
        kernels().pool().max(c.window, x, y, index);
        double[] xs = Elements.doubles(x);
        int inside = c.plane(c.x);
        int outputs = c.plane(c.y);
        long[] places = new long[c.planes() * outputs];
        double[] largest = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            int from = i / outputs * inside;
            places[i] = c.naive().largest(Arrays.copyOfRange(xs, from, from + inside), i % outputs);
            largest[i] = xs[from + (int) places[i]];
        }
        assertArrayEquals(places, Elements.longs(index), c + " places");
        assertArrayEquals(largest, Elements.doubles(y), c + " values");

        NdArray dy = operand(dtype, c.pooled(), Family.ORDINARY, 102);
        double[] gs = Elements.doubles(dy);
        double[] expected = new double[xs.length];
        for (int i = 0; i < places.length; i++) {
            expected[i / outputs * inside + (int) places[i]] += gs[i];
        }
        NdArray dx = output(dtype, c.images());
        kernels().pool().maxGrad(dy, index, dx);
        Tolerance.of(dtype, 16)
                .check(expected, Elements.doubles(dx), Elements.magnitudes(expected, expected.length), c + " gradient");

        NdArray again = output(dtype, c.pooled());
        kernels().pool().maxGather(x, index, again);
        assertArrayEquals(Elements.bits(y), Elements.bits(again), c + " gathered");
    }

    @ParameterizedTest
    @MethodSource("families")
    void avgPool_everyWindow_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Case c : cases(family)) {
                checkAverage(dtype, c, family, true, 0);
                checkAverage(dtype, c, family, false, 0);
                checkAverage(dtype, c, family, true, 7);
            }
        }
        saw("Pool.average", "pool", family);
        saw("Pool.averageGrad", "pool", family);
    }

    private void checkAverage(DType dtype, Case c, Family family, boolean countPadding, long divisor) {
        boolean counts = countPadding && !c.window.isAdaptive();
        NdArray x = operand(dtype, c.images(), family, 103);
        NdArray dy = operand(dtype, c.pooled(), family, 104);
        double[] xs = Elements.doubles(x);
        double[] gs = Elements.doubles(dy);
        int inside = c.plane(c.x);
        int outputs = c.plane(c.y);
        double[] means = new double[c.planes() * outputs];
        double[] slopes = new double[xs.length];
        for (int i = 0; i < means.length; i++) {
            double share = c.naive().divisor(i % outputs, counts, divisor);
            for (int place : c.naive().places(i % outputs)) {
                means[i] += xs[i / outputs * inside + place] / share;
                slopes[i / outputs * inside + place] += gs[i] / share;
            }
        }
        NdArray y = output(dtype, c.pooled());
        kernels().pool().average(c.window, counts, divisor, x, y);
        Tolerance.of(dtype, 64).check(means, Elements.doubles(y), Elements.magnitudes(xs, means.length), c + " mean");
        NdArray dx = output(dtype, c.images());
        kernels().pool().averageGrad(c.window, counts, divisor, dy, dx);
        Tolerance.of(dtype, 64)
                .check(slopes, Elements.doubles(dx), Elements.magnitudes(gs, slopes.length), c + " gradient");
    }

    @Test
    void pool_manyPlanes_sameBitsForAnyThreads() {
        Case c = pool(16, 32, of(24, 24), of(3, 3), of(2, 2), of(1, 1));
        NdArray x = operand(DType.F32, c.images(), Family.ORDINARY, 105);
        NdArray dy = operand(DType.F32, c.pooled(), Family.ORDINARY, 106);
        NdArray index = output(DType.I64, c.pooled());
        checkThreads("maxPool", () -> {
            NdArray y = output(DType.F32, c.pooled());
            kernels().pool().max(c.window, x, y, index);
            return y;
        });
        checkThreads("maxPool gradient", () -> {
            NdArray dx = output(DType.F32, c.images());
            kernels().pool().maxGrad(dy, index, dx);
            return dx;
        });
        checkThreads("avgPool gradient", () -> {
            NdArray dx = output(DType.F32, c.images());
            kernels().pool().averageGrad(c.window, true, 0, dy, dx);
            return dx;
        });
    }

    @Test
    void maxGrad_placeOutsideThePlane_saysWhich() {
        NdArray dy = operand(DType.F32, Form.dense(1, 1, 3), Family.ORDINARY, 107);
        NdArray dx = output(DType.F32, Form.dense(1, 1, 5));
        assertEquals(
                "maxPool gradient: index[0, 0, 1] is 5, places are 0..4: x f32[1, 1, 5]",
                refusal(() -> kernels().pool().maxGrad(dy, dense(new long[] {0, 5, -1}, 1, 1, 3), dx)));
    }
}
