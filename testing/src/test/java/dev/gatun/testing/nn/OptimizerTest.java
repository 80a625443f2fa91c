package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.AdamW;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thirty steps of every optimizer with several options against PyTorch's trajectory. */
class OptimizerTest {
    private static final Map<String, Fixtures.Row> TRAJECTORIES = Fixtures.rows("optimizers.txt");
    private static final int STEPS = 30;
    /** Differences of an ulp in gradients add up, and Adam divides by their size. */
    private static final double FACTOR = 60;

    private static final SGD.Options SGD_OPTIONS = SGD.Options.defaults().withLr(0.05);
    private static final Adam.Options ADAM_OPTIONS = Adam.Options.defaults().withLr(0.05);

    private static final AdamW.Options ADAMW_OPTIONS = AdamW.Options.defaults().withLr(0.05);

    private static final Map<String, Function<List<Tensor>, Optimizer>> OPTIMIZERS = Map.ofEntries(
            Map.entry("sgd", p -> new SGD(p, 0.05)),
            Map.entry("sgd decay", p -> new SGD(p, SGD_OPTIONS.withWeightDecay(0.1))),
            Map.entry("sgd momentum", p -> new SGD(p, SGD_OPTIONS.withMomentum(0.9))),
            Map.entry(
                    "sgd dampening",
                    p -> new SGD(
                            p, SGD_OPTIONS.withMomentum(0.9).withDampening(0.3).withWeightDecay(0.01))),
            Map.entry(
                    "sgd nesterov",
                    p -> new SGD(
                            p, SGD_OPTIONS.withMomentum(0.9).withNesterov(true).withWeightDecay(0.01))),
            Map.entry(
                    "sgd maximize",
                    p -> new SGD(p, SGD_OPTIONS.withLr(0.001).withMomentum(0.5).withMaximize(true))),
            Map.entry("adam", p -> new Adam(p, 0.05)),
            Map.entry(
                    "adam options",
                    p -> new Adam(
                            p, ADAM_OPTIONS.withBetas(0.8, 0.95).withEps(1e-4).withWeightDecay(0.1))),
            Map.entry(
                    "adam maximize", p -> new Adam(p, ADAM_OPTIONS.withLr(0.01).withMaximize(true))),
            Map.entry("adamW", p -> new AdamW(p, 0.05)),
            Map.entry(
                    "adamW options",
                    p -> new AdamW(p, ADAMW_OPTIONS.withBetas(0.8, 0.95).withWeightDecay(0.2))),
            Map.entry(
                    "adamW maximize",
                    p -> new AdamW(
                            p, ADAMW_OPTIONS.withLr(0.01).withMaximize(true).withWeightDecay(0.1))));

    static Set<String> names() {
        return TRAJECTORIES.keySet();
    }

    @Test
    void fixtures_andOptimizers_nameTheSame() {
        Set<String> expected = new TreeSet<>();
        for (String name : OPTIMIZERS.keySet()) {
            expected.add(name + " F32");
            expected.add(name + " F64");
        }
        assertEquals(expected, new TreeSet<>(names()));
    }

    /** Half the square of the distance of a layer of tanh from its targets. */
    private static Tensor loss(Tensor w, Tensor b, DType dtype) {
        Tensor x = Fixtures.scattered(15).view(5, 3).mul(2).to(dtype);
        Tensor y = Fixtures.scattered(20).view(5, 4).to(dtype);
        return x.mm(w).add(b).tanh().sub(y).square().mean();
    }

    @ParameterizedTest
    @MethodSource("names")
    void steps_thirty_followPyTorch(String name) {
        Fixtures.Row row = TRAJECTORIES.get(name);
        int cut = name.lastIndexOf(' ');
        DType dtype = DType.valueOf(name.substring(cut + 1));
        Tensor w = Fixtures.scattered(12).view(3, 4).mul(4).to(dtype).clone().requiresGrad_();
        Tensor b = Fixtures.scattered(4).add(1).to(dtype).clone().requiresGrad_();
        Optimizer optimizer = OPTIMIZERS.get(name.substring(0, cut)).apply(List.of(w, b));
        Set<String> keys = new TreeSet<>();
        row.lines().forEach(line -> keys.add(line.key()));
        for (int step = 1; step <= STEPS; step++) {
            try (Scope scope = Scope.open()) {
                optimizer.zeroGrad();
                loss(w, b, dtype).backward();
                optimizer.step();
            }
            if (keys.contains("w" + step)) {
                check(row.get("w" + step), w, name + " w after " + step);
                check(row.get("b" + step), b, name + " b after " + step);
            }
        }
    }

    private static void check(Fixtures.Values expected, Tensor actual, String what) {
        double[] magnitudes = new double[(int) actual.count()];
        java.util.Arrays.fill(magnitudes, 1);
        Tolerance.of(actual.dtype())
                .times(FACTOR)
                .check(expected.doubles(), actual.detach().toDoubleArray(), magnitudes, what);
    }
}
