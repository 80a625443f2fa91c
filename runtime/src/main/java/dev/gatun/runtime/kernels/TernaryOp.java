package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;

/** Element operations of three operands: the rows of {@code native/common/ternary_ops.def}, whose codes they carry. */
public enum TernaryOp {
    /** x + a y z. */
    ADDCMUL(Gatun.GT_TERNARY_addcmul(), Kinds.NUMBERS),
    /** x + a y / z. */
    ADDCDIV(Gatun.GT_TERNARY_addcdiv(), Kinds.FLOATS),
    /** From x to y by the share z. */
    LERP(Gatun.GT_TERNARY_lerp(), Kinds.FLOATS);

    private final int code;
    private final Kinds kinds;

    TernaryOp(int code, Kinds kinds) {
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
