package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ScatterOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and writing by index and by mask. */
abstract class IndexContract extends FamilyContract {
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
                kernels().index().gatherRows("gatherRows", x, index, y);
                long[] from = Elements.bits(x);
                long[] at = Elements.longs(index);
                long[] expected = new long[(int) (s[2] * s[1])];
                Arrays.setAll(expected, i -> from[(int) (at[(int) (i / s[1])] * s[1] + i % s[1])]);
                assertArrayEquals(expected, Elements.bits(y), "gatherRows " + x.describe());
            }
        }
        saw("Index.gatherRows", "gatherRows", family);
    }

    // ---- along a dimension, in any layout ----

    static List<Family> strided() {
        return List.of(
                Family.ORDINARY,
                Family.ZERO_SIZE,
                Family.SIZE_ONE,
                Family.ODD_SIZES,
                Family.TRANSPOSED,
                Family.STEPPED,
                Family.BROADCAST,
                Family.LARGE,
                Family.NOT_FINITE);
    }

    /** What is indexed along a dimension: x, the index, and the sizes of the result. */
    private record Along(Form x, int dim, long[] sizes, NdArray index, long[] indexes) {}

    /** Every dimension of every form of a family, with fewer, as many and more indexes than there are places. */
    private List<Along> along(Family family, long seed) {
        List<Along> all = new ArrayList<>();
        for (Form form : formsOf(family)) {
            for (int dim = 0; dim < form.rank(); dim++) {
                long size = form.sizes()[dim];
                for (long length : size == 0 ? new long[] {0} : new long[] {Math.max(1, size / 2), 2 * size + 1}) {
                    long[] sizes = form.sizes();
                    sizes[dim] = length;
                    if (form.rank() > 1 && sizes[(dim + 1) % form.rank()] > 1) {
                        sizes[(dim + 1) % form.rank()]--;
                    }
                    for (Form own : List.of(Form.dense(sizes), Form.transposed(sizes), Form.stepped(sizes))) {
                        NdArray index = output(DType.I64, own);
                        long[] values = indexes(own.count(), size, seed);
                        Elements.write(index, values);
                        all.add(new Along(form, dim, sizes, index, values));
                    }
                    long[] values = indexes((int) length, size, seed);
                    long[] spread = new long[Math.toIntExact(Shape.of(sizes).count())];
                    int along = dim;
                    Arrays.setAll(spread, i -> values[(int) NaiveIndex.indexOf(i, sizes)[along]]);
                    all.add(new Along(form, dim, sizes, dense(values, length), spread));
                }
            }
        }
        return all;
    }

    private static long[] indexes(int count, long limit, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] values = new long[count];
        Arrays.setAll(values, i -> random.nextLong(limit));
        return values;
    }

    @ParameterizedTest
    @MethodSource("strided")
    void gather_everyDtypeAndDimension_copiesBits(Family family) {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.I32, DType.U8)) {
            for (Along a : along(family, 73)) {
                NdArray x = dtype.isComputable() ? operand(dtype, a.x, family, 74) : output(dtype, a.x);
                long[] from = Elements.bits(x);
                int[] places = NaiveIndex.places(a.x.sizes(), a.dim, a.sizes, a.indexes);
                long[] expected = new long[places.length];
                Arrays.setAll(expected, i -> from[places[i]]);
                for (Form form : outputs(a.sizes)) {
                    NdArray y = output(dtype, form);
                    kernels().index().gather("gather", x, a.dim, a.index, y);
                    String what = "gather " + x.describe() + " along " + a.dim + " at " + a.index.describe();
                    assertArrayEquals(expected, Elements.bits(y), what);
                    checkNoStrayWrites(y, what);
                }
            }
        }
        saw("Index.gather", "gather", family);
    }

    @ParameterizedTest
    @MethodSource("strided")
    void scatter_everyOperation_matchesNaiveInOrder(Family family) {
        if (family == Family.BROADCAST) {
            return; // x is written
        }
        for (ScatterOp op : ScatterOp.values()) {
            for (DType dtype : NUMBERS) {
                if (!family.appliesTo(dtype) && op != ScatterOp.SET) {
                    continue;
                }
                for (Along a : along(family, 75)) {
                    for (boolean expanded : new boolean[] {false, true}) {
                        scatter(op, dtype, family, a, expanded);
                    }
                }
            }
            saw("Index.scatter", op, family);
        }
    }

    private void scatter(ScatterOp op, DType dtype, Family family, Along a, boolean expanded) {
        NdArray x = operand(dtype, a.x, family, 76);
        Form source = expanded ? Form.broadcast((1 << a.sizes.length) - 1, a.sizes) : Form.transposed(a.sizes);
        NdArray y = operand(dtype, source, family, 77);
        int[] places = NaiveIndex.places(a.x.sizes(), a.dim, a.sizes, a.indexes);
        String what = op + " " + x.describe() + " along " + a.dim + " from " + y.describe();
        if (dtype.isFloating()) {
            double[] values = Elements.doubles(y);
            double[] expected = NaiveIndex.scatter(op, Elements.doubles(x), places, values);
            double[] magnitudes = new double[expected.length];
            for (int i = 0; i < places.length; i++) {
                magnitudes[places[i]] += Double.isFinite(values[i]) ? Math.abs(values[i]) : 0;
            }
            kernels().index().scatter(op, x, a.dim, a.index, y);
            Tolerance.of(dtype, a.sizes[a.dim]).check(expected, Elements.doubles(x), magnitudes, what);
        } else {
            long[] expected = NaiveIndex.scatter(dtype, op, Elements.longs(x), places, Elements.longs(y));
            kernels().index().scatter(op, x, a.dim, a.index, y);
            Tolerance.check(expected, Elements.longs(x), what);
        }
        checkNoStrayWrites(x, what);
    }

    @ParameterizedTest
    @MethodSource("families")
    void linear_severalIndexes_makeOne(Family family) {
        for (Form form : formsOf(family)) {
            NdArray y = output(DType.I64, form);
            NdArray first = operand(DType.I64, form, Family.ORDINARY, 78); // -9..9
            NdArray second = operand(DType.I64, Form.transposed(form.sizes()), Family.ORDINARY, 79);
            kernels().index().linear(true, first, 10, y);
            kernels().index().linear(false, second, 11, y);
            long[] a = Elements.longs(first);
            long[] b = Elements.longs(second);
            long[] expected = new long[a.length];
            Arrays.setAll(expected, i -> Math.floorMod(a[i], 10) * 11 + Math.floorMod(b[i], 11));
            assertArrayEquals(expected, Elements.longs(y));
        }
        saw("Index.linear", "linear", family);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void flip_everyDtypeAndDimensions_reverses(Family family) {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16, DType.U8)) {
            for (Form form : formsOf(family)) {
                NdArray x = dtype.isComputable() ? operand(dtype, form, family, 80) : output(dtype, form);
                long[] from = Elements.bits(x);
                for (int dims = 0; dims < 1 << Math.min(3, form.rank()); dims++) {
                    int bits = dims;
                    long[] expected = new long[from.length];
                    Arrays.setAll(expected, i -> from[reversed(i, bits, form.sizes())]);
                    for (Form out : outputs(form.sizes())) {
                        NdArray y = output(dtype, out);
                        kernels().index().flip(x, dims, y);
                        assertArrayEquals(expected, Elements.bits(y), "flip " + x.describe() + " along " + dims);
                        checkNoStrayWrites(y, "flip");
                    }
                }
            }
        }
        saw("Index.flip", "flip", family);
    }

    private static int reversed(int i, int dims, long... sizes) {
        long[] index = NaiveIndex.indexOf(i, sizes);
        for (int d = 0; d < sizes.length; d++) {
            index[d] = (dims & 1 << d) != 0 ? sizes[d] - 1 - index[d] : index[d];
        }
        return NaiveIndex.positionOf(index, sizes);
    }

    // ---- masks ----

    private static final List<long[]> MASKED = List.of(
            new long[] {0},
            new long[] {1},
            new long[] {7, 3},
            new long[] {2047},
            new long[] {2048},
            new long[] {2049},
            new long[] {3, 0, 2},
            new long[] {5, 9, 113});

    /** A mask of a density, and its elements. */
    private record Masked(NdArray mask, NdArray starts, int[] set) {}

    private Masked masked(double density, long... sizes) {
        SplittableRandom random = new SplittableRandom(81);
        long[] values = new long[Math.toIntExact(Shape.of(sizes).count())];
        Arrays.setAll(values, i -> random.nextDouble() < density ? 1 : 0);
        NdArray mask = output(DType.BOOL, Form.dense(sizes));
        Elements.write(mask, values);
        int chunks = Math.ceilDiv(values.length, Kernels.Index.MASK_CHUNK);
        NdArray starts = output(DType.I64, Form.dense(chunks + 1));
        kernels().index().maskStarts(mask, starts);
        int[] set =
                IntStream.range(0, values.length).filter(i -> values[i] != 0).toArray();
        long[] expected = new long[chunks + 1];
        for (int c = 0; c <= chunks; c++) {
            int end = c == chunks ? values.length : c * Kernels.Index.MASK_CHUNK;
            expected[c] = Arrays.stream(set).filter(i -> i < end).count();
        }
        assertArrayEquals(expected, Elements.longs(starts));
        return new Masked(mask, starts, set);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.03, 0.5, 1})
    void masks_everyDtype_selectAndScatter(double density) {
        for (long[] sizes : MASKED) {
            Masked m = masked(density, sizes);
            int count = m.set.length;
            NdArray places = output(DType.I64, Form.dense(count, sizes.length));
            kernels().index().maskNonzero(m.mask, m.starts, places);
            long[] expected = Arrays.stream(m.set)
                    .mapToObj(i -> NaiveIndex.indexOf(i, sizes))
                    .flatMapToLong(Arrays::stream)
                    .toArray();
            assertArrayEquals(expected, Elements.longs(places));
            for (DType dtype : DType.values()) {
                NdArray x = output(dtype, Form.dense(sizes));
                if (dtype.isComputable()) {
                    x = operand(dtype, Form.dense(sizes), Family.ORDINARY, 82);
                }
                long[] all = Elements.bits(x);
                NdArray y = output(dtype, Form.dense(count));
                kernels().index().maskSelect(x, m.mask, m.starts, y);
                assertArrayEquals(Arrays.stream(m.set).mapToLong(i -> all[i]).toArray(), Elements.bits(y));
                NdArray z = dtype.isComputable()
                        ? operand(dtype, Form.dense(sizes), Family.LARGE, 83)
                        : output(dtype, Form.dense(sizes));
                long[] put = Elements.bits(z);
                Arrays.stream(m.set).forEach(i -> put[i] = all[i]);
                kernels().index().maskScatter(z, m.mask, m.starts, y);
                assertArrayEquals(put, Elements.bits(z));
            }
        }
        for (String kernel : List.of("maskStarts", "maskNonzero", "maskSelect", "maskScatter")) {
            saw("Index." + kernel, kernel, "density " + density);
        }
    }

    // ---- what is refused, and threads ----

    @Test
    void index_outOfRange_saysWhichAndWritesNothing() {
        NdArray x = operand(DType.F32, Form.dense(5, 3), Family.ORDINARY, 78);
        NdArray y = output(DType.F32, Form.dense(3, 3));
        refused(
                "gatherRows: index[2] is 5, rows are 0..4: x f32[5, 3]",
                () -> kernels().index().gatherRows("gatherRows", x, dense(new long[] {4, 0, 5}, 3), y));
        refused(
                "gather: index[1, 2] is 5, places are 0..4: x f32[5, 3]",
                () -> kernels()
                        .index()
                        .gather("gather", x, 0, dense(new long[] {4, 0, 4, 0, 0, 5, -1, 0, 0}, 3, 3), y));
        refused(
                "gather: index[0] is -9223372036854775808, places are 0..4: x f32[5, 3]",
                () -> kernels().index().gather("gather", x, 0, dense(new long[] {Long.MIN_VALUE, 0, 5}, 3), y));
        long[] before = Elements.bits(x);
        refused(
                "scatter: index[1] is -1, places are 0..4: x f32[5, 3]",
                () -> kernels().index().scatter(ScatterOp.ADD, x, 0, dense(new long[] {4, -1, 5}, 3), y));
        refused(
                "scatter: index[2, 0] is 3, places are 0..2: x f32[5, 3]",
                () -> kernels()
                        .index()
                        .scatter(ScatterOp.SET, x, 1, dense(new long[] {0, 1, 2, 0, 1, 2, 3, 0, 0}, 3, 3), y));
        assertArrayEquals(before, Elements.bits(x));
        refused(
                "index: index[1] is -6, outside -5..4: index i64[3]",
                () -> kernels().index().linear(true, dense(new long[] {-5, -6, 5}, 3), 5, dense(new long[3], 3)));
    }

    private void refused(String message, Executable call) {
        assertEquals(message, refusal(call));
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64", "I64"})
    void index_manyElements_sameBitsForAnyThreads(DType dtype) {
        NdArray x = operand(dtype, Form.dense(300, 784), Family.ORDINARY, 79);
        NdArray index = index(500, 300, 80);
        NdArray y = output(dtype, Form.dense(500, 784));
        checkThreads("gatherRows", () -> {
            kernels().index().gatherRows("gatherRows", x, index, y);
            return y;
        });
        checkThreads("gather", () -> {
            NdArray z = output(dtype, Form.dense(300, 700));
            kernels().index().gather("gather", x, 1, index(700, 784, 81), z);
            return z;
        });
        for (ScatterOp op : ScatterOp.values()) {
            checkThreads("scatter rows " + op, () -> {
                NdArray sum = output(dtype, Form.dense(300, 784));
                kernels().index().scatter(op, sum, 0, index, y);
                return sum;
            });
            checkThreads("scatter columns " + op, () -> {
                NdArray sum = output(dtype, Form.dense(500, 3));
                kernels().index().scatter(op, sum, 1, index(784, 3, 82), y);
                return sum;
            });
            checkThreads("scatter elements " + op, () -> {
                NdArray sum = output(dtype, Form.dense(1000));
                kernels()
                        .index()
                        .scatter(
                                op,
                                sum,
                                0,
                                index(large(MANY), 1000, 83),
                                operand(dtype, Form.dense(large(MANY)), Family.ORDINARY, 84));
                return sum;
            });
        }
    }
}
