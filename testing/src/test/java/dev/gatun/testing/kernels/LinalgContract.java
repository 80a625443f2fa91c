package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.Naive;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrix products, with bias and activation. */
abstract class LinalgContract extends FamilyContract {
    private static final double SLOPE = 0.125;

    LinalgContract(Backend on) {
        super(on);
    }

    /** Sizes of a product. */
    private record Sizes(int m, int n, int k) {}

    private static List<Sizes> sizes(Family family) {
        return switch (family) {
            case ORDINARY, TRANSPOSED, LARGE, NOT_FINITE ->
                List.of(new Sizes(4, 5, 6), new Sizes(33, 17, 29), new Sizes(64, 48, 100));
            case ZERO_SIZE -> List.of(new Sizes(0, 3, 2), new Sizes(3, 0, 2), new Sizes(3, 2, 0), new Sizes(0, 0, 0));
            case SIZE_ONE -> List.of(new Sizes(1, 1, 1), new Sizes(1, 7, 1), new Sizes(7, 1, 1), new Sizes(1, 1, 9));
            case ODD_SIZES ->
                List.of(
                        new Sizes(1, 63, 65),
                        new Sizes(3, 7, 15),
                        new Sizes(65, 31, 127),
                        new Sizes(129, 1, 33),
                        new Sizes(37, 40, 560));
            case STEPPED -> List.of(new Sizes(5, 6, 7), new Sizes(17, 33, 9));
            case RANK_ZERO, BROADCAST -> List.of();
        };
    }

    /** A matrix as it lies in the family: its rows with gaps between them where it is stepped. */
    private NdArray matrix(DType dtype, Family family, boolean turned, int rows, int columns, long seed) {
        int gap = family == Family.STEPPED ? 3 : 0;
        int outer = turned ? columns : rows;
        int inner = turned ? rows : columns;
        Layout layout = Layout.of(Shape.of(outer, inner), new long[] {inner + gap, 1}, gap);
        long room = gap + (long) outer * (inner + gap);
        NdArray x = Elements.allocate(device(), dtype, turned ? layout.transpose(0, 1) : layout, Math.max(room, 1), 1);
        Elements.write(x, withoutDenormals(dtype, family.numbers(dtype, rows * columns, seed)));
        return x;
    }

    /** Products flush denormals, so that infinity times one of them is NaN. */
    private static double[] withoutDenormals(DType dtype, double[] values) {
        double smallest = dtype == DType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
        return Arrays.stream(values).map(v -> Math.abs(v) < smallest ? 0 : v).toArray();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void gemm_everyFamily_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Sizes s : sizes(family)) {
                for (int turned = 0; turned < 4; turned++) {
                    NdArray a = matrix(dtype, family, (turned & 1) != 0, s.m, s.k, 41);
                    NdArray b = matrix(dtype, family, (turned & 2) != 0, s.k, s.n, 42);
                    NdArray bias = operand(dtype, Form.dense(s.n), family, 43);
                    NdArray c = matrix(dtype, family, false, s.m, s.n, 44);
                    fillWithNaN(c);
                    kernels().linalg().gemm(a, b, c, false, null, null, 0);
                    check(a, b, null, null, c);
                    checkNoStrayWrites(c, "gemm");
                    kernels().linalg().gemm(a, b, c, false, bias, UnaryOp.RELU, 0);
                    check(a, b, bias, UnaryOp.RELU, c);
                    checkAccumulate(a, b, matrix(dtype, Family.ORDINARY, false, s.m, s.n, 45));
                }
            }
        }
        saw("Linalg.gemm", "gemm", family);
    }

    private static void fillWithNaN(NdArray c) {
        double[] nan = new double[(int) c.count()];
        Arrays.fill(nan, Double.NaN);
        Elements.write(c, nan);
    }

    private void checkAccumulate(NdArray a, NdArray b, NdArray c) {
        double[] before = Elements.doubles(c);
        kernels().linalg().gemm(a, b, c, true, null, null, 0);
        double[] expected = product(a, b);
        double[] magnitudes = magnitudes(a, b);
        for (int i = 0; i < expected.length; i++) {
            expected[i] += before[i];
            magnitudes[i] += Math.abs(before[i]);
        }
        Tolerance.of(c.dtype(), a.size(1)).check(expected, Elements.doubles(c), magnitudes, "gemm, accumulating");
    }

    private static double[] product(NdArray a, NdArray b) {
        return Naive.gemm((int) a.size(0), (int) b.size(1), (int) a.size(1), Elements.doubles(a), Elements.doubles(b));
    }

    /** The sums of the magnitudes of what is added up, by which a product may be off. */
    private static double[] magnitudes(NdArray a, NdArray b) {
        double[] left = finite(a);
        double[] right = finite(b);
        return Naive.gemm((int) a.size(0), (int) b.size(1), (int) a.size(1), left, right);
    }

    private static double[] finite(NdArray x) {
        return Arrays.stream(Elements.doubles(x))
                .map(v -> Double.isFinite(v) ? Math.abs(v) : 0)
                .toArray();
    }

    private static void check(NdArray a, NdArray b, NdArray bias, UnaryOp activation, NdArray c) {
        double[] expected = product(a, b);
        double[] magnitudes = magnitudes(a, b);
        double[] added = bias == null ? new double[(int) c.size(1)] : Elements.doubles(bias);
        for (int i = 0; i < expected.length; i++) {
            double shift = added[i % added.length];
            expected[i] += shift;
            magnitudes[i] += Double.isFinite(shift) ? Math.abs(shift) : 0;
            expected[i] = activation == null ? expected[i] : NaiveUnary.value(activation, expected[i], SLOPE, 0);
        }
        Tolerance.of(c.dtype(), a.size(1))
                .check(
                        expected,
                        Elements.doubles(c),
                        magnitudes,
                        "gemm a " + a.layout() + ", b " + b.layout() + ", activation " + activation);
    }

    @ParameterizedTest
    @EnumSource(names = {"RELU", "LEAKY_RELU", "SIGMOID", "TANH", "GELU", "SILU"})
    void gemm_everyActivation_isAppliedToEachElement(UnaryOp op) {
        for (DType dtype : FLOATS) {
            NdArray a = operand(dtype, Form.dense(19, 23), Family.ORDINARY, 46);
            NdArray b = operand(dtype, Form.dense(23, 37), Family.ORDINARY, 47);
            NdArray bias = operand(dtype, Form.dense(37), Family.ORDINARY, 48);
            NdArray plain = output(dtype, Form.dense(19, 37));
            NdArray fused = output(dtype, Form.dense(19, 37));
            kernels().linalg().gemm(a, b, plain, false, bias, null, 0);
            kernels().linalg().gemm(a, b, fused, false, bias, op, SLOPE);
            kernels().elementwise().unary(op, plain, plain, SLOPE, 0);
            Tolerance.of(dtype).check(Elements.doubles(plain), Elements.doubles(fused), "fused " + op);
        }
        saw("Linalg.gemm", op, "activation");
    }

    @Test
    void gemm_largeProduct_sameBitsForAnyThreads() {
        for (DType dtype : FLOATS) {
            for (Sizes s : List.of(
                    new Sizes(100, 256, 784),
                    new Sizes(257, 150, 129),
                    new Sizes(1, 2048, 512),
                    new Sizes(1030, 3, 300))) {
                for (int turned = 0; turned < 4; turned++) {
                    NdArray a = matrix(dtype, Family.ORDINARY, (turned & 1) != 0, s.m, s.k, 49);
                    NdArray b = matrix(dtype, Family.ORDINARY, (turned & 2) != 0, s.k, s.n, 50);
                    NdArray bias = operand(dtype, Form.dense(s.n), Family.ORDINARY, 51);
                    NdArray c = output(dtype, Form.dense(s.m, s.n));
                    checkThreads("gemm " + s, () -> {
                        kernels().linalg().gemm(a, b, c, false, bias, UnaryOp.TANH, 0);
                        return c;
                    });
                    kernels().linalg().gemm(a, b, c, false, null, null, 0);
                    check(a, b, null, null, c);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void gemmBatch_everyFamily_matchesNaive(Family family) {
        List<Sizes> all = family == Family.BROADCAST ? sizes(Family.ORDINARY) : sizes(family);
        for (DType dtype : FLOATS) {
            for (Sizes s : all) {
                checkBatch(dtype, family, s, false);
                checkBatch(dtype, family, s, true);
            }
        }
        saw("Linalg.gemmBatch", "gemmBatch", family);
    }

    private void checkBatch(DType dtype, Family family, Sizes s, boolean turned) {
        int batch = 3;
        Form lying = turned ? Form.transposed(s.k, s.m) : Form.dense(s.m, s.k);
        boolean shared = family == Family.BROADCAST;
        Shape shape = turned ? Shape.of(batch, s.k, s.m) : Shape.of(batch, s.m, s.k);
        Layout dense = shared
                ? Layout.contiguous(Shape.of(1, shape.size(1), shape.size(2))).expand("test", shape)
                : Layout.contiguous(shape);
        NdArray a = Elements.allocate(
                device(), dtype, turned ? dense.transpose(1, 2) : dense, Math.max(1, batch * lying.count()), 1);
        Elements.write(a, withoutDenormals(dtype, family.numbers(dtype, batch * lying.count(), 52)));
        NdArray b =
                dense(dtype, withoutDenormals(dtype, family.numbers(dtype, batch * s.k * s.n, 53)), batch, s.k, s.n);
        NdArray c = output(dtype, Form.dense(batch, s.m, s.n));
        checkThreads("gemmBatch " + s, () -> {
            kernels().linalg().gemmBatch(a, b, c, false);
            return c;
        });
        for (int i = 0; i < batch; i++) {
            check(slice(a, i), slice(b, i), null, null, slice(c, i));
        }
        if (family == Family.ORDINARY) {
            double[] once = Elements.doubles(c);
            kernels().linalg().gemmBatch(a, b, c, true);
            double[] twice = Arrays.stream(once).map(v -> 2 * v).toArray();
            Tolerance.of(dtype, s.k).check(twice, Elements.doubles(c), twice, "gemmBatch, accumulating");
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void gemmIntegers_everyFamily_wrapsAroundAsLoopsDo(Family family) {
        for (DType dtype : List.of(DType.I64, DType.I32, DType.U8)) {
            for (int[] s :
                    new int[][] {{2, 4, 5, 6}, {3, 33, 17, 29}, {1, 1, 9, 65}, {2, 7, 1, 3}, {2, 3, 0, 2}, {2, 3, 2, 0}
                    }) {
                for (int lying = 0; lying < 4; lying++) {
                    NdArray a = operand(dtype, lies(family, (lying & 1) != 0, s[0], s[1], s[3]), family, 61);
                    NdArray b = operand(dtype, lies(family, (lying & 2) != 0, s[0], s[3], s[2]), family, 62);
                    NdArray c = output(dtype, Form.dense(s[0], s[1], s[2]));
                    checkThreads("gemmIntegers", () -> {
                        kernels().linalg().gemmIntegers(a, b, c, false);
                        return c;
                    });
                    long[] expected = product(dtype, 1, Elements.longs(a), Elements.longs(b), s);
                    Tolerance.check(expected, Elements.longs(c), dtype + " gemmIntegers " + Arrays.toString(s));
                    kernels().linalg().gemmIntegers(a, b, c, true);
                    long[] twice = product(dtype, 2, Elements.longs(a), Elements.longs(b), s);
                    Tolerance.check(twice, Elements.longs(c), dtype + " accumulating " + Arrays.toString(s));
                }
            }
        }
        saw("Linalg.gemmIntegers", "gemmIntegers", family);
    }

    private static Form lies(Family family, boolean turned, int batch, int rows, int columns) {
        Form form = family == Family.STEPPED
                ? Form.stepped(batch, turned ? columns : rows, turned ? rows : columns)
                : family == Family.BROADCAST
                        ? Form.broadcast(0b001, batch, turned ? columns : rows, turned ? rows : columns)
                        : Form.dense(batch, turned ? columns : rows, turned ? rows : columns);
        return turned ? new Form(form.layout().transpose(1, 2), form.room()) : form;
    }

    private static long[] product(DType dtype, long times, long[] a, long[] b, int... s) {
        long[] c = new long[s[0] * s[1] * s[2]];
        for (int at = 0; at < c.length; at++) {
            int batch = at / (s[1] * s[2]);
            int row = at / s[2] % s[1];
            int column = at % s[2];
            for (int p = 0; p < s[3]; p++) {
                c[at] += times * a[(batch * s[1] + row) * s[3] + p] * b[(batch * s[3] + p) * s[2] + column];
            }
            c[at] = Naive.wrap(dtype, c[at]);
        }
        return c;
    }

    private static NdArray slice(NdArray x, int i) {
        return x.alias(x.layout().select(0, i));
    }

    @Test
    void takes_layouts_knowsThoseThatBlasReads() {
        var linalg = kernels().linalg();
        for (DType dtype : FLOATS) {
            assertTrue(linalg.takes(output(dtype, Form.dense(3, 4))));
            assertTrue(linalg.takes(output(dtype, Form.transposed(3, 4))));
            assertTrue(linalg.takes(output(dtype, Form.dense(2, 3, 4))));
            assertFalse(linalg.takes(output(dtype, Form.stepped(3, 4))));
            assertFalse(linalg.takes(output(dtype, Form.broadcast(0b01, 3, 4))));
        }
        assertFalse(linalg.takes(output(DType.I64, Form.dense(3, 4))));
        assertFalse(linalg.takes(output(DType.F32, Form.dense(4))));
        saw("Linalg.takes", "takes", "layouts");
    }

    @Test
    void gemm_innerSizesDiffer_saysBothShapes() {
        NdArray a = output(DType.F32, Form.dense(3, 4));
        NdArray b = output(DType.F32, Form.dense(5, 2));
        NdArray c = output(DType.F32, Form.dense(3, 2));
        var thrown = assertThrows(
                IllegalArgumentException.class, () -> kernels().linalg().gemm(a, b, c, false, null, null, 0));
        assertEquals("gemm: sizes do not match: f32[3, 4], f32[5, 2], f32[3, 2]", thrown.getMessage());
    }
}
