package dev.gatun.testing.naive;

import dev.gatun.runtime.kernels.UnaryOp;

/**
 * Operations of one operand as in the textbook. Switches on numbers have no default, so that a new constant does not
 * compile until it stands here.
 */
public final class NaiveUnary {
    private static final double ALPHA = 1.6732632423543772;
    private static final double SCALE = 1.0507009873554805;
    private static final double CUBE = 0.044715;

    private NaiveUnary() {}

    /** A first parameter that suits the operation. */
    public static double a(UnaryOp op) {
        return op == UnaryOp.POLYGAMMA ? 1 : 0.125;
    }

    /** A second one. */
    public static double b(UnaryOp op) {
        return 0.75;
    }

    /** The value. */
    public static double value(UnaryOp op, double x, double a, double b) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> x > 0 ? 1 : x < 0 ? -1 : 0; // 0 for NaN, as in PyTorch
            case SQUARE -> x * x;
            case RECIPROCAL -> 1 / x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case TRUNC -> trunc(x);
            case FRAC -> x - trunc(x);
            case CLAMP, HARDTANH -> between(x, a, b);
            case EXP -> Math.exp(x);
            case EXP2 -> Math.pow(2, x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG2 -> Math.log(x) / Math.log(2);
            case LOG10 -> Math.log10(x);
            case LOG1P -> Math.log1p(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case ASIN -> Math.asin(x);
            case ACOS -> Math.acos(x);
            case ATAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
            case ASINH -> NaiveSpecial.asinh(x);
            case ACOSH -> NaiveSpecial.acosh(x);
            case ATANH -> NaiveSpecial.atanh(x);
            case ERF -> NaiveSpecial.erf(x);
            case ERFC -> NaiveSpecial.erfc(x);
            case ERFINV -> NaiveSpecial.erfinv(x);
            case LGAMMA -> NaiveSpecial.lgamma(x);
            case DIGAMMA -> NaiveSpecial.digamma(x);
            case POLYGAMMA -> NaiveSpecial.polygamma((int) a, x);
            case LOGIT -> Math.log(between(x, a, 1 - a) / (1 - between(x, a, 1 - a)));
            case SIGMOID -> sigmoid(x);
            case RELU -> x < 0 ? 0 : x;
            case LEAKY_RELU -> x > 0 ? x : a * x;
            case ELU -> x > 0 ? x : a * Math.expm1(x);
            case CELU -> x > 0 ? x : a * Math.expm1(x / a);
            case SELU -> SCALE * (x > 0 ? x : ALPHA * Math.expm1(x));
            case GELU -> 0.5 * x * (1 + NaiveSpecial.erf(x / Math.sqrt(2)));
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(inner(x)));
            case SILU -> x * sigmoid(x);
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
            case SOFTPLUS -> x * a > b ? x : Math.log1p(Math.exp(x * a)) / a;
            case LOG_SIGMOID -> (x < 0 ? x : 0) - Math.log1p(Math.exp(-Math.abs(x)));
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case TANHSHRINK -> x - Math.tanh(x);
            case HARDSIGMOID -> between(x + 3, 0, 6) / 6;
            case HARDSWISH -> x * between(x + 3, 0, 6) / 6;
            case THRESHOLD -> x <= a ? b : x;
            case HARDSHRINK -> x >= -a && x <= a ? 0 : x;
            case SOFTSHRINK -> x > a ? x - a : x < -a ? x + a : x * 0;
            case BITWISE_NOT -> throw notFor(op);
        };
    }

    /** The value of an operation of one integer, before it wraps. */
    public static long value(UnaryOp op, long x) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x); // the lowest number stays itself
            case SIGN -> Long.signum(x);
            case SQUARE -> x * x;
            case RELU -> Math.max(x, 0);
            case FLOOR, CEIL, ROUND, TRUNC -> x;
            case BITWISE_NOT -> ~x;
            default -> throw notFor(op);
        };
    }

    /** The gradient at x, where the value is y and g arrives. */
    public static double gradient(UnaryOp op, double g, double x, double y, double a, double b) {
        return switch (op) {
            case NEG -> -g;
            case ABS -> x > 0 ? g : x < 0 ? -g : g * 0;
            case SIGN, FLOOR, CEIL, ROUND, TRUNC -> 0;
            case SQUARE -> g * 2 * x;
            case RECIPROCAL -> -g * (y * y);
            case SQRT -> g / (2 * y);
            case RSQRT -> -0.5 * g * (y * y * y);
            case FRAC -> g;
            case CLAMP -> x >= a && x <= b ? g : 0;
            case EXP -> g * y;
            case EXP2 -> g * y * Math.log(2);
            case EXPM1 -> g * (y + 1);
            case LOG -> g / x;
            case LOG2 -> g / (x * Math.log(2));
            case LOG10 -> g / (x * Math.log(10));
            case LOG1P -> g / (x + 1);
            case SIN -> g * Math.cos(x);
            case COS -> -g * Math.sin(x);
            case TAN -> g * (1 + y * y);
            case ASIN -> g / Math.sqrt((1 - x) * (1 + x));
            case ACOS -> -g / Math.sqrt((1 - x) * (1 + x));
            case ATAN -> g / (1 + x * x);
            case SINH -> g * Math.cosh(x);
            case COSH -> g * Math.sinh(x);
            case TANH -> g * (1 - y * y);
            case ASINH -> g / Math.sqrt(x * x + 1);
            case ACOSH -> g / Math.sqrt((x - 1) * (x + 1));
            case ATANH -> g / ((1 - x) * (1 + x));
            case ERF -> g * 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
            case ERFC -> -g * 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
            case ERFINV -> g * Math.sqrt(Math.PI) / 2 * Math.exp(y * y);
            case LGAMMA -> g * NaiveSpecial.digamma(x);
            case DIGAMMA -> g * NaiveSpecial.polygamma(1, x);
            case POLYGAMMA -> g * NaiveSpecial.polygamma((int) a + 1, x);
            case LOGIT -> x < a || x > 1 - a ? 0 : g / (x * (1 - x));
            case SIGMOID -> g * y * (1 - y);
            case RELU -> y > 0 ? g : 0;
            case LEAKY_RELU -> x > 0 ? g : g * a;
            case ELU -> x > 0 ? g : g * a * Math.exp(x);
            case CELU -> x > 0 ? g : g * Math.exp(x / a);
            case SELU -> SCALE * (x > 0 ? g : g * ALPHA * Math.exp(x));
            case GELU -> g * (0.5 * (1 + NaiveSpecial.erf(x / Math.sqrt(2))) + x * density(x));
            case GELU_TANH -> g * geluTanhSlope(x);
            case SILU -> g * (sigmoid(x) * (1 + x * (1 - sigmoid(x))));
            case MISH -> g * mishSlope(x);
            case SOFTPLUS -> x * a > b ? g : g * sigmoid(x * a);
            case LOG_SIGMOID -> g * sigmoid(-x);
            case SOFTSIGN -> g / ((1 + Math.abs(x)) * (1 + Math.abs(x)));
            case TANHSHRINK -> g * (Math.tanh(x) * Math.tanh(x));
            case HARDTANH -> x > a && x < b ? g : 0;
            case HARDSIGMOID -> x > -3 && x < 3 ? g / 6 : 0;
            case HARDSWISH -> x < -3 ? 0 : x <= 3 ? g * (x / 3 + 0.5) : g;
            case THRESHOLD -> x <= a ? 0 : g;
            case HARDSHRINK, SOFTSHRINK -> x >= -a && x <= a ? 0 : g;
            case BITWISE_NOT -> throw notFor(op);
        };
    }

    /** How large the numbers are that a value is the difference of; 0 where it is none. */
    public static double magnitude(UnaryOp op, double x, double value) {
        double size = switch (op) {
            case TANHSHRINK, GELU, GELU_TANH -> Math.abs(x);
            case LGAMMA -> 16 + Math.abs(x);
            case DIGAMMA, LOGIT -> 1 + Math.abs(x);
            case CELU -> 1;
            default -> 0;
        };
        return Double.isFinite(size) ? size : 0;
    }

    /** The same for the gradient, whose argument of an exponential may also have been rounded. */
    public static double gradientMagnitude(UnaryOp op, double g, double x, double gradient, double a) {
        double near = Math.min(Math.abs(x), 10);
        double size = switch (op) {
            case TANH, SIGMOID -> g;
            case GELU -> 2 * g;
            case GELU_TANH, MISH, SILU, HARDSWISH -> g * (2 + near * near * near);
            case ERF, ERFC -> gradient * (1 + x * x);
            case CELU -> gradient * (1 + Math.abs(x / a));
            case LGAMMA, DIGAMMA, POLYGAMMA -> g * (16 + Math.abs(x));
            default -> 0;
        };
        return Double.isFinite(size) ? Math.abs(size) : 0;
    }

    /** How much wider the oracle's own errors make the tolerance. */
    public static double times(UnaryOp op) {
        return switch (op) {
            case ERF, ERFC, ERFINV, LGAMMA, DIGAMMA, POLYGAMMA, GELU -> 8;
            default -> 1;
        };
    }

    private static IllegalArgumentException notFor(UnaryOp op) {
        return new IllegalArgumentException("naive: not for this dtype: " + op);
    }

    private static double trunc(double x) {
        return x < 0 ? Math.ceil(x) : Math.floor(x);
    }

    private static double between(double x, double low, double high) {
        return x < low ? low : x > high ? high : x;
    }

    private static double sigmoid(double x) {
        return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double inner(double x) {
        return Math.sqrt(2 / Math.PI) * (x + CUBE * x * x * x);
    }

    private static double geluTanhSlope(double x) {
        double t = Math.tanh(inner(x));
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * CUBE * x * x);
    }

    private static double mishSlope(double x) {
        double t = Math.tanh(Math.log1p(Math.exp(x)));
        return t + x * sigmoid(x) * (1 - t * t);
    }
}
