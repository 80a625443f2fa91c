package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.testing.Elements;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sorting, choosing and searching rows. Operands are contiguous, so that families of layouts do not apply. */
abstract class SortContract extends FamilyContract {
    SortContract(Backend on) {
        super(on);
    }

    /** Lengths around the changes of method: insertion, merges, digits, shared rows. */
    private List<long[]> shapes() {
        return List.of(
                new long[] {1, 1},
                new long[] {3, 2},
                new long[] {5, 15},
                new long[] {5, 17},
                new long[] {2, 100},
                new long[] {7, 193},
                new long[] {40, 33},
                new long[] {3, large(5000)},
                new long[] {1, large(70_001)},
                new long[] {0, 4},
                new long[] {4, 0});
    }

    static List<Family> families() {
        return List.of(Family.ORDINARY, Family.LARGE, Family.NOT_FINITE);
    }

    static List<DType> dtypes() {
        return COMPUTABLE;
    }

    /** By value, NaN last, zeros equal; Java's boxed order tells zeros apart. */
    private static int compare(double a, double b) {
        return a == b ? 0 : Double.compare(a, b);
    }

    private double[] values(NdArray x) {
        return Elements.doubles(x);
    }

    /** Positions of a row's elements in order, first those of equal ones that come first. */
    private static int[] order(double[] all, int from, int length, boolean descending) {
        Comparator<Integer> by = (i, j) -> compare(all[from + i], all[from + j]);
        return IntStream.range(0, length)
                .boxed()
                .sorted(descending ? by.reversed() : by)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void check(boolean descending, NdArray x, long k, NdArray values, NdArray order, String what) {
        int rows = (int) x.size(0);
        int n = (int) x.size(1);
        double[] all = values(x);
        long[] bits = Elements.bits(x);
        long[] expected = new long[rows * (int) k];
        long[] expectedBits = new long[expected.length];
        for (int row = 0; row < rows; row++) {
            int[] positions = order(all, row * n, n, descending);
            for (int i = 0; i < k; i++) {
                expected[row * (int) k + i] = positions[i];
                expectedBits[row * (int) k + i] = bits[row * n + positions[i]];
            }
        }
        assertArrayEquals(expected, Elements.longs(order), what);
        assertArrayEquals(expectedBits, Elements.bits(values), what);
    }

    /** Numbers below 2^53 in I64 too, so that the oracle's doubles tell them apart. */
    private NdArray rows(DType dtype, Family family, long[] shape, long seed) {
        boolean wide = dtype == DType.I64 && family == Family.LARGE;
        NdArray x = operand(dtype, Form.dense(shape), wide ? Family.ORDINARY : family, seed);
        if (wide) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] values = new long[(int) x.count()];
            Arrays.setAll(values, i -> random.nextLong(-(1L << 52), 1L << 52));
            Elements.write(x, values);
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("families")
    void sort_bothOrders_matchesNaiveStably(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (long[] shape : shapes()) {
                NdArray x = rows(dtype, family, shape, 91);
                for (boolean descending : new boolean[] {false, true}) {
                    NdArray values = output(dtype, Form.dense(shape));
                    NdArray order = output(DType.I64, Form.dense(shape));
                    kernels().sort().sort(descending, x, values, order);
                    check(descending, x, shape[1], values, order, "sort " + x.describe() + " " + family);
                }
            }
        }
        saw("Sort.sort", "sort", family);
    }

    @ParameterizedTest
    @MethodSource("families")
    void topk_everyK_matchesNaive(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (long[] shape : shapes()) {
                NdArray x = rows(dtype, family, shape, 92);
                for (long k : new long[] {0, 1, shape[1] / 50, shape[1] / 5, shape[1] / 2, shape[1]}) {
                    if (k > shape[1]) {
                        continue;
                    }
                    for (boolean largest : new boolean[] {false, true}) {
                        NdArray values = output(dtype, Form.dense(shape[0], k));
                        NdArray order = output(DType.I64, Form.dense(shape[0], k));
                        kernels().sort().topk(largest, x, values, order);
                        check(largest, x, k, values, order, "top " + k + " of " + x.describe() + " " + family);
                    }
                }
            }
        }
        saw("Sort.topk", "topk", family);
    }

    @ParameterizedTest
    @MethodSource("families")
    void ranked_anyRanks_matchesNaive(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (long[] shape : shapes()) {
                NdArray x = rows(dtype, family, shape, 98);
                int n = (int) shape[1];
                for (int k : new int[] {0, 1, 2, 11}) {
                    for (boolean own : new boolean[] {false, true}) {
                        for (boolean nanWins : new boolean[] {false, true}) {
                            checkRanked(x, n == 0 ? 0 : k, own, nanWins, family);
                        }
                    }
                }
            }
        }
        saw("Sort.ranked", "ranked", family);
    }

    private void checkRanked(NdArray x, int k, boolean own, boolean nanWins, Family family) {
        int rows = (int) x.size(0);
        int n = (int) x.size(1);
        SplittableRandom random = new SplittableRandom(k);
        long[] ranks = new long[own ? rows * k : k];
        Arrays.setAll(ranks, i -> i == 1 ? Math.min(n - 1, ranks[0] + 1) : random.nextInt(n));
        NdArray at = output(DType.I64, own ? Form.dense(rows, k) : Form.dense(k));
        Elements.write(at, ranks);
        NdArray values = output(x.dtype(), Form.dense(rows, k));
        NdArray order = output(DType.I64, Form.dense(rows, k));
        kernels().sort().ranked(x, at, nanWins, values, order);

        double[] all = values(x);
        long[] bits = Elements.bits(x);
        long[] expected = new long[rows * k];
        long[] expectedBits = new long[expected.length];
        for (int row = 0; row < rows; row++) {
            int from = row * n;
            int[] positions = order(all, from, n, false);
            int firstNaN = IntStream.range(0, n)
                    .filter(i -> Double.isNaN(all[from + i]))
                    .findFirst()
                    .orElse(-1);
            for (int j = 0; j < k; j++) {
                int to = row * k + j;
                int position = positions[(int) ranks[own ? to : j]];
                expected[to] = nanWins && firstNaN >= 0 ? firstNaN : position;
                expectedBits[to] = bits[from + (int) expected[to]];
            }
        }
        String what = k + " ranks of " + x.describe() + " " + family;
        assertArrayEquals(expected, Elements.longs(order), what);
        assertArrayEquals(expectedBits, Elements.bits(values), what);
    }

    @ParameterizedTest
    @MethodSource("families")
    void unique_sortedRow_countsEachValue(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (int n : new int[] {0, 1, 2, 50, 1000}) {
                NdArray x = rows(dtype, family, new long[] {n}, 93);
                NdArray sorted = output(dtype, Form.dense(n));
                NdArray order = output(DType.I64, Form.dense(n));
                kernels().sort().sort(false, x, sorted, order);
                NdArray y = output(dtype, Form.dense(n));
                NdArray inverse = output(DType.I64, Form.dense(n));
                NdArray counts = output(DType.I64, Form.dense(n));
                long groups = kernels().sort().unique(sorted, order, y, inverse, counts);
                double[] all = values(sorted);
                long[] positions = Elements.longs(order);
                long[] which = new long[n];
                long[] times = new long[n];
                int count = 0;
                for (int i = 0; i < n; i++) {
                    count += i == 0 || all[i] != all[i - 1] ? 1 : 0;
                    which[(int) positions[i]] = count - 1L;
                    times[count - 1]++;
                }
                assertEquals(count, groups);
                assertArrayEquals(which, Elements.longs(inverse));
                assertArrayEquals(Arrays.copyOf(times, count), Arrays.copyOf(Elements.longs(counts), count));
                double[] once = values(y);
                for (int i = 0; i < n; i++) {
                    assertEquals(0, compare(values(x)[i], once[(int) which[i]]));
                }
            }
        }
        saw("Sort.unique", "unique", family);
    }

    @ParameterizedTest
    @MethodSource("families")
    void searchSorted_bothSides_countsWhatComesBefore(Family family) {
        for (DType dtype : COMPUTABLE) {
            for (long[] shape :
                    List.of(new long[] {1, 0}, new long[] {1, 1}, new long[] {3, 7}, new long[] {2, 1500})) {
                NdArray x = rows(dtype, family, shape, 94);
                NdArray sorted = output(dtype, Form.dense(shape));
                kernels().sort().sort(false, x, sorted, output(DType.I64, Form.dense(shape)));
                NdArray values = rows(dtype, family, new long[] {shape[0], 40}, 95);
                for (boolean right : new boolean[] {false, true}) {
                    NdArray y = output(DType.I64, Form.dense(shape[0], 40));
                    kernels().sort().searchSorted(right, sorted, values, y);
                    double[] row = values(sorted);
                    double[] wanted = values(values);
                    long[] expected = new long[wanted.length];
                    Arrays.setAll(expected, i -> {
                        int first = i / 40 * (int) shape[1];
                        return IntStream.range(first, first + (int) shape[1])
                                .filter(j -> right ? !(row[j] > wanted[i]) : !(row[j] >= wanted[i]))
                                .count();
                    });
                    if (family != Family.NOT_FINITE) { // NaN among the sorted ones has no place of its own
                        assertArrayEquals(expected, Elements.longs(y), "searchSorted " + sorted.describe());
                    }
                }
            }
        }
        saw("Sort.searchSorted", "searchSorted", family);
    }

    @ParameterizedTest
    @MethodSource("families")
    void histogram_evenBins_countsWhatLiesInThem(Family family) {
        for (DType dtype : FLOATS) {
            for (int bins : new int[] {1, 7, 100}) {
                NdArray x = rows(dtype, family, new long[] {5000}, 96);
                NdArray counts = output(DType.I64, Form.dense(bins));
                kernels().sort().histogram(x, -2, 2.5, counts);
                long[] expected = new long[bins];
                for (double value : values(x)) {
                    if (value >= -2 && value <= 2.5) {
                        double place =
                                dtype == DType.F32 ? ((float) value + 2f) * bins / 4.5f : (value + 2) * bins / 4.5;
                        expected[Math.min(bins - 1, (int) place)]++;
                    }
                }
                assertArrayEquals(expected, Elements.longs(counts));
            }
        }
        saw("Sort.histogram", "histogram", family);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64", "I64", "U8"})
    void sort_long_sameBitsForAnyThreads(DType dtype) {
        for (long[] shape :
                List.of(new long[] {1, large(MANY)}, new long[] {2, large(80_000)}, new long[] {large(500), 300})) {
            NdArray x = rows(dtype, Family.LARGE, shape, 97);
            checkThreads("sort " + x.describe(), () -> {
                NdArray order = output(DType.I64, Form.dense(shape));
                kernels().sort().sort(false, x, output(dtype, Form.dense(shape)), order);
                return order;
            });
            checkThreads("ranked " + x.describe(), () -> {
                NdArray ranks = output(DType.I64, Form.dense(2));
                Elements.write(ranks, new long[] {3, shape[1] / 2});
                NdArray order = output(DType.I64, Form.dense(shape[0], 2));
                kernels().sort().ranked(x, ranks, false, output(dtype, Form.dense(shape[0], 2)), order);
                return order;
            });
            checkThreads("topk " + x.describe(), () -> {
                NdArray order = output(DType.I64, Form.dense(shape[0], 20));
                kernels().sort().topk(true, x, output(dtype, Form.dense(shape[0], 20)), order);
                return order;
            });
        }
    }

    @Test
    void sort_halves_areRefused() {
        NdArray x = output(DType.F16, Form.dense(3));
        NdArray order = output(DType.I64, Form.dense(3));
        var thrown = assertThrows(
                GatunException.class, () -> kernels().sort().sort(false, x, output(DType.F16, Form.dense(3)), order));
        assertEquals("sort: GT_UNSUPPORTED (3): f16[3], f16[3], i64[3]", thrown.getMessage());
    }
}
