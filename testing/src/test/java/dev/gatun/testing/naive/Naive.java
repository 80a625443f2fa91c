package dev.gatun.testing.naive;

import dev.gatun.runtime.BinaryOp;
import dev.gatun.runtime.CompareOp;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.ReduceOp;
import dev.gatun.runtime.UnaryOp;

/**
 * Operations as in the textbook, in double, or in long for integers: what kernels are compared with. Switches have no
 * default, so that a new constant does not compile until it stands here.
 */
public final class Naive {
    private Naive() {}

    /** The value of an operation of one operand. */
    public static double unary(UnaryOp op, double x, double a) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> x > 0 ? 1 : x < 0 ? -1 : 0; // 0 for NaN, as in PyTorch
            case SQUARE -> x * x;
            case RECIPROCAL -> 1 / x;
            case SQRT -> Math.sqrt(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case RELU -> x < 0 ? 0 : x;
            case LEAKY_RELU -> x > 0 ? x : a * x;
        };
    }

    /** The value of an operation of one integer, before it wraps. */
    public static long unary(UnaryOp op, long x) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x); // the lowest number stays itself
            case SIGN -> Long.signum(x);
            case SQUARE -> x * x;
            case RELU -> Math.max(x, 0);
            case RECIPROCAL, SQRT, EXP, LOG, TANH, SIGMOID, LEAKY_RELU ->
                throw new IllegalArgumentException("naive: takes no integers: " + op);
        };
    }

    /** The gradient of an operation at x, where its value is y and g arrives. */
    public static double gradient(UnaryOp op, double g, double x, double y, double a) {
        return switch (op) {
            case NEG -> -g;
            case ABS -> g * unary(UnaryOp.SIGN, x, a);
            case SIGN -> 0;
            case SQUARE -> g * 2 * x;
            case RECIPROCAL -> -g * (y * y);
            case SQRT -> g / (2 * y);
            case EXP -> g * y;
            case LOG -> g / x;
            case TANH -> g * (1 - y * y);
            case SIGMOID -> g * y * (1 - y);
            case RELU -> y > 0 ? g : 0;
            case LEAKY_RELU -> x > 0 ? g : g * a;
        };
    }

    /** The value of an operation of two operands. */
    public static double binary(BinaryOp op, double x, double y) {
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case POW -> pow(x, y);
            case MAXIMUM -> Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : Math.max(x, y);
            case MINIMUM -> Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : Math.min(x, y);
        };
    }

    /** As IEEE 754 has it, where Java differs: 1 to any power is 1, and -1 to an infinite one. */
    private static double pow(double x, double y) {
        return x == 1 || x == -1 && Double.isInfinite(y) ? 1 : Math.pow(x, y);
    }

    /** The value of an operation of two integers, before it wraps. */
    public static long binary(BinaryOp op, long x, long y) {
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case POW -> pow(x, y);
            case MAXIMUM -> Math.max(x, y);
            case MINIMUM -> Math.min(x, y);
            case DIV -> throw new IllegalArgumentException("naive: takes no integers: " + op);
        };
    }

    /** By squaring, modulo 2^64; a negative exponent gives the fraction cut to an integer, and 0 for a base of 0. */
    private static long pow(long x, long y) {
        if (y < 0) {
            return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
        }
        long result = 1;
        long power = x;
        for (long rest = y; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result *= power;
            }
            power *= power;
        }
        return result;
    }

    /** A comparison; with NaN it is false, but true for "not equal". */
    public static boolean compare(CompareOp op, double x, double y) {
        return switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
        };
    }

    /** A comparison of integers. */
    public static boolean compare(CompareOp op, long x, long y) {
        return switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
        };
    }

    /** One reduction over all the numbers. */
    public static double reduce(ReduceOp op, double[] values) {
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            sum += value;
            largest = Math.max(largest, value); // NaN wins
            smallest = Math.min(smallest, value);
        }
        return switch (op) {
            case SUM -> sum;
            case MEAN -> sum / values.length;
            case MAX -> largest;
            case MIN -> smallest;
        };
    }

    /** One reduction over all the integers, before it wraps. */
    public static long reduce(ReduceOp op, long[] values) {
        return switch (op) {
            case SUM -> java.util.Arrays.stream(values).sum();
            case MAX -> java.util.Arrays.stream(values).max().orElseThrow();
            case MIN -> java.util.Arrays.stream(values).min().orElseThrow();
            case MEAN -> throw new IllegalArgumentException("naive: takes no integers: " + op);
        };
    }

    /** The position of the first largest or smallest number; the first NaN wins. */
    public static int argReduce(ReduceOp op, double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            boolean better = op == ReduceOp.MAX ? values[i] > values[best] : values[i] < values[best];
            if (!Double.isNaN(values[best]) && (better || Double.isNaN(values[i]))) {
                best = i;
            }
        }
        return best;
    }

    /** c [m, n] = a [m, k] b [k, n], row-major. */
    public static double[] gemm(int m, int n, int k, double[] a, double[] b) {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += a[i * k + p] * b[p * n + j];
                }
            }
        }
        return c;
    }

    /** An integer as it lies in a dtype: its low bits. */
    public static long wrap(DType dtype, long value) {
        return switch (dtype) {
            case I64 -> value;
            case I32 -> (int) value;
            case U8 -> value & 0xff;
            case BOOL -> value != 0 ? 1 : 0;
            case F32, F64, BF16, F16 -> throw new IllegalArgumentException("naive: not an integer dtype: " + dtype);
        };
    }

    /** A number cast to an integer dtype or BOOL: toward zero, to the nearest end of the range; NaN gives 0. */
    public static long castToInteger(DType to, double x) {
        return switch (to) {
            case I64 -> (long) x;
            case I32 -> (int) x;
            case U8 -> Math.clamp((long) x, 0, 255);
            case BOOL -> x != 0 ? 1 : 0;
            case F32, F64, BF16, F16 -> throw new IllegalArgumentException("naive: not an integer dtype: " + to);
        };
    }

    /** A number rounded to a floating dtype, to the nearest, ties to even. */
    public static double castToFloating(DType to, double x) {
        return switch (to) {
            case F64 -> x;
            case F32 -> (float) x;
            case BF16 -> rounded(x, 8, Float.MIN_EXPONENT);
            case F16 -> rounded(x, 11, -14);
            case I64, I32, U8, BOOL -> throw new IllegalArgumentException("naive: not a floating dtype: " + to);
        };
    }

    /** The nearest number of so many significant bits, whose normal numbers start at 2^lowest. */
    private static double rounded(double x, int bits, int lowest) {
        if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
            return x;
        }
        int unit = Math.max(Math.getExponent(x), lowest) - bits + 1;
        double result = Math.scalb(Math.rint(Math.scalb(x, -unit)), unit);
        double limit = Math.scalb(1.0, 1 - lowest + 1); // the largest exponent is 1 - lowest
        return Math.abs(result) >= limit ? Math.copySign(Double.POSITIVE_INFINITY, x) : result;
    }
}
