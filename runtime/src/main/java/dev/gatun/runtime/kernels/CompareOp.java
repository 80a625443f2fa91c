package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;

/** Comparisons of two operands: the rows of {@code native/common/compare_ops.def}, whose codes they carry. */
public enum CompareOp {
    /** x == y. */
    EQ(Gatun.GT_COMPARE_eq()),
    /** x != y. */
    NE(Gatun.GT_COMPARE_ne()),
    /** x &lt; y. */
    LT(Gatun.GT_COMPARE_lt()),
    /** x &lt;= y. */
    LE(Gatun.GT_COMPARE_le()),
    /** x &gt; y. */
    GT(Gatun.GT_COMPARE_gt()),
    /** x &gt;= y. */
    GE(Gatun.GT_COMPARE_ge()),
    /** |x| == y. */
    ABS_EQ(Gatun.GT_COMPARE_abs_eq()),
    /** |x| &lt; y. */
    ABS_LT(Gatun.GT_COMPARE_abs_lt()),
    /** Both are other than 0. */
    LOGICAL_AND(Gatun.GT_COMPARE_logical_and()),
    /** Either is other than 0. */
    LOGICAL_OR(Gatun.GT_COMPARE_logical_or()),
    /** One is other than 0. */
    LOGICAL_XOR(Gatun.GT_COMPARE_logical_xor());

    private final int code;

    CompareOp(int code) {
        this.code = code;
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }
}
