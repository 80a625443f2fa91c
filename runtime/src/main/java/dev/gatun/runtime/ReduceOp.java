package dev.gatun.runtime;

import dev.gatun.bindings.kernels.Gatun;

/** Reductions over dimensions: the rows of {@code native/common/reduce_ops.def}, whose codes they carry. */
public enum ReduceOp {
    /** The sum; 0 of nothing. */
    SUM(Gatun.GT_REDUCE_sum(), true),
    /** The sum divided by the count. */
    MEAN(Gatun.GT_REDUCE_mean(), false),
    /** The largest; NaN where there is one. */
    MAX(Gatun.GT_REDUCE_max(), true),
    /** The smallest; NaN where there is one. */
    MIN(Gatun.GT_REDUCE_min(), true);

    private final int code;
    private final boolean takesIntegers;

    ReduceOp(int code, boolean takesIntegers) {
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
