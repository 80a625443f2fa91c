package dev.gatun.testing.naive;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.TernaryOp;

/**
 * Operations as in the textbook, in double, or in long for integers: what kernels are compared with. Switches have no
 * default, so that a new constant does not compile until it stands here.
 */
public final class Naive {
    private Naive() {}

    /** The value of an operation of two operands. */
    public static double binary(BinaryOp op, double x, double y) {
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case DIV_TRUNC -> x / y < 0 ? Math.ceil(x / y) : Math.floor(x / y);
            case DIV_FLOOR -> floorOfQuotient(x, y);
            case REMAINDER -> remainder(x, y);
            case FMOD -> x % y;
            case POW -> pow(x, y);
            case FMAX -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.max(x, y);
            case FMIN -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.min(x, y);
            case ATAN2 -> Math.atan2(x, y);
            case HYPOT -> Math.hypot(x, y);
            case LOGADDEXP -> x == y ? x + Math.log(2) : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT ->
                throw new IllegalArgumentException("naive: takes no floats: " + op);
            case MAXIMUM -> Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : Math.max(x, y);
            case MINIMUM -> Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : Math.min(x, y);
        };
    }

    /** What is left of x by whole multiples of y, with the sign of y. */
    private static double remainder(double x, double y) {
        double rest = x % y;
        return rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
    }

    private static double floorOfQuotient(double x, double y) {
        if (y == 0) {
            return x / y;
        }
        double quotient = (x - x % y) / y - (x % y != 0 && x % y < 0 != y < 0 ? 1 : 0);
        double whole = Math.floor(quotient);
        return quotient == 0 ? Math.copySign(0, x / y) : quotient - whole > 0.5 ? whole + 1 : whole;
    }

    /** The size of what a value is the difference of; 0 where it is none. */
    public static double magnitude(BinaryOp op, double x, double y) {
        double size = op == BinaryOp.LOGADDEXP ? Math.max(Math.abs(x), Math.abs(y)) : 0;
        return Double.isFinite(size) ? size : 0;
    }

    /** The value of an operation of three operands. */
    public static double ternary(TernaryOp op, double x, double y, double z, double a) {
        return switch (op) {
            case ADDCMUL -> x + a * y * z;
            case ADDCDIV -> x + a * y / z;
            case LERP -> Math.abs(z) < 0.5 ? x + z * (y - x) : y - (y - x) * (1 - z);
        };
    }

    /** The value of an operation of three integers, before it wraps. */
    public static long ternary(TernaryOp op, long x, long y, long z, long a) {
        return switch (op) {
            case ADDCMUL -> x + a * y * z;
            case ADDCDIV, LERP -> throw new IllegalArgumentException("naive: takes no integers: " + op);
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
            case FMAX -> Math.max(x, y);
            case FMIN -> Math.min(x, y);
            case DIV_TRUNC -> y == 0 ? 0 : x / y;
            case DIV_FLOOR -> y == 0 ? 0 : Math.floorDiv(x, y);
            case FMOD -> y == 0 ? 0 : x % y;
            case REMAINDER -> y == 0 ? 0 : Math.floorMod(x, y);
            case BITWISE_AND -> x & y;
            case BITWISE_OR -> x | y;
            case BITWISE_XOR -> x ^ y;
            case SHIFT_LEFT -> y < 0 || y >= Long.SIZE ? 0 : x << y;
            case SHIFT_RIGHT -> y < 0 || y >= Long.SIZE ? (x < 0 ? -1 : 0) : x >> y;
            case DIV, ATAN2, HYPOT, LOGADDEXP -> throw new IllegalArgumentException("naive: takes no integers: " + op);
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
            case ABS_EQ -> Math.abs(x) == y;
            case ABS_LT -> Math.abs(x) < y;
            case LOGICAL_AND -> x != 0 && y != 0;
            case LOGICAL_OR -> x != 0 || y != 0;
            case LOGICAL_XOR -> x != 0 != (y != 0);
        };
    }

    /** A comparison of integers. */
    public static boolean compare(CompareOp op, DType dtype, long x, long y) {
        return switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
            case ABS_EQ -> wrap(dtype, Math.abs(x)) == y;
            case ABS_LT -> wrap(dtype, Math.abs(x)) < y;
            case LOGICAL_AND -> x != 0 && y != 0;
            case LOGICAL_OR -> x != 0 || y != 0;
            case LOGICAL_XOR -> x != 0 != (y != 0);
        };
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
