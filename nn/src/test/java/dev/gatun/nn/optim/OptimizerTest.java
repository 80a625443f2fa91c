package dev.gatun.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trajectories against the textbook's equations in double precision, and what an optimizer does around them. */
class OptimizerTest {
    private static final int STEPS = 12;

    /** A step of the textbook: changes p; t counts from 1. */
    private interface Naive {
        void step(int t, double[] p, double[] g, double[] m, double[] v);
    }

    /** SGD under options and its naive counterpart. */
    static Stream<SGD.Options> sgdOptions() {
        SGD.Options plain = SGD.Options.defaults().withLr(0.1);
        return Stream.of(
                plain,
                plain.withWeightDecay(0.05),
                plain.withMomentum(0.9),
                plain.withMomentum(0.9).withDampening(0.3).withWeightDecay(0.01),
                plain.withMomentum(0.8).withNesterov(true).withWeightDecay(0.01),
                plain.withMomentum(0.8).withMaximize(true));
    }

    @ParameterizedTest
    @MethodSource("sgdOptions")
    void sgd_severalSteps_matchesNaive(SGD.Options o) {
        Naive naive = (t, p, g, m, v) -> {
            for (int i = 0; i < p.length; i++) {
                double d = (o.maximize() ? -g[i] : g[i]) + o.weightDecay() * p[i];
                if (o.momentum() != 0) {
                    m[i] = t == 1 ? d : o.momentum() * m[i] + (1 - o.dampening()) * d;
                    d = o.nesterov() ? d + o.momentum() * m[i] : m[i];
                }
                p[i] -= o.lr() * d;
            }
        };
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            assertTrajectory(dtype, params -> new SGD(params, o), naive);
        }
    }

    static Stream<Adam.Options> adamOptions() {
        Adam.Options plain = Adam.Options.defaults().withLr(0.05);
        return Stream.of(
                plain,
                plain.withWeightDecay(0.1),
                plain.withBetas(0.5, 0.9).withEps(1e-3),
                plain.withMaximize(true).withWeightDecay(0.02));
    }

    @ParameterizedTest
    @MethodSource("adamOptions")
    void adam_severalSteps_matchesNaive(Adam.Options o) {
        var w = new AdamW.Options(o.lr(), o.beta1(), o.beta2(), o.eps(), o.weightDecay(), o.amsgrad(), o.maximize());
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            assertTrajectory(dtype, params -> new Adam(params, o), naiveAdam(o, false));
            assertTrajectory(dtype, params -> new AdamW(params, w), naiveAdam(o, true));
        }
    }

    private static Naive naiveAdam(Adam.Options o, boolean decoupled) {
        return (t, p, g, m, v) -> {
            for (int i = 0; i < p.length; i++) {
                double d = o.maximize() ? -g[i] : g[i];
                if (decoupled) {
                    p[i] -= o.lr() * o.weightDecay() * p[i];
                } else {
                    d += o.weightDecay() * p[i];
                }
                m[i] = o.beta1() * m[i] + (1 - o.beta1()) * d;
                v[i] = o.beta2() * v[i] + (1 - o.beta2()) * d * d;
                double mHat = m[i] / (1 - Math.pow(o.beta1(), t));
                double vHat = v[i] / (1 - Math.pow(o.beta2(), t));
                p[i] -= o.lr() * mHat / (Math.sqrt(vHat) + o.eps());
            }
        };
    }

    private interface Maker {
        Optimizer of(List<Tensor> params);
    }

    /** Two parameters, the second of which has a gradient in every other step only. */
    private static void assertTrajectory(DType dtype, Maker maker, Naive naive) {
        Random random = new Random(3);
        double[][] p = {
            random.doubles(37, -1, 1).toArray(), random.doubles(5, -1, 1).toArray()
        };
        double[][] m = {new double[37], new double[5]};
        double[][] v = {new double[37], new double[5]};
        int[] t = new int[2];
        List<Tensor> params = Arrays.stream(p)
                .map(values -> Tensor.of(values).to(dtype).requiresGrad_(true))
                .toList();
        for (int i = 0; i < 2; i++) {
            p[i] = params.get(i).toDoubleArray();
        }
        Optimizer optimizer = maker.of(params);
        for (int step = 0; step < STEPS; step++) {
            optimizer.zeroGrad();
            try (var scope = Scope.open()) {
                for (int i = 0; i < 2; i++) {
                    if (i == 0 || step % 2 == 0) {
                        Tensor gradient = Tensor.of(
                                        random.doubles(p[i].length, -1, 1).toArray())
                                .to(dtype);
                        params.get(i).setGrad(gradient);
                        naive.step(++t[i], p[i], gradient.toDoubleArray(), m[i], v[i]);
                    }
                }
                optimizer.step();
            }
        }
        double tolerance = dtype == DType.F64 ? 1e-12 : 5e-6;
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(p[i], params.get(i).toDoubleArray(), tolerance, optimizer.name() + " " + dtype);
        }
    }

    private static Tensor parameter(double... values) {
        return Tensor.of(values).requiresGrad_(true);
    }

    @Test
    void defaults_each_arePyTorchs() {
        assertEquals(new SGD.Options(1e-3, 0, 0, 0, false, false), SGD.Options.defaults());
        assertEquals(new Adam.Options(1e-3, 0.9, 0.999, 1e-8, 0, false, false), Adam.Options.defaults());
        assertEquals(new AdamW.Options(1e-3, 0.9, 0.999, 1e-8, 1e-2, false, false), AdamW.Options.defaults());
        assertEquals(new Adamax.Options(2e-3, 0.9, 0.999, 1e-8, 0, false), Adamax.Options.defaults());
        assertEquals(new NAdam.Options(2e-3, 0.9, 0.999, 1e-8, 0, 4e-3, false), NAdam.Options.defaults());
        assertEquals(new RAdam.Options(1e-3, 0.9, 0.999, 1e-8, 0, false), RAdam.Options.defaults());
        assertEquals(new Adadelta.Options(1, 0.9, 1e-6, 0, false), Adadelta.Options.defaults());
        assertEquals(new Adagrad.Options(1e-2, 0, 0, 0, 1e-10, false), Adagrad.Options.defaults());
        assertEquals(new RMSprop.Options(1e-2, 0.99, 1e-8, 0, 0, false, false), RMSprop.Options.defaults());
        assertEquals(new Rprop.Options(1e-2, 0.5, 1.2, 1e-6, 50, false), Rprop.Options.defaults());
        assertEquals(new ASGD.Options(1e-2, 1e-4, 0.75, 1e6, 0, false), ASGD.Options.defaults());
        assertEquals(0.5, new AdamW(List.of(parameter(1)), 0.5).lr());
    }

    @Test
    void step_twoDtypesAtOnce_updatesBoth() {
        Tensor f32 = Tensor.of(1f).requiresGrad_(true);
        Tensor f64 = parameter(1);
        SGD optimizer = new SGD(List.of(f32, f64), 0.5);
        f32.setGrad(Tensor.of(1f));
        f64.setGrad(Tensor.of(1d));
        optimizer.step();
        assertEquals(0.5, f32.item());
        assertEquals(0.5, f64.item());
    }

    @Test
    void step_withoutGradients_changesNothing() {
        Tensor p = parameter(1, 2);
        new Adam(List.of(p), 1).step();
        assertArrayEquals(new double[] {1, 2}, p.toDoubleArray());
    }

    @Test
    void step_newLearningRate_isUsed() {
        Tensor p = parameter(1);
        SGD optimizer = new SGD(List.of(p), 0.5);
        p.setGrad(Tensor.of(1d));
        optimizer.setLr(0.25);
        optimizer.step();
        assertEquals(0.75, p.item());
        assertEquals(0.25, optimizer.lr());
    }

    @Test
    void step_stridedParameterAndGradient_updatesInPlace() {
        Tensor p = Tensor.of(new double[][] {{1, 2}, {3, 4}}).t().requiresGrad_(true);
        p.setGrad(Tensor.of(1d).expand(2, 2));
        new SGD(List.of(p), 1).step();
        assertArrayEquals(new double[] {0, 2, 1, 3}, p.toDoubleArray());
    }

    @Test
    void step_insideAScope_keepsStateAndParameters() {
        Tensor p;
        Adam optimizer;
        try (var scope = Scope.open()) {
            p = parameter(1);
            optimizer = new Adam(List.of(p), 0.1);
            p.setGrad(Tensor.of(1d));
            optimizer.step();
        }
        optimizer.step();
        assertEquals(0.8, p.item(), 1e-6);
    }

    @Test
    void step_afterAValueWasSaved_isNoticedByBackward() {
        Tensor p = parameter(2);
        SGD optimizer = new SGD(List.of(p), 0.5);
        Tensor square = p.mul(p).sum();
        p.setGrad(Tensor.of(1d));
        optimizer.step();
        assertThrows(IllegalStateException.class, square::backward);
    }

    @Test
    void zeroGrad_afterGradients_dropsThem() {
        Tensor p = parameter(1);
        SGD optimizer = new SGD(List.of(p), 0.5);
        p.setGrad(Tensor.of(1d));
        optimizer.zeroGrad();
        assertFalse(p.hasGrad());
        assertTrue(p.requiresGrad());
    }

    @Test
    void groups_ofTheirOwn_stepByTheirOptions() {
        Tensor p = parameter(1);
        Tensor q = parameter(1);
        SGD optimizer = new SGD(List.of(p), 0.5);
        ParamGroup<SGD.Options> second = optimizer.addParamGroup(
                List.of(q), SGD.Options.defaults().withLr(0.25).withMaximize(true));
        p.setGrad(Tensor.of(1d));
        q.setGrad(Tensor.of(1d));
        optimizer.step();
        assertEquals(0.5, p.item());
        assertEquals(1.25, q.item());
        second.setOptions(second.options().withMomentum(0.5).withMaximize(false));
        optimizer.step();
        optimizer.step();
        assertEquals(1.25 - 0.25 - 0.25 * 1.5, q.item());
        assertEquals(List.of(p, q), optimizer.params());
        assertEquals(2, optimizer.paramGroups().size());
        assertMessage("sgd: params[0] is given twice: f64[1]", () -> optimizer.addParamGroup(List.of(q)));
        assertMessage("sgd: lr is negative: -1.0", () -> second.setLr(-1));
    }

    @Test
    void step_closure_recordsAndGivesTheLoss() {
        Tensor p = parameter(3);
        SGD optimizer = new SGD(List.of(p), 0.25);
        try (var off = dev.gatun.autograd.GradMode.noGrad()) {
            Tensor loss = optimizer.step(() -> {
                optimizer.zeroGrad();
                Tensor square = p.square().sum();
                square.backward();
                return square;
            });
            assertEquals(9, loss.item());
        }
        assertEquals(1.5, p.item());
    }

    @Test
    void toString_ofAnOptimizer_listsItsGroups() {
        assertEquals("""
                SGD (
                Parameter Group 0
                    lr: 0.1
                    momentum: 0.0
                    dampening: 0.0
                    weight_decay: 0.0
                    nesterov: false
                    maximize: false
                )""", new SGD(List.of(parameter(1)), 0.1).toString());
    }

    @Test
    void optimizer_badArguments_saysWhich() {
        List<Tensor> one = List.of(parameter(1));
        assertMessage("sgd: no parameters: a group without any", () -> new SGD(List.of(), 0.1));
        assertMessage("sgd: lr is negative: -1.0", () -> new SGD(one, -1));
        assertMessage(
                "sgd: momentum is negative: -0.5",
                () -> new SGD(one, SGD.Options.defaults().withMomentum(-0.5)));
        assertMessage(
                "sgd: nesterov needs a momentum and no dampening: momentum 0.0, dampening 0.0",
                () -> new SGD(one, SGD.Options.defaults().withNesterov(true)));
        assertMessage(
                "adam: beta2 is outside 0..1, 1 excluded: 1.0",
                () -> new Adam(one, Adam.Options.defaults().withBetas(0.9, 1)));
        assertMessage(
                "adamw: eps is negative: NaN",
                () -> new AdamW(one, AdamW.Options.defaults().withEps(Double.NaN)));
        assertMessage("sgd: params[1] is given twice: f64[1]", () -> new SGD(List.of(one.get(0), one.get(0)), 0.1));
        assertMessage(
                "sgd: params[0] is not a floating-point leaf: f64[1]",
                () -> new SGD(List.of(one.get(0).mul(2)), 0.1));
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
