package dev.gatun.runtime;

import dev.gatun.bindings.kernels.Gatun;

/** Element operations of one operand: the rows of {@code native/common/unary_ops.def}, whose codes they carry. */
public enum UnaryOp {
    /** -x. */
    NEG(Gatun.GT_UNARY_neg(), true),
    /** |x|. */
    ABS(Gatun.GT_UNARY_abs(), true),
    /** -1, 0 or 1. */
    SIGN(Gatun.GT_UNARY_sign(), true),
    /** X^2. */
    SQUARE(Gatun.GT_UNARY_square(), true),
    /** 1 / x. */
    RECIPROCAL(Gatun.GT_UNARY_reciprocal(), false),
    /** The square root. */
    SQRT(Gatun.GT_UNARY_sqrt(), false),
    /** E^x. */
    EXP(Gatun.GT_UNARY_exp(), false),
    /** The natural logarithm. */
    LOG(Gatun.GT_UNARY_log(), false),
    /** The hyperbolic tangent. */
    TANH(Gatun.GT_UNARY_tanh(), false),
    /** 1 / (1 + e^-x). */
    SIGMOID(Gatun.GT_UNARY_sigmoid(), false),
    /** Max(x, 0). */
    RELU(Gatun.GT_UNARY_relu(), true),
    /** x where positive, else the first parameter times x. */
    LEAKY_RELU(Gatun.GT_UNARY_leaky_relu(), false);

    private final int code;
    private final boolean takesIntegers;

    UnaryOp(int code, boolean takesIntegers) {
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
