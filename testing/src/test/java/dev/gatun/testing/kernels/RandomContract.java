package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random numbers, to the bit wherever the definition allows it. */
abstract class RandomContract extends FamilyContract {
    private static final long SEED = 0xDEADBEEF12345678L;
    private static final long OFFSET = 0x1FFFFFFF9L; // crosses 2^33 within a short draw
    private static final String COUNTS = "sizes";

    RandomContract(Backend on) {
        super(on);
    }

    @Test
    void philox_publishedVectors_match() {
        long all = 0xffffffffL;
        assertArrayEquals(
                new long[] {0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L},
                NaiveRandom.philox(new long[4], new long[2]));
        assertArrayEquals(
                new long[] {0x408f276dL, 0x41c83b0eL, 0xa20bc7c6L, 0x6d5451fdL},
                NaiveRandom.philox(new long[] {all, all, all, all}, new long[] {all, all}));
        assertArrayEquals(
                new long[] {0xd16cfe09L, 0x94fdccebL, 0x5001e420L, 0x24126ea1L},
                NaiveRandom.philox(
                        new long[] {0x243f6a88L, 0x85a308d3L, 0x13198a2eL, 0x03707344L},
                        new long[] {0xa4093822L, 0x299f31d0L}));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 15, 17, 31, 33, 63, 65, 255, 256, 257, 1003})
    void draws_everySize_haveTheBitsOfTheDefinition(int count) {
        NdArray f32 = output(DType.F32, Form.dense(count));
        kernels().random().uniform(SEED, OFFSET, -2, 3, f32);
        double[] expected = new double[count];
        Arrays.setAll(expected, i -> NaiveRandom.uniformF32(SEED, OFFSET, i, -2, 3));
        assertArrayEquals(expected, Elements.doubles(f32), "uniform f32");

        NdArray f64 = output(DType.F64, Form.dense(count));
        kernels().random().uniform(SEED, OFFSET, -2, 3, f64);
        Arrays.setAll(expected, i -> NaiveRandom.uniformF64(SEED, OFFSET, i, -2, 3));
        assertArrayEquals(expected, Elements.doubles(f64), "uniform f64");

        kernels().random().normal(SEED, OFFSET, 0.5, 2, f32);
        Arrays.setAll(expected, i -> 0.5 + 2 * NaiveRandom.normalF32(SEED, OFFSET, i));
        double[] magnitudes = new double[count];
        Arrays.fill(magnitudes, 2);
        Tolerance.of(DType.F32).check(expected, Elements.doubles(f32), magnitudes, "normal f32");
        kernels().random().normal(SEED, OFFSET, 0.5, 2, f64);
        Arrays.setAll(expected, i -> 0.5 + 2 * NaiveRandom.normalF64(SEED, OFFSET, i));
        Tolerance.of(DType.F64).check(expected, Elements.doubles(f64), magnitudes, "normal f64");

        NdArray i64 = output(DType.I64, Form.dense(count));
        long[] integers = new long[count];
        for (long[] range : new long[][] {{0, 1}, {0, 10}, {-5, 1L << 40}, {Long.MIN_VALUE, Long.MAX_VALUE}}) {
            kernels().random().randint(SEED, OFFSET, range[0], range[1], i64);
            Arrays.setAll(integers, i -> NaiveRandom.randint(SEED, OFFSET, i, range[0], range[1]));
            assertArrayEquals(integers, Elements.longs(i64), "randint");
        }
        kernels().random().permutation(SEED, OFFSET, i64);
        assertArrayEquals(NaiveRandom.permutation(SEED, OFFSET, count), Elements.longs(i64), "permutation");
        for (String kernel : new String[] {"uniform", "normal", "randint", "permutation"}) {
            saw("Random." + kernel, count, COUNTS);
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void bernoulli_everyDtypeAndProbability_comparesTheUniform(DType dtype) {
        for (double p : new double[] {0, 1e-9, 0.25, 0.3, 0.9999999, 1}) {
            for (int count : new int[] {0, 1, 5, 31, 300}) {
                NdArray y = output(dtype, Form.dense(count));
                kernels().random().bernoulli(SEED, OFFSET, p, y);
                double[] expected = new double[count];
                Arrays.setAll(expected, i -> NaiveRandom.below(SEED, OFFSET, i, p) ? 1 : 0);
                assertArrayEquals(expected, Elements.doubles(y), "bernoulli " + p + " " + dtype);
            }
        }
        saw("Random.bernoulli", dtype, COUNTS);
    }

    @Test
    void dropout_everySize_zeroesWhereTheUniformIsBelow() {
        for (DType dtype : FLOATS) {
            for (double p : new double[] {0, 0.2, 0.5, 1}) {
                for (int count : new int[] {0, 1, 7, 33, 1003}) {
                    NdArray x = operand(dtype, Form.dense(count), Family.ORDINARY, 81);
                    NdArray y = output(dtype, Form.dense(count));
                    kernels().random().dropout(SEED, OFFSET, p, x, y);
                    double[] expected = Elements.doubles(x);
                    for (int i = 0; i < count; i++) {
                        expected[i] = NaiveRandom.below(SEED, OFFSET, i, p) ? 0 : expected[i] / (1 - p);
                    }
                    Tolerance.of(dtype).check(expected, Elements.doubles(y), "dropout " + p);
                    kernels().random().dropout(SEED, OFFSET, p, x, x);
                    assertArrayEquals(Elements.bits(y), Elements.bits(x), "dropout in place");
                    saw("Random.dropout", dtype + " " + p, count);
                }
            }
        }
    }

    @Test
    void dropout_hugeInput_keepsInfinityOutOfWhatIsDropped() {
        NdArray x = dense(DType.F32, new double[] {Double.POSITIVE_INFINITY, Double.NaN, 1e38, -1e38}, 4);
        NdArray y = output(DType.F32, Form.dense(4));
        kernels().random().dropout(SEED, OFFSET, 1, x, y);
        assertArrayEquals(new double[4], Elements.doubles(y));
    }

    @Test
    void draws_manyElements_sameBitsForAnyThreads() {
        for (DType dtype : FLOATS) {
            NdArray y = output(dtype, Form.dense(MANY));
            NdArray x = operand(dtype, Form.dense(MANY), Family.ORDINARY, 82);
            checkThreads("uniform", () -> {
                kernels().random().uniform(SEED, OFFSET, 0, 1, y);
                return y;
            });
            assertEquals(0.5, Arrays.stream(Elements.doubles(y)).average().orElseThrow(), 0.002);
            checkThreads("normal", () -> {
                kernels().random().normal(SEED, OFFSET, 0, 1, y);
                return y;
            });
            double[] normal = Elements.doubles(y);
            assertEquals(0, Arrays.stream(normal).average().orElseThrow(), 0.006);
            assertEquals(1, Arrays.stream(normal).map(v -> v * v).average().orElseThrow(), 0.01);
            assertEquals(
                    3, Arrays.stream(normal).map(v -> v * v * v * v).average().orElseThrow(), 0.06);
            assertTrue(Arrays.stream(normal).allMatch(Double::isFinite));
            checkThreads("bernoulli", () -> {
                kernels().random().bernoulli(SEED, OFFSET, 0.3, y);
                return y;
            });
            checkThreads("dropout", () -> {
                kernels().random().dropout(SEED, OFFSET, 0.3, x, y);
                return y;
            });
        }
        NdArray integers = output(DType.I64, Form.dense(large(MANY)));
        checkThreads("randint", () -> {
            kernels().random().randint(SEED, OFFSET, 0, 10, integers);
            return integers;
        });
        checkThreads("permutation", () -> {
            kernels().random().permutation(SEED, OFFSET, integers);
            return integers;
        });
        long[] sorted = Elements.longs(integers);
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            assertEquals(i, sorted[i]);
        }
    }
}
