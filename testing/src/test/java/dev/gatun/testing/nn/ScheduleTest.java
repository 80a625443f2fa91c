package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.nn.optim.Adam;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.Rprop;
import dev.gatun.nn.optim.SGD;
import dev.gatun.nn.optim.schedulers.ConstantLR;
import dev.gatun.nn.optim.schedulers.CosineAnnealingLR;
import dev.gatun.nn.optim.schedulers.CosineAnnealingWarmRestarts;
import dev.gatun.nn.optim.schedulers.CyclicLR;
import dev.gatun.nn.optim.schedulers.ExponentialLR;
import dev.gatun.nn.optim.schedulers.LRScheduler;
import dev.gatun.nn.optim.schedulers.LambdaLR;
import dev.gatun.nn.optim.schedulers.LinearLR;
import dev.gatun.nn.optim.schedulers.MultiStepLR;
import dev.gatun.nn.optim.schedulers.OneCycleLR;
import dev.gatun.nn.optim.schedulers.PolynomialLR;
import dev.gatun.nn.optim.schedulers.ReduceLROnPlateau;
import dev.gatun.nn.optim.schedulers.SequentialLR;
import dev.gatun.nn.optim.schedulers.StepLR;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thirty epochs of every schedule against PyTorch's, and the same with a state taken over in the middle. */
class ScheduleTest {
    private static final Map<String, Fixtures.Row> ROWS = Fixtures.rows("schedules.txt");
    private static final int EPOCHS = 30;
    private static final double TOLERANCE = 1e-13;
    private static final double[] FIGURES = {
        1.0, 0.9, 0.95, 0.91, 0.92, 0.5, 0.49999, 0.6, 0.7, 0.8, 0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38,
        0.39
    };

    /** A schedule of either kind. */
    private interface Schedule {
        void step(int epoch);

        StateDict stateDict();

        void loadStateDict(StateDict state);
    }

    static final Map<String, Function<Optimizer, LRScheduler>> SCHEDULES = Map.ofEntries(
            Map.entry("step", o -> new StepLR(o, 7)),
            Map.entry("step gamma", o -> new StepLR(o, 3, 0.7)),
            Map.entry("multiStep", o -> new MultiStepLR(o, List.of(2, 8, 8, 15), 0.5)),
            Map.entry("exponential", o -> new ExponentialLR(o, 0.93)),
            Map.entry("constant", ConstantLR::new),
            Map.entry("constant factor", o -> new ConstantLR(o, 0.25, 9)),
            Map.entry("linear", LinearLR::new),
            Map.entry("linear down", o -> new LinearLR(o, 0.8, 0.2, 12)),
            Map.entry("polynomial", PolynomialLR::new),
            Map.entry("polynomial power", o -> new PolynomialLR(o, 11, 2.5)),
            Map.entry("cosine", o -> new CosineAnnealingLR(o, 10)),
            Map.entry("cosine least", o -> new CosineAnnealingLR(o, 7, 0.005)),
            Map.entry("restarts", o -> new CosineAnnealingWarmRestarts(o, 6)),
            Map.entry("restarts longer", o -> new CosineAnnealingWarmRestarts(o, 3, 2, 0.001)),
            Map.entry("oneCycle", o -> new OneCycleLR(o, 0.5, 30)),
            Map.entry("oneCycle adam", o -> new OneCycleLR(o, 0.5, 30)),
            Map.entry(
                    "oneCycle groups",
                    o -> new OneCycleLR(
                            o,
                            OneCycleLR.Options.of(0.5, 32)
                                    .withMaxLr(List.of(0.5, 0.3))
                                    .withPctStart(0.4)
                                    .withDivFactors(10, 100)
                                    .withMomentum(0.7, 0.9))),
            Map.entry(
                    "oneCycle phases",
                    o -> new OneCycleLR(
                            o,
                            OneCycleLR.Options.of(0.5, 32)
                                    .withThreePhase(true)
                                    .withAnnealStrategy(OneCycleLR.Anneal.LINEAR))),
            Map.entry(
                    "cyclic",
                    o -> new CyclicLR(o, CyclicLR.Options.of(0.01, 0.2).withStepSizes(5, 5))),
            Map.entry(
                    "cyclic halves",
                    o -> new CyclicLR(
                            o,
                            CyclicLR.Options.of(0.01, 0.2)
                                    .withStepSizes(4, 7)
                                    .withMode(CyclicLR.Mode.TRIANGULAR2, 1)
                                    .withMomentum(0.6, 0.95))),
            Map.entry(
                    "cyclic range",
                    o -> new CyclicLR(
                            o,
                            CyclicLR.Options.of(0, 0)
                                    .withLrs(List.of(0.01, 0.02), List.of(0.2, 0.1))
                                    .withStepSizes(4, 4)
                                    .withMode(CyclicLR.Mode.EXP_RANGE, 0.95)
                                    .withCycleMomentum(false))),
            Map.entry(
                    "cyclic scale",
                    o -> new CyclicLR(
                            o,
                            CyclicLR.Options.of(0.01, 0.2)
                                    .withStepSizes(3, 2)
                                    .withScale(cycle -> 1 / (5 * cycle), CyclicLR.ScaleMode.CYCLE))),
            Map.entry(
                    "cyclic scale steps",
                    o -> new CyclicLR(
                            o,
                            CyclicLR.Options.of(0.01, 0.2)
                                    .withStepSizes(3, 3)
                                    .withScale(step -> 1 / (1 + step), CyclicLR.ScaleMode.ITERATIONS))),
            Map.entry("lambda", o -> new LambdaLR(o, epoch -> Math.pow(0.95, (double) epoch))),
            Map.entry("lambda groups", o -> new LambdaLR(o, epoch -> 1.0 / (1 + epoch), epoch -> epoch > 10 ? 0.5 : 1)),
            Map.entry(
                    "sequential",
                    o -> new SequentialLR(
                            o,
                            List.of(
                                    new LinearLR(o, 0.1, 1, 4),
                                    new CosineAnnealingLR(o, 10, 1e-3),
                                    new ExponentialLR(o, 0.9)),
                            List.of(4, 12))));

    private static final Map<String, ReduceLROnPlateau.Options> PLATEAUS = Map.of(
            "plateau",
            ReduceLROnPlateau.Options.defaults().withPatience(2),
            "plateau max",
            ReduceLROnPlateau.Options.defaults()
                    .withMode(ReduceLROnPlateau.Mode.MAX)
                    .withFactor(0.5)
                    .withPatience(1)
                    .withThreshold(0.05, ReduceLROnPlateau.ThresholdMode.ABS)
                    .withCooldown(3)
                    .withMinLr(0.004),
            "plateau groups",
            ReduceLROnPlateau.Options.defaults().withPatience(0).withMinLr(0.03, 0.001));

    private static Schedule schedule(String name, Optimizer optimizer) {
        if (PLATEAUS.containsKey(name)) {
            ReduceLROnPlateau plateau = new ReduceLROnPlateau(optimizer, PLATEAUS.get(name));
            return new Schedule() {
                @Override
                public void step(int epoch) {
                    plateau.step(FIGURES[epoch % FIGURES.length]);
                }

                @Override
                public StateDict stateDict() {
                    return plateau.stateDict();
                }

                @Override
                public void loadStateDict(StateDict state) {
                    plateau.loadStateDict(state);
                }
            };
        }
        LRScheduler scheduler = SCHEDULES.get(name).apply(optimizer);
        return new Schedule() {
            @Override
            public void step(int epoch) {
                scheduler.step();
            }

            @Override
            public StateDict stateDict() {
                return scheduler.stateDict();
            }

            @Override
            public void loadStateDict(StateDict state) {
                scheduler.loadStateDict(state);
            }
        };
    }

    static Optimizer optimizer(String name) {
        Tensor a = Tensor.zeros(1).requiresGrad_();
        Tensor b = Tensor.zeros(1).requiresGrad_();
        if (name.endsWith("adam")) {
            Adam adam = new Adam(List.of(a), 0.1);
            adam.addParamGroup(List.of(b), Adam.Options.defaults().withLr(0.02));
            return adam;
        }
        SGD.Options options = SGD.Options.defaults().withLr(0.1).withMomentum(0.9);
        SGD sgd = new SGD(List.of(a), options);
        sgd.addParamGroup(List.of(b), options.withLr(0.02));
        return sgd;
    }

    static Set<String> names() {
        return ROWS.keySet();
    }

    @Test
    void fixtures_andSchedules_nameTheSame() {
        Set<String> expected = new TreeSet<>(SCHEDULES.keySet());
        expected.addAll(PLATEAUS.keySet());
        assertEquals(expected, new TreeSet<>(names()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void epochs_thirty_followPyTorch(String name) {
        Optimizer optimizer = optimizer(name);
        Schedule schedule = schedule(name, optimizer);
        double[][] rates = new double[2][EPOCHS];
        double[][] momenta = new double[2][EPOCHS];
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            note(optimizer, epoch, rates, momenta);
            schedule.step(epoch);
        }
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(ROWS.get(name).get("lr" + i).doubles(), rates[i], TOLERANCE, name);
            assertArrayEquals(ROWS.get(name).get("momentum" + i).doubles(), momenta[i], TOLERANCE, name);
        }
    }

    private static void note(Optimizer optimizer, int epoch, double[][] rates, double[][] momenta) {
        for (int i = 0; i < 2; i++) {
            rates[i][epoch] = optimizer.paramGroups().get(i).lr();
            momenta[i][epoch] = optimizer.paramGroups().get(i).momentum().orElseThrow();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void loadStateDict_inTheMiddle_goesOnTheSame(String name) {
        Optimizer optimizer = optimizer(name);
        Schedule schedule = schedule(name, optimizer);
        for (int epoch = 0; epoch < 9; epoch++) {
            schedule.step(epoch);
        }
        Optimizer other = optimizer(name);
        Schedule after = schedule(name, other);
        other.loadStateDict(optimizer.stateDict());
        after.loadStateDict(schedule.stateDict());
        double[][][] seen = new double[4][2][EPOCHS];
        for (int epoch = 9; epoch < EPOCHS; epoch++) {
            schedule.step(epoch);
            after.step(epoch);
            note(optimizer, epoch, seen[0], seen[1]);
            note(other, epoch, seen[2], seen[3]);
        }
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(seen[0][i], seen[2][i], name);
            assertArrayEquals(seen[1][i], seen[3][i], name);
        }
    }

    @Test
    void warmRestarts_withinAnEpoch_areBetween() {
        Optimizer optimizer = optimizer("sgd");
        CosineAnnealingWarmRestarts restarts = new CosineAnnealingWarmRestarts(optimizer, 2, 2, 0);
        List<Double> rates = new ArrayList<>();
        for (double epoch : new double[] {0.5, 1, 2, 3, 5.5, 6, 14}) {
            restarts.step(epoch);
            rates.add(optimizer.lr() / 0.1);
        }
        double[] expected = {
            (1 + Math.cos(Math.PI / 4)) / 2,
            0.5,
            1,
            (1 + Math.cos(Math.PI / 4)) / 2,
            (1 + Math.cos(Math.PI * 3.5 / 4)) / 2,
            1,
            1
        };
        assertArrayEquals(expected, rates.stream().mapToDouble(r -> r).toArray(), 1e-12);
        assertEquals(14, restarts.lastEpoch());
    }

    @Test
    void oneCycle_afterItsEnd_saysSo() {
        OneCycleLR cycle = new OneCycleLR(optimizer("sgd"), 0.5, 3);
        for (int step = 0; step < 3; step++) {
            cycle.step();
        }
        var thrown = assertThrows(IllegalStateException.class, cycle::step);
        assertEquals("oneCycleLR: the cycle has ended: 3 steps", thrown.getMessage());
    }

    @Test
    void schedules_badArguments_sayWhich() {
        Optimizer optimizer = optimizer("sgd");
        assertMessage("stepLR: stepSize is not positive: 0", () -> new StepLR(optimizer, 0));
        assertMessage(
                "lambdaLR: not a function for all 2 groups: 3", () -> new LambdaLR(optimizer, e -> 1, e -> 1, e -> 1));
        assertMessage(
                "sequentialLR: 1 schedulers need one milestone fewer: [3]",
                () -> new SequentialLR(optimizer, List.of(new StepLR(optimizer, 1)), List.of(3)));
        assertMessage(
                "sequentialLR: a scheduler is of another optimizer: 0",
                () -> new SequentialLR(optimizer, List.of(new StepLR(optimizer("sgd"), 1)), List.of()));
        assertMessage(
                "reduceLROnPlateau: factor is not below 1: 1.0",
                () -> new ReduceLROnPlateau(
                        optimizer, ReduceLROnPlateau.Options.defaults().withFactor(1)));
        assertMessage(
                "oneCycleLR: maxLr is not one for all 2 groups: [0.1, 0.2, 0.3]",
                () -> new OneCycleLR(optimizer, OneCycleLR.Options.of(1, 10).withMaxLr(List.of(0.1, 0.2, 0.3))));
        Optimizer rprop = new Rprop(List.of(Tensor.zeros(1).requiresGrad_()));
        assertMessage(
                "oneCycleLR: the optimizer has no momentum to cycle: " + Rprop.Options.defaults(),
                () -> new OneCycleLR(rprop, 0.1, 10));
        new OneCycleLR(rprop, OneCycleLR.Options.of(0.1, 10).withCycleMomentum(false));
        assertMessage("stateDict: no value 'base_lrs'", () -> new StepLR(optimizer, 1).loadStateDict(new StateDict()));
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
