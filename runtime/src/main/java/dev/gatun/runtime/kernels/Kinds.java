package dev.gatun.runtime.kernels;

import dev.gatun.runtime.DType;

/** Which dtypes an element operation's row has loops for: the {@code kinds} column of the native tables. */
public enum Kinds {
    /** F32 and F64. */
    FLOATS,
    /** F32, F64, I64, I32 and U8. */
    NUMBERS,
    /** I64, I32 and U8. */
    INTEGERS;

    /** Whether there is a loop for a dtype. */
    public boolean takes(DType dtype) {
        return dtype.isInteger() ? this != FLOATS : dtype.isFloating() && dtype.isComputable() && this != INTEGERS;
    }
}
