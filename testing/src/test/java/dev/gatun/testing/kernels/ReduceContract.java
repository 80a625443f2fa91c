package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.Naive;
import dev.gatun.testing.naive.NaiveReduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reductions over every choice of dimensions, with and without keeping them. */
abstract class ReduceContract extends FamilyContract {
    private static final int MOST_RANK = 4;

    ReduceContract(Backend on) {
        super(on);
    }

    static Stream<Arguments> cases() {
        return ElementwiseContract.pairs(ReduceOp.values());
    }

    static Stream<Arguments> argCases() {
        return ElementwiseContract.pairs(new ReduceOp[] {ReduceOp.MAX, ReduceOp.MIN});
    }

    private static List<DType> dtypes(ReduceOp op) {
        return COMPUTABLE.stream().filter(op::takes).toList();
    }

    /** Every choice of dimensions, none included. */
    private static List<int[]> choices(int rank) {
        List<int[]> choices = new ArrayList<>();
        for (int bits = 0; bits < 1 << Math.min(rank, MOST_RANK); bits++) {
            int chosen = bits;
            choices.add(
                    IntStream.range(0, rank).filter(d -> (chosen & 1 << d) != 0).toArray());
        }
        return choices;
    }

    private static long[] reduced(long[] sizes, int[] dims, boolean keep) {
        return IntStream.range(0, sizes.length)
                .filter(d -> keep || Arrays.binarySearch(dims, d) < 0)
                .mapToLong(d -> Arrays.binarySearch(dims, d) < 0 ? sizes[d] : 1)
                .toArray();
    }

    /** For each element of the result, the places in row-major x that it joins, in their order. */
    private static int[][] groups(long[] sizes, int[] dims) {
        int results = (int) Shape.of(reduced(sizes, dims, true)).count();
        int count = (int) Shape.of(sizes).count();
        int[][] groups = new int[results][results == 0 ? 0 : count / results];
        int[] filled = new int[results];
        for (int i = 0; i < count; i++) {
            int rest = i;
            int place = 0;
            int stride = 1;
            for (int d = sizes.length - 1; d >= 0; d--) {
                int at = (int) (rest % sizes[d]);
                rest /= (int) sizes[d];
                if (Arrays.binarySearch(dims, d) < 0) {
                    place += at * stride;
                    stride *= (int) sizes[d];
                }
            }
            groups[place][filled[place]++] = i;
        }
        return groups;
    }

    private static double[] pick(double[] values, int[] places) {
        return Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
    }

    private static long[] pick(long[] values, int[] places) {
        return Arrays.stream(places).mapToLong(i -> values[i]).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void reduce_everyFamilyAndChoiceOfDimensions_matchesNaive(ReduceOp op, Family family) {
        for (DType dtype : dtypes(op)) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 31);
                for (int[] dims : choices(form.rank())) {
                    if (choosesFromNothing(op, form, dims)) {
                        assertThrows(IllegalArgumentException.class, () -> reduce(op, x, dims, false, Form::dense));
                        continue;
                    }
                    check(op, x, dims, reduce(op, x, dims, false, Form::dense));
                    check(op, x, dims, reduce(op, x, dims, true, Form::dense));
                    if (form.rank() > dims.length) {
                        check(op, x, dims, reduce(op, x, dims, false, Form::transposed));
                        check(op, x, dims, reduce(op, x, dims, true, Form::stepped));
                    }
                }
            }
        }
        saw("Reduce.reduce", op, family);
    }

    private static boolean choosesFromNothing(ReduceOp op, Form form, int[] dims) {
        boolean results = Shape.of(reduced(form.sizes(), dims, false)).count() > 0;
        return !op.takesNothing() && form.count() == 0 && results;
    }

    private interface Lying {
        Form of(long... sizes);
    }

    private NdArray reduce(ReduceOp op, NdArray x, int[] dims, boolean keep, Lying lying) {
        NdArray y = output(op.result(x.dtype()), lying.of(reduced(x.shape().toArray(), dims, keep)));
        kernels().reduce().reduce(op, x, dims, y);
        checkNoStrayWrites(y, "reduce " + op);
        return y;
    }

    private static void check(ReduceOp op, NdArray x, int[] dims, NdArray y) {
        String what = "reduce " + op + " " + x.describe() + " " + x.layout() + " over " + Arrays.toString(dims);
        int[][] groups = groups(x.shape().toArray(), dims);
        if (!x.dtype().isFloating()) {
            long[] values = Elements.longs(x);
            long[] expected = new long[groups.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Naive.wrap(y.dtype(), NaiveReduce.reduce(op, pick(values, groups[i])));
            }
            Tolerance.check(expected, Elements.longs(y), what);
            return;
        }
        double[] values = Elements.doubles(x);
        double[] actual = Elements.doubles(y);
        double[] expected = new double[groups.length];
        double[] magnitudes = new double[groups.length];
        for (int i = 0; i < expected.length; i++) {
            double[] group = pick(values, groups[i]);
            boolean anyProduct = op == ReduceOp.PROD && leavesRange(x.dtype(), group);
            expected[i] = anyProduct ? actual[i] : NaiveReduce.reduce(op, group);
            magnitudes[i] = NaiveReduce.magnitude(op, group);
        }
        long length = groups.length == 0 ? 0 : groups[0].length;
        Tolerance.of(y.dtype(), length).check(expected, actual, magnitudes, what);
    }

    /** Whether a product may overflow or lose digits on the way, by its order alone. */
    static boolean leavesRange(DType dtype, double... values) {
        double logarithms = Arrays.stream(values)
                .filter(v -> v != 0 && Double.isFinite(v))
                .map(v -> Math.abs(Math.log(Math.abs(v))))
                .sum();
        return logarithms > Math.log(dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE);
    }

    static Stream<Family> families() {
        return Stream.of(Family.values());
    }

    @ParameterizedTest
    @MethodSource("families")
    void variance_everyChoiceOfDimensions_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 37);
                for (int[] dims : choices(form.rank())) {
                    if (dims.length > 0) {
                        checkVariance(x, dims, dims.length % 2, false, Form::dense);
                        checkVariance(x, dims, 1 - dims.length % 2, true, Form::transposed);
                        checkVariance(x, dims, 0.5, false, Form::stepped);
                    }
                }
            }
        }
        saw("Reduce.variance", "variance", family);
    }

    private void checkVariance(NdArray x, int[] dims, double correction, boolean root, Lying lying) {
        Form form = lying.of(reduced(x.shape().toArray(), dims, true));
        NdArray var = output(x.dtype(), form);
        NdArray mean = output(x.dtype(), form);
        kernels().reduce().variance(x, dims, correction, root, var, mean);
        String what = "variance " + x.describe() + " " + x.layout() + " over " + Arrays.toString(dims);
        checkNoStrayWrites(var, what);
        checkNoStrayWrites(mean, what);
        checkVariance(x, dims, correction, root, var, mean);
        NdArray alone = output(x.dtype(), form);
        kernels().reduce().variance(x, dims, correction, root, alone, null);
        assertArrayEquals(Elements.bits(var), Elements.bits(alone), what);
    }

    private static void checkVariance(
            NdArray x, int[] dims, double correction, boolean root, NdArray var, NdArray mean) {
        int[][] groups = groups(x.shape().toArray(), dims);
        double[] values = Elements.doubles(x);
        double[] vars = new double[groups.length];
        double[] means = new double[groups.length];
        double[] squares = new double[groups.length];
        double[] sizes = new double[groups.length];
        for (int i = 0; i < vars.length; i++) {
            double[] group = pick(values, groups[i]);
            double expected = NaiveReduce.variance(group, correction);
            vars[i] = root ? Math.sqrt(expected) : expected;
            means[i] = NaiveReduce.reduce(ReduceOp.MEAN, group);
            sizes[i] = NaiveReduce.magnitude(ReduceOp.MEAN, group);
            double square = group.length == 0 || !(expected < Double.POSITIVE_INFINITY)
                    ? 0
                    : NaiveReduce.reduce(ReduceOp.SQUARE_SUM, group) / group.length;
            squares[i] = root ? Math.sqrt(square) : square;
        }
        long length = groups.length == 0 ? 0 : groups[0].length;
        String what = "variance " + x.describe() + " " + x.layout() + " over " + Arrays.toString(dims);
        Tolerance near = Tolerance.of(x.dtype(), length);
        near.check(vars, Elements.doubles(var), squares, what);
        near.check(means, Elements.doubles(mean), sizes, "mean of " + what);
    }

    @Test
    void variance_farFromZero_keepsItsDigits() {
        int count = 100_000;
        for (DType dtype : FLOATS) {
            double[] values = new double[count];
            Arrays.setAll(values, i -> 1e6 + i % 4);
            NdArray x = dense(dtype, values, count);
            NdArray var = output(dtype, Form.dense());
            kernels().reduce().variance(x, new int[] {0}, 0, false, var, null);
            assertEquals(1.25, Elements.doubles(var)[0], 1e-7, "variance " + dtype);
        }
    }

    @Test
    void variance_equalElements_isZero() {
        for (DType dtype : FLOATS) {
            for (long[] sizes : List.of(new long[] {20_000, 3}, new long[] {3, 20_000}, new long[] {17, 20})) {
                NdArray x = output(dtype, Form.dense(sizes));
                kernels().elementwise().fill(0.1, x);
                for (int dim = 0; dim < 2; dim++) {
                    NdArray var = output(dtype, Form.dense(sizes[1 - dim]));
                    kernels().reduce().variance(x, new int[] {dim}, 1, true, var, null);
                    assertArrayEquals(new double[(int) sizes[1 - dim]], Elements.doubles(var));
                }
            }
        }
    }

    @Test
    void variance_noDimensions_isRefused() {
        NdArray x = output(DType.F32, Form.dense(2));
        var thrown = assertThrows(
                IllegalArgumentException.class, () -> kernels().reduce().variance(x, new int[0], 1, false, x, null));
        assertEquals("variance: no dimensions: f32[2], f32[2]", thrown.getMessage());
    }

    @ParameterizedTest
    @MethodSource("families")
    void logSumExp_everyChoiceOfDimensions_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 38);
                for (int[] dims : choices(form.rank())) {
                    if (dims.length > 0) {
                        checkLogSumExp(x, dims, logSumExp(x, dims, Form::dense));
                        checkLogSumExp(x, dims, logSumExp(x, dims, Form::stepped));
                    }
                }
            }
        }
        saw("Reduce.logSumExp", "logSumExp", family);
    }

    private NdArray logSumExp(NdArray x, int[] dims, Lying lying) {
        NdArray y = output(x.dtype(), lying.of(reduced(x.shape().toArray(), dims, true)));
        kernels().reduce().logSumExp(x, dims, y);
        checkNoStrayWrites(y, "logSumExp");
        return y;
    }

    private static void checkLogSumExp(NdArray x, int[] dims, NdArray y) {
        int[][] groups = groups(x.shape().toArray(), dims);
        double[] values = Elements.doubles(x);
        double[] expected = new double[groups.length];
        double[] magnitudes = new double[groups.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = NaiveReduce.logSumExp(pick(values, groups[i]));
            magnitudes[i] = 1;
        }
        String what = "logSumExp " + x.describe() + " " + x.layout() + " over " + Arrays.toString(dims);
        Tolerance.of(x.dtype()).check(expected, Elements.doubles(y), magnitudes, what);
    }

    @Test
    void varianceAndLogSumExp_many_sameBitsForAnyThreads() {
        for (DType dtype : FLOATS) {
            NdArray flat = operand(dtype, Form.dense(large(MANY)), Family.ORDINARY, 39);
            NdArray wide = operand(dtype, Form.dense(large(10_007), 33), Family.ORDINARY, 40);
            NdArray turned = operand(dtype, Form.transposed(large(10_007), 33), Family.ORDINARY, 41);
            for (NdArray x : List.of(flat, wide, turned)) {
                for (int dim = 0; dim < x.rank(); dim++) {
                    int[] dims = {dim};
                    Form form = Form.dense(reduced(x.shape().toArray(), dims, false));
                    NdArray var = output(dtype, form);
                    NdArray mean = output(dtype, form);
                    checkThreads("variance " + x.describe(), () -> {
                        kernels().reduce().variance(x, dims, 1, false, var, mean);
                        return var;
                    });
                    checkVariance(x, dims, 1, false, var, mean);
                    checkThreads("logSumExp " + x.describe(), () -> logSumExp(x, dims, Form::dense));
                    checkLogSumExp(x, dims, logSumExp(x, dims, Form::dense));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("argCases")
    void argReduce_everyFamilyAndChoiceOfDimensions_matchesNaive(ReduceOp op, Family family) {
        for (DType dtype : NUMBERS) {
            for (Form form : formsOf(family)) {
                NdArray x = operand(dtype, form, family, 32);
                for (int[] dims : choices(form.rank())) {
                    boolean keep = dims.length % 2 == 0;
                    NdArray y = output(DType.I64, Form.dense(reduced(form.sizes(), dims, keep)));
                    if (choosesFromNothing(op, form, dims)) {
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> kernels().reduce().argReduce(op, x, dims, y));
                        continue;
                    }
                    kernels().reduce().argReduce(op, x, dims, y);
                    int[][] groups = groups(form.sizes(), dims);
                    double[] values = Elements.doubles(x);
                    long[] expected = new long[groups.length];
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] = NaiveReduce.argReduce(op, pick(values, groups[i]));
                    }
                    Tolerance.check(
                            expected,
                            Elements.longs(y),
                            "arg" + op + " " + x.describe() + " " + x.layout() + " over " + Arrays.toString(dims));
                }
            }
        }
        saw("Reduce.argReduce", op, family);
    }

    @Test
    void argReduce_ties_giveTheFirst() {
        for (DType dtype : NUMBERS) {
            NdArray x = dense(dtype, new double[] {1, 3, 3, 0, 0, 3}, 6);
            NdArray y = output(DType.I64, Form.dense());
            kernels().reduce().argReduce(ReduceOp.MAX, x, new int[] {0}, y);
            assertEquals(1, Elements.longs(y)[0], "argmax " + dtype);
            kernels().reduce().argReduce(ReduceOp.MIN, x, new int[] {0}, y);
            assertEquals(3, Elements.longs(y)[0], "argmin " + dtype);
        }
    }

    @Test
    void sumAndMean_ofNothing_areZeroAndNaN() {
        for (DType dtype : FLOATS) {
            NdArray nothing = output(dtype, Form.dense(3, 0));
            NdArray y = output(dtype, Form.dense(3));
            kernels().reduce().reduce(ReduceOp.SUM, nothing, new int[] {1}, y);
            Tolerance.of(dtype).check(new double[3], Elements.doubles(y), "sum of nothing");
            kernels().reduce().reduce(ReduceOp.MEAN, nothing, new int[] {1}, y);
            double nan = Double.NaN;
            Tolerance.of(dtype).check(new double[] {nan, nan, nan}, Elements.doubles(y), "mean of nothing");
        }
    }

    @ParameterizedTest
    @EnumSource(ReduceOp.class)
    void reduce_manyElements_sameBitsForAnyThreads(ReduceOp op) {
        for (DType dtype : dtypes(op)) {
            NdArray flat = operand(dtype, Form.dense(large(MANY)), Family.ORDINARY, 33);
            NdArray wide = operand(dtype, Form.dense(large(307), 1003), Family.ORDINARY, 34);
            NdArray turned = operand(dtype, Form.transposed(large(307), 1003), Family.ORDINARY, 35);
            NdArray deep = operand(dtype, Form.dense(large(50), 60, 100), Family.ORDINARY, 36);
            checkMany(op, flat, 0);
            checkMany(op, wide, 0);
            checkMany(op, wide, 1);
            checkMany(op, wide, 0, 1);
            checkMany(op, turned, 0);
            checkMany(op, turned, 1);
            checkMany(op, turned, 0, 1);
            checkMany(op, deep, 1);
            checkMany(op, deep, 0, 2);
            if (op == ReduceOp.MAX || op == ReduceOp.MIN) {
                NdArray y = output(DType.I64, Form.dense());
                checkThreads("arg" + op, () -> {
                    kernels().reduce().argReduce(op, flat, new int[] {0}, y);
                    return y;
                });
                double[] values = Elements.doubles(flat);
                assertEquals(NaiveReduce.argReduce(op, values), Elements.longs(y)[0], "arg" + op + " of many " + dtype);
            }
        }
    }

    private void checkMany(ReduceOp op, NdArray x, int... dims) {
        NdArray y = output(op.result(x.dtype()), Form.dense(reduced(x.shape().toArray(), dims, false)));
        checkThreads("reduce " + op + " " + x.describe(), () -> {
            kernels().reduce().reduce(op, x, dims, y);
            return y;
        });
        check(op, x, dims, y);
    }

    @Test
    void sum_millionsOfF32_keepsItsDigits() {
        int count = 2_000_000;
        NdArray x = output(DType.F32, Form.dense(count));
        kernels().elementwise().fill(0.1, x);
        NdArray y = output(DType.F32, Form.dense());
        kernels().reduce().reduce(ReduceOp.SUM, x, new int[] {0}, y);
        double exact = 0.1f * (double) count;
        assertEquals(exact, Elements.doubles(y)[0], exact * 1e-6);
    }
}
