package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import org.jspecify.annotations.Nullable;

/** Reductions over dimensions: the rows of {@code native/common/reduce_ops.def}, whose codes they carry. */
public enum ReduceOp {
    /** The sum; 0 of nothing. */
    SUM(Gatun.GT_REDUCE_sum(), Kinds.NUMBERS, true),
    /** The sum divided by the count; NaN of nothing. */
    MEAN(Gatun.GT_REDUCE_mean(), Kinds.FLOATS, true),
    /** The largest; NaN where there is one. */
    MAX(Gatun.GT_REDUCE_max(), Kinds.NUMBERS, true),
    /** The smallest; NaN where there is one. */
    MIN(Gatun.GT_REDUCE_min(), Kinds.NUMBERS, true),
    /** The product; 1 of nothing. */
    PROD(Gatun.GT_REDUCE_prod(), Kinds.NUMBERS, true),
    /** The sum of what is a number; 0 of nothing. */
    NANSUM(Gatun.GT_REDUCE_nansum(), Kinds.FLOATS, false),
    /** The sum of absolute values. */
    ABS_SUM(Gatun.GT_REDUCE_abs_sum(), Kinds.FLOATS, false),
    /** The sum of squares. */
    SQUARE_SUM(Gatun.GT_REDUCE_square_sum(), Kinds.FLOATS, false),
    /** BOOL: whether one is not 0; false of nothing. NaN is not 0. */
    ANY(Gatun.GT_REDUCE_any(), DType.BOOL),
    /** BOOL: whether none is 0; true of nothing. */
    ALL(Gatun.GT_REDUCE_all(), DType.BOOL),
    /** I64: how many are not 0. */
    COUNT(Gatun.GT_REDUCE_count(), DType.I64);

    private final int code;
    private final @Nullable Kinds kinds; // null: every dtype but BF16 and F16
    private final @Nullable DType result; // null: that of the elements
    private final boolean keepsOne;

    ReduceOp(int code, Kinds kinds, boolean keepsOne) {
        this(code, kinds, null, keepsOne);
    }

    ReduceOp(int code, DType result) {
        this(code, null, result, false);
    }

    ReduceOp(int code, @Nullable Kinds kinds, @Nullable DType result, boolean keepsOne) {
        this.code = code;
        this.kinds = kinds;
        this.result = result;
        this.keepsOne = keepsOne;
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }

    /** Whether elements of a dtype are taken. */
    public boolean takes(DType dtype) {
        return kinds == null ? dtype.isComputable() : kinds.takes(dtype);
    }

    /** The dtype of what comes out of elements of a dtype. */
    public DType result(DType dtype) {
        return result == null ? dtype : result;
    }

    /** Whether there is a result of nothing. */
    public boolean takesNothing() {
        return this != MAX && this != MIN;
    }

    /** Whether the reduction of a single element is that element. */
    public boolean keepsOne() {
        return keepsOne;
    }
}
