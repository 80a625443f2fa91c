package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.QuantileMode;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reductions, statistics and running results of special values, of nothing, and of every dtype, as PyTorch has them. */
class ReduceValueTest {
    private static final Map<String, Fixtures.Row> EXPECTED = Fixtures.rows("reduce_values.txt");
    private static final Map<String, Supplier<List<Tensor>>> CASES = new LinkedHashMap<>();
    private static final Map<String, UnaryOperator<Tensor>> FUNCTIONS = new LinkedHashMap<>();
    /** What PyTorch 1.13 refuses and Gatun takes. */
    private static final Set<String> MORE = Set.of("argmax BOOL", "argmin BOOL");

    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private static Tensor special() {
        return Tensor.of(
                new float[][] {{1, NAN, 3, 3}, {0, -0f, 0, 0}, {INFINITY, 2, -INFINITY, 1}, {NAN, NAN, NAN, NAN}});
    }

    private static Tensor counted() {
        return Tensor.of(new long[][] {{3, 0, -2, 7}, {0, 0, 0, 0}, {1, 1, 5, 2}});
    }

    private static Tensor bools() {
        return counted().gt(0);
    }

    /** Bytes that wrap, as PyTorch casts: Gatun's casts keep to the range. */
    private static Tensor bytes() {
        return Tensor.of(new long[][] {{3, 0, 254, 7}, {0, 0, 0, 0}, {1, 1, 5, 2}})
                .to(DType.U8);
    }

    private static Tensor nothing() {
        return Tensor.zeros(0, 3);
    }

    private static Tensor scalar(double value) {
        return Tensor.scalar(value);
    }

    private static List<Tensor> list(Tensor... tensors) {
        return List.of(tensors);
    }

    static {
        truths();
        sums();
        extremes();
        spreads();
        orders();
        running();
        functions();
    }

    private static void truths() {
        CASES.put(
                "any",
                () -> list(
                        special().any(),
                        special().any(1),
                        special().any(true, 0),
                        counted().any(1),
                        bools().any(0),
                        bytes().any(1),
                        nothing().any(),
                        nothing().any(0),
                        nothing().any(1)));
        CASES.put(
                "all",
                () -> list(
                        special().all(),
                        special().all(1),
                        special().all(true, 0),
                        counted().all(1),
                        bools().all(0),
                        bytes().all(1),
                        nothing().all(),
                        nothing().all(0),
                        nothing().all(1)));
        CASES.put(
                "countNonzero",
                () -> list(
                        special().countNonzero(),
                        special().countNonzero(1),
                        counted().countNonzero(0, 1),
                        bools().countNonzero(0),
                        bytes().countNonzero(1),
                        nothing().countNonzero(0)));
    }

    private static void sums() {
        CASES.put(
                "sum",
                () -> list(
                        counted().sum(),
                        bools().sum(1),
                        bytes().sum(0),
                        nothing().sum(0),
                        nothing().sum(1),
                        nothing().sum(),
                        special().sum(1)));
        CASES.put(
                "prod",
                () -> list(
                        counted().prod(),
                        bools().prod(1),
                        bytes().prod(0),
                        nothing().prod(0),
                        nothing().prod(),
                        special().prod(1)));
        CASES.put(
                "nansum",
                () -> list(
                        special().nansum(false, 1),
                        special().nansum(),
                        counted().nansum(false, 0),
                        bools().nansum()));
        CASES.put("nanmean", () -> list(special().nanmean(false, 1), nothing().nanmean(false, 0)));
        CASES.put(
                "logsumexp",
                () -> list(
                        special().logsumexp(1),
                        Tensor.of(-INFINITY, -INFINITY).logsumexp(0),
                        nothing().logsumexp(0),
                        Tensor.of(1e4f, 1e4f).logsumexp(0),
                        counted().logsumexp(1),
                        scalar(2).logsumexp(0)));
    }

    private static void extremes() {
        CASES.put(
                "amax",
                () -> list(
                        counted().amax(false, 1),
                        bools().amax(false, 0),
                        bytes().amax(false, 0, 1),
                        special().amax(false, 1)));
        CASES.put(
                "max",
                () -> list(
                        counted().max(),
                        bools().min(),
                        special().max(),
                        counted().max(1).values(),
                        counted().max(1).indices()));
        CASES.put(
                "aminmax",
                () -> Arrays.asList(
                        counted().aminmax(false, 0).min(),
                        counted().aminmax(false, 0).max(),
                        special().aminmax().min(),
                        special().aminmax().max(),
                        bools().aminmax().min(),
                        bools().aminmax().max()));
        CASES.put("norm", () -> {
            Tensor some = Tensor.of(new float[][] {{3, -4, 0}, {0, 0, 0}});
            List<Tensor> all = new ArrayList<>();
            for (double p : new double[] {2, 1, 0, INFINITY, -INFINITY, 3, 0.5}) {
                all.add(some.norm(p));
                all.add(some.norm(p, false, 1));
            }
            for (double p : new double[] {2, 1, 0, INFINITY, -INFINITY}) {
                all.add(special().norm(p, false, 1));
            }
            all.add(nothing().norm());
            all.add(scalar(-3).norm());
            return all;
        });
    }

    private static void spreads() {
        Supplier<Tensor> pair = () -> Tensor.of(1f, 2f);
        CASES.put(
                "var",
                () -> list(
                        special().var(1),
                        nothing().var(),
                        nothing().var(0),
                        Tensor.of(new float[][] {{1}, {2}}).var(1),
                        scalar(3).var(),
                        scalar(3).var(0, false, 0),
                        pair.get().var(2, false, 0),
                        pair.get().var(5, false, 0)));
        CASES.put(
                "std",
                () -> list(
                        special().std(1),
                        nothing().std(0),
                        Tensor.of(5f, 5f, 5f).std(),
                        Tensor.of(1f, 2f, 4f).std()));
        CASES.put("stdMean", () -> {
            Tensor x = Tensor.of(new float[][] {{1, 2, 4}, {0, 0, 3}});
            return list(
                    x.stdMean(1).std(),
                    x.stdMean(1).mean(),
                    x.varMean(1, true, 0).var(),
                    x.varMean(1, true, 0).mean());
        });
    }

    private static void orders() {
        CASES.put(
                "median",
                () -> list(
                        special().median(),
                        special().median(1).values(),
                        counted().median(),
                        counted().median(1).values(),
                        bytes().median(0).values(),
                        scalar(4).median(),
                        Tensor.zeros(0).median(),
                        scalar(4).median(0).values()));
        CASES.put(
                "median places",
                () -> list(
                        Tensor.of(5f, 1f, 4f, 2f).median(0).indices(),
                        Tensor.of(5f, NAN, NAN, 2f).median(0).indices(),
                        Tensor.of(new float[][] {{5, NAN, 1, 2}}).nanmedian(1).indices()));
        CASES.put(
                "nanmedian",
                () -> list(
                        special().nanmedian(),
                        special().nanmedian(1).values(),
                        counted().nanmedian(),
                        special().nanmedian(0, true).values()));
        Supplier<Tensor> row = () -> Tensor.of(4f, 1f, 3f, 8f, 6f);
        for (QuantileMode mode : QuantileMode.values()) {
            CASES.put(
                    "quantile " + mode.name().toLowerCase(Locale.ROOT),
                    () -> list(
                            row.get().quantile(Tensor.of(0f, 0.3f, 0.5f, 0.65f, 1f), 0, false, mode),
                            special().narrow(0, 0, 1).nanquantile(Tensor.of(0.2f, 0.75f), 1, false, mode)));
        }
        CASES.put(
                "quantile",
                () -> list(
                        special().narrow(0, 0, 2).quantile(0.5, 1),
                        special().slice(0, 0, 4, 3).nanquantile(0.5, 1),
                        row.get().quantile(0.25),
                        scalar(2).quantile(0.25),
                        row.get().view(5, 1).quantile(Tensor.of(0.5f), 0, true, QuantileMode.LINEAR)));
    }

    private static void running() {
        CASES.put(
                "cumsum",
                () -> list(
                        counted().cumsum(1),
                        bools().cumsum(0),
                        bytes().cumsum(1),
                        special().cumsum(1),
                        Tensor.scalar(3, DType.I64).cumsum(0),
                        nothing().cumsum(0)));
        CASES.put(
                "cumprod",
                () -> list(
                        counted().cumprod(1),
                        bools().cumprod(0),
                        bytes().cumprod(1),
                        special().cumprod(1),
                        scalar(3).cumprod(0)));
        CASES.put("cummax", () -> {
            List<Tensor> all = new ArrayList<>();
            for (Tensor x : List.of(special(), counted(), bools(), bytes())) {
                all.addAll(both(x.cummax(1)));
            }
            all.addAll(both(scalar(3).cummax(0)));
            return all;
        });
        CASES.put("cummin", () -> {
            List<Tensor> all = new ArrayList<>();
            for (Tensor x : List.of(special(), counted(), bools(), bytes())) {
                all.addAll(both(x.cummin(0)));
            }
            all.addAll(both(nothing().cummin(0)));
            return all;
        });
    }

    private static List<Tensor> both(Reduce.Extreme extreme) {
        return List.of(extreme.values(), extreme.indices());
    }

    private static void functions() {
        FUNCTIONS.put("sum", Tensor::sum);
        FUNCTIONS.put("mean", Tensor::mean);
        FUNCTIONS.put("prod", Tensor::prod);
        FUNCTIONS.put("nansum", Tensor::nansum);
        FUNCTIONS.put("nanmean", Tensor::nanmean);
        FUNCTIONS.put("any", Tensor::any);
        FUNCTIONS.put("all", Tensor::all);
        FUNCTIONS.put("countNonzero", Tensor::countNonzero);
        FUNCTIONS.put("logsumexp", Tensor::logsumexp);
        FUNCTIONS.put("max", Tensor::max);
        FUNCTIONS.put("min", Tensor::min);
        FUNCTIONS.put("amax", x -> x.amax(false));
        FUNCTIONS.put("amin", x -> x.amin(false));
        FUNCTIONS.put("argmax", Tensor::argmax);
        FUNCTIONS.put("argmin", Tensor::argmin);
        FUNCTIONS.put("var", Tensor::var);
        FUNCTIONS.put("std", Tensor::std);
        FUNCTIONS.put("median", Tensor::median);
        FUNCTIONS.put("nanmedian", Tensor::nanmedian);
        FUNCTIONS.put("norm", Tensor::norm);
        FUNCTIONS.put("cumsum", x -> x.cumsum(0));
        FUNCTIONS.put("cumprod", x -> x.cumprod(0));
        FUNCTIONS.put("cummax", x -> x.cummax(0).values());
        FUNCTIONS.put("cummin", x -> x.cummin(0).values());
        FUNCTIONS.put("softmax", x -> x.softmax(0));
        FUNCTIONS.put("logSoftmax", x -> x.logSoftmax(0));
        FUNCTIONS.put("quantile", x -> x.quantile(0.5));
    }

    static Set<String> names() {
        return EXPECTED.keySet();
    }

    @Test
    void fixturesAndCases_nameTheSame() {
        assertEquals(new TreeSet<>(EXPECTED.keySet()), new TreeSet<>(CASES.keySet()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void result_everyCase_isPyTorchs(String name) {
        Fixtures.check(EXPECTED.get(name), CASES.get(name));
    }

    @Test
    void dtypes_everyOperation_matchPyTorchs() {
        Set<String> seen = new TreeSet<>();
        for (String line : Fixtures.lines("reduce_dtypes.txt")) {
            String[] words = line.split(" ", -1);
            seen.add(words[0]);
            try (Scope scope = Scope.open()) {
                Tensor x = Tensor.ones(DType.valueOf(words[1]), 2);
                UnaryOperator<Tensor> function = FUNCTIONS.get(words[0]);
                if (MORE.contains(words[0] + " " + words[1])) {
                    assertEquals(DType.I64, function.apply(x).dtype(), line);
                } else if (words[2].equals("-")) {
                    var thrown = assertThrows(IllegalArgumentException.class, () -> function.apply(x), line);
                    assertTrue(thrown.getMessage().startsWith(words[0] + ": "), thrown.getMessage());
                } else {
                    assertEquals(DType.valueOf(words[2]), function.apply(x).dtype(), line);
                }
            }
        }
        assertEquals(new TreeSet<>(FUNCTIONS.keySet()), seen);
    }

    @Test
    void halves_everyOperation_areRefusedInOneLine() {
        try (Scope scope = Scope.open()) {
            for (DType dtype : List.of(DType.BF16, DType.F16)) {
                Tensor x = Tensor.ones(2).to(dtype);
                FUNCTIONS.forEach((name, function) -> {
                    var thrown = assertThrows(IllegalArgumentException.class, () -> function.apply(x), name);
                    assertEquals(
                            name + ": bf16 and f16 are stored only, cast with to(DType.F32): " + x.describe(),
                            thrown.getMessage());
                });
            }
        }
    }

    @Test
    void median_everyLength_isTheElementInTheMiddle() {
        try (Scope scope = Scope.open()) {
            for (int n = 1; n < 40; n++) {
                Tensor x = Fixtures.scattered(n * 3).view(3, n);
                Sort.Sorted median = x.median(1);
                for (int row = 0; row < 3; row++) {
                    double[] values = x.get(row).toDoubleArray();
                    double[] sorted = values.clone();
                    Arrays.sort(sorted);
                    assertEquals(sorted[(n - 1) / 2], median.values().get(row).item());
                    assertEquals(
                            sorted[(n - 1) / 2],
                            values[(int) median.indices().get(row).itemLong()]);
                }
            }
        }
    }

    @Test
    void variance_ofAView_isThatOfItsCopy() {
        try (Scope scope = Scope.open()) {
            Tensor x = Fixtures.scattered(2 * 30 * 40).view(2, 30, 40).permute(2, 0, 1);
            for (int[] dims : new int[][] {{0}, {1}, {2}, {0, 2}, {1, 2}, {0, 1, 2}}) {
                double[] expected = x.clone().contiguous().var(dims).toDoubleArray();
                Tolerance.of(DType.F64, 2400).check(expected, x.var(dims).toDoubleArray(), Arrays.toString(dims));
            }
        }
    }
}
