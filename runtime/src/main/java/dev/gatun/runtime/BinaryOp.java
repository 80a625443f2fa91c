package dev.gatun.runtime;

import dev.gatun.bindings.kernels.Gatun;

/** Element operations of two operands: the rows of {@code native/common/binary_ops.def}, whose codes they carry. */
public enum BinaryOp {
    /** x + y. */
    ADD(Gatun.GT_BINARY_add(), true),
    /** x - y. */
    SUB(Gatun.GT_BINARY_sub(), true),
    /** x * y. */
    MUL(Gatun.GT_BINARY_mul(), true),
    /** x / y. */
    DIV(Gatun.GT_BINARY_div(), false),
    /** x to the power y. */
    POW(Gatun.GT_BINARY_pow(), true),
    /** The larger; NaN where either is. */
    MAXIMUM(Gatun.GT_BINARY_maximum(), true),
    /** The smaller; NaN where either is. */
    MINIMUM(Gatun.GT_BINARY_minimum(), true);

    private final int code;
    private final boolean takesIntegers;

    BinaryOp(int code, boolean takesIntegers) {
        this.code = code;
        this.takesIntegers = takesIntegers;
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }

    /** Whether I64, I32 and U8 are taken beside F32 and F64. */
    public boolean takesIntegers() {
        return takesIntegers;
    }
}
