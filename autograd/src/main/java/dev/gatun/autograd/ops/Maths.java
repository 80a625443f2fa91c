package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.UnaryOp;

/** Functions of one operand. Integers and BOOL become F32, but where a function says that their dtype stays. */
public final class Maths {
    private Maths() {}

    /** -x. Shape of x and its dtype. {@code torch.neg}. */
    public static Tensor neg(Tensor x) {
        return Unary.of(UnaryOp.NEG, x, (g, v) -> neg(g));
    }

    /** |x|; its gradient at 0 is 0. Shape of x and its dtype. {@code torch.abs}. */
    public static Tensor abs(Tensor x) {
        return Unary.of(UnaryOp.ABS, x, (g, v) -> Elementwise.mul(g, sign(v)));
    }

    /** -1, 0 or 1; its gradient is 0. Shape of x and its dtype. {@code torch.sign}. */
    public static Tensor sign(Tensor x) {
        return Unary.of(UnaryOp.SIGN, x, (g, v) -> Tensor.zerosLike(g));
    }

    /** x * x. Shape of x and its dtype. {@code torch.square}. */
    public static Tensor square(Tensor x) {
        return Unary.of(UnaryOp.SQUARE, x, (g, v) -> Elementwise.mul(g, Elementwise.mul(v, 2)));
    }

    /** 1 / x. Shape of x. {@code torch.reciprocal}. */
    public static Tensor reciprocal(Tensor x) {
        return Unary.of(UnaryOp.RECIPROCAL, x, (g, v) -> neg(Elementwise.mul(g, square(v))));
    }

    /** The square root; NaN below 0. Shape of x. {@code torch.sqrt}. */
    public static Tensor sqrt(Tensor x) {
        return Unary.of(UnaryOp.SQRT, x, (g, v) -> Elementwise.div(g, Elementwise.mul(v, 2)));
    }

    /** e^x. Shape of x. {@code torch.exp}. */
    public static Tensor exp(Tensor x) {
        return Unary.of(UnaryOp.EXP, x, Elementwise::mul);
    }

    /** The natural logarithm; NaN below 0. Shape of x. {@code torch.log}. */
    public static Tensor log(Tensor x) {
        return Unary.of(UnaryOp.LOG, x, Elementwise::div);
    }

    /** The hyperbolic tangent. Shape of x. {@code torch.tanh}. */
    public static Tensor tanh(Tensor x) {
        return Unary.of(UnaryOp.TANH, x, Activation.TANH);
    }

    /** In place: -x. */
    public static Tensor neg_(Tensor x) {
        return InPlace.of(UnaryOp.NEG, x, Maths::neg);
    }

    /** In place: |x|; its gradient at 0 is 0. */
    public static Tensor abs_(Tensor x) {
        return InPlace.of(UnaryOp.ABS, x, Maths::abs);
    }

    /** In place: -1, 0 or 1; its gradient is 0. */
    public static Tensor sign_(Tensor x) {
        return InPlace.of(UnaryOp.SIGN, x, Maths::sign);
    }

    /** In place: x * x. */
    public static Tensor square_(Tensor x) {
        return InPlace.of(UnaryOp.SQUARE, x, Maths::square);
    }

    /** In place: 1 / x. */
    public static Tensor reciprocal_(Tensor x) {
        return InPlace.of(UnaryOp.RECIPROCAL, x, Maths::reciprocal);
    }

    /** In place: the square root; NaN below 0. */
    public static Tensor sqrt_(Tensor x) {
        return InPlace.of(UnaryOp.SQRT, x, Maths::sqrt);
    }

    /** In place: e^x. */
    public static Tensor exp_(Tensor x) {
        return InPlace.of(UnaryOp.EXP, x, Maths::exp);
    }

    /** In place: the natural logarithm; NaN below 0. */
    public static Tensor log_(Tensor x) {
        return InPlace.of(UnaryOp.LOG, x, Maths::log);
    }

    /** In place: the hyperbolic tangent. */
    public static Tensor tanh_(Tensor x) {
        return InPlace.of(UnaryOp.TANH, x, Maths::tanh);
    }
}
