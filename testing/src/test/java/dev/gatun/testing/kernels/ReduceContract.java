package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.ReduceOp;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.Naive;
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
        for (DType dtype : op.takesIntegers() ? NUMBERS : FLOATS) {
            for (Form form : family.forms()) {
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
        return (op == ReduceOp.MAX || op == ReduceOp.MIN) && form.count() == 0 && results;
    }

    private interface Lying {
        Form of(long... sizes);
    }

    private NdArray reduce(ReduceOp op, NdArray x, int[] dims, boolean keep, Lying lying) {
        NdArray y = output(x.dtype(), lying.of(reduced(x.shape().toArray(), dims, keep)));
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
                expected[i] = dims.length == 0
                        ? values[groups[i][0]]
                        : Naive.wrap(x.dtype(), Naive.reduce(op, pick(values, groups[i])));
            }
            Tolerance.check(expected, Elements.longs(y), what);
            return;
        }
        double[] values = Elements.doubles(x);
        double[] expected = new double[groups.length];
        double[] magnitudes = new double[groups.length];
        for (int i = 0; i < expected.length; i++) {
            double[] group = pick(values, groups[i]);
            expected[i] = dims.length == 0 ? group[0] : Naive.reduce(op, group);
            double sum =
                    Arrays.stream(group).map(Math::abs).filter(Double::isFinite).sum();
            magnitudes[i] = op == ReduceOp.SUM ? sum : op == ReduceOp.MEAN ? sum / group.length : 0;
        }
        long length = groups.length == 0 ? 0 : groups[0].length;
        Tolerance.of(x.dtype(), length).check(expected, Elements.doubles(y), magnitudes, what);
    }

    @ParameterizedTest
    @MethodSource("argCases")
    void argReduce_everyFamilyAndChoiceOfDimensions_matchesNaive(ReduceOp op, Family family) {
        for (DType dtype : NUMBERS) {
            for (Form form : family.forms()) {
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
                        expected[i] = Naive.argReduce(op, pick(values, groups[i]));
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
        for (DType dtype : op.takesIntegers() ? NUMBERS : FLOATS) {
            NdArray flat = operand(dtype, Form.dense(MANY), Family.ORDINARY, 33);
            NdArray wide = operand(dtype, Form.dense(307, 1003), Family.ORDINARY, 34);
            NdArray turned = operand(dtype, Form.transposed(307, 1003), Family.ORDINARY, 35);
            NdArray deep = operand(dtype, Form.dense(50, 60, 100), Family.ORDINARY, 36);
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
                assertEquals(Naive.argReduce(op, values), Elements.longs(y)[0], "arg" + op + " of many " + dtype);
            }
        }
    }

    private void checkMany(ReduceOp op, NdArray x, int... dims) {
        NdArray y = output(x.dtype(), Form.dense(reduced(x.shape().toArray(), dims, false)));
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
