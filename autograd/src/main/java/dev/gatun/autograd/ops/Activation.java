package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.UnaryOp;

/** Activations of neural networks: F32 and F64, but where a function says more. */
public final class Activation {
    static final Unary.Rule TANH = (g, y) -> Elementwise.mul(g, Elementwise.rsub(Maths.square(y), 1));
    private static final Unary.Rule SIGMOID = (g, y) -> Elementwise.mul(g, Elementwise.sub(y, Maths.square(y)));
    private static final Unary.Rule RELU = (g, y) -> Elementwise.onlyWhere(Compare.gt(y, 0), g);

    private Activation() {}

    /** 1 / (1 + e^-x). Shape of x; integers and BOOL give F32. {@code torch.sigmoid}. */
    public static Tensor sigmoid(Tensor x) {
        return Unary.of(UnaryOp.SIGMOID, x, SIGMOID);
    }

    /** max(x, 0), NaN where x is; its gradient at 0 is 0. Shape of x and its dtype, not BOOL. {@code torch.relu}. */
    public static Tensor relu(Tensor x) {
        return Unary.of(UnaryOp.RELU, x, RELU);
    }

    /**
     * x where positive, else negativeSlope times x. Shape and dtype of x. {@code F.leaky_relu}.
     *
     * @param x F32 or F64
     * @param negativeSlope PyTorch's default is 0.01
     */
    public static Tensor leakyRelu(Tensor x, double negativeSlope) {
        return Unary.floating(
                UnaryOp.LEAKY_RELU,
                x,
                negativeSlope,
                0,
                (g, v) -> Elementwise.where(Compare.gt(v, 0), g, Elementwise.mul(g, negativeSlope)));
    }

    /** In place: 1 / (1 + e^-x). */
    public static Tensor sigmoid_(Tensor x) {
        return InPlace.of(UnaryOp.SIGMOID, x, Activation::sigmoid);
    }

    /** In place: max(x, 0), NaN where x is; its gradient at 0 is 0. */
    public static Tensor relu_(Tensor x) {
        return InPlace.of(UnaryOp.RELU, x, Activation::relu);
    }

    /** In place: x where positive, else negativeSlope times x. */
    public static Tensor leakyRelu_(Tensor x, double negativeSlope) {
        return InPlace.of(UnaryOp.LEAKY_RELU, x, negativeSlope, 0, from -> leakyRelu(from, negativeSlope));
    }

    /**
     * Records an activation that was fused into a product: one whose gradient needs its output alone.
     *
     * @param op RELU, SIGMOID or TANH
     * @param x its input, of which only the history counts
     * @param y its output
     * @return y
     */
    static Tensor record(UnaryOp op, Tensor x, Tensor y) {
        Unary.Rule rule = switch (op) {
            case RELU -> RELU;
            case SIGMOID -> SIGMOID;
            case TANH -> TANH;
            default ->
                throw new IllegalArgumentException("linear: the activation is not one of relu, sigmoid, tanh: " + op);
        };
        return Unary.record(op, x, y, 0, 0, rule);
    }
}
