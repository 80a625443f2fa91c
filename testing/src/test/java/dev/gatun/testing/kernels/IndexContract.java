package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.Naive;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading and adding by index. Operands are contiguous, so that families of layouts do not apply. */
abstract class IndexContract extends FamilyContract {
    private static final List<DType> ADDABLE = List.of(DType.F32, DType.F64, DType.I64, DType.I32);

    IndexContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY, Family.ZERO_SIZE, Family.SIZE_ONE, Family.ODD_SIZES, Family.LARGE, Family.NOT_FINITE);
    }

    /** Shapes [rows, n] and how many indexes. */
    private static List<long[]> shapes(Family family) {
        return switch (family) {
            case ZERO_SIZE -> List.of(new long[] {3, 0, 4}, new long[] {3, 5, 0});
            case SIZE_ONE -> List.of(new long[] {1, 1, 1}, new long[] {1, 4, 6}, new long[] {6, 1, 1});
            case ODD_SIZES -> List.of(new long[] {7, 3, 9}, new long[] {5, 17, 31}, new long[] {9, 1003, 4});
            default -> List.of(new long[] {10, 8, 25}, new long[] {33, 784, 12});
        };
    }

    private NdArray index(int count, long limit, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] values = new long[count];
        Arrays.setAll(values, i -> random.nextLong(limit));
        return dense(values, count);
    }

    @ParameterizedTest
    @MethodSource("families")
    void gatherRows_everyDtype_copiesBits(Family family) {
        for (DType dtype : DType.values()) {
            for (long[] s : shapes(family)) {
                NdArray x = dtype.isComputable()
                        ? operand(dtype, Form.dense(s[0], s[1]), family, 71)
                        : output(dtype, Form.dense(s[0], s[1]));
                NdArray index = index((int) s[2], s[0], 72);
                NdArray y = output(dtype, Form.dense(s[2], s[1]));
                kernels().index().gatherRows(x, index, y);
                long[] from = Elements.bits(x);
                long[] at = Elements.longs(index);
                long[] expected = new long[(int) (s[2] * s[1])];
                Arrays.setAll(expected, i -> from[(int) (at[(int) (i / s[1])] * s[1] + i % s[1])]);
                assertArrayEquals(expected, Elements.bits(y), "gatherRows " + x.describe());
            }
        }
        saw("Index.gatherRows", "gatherRows", family);
    }

    @ParameterizedTest
    @MethodSource("families")
    void indexAddRows_repeatedIndexes_addInOrder(Family family) {
        for (DType dtype : ADDABLE) {
            for (long[] s : shapes(family)) {
                NdArray x = operand(dtype, Form.dense(s[0], s[1]), family, 73);
                NdArray y = operand(dtype, Form.dense(s[2], s[1]), family, 74);
                NdArray index = index((int) s[2], s[0], 75);
                long[] at = Elements.longs(index);
                if (dtype.isFloating()) {
                    double[] expected = Elements.doubles(x);
                    double[] added = Elements.doubles(y);
                    double[] magnitudes = new double[expected.length];
                    for (int i = 0; i < added.length; i++) {
                        int place = (int) (at[(int) (i / s[1])] * s[1] + i % s[1]);
                        expected[place] += added[i];
                        magnitudes[place] += Double.isFinite(added[i]) ? Math.abs(added[i]) : 0;
                    }
                    kernels().index().indexAddRows(index, y, x);
                    Tolerance.of(dtype, s[2]).check(expected, Elements.doubles(x), magnitudes, "indexAddRows");
                } else {
                    long[] expected = Elements.longs(x);
                    long[] added = Elements.longs(y);
                    for (int i = 0; i < added.length; i++) {
                        int place = (int) (at[(int) (i / s[1])] * s[1] + i % s[1]);
                        expected[place] = Naive.wrap(dtype, expected[place] + added[i]);
                    }
                    kernels().index().indexAddRows(index, y, x);
                    Tolerance.check(expected, Elements.longs(x), "indexAddRows");
                }
            }
        }
        saw("Index.indexAddRows", "indexAddRows", family);
    }

    @ParameterizedTest
    @MethodSource("families")
    void pick_everyDtype_copiesBits(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (long[] s : shapes(family)) {
                if (s[1] == 0) {
                    continue;
                }
                NdArray x = operand(dtype, Form.dense(s[0], s[1]), family, 76);
                NdArray index = index((int) s[0], s[1], 77);
                NdArray y = output(dtype, Form.dense(s[0]));
                kernels().index().pick(x, index, y);
                long[] from = Elements.bits(x);
                long[] at = Elements.longs(index);
                long[] expected = new long[(int) s[0]];
                Arrays.setAll(expected, i -> from[(int) (i * s[1] + at[i])]);
                assertArrayEquals(expected, Elements.bits(y), "pick " + x.describe());
            }
        }
        saw("Index.pick", "pick", family);
    }

    @Test
    void index_outOfRange_saysWhichAndReadsNothing() {
        NdArray x = operand(DType.F32, Form.dense(5, 3), Family.ORDINARY, 78);
        NdArray y = output(DType.F32, Form.dense(3, 3));
        var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> kernels().index().gatherRows(x, dense(new long[] {4, 0, 5}, 3), y));
        assertEquals("gatherRows: index[2] is 5, rows are 0..4: x f32[5, 3]", thrown.getMessage());
        thrown = assertThrows(
                IllegalArgumentException.class,
                () -> kernels().index().indexAddRows(dense(new long[] {4, -1, 5}, 3), y, x));
        assertEquals("indexAddRows: index[1] is -1, rows are 0..4: x f32[5, 3]", thrown.getMessage());
        NdArray picked = output(DType.F32, Form.dense(5));
        thrown = assertThrows(
                IllegalArgumentException.class,
                () -> kernels().index().pick(x, dense(new long[] {0, 0, 0, 0, Long.MIN_VALUE}, 5), picked));
        assertEquals("pick: index[4] is -9223372036854775808, columns are 0..2: x f32[5, 3]", thrown.getMessage());
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64", "I64"})
    void index_manyRows_sameBitsForAnyThreads(DType dtype) {
        NdArray x = operand(dtype, Form.dense(300, 784), Family.ORDINARY, 79);
        NdArray index = index(500, 300, 80);
        NdArray y = output(dtype, Form.dense(500, 784));
        checkThreads("gatherRows", () -> {
            kernels().index().gatherRows(x, index, y);
            return y;
        });
        checkThreads("indexAddRows", () -> {
            NdArray sum = output(dtype, Form.dense(300, 784));
            kernels().index().indexAddRows(index, y, sum);
            return sum;
        });
    }
}
