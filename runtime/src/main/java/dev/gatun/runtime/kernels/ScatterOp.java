package dev.gatun.runtime.kernels;

import dev.gatun.bindings.kernels.Gatun;

/** What becomes of an element that is written by index, and of several that go to one place, in the order of the index. */
public enum ScatterOp {
    /** The last one stays. */
    SET(Gatun.GT_SCATTER_set()),
    /** They are added to what was there. */
    ADD(Gatun.GT_SCATTER_add()),
    /** They are multiplied with what was there. */
    MUL(Gatun.GT_SCATTER_mul()),
    /** The largest stays; NaN wins. */
    MAX(Gatun.GT_SCATTER_max()),
    /** The smallest stays; NaN wins. */
    MIN(Gatun.GT_SCATTER_min());

    private final int code;

    ScatterOp(int code) {
        this.code = code;
    }

    /** The code of this operation in the native library. */
    public int code() {
        return code;
    }
}
