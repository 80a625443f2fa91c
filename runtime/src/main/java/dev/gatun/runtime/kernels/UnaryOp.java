package dev.gatun.runtime.kernels;

import static dev.gatun.runtime.kernels.UnaryOp.Saves.INPUT;
import static dev.gatun.runtime.kernels.UnaryOp.Saves.NOTHING;
import static dev.gatun.runtime.kernels.UnaryOp.Saves.OUTPUT;

import dev.gatun.bindings.kernels.Gatun;

/** Element operations of one operand: the rows of {@code native/common/unary_ops.def}, whose codes they carry. */
public enum UnaryOp {
    /** -x. */
    NEG(Gatun.GT_UNARY_neg(), Kinds.NUMBERS, NOTHING),
    /** |x|. */
    ABS(Gatun.GT_UNARY_abs(), Kinds.NUMBERS, INPUT),
    /** -1, 0 or 1. */
    SIGN(Gatun.GT_UNARY_sign(), Kinds.NUMBERS, NOTHING),
    /** X^2. */
    SQUARE(Gatun.GT_UNARY_square(), Kinds.NUMBERS, INPUT, "PowBackward0"),
    /** 1 / x. */
    RECIPROCAL(Gatun.GT_UNARY_reciprocal(), Kinds.FLOATS, OUTPUT),
    /** The square root. */
    SQRT(Gatun.GT_UNARY_sqrt(), Kinds.FLOATS, OUTPUT),
    /** 1 over the square root. */
    RSQRT(Gatun.GT_UNARY_rsqrt(), Kinds.FLOATS, OUTPUT),
    /** The next whole number below. */
    FLOOR(Gatun.GT_UNARY_floor(), Kinds.NUMBERS, NOTHING),
    /** The next whole number above. */
    CEIL(Gatun.GT_UNARY_ceil(), Kinds.NUMBERS, NOTHING),
    /** The nearest whole number, halves to the even one. */
    ROUND(Gatun.GT_UNARY_round(), Kinds.NUMBERS, NOTHING),
    /** Without the fraction. */
    TRUNC(Gatun.GT_UNARY_trunc(), Kinds.NUMBERS, NOTHING),
    /** The fraction, with the sign of x. */
    FRAC(Gatun.GT_UNARY_frac(), Kinds.FLOATS, NOTHING),
    /** At least a and at most b. */
    CLAMP(Gatun.GT_UNARY_clamp(), Kinds.FLOATS, INPUT, "ClampBackward1"),
    /** E^x. */
    EXP(Gatun.GT_UNARY_exp(), Kinds.FLOATS, OUTPUT),
    /** 2^x. */
    EXP2(Gatun.GT_UNARY_exp2(), Kinds.FLOATS, OUTPUT),
    /** E^x - 1. */
    EXPM1(Gatun.GT_UNARY_expm1(), Kinds.FLOATS, OUTPUT),
    /** The natural logarithm. */
    LOG(Gatun.GT_UNARY_log(), Kinds.FLOATS, INPUT),
    /** The logarithm to base 2. */
    LOG2(Gatun.GT_UNARY_log2(), Kinds.FLOATS, INPUT),
    /** The logarithm to base 10. */
    LOG10(Gatun.GT_UNARY_log10(), Kinds.FLOATS, INPUT),
    /** The logarithm of 1 + x. */
    LOG1P(Gatun.GT_UNARY_log1p(), Kinds.FLOATS, INPUT, "Log1PBackward0"),
    /** The sine. */
    SIN(Gatun.GT_UNARY_sin(), Kinds.FLOATS, INPUT),
    /** The cosine. */
    COS(Gatun.GT_UNARY_cos(), Kinds.FLOATS, INPUT),
    /** The tangent. */
    TAN(Gatun.GT_UNARY_tan(), Kinds.FLOATS, OUTPUT),
    /** The arc sine. */
    ASIN(Gatun.GT_UNARY_asin(), Kinds.FLOATS, INPUT),
    /** The arc cosine. */
    ACOS(Gatun.GT_UNARY_acos(), Kinds.FLOATS, INPUT),
    /** The arc tangent. */
    ATAN(Gatun.GT_UNARY_atan(), Kinds.FLOATS, INPUT),
    /** The hyperbolic sine. */
    SINH(Gatun.GT_UNARY_sinh(), Kinds.FLOATS, INPUT),
    /** The hyperbolic cosine. */
    COSH(Gatun.GT_UNARY_cosh(), Kinds.FLOATS, INPUT),
    /** The hyperbolic tangent. */
    TANH(Gatun.GT_UNARY_tanh(), Kinds.FLOATS, OUTPUT),
    /** The inverse of the hyperbolic sine. */
    ASINH(Gatun.GT_UNARY_asinh(), Kinds.FLOATS, INPUT),
    /** The inverse of the hyperbolic cosine. */
    ACOSH(Gatun.GT_UNARY_acosh(), Kinds.FLOATS, INPUT),
    /** The inverse of the hyperbolic tangent. */
    ATANH(Gatun.GT_UNARY_atanh(), Kinds.FLOATS, INPUT),
    /** The error function. */
    ERF(Gatun.GT_UNARY_erf(), Kinds.FLOATS, INPUT),
    /** 1 - erf(x). */
    ERFC(Gatun.GT_UNARY_erfc(), Kinds.FLOATS, INPUT),
    /** The inverse of erf. */
    ERFINV(Gatun.GT_UNARY_erfinv(), Kinds.FLOATS, OUTPUT),
    /** The logarithm of |gamma(x)|. */
    LGAMMA(Gatun.GT_UNARY_lgamma(), Kinds.FLOATS, INPUT),
    /** The derivative of lgamma. */
    DIGAMMA(Gatun.GT_UNARY_digamma(), Kinds.FLOATS, INPUT),
    /** The a-th derivative of digamma. */
    POLYGAMMA(Gatun.GT_UNARY_polygamma(), Kinds.FLOATS, INPUT),
    /** The logarithm of x / (1 - x), x at least a away from 0 and 1 where a is not negative. */
    LOGIT(Gatun.GT_UNARY_logit(), Kinds.FLOATS, INPUT),
    /** 1 / (1 + e^-x). */
    SIGMOID(Gatun.GT_UNARY_sigmoid(), Kinds.FLOATS, OUTPUT),
    /** Max(x, 0). */
    RELU(Gatun.GT_UNARY_relu(), Kinds.NUMBERS, OUTPUT),
    /** x where positive, else a times x. */
    LEAKY_RELU(Gatun.GT_UNARY_leaky_relu(), Kinds.FLOATS, INPUT),
    /** x where positive, else a (e^x - 1). */
    ELU(Gatun.GT_UNARY_elu(), Kinds.FLOATS, INPUT),
    /** x where positive, else a (e^(x/a) - 1). */
    CELU(Gatun.GT_UNARY_celu(), Kinds.FLOATS, INPUT),
    /** elu, with the constants of self-normalizing networks. */
    SELU(Gatun.GT_UNARY_selu(), Kinds.FLOATS, INPUT, "EluBackward0"),
    /** x times the share of a normal distribution below it. */
    GELU(Gatun.GT_UNARY_gelu(), Kinds.FLOATS, INPUT),
    /** gelu, approximated by tanh. */
    GELU_TANH(Gatun.GT_UNARY_gelu_tanh(), Kinds.FLOATS, INPUT, "GeluBackward0"),
    /** x sigmoid(x). */
    SILU(Gatun.GT_UNARY_silu(), Kinds.FLOATS, INPUT),
    /** x tanh(log(1 + e^x)). */
    MISH(Gatun.GT_UNARY_mish(), Kinds.FLOATS, INPUT),
    /** The logarithm of 1 + e^(a x), over a; x where a x is above b. */
    SOFTPLUS(Gatun.GT_UNARY_softplus(), Kinds.FLOATS, INPUT),
    /** The logarithm of sigmoid(x). */
    LOG_SIGMOID(Gatun.GT_UNARY_log_sigmoid(), Kinds.FLOATS, INPUT),
    /** x / (1 + |x|). */
    SOFTSIGN(Gatun.GT_UNARY_softsign(), Kinds.FLOATS, INPUT, "DivBackward0"),
    /** x - tanh(x). */
    TANHSHRINK(Gatun.GT_UNARY_tanhshrink(), Kinds.FLOATS, INPUT, "SubBackward0"),
    /** At least a and at most b; no gradient at either. */
    HARDTANH(Gatun.GT_UNARY_hardtanh(), Kinds.FLOATS, INPUT),
    /** x / 6 + 1 / 2 within 0 and 1. */
    HARDSIGMOID(Gatun.GT_UNARY_hardsigmoid(), Kinds.FLOATS, INPUT),
    /** x hardsigmoid(x). */
    HARDSWISH(Gatun.GT_UNARY_hardswish(), Kinds.FLOATS, INPUT),
    /** x where above a, else b. */
    THRESHOLD(Gatun.GT_UNARY_threshold(), Kinds.FLOATS, INPUT),
    /** x, but 0 from -a to a. */
    HARDSHRINK(Gatun.GT_UNARY_hardshrink(), Kinds.FLOATS, INPUT),
    /** x nearer to 0 by a, 0 from -a to a. */
    SOFTSHRINK(Gatun.GT_UNARY_softshrink(), Kinds.FLOATS, INPUT),
    /** Every bit the other; integers alone. */
    BITWISE_NOT(Gatun.GT_UNARY_bitwise_not(), Kinds.INTEGERS, NOTHING);

    /** What the gradient is computed from, beside the one that arrives. */
    public enum Saves {
        /** The gradient alone. */
        NOTHING,
        /** The operand. */
        INPUT,
        /** The result. */
        OUTPUT
    }

    private final int code;
    private final Kinds kinds;
    private final Saves saves;
    private final String method;
    private final String methodInPlace;
    private final String node;

    UnaryOp(int code, Kinds kinds, Saves saves) {
        this(code, kinds, saves, "");
    }

    UnaryOp(int code, Kinds kinds, Saves saves, String torchNode) {
        this.code = code;
        this.kinds = kinds;
        this.saves = saves;
        String camel = camelCase(name());
        method = Character.toLowerCase(camel.charAt(0)) + camel.substring(1);
        methodInPlace = method + "_";
        node = torchNode.isEmpty() ? camel + "Backward0" : torchNode;
    }

    private static String camelCase(String constant) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < constant.length(); i++) {
            boolean first = i == 0 || constant.charAt(i - 1) == '_';
            char letter = constant.charAt(i);
            if (letter != '_') {
                text.append(first ? letter : Character.toLowerCase(letter));
            }
        }
        return text.toString();
    }

    /** The row's code in the native tables. */
    public int code() {
        return code;
    }

    /** The dtypes that the row takes. */
    public Kinds kinds() {
        return kinds;
    }

    /** What the row's gradient uses. */
    public Saves saves() {
        return saves;
    }

    /** The name of the tensors' method: {@code leakyRelu}. */
    public String method() {
        return method;
    }

    /** The name of the method that writes into its tensor: {@code leakyRelu_}. */
    public String methodInPlace() {
        return methodInPlace;
    }

    /** The name of PyTorch's node: {@code LeakyReluBackward0}. */
    public String node() {
        return node;
    }
}
