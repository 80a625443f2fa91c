package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gatun.autograd.Autograd;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Where an operation passes nothing on, an infinite or undefined gradient stops too, instead of becoming NaN. */
class MaskedGradientsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @Test
    void where_infiniteGradient_reachesTheChosenSideAlone() {
        Tensor condition = Tensor.of(true, false);
        check(new double[] {INFINITY, 0}, x -> Tensor.where(condition, x, Tensor.of(5.0, 6.0)), 1, 2);
        check(new double[] {0, INFINITY}, x -> Tensor.where(condition, Tensor.of(5.0, 6.0), x), 1, 2);
    }

    @Test
    void relu_infiniteGradient_stopsBelowZero() {
        check(new double[] {0, 0, INFINITY}, Tensor::relu, -1, 0, 1);
    }

    private static void check(double[] expected, UnaryOperator<Tensor> function, double... values) {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(values).requiresGrad_();
            Tensor y = function.apply(x);
            Tensor g = Tensor.onesLike(y).mul(INFINITY);
            for (boolean createGraph : new boolean[] {false, true}) {
                Tensor dx = Autograd.grad(List.of(y), List.of(x), List.of(g), true, createGraph)
                        .get(0);
                assertArrayEquals(expected, dx.toDoubleArray());
            }
        }
    }
}
