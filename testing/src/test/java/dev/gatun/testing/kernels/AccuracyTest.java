package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.HostCopy;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.testing.Elements;
import dev.gatun.testing.fixtures.Fixtures;
import dev.gatun.testing.naive.NaiveUnary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How far functions are from the true value, in units of the last place: F64 from values with 40 digits, F32 from F64,
 * over floats of every sign and exponent. {@code -Dgatun.test.everyFloat=true} takes all 2^32 of them.
 */
class AccuracyTest {
    private static final Map<String, Fixtures.Row> TRUE = Fixtures.rows("accuracy.txt");
    private static final int BATCH = 1 << 20;
    private static final long STEP = Boolean.getBoolean("gatun.test.everyFloat") ? 1 : 8209;

    /** The promise for those that a user reads most of, and for the rest of the F32 functions. */
    private static final double F32_ULPS = 2;

    private static final double F64_ULPS = 4;

    /** Functions with zeros that their formulas do not know: within so many ulps of 1 there. */
    private static final List<UnaryOp> WITH_ZEROS = List.of(UnaryOp.LGAMMA, UnaryOp.DIGAMMA);

    static List<String> names() {
        return List.copyOf(TRUE.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void f64_againstFortyDigits_isWithinFourUlps(String name) {
        UnaryOp op = UnaryOp.valueOf(name);
        double[] arguments = TRUE.get(name).get("in").doubles();
        double[] expected = TRUE.get(name).get("out").doubles();
        try (Scope scope = Scope.open()) {
            NdArray x = NdArray.allocate(Device.cpu(), DType.F64, Shape.of(arguments.length));
            HostCopy.write(arguments, x, 0);
            Device.cpu().kernels().elementwise().unary(op, x, x, NaiveUnary.a(op), 0);
            double[] actual = Elements.doubles(x);
            for (int i = 0; i < expected.length; i++) {
                double size = WITH_ZEROS.contains(op) ? Math.max(1, Math.abs(expected[i])) : expected[i];
                double ulps = Math.abs(actual[i] - expected[i]) / Math.ulp(size);
                assertTrue(
                        ulps <= F64_ULPS,
                        name + "(" + arguments[i] + ") is " + actual[i] + ", " + ulps + " ulp from " + expected[i]);
            }
        }
    }

    /** Without lgamma, digamma and polygamma, whose F32 is their F64, rounded. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "EXP", "EXP2", "EXPM1", "LOG", "LOG2", "LOG10", "LOG1P", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN",
                "SINH", "COSH", "TANH", "ASINH", "ACOSH", "ATANH", "ERF", "ERFC", "ERFINV", "SIGMOID", "SQRT", "RSQRT"
            })
    void f32_floatsOfEveryExponent_areWithinTwoUlps(UnaryOp op) {
        double worst = 0;
        float at = 0;
        float[] arguments = new float[BATCH];
        for (long bits = 0; bits < 1L << Integer.SIZE; ) {
            int count = 0;
            for (; count < BATCH && bits < 1L << Integer.SIZE; bits += STEP) {
                arguments[count++] = Float.intBitsToFloat((int) bits);
            }
            try (Scope scope = Scope.open()) {
                NdArray x = NdArray.allocate(Device.cpu(), DType.F32, Shape.of(BATCH));
                NdArray wide = NdArray.allocate(Device.cpu(), DType.F64, Shape.of(BATCH));
                HostCopy.write(arguments, x, 0);
                Device.cpu().kernels().elementwise().cast(x, wide);
                Device.cpu().kernels().elementwise().unary(op, x, x, 0, 0);
                Device.cpu().kernels().elementwise().unary(op, wide, wide, 0, 0);
                float[] actual = new float[BATCH];
                double[] expected = new double[BATCH];
                HostCopy.read(x, 0, actual);
                HostCopy.read(wide, 0, expected);
                for (int i = 0; i < count; i++) {
                    double ulps = ulps(expected[i], actual[i]);
                    if (!(ulps <= worst)) {
                        worst = ulps;
                        at = arguments[i];
                    }
                }
            }
        }
        assertTrue(worst <= F32_ULPS, op + " is " + worst + " ulp off at " + at);
    }

    /** Infinity where one is a number and the other is not. */
    private static double ulps(double expected, float actual) {
        float nearest = (float) expected;
        if (Float.isNaN(nearest) || Float.isInfinite(nearest)) {
            return Float.compare(nearest, actual) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double gap = Math.abs(actual - expected);
        return Double.isNaN(gap) ? Double.POSITIVE_INFINITY : gap / Math.ulp(nearest);
    }

    @Test
    void tables_everyFunctionWithTrueValues_isKnown() {
        assertEquals(27, names().size());
    }
}
