package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.SparseGrad;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Lookup;
import dev.gatun.nn.optim.Adagrad;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.SparseAdam;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thirty steps along sparse gradients against PyTorch's trajectory; see fixtures/sparse_steps.py. */
class SparseStepsTest {
    private static final Map<String, Fixtures.Row> TRAJECTORIES = Fixtures.rows("sparse.txt");
    private static final int STEPS = 30;
    private static final int ROWS = 9;
    private static final int WIDTH = 3;
    private static final int ASKED = 7;
    private static final int PADDING = 4;
    private static final double FACTOR = 60; // as OptimizerTest's

    private static final SGD.Options SGD_OPTIONS = SGD.Options.defaults().withLr(0.1);

    static final Map<String, Function<List<Tensor>, Optimizer>> OPTIMIZERS = Map.of(
            "sparseAdam",
            p -> new SparseAdam(p, 0.05),
            "sparseAdam options",
            p -> new SparseAdam(
                    p,
                    SparseAdam.Options.defaults()
                            .withLr(0.02)
                            .withBetas(0.8, 0.95)
                            .withEps(1e-4)
                            .withMaximize(true)),
            "sgd",
            p -> new SGD(p, 0.5),
            "sgd momentum",
            p -> new SGD(p, SGD_OPTIONS.withMomentum(0.9).withDampening(0.2)),
            "sgd nesterov",
            p -> new SGD(p, SGD_OPTIONS.withMomentum(0.9).withNesterov(true)),
            "sgd maximize",
            p -> new SGD(p, SGD_OPTIONS.withLr(0.05).withMaximize(true)),
            "adagrad",
            p -> new Adagrad(p, 0.1),
            "adagrad options",
            p -> new Adagrad(p, new Adagrad.Options(0.1, 0.05, 0, 0.2, 1e-4, true)));

    static Set<String> names() {
        return TRAJECTORIES.keySet();
    }

    private static String optimizer(String name) {
        return name.substring(0, name.lastIndexOf(' '));
    }

    private static DType dtype(String name) {
        return DType.valueOf(name.substring(name.lastIndexOf(' ') + 1));
    }

    @Test
    void fixtures_andOptimizers_nameTheSame() {
        Set<String> found = new TreeSet<>();
        names().forEach(name -> found.add(optimizer(name)));
        assertEquals(new TreeSet<>(OPTIMIZERS.keySet()), found);
        assertEquals(2 * found.size(), names().size());
    }

    private static Tensor table(DType dtype) {
        return Fixtures.scattered(ROWS * WIDTH)
                .view(ROWS, WIDTH)
                .mul(4)
                .to(dtype)
                .clone()
                .requiresGrad_();
    }

    private static Tensor asked(int step) {
        long[] rows = new long[ASKED];
        Arrays.setAll(rows, i -> (step * 5 + i * i) % (4 + step % 6));
        return Tensor.of(rows);
    }

    /** Gradients of one pass, or in every fifth step of two. */
    private static void backward(Tensor table, int step) {
        Tensor target = Fixtures.scattered(ASKED * WIDTH).view(ASKED, WIDTH).to(table.dtype());
        for (int part = 0; part < (step % 5 == 0 ? 2 : 1); part++) {
            Tensor rows = Lookup.embedding(table, asked(step + part), PADDING, true);
            rows.tanh().sub(target).square().mean().backward();
        }
    }

    private static void train(Optimizer optimizer, Tensor table, int step) {
        try (Scope scope = Scope.open()) {
            optimizer.zeroGrad();
            backward(table, step);
            optimizer.step();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void steps_thirty_followPyTorch(String name) {
        Fixtures.Row row = TRAJECTORIES.get(name);
        Tensor table = table(dtype(name));
        Optimizer optimizer = OPTIMIZERS.get(optimizer(name)).apply(List.of(table));
        Set<String> keys = new TreeSet<>();
        row.lines().forEach(line -> keys.add(line.key()));
        for (int step = 1; step <= STEPS; step++) {
            train(optimizer, table, step);
            if (keys.contains("grad" + step)) {
                SparseGrad gradient = table.sparseGrad();
                assertArrayEquals(
                        row.get("index" + step).longs(), gradient.indices().toLongArray());
                check(row.get("grad" + step), gradient.values(), name + " gradient at " + step);
            }
            if (keys.contains("table" + step)) {
                check(row.get("table" + step), table, name + " after " + step);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void loadStateDict_inTheMiddle_goesOnTheSame(String name) {
        Function<List<Tensor>, Optimizer> make = OPTIMIZERS.get(optimizer(name));
        Tensor whole = table(dtype(name));
        Tensor part = table(dtype(name));
        Optimizer all = make.apply(List.of(whole));
        Optimizer before = make.apply(List.of(part));
        for (int step = 1; step <= 12; step++) {
            if (step == 7) {
                Optimizer after = make.apply(List.of(part));
                after.loadStateDict(before.stateDict());
                before = after;
            }
            train(all, whole, step);
            train(before, part, step);
        }
        assertArrayEquals(whole.toDoubleArray(), part.toDoubleArray());
    }

    private static void check(Fixtures.Values expected, Tensor actual, String what) {
        double[] magnitudes = new double[(int) actual.count()];
        Arrays.fill(magnitudes, 1);
        Tolerance.of(actual.dtype())
                .times(FACTOR)
                .check(expected.doubles(), actual.detach().toDoubleArray(), magnitudes, what);
    }
}
