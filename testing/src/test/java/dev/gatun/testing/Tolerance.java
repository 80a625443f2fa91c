package dev.gatun.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.gatun.runtime.DType;

/**
 * How near a result must be to the oracle's, in one place. The unit is the dtype's epsilon at the magnitude of what was
 * computed with; reductions get more of it, by the root of their length. NaN equals only NaN, an infinity only itself.
 *
 * @param dtype of the result
 * @param ulps how many epsilons
 */
public record Tolerance(DType dtype, double ulps) {
    /** Elementary functions are within 2 ulp; slopes and losses join two or three of them. */
    private static final double ELEMENT_ULPS = 4;

    private static final double LENGTH_ULPS = 2;

    /** For an operation on single elements. */
    public static Tolerance of(DType dtype) {
        return new Tolerance(dtype, ELEMENT_ULPS);
    }

    /** For a sum over so many elements. */
    public static Tolerance of(DType dtype, long length) {
        return new Tolerance(dtype, ELEMENT_ULPS + LENGTH_ULPS * Math.sqrt((double) length));
    }

    /** So many times wider, for what joins several results. */
    public Tolerance times(double factor) {
        return new Tolerance(dtype, ulps * factor);
    }

    /** The distance from 1 to the next number. */
    public static double epsilon(DType dtype) {
        return switch (dtype) {
            case F32 -> 0x1p-23;
            case F64 -> 0x1p-52;
            case BF16 -> 0x1p-7;
            case F16 -> 0x1p-10;
            case I64, I32, U8, BOOL -> 0;
        };
    }

    private double smallest() {
        return dtype == DType.F32 ? Float.MIN_VALUE : Double.MIN_VALUE;
    }

    /**
     * Whether a number is near enough.
     *
     * @param expected of the oracle, in double
     * @param actual of the kernel
     * @param magnitude of the numbers that were added up, where these are larger than the result
     */
    public boolean accepts(double expected, double actual, double magnitude) {
        double rounded = dtype == DType.F32 ? (float) expected : expected; // overflows where F32 does
        if (Double.isNaN(rounded) || Double.isInfinite(rounded)) {
            return Double.compare(rounded, actual) == 0;
        }
        double distance = Math.abs(actual - expected);
        double scale = Math.max(Math.abs(expected), magnitude);
        return distance <= ulps * (epsilon(dtype) * scale + smallest()); // false for NaN
    }

    /** Fails unless every number is near enough, at its own magnitude. */
    public void check(double[] expected, double[] actual, String what) {
        check(expected, actual, new double[expected.length], what);
    }

    /** Fails unless every number is near enough, each at the magnitude given. */
    public void check(double[] expected, double[] actual, double[] magnitudes, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            if (!accepts(expected[i], actual[i], magnitudes[i])) {
                fail(what + ": element " + i + " is " + actual[i] + ", expected " + expected[i] + " in " + dtype
                        + " within " + ulps + " ulps");
            }
        }
    }

    /** Fails unless the integers are equal. */
    public static void check(long[] expected, long[] actual, String what) {
        assertArrayEquals(expected, actual, what);
    }
}
