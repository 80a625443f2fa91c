package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.optim.ASGD;
import dev.gatun.nn.optim.Adadelta;
import dev.gatun.nn.optim.Adagrad;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.AdamW;
import dev.gatun.nn.optim.Adamax;
import dev.gatun.nn.optim.NAdam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.RAdam;
import dev.gatun.nn.optim.RMSprop;
import dev.gatun.nn.optim.Rprop;
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
    private static final RMSprop.Options RMSPROP_OPTIONS =
            RMSprop.Options.defaults().withLr(0.005);

    static final Map<String, Function<List<Tensor>, Optimizer>> OPTIMIZERS = Map.ofEntries(
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
                            p, ADAMW_OPTIONS.withLr(0.01).withMaximize(true).withWeightDecay(0.1))),
            Map.entry(
                    "adam amsgrad",
                    p -> new Adam(p, ADAM_OPTIONS.withBetas(0.8, 0.9).withAmsgrad(true))),
            Map.entry(
                    "adamW amsgrad",
                    p -> new AdamW(p, ADAMW_OPTIONS.withBetas(0.8, 0.9).withAmsgrad(true))),
            Map.entry("adam groups", OptimizerTest::twoGroups),
            Map.entry("adamax", Adamax::new),
            Map.entry("adamax options", p -> new Adamax(p, new Adamax.Options(0.05, 0.8, 0.95, 1e-4, 0.1, true))),
            Map.entry("nadam", NAdam::new),
            Map.entry(
                    "nadam options",
                    p -> new NAdam(
                            p,
                            NAdam.Options.defaults()
                                    .withLr(0.05)
                                    .withBetas(0.8, 0.95)
                                    .withEps(1e-4)
                                    .withWeightDecay(0.1)
                                    .withMomentumDecay(0.1))),
            Map.entry("radam", p -> new RAdam(p, 0.05)),
            Map.entry("radam options", p -> new RAdam(p, new RAdam.Options(0.05, 0.8, 0.95, 1e-4, 0.1, false))),
            Map.entry("adadelta", Adadelta::new),
            Map.entry(
                    "adadelta options",
                    p -> new Adadelta(
                            p,
                            Adadelta.Options.defaults()
                                    .withLr(2)
                                    .withRho(0.8)
                                    .withEps(1e-3)
                                    .withWeightDecay(0.1)
                                    .withMaximize(true))),
            Map.entry("adagrad", Adagrad::new),
            Map.entry("adagrad options", p -> new Adagrad(p, new Adagrad.Options(0.1, 0.05, 0.1, 0.2, 1e-4, true))),
            Map.entry("rmsprop", RMSprop::new),
            Map.entry(
                    "rmsprop options", p -> new RMSprop(p, new RMSprop.Options(0.005, 0.9, 1e-3, 0.1, 0, false, true))),
            Map.entry("rmsprop momentum", p -> new RMSprop(p, RMSPROP_OPTIONS.withMomentum(0.8))),
            Map.entry(
                    "rmsprop centered",
                    p -> new RMSprop(p, RMSPROP_OPTIONS.withEps(1e-2).withCentered(true))),
            Map.entry(
                    "rmsprop both",
                    p -> new RMSprop(
                            p,
                            RMSPROP_OPTIONS
                                    .withLr(0.002)
                                    .withEps(1e-2)
                                    .withMomentum(0.8)
                                    .withCentered(true))),
            Map.entry("rprop", Rprop::new),
            Map.entry(
                    "rprop options",
                    p -> new Rprop(
                            p,
                            Rprop.Options.defaults()
                                    .withLr(0.05)
                                    .withEtas(0.4, 1.5)
                                    .withStepSizes(1e-4, 0.1)
                                    .withMaximize(true))),
            Map.entry("asgd", ASGD::new),
            Map.entry("asgd options", p -> new ASGD(p, new ASGD.Options(0.05, 0.1, 0.6, 5, 0.1, true))));

    private static Optimizer twoGroups(List<Tensor> params) {
        Adam optimizer = new Adam(params.subList(0, 1), ADAM_OPTIONS);
        optimizer.addParamGroup(params.subList(1, 2), ADAM_OPTIONS.withLr(0.2).withWeightDecay(0.1));
        return optimizer;
    }

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

    /** Steps until the state is taken over by another optimizer in the middle, which gives the same bits. */
    @ParameterizedTest
    @MethodSource("names")
    void loadStateDict_inTheMiddle_goesOnTheSame(String name) {
        int cut = name.lastIndexOf(' ');
        DType dtype = DType.valueOf(name.substring(cut + 1));
        Function<List<Tensor>, Optimizer> make = OPTIMIZERS.get(name.substring(0, cut));
        List<Tensor> whole = params(dtype);
        Optimizer all = make.apply(whole);
        List<Tensor> parts = params(dtype);
        Optimizer before = make.apply(parts);
        for (int step = 1; step <= 12; step++) {
            if (step == 7) {
                Optimizer after = make.apply(parts);
                try (Scope scope = Scope.open()) {
                    before.setLr(0.03);
                    all.setLr(0.03);
                    after.loadStateDict(before.stateDict());
                }
                before = after;
            }
            train(all, whole, dtype);
            train(before, parts, dtype);
        }
        assertArrayEquals(whole.get(0).toDoubleArray(), parts.get(0).toDoubleArray());
        assertArrayEquals(whole.get(1).toDoubleArray(), parts.get(1).toDoubleArray());
    }

    private static List<Tensor> params(DType dtype) {
        Tensor w = Fixtures.scattered(12).view(3, 4).mul(4).to(dtype).clone().requiresGrad_();
        return List.of(w, Fixtures.scattered(4).add(1).to(dtype).clone().requiresGrad_());
    }

    private static void train(Optimizer optimizer, List<Tensor> params, DType dtype) {
        try (Scope scope = Scope.open()) {
            optimizer.step(() -> {
                optimizer.zeroGrad();
                Tensor loss = loss(params.get(0), params.get(1), dtype);
                loss.backward();
                return loss;
            });
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void steps_thirty_followPyTorch(String name) {
        Fixtures.Row row = TRAJECTORIES.get(name);
        int cut = name.lastIndexOf(' ');
        DType dtype = DType.valueOf(name.substring(cut + 1));
        List<Tensor> params = params(dtype);
        Optimizer optimizer = OPTIMIZERS.get(name.substring(0, cut)).apply(params);
        Set<String> keys = new TreeSet<>();
        row.lines().forEach(line -> keys.add(line.key()));
        for (int step = 1; step <= STEPS; step++) {
            train(optimizer, params, dtype);
            if (keys.contains("w" + step)) {
                check(row.get("w" + step), params.get(0), name + " w after " + step);
                check(row.get("b" + step), params.get(1), name + " b after " + step);
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
