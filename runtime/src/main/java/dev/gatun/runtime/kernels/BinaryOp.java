package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;

/** Element operations of two operands: the rows of {@code native/common/binary_ops.def}, whose codes they carry. */
public enum BinaryOp {
    /** x + y. */
    ADD(Gatun.GT_BINARY_add(), Kinds.NUMBERS),
    /** x - y. */
    SUB(Gatun.GT_BINARY_sub(), Kinds.NUMBERS),
    /** x * y. */
    MUL(Gatun.GT_BINARY_mul(), Kinds.NUMBERS),
    /** x / y. */
    DIV(Gatun.GT_BINARY_div(), Kinds.FLOATS),
    /** x / y without its fraction. */
    DIV_TRUNC(Gatun.GT_BINARY_div_trunc(), Kinds.NUMBERS),
    /** The next whole number below x / y. */
    DIV_FLOOR(Gatun.GT_BINARY_div_floor(), Kinds.NUMBERS),
    /** What DIV_FLOOR leaves, with the sign of y. */
    REMAINDER(Gatun.GT_BINARY_remainder(), Kinds.NUMBERS),
    /** What DIV_TRUNC leaves, with the sign of x. */
    FMOD(Gatun.GT_BINARY_fmod(), Kinds.NUMBERS),
    /** x to the power y. */
    POW(Gatun.GT_BINARY_pow(), Kinds.NUMBERS),
    /** The larger; NaN where either is. */
    MAXIMUM(Gatun.GT_BINARY_maximum(), Kinds.NUMBERS),
    /** The smaller; NaN where either is. */
    MINIMUM(Gatun.GT_BINARY_minimum(), Kinds.NUMBERS),
    /** The larger; NaN where both are. */
    FMAX(Gatun.GT_BINARY_fmax(), Kinds.NUMBERS),
    /** The smaller; NaN where both are. */
    FMIN(Gatun.GT_BINARY_fmin(), Kinds.NUMBERS),
    /** The angle of the point (y, x). */
    ATAN2(Gatun.GT_BINARY_atan2(), Kinds.FLOATS),
    /** The length of the vector (x, y). */
    HYPOT(Gatun.GT_BINARY_hypot(), Kinds.FLOATS),
    /** The logarithm of e^x + e^y. */
    LOGADDEXP(Gatun.GT_BINARY_logaddexp(), Kinds.FLOATS),
    /** The bits that both have. */
    BITWISE_AND(Gatun.GT_BINARY_bitwise_and(), Kinds.INTEGERS),
    /** The bits that either has. */
    BITWISE_OR(Gatun.GT_BINARY_bitwise_or(), Kinds.INTEGERS),
    /** The bits that one has. */
    BITWISE_XOR(Gatun.GT_BINARY_bitwise_xor(), Kinds.INTEGERS),
    /** x times 2^y. */
    SHIFT_LEFT(Gatun.GT_BINARY_shift_left(), Kinds.INTEGERS),
    /** x over 2^y, rounded down. */
    SHIFT_RIGHT(Gatun.GT_BINARY_shift_right(), Kinds.INTEGERS);

    private final int code;
    private final Kinds kinds;

    BinaryOp(int code, Kinds kinds) {
        this.code = code;
        this.kinds = kinds;
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }

    /** The dtypes that the row takes. */
    public Kinds kinds() {
        return kinds;
    }
}
