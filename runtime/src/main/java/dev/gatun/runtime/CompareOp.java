package dev.gatun.runtime;

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
    GE(Gatun.GT_COMPARE_ge());

    private final int code;

    CompareOp(int code) {
        this.code = code;
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }
}
