package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.UnaryOp;

/**
 * Activations of neural networks. They take F32 and F64 and give x's shape and dtype, but where one says more. The
 * counterparts are those of {@code torch.nn.functional}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(-1f, 0f, 2f);
 * System.out.println(Activation.relu(x)); // tensor([0., 0., 2.])
 * System.out.println(Activation.softplus(x, 1, 20)); // tensor([0.3133, 0.6931, 2.1269])
 * }
 */
public final class Activation {
    static final Unary.Rule TANH = (g, y) -> g.mul(y.square().rsub(1));
    private static final Unary.Rule SIGMOID = (g, y) -> g.mul(y.sub(y.square()));
    private static final Unary.Rule RELU = (g, y) -> Elementwise.onlyWhere(y.gt(0), g);

    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double GELU_CUBE = 0.044715;

    private Activation() {}

    /** 1 / (1 + e^-x). Shape of x; integers and BOOL give F32. {@code torch.sigmoid}. */
    public static Tensor sigmoid(Tensor x) {
        return Unary.of(UnaryOp.SIGMOID, x, SIGMOID);
    }

    /** max(x, 0), NaN where x is; its gradient at 0 is 0. Integers too. {@code torch.relu}. */
    public static Tensor relu(Tensor x) {
        return Unary.of(UnaryOp.RELU, x, RELU);
    }

    /** x kept within 0..6. Integers too. {@code F.relu6}. */
    public static Tensor relu6(Tensor x) {
        Checks.computable("relu6", x);
        return hardtanh(x, 0, 6);
    }

    /**
     * x kept within min..max, without a gradient at either. I64 and I32 too. {@code F.hardtanh}.
     *
     * @param x any number but U8
     * @param min PyTorch's default is -1
     * @param max PyTorch's default is 1
     */
    public static Tensor hardtanh(Tensor x, double min, double max) {
        Checks.require(min <= max, "hardtanh", "min " + min + " is above max " + max, x);
        if (x.dtype().isInteger()) {
            Checks.require(min >= 0 || x.dtype() != DType.U8, "hardtanh", "min is negative", x);
            return Choice.clamp(x, (long) min, (long) max);
        }
        return Unary.floating(
                UnaryOp.HARDTANH,
                x,
                min,
                max,
                (g, v) -> Elementwise.onlyWhere(Compare.logicalAnd(v.gt(min), v.lt(max)), g));
    }

    /**
     * x where positive, else negativeSlope times x. {@code F.leaky_relu}.
     *
     * @param x F32 or F64
     * @param negativeSlope PyTorch's default is 0.01
     */
    public static Tensor leakyRelu(Tensor x, double negativeSlope) {
        return Unary.floating(
                UnaryOp.LEAKY_RELU, x, negativeSlope, 0, (g, v) -> Elementwise.where(v.gt(0), g, g.mul(negativeSlope)));
    }

    /**
     * x where positive, else a learned fraction of x. {@code F.prelu}.
     *
     * @param x [batch, channels, *], or any shape for a single weight
     * @param weight [1] or [channels], of x's dtype
     */
    public static Tensor prelu(Tensor x, Tensor weight) {
        Checks.sameFloating("prelu", x, weight);
        Checks.require(weight.rank() <= 1, "prelu", "weight is not a vector", x, weight);
        Tensor w = weight;
        if (weight.count() != 1) {
            Checks.require(
                    x.rank() > 1 && x.size(1) == weight.count(), "prelu", "weight is not [1] or [channels]", x, weight);
            long[] sizes = new long[x.rank() - 1];
            java.util.Arrays.fill(sizes, 1);
            sizes[0] = -1;
            w = weight.view(sizes);
        }
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            y = Elementwise.where(x.gt(0), x, x.mul(w));
        }
        if (!Graph.records(x, w)) {
            return y;
        }
        Saved saved = Saved.of(x, w);
        return Graph.record(
                "PreluBackward0",
                y,
                saved,
                Input.of(x, g -> Elementwise.where(saved.get(0).gt(0), g, g.mul(saved.get(1)))),
                Input.of(w, g -> Elementwise.onlyWhere(saved.get(0).le(0), g.mul(saved.get(0)))));
    }

    /**
     * x where positive, else alpha (e^x - 1). {@code F.elu}.
     *
     * @param x F32 or F64
     * @param alpha what x tends to far below 0, negated; PyTorch's default is 1
     */
    public static Tensor elu(Tensor x, double alpha) {
        return Unary.floating(
                UnaryOp.ELU,
                x,
                alpha,
                0,
                (g, v) ->
                        Elementwise.where(v.gt(0), g, g.mul(v.clampMax(0).exp().mul(alpha))));
    }

    /**
     * x where positive, else alpha (e^(x / alpha) - 1). {@code F.celu}.
     *
     * @param x F32 or F64
     * @param alpha not 0; PyTorch's default is 1
     */
    public static Tensor celu(Tensor x, double alpha) {
        requireAlpha("celu", x, alpha);
        return Unary.floating(
                UnaryOp.CELU,
                x,
                alpha,
                0,
                (g, v) -> Elementwise.where(
                        v.gt(0), g, g.mul(v.clampMax(0).div(alpha).exp())));
    }

    /** elu with the constants of self-normalizing networks, scaled (Klambauer et al., 2017). {@code F.selu}. */
    public static Tensor selu(Tensor x) {
        return Unary.floating(
                UnaryOp.SELU,
                x,
                0,
                0,
                (g, v) -> Elementwise.where(
                                v.gt(0), g, g.mul(v.clampMax(0).exp().mul(SELU_ALPHA)))
                        .mul(SELU_SCALE));
    }

    /** x times the share of a standard normal distribution below x. {@code F.gelu}. */
    public static Tensor gelu(Tensor x) {
        return Unary.floating(
                UnaryOp.GELU, x, 0, 0, (g, v) -> g.mul(normalBelow(v).add(v.mul(normalAt(v)))));
    }

    /** gelu approximated by tanh. {@code F.gelu(x, approximate='tanh')}. */
    public static Tensor geluTanh(Tensor x) {
        return Unary.floating(UnaryOp.GELU_TANH, x, 0, 0, (g, v) -> g.mul(geluTanhSlope(v)));
    }

    /** x sigmoid(x), also called swish. {@code F.silu}. */
    public static Tensor silu(Tensor x) {
        return Unary.floating(UnaryOp.SILU, x, 0, 0, (g, v) -> g.mul(siluSlope(v)));
    }

    /** x tanh(softplus(x)). {@code F.mish}. */
    public static Tensor mish(Tensor x) {
        return Unary.floating(UnaryOp.MISH, x, 0, 0, (g, v) -> g.mul(mishSlope(v)));
    }

    /**
     * log(1 + e^(beta x)) / beta, a smooth relu. {@code F.softplus}.
     *
     * @param x F32 or F64
     * @param beta PyTorch's default is 1
     * @param threshold above it, beta x, the result is x; PyTorch's default is 20
     */
    public static Tensor softplus(Tensor x, double beta, double threshold) {
        return Unary.floating(
                UnaryOp.SOFTPLUS,
                x,
                beta,
                threshold,
                (g, v) -> Elementwise.where(
                        v.mul(beta).gt(threshold), g, g.mul(v.mul(beta).sigmoid())));
    }

    /** The logarithm of sigmoid(x), finite far below 0. {@code F.logsigmoid}. */
    public static Tensor logSigmoid(Tensor x) {
        return Unary.floating(
                UnaryOp.LOG_SIGMOID, x, 0, 0, (g, v) -> g.mul(v.neg().sigmoid()));
    }

    /** x / 6 + 1 / 2, kept within 0..1. {@code F.hardsigmoid}. */
    public static Tensor hardsigmoid(Tensor x) {
        return Unary.floating(
                UnaryOp.HARDSIGMOID,
                x,
                0,
                0,
                (g, v) -> Elementwise.onlyWhere(Compare.logicalAnd(v.gt(-3), v.lt(3)), g.div(6)));
    }

    /** x hardsigmoid(x). {@code F.hardswish}. */
    public static Tensor hardswish(Tensor x) {
        return Unary.floating(
                UnaryOp.HARDSWISH,
                x,
                0,
                0,
                (g, v) -> Elementwise.where(
                        v.lt(-3),
                        Tensor.zerosLike(g),
                        Elementwise.where(v.le(3), g.mul(v.div(3).add(0.5)), g)));
    }

    /**
     * x where above a threshold, else a value. {@code F.threshold}.
     *
     * @param x F32 or F64
     * @param threshold above it x stays
     * @param value elsewhere
     */
    public static Tensor threshold(Tensor x, double threshold, double value) {
        return Unary.floating(
                UnaryOp.THRESHOLD,
                x,
                threshold,
                value,
                (g, v) -> Elementwise.onlyWhere(v.le(threshold).logicalNot(), g));
    }

    /**
     * x, but 0 within -lambda..lambda. {@code F.hardshrink}.
     *
     * @param x F32 or F64
     * @param lambda PyTorch's default is 0.5
     */
    public static Tensor hardshrink(Tensor x, double lambda) {
        return Unary.floating(UnaryOp.HARDSHRINK, x, lambda, 0, (g, v) -> Elementwise.onlyWhere(outside(v, lambda), g));
    }

    /**
     * x moved toward 0 by lambda, 0 within -lambda..lambda. {@code F.softshrink}.
     *
     * @param x F32 or F64
     * @param lambda not negative; PyTorch's default is 0.5
     */
    public static Tensor softshrink(Tensor x, double lambda) {
        Checks.require(lambda >= 0, "softshrink", "lambda " + lambda + " is negative", x);
        return Unary.floating(UnaryOp.SOFTSHRINK, x, lambda, 0, (g, v) -> Elementwise.onlyWhere(outside(v, lambda), g));
    }

    /** x / (1 + |x|). Integers give F32. {@code F.softsign}. */
    public static Tensor softsign(Tensor x) {
        Checks.number("softsign", x);
        return Unary.of(UnaryOp.SOFTSIGN, x, (g, v) -> g.div(v.abs().add(1).square()));
    }

    /** x - tanh(x). Integers give F32. {@code F.tanhshrink}. */
    public static Tensor tanhshrink(Tensor x) {
        Checks.number("tanhshrink", x);
        return Unary.of(UnaryOp.TANHSHRINK, x, (g, v) -> g.mul(v.tanh().square()));
    }

    /**
     * One half of x, times the sigmoid of the other. {@code F.glu}.
     *
     * @param x F32 or F64, of an even size in dim
     * @param dim to be halved
     */
    public static Tensor glu(Tensor x, int dim) {
        Checks.floating("glu", x);
        int d = Checks.dim("glu", x.shape(), dim);
        Checks.require(x.rank() > 0 && x.size(d) % 2 == 0, "glu", "dimension " + d + " is not even", x);
        long half = x.size(d) / 2;
        return x.narrow(d, 0, half).mul(x.narrow(d, half, half).sigmoid());
    }

    // ---- what rules share ----

    private static Tensor normalBelow(Tensor x) {
        return x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5);
    }

    private static Tensor normalAt(Tensor x) {
        return x.square().mul(-0.5).exp().mul(ROOT_2_OVER_PI / 2);
    }

    private static Tensor geluTanhSlope(Tensor x) {
        Tensor square = x.square();
        Tensor t = x.mul(square.mul(GELU_CUBE).add(1)).mul(ROOT_2_OVER_PI).tanh();
        Tensor inner = square.mul(3 * GELU_CUBE).add(1).mul(ROOT_2_OVER_PI);
        return t.add(1).add(x.mul(t.square().rsub(1)).mul(inner)).mul(0.5);
    }

    private static Tensor siluSlope(Tensor x) {
        Tensor s = x.sigmoid();
        return s.mul(x.mul(s.rsub(1)).add(1));
    }

    private static Tensor mishSlope(Tensor x) {
        Tensor t = softplus(x, 1, 20).tanh();
        return t.add(x.mul(x.sigmoid()).mul(t.square().rsub(1)));
    }

    private static Tensor outside(Tensor x, double lambda) {
        return Compare.logicalAnd(x.ge(-lambda), x.le(lambda)).logicalNot();
    }

    // ---- in place ----

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

    /** In place: x kept within 0..6. */
    public static Tensor relu6_(Tensor x) {
        return hardtanh_(x, 0, 6);
    }

    /** In place: x kept within min..max. */
    public static Tensor hardtanh_(Tensor x, double min, double max) {
        return InPlace.of("hardtanh_", x, from -> hardtanh(from, min, max));
    }

    /** In place: x where positive, else alpha (e^x - 1). */
    public static Tensor elu_(Tensor x, double alpha) {
        return InPlace.of(UnaryOp.ELU, x, alpha, 0, from -> elu(from, alpha));
    }

    /** In place: x where positive, else alpha (e^(x / alpha) - 1). */
    public static Tensor celu_(Tensor x, double alpha) {
        requireAlpha("celu_", x, alpha);
        return InPlace.of(UnaryOp.CELU, x, alpha, 0, from -> celu(from, alpha));
    }

    private static void requireAlpha(String op, Tensor x, double alpha) {
        Checks.require(alpha != 0, op, "alpha is 0", x);
    }

    /** In place: elu with the constants of self-normalizing networks, scaled (Klambauer et al., 2017). */
    public static Tensor selu_(Tensor x) {
        return InPlace.of(UnaryOp.SELU, x, Activation::selu);
    }

    /** In place: x sigmoid(x), also called swish. */
    public static Tensor silu_(Tensor x) {
        return InPlace.of(UnaryOp.SILU, x, Activation::silu);
    }

    /** In place: x tanh(softplus(x)). */
    public static Tensor mish_(Tensor x) {
        return InPlace.of(UnaryOp.MISH, x, Activation::mish);
    }

    /** In place: x / 6 + 1 / 2, kept within 0..1. */
    public static Tensor hardsigmoid_(Tensor x) {
        return InPlace.of(UnaryOp.HARDSIGMOID, x, Activation::hardsigmoid);
    }

    /** In place: x hardsigmoid(x). */
    public static Tensor hardswish_(Tensor x) {
        return InPlace.of(UnaryOp.HARDSWISH, x, Activation::hardswish);
    }

    /** In place: x where above a threshold, else a value. */
    public static Tensor threshold_(Tensor x, double threshold, double value) {
        return InPlace.of(UnaryOp.THRESHOLD, x, threshold, value, from -> threshold(from, threshold, value));
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
