package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Index;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Index.Reduce;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.runtime.DType;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results of reading, writing, sorting and rearranging that have no gradient: integers, masks, positions, special values. */
class IndexValueTest {
    private static final Map<String, Fixtures.Row> EXPECTED = Fixtures.rows("index_values.txt");
    private static final Map<String, Supplier<List<Tensor>>> CASES = new LinkedHashMap<>();
    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final long END = Long.MAX_VALUE;

    private static Tensor counting(long... sizes) {
        long count = 1;
        for (long size : sizes) {
            count *= size;
        }
        return Tensor.arange(count).view(sizes);
    }

    private static Tensor mixed(long... sizes) {
        Tensor x = counting(sizes).mul(7);
        return x.sub(x.to(DType.F64).div(5).to(DType.I64).mul(5));
    }

    private static Index of(long... indexes) {
        return Index.of(indexes);
    }

    private static Tensor at(long... indexes) {
        return Tensor.of(indexes);
    }

    private static List<Tensor> all(Sort.Sorted... sorted) {
        List<Tensor> all = new ArrayList<>();
        for (Sort.Sorted one : sorted) {
            all.add(one.values());
            all.add(one.indices());
        }
        return all;
    }

    private static List<Tensor> all(Sort.Unique unique) {
        return List.of(unique.values(), unique.inverse(), unique.counts());
    }

    static {
        CASES.put("nonzero", () -> List.of(mixed(3, 4).nonzero()));
        CASES.put("nonzero vector", () -> List.of(Tensor.of(0f, -0.5f, NAN, 0f).nonzero()));
        CASES.put(
                "nonzero scalar",
                () -> List.of(
                        Tensor.scalar(3, DType.I64).nonzero(),
                        Tensor.scalar(0, DType.I64).nonzero()));
        CASES.put("nonzero none", () -> List.of(Tensor.zeros(2, 3).nonzero()));
        CASES.put(
                "one hot",
                () -> List.of(
                        at(2, 0, 1).oneHot(-1),
                        Tensor.of(new long[][] {{1}, {0}}).oneHot(4)));
        CASES.put(
                "scatter number",
                () -> List.of(Tensor.zeros(DType.I64, 3, 5).scatter(1, Tensor.of(new long[][] {{3}, {0}, {3}}), 1)));
        reading();
        writing();
        orders();
        shapes();
    }

    private static void reading() {
        CASES.put("mask read", () -> {
            Tensor x = counting(3, 4);
            return List.of(x.index(x.gt(6)), x.index(Tensor.of(true, false, true)), x.index(x.lt(0)));
        });
        CASES.put("index read", () -> {
            Tensor x = counting(3, 4);
            return List.of(
                    x.index(at(-1, 0)),
                    x.index(Index.all(), of(1, 1)),
                    x.index(of(2, 0), of(-1, 0)),
                    x.index(Index.newAxis(), of(2)),
                    x.index(Index.ellipsis(), of(0, -1)));
        });
        CASES.put("index apart", () -> {
            Tensor x = counting(2, 3, 4);
            return List.of(
                    x.index(of(1, 0), Index.all(), of(3, -4)),
                    x.index(Index.all(), of(0, 2), of(1, 1)),
                    x.index(Index.at(0), Index.all(), of(1, 2)),
                    x.index(of(1), Index.ellipsis(), Index.range(2, END)),
                    x.index(x.select(2, 0).gt(5)),
                    x.index(Index.range(1, END), Index.of(Tensor.of(true, false, true))));
        });
        CASES.put("take", () -> List.of(counting(3, 4).take(Tensor.of(new long[][] {{-1, 0}, {5, 11}}))));
    }

    private static void writing() {
        CASES.put("index written", () -> {
            Tensor y = counting(3, 4);
            y.set(y.gt(8), -1);
            y.set(List.of(Index.at(0), Index.range(1, 3)), at(70, 80));
            y.set(List.of(of(1, 1), of(0, 3)), 9);
            return List.of(y);
        });
        CASES.put("halves written", () -> {
            Tensor y = counting(3, 4).to(DType.F16);
            y.set(at(2, 0), 0.5);
            return List.of(y, y.index(y.to(DType.F32).gt(4)));
        });
        CASES.put(
                "accumulated",
                () -> List.of(Tensor.zeros(4).indexPut_(List.of(of(1, 3, 1)), Tensor.of(1f, 2f, 4f), true)));
        CASES.put("index integers", () -> {
            Tensor x = counting(3, 4);
            return List.of(
                    x.indexAdd(0, at(0, 0), x.narrow(0, 1, 2)),
                    x.indexFill(1, at(3), 9),
                    x.indexCopy(0, at(2), x.narrow(0, 0, 1)));
        });
        for (Reduce reduce : Reduce.values()) {
            CASES.put("reduced " + reduce.name().toLowerCase(Locale.ROOT), () -> {
                Tensor x = counting(3, 4).sub(5);
                Tensor source = counting(3, 4).narrow(0, 1, 2).sub(6);
                Tensor places = Tensor.of(new long[][] {{0, 0, 1, 2}, {1, 1, 1, 0}});
                return List.of(
                        x.scatterReduce(1, places, source, reduce),
                        dev.gatun.autograd.ops.Index.scatterReduce(x, 1, places, source, reduce, false));
            });
        }
    }

    private static void orders() {
        CASES.put("sort special", () -> {
            Tensor x = Tensor.of(3f, NAN, -INFINITY, 0f, -0f, INFINITY, NAN, -2.5f, 3f);
            return all(x.sort(), x.sort(-1, true));
        });
        CASES.put(
                "sort integers",
                () -> all(mixed(4, 6).sort(0, false), mixed(4, 6).sort(0, true)));
        CASES.put("sort scalar", () -> all(Tensor.scalar(2.5).sort()));
        CASES.put("argsort", () -> List.of(mixed(3, 7).argsort(1, false)));
        CASES.put(
                "topk",
                () -> all(
                        at(5, 1, 9, 3, 7).topk(3),
                        Tensor.of(new float[][] {{5, 1}, {9, 3}}).topk(1, 0, false)));
        CASES.put(
                "kthvalue",
                () -> all(Tensor.of(new float[][] {{5, NAN, 9}, {3, 7, 1}}).kthvalue(2)));
        CASES.put("unique", () -> all(mixed(3, 4).unique()));
        CASES.put(
                "unique floats", () -> all(Tensor.of(2.5f, -1f, 2.5f, INFINITY).unique()));
        CASES.put("unique bools", () -> all(counting(3, 4).gt(3).unique()));
        Tensor rows = Tensor.of(new long[][] {{1, 2}, {0, 5}, {1, 2}, {0, 3}, {1, 0}});
        CASES.put("unique rows", () -> all(rows.unique(0)));
        CASES.put(
                "unique columns",
                () -> all(rows.transpose(0, 1).gt(1).repeat(1, 2).unique(-1)));
        CASES.put("unique planes", () -> all(mixed(4, 2, 3).unique(1)));
        CASES.put("searchsorted", () -> {
            Tensor row = Tensor.of(1f, 3f, 3f, 5f);
            Tensor wanted = Tensor.of(new float[][] {{0, 3}, {4, NAN}});
            return List.of(Sort.searchsorted(row, wanted, false), Sort.searchsorted(row, wanted, true));
        });
        CASES.put(
                "searchsorted rows",
                () -> List.of(Sort.searchsorted(
                        Tensor.of(new long[][] {{1, 3, 5}, {2, 4, 6}}),
                        Tensor.of(new long[][] {{3, 9}, {1, 4}}),
                        false)));
        CASES.put(
                "bucketize",
                () -> List.of(at(0, 2, 5).bucketize(at(2, 5)), Sort.bucketize(at(0, 2, 5), at(2, 5), true)));
        CASES.put(
                "histc",
                () -> List.of(
                        Fixtures.scattered(1000).to(DType.F32).histc(7, -0.4, 0.3),
                        Fixtures.scattered(100).to(DType.F32).to(DType.F64).histc(10, 0, 0),
                        Tensor.ones(3).histc(4, 0, 0)));
        CASES.put(
                "bincount",
                () -> List.of(
                        at(1, 4, 1).bincount(),
                        Sort.bincount(at(0), 3),
                        Sort.bincount(at(1, 0, 1), Tensor.of(0.5f, 2f, 1f), 0),
                        Sort.bincount(at(1, 0), at(3, 4), 0)));
    }

    private static void shapes() {
        CASES.put(
                "cat promoted",
                () -> List.of(
                        Tensor.cat(counting(3, 4), Tensor.full(0.5, 1, 4)), Tensor.stack(at(1), Tensor.of(true))));
        CASES.put(
                "repeat interleave",
                () -> List.of(
                        at(5, 6).repeatInterleave(2, 0),
                        at(5, 6).repeatInterleave(at(3, 0), 0),
                        counting(2, 2).repeatInterleave(2),
                        counting(2, 2).repeatInterleave(at(1, 0, 2, 1))));
        CASES.put("flip and roll", () -> {
            Tensor x = counting(3, 4);
            return List.of(
                    x.flip(0, 1), x.roll(1, 0), Rearrange.roll(x, new long[] {1, -1}, 1, 0), x.rot90(1), x.roll(-5));
        });
        CASES.put("tile", () -> List.of(at(1, 2).tile(2, 2), counting(3, 4).tile(2)));
        CASES.put(
                "pad integers",
                () -> List.of(
                        Rearrange.pad(counting(3, 4), PadMode.CONSTANT, 9, 1, 0, 0, 1),
                        counting(3, 4).gt(5).pad(0, 1)));
        CASES.put("grids", () -> {
            List<Tensor> grids = new ArrayList<>(Join.meshgrid(List.of(at(1, 2), at(3, 4, 5)), false));
            grids.add(Tensor.cartesianProd(at(1, 2), at(3, 4)));
            return grids;
        });
        CASES.put("chunks", () -> {
            List<Tensor> parts = new ArrayList<>(counting(5).chunk(3, 0));
            parts.addAll(counting(4).chunk(3, 0));
            parts.addAll(counting(7).split(new long[] {3, 0, 4}, 0));
            return parts;
        });
        CASES.put(
                "linspace",
                () -> List.of(
                        Tensor.linspace(-1, 1, 7),
                        Tensor.linspace(0, 10, 4),
                        Tensor.linspace(3, 9, 1),
                        Tensor.linspace(0, 1, 0)));
        CASES.put(
                "logspace",
                () -> List.of(Tensor.logspace(-2, 2, 5), dev.gatun.autograd.ops.Create.logspace(0, 3, 4, 2)));
        CASES.put("eye", () -> List.of(Tensor.eye(2, 3), Tensor.eye(3, 1)));
        CASES.put(
                "triangles",
                () -> List.of(
                        Tensor.trilIndices(3, 4, 0),
                        Tensor.trilIndices(3, 3, -1),
                        Tensor.triuIndices(3, 4, 1),
                        Tensor.triuIndices(2, 2, 5)));
        CASES.put(
                "windows",
                () -> List.of(counting(7).unfold(0, 3, 2), counting(2, 5).unfold(1, 2, 3)));
    }

    static Set<String> names() {
        return EXPECTED.keySet();
    }

    @Test
    void fixturesAndCases_nameTheSame() {
        assertEquals(EXPECTED.keySet(), CASES.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void result_everyCase_isPyTorchs(String name) {
        Fixtures.check(EXPECTED.get(name), CASES.get(name));
    }
}
