package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.Naive;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Element operations: every one on every family, in every dtype that it takes. */
abstract class ElementwiseContract extends FamilyContract {
    /** Whose gradient is a slope that may be infinite, times what arrives. */
    private static final Set<UnaryOp> SLOPES = Set.of(UnaryOp.LGAMMA, UnaryOp.DIGAMMA, UnaryOp.POLYGAMMA);

    ElementwiseContract(Backend on) {
        super(on);
    }

    static Stream<Arguments> pairs(Enum<?>[] ops) {
        return Stream.of(ops).flatMap(op -> Stream.of(Family.values()).map(family -> Arguments.of(op, family)));
    }

    static Stream<Arguments> unaryCases() {
        return pairs(UnaryOp.values());
    }

    static Stream<Arguments> binaryCases() {
        return pairs(BinaryOp.values());
    }

    static Stream<Arguments> compareCases() {
        return pairs(CompareOp.values());
    }

    private static List<DType> dtypes(Kinds kinds) {
        return Stream.of(DType.values()).filter(kinds::takes).toList();
    }

    @ParameterizedTest
    @MethodSource("unaryCases")
    void unary_everyFamily_matchesNaive(UnaryOp op, Family family) {
        for (DType dtype : dtypes(op.kinds())) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 1);
                for (Form to : outputs(form.sizes())) {
                    NdArray y = output(dtype, to);
                    kernels().elementwise().unary(op, x, y, NaiveUnary.a(op), NaiveUnary.b(op));
                    checkUnary(op, x, y);
                    checkNoStrayWrites(y, "unary " + op);
                }
            }
        }
        saw("Elementwise.unary", op, family);
    }

    private static void checkUnary(UnaryOp op, NdArray x, NdArray y) {
        String what = "unary " + op + " " + x.describe() + ", x " + x.layout() + ", y " + y.layout();
        if (x.dtype().isFloating()) {
            double[] expected = Elements.doubles(x);
            double[] magnitudes = new double[expected.length];
            for (int i = 0; i < expected.length; i++) {
                double value = NaiveUnary.value(op, expected[i], NaiveUnary.a(op), NaiveUnary.b(op));
                magnitudes[i] = NaiveUnary.magnitude(op, expected[i], value);
                expected[i] = value;
            }
            Tolerance.of(x.dtype()).times(NaiveUnary.times(op)).check(expected, Elements.doubles(y), magnitudes, what);
        } else {
            long[] expected = Elements.longs(x);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Naive.wrap(x.dtype(), NaiveUnary.value(op, expected[i]));
            }
            Tolerance.check(expected, Elements.longs(y), what);
        }
    }

    @ParameterizedTest
    @EnumSource(UnaryOp.class)
    void unary_inPlace_matchesCopy(UnaryOp op) {
        for (DType dtype : dtypes(op.kinds())) {
            for (Form form : List.of(Form.dense(1003), Form.stepped(9, 11), Form.transposed(17, 33))) {
                NdArray x = operand(dtype, form, Family.ORDINARY, 2);
                NdArray y = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().unary(op, x, y, NaiveUnary.a(op), NaiveUnary.b(op));
                kernels().elementwise().unary(op, x, x, NaiveUnary.a(op), NaiveUnary.b(op));
                assertArrayEquals(Elements.bits(y), Elements.bits(x), "unary " + op + " in place " + dtype);
            }
        }
        saw("Elementwise.unary", op, "in place");
    }

    static Stream<Arguments> gradCases() {
        return pairs(Stream.of(UnaryOp.values())
                .filter(op -> op.kinds() != Kinds.INTEGERS)
                .toArray(UnaryOp[]::new));
    }

    @ParameterizedTest
    @MethodSource("gradCases")
    void unaryGrad_everyFamily_matchesNaive(UnaryOp op, Family family) {
        for (DType dtype : FLOATS) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 3);
                NdArray y = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().unary(op, x, y, NaiveUnary.a(op), NaiveUnary.b(op));
                NdArray dy = operand(dtype, Form.dense(form.sizes()), family, 4);
                for (Form to : outputs(form.sizes())) {
                    NdArray dx = output(dtype, to);
                    kernels().elementwise().unaryGrad(op, x, y, dy, dx, NaiveUnary.a(op), NaiveUnary.b(op));
                    checkGrad(op, x, y, dy, dx);
                    checkNoStrayWrites(dx, "unaryGrad " + op);
                }
                NdArray input = op.saves() == UnaryOp.Saves.INPUT ? x : null;
                NdArray output = op.saves() == UnaryOp.Saves.OUTPUT ? y : null;
                NdArray dx = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().unaryGrad(op, input, output, dy, dx, NaiveUnary.a(op), NaiveUnary.b(op));
                checkGrad(op, x, y, dy, dx);
                long[] separate = Elements.bits(dx);
                kernels().elementwise().unaryGrad(op, input, output, dy, dy, NaiveUnary.a(op), NaiveUnary.b(op));
                assertArrayEquals(separate, Elements.bits(dy), "unaryGrad " + op + " in place");
            }
        }
        saw("Elementwise.unaryGrad", op, family);
    }

    private static void checkGrad(UnaryOp op, NdArray x, NdArray y, NdArray dy, NdArray dx) {
        double[] from = Elements.doubles(x);
        double[] value = Elements.doubles(y);
        double[] arriving = Elements.doubles(dy);
        double[] expected = new double[from.length];
        double[] magnitudes = new double[from.length];
        for (int i = 0; i < expected.length; i++) {
            double a = NaiveUnary.a(op);
            expected[i] = NaiveUnary.gradient(op, arriving[i], from[i], value[i], a, NaiveUnary.b(op));
            if (SLOPES.contains(op) && x.dtype() == DType.F32) { // overflows where F32 does
                double slope = NaiveUnary.gradient(op, 1, from[i], value[i], a, NaiveUnary.b(op));
                expected[i] = arriving[i] * (float) slope;
            }
            magnitudes[i] = NaiveUnary.gradientMagnitude(op, arriving[i], from[i], expected[i], a);
        }
        String what = "unaryGrad " + op + " " + x.describe() + ", x " + x.layout() + ", dx " + dx.layout();
        Tolerance.of(x.dtype()).times(NaiveUnary.times(op)).check(expected, Elements.doubles(dx), magnitudes, what);
    }

    @ParameterizedTest
    @MethodSource("binaryCases")
    void binary_everyFamily_matchesNaive(BinaryOp op, Family family) {
        for (DType dtype : dtypes(op.kinds())) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 5);
                NdArray y = operand(dtype, Form.dense(form.sizes()), family, 6);
                for (Form to : outputs(form.sizes())) {
                    NdArray z = output(dtype, to);
                    kernels().elementwise().binary(op, x, y, z);
                    checkBinary(op, x, y, z);
                    checkNoStrayWrites(z, "binary " + op);
                    kernels().elementwise().binary(op, y, x, z);
                    checkBinary(op, y, x, z);
                }
                NdArray both = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().binary(op, x, x, both);
                checkBinary(op, x, x, both);
            }
        }
        saw("Elementwise.binary", op, family);
    }

    private static void checkBinary(BinaryOp op, NdArray x, NdArray y, NdArray z) {
        String what =
                "binary " + op + " " + x.describe() + ", x " + x.layout() + ", y " + y.layout() + ", z " + z.layout();
        if (x.dtype().isFloating()) {
            double[] left = Elements.doubles(x);
            double[] right = Elements.doubles(y);
            double[] magnitudes = new double[left.length];
            java.util.Arrays.setAll(magnitudes, i -> Naive.magnitude(op, left[i], right[i]));
            Tolerance.of(x.dtype()).check(naive(op, left, right), Elements.doubles(z), magnitudes, what);
        } else {
            Tolerance.check(naive(op, x.dtype(), Elements.longs(x), Elements.longs(y)), Elements.longs(z), what);
        }
    }

    private static double[] naive(BinaryOp op, double[] x, double[] y) {
        double[] z = new double[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = Naive.binary(op, x[i], y[i]);
        }
        return z;
    }

    private static long[] naive(BinaryOp op, DType dtype, long[] x, long[] y) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = Naive.wrap(dtype, Naive.binary(op, x[i], y[i]));
        }
        return z;
    }

    @ParameterizedTest
    @MethodSource("binaryCases")
    void binary_scalarOnEitherSide_matchesNaive(BinaryOp op, Family family) {
        for (DType dtype : dtypes(op.kinds())) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 7);
                Number scalar = dtype.isFloating() ? (Number) 1.5 : (Number) 3;
                NdArray same = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().fill(scalar, same);
                for (Form to : outputs(form.sizes())) {
                    NdArray z = output(dtype, to);
                    kernels().elementwise().binary(op, x, scalar, z);
                    checkBinary(op, x, same, z);
                    kernels().elementwise().binary(op, scalar, x, z);
                    checkBinary(op, same, x, z);
                    checkNoStrayWrites(z, "binary " + op + " with a scalar");
                }
            }
        }
        saw("Elementwise.binary", op + " scalar", family);
    }

    @ParameterizedTest
    @EnumSource(BinaryOp.class)
    void binary_inPlace_matchesCopy(BinaryOp op) {
        for (DType dtype : dtypes(op.kinds())) {
            for (Form form : List.of(Form.dense(1003), Form.stepped(9, 11), Form.transposed(17, 33))) {
                NdArray y = operand(dtype, Form.dense(form.sizes()), Family.ORDINARY, 9);
                NdArray z = output(dtype, Form.dense(form.sizes()));
                NdArray x = operand(dtype, form, Family.ORDINARY, 8);
                kernels().elementwise().binary(op, x, y, z);
                kernels().elementwise().binary(op, x, y, x);
                assertArrayEquals(Elements.bits(z), Elements.bits(x), op + " into x " + dtype);
                x = operand(dtype, form, Family.ORDINARY, 8);
                kernels().elementwise().binary(op, x, y, y);
                assertArrayEquals(Elements.bits(z), Elements.bits(y), op + " into y " + dtype);
            }
        }
        saw("Elementwise.binary", op, "in place");
    }

    static Stream<Arguments> ternaryCases() {
        return pairs(TernaryOp.values());
    }

    @ParameterizedTest
    @MethodSource("ternaryCases")
    void ternary_everyFamily_matchesNaive(TernaryOp op, Family family) {
        for (DType dtype : dtypes(op.kinds())) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 22);
                NdArray y = operand(dtype, Form.dense(form.sizes()), family, 23);
                NdArray z = operand(dtype, form, family, 24);
                for (Form to : outputs(form.sizes())) {
                    NdArray out = output(dtype, to);
                    kernels().elementwise().ternary(op, x, y, z, out, 3);
                    checkTernary(op, x, y, z, out);
                    checkNoStrayWrites(out, "ternary " + op);
                }
                NdArray expected = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().ternary(op, x, y, z, expected, 3);
                kernels().elementwise().ternary(op, x, y, z, y, 3);
                assertArrayEquals(Elements.bits(expected), Elements.bits(y), op + " into y " + dtype);
            }
        }
        saw("Elementwise.ternary", op, family);
    }

    private static void checkTernary(TernaryOp op, NdArray x, NdArray y, NdArray z, NdArray out) {
        String what = "ternary " + op + " " + x.describe() + ", x " + x.layout() + ", out " + out.layout();
        int count = (int) x.count();
        if (x.dtype().isFloating()) {
            double[] first = Elements.doubles(x);
            double[] second = Elements.doubles(y);
            double[] third = Elements.doubles(z);
            double[] expected = new double[count];
            double[] magnitudes = new double[count];
            for (int i = 0; i < count; i++) {
                double addend = Naive.ternary(op, 0, second[i], third[i], 3);
                expected[i] = op == TernaryOp.LERP
                        ? Naive.ternary(op, first[i], second[i], third[i], 0)
                        : first[i] + (x.dtype() == DType.F32 ? (float) addend : addend); // overflows where F32 does
                magnitudes[i] = op == TernaryOp.LERP
                        ? (Math.abs(first[i]) + Math.abs(second[i])) * (1 + Math.abs(third[i]))
                        : Math.abs(first[i]);
                magnitudes[i] = Double.isFinite(magnitudes[i]) ? magnitudes[i] : 0;
            }
            Tolerance.of(x.dtype()).check(expected, Elements.doubles(out), magnitudes, what);
        } else {
            long[] first = Elements.longs(x);
            long[] second = Elements.longs(y);
            long[] third = Elements.longs(z);
            long[] expected = new long[count];
            for (int i = 0; i < count; i++) {
                expected[i] = Naive.wrap(x.dtype(), Naive.ternary(op, first[i], second[i], third[i], 3));
            }
            Tolerance.check(expected, Elements.longs(out), what);
        }
    }

    @ParameterizedTest
    @MethodSource("compareCases")
    void compare_everyFamily_matchesNaive(CompareOp op, Family family) {
        for (DType dtype : COMPUTABLE) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 10);
                NdArray y = operand(dtype, Form.dense(form.sizes()), family, 11);
                Number scalar = 1;
                NdArray same = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().fill(scalar, same);
                for (Form to : outputs(form.sizes())) {
                    NdArray z = output(DType.BOOL, to);
                    kernels().elementwise().compare(op, x, y, z);
                    checkCompare(op, x, y, z);
                    kernels().elementwise().compare(op, y, x, z);
                    checkCompare(op, y, x, z);
                    kernels().elementwise().compare(op, x, scalar, z);
                    checkCompare(op, x, same, z);
                    checkNoStrayWrites(z, "compare " + op);
                }
            }
        }
        saw("Elementwise.compare", op, family);
    }

    private static void checkCompare(CompareOp op, NdArray x, NdArray y, NdArray z) {
        long[] expected = new long[(int) x.count()];
        if (x.dtype().isFloating()) {
            double[] left = Elements.doubles(x);
            double[] right = Elements.doubles(y);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Naive.compare(op, left[i], right[i]) ? 1 : 0;
            }
        } else {
            long[] left = Elements.longs(x);
            long[] right = Elements.longs(y);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Naive.compare(op, x.dtype(), left[i], right[i]) ? 1 : 0;
            }
        }
        Tolerance.check(expected, Elements.longs(z), "compare " + op + " " + x.describe() + " " + x.layout());
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void where_everyFamily_choosesExactly(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (Form form : formsOf(family)) {
                NdArray condition = operand(DType.BOOL, form, Family.ORDINARY, 12);
                NdArray x = operand(dtype, Form.dense(form.sizes()), family, 13);
                NdArray y = operand(dtype, form, family, 14);
                for (Form to : outputs(form.sizes())) {
                    NdArray z = output(dtype, to);
                    kernels().elementwise().where(condition, x, y, z);
                    checkWhere(condition, x, y, z);
                    checkNoStrayWrites(z, "where");
                }
                NdArray expected = output(dtype, Form.dense(form.sizes()));
                kernels().elementwise().where(condition, x, y, expected);
                kernels().elementwise().where(condition, x, y, x);
                assertArrayEquals(Elements.bits(expected), Elements.bits(x), "where into x");
            }
        }
        saw("Elementwise.where", "where", family);
    }

    private static void checkWhere(NdArray condition, NdArray x, NdArray y, NdArray z) {
        long[] chosen = Elements.longs(condition);
        long[] left = Elements.bits(x);
        long[] expected = Elements.bits(y);
        for (int i = 0; i < chosen.length; i++) {
            expected[i] = chosen[i] != 0 ? left[i] : expected[i];
        }
        assertArrayEquals(expected, Elements.bits(z), "where " + x.describe() + " " + y.layout());
    }

    static Stream<Arguments> castCases() {
        return pairs(DType.values());
    }

    @ParameterizedTest
    @MethodSource("castCases")
    void cast_everyPair_isExact(DType from, Family family) {
        for (DType to : DType.values()) {
            for (Form form : formsOf(family)) {
                NdArray x = from.isComputable() ? operand(from, form, family, 15) : halves(from, form, family);
                for (Form at : outputs(form.sizes())) {
                    NdArray y = output(to, at);
                    kernels().elementwise().cast(x, y);
                    checkCast(x, y);
                    checkNoStrayWrites(y, "cast to " + to);
                }
            }
        }
        saw("Elementwise.cast", from, family);
    }

    private NdArray halves(DType dtype, Form form, Family family) {
        NdArray x = output(dtype, form);
        double[] values = family.numbers(DType.F32, form.count(), 16);
        for (int i = 0; i < values.length; i++) {
            values[i] = Naive.castToFloating(dtype, values[i]);
        }
        Elements.write(x, values);
        return x;
    }

    private static void checkCast(NdArray x, NdArray y) {
        String what = "cast " + x.describe() + " " + x.layout() + " to " + y.dtype();
        boolean halfFromInteger = !x.dtype().isFloating() && !y.dtype().isComputable();
        if (y.dtype().isFloating()) {
            double[] expected = Elements.doubles(x);
            long[] exact = x.dtype().isFloating() ? new long[0] : Elements.longs(x);
            for (int i = 0; i < expected.length; i++) {
                if (exact.length > 0) {
                    expected[i] = halfFromInteger || y.dtype() == DType.F32 ? (float) exact[i] : (double) exact[i];
                }
                expected[i] = Naive.castToFloating(y.dtype(), expected[i]);
            }
            assertArrayEquals(expected, Elements.doubles(y), what);
        } else if (x.dtype().isFloating()) {
            double[] values = Elements.doubles(x);
            long[] expected = new long[values.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Naive.castToInteger(y.dtype(), values[i]);
            }
            Tolerance.check(expected, Elements.longs(y), what);
        } else {
            long[] expected = Elements.longs(x);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Naive.wrap(y.dtype(), expected[i]);
            }
            Tolerance.check(expected, Elements.longs(y), what);
        }
    }

    @Test
    void cast_edges_saturateAndRoundToEven() {
        double[] edges = {
            0,
            -0.0,
            0.5,
            -0.5,
            0.99,
            -0.99,
            1.5,
            2.5,
            127.9,
            255.9,
            256,
            -1,
            3e9,
            -3e9,
            1e19,
            -1e19,
            65504,
            65519.99,
            65520,
            0x1p-24,
            2.98e-8,
            0x1p-25,
            1.00390625,
            1.01171875,
            3.4e38,
            1e300,
            1e-45,
            2049,
            2051,
            0x1p63,
            -0x1p63,
            0x1.fffffep127,
            1 + 0x1p-11 + 0x1p-40,
            1 + 0x1p-8 + 0x1p-40,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY
        };
        for (DType from : FLOATS) {
            NdArray x = dense(from, edges, edges.length);
            for (DType to : DType.values()) {
                NdArray y = output(to, Form.dense(edges.length));
                kernels().elementwise().cast(x, y);
                checkCast(x, y);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void fill_everyFamily_setsEveryElement(Family family) {
        for (DType dtype : DType.values()) {
            for (Form form : formsOf(family)) {
                for (Form to : outputs(form.sizes())) {
                    NdArray y = output(dtype, to);
                    kernels().elementwise().fill(2.75, y);
                    double[] expected = new double[to.count()];
                    double value = dtype.isFloating() ? 2.75 : dtype == DType.BOOL ? 1 : 2;
                    java.util.Arrays.fill(expected, value);
                    assertArrayEquals(expected, Elements.doubles(y), "fill " + dtype + " " + to.layout());
                    checkNoStrayWrites(y, "fill");
                }
            }
        }
        saw("Elementwise.fill", "fill", family);
    }

    @ParameterizedTest
    @EnumSource(UnaryOp.class)
    void unary_manyElements_sameBitsForAnyThreads(UnaryOp op) {
        for (DType dtype : FLOATS) {
            if (!op.kinds().takes(dtype)) {
                continue;
            }
            NdArray x = operand(dtype, Form.dense(large(MANY)), Family.NOT_FINITE, 17);
            NdArray y = output(dtype, Form.dense(large(MANY)));
            NdArray strided = operand(dtype, Form.transposed(large(400), 503), Family.ORDINARY, 18);
            NdArray dense = output(dtype, Form.dense(large(400), 503));
            checkThreads("unary " + op, () -> {
                kernels().elementwise().unary(op, x, y, NaiveUnary.a(op), NaiveUnary.b(op));
                return y;
            });
            checkUnary(op, x, y);
            checkThreads("unary " + op + " strided", () -> {
                kernels().elementwise().unary(op, strided, dense, NaiveUnary.a(op), NaiveUnary.b(op));
                return dense;
            });
            checkUnary(op, strided, dense);
            NdArray dx = output(dtype, Form.dense(large(MANY)));
            checkThreads("unaryGrad " + op, () -> {
                kernels().elementwise().unaryGrad(op, x, y, y, dx, NaiveUnary.a(op), NaiveUnary.b(op));
                return dx;
            });
            checkGrad(op, x, y, y, dx);
        }
    }

    @ParameterizedTest
    @EnumSource(BinaryOp.class)
    void binary_manyElements_sameBitsForAnyThreads(BinaryOp op) {
        for (DType dtype : dtypes(op.kinds())) {
            NdArray x = operand(dtype, Form.dense(large(300), 1003), Family.ORDINARY, 19);
            NdArray row = operand(dtype, Form.broadcast(0b01, large(300), 1003), Family.ORDINARY, 20);
            NdArray z = output(dtype, Form.dense(large(300), 1003));
            checkThreads("binary " + op + " " + dtype, () -> {
                kernels().elementwise().binary(op, x, row, z);
                return z;
            });
            checkBinary(op, x, row, z);
        }
    }

    @Test
    void castCompareWhereFill_manyElements_sameBitsForAnyThreads() {
        NdArray x = operand(DType.F32, Form.transposed(large(400), 503), Family.ORDINARY, 21);
        NdArray y = output(DType.F32, Form.dense(large(400), 503));
        NdArray flags = output(DType.BOOL, Form.dense(large(400), 503));
        for (DType to : DType.values()) {
            NdArray cast = output(to, Form.dense(large(400), 503));
            checkThreads("cast to " + to, () -> {
                kernels().elementwise().cast(x, cast);
                return cast;
            });
            checkCast(x, cast);
            checkThreads("fill " + to, () -> {
                kernels().elementwise().fill(1, cast);
                return cast;
            });
        }
        checkThreads("compare", () -> {
            kernels().elementwise().compare(CompareOp.GT, x, 0, flags);
            return flags;
        });
        checkThreads("ternary", () -> {
            kernels().elementwise().ternary(TernaryOp.LERP, x, x, x, y, 0);
            return y;
        });
        checkTernary(TernaryOp.LERP, x, x, x, y);
        checkThreads("where", () -> {
            kernels().elementwise().where(flags, x, x, y);
            return y;
        });
        checkWhere(flags, x, x, y);
    }

    @ParameterizedTest
    @EnumSource(UnaryOp.class)
    void unary_dtypeWithoutLoop_isRefused(UnaryOp op) {
        for (DType dtype : DType.values()) {
            if (!dtypes(op.kinds()).contains(dtype)) {
                NdArray x = output(dtype, Form.dense(3));
                assertThrows(
                        GatunException.class, () -> kernels().elementwise().unary(op, x, x, 0, 0), op + " of " + dtype);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BinaryOp.class)
    void binary_dtypeWithoutLoop_isRefused(BinaryOp op) {
        for (DType dtype : DType.values()) {
            if (!dtypes(op.kinds()).contains(dtype)) {
                NdArray x = output(dtype, Form.dense(3));
                assertThrows(
                        GatunException.class, () -> kernels().elementwise().binary(op, x, x, x), op + " of " + dtype);
            }
        }
    }
}
