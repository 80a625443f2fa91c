package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.Naive;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Running results along every dimension. Operands are contiguous, so that families of layouts do not apply. */
abstract class ScanContract extends FamilyContract {
    ScanContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY,
                Family.RANK_ZERO,
                Family.ZERO_SIZE,
                Family.SIZE_ONE,
                Family.ODD_SIZES,
                Family.LARGE,
                Family.NOT_FINITE);
    }

    /** Visits the elements of each line along a dimension, by their places in row-major order. */
    private interface Line {
        void visit(int... places);
    }

    private static void eachLine(NdArray x, int dim, boolean reverse, Line line) {
        int n = x.rank() == 0 ? 1 : (int) x.size(dim);
        int inner = 1;
        for (int d = dim + 1; d < x.rank(); d++) {
            inner *= (int) x.size(d);
        }
        int lines = n == 0 ? 0 : (int) x.count() / n;
        for (int l = 0; l < lines; l++) {
            int first = l / inner * n * inner + l % inner;
            int step = inner;
            int[] places = new int[n];
            Arrays.setAll(places, i -> first + (reverse ? n - 1 - i : i) * step);
            line.visit(places);
        }
    }

    private static List<Form> forms(Family family) {
        return family == Family.ORDINARY
                ? List.of(Form.dense(33, 17), Form.dense(4, 5, 6), Form.dense(3, 2, 70), Form.dense(2, 1, 64))
                : family.forms();
    }

    @ParameterizedTest
    @MethodSource("families")
    void scan_everyDimensionBothWays_matchesNaive(Family family) {
        for (ReduceOp op : new ReduceOp[] {ReduceOp.SUM, ReduceOp.PROD}) {
            for (DType dtype : NUMBERS) {
                for (Form form : forms(family)) {
                    for (int dim = 0; dim < Math.max(1, form.rank()); dim++) {
                        NdArray x = operand(dtype, form, family, 51);
                        check(op, false, x, dim, scan(op, false, x, dim));
                        check(op, true, x, dim, scan(op, true, x, dim));
                    }
                }
            }
            saw("Scan.scan", op, family);
        }
    }

    private NdArray scan(ReduceOp op, boolean reverse, NdArray x, int dim) {
        NdArray y = output(x.dtype(), Form.dense(x.shape().toArray()));
        kernels().scan().scan(op, reverse, x, dim, y);
        return y;
    }

    private static void check(ReduceOp op, boolean reverse, NdArray x, int dim, NdArray y) {
        String what = "scan " + op + " " + x.describe() + " along " + dim + (reverse ? " in reverse" : "");
        if (x.dtype().isFloating()) {
            checkFloats(op, reverse, x, dim, y, what);
            return;
        }
        long[] values = Elements.longs(x);
        long[] expected = new long[values.length];
        eachLine(x, dim, reverse, places -> {
            long r = op == ReduceOp.SUM ? 0 : 1;
            for (int at : places) {
                r = op == ReduceOp.SUM ? r + values[at] : r * values[at];
                expected[at] = Naive.wrap(x.dtype(), r);
            }
        });
        assertArrayEquals(expected, Elements.longs(y), what);
    }

    private static void checkFloats(ReduceOp op, boolean reverse, NdArray x, int dim, NdArray y, String what) {
        double[] values = Elements.doubles(x);
        double[] expected = new double[values.length];
        double[] magnitudes = new double[values.length];
        eachLine(x, dim, reverse, places -> {
            double r = op == ReduceOp.SUM ? 0 : 1;
            double magnitude = 0;
            for (int at : places) {
                r = op == ReduceOp.SUM ? r + values[at] : r * values[at];
                magnitude += Double.isFinite(values[at]) ? Math.abs(values[at]) : 0;
                expected[at] = r;
                magnitudes[at] = op == ReduceOp.SUM ? magnitude : 0;
            }
        });
        int n = x.rank() == 0 ? 1 : (int) x.size(dim);
        Tolerance.of(x.dtype(), x.dtype() == DType.F32 ? 1 : n).check(expected, Elements.doubles(y), magnitudes, what);
    }

    @ParameterizedTest
    @MethodSource("families")
    void extreme_everyDimension_givesTheLastOfEqualOnes(Family family) {
        for (ReduceOp op : new ReduceOp[] {ReduceOp.MAX, ReduceOp.MIN}) {
            for (DType dtype : NUMBERS) {
                for (Form form : forms(family)) {
                    for (int dim = 0; dim < Math.max(1, form.rank()); dim++) {
                        checkExtreme(op, operand(dtype, form, family, 52), dim);
                    }
                }
            }
            saw("Scan.extreme", op, family);
        }
    }

    private void checkExtreme(ReduceOp op, NdArray x, int dim) {
        NdArray y = output(x.dtype(), Form.dense(x.shape().toArray()));
        NdArray place = output(DType.I64, Form.dense(x.shape().toArray()));
        kernels().scan().extreme(op, x, dim, y, place);
        double[] values = Elements.doubles(x);
        long[] bits = Elements.bits(x);
        long[] expected = new long[values.length];
        long[] expectedBits = new long[values.length];
        eachLine(x, dim, false, places -> {
            int best = 0;
            for (int i = 0; i < places.length; i++) {
                double value = values[places[i]];
                double held = values[places[best]];
                if (Double.isNaN(value) || (op == ReduceOp.MAX ? value >= held : value <= held)) {
                    best = i;
                }
                expected[places[i]] = best;
                expectedBits[places[i]] = bits[places[best]];
            }
        });
        String what = "scan " + op + " " + x.describe() + " along " + dim;
        assertArrayEquals(expectedBits, Elements.bits(y), what);
        assertArrayEquals(expected, Elements.longs(place), what);
    }

    @ParameterizedTest
    @MethodSource("families")
    void linear_everyDimensionBothWays_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Form form : forms(family)) {
                for (int dim = 0; dim < Math.max(1, form.rank()); dim++) {
                    NdArray a = operand(dtype, form, family, 53);
                    NdArray b = operand(dtype, form, family, 54);
                    checkLinear(false, a, b, dim);
                    checkLinear(true, a, b, dim);
                }
            }
        }
        saw("Scan.linear", "linear", family);
    }

    private void checkLinear(boolean reverse, NdArray a, NdArray b, int dim) {
        NdArray y = output(a.dtype(), Form.dense(a.shape().toArray()));
        kernels().scan().linear(reverse, a, b, dim, y);
        double[] links = Elements.doubles(a);
        double[] terms = Elements.doubles(b);
        double[] expected = new double[links.length];
        double[] magnitudes = new double[links.length];
        eachLine(a, dim, reverse, places -> {
            double r = 0;
            double sum = 0; // of the magnitudes of all that was added up
            for (int i = 0; i < places.length; i++) {
                double link = i == 0 ? 0 : links[places[reverse ? i - 1 : i]];
                r = i == 0 ? terms[places[i]] : terms[places[i]] + link * r;
                expected[places[i]] = r;
                sum = Math.abs(terms[places[i]]) + Math.abs(link) * sum;
                magnitudes[places[i]] = Double.isFinite(sum) ? sum : 0;
            }
        });
        String what = "linear scan " + a.describe() + " along " + dim;
        Tolerance.of(a.dtype(), a.rank() == 0 ? 1 : a.size(dim)).check(expected, Elements.doubles(y), magnitudes, what);
    }

    @Test
    void scan_intoItsOperand_isTheSame() {
        for (DType dtype : NUMBERS) {
            for (int dim = 0; dim < 2; dim++) {
                for (ReduceOp op : new ReduceOp[] {ReduceOp.SUM, ReduceOp.PROD}) {
                    NdArray x = operand(dtype, Form.dense(19, 67), Family.ORDINARY, 55);
                    long[] expected = Elements.bits(scan(op, true, x, dim));
                    kernels().scan().scan(op, true, x, dim, x);
                    assertArrayEquals(expected, Elements.bits(x));
                }
            }
        }
    }

    @Test
    void scans_many_sameBitsForAnyThreads() {
        for (long[] sizes :
                List.of(new long[] {large(MANY)}, new long[] {large(500), 607}, new long[] {7, large(300), 150})) {
            NdArray x = operand(DType.F32, Form.dense(sizes), Family.ORDINARY, 56);
            for (int d = 0; d < sizes.length; d++) {
                int dim = d;
                checkThreads("cumsum", () -> scan(ReduceOp.SUM, false, x, dim));
                check(ReduceOp.SUM, false, x, dim, scan(ReduceOp.SUM, false, x, dim));
                checkThreads("cummax", () -> {
                    NdArray place = output(DType.I64, Form.dense(sizes));
                    kernels().scan().extreme(ReduceOp.MAX, x, dim, output(DType.F32, Form.dense(sizes)), place);
                    return place;
                });
                checkThreads("linear", () -> {
                    NdArray y = output(DType.F32, Form.dense(sizes));
                    kernels().scan().linear(true, x, x, dim, y);
                    return y;
                });
            }
        }
    }

    @Test
    void scan_wrongOperands_areRefused() {
        NdArray x = output(DType.F32, Form.dense(2, 3));
        NdArray other = output(DType.F64, Form.dense(2, 3));
        NdArray halves = output(DType.F16, Form.dense(2, 3));
        NdArray turned = output(DType.F32, Form.transposed(2, 3));
        NdArray places = output(DType.I64, Form.dense(3, 2));
        refused(
                "scan: operands differ: f32[2, 3], f64[2, 3]",
                () -> kernels().scan().scan(ReduceOp.SUM, false, x, 0, other));
        refused(
                "scan: no such dimension: f32[2, 3], f32[2, 3]",
                () -> kernels().scan().scan(ReduceOp.SUM, false, x, 2, x));
        refused(
                "scan: operands are not contiguous: f32[2, 3], f32[2, 3]",
                () -> kernels().scan().scan(ReduceOp.SUM, false, turned, 0, x));
        refused(
                "scan: neither sum nor product: f32[2, 3], f32[2, 3]",
                () -> kernels().scan().scan(ReduceOp.MAX, false, x, 0, x));
        refused(
                "scan: places are of another shape: f32[2, 3], f32[2, 3], i64[3, 2]",
                () -> kernels().scan().extreme(ReduceOp.MAX, x, 0, x, places));
        var thrown =
                assertThrows(GatunException.class, () -> kernels().scan().scan(ReduceOp.SUM, false, halves, 0, halves));
        assertEquals("scan: GT_UNSUPPORTED (3): f16[2, 3], f16[2, 3]", thrown.getMessage());
    }

    private static void refused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
