package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.optim.LBFGS;
import dev.gatun.runtime.Scope;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** L-BFGS down a bent valley against PyTorch's path. */
class LbfgsTest {
    private static final Map<String, Fixtures.Row> ROWS = Fixtures.rows("lbfgs.txt");
    private static final LBFGS.Options DEFAULTS = LBFGS.Options.defaults();
    private static final Map<String, LBFGS.Options> OPTIONS = Map.of(
            "lbfgs",
            DEFAULTS,
            "lbfgs wolfe",
            DEFAULTS.withStrongWolfe(true),
            "lbfgs evaluations",
            DEFAULTS.withMaxEval(7),
            "lbfgs tolerances",
            DEFAULTS.withTolerances(5, 0.03),
            "lbfgs options",
            DEFAULTS.withLr(0.5).withMaxIter(4).withHistorySize(3),
            "lbfgs wolfe options",
            DEFAULTS.withLr(0.8).withMaxIter(5).withHistorySize(2).withStrongWolfe(true));

    static Set<String> names() {
        return OPTIONS.keySet();
    }

    private static Tensor valley(Tensor x) {
        Tensor first = x.narrow(0, 0, x.count() - 1);
        Tensor second = x.narrow(0, 1, x.count() - 1);
        Tensor bend = second.sub(first.square()).square().mul(10);
        return first.rsub(1).square().add(bend).sum();
    }

    private static double step(LBFGS optimizer, Tensor x) {
        try (Scope scope = Scope.open()) {
            return optimizer
                    .step(() -> {
                        optimizer.zeroGrad();
                        Tensor loss = valley(x);
                        loss.backward();
                        return loss;
                    })
                    .item();
        }
    }

    private static Tensor start() {
        return Tensor.of(-1.2, 1, -0.5, 0.8, 0.1).requiresGrad_();
    }

    /** Rounding grows along the path: every iteration divides by differences of the last. */
    @ParameterizedTest
    @MethodSource("names")
    void steps_six_followPyTorch(String name) {
        Fixtures.Row row = ROWS.get(name);
        Tensor x = start();
        LBFGS optimizer = new LBFGS(List.of(x), OPTIONS.get(name));
        for (int i = 0; i < 6; i++) {
            double expected = row.all("loss").get(i).doubles()[0];
            assertEquals(expected, step(optimizer, x), 1e-6 * Math.max(1e-3, expected), name + " loss before " + i);
            assertArrayEquals(row.all("x").get(i).doubles(), x.toDoubleArray(), 1e-6, name + " x after " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void loadStateDict_inTheMiddle_goesOnTheSame(String name) {
        Tensor whole = start();
        LBFGS all = new LBFGS(List.of(whole), OPTIONS.get(name));
        Tensor parts = start();
        LBFGS first = new LBFGS(List.of(parts), OPTIONS.get(name));
        step(all, whole);
        step(first, parts);
        LBFGS second = new LBFGS(List.of(parts), OPTIONS.get(name));
        try (Scope scope = Scope.open()) {
            second.loadStateDict(first.stateDict());
        }
        step(all, whole);
        step(second, parts);
        assertArrayEquals(whole.toDoubleArray(), parts.toDoubleArray());
    }

    @Test
    void strongWolfe_fromAfar_reachesTheMinimum() {
        Tensor x = start();
        LBFGS optimizer = new LBFGS(List.of(x), DEFAULTS.withStrongWolfe(true));
        for (int i = 0; i < 10; i++) {
            step(optimizer, x);
        }
        assertArrayEquals(new double[] {1, 1, 1, 1, 1}, x.toDoubleArray(), 1e-5);
    }

    @Test
    void lbfgs_misuse_isRefused() {
        Tensor x = start();
        LBFGS optimizer = new LBFGS(List.of(x));
        var thrown = assertThrows(IllegalStateException.class, optimizer::step);
        assertEquals("lbfgs: computes the loss several times: use step(closure)", thrown.getMessage());
        var second = assertThrows(IllegalArgumentException.class, () -> optimizer.addParamGroup(List.of(start())));
        assertEquals("lbfgs: takes one group of parameters: another group", second.getMessage());
        var mixed = assertThrows(
                IllegalArgumentException.class,
                () -> new LBFGS(List.of(x, Tensor.zeros(2).requiresGrad_())));
        assertEquals("lbfgs: parameters are not of one dtype and device: f64[5], f32[2]", mixed.getMessage());
    }
}
