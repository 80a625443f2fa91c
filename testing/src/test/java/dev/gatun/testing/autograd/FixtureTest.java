package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.autograd.OpTable.Row;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values, gradients and gradients of gradients against PyTorch's, of every operation and of writes into views. */
class FixtureTest {
    private static final Map<String, Fixtures.Row> OPS = ops();
    private static final Map<String, Fixtures.Row> LOSSES_F32 = Fixtures.rows("loss_f32.txt");
    private static final Map<String, Fixtures.Row> PROGRAMS = Fixtures.rows("programs.txt");

    /** Sums of a dozen products of numbers up to 20, of functions that differ by an ulp or two from PyTorch's. */
    private static final double FACTOR = 16;

    private static Map<String, Fixtures.Row> ops() {
        Map<String, Fixtures.Row> rows = Fixtures.rows("ops.txt");
        rows.putAll(Fixtures.rows("index_ops.txt"));
        rows.putAll(Fixtures.rows("layer_ops.txt"));
        rows.putAll(Fixtures.rows("reduce_ops.txt"));
        rows.putAll(Fixtures.rows("linalg_ops.txt"));
        rows.putAll(Fixtures.rows("loss_ops.txt"));
        return rows;
    }

    static List<Row> rows() {
        return OpTable.rows().stream().filter(Row::fixture).toList();
    }

    static Set<String> programs() {
        return Programs.byName().keySet();
    }

    @Test
    void fixtures_andTables_nameTheSameRows() {
        assertEquals(
                new TreeSet<>(OPS.keySet()),
                rows().stream().map(Row::name).collect(Collectors.toCollection(TreeSet::new)));
        assertEquals(new TreeSet<>(PROGRAMS.keySet()), new TreeSet<>(programs()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void op_f64_matchesPyTorchTwiceDifferentiated(Row row) {
        check(row, DType.F64, row.function());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void op_f32_matchesPyTorch(Row row) {
        check(row, DType.F32, row.function());
    }

    /** Checks what a function makes of a row's inputs, in a dtype. */
    static void check(Row row, DType dtype, Function<List<Tensor>, Tensor> function) {
        if (dtype == DType.F64 || !row.name().equals("cast")) { // which is a cast to F64
            check(OPS.get(row.name()), function, dtype);
        }
    }

    /** Checks what a function makes of the two inputs of a program of writes. */
    static void check(String program, Function<List<Tensor>, Tensor> function) {
        check(PROGRAMS.get(program), function, DType.F64);
    }

    /** A program of writes, as a function of its two inputs. */
    static Function<List<Tensor>, Tensor> program(String name) {
        return in -> Programs.byName().get(name).apply(in.get(0), in.get(1));
    }

    static Set<String> losses() {
        return LOSSES_F32.keySet();
    }

    @Test
    void losses_inF32_areAllThere() {
        Set<String> all = new TreeSet<>(Fixtures.rows("loss_ops.txt").keySet());
        OPS.keySet().stream()
                .filter(name -> name.matches("(crossEntropy|nllLoss|mse) .*"))
                .forEach(all::add);
        assertEquals(all, new TreeSet<>(losses()));
    }

    /** Against PyTorch's own F32, where the rows above are in F64. */
    @ParameterizedTest
    @MethodSource("losses")
    void loss_f32_matchesPyTorchsF32(String name) {
        Row row = rows().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
        try (Scope scope = Scope.open()) {
            List<Tensor> leaves = new ArrayList<>();
            for (Fixtures.Values values : OPS.get(name).all("in")) {
                leaves.add(values.tensor().to(DType.F32).requiresGrad_());
            }
            Tensor y = row.function().apply(leaves);
            same(LOSSES_F32.get(name).get("out"), y, name + " value");
            Tensor w = Fixtures.weights(y.shape(), 5, 13, 6).to(DType.F32);
            List<Optional<Tensor>> found = Autograd.gradAllowUnused(List.of(y), leaves, List.of(w), false, false);
            for (int i = 0; i < leaves.size(); i++) {
                Tensor gradient = orZeros(found.get(i), leaves.get(i));
                same(LOSSES_F32.get(name).all("grad").get(i), gradient, name + " gradient " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void sliceWrites_matchPyTorchTwiceDifferentiated(String name) {
        check(name, program(name));
    }

    /** The rows whose last node is not PyTorch's, where a whole range makes a view of its own. */
    private static final Set<String> WHOLE_RANGES = Set.of("indexPut apart", "indexPut_ column");

    static List<String> nodes() {
        return Stream.of("index_nodes.txt", "reduce_nodes.txt")
                .flatMap(file -> Fixtures.lines(file).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void node_ofOperation_isPyTorchs(String line) {
        String[] words = line.split(": ", 2);
        Row row = rows().stream()
                .filter(r -> r.name().equals(words[0]))
                .findFirst()
                .orElseThrow();
        try (Scope scope = Scope.open()) {
            List<Tensor> leaves = new ArrayList<>();
            for (Fixtures.Values values : OPS.get(words[0]).all("in")) {
                leaves.add(values.tensor().requiresGrad_());
            }
            String expected = WHOLE_RANGES.contains(words[0]) ? "IndexPutBackward0" : words[1];
            assertEquals(
                    expected,
                    row.function().apply(leaves).gradFn().orElseThrow().name());
        }
    }

    private static void check(Fixtures.Row row, Function<List<Tensor>, Tensor> function, DType dtype) {
        try (Scope scope = Scope.open()) {
            List<Tensor> leaves = new ArrayList<>();
            for (Fixtures.Values values : row.all("in")) {
                leaves.add(values.tensor().to(dtype).requiresGrad_());
            }
            Tensor y = function.apply(leaves);
            same(row.get("out"), y, row + " value");
            Tensor w = Fixtures.weights(y.shape(), 5, 13, 6).to(dtype).requiresGrad_();
            List<Optional<Tensor>> first =
                    Autograd.gradAllowUnused(List.of(y), leaves, List.of(w.detach()), true, false);
            for (int i = 0; i < leaves.size(); i++) {
                same(row.all("grad").get(i), orZeros(first.get(i), leaves.get(i)), row + " gradient " + i);
            }
            checkTwice(row, leaves, y, w);
        }
    }

    private static void checkTwice(Fixtures.Row row, List<Tensor> leaves, Tensor y, Tensor w) {
        Tensor total = Tensor.scalar(0, y.dtype());
        for (Optional<Tensor> gradient : Autograd.gradAllowUnused(List.of(y), leaves, List.of(w), true, true)) {
            if (gradient.isPresent()) {
                Tensor g = gradient.get();
                total = total.add(g.mul(Fixtures.weights(g.shape(), 7, 11, 5).to(g.dtype()))
                        .sum());
            }
        }
        List<Tensor> all = new ArrayList<>(leaves);
        all.add(w);
        List<Optional<Tensor>> second = total.requiresGrad()
                ? Autograd.gradAllowUnused(List.of(total), all, List.of(), false, false)
                : all.stream().map(x -> Optional.<Tensor>empty()).toList();
        for (int i = 0; i < all.size(); i++) {
            same(row.all("grad2").get(i), orZeros(second.get(i), all.get(i)), row + " second gradient " + i);
        }
    }

    private static Tensor orZeros(Optional<Tensor> gradient, Tensor x) {
        return gradient.orElseGet(() -> Tensor.zerosLike(x));
    }

    private static void same(Fixtures.Values expected, Tensor actual, String what) {
        assertEquals(expected.shape(), actual.shape(), what);
        double[] values = expected.doubles();
        double[] magnitudes = new double[values.length];
        for (double value : values) {
            magnitudes[0] = Math.max(magnitudes[0], Math.abs(value));
        }
        double largest = values.length == 0 ? 0 : Math.max(1, magnitudes[0]);
        java.util.Arrays.fill(magnitudes, largest);
        Tolerance.of(actual.dtype()).times(FACTOR).check(values, actual.toDoubleArray(), magnitudes, what);
    }
}
