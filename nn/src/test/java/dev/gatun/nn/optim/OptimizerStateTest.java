package dev.gatun.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Scope;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An optimizer that takes over another one's state goes on with the same bits. */
class OptimizerStateTest {
    interface Maker extends Function<List<Tensor>, Optimizer> {}

    static Stream<Maker> makers() {
        return Stream.of(
                params -> new SGD(params, 0.1),
                params -> new SGD(
                        params,
                        SGD.Options.defaults().withLr(0.1).withMomentum(0.9).withDampening(0.3)),
                params -> new Adam(
                        params, Adam.Options.defaults().withBetas(0.8, 0.95).withWeightDecay(0.1)),
                params -> new AdamW(params, AdamW.Options.defaults().withAmsgrad(true)),
                Adamax::new,
                NAdam::new,
                RAdam::new,
                Adadelta::new,
                params -> new Adagrad(
                        params, Adagrad.Options.defaults().withLrDecay(0.1).withInitialAccumulatorValue(0.2)),
                RMSprop::new,
                params -> new RMSprop(
                        params, RMSprop.Options.defaults().withMomentum(0.9).withCentered(true)),
                Rprop::new,
                params -> new ASGD(params, ASGD.Options.defaults().withT0(2).withLambd(0.1)),
                OptimizerStateTest::twoGroups);
    }

    private static Optimizer twoGroups(List<Tensor> params) {
        Adam adam = new Adam(params.subList(0, 1), 0.1);
        adam.addParamGroup(params.subList(1, 3), Adam.Options.defaults().withLr(0.07));
        return adam;
    }

    private static List<Tensor> params() {
        return List.of(
                Tensor.of(1f, 2f, 3f).requiresGrad_(),
                Tensor.of(new double[][] {{1, 2}, {3, 4}}).t().requiresGrad_(),
                Tensor.of(5f).requiresGrad_());
    }

    /** Steps with gradients from a source; the last parameter never has one, the second in every other step. */
    private static void steps(Optimizer optimizer, Random random, int count) {
        for (int step = 0; step < count; step++) {
            try (var scope = Scope.open()) {
                for (int i = 0; i < 2; i++) {
                    Tensor p = optimizer.params().get(i);
                    p.zeroGrad();
                    if (i == 0 || step % 2 == 0) {
                        double[] values = random.doubles(p.count(), -1, 1).toArray();
                        p.setGrad(Tensor.of(values).to(p.dtype()).view(p.shape().toArray()));
                    }
                }
                optimizer.step();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("makers")
    void loadStateDict_inAnotherOptimizer_goesOnWithTheSameBits(Maker maker) {
        Optimizer whole = maker.apply(params());
        Random random = new Random(7);
        steps(whole, random, 5);
        Optimizer resumed = maker.apply(whole.params().stream()
                .map(p -> p.detach().clone().requiresGrad_())
                .toList());
        steps(resumed, new Random(1), 1); // a state of its own, to be replaced
        for (int i = 0; i < 3; i++) {
            resumed.params().get(i).detach().copy_(whole.params().get(i).detach());
        }
        whole.setLr(0.07);
        resumed.loadStateDict(whole.stateDict());
        assertEquals(0.07, resumed.lr());
        steps(whole, new Random(9), 5);
        steps(resumed, new Random(9), 5);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                    whole.params().get(i).toDoubleArray(),
                    resumed.params().get(i).toDoubleArray());
        }
    }

    @Test
    void stateDict_names_arePyTorchs() {
        Optimizer adam = new Adam(params(), 0.1);
        steps(adam, new Random(2), 2);
        StateDict state = adam.stateDict();
        assertEquals(
                Set.of("state.0.exp_avg", "state.0.exp_avg_sq", "state.1.exp_avg", "state.1.exp_avg_sq"),
                state.tensors().keySet());
        assertEquals(2, state.getLong("state.0.step"));
        assertEquals(1, state.getLong("state.1.step"));
        assertEquals(0.1, state.getDouble("param_groups.0.lr"));
        assertArrayEquals(new double[] {0.9, 0.999}, state.getDoubles("param_groups.0.betas"));
    }

    @Test
    void loadStateDict_optionsOfTheOther_areTakenOver() {
        Optimizer from =
                new SGD(params(), SGD.Options.defaults().withMomentum(0.5).withNesterov(true));
        Optimizer to = new SGD(params(), 1);
        to.loadStateDict(from.stateDict());
        assertEquals(from.stateDict().values(), to.stateDict().values());
    }

    @Test
    void loadStateDict_insideAScope_outlivesIt() {
        Optimizer adam = new Adam(params(), 0.1);
        try (var scope = Scope.open()) {
            Optimizer other = new Adam(params(), 0.1);
            steps(other, new Random(2), 1);
            adam.loadStateDict(other.stateDict());
        }
        steps(adam, new Random(2), 1);
        assertEquals(2, adam.stateDict().getLong("state.0.step"));
    }

    @Test
    void loadStateDict_whatDoesNotFit_isRefusedAndChangesNothing() {
        Optimizer adam = new Adam(params(), 0.1);
        steps(adam, new Random(2), 2);
        StateDict good = adam.stateDict();
        double[] before = good.getTensor("state.0.exp_avg").toDoubleArray();
        String prefix = "loadStateDict: does not fit adam: ";
        assertRefuses(prefix + "stateDict: no value 'lr'", adam, new StateDict());
        assertRefuses(prefix + "3 parameters, given 1", adam, new Adam(params().subList(0, 1), 0.5).stateDict());
        assertRefuses(
                prefix + "1 groups of parameters, given 2", adam, copy(good, "").put("param_groups.1.lr", 1.0));
        assertRefuses(prefix + "stateDict: no value 'betas'", adam, new SGD(params(), 0.5).stateDict());
        assertRefuses(prefix + "adam: lr is negative: NaN", adam, edited(good, "param_groups.0.lr", "NaN"));
        assertRefuses(
                prefix + "stateDict: 'eps' is not a number: 'small'",
                adam,
                edited(good, "param_groups.0.eps", "small"));
        assertRefuses(prefix + "betas are not two: 0.9", adam, edited(good, "param_groups.0.betas", "0.9"));
        assertRefuses(prefix + "state.1.step is below 1: 0", adam, edited(good, "state.1.step", "0"));
        assertRefuses(
                prefix + "no parameter for state.3, state.x",
                adam,
                copy(good, "").put("state.3.step", 1).put("state.x.step", 1));
        assertRefuses(prefix + "stateDict: no tensor 'exp_avg_sq'", adam, copy(good, "state.1.exp_avg_sq"));
        assertRefuses(
                prefix + "state.1.exp_avg is f64[3], its parameter is f64[2, 2]",
                adam,
                copy(good, "state.1.exp_avg").put("state.1.exp_avg", Tensor.of(1.0, 2, 3)));
        assertRefuses(
                prefix + "state.0.exp_avg is i64[3], its parameter is f32[3]",
                adam,
                copy(good, "state.0.exp_avg").put("state.0.exp_avg", Tensor.of(1L, 2, 3)));
        assertArrayEquals(before, adam.stateDict().getTensor("state.0.exp_avg").toDoubleArray());
        assertEquals(0.1, adam.lr());
    }

    private static StateDict edited(StateDict state, String name, String value) {
        return copy(state, name).put(name, value);
    }

    private static StateDict copy(StateDict state, String without) {
        StateDict copy = new StateDict();
        state.tensors().forEach((name, tensor) -> {
            if (!name.equals(without)) {
                copy.put(name, tensor);
            }
        });
        state.values().forEach((name, value) -> {
            if (!name.equals(without)) {
                copy.put(name, value);
            }
        });
        return copy;
    }

    private static void assertRefuses(String expected, Optimizer optimizer, StateDict state) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> optimizer.loadStateDict(state))
                        .getMessage());
    }
}
