package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Kernels.Update;
import dev.gatun.runtime.NdArray;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizer steps: several parameters of odd sizes, several steps, every option. */
abstract class UpdateContract extends FamilyContract {
    private static final int[] SIZES = {1, 0, 3, 17, 65, 1003};
    private static final int STEPS = 5;

    UpdateContract(Backend on) {
        super(on);
    }

    static Stream<Update.Sgd> sgdOptions() {
        List<Update.Sgd> options = new ArrayList<>();
        for (double momentum : new double[] {0, 0.9}) {
            for (double dampening : new double[] {0, 0.3}) {
                for (double decay : new double[] {0, 0.1}) {
                    for (boolean nesterov : new boolean[] {false, true}) {
                        for (boolean maximize : new boolean[] {false, true}) {
                            if (!nesterov || momentum > 0 && dampening == 0) {
                                options.add(
                                        new Update.Sgd(0.05, momentum, dampening, decay, nesterov, maximize, false));
                            }
                        }
                    }
                }
            }
        }
        return options.stream();
    }

    static Stream<Update.Adam> adamOptions() {
        List<Update.Adam> options = new ArrayList<>();
        for (double decay : new double[] {0, 0.1}) {
            for (boolean decoupled : new boolean[] {false, true}) {
                for (boolean maximize : new boolean[] {false, true}) {
                    options.add(new Update.Adam(0.01, 0.9, 0.999, 1e-8, decay, decoupled, maximize, 1));
                    options.add(new Update.Adam(0.1, 0.5, 0.7, 1e-3, decay, decoupled, maximize, 1));
                }
            }
        }
        return options.stream();
    }

    /** The parameters of a group with their gradients and state, and the same in double. */
    private final class Group {
        final DType dtype;
        final List<NdArray> params = new ArrayList<>();
        final List<NdArray> grads = new ArrayList<>();
        final List<NdArray> first = new ArrayList<>();
        final List<NdArray> second = new ArrayList<>();
        final List<NaiveUpdate.State[]> states = new ArrayList<>();

        Group(DType dtype) {
            this.dtype = dtype;
            for (int size : SIZES) {
                NdArray param = operand(dtype, Form.dense(size), Family.ORDINARY, 91 + size);
                params.add(param);
                grads.add(output(dtype, Form.dense(size)));
                first.add(dense(dtype, new double[size], size));
                second.add(dense(dtype, new double[size], size));
                double[] values = Elements.doubles(param);
                NaiveUpdate.State[] own = new NaiveUpdate.State[size];
                for (int i = 0; i < size; i++) {
                    own[i] = new NaiveUpdate.State(values[i]);
                }
                states.add(own);
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
                    expected[k] = states.get(i)[k].param;
                    magnitudes[k] = 3; // of parameters and gradients
                }
                Tolerance.of(dtype)
                        .times(STEPS)
                        .check(expected, Elements.doubles(params.get(i)), magnitudes, what + " parameter " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sgdOptions")
    void sgd_everyOption_matchesNaive(Update.Sgd options) {
        for (DType dtype : FLOATS) {
            Group group = new Group(dtype);
            List<NdArray> momentum = options.momentum() == 0 ? List.of() : group.first;
            for (int step = 1; step <= STEPS; step++) {
                group.newGradients(step);
                Update.Sgd args = new Update.Sgd(
                        options.lr(),
                        options.momentum(),
                        options.dampening(),
                        options.weightDecay(),
                        options.nesterov(),
                        options.maximize(),
                        step == 1);
                kernels().update().sgd(args, group.params, group.grads, momentum);
                for (int i = 0; i < SIZES.length; i++) {
                    double[] gradient = Elements.doubles(group.grads.get(i));
                    for (int k = 0; k < gradient.length; k++) {
                        NaiveUpdate.sgd(args, group.states.get(i)[k], gradient[k]);
                    }
                }
                group.check("sgd " + args);
            }
        }
        saw("Update.sgd", options, "sizes");
    }

    @ParameterizedTest
    @MethodSource("adamOptions")
    void adam_everyOption_matchesNaive(Update.Adam options) {
        for (DType dtype : FLOATS) {
            Group group = new Group(dtype);
            for (int step = 1; step <= STEPS; step++) {
                group.newGradients(step);
                Update.Adam args = new Update.Adam(
                        options.lr(),
                        options.beta1(),
                        options.beta2(),
                        options.eps(),
                        options.weightDecay(),
                        options.decoupled(),
                        options.maximize(),
                        step);
                kernels().update().adam(args, group.params, group.grads, group.first, group.second);
                for (int i = 0; i < SIZES.length; i++) {
                    double[] gradient = Elements.doubles(group.grads.get(i));
                    for (int k = 0; k < gradient.length; k++) {
                        NaiveUpdate.adam(args, group.states.get(i)[k], gradient[k]);
                    }
                }
                group.check("adam " + args);
            }
        }
        saw("Update.adam", options, "sizes");
    }

    @Test
    void adam_vanishingMoments_reachZero() {
        NdArray param = dense(DType.F32, new double[] {1}, 1);
        NdArray grad = dense(DType.F32, new double[] {0}, 1);
        NdArray first = dense(DType.F32, new double[] {1e-40}, 1);
        NdArray second = dense(DType.F32, new double[] {1e-40}, 1);
        Update.Adam args = new Update.Adam(1e-3, 0.9, 0.999, 1e-8, 0, false, false, 7);
        kernels().update().adam(args, List.of(param), List.of(grad), List.of(first), List.of(second));
        assertEquals(0, Elements.doubles(first)[0], "denormals are flushed");
        assertEquals(0, Elements.doubles(second)[0], "denormals are flushed");
        NdArray tiny = dense(DType.F32, new double[] {1e-40}, 1);
        kernels().elementwise().unary(dev.gatun.runtime.UnaryOp.NEG, tiny, tiny, 0, 0);
        assertEquals((float) -1e-40, Elements.doubles(tiny)[0], "but not by what runs afterwards");
    }

    @Test
    void update_manyElements_sameBitsForAnyThreads() {
        for (DType dtype : FLOATS) {
            NdArray grad = operand(dtype, Form.dense(MANY), Family.ORDINARY, 95);
            checkThreads("sgd", () -> {
                NdArray param = operand(dtype, Form.dense(MANY), Family.ORDINARY, 96);
                NdArray buffer = operand(dtype, Form.dense(MANY), Family.ORDINARY, 97);
                Update.Sgd args = new Update.Sgd(0.1, 0.9, 0, 0.01, true, false, false);
                kernels().update().sgd(args, List.of(param), List.of(grad), List.of(buffer));
                return param;
            });
            checkThreads("adam", () -> {
                NdArray param = operand(dtype, Form.dense(MANY), Family.ORDINARY, 96);
                NdArray first = operand(dtype, Form.dense(MANY), Family.ORDINARY, 97);
                NdArray second = output(dtype, Form.dense(MANY));
                Update.Adam args = new Update.Adam(0.1, 0.9, 0.999, 1e-8, 0.01, true, false, 3);
                kernels().update().adam(args, List.of(param), List.of(grad), List.of(first), List.of(second));
                return param;
            });
        }
    }
}
