package dev.gatun.testing.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Draws have the moments of their distributions, within five deviations of a mean of so many; a seed repeats them. */
class DistributionsTest {
    private static final int MANY = 200_000;

    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private static void assertMoments(double mean, double variance, Tensor draws) {
        double[] x = draws.toDoubleArray();
        double sum = Arrays.stream(x).sum() / x.length;
        double square = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
        assertEquals(mean, sum, 5 * Math.sqrt(variance / x.length) + 1e-6);
        assertEquals(variance, square, 0.05 * variance);
    }

    private static void refused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void exponential_rate_hasItsMoments(DType dtype) {
        Tensor x = Random.exponential_(Tensor.empty(dtype, MANY), 2, new Generator(5));
        assertMoments(0.5, 0.25, x);
        assertTrue(x.min().item() >= 0);
        Tensor y = Random.exponential_(Tensor.empty(dtype, MANY), 2, new Generator(5));
        assertArrayEquals(x.toDoubleArray(), y.toDoubleArray());
        refused("exponential_: the rate is not above 0: 0.0", () -> x.exponential_(0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.7, 1, 2.5, 40})
    void standardGamma_concentration_hasItsMoments(double alpha) {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            Tensor x = Random.standardGamma(Tensor.full(alpha, MANY).to(dtype), new Generator(6));
            assertMoments(alpha, alpha, x);
            assertEquals(dtype, x.dtype());
        }
    }

    @Test
    void standardGamma_nothingOrWrong_isEmptyOrRefused() {
        assertEquals(
                Shape.of(0),
                Random.standardGamma(Tensor.zeros(0), new Generator(6)).shape());
        refused(
                "standardGamma: a concentration is not above 0: f32[2]",
                () -> Random.standardGamma(Tensor.zeros(2), new Generator(6)));
    }

    @Test
    void bernoulliAndNormal_ofTensors_haveTheirMoments() {
        Tensor p = Tensor.full(0.3, MANY);
        assertMoments(0.3, 0.21, Random.bernoulli(p, new Generator(7)));
        assertArrayEquals(new float[] {0, 1}, Tensor.of(0f, 1f).bernoulli().toFloatArray());
        refused("bernoulli: not probabilities: f32[1]", () -> Tensor.of(1.5f).bernoulli());
        Tensor normal = Random.normal(Tensor.full(3, MANY), Tensor.scalar(2), new Generator(8));
        assertMoments(3, 4, normal);
        refused("normal: a deviation is negative: f32[]", () -> Tensor.normal(p, Tensor.scalar(-1)));
    }

    @Test
    void multinomial_withReplacement_countsByWeight() {
        Tensor weights = Tensor.of(new float[][] {{1, 0, 3}, {0, 0, 5}});
        Tensor drawn = Random.multinomial(weights, 40_000, true, new Generator(9));
        assertEquals(Shape.of(2, 40_000), drawn.shape());
        long[] first = drawn.select(0, 0).bincount().toLongArray();
        assertEquals(0, first[1]);
        assertEquals(10_000.0, (double) first[0], 500.0);
        assertArrayEquals(
                new long[] {0, 0, 40_000}, drawn.select(0, 1).bincount().toLongArray());
    }

    @Test
    void multinomial_withoutReplacement_drawsEachOnce() {
        Tensor weights = Tensor.of(0.1f, 0f, 0.4f, 0.5f);
        int[] first = new int[4];
        for (int seed = 0; seed < 3000; seed++) {
            long[] drawn =
                    Random.multinomial(weights, 3, false, new Generator(seed)).toLongArray();
            first[(int) drawn[0]]++;
            Arrays.sort(drawn);
            assertArrayEquals(new long[] {0, 2, 3}, drawn);
        }
        assertEquals(1500, first[3], 150);
        assertEquals(300, first[0], 90);
        refused("multinomial: a row has 3 classes: f32[4]", () -> weights.multinomial(4, false));
        refused(
                "multinomial: a row has 0 classes: f32[2]",
                () -> Tensor.zeros(2).multinomial(1, true));
        refused(
                "multinomial: a weight is negative, infinite or NaN: f32[1]",
                () -> Tensor.of(-1f).multinomial(1, true));
        refused("multinomial: samples are below 1: 0", () -> weights.multinomial(0, true));
    }
}
