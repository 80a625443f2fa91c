package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.UpdateOp;
import dev.gatun.runtime.kernels.UpdateRule;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveUpdate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizer steps: several parameters of odd sizes, several steps, every option. */
abstract class UpdateContract extends FamilyContract {
    private static final int[] SIZES = {1, 0, 3, 17, 65, 1003};
    private static final int STEPS = 8;
    private static final double[] DECAYS = {0, 0.1};
    private static final boolean[] CHOICE = {false, true};

    UpdateContract(Backend on) {
        super(on);
    }

    /** The rules of every optimizer's first step under several options. */
    static Stream<UpdateRule> rules() {
        List<UpdateRule> rules = new ArrayList<>();
        for (double decay : DECAYS) {
            for (boolean maximize : CHOICE) {
                descents(rules, decay, maximize);
                adams(rules, decay, maximize);
                others(rules, decay, maximize);
            }
        }
        return rules.stream();
    }

    private static void descents(List<UpdateRule> rules, double decay, boolean maximize) {
        rules.add(new UpdateRule.Sgd(0.05, 0, 0, decay, false, maximize, true));
        rules.add(new UpdateRule.Sgd(0.05, 0.9, 0, decay, false, maximize, true));
        rules.add(new UpdateRule.Sgd(0.05, 0.9, 0.3, decay, false, maximize, true));
        rules.add(new UpdateRule.Sgd(0.05, 0.9, 0, decay, true, maximize, true));
        rules.add(new UpdateRule.Asgd(0.01, 0.05, 1, decay, maximize));
        rules.add(new UpdateRule.Asgd(0.01, 0.05, 0.25, decay, maximize));
        if (decay == 0) {
            rules.add(new UpdateRule.Rprop(0.5, 1.2, 1e-6, 50, maximize));
            rules.add(new UpdateRule.Rprop(0.25, 1.5, 0.02, 0.06, maximize));
        }
    }

    private static void adams(List<UpdateRule> rules, double decay, boolean maximize) {
        for (boolean decoupled : CHOICE) {
            for (boolean amsgrad : CHOICE) {
                rules.add(new UpdateRule.Adam(0.01, 0.9, 0.999, 1e-8, decay, decoupled, amsgrad, maximize, 1));
                rules.add(new UpdateRule.Adam(0.1, 0.5, 0.7, 1e-3, decay, decoupled, amsgrad, maximize, 1));
            }
        }
        rules.add(new UpdateRule.Adamax(0.01, 0.9, 0.999, 1e-8, decay, maximize, 1));
        rules.add(new UpdateRule.Adamax(0.1, 0.5, 0.7, 1e-3, decay, maximize, 1));
        rules.add(new UpdateRule.NAdam(0.01, 0.9, 0.999, 1e-8, decay, maximize, 1, 0.45, 0.46, 0.45, 0.2));
        rules.add(new UpdateRule.RAdam(0.01, 0.9, 0.999, 1e-8, decay, maximize, 1));
        rules.add(new UpdateRule.RAdam(0.1, 0.5, 0.6, 1e-3, decay, maximize, 1));
    }

    private static void others(List<UpdateRule> rules, double decay, boolean maximize) {
        rules.add(new UpdateRule.Adadelta(1, 0.9, 1e-6, decay, maximize));
        rules.add(new UpdateRule.Adadelta(0.5, 0.7, 1e-2, decay, maximize));
        rules.add(new UpdateRule.Adagrad(0.1, 0, 1e-10, decay, maximize, 1));
        rules.add(new UpdateRule.Adagrad(0.1, 0.5, 1e-3, decay, maximize, 1));
        for (double momentum : new double[] {0, 0.8}) {
            for (boolean centered : CHOICE) {
                // The variance of equal gradients is rounding alone, so eps is not small.
                rules.add(new UpdateRule.RMSprop(0.01, 0.9, 0.1, decay, momentum, centered, maximize));
            }
        }
    }

    /** A rule at a later step. */
    private static UpdateRule at(UpdateRule rule, int step) {
        return switch (rule) {
            case UpdateRule.Sgd r ->
                new UpdateRule.Sgd(
                        r.lr(), r.momentum(), r.dampening(), r.weightDecay(), r.nesterov(), r.maximize(), step == 1);
            case UpdateRule.Adam r ->
                new UpdateRule.Adam(
                        r.lr(),
                        r.beta1(),
                        r.beta2(),
                        r.eps(),
                        r.weightDecay(),
                        r.decoupled(),
                        r.amsgrad(),
                        r.maximize(),
                        step);
            case UpdateRule.Adamax r ->
                new UpdateRule.Adamax(r.lr(), r.beta1(), r.beta2(), r.eps(), r.weightDecay(), r.maximize(), step);
            case UpdateRule.NAdam r ->
                new UpdateRule.NAdam(
                        r.lr(),
                        r.beta1(),
                        r.beta2(),
                        r.eps(),
                        r.weightDecay(),
                        r.maximize(),
                        step,
                        r.mu(),
                        r.next(),
                        r.product(),
                        r.productNext());
            case UpdateRule.RAdam r ->
                new UpdateRule.RAdam(r.lr(), r.beta1(), r.beta2(), r.eps(), r.weightDecay(), r.maximize(), step);
            case UpdateRule.Adagrad r ->
                new UpdateRule.Adagrad(r.lr(), r.lrDecay(), r.eps(), r.weightDecay(), r.maximize(), step);
            case UpdateRule.Adadelta r -> r;
            case UpdateRule.RMSprop r -> r;
            case UpdateRule.Rprop r -> r;
            case UpdateRule.Asgd r -> r;
        };
    }

    /** What the states hold before the first step. */
    private static double start(UpdateRule rule, int state) {
        return switch (rule) {
            case UpdateRule.Rprop r -> state == 1 ? 0.05 : 0;
            case UpdateRule.Adagrad r -> 0.01;
            case UpdateRule.Asgd r -> r.mu() == 1 ? Double.NaN : 0;
            default -> 0;
        };
    }

    /** The parameters of a group with their gradients and state, and the same in double. */
    private final class Group {
        final DType dtype;
        final List<NdArray> params = new ArrayList<>();
        final List<NdArray> grads = new ArrayList<>();
        final List<List<NdArray>> states = new ArrayList<>();
        final List<NaiveUpdate.State[]> naive = new ArrayList<>();

        Group(DType dtype, UpdateRule rule) {
            this.dtype = dtype;
            for (int k = 0; k < rule.op().states(); k++) {
                states.add(new ArrayList<>());
            }
            for (int size : SIZES) {
                NdArray param = operand(dtype, Form.dense(size), Family.ORDINARY, 91 + size);
                params.add(param);
                grads.add(output(dtype, Form.dense(size)));
                double[] values = Elements.doubles(param);
                NaiveUpdate.State[] own = new NaiveUpdate.State[size];
                for (int i = 0; i < size; i++) {
                    own[i] = new NaiveUpdate.State(values[i]);
                }
                for (int k = 0; k < states.size(); k++) {
                    double[] filled = new double[size];
                    double start = start(rule, k);
                    java.util.Arrays.fill(filled, start);
                    states.get(k).add(dense(dtype, filled, size));
                    for (NaiveUpdate.State state : own) {
                        state.kept[k] = Double.isNaN(start) ? 0 : dtype == DType.F32 ? (float) start : start;
                    }
                }
                naive.add(own);
            }
        }

        void newGradients(int step) {
            for (int i = 0; i < SIZES.length; i++) {
                Elements.write(grads.get(i), Family.ORDINARY.numbers(dtype, SIZES[i], 1000L * step + i));
            }
        }

        void check(String what) {
            for (int i = 0; i < SIZES.length; i++) {
                double[] expected = new double[SIZES[i]];
                double[] magnitudes = new double[SIZES[i]];
                for (int k = 0; k < expected.length; k++) {
                    expected[k] = naive.get(i)[k].param;
                    magnitudes[k] = 3; // of parameters and gradients
                }
                Tolerance.of(dtype)
                        .times(STEPS)
                        .check(expected, Elements.doubles(params.get(i)), magnitudes, what + " parameter " + i);
                for (int s = 0; s < states.size(); s++) {
                    for (int k = 0; k < expected.length; k++) {
                        expected[k] = naive.get(i)[k].kept[s];
                        magnitudes[k] = 9; // of their squares
                    }
                    Tolerance.of(dtype)
                            .times(STEPS)
                            .check(expected, Elements.doubles(states.get(s).get(i)), magnitudes, what + " state " + s);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void step_everyRule_matchesNaive(UpdateRule first) {
        for (DType dtype : FLOATS) {
            Group group = new Group(dtype, first);
            for (int step = 1; step <= STEPS; step++) {
                group.newGradients(step);
                UpdateRule rule = at(first, step);
                kernels().update().step(rule, group.params, group.grads, group.states);
                for (int i = 0; i < SIZES.length; i++) {
                    double[] gradient = Elements.doubles(group.grads.get(i));
                    for (int k = 0; k < gradient.length; k++) {
                        NaiveUpdate.step(rule, group.naive.get(i)[k], gradient[k]);
                    }
                }
                group.check(rule.toString());
            }
        }
        saw("Update.step", first, "sizes");
    }

    @Test
    void rules_ofTheCases_useEveryRow() {
        Set<UpdateOp> used = rules().flatMap(
                        rule -> Stream.of(at(rule, 1).op(), at(rule, STEPS).op()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(UpdateOp.class)));
        assertEquals(EnumSet.allOf(UpdateOp.class), used);
    }

    @Test
    void adam_vanishingMoments_reachZero() {
        NdArray param = dense(DType.F32, new double[] {1}, 1);
        NdArray grad = dense(DType.F32, new double[] {0}, 1);
        NdArray first = dense(DType.F32, new double[] {1e-40}, 1);
        NdArray second = dense(DType.F32, new double[] {1e-40}, 1);
        UpdateRule args = new UpdateRule.Adam(1e-3, 0.9, 0.999, 1e-8, 0, false, false, false, 7);
        kernels().update().step(args, List.of(param), List.of(grad), List.of(List.of(first), List.of(second)));
        assertEquals(0, Elements.doubles(first)[0], "denormals are flushed");
        assertEquals(0, Elements.doubles(second)[0], "denormals are flushed");
        NdArray tiny = dense(DType.F32, new double[] {1e-40}, 1);
        kernels().elementwise().unary(dev.gatun.runtime.kernels.UnaryOp.NEG, tiny, tiny, 0, 0);
        assertEquals((float) -1e-40, Elements.doubles(tiny)[0], "but not by what runs afterwards");
    }

    @Test
    void sgd_infiniteParameterWithoutDecay_isNoNaN() {
        NdArray param = dense(DType.F32, new double[] {Double.POSITIVE_INFINITY}, 1);
        NdArray grad = dense(DType.F32, new double[] {1}, 1);
        UpdateRule args = new UpdateRule.Sgd(0.1, 0, 0, 0, false, false, true);
        kernels().update().step(args, List.of(param), List.of(grad), List.of());
        assertEquals(Double.POSITIVE_INFINITY, Elements.doubles(param)[0]);
    }

    @Test
    void step_manyElements_sameBitsForAnyThreads() {
        for (DType dtype : FLOATS) {
            NdArray grad = operand(dtype, Form.dense(large(MANY)), Family.ORDINARY, 95);
            for (UpdateRule rule : List.of(
                    new UpdateRule.Sgd(0.1, 0.9, 0, 0.01, true, false, false),
                    new UpdateRule.Adam(0.1, 0.9, 0.999, 1e-8, 0.01, true, true, false, 3))) {
                checkThreads(rule.optimizer(), () -> {
                    NdArray param = operand(dtype, Form.dense(large(MANY)), Family.ORDINARY, 96);
                    List<List<NdArray>> states = new ArrayList<>();
                    for (int k = 0; k < rule.op().states(); k++) {
                        states.add(List.of(dense(dtype, new double[large(MANY)], large(MANY))));
                    }
                    kernels().update().step(rule, List.of(param), List.of(grad), states);
                    return param;
                });
            }
        }
    }
}
