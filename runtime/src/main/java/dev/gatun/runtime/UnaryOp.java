package dev.gatun.runtime;

import static dev.gatun.runtime.UnaryOp.Saves.INPUT;
import static dev.gatun.runtime.UnaryOp.Saves.NOTHING;
import static dev.gatun.runtime.UnaryOp.Saves.OUTPUT;

import dev.gatun.bindings.kernels.Gatun;

/** Element operations of one operand: the rows of {@code native/common/unary_ops.def}, whose codes they carry. */
public enum UnaryOp {
    /** -x. */
    NEG(Gatun.GT_UNARY_neg(), true, NOTHING),
    /** |x|. */
    ABS(Gatun.GT_UNARY_abs(), true, INPUT),
    /** -1, 0 or 1. */
    SIGN(Gatun.GT_UNARY_sign(), true, NOTHING),
    /** X^2. */
    SQUARE(Gatun.GT_UNARY_square(), true, INPUT, "Pow"),
    /** 1 / x. */
    RECIPROCAL(Gatun.GT_UNARY_reciprocal(), false, OUTPUT),
    /** The square root. */
    SQRT(Gatun.GT_UNARY_sqrt(), false, OUTPUT),
    /** E^x. */
    EXP(Gatun.GT_UNARY_exp(), false, OUTPUT),
    /** The natural logarithm. */
    LOG(Gatun.GT_UNARY_log(), false, INPUT),
    /** The hyperbolic tangent. */
    TANH(Gatun.GT_UNARY_tanh(), false, OUTPUT),
    /** 1 / (1 + e^-x). */
    SIGMOID(Gatun.GT_UNARY_sigmoid(), false, OUTPUT),
    /** Max(x, 0). */
    RELU(Gatun.GT_UNARY_relu(), true, OUTPUT),
    /** x where positive, else the first parameter times x. */
    LEAKY_RELU(Gatun.GT_UNARY_leaky_relu(), false, INPUT);

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
    private final boolean takesIntegers;
    private final Saves saves;
    private final String method;
    private final String methodInPlace;
    private final String node;

    UnaryOp(int code, boolean takesIntegers, Saves saves) {
        this(code, takesIntegers, saves, "");
    }

    UnaryOp(int code, boolean takesIntegers, Saves saves, String torchNode) {
        this.code = code;
        this.takesIntegers = takesIntegers;
        this.saves = saves;
        String camel = camelCase(name());
        method = Character.toLowerCase(camel.charAt(0)) + camel.substring(1);
        methodInPlace = method + "_";
        node = (torchNode.isEmpty() ? camel : torchNode) + "Backward0";
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

    /** Whether I64, I32 and U8 are taken beside F32 and F64. */
    public boolean takesIntegers() {
        return takesIntegers;
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
