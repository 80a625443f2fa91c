package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.BinaryOp;
import dev.gatun.runtime.CompareOp;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.UnaryOp;
import java.math.BigDecimal;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Element operations. Two operands broadcast and promote by PyTorch's rules; a scalar takes the tensor's dtype unless it
 * is of a higher kind. Integers wrap around. Denormals are kept.
 */
public final class Elementwise {
    private Elementwise() {}

    // ---- one operand ----

    /** -x. Shape of x and its dtype. {@code torch.neg}. */
    public static Tensor neg(Tensor x) {
        Tensor from = numberOf("neg", x);
        Tensor y = unary(UnaryOp.NEG, from, 0);
        return Graph.records(from) ? Graph.record("NegBackward0", y, null, Input.of(from, g -> neg(g))) : y;
    }

    /** |x|; its gradient at 0 is 0. Shape of x and its dtype. {@code torch.abs}. */
    public static Tensor abs(Tensor x) {
        Tensor from = numberOf("abs", x);
        Tensor y = unary(UnaryOp.ABS, from, 0);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.of(from);
        return Graph.record(
                "AbsBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? mul(g, sign(saved.get(0)))
                                : unaryGrad(UnaryOp.ABS, saved.get(0), null, g, 0)));
    }

    /** -1, 0 or 1; its gradient is 0. Shape of x and its dtype. {@code torch.sign}. */
    public static Tensor sign(Tensor x) {
        Tensor from = numberOf("sign", x);
        Tensor y = unary(UnaryOp.SIGN, from, 0);
        return Graph.records(from) ? Graph.record("SignBackward0", y, null, Input.of(from, g -> mul(g, 0))) : y;
    }

    /** x * x. Shape of x and its dtype. {@code torch.square}. */
    public static Tensor square(Tensor x) {
        Tensor from = numberOf("square", x);
        Tensor y = unary(UnaryOp.SQUARE, from, 0);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.of(from);
        return Graph.record(
                "PowBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? mul(g, mul(saved.get(0), 2))
                                : unaryGrad(UnaryOp.SQUARE, saved.get(0), null, g, 0)));
    }

    /** 1 / x. Shape of x; integers give F32. {@code torch.reciprocal}. */
    public static Tensor reciprocal(Tensor x) {
        Tensor from = floatingOf("reciprocal", x);
        Tensor y = unary(UnaryOp.RECIPROCAL, from, 0);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.output(y);
        return Graph.record(
                "ReciprocalBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? neg(mul(g, square(saved.get(0))))
                                : unaryGrad(UnaryOp.RECIPROCAL, null, saved.get(0), g, 0)));
    }

    /** The square root; NaN below 0. Shape of x; integers give F32. {@code torch.sqrt}. */
    public static Tensor sqrt(Tensor x) {
        Tensor from = floatingOf("sqrt", x);
        Tensor y = unary(UnaryOp.SQRT, from, 0);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.output(y);
        return Graph.record(
                "SqrtBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? div(g, mul(saved.get(0), 2))
                                : unaryGrad(UnaryOp.SQRT, null, saved.get(0), g, 0)));
    }

    /** e^x. Shape of x; integers give F32. {@code torch.exp}. */
    public static Tensor exp(Tensor x) {
        Tensor from = floatingOf("exp", x);
        Tensor y = unary(UnaryOp.EXP, from, 0);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.output(y);
        return Graph.record(
                "ExpBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? mul(g, saved.get(0))
                                : unaryGrad(UnaryOp.EXP, null, saved.get(0), g, 0)));
    }

    /** The natural logarithm; NaN below 0. Shape of x; integers give F32. {@code torch.log}. */
    public static Tensor log(Tensor x) {
        Tensor from = floatingOf("log", x);
        Tensor y = unary(UnaryOp.LOG, from, 0);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.of(from);
        return Graph.record(
                "LogBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? div(g, saved.get(0))
                                : unaryGrad(UnaryOp.LOG, saved.get(0), null, g, 0)));
    }

    /** The hyperbolic tangent. Shape of x; integers give F32. {@code torch.tanh}. */
    public static Tensor tanh(Tensor x) {
        Tensor from = floatingOf("tanh", x);
        Tensor y = unary(UnaryOp.TANH, from, 0);
        return recordActivation(UnaryOp.TANH, from, y);
    }

    /** 1 / (1 + e^-x). Shape of x; integers give F32. {@code torch.sigmoid}. */
    public static Tensor sigmoid(Tensor x) {
        Tensor from = floatingOf("sigmoid", x);
        Tensor y = unary(UnaryOp.SIGMOID, from, 0);
        return recordActivation(UnaryOp.SIGMOID, from, y);
    }

    /** max(x, 0), NaN where x is; its gradient at 0 is 0. Shape of x and its dtype. {@code torch.relu}. */
    public static Tensor relu(Tensor x) {
        Tensor from = numberOf("relu", x);
        Tensor y = unary(UnaryOp.RELU, from, 0);
        return recordActivation(UnaryOp.RELU, from, y);
    }

    /**
     * x where positive, else negativeSlope times x. Shape and dtype of x. {@code F.leaky_relu}.
     *
     * @param x F32 or F64
     * @param negativeSlope PyTorch's default is 0.01
     */
    public static Tensor leakyRelu(Tensor x, double negativeSlope) {
        Tensor from = floatingOf("leakyRelu", x);
        Tensor y = unary(UnaryOp.LEAKY_RELU, from, negativeSlope);
        if (!Graph.records(from)) {
            return y;
        }
        Saved saved = Saved.of(from);
        return Graph.record(
                "LeakyReluBackward0",
                y,
                saved,
                Input.of(
                        from,
                        g -> GradMode.isOn()
                                ? where(gt(saved.get(0), 0), g, mul(g, negativeSlope))
                                : unaryGrad(UnaryOp.LEAKY_RELU, saved.get(0), null, g, negativeSlope)));
    }

    /** In place: -x. */
    public static Tensor neg_(Tensor x) {
        return inPlace("neg_", x, Elementwise::neg);
    }

    /** In place: |x|; its gradient at 0 is 0. */
    public static Tensor abs_(Tensor x) {
        return inPlace("abs_", x, Elementwise::abs);
    }

    /** In place: -1, 0 or 1; its gradient is 0. */
    public static Tensor sign_(Tensor x) {
        return inPlace("sign_", x, Elementwise::sign);
    }

    /** In place: x * x. */
    public static Tensor square_(Tensor x) {
        return inPlace("square_", x, Elementwise::square);
    }

    /** In place: 1 / x. */
    public static Tensor reciprocal_(Tensor x) {
        return inPlace("reciprocal_", x, Elementwise::reciprocal);
    }

    /** In place: the square root; NaN below 0. */
    public static Tensor sqrt_(Tensor x) {
        return inPlace("sqrt_", x, Elementwise::sqrt);
    }

    /** In place: e^x. */
    public static Tensor exp_(Tensor x) {
        return inPlace("exp_", x, Elementwise::exp);
    }

    /** In place: the natural logarithm; NaN below 0. */
    public static Tensor log_(Tensor x) {
        return inPlace("log_", x, Elementwise::log);
    }

    /** In place: the hyperbolic tangent. */
    public static Tensor tanh_(Tensor x) {
        return inPlace("tanh_", x, Elementwise::tanh);
    }

    /** In place: 1 / (1 + e^-x). */
    public static Tensor sigmoid_(Tensor x) {
        return inPlace("sigmoid_", x, Elementwise::sigmoid);
    }

    /** In place: max(x, 0), NaN where x is; its gradient at 0 is 0. */
    public static Tensor relu_(Tensor x) {
        return inPlace("relu_", x, Elementwise::relu);
    }

    /** In place: x where positive, else negativeSlope times x. */
    public static Tensor leakyRelu_(Tensor x, double negativeSlope) {
        return inPlace("leakyRelu_", x, from -> leakyRelu(from, negativeSlope));
    }

    /**
     * Records an activation whose slope needs its output alone: the plain operations and the ones fused into a product.
     *
     * @param op RELU, SIGMOID or TANH
     * @param x its input, of which only the history counts
     * @param y its output
     * @return y
     */
    static Tensor recordActivation(UnaryOp op, Tensor x, Tensor y) {
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.output(y);
        return switch (op) {
            case RELU ->
                Graph.record(
                        "ReluBackward0",
                        y,
                        saved,
                        Input.of(
                                x,
                                g -> GradMode.isOn()
                                        ? mul(g, gt(saved.get(0), 0))
                                        : unaryGrad(op, null, saved.get(0), g, 0)));
            case SIGMOID ->
                Graph.record(
                        "SigmoidBackward0",
                        y,
                        saved,
                        Input.of(
                                x,
                                g -> GradMode.isOn()
                                        ? mul(g, sub(saved.get(0), square(saved.get(0))))
                                        : unaryGrad(op, null, saved.get(0), g, 0)));
            case TANH ->
                Graph.record(
                        "TanhBackward0",
                        y,
                        saved,
                        Input.of(
                                x,
                                g -> GradMode.isOn()
                                        ? mul(g, rsub(square(saved.get(0)), 1))
                                        : unaryGrad(op, null, saved.get(0), g, 0)));
            default ->
                throw new IllegalArgumentException("linear: the activation is not one of relu, sigmoid, tanh: " + op);
        };
    }

    private static Tensor unary(UnaryOp op, Tensor x, double a) {
        Tensor y = x.newEmpty(); // [*]
        x.device().kernels().elementwise().unary(op, x, y, a, 0);
        return y;
    }

    private static Tensor unaryGrad(UnaryOp op, @Nullable Tensor x, @Nullable Tensor y, Tensor g, double a) {
        Tensor dx = g.newEmpty(); // [*]
        g.device().kernels().elementwise().unaryGrad(op, x, y, g, dx, a, 0);
        return dx;
    }

    /** x, as F32 where it is an integer or BOOL. */
    private static Tensor floatingOf(String op, Tensor x) {
        Checks.computable(op, x);
        return x.dtype().isFloating() ? x : x.to(DType.F32);
    }

    private static Tensor numberOf(String op, Tensor x) {
        Checks.computable(op, x);
        Checks.require(x.dtype() != DType.BOOL, op, "bool has no arithmetic, cast it first", x);
        return x;
    }

    // ---- two operands ----

    /** x + y, broadcast and promoted. {@code torch.add}. */
    public static Tensor add(Tensor x, Tensor y) {
        Pair p = Pair.of("add", x, y, false);
        Tensor z = p.compute(BinaryOp.ADD);
        return p.records() ? Graph.record("AddBackward0", z, null, Input.of(p.x, g -> g), Input.of(p.y, g -> g)) : z;
    }

    /** x + y. */
    public static Tensor add(Tensor x, Number y) {
        Tensor from = scalarOf("add", x, y, false);
        Tensor z = binary(BinaryOp.ADD, from, y);
        return Graph.records(from) ? Graph.record("AddBackward0", z, null, Input.of(from, g -> g)) : z;
    }

    /** x - y, broadcast and promoted. {@code torch.sub}. */
    public static Tensor sub(Tensor x, Tensor y) {
        Pair p = Pair.of("sub", x, y, false);
        Tensor z = p.compute(BinaryOp.SUB);
        return p.records()
                ? Graph.record("SubBackward0", z, null, Input.of(p.x, g -> g), Input.of(p.y, g -> neg(g)))
                : z;
    }

    /** x - y. */
    public static Tensor sub(Tensor x, Number y) {
        Tensor from = scalarOf("sub", x, y, false);
        Tensor z = binary(BinaryOp.SUB, from, y);
        return Graph.records(from) ? Graph.record("SubBackward0", z, null, Input.of(from, g -> g)) : z;
    }

    /** y - x. {@code torch.rsub}. */
    public static Tensor rsub(Tensor x, Number y) {
        Tensor from = scalarOf("rsub", x, y, false);
        Tensor z = from.newEmpty();
        from.device().kernels().elementwise().binary(BinaryOp.SUB, y, from, z);
        return Graph.records(from) ? Graph.record("RsubBackward1", z, null, Input.of(from, g -> neg(g))) : z;
    }

    /** x * y, broadcast and promoted. {@code torch.mul}. */
    public static Tensor mul(Tensor x, Tensor y) {
        Pair p = Pair.of("mul", x, y, false);
        Tensor z = p.compute(BinaryOp.MUL);
        if (!p.records()) {
            return z;
        }
        Saved saved = Saved.of(p.y.requiresGrad() ? p.x : null, p.x.requiresGrad() ? p.y : null);
        return Graph.record(
                "MulBackward0",
                z,
                saved,
                Input.of(p.x, g -> mul(g, saved.get(1))),
                Input.of(p.y, g -> mul(g, saved.get(0))));
    }

    /** x * y. */
    public static Tensor mul(Tensor x, Number y) {
        Tensor from = scalarOf("mul", x, y, false);
        Tensor z = binary(BinaryOp.MUL, from, y);
        return Graph.records(from) ? Graph.record("MulBackward0", z, null, Input.of(from, g -> mul(g, y))) : z;
    }

    /** x / y, broadcast and promoted; integers give F32. {@code torch.true_divide}. */
    public static Tensor div(Tensor x, Tensor y) {
        Pair p = Pair.of("div", x, y, true);
        Tensor z = p.compute(BinaryOp.DIV);
        if (!p.records()) {
            return z;
        }
        Saved saved = Saved.withOutput(z, p.y);
        return Graph.record(
                "DivBackward0",
                z,
                saved,
                Input.of(p.x, g -> div(g, saved.get(0))),
                Input.of(p.y, g -> neg(mul(g, div(saved.get(1), saved.get(0))))));
    }

    /** x / y; integers give F32. */
    public static Tensor div(Tensor x, Number y) {
        Tensor from = scalarOf("div", x, y, true);
        Tensor z = binary(BinaryOp.DIV, from, y);
        return Graph.records(from) ? Graph.record("DivBackward0", z, null, Input.of(from, g -> div(g, y))) : z;
    }

    /** y / x; integers give F32. */
    public static Tensor rdiv(Tensor x, Number y) {
        return mul(reciprocal(x), y);
    }

    /** x to the power y, broadcast and promoted. {@code torch.pow}. */
    public static Tensor pow(Tensor x, Tensor y) {
        Pair p = Pair.of("pow", x, y, false);
        Tensor z = p.compute(BinaryOp.POW);
        if (!p.records()) {
            return z;
        }
        Saved saved = Saved.withOutput(z, p.x, p.y);
        return Graph.record(
                "PowBackward1",
                z,
                saved,
                Input.of(p.x, g -> {
                    Tensor exponent = saved.get(1);
                    Tensor slope = mul(exponent, pow(saved.get(0), sub(exponent, 1)));
                    return mul(g, where(eq(exponent, 0), Tensor.zerosLike(exponent), slope)); // 0 * inf at x = 0
                }),
                Input.of(p.y, g -> {
                    Tensor base = saved.get(0);
                    Tensor logBase = where(eq(base, 0), Tensor.zerosLike(base), log(base)); // 0^y does not change
                    return mul(g, mul(saved.get(2), logBase));
                }));
    }

    /** x to the power y. */
    public static Tensor pow(Tensor x, Number y) {
        Tensor from = scalarOf("pow", x, y, false);
        Tensor z = binary(BinaryOp.POW, from, y);
        if (!Graph.records(from)) {
            return z;
        }
        Saved saved = Saved.of(from);
        double exponent = y.doubleValue();
        return Graph.record(
                "PowBackward0",
                z,
                saved,
                Input.of(
                        from, g -> exponent == 0 ? mul(g, 0) : mul(g, mul(pow(saved.get(0), exponent - 1), exponent))));
    }

    /** The larger of each pair, NaN where either is; equal ones share the gradient. {@code torch.maximum}. */
    public static Tensor maximum(Tensor x, Tensor y) {
        return extreme("maximum", "MaximumBackward0", BinaryOp.MAXIMUM, CompareOp.GT, x, y);
    }

    /** The smaller of each pair, NaN where either is; equal ones share the gradient. {@code torch.minimum}. */
    public static Tensor minimum(Tensor x, Tensor y) {
        return extreme("minimum", "MinimumBackward0", BinaryOp.MINIMUM, CompareOp.LT, x, y);
    }

    private static Tensor extreme(String op, String node, BinaryOp kernel, CompareOp wins, Tensor x, Tensor y) {
        Pair p = Pair.of(op, x, y, false);
        Tensor z = p.compute(kernel);
        if (!p.records()) {
            return z;
        }
        Saved saved = Saved.of(p.x, p.y);
        return Graph.record(
                node,
                z,
                saved,
                Input.of(p.x, g -> shareOf(wins, g, saved.get(0), saved.get(1))),
                Input.of(p.y, g -> shareOf(wins, g, saved.get(1), saved.get(0))));
    }

    /** g where x wins, half of it where both are equal. */
    private static Tensor shareOf(CompareOp wins, Tensor g, Tensor x, Tensor y) {
        Tensor share = add(compare("share", wins, x, y).to(g.dtype()), mul(eq(x, y).to(g.dtype()), 0.5));
        return mul(g, share);
    }

    /** BOOL: x == y, broadcast and promoted. */
    public static Tensor eq(Tensor x, Tensor y) {
        return compare("eq", CompareOp.EQ, x, y);
    }

    /** BOOL: x == y. */
    public static Tensor eq(Tensor x, Number y) {
        return compare("eq", CompareOp.EQ, x, y);
    }

    /** BOOL: x != y, broadcast and promoted. */
    public static Tensor ne(Tensor x, Tensor y) {
        return compare("ne", CompareOp.NE, x, y);
    }

    /** BOOL: x != y. */
    public static Tensor ne(Tensor x, Number y) {
        return compare("ne", CompareOp.NE, x, y);
    }

    /** BOOL: x &lt; y, broadcast and promoted. */
    public static Tensor lt(Tensor x, Tensor y) {
        return compare("lt", CompareOp.LT, x, y);
    }

    /** BOOL: x &lt; y. */
    public static Tensor lt(Tensor x, Number y) {
        return compare("lt", CompareOp.LT, x, y);
    }

    /** BOOL: x &lt;= y, broadcast and promoted. */
    public static Tensor le(Tensor x, Tensor y) {
        return compare("le", CompareOp.LE, x, y);
    }

    /** BOOL: x &lt;= y. */
    public static Tensor le(Tensor x, Number y) {
        return compare("le", CompareOp.LE, x, y);
    }

    /** BOOL: x &gt; y, broadcast and promoted. */
    public static Tensor gt(Tensor x, Tensor y) {
        return compare("gt", CompareOp.GT, x, y);
    }

    /** BOOL: x &gt; y. */
    public static Tensor gt(Tensor x, Number y) {
        return compare("gt", CompareOp.GT, x, y);
    }

    /** BOOL: x &gt;= y, broadcast and promoted. */
    public static Tensor ge(Tensor x, Tensor y) {
        return compare("ge", CompareOp.GE, x, y);
    }

    /** BOOL: x &gt;= y. */
    public static Tensor ge(Tensor x, Number y) {
        return compare("ge", CompareOp.GE, x, y);
    }

    private static Tensor compare(String op, CompareOp kernel, Tensor x, Tensor y) {
        try (GradMode off = GradMode.noGrad()) {
            Pair p = Pair.of(op, x, y, false, true);
            Tensor z = Tensor.empty(p.x.device(), DType.BOOL, p.shape);
            NdArray a = p.expanded(p.x);
            NdArray b = p.expanded(p.y);
            x.device().kernels().elementwise().compare(kernel, a, b, z);
            p.releaseTemporaries(a, b);
            return z;
        }
    }

    private static Tensor compare(String op, CompareOp kernel, Tensor x, Number y) {
        Checks.computable(op, x);
        try (GradMode off = GradMode.noGrad()) {
            Tensor from = isFractional(y) && !x.dtype().isFloating() ? x.to(DType.F32) : x;
            Tensor z = Tensor.empty(x.device(), DType.BOOL, x.shape());
            x.device().kernels().elementwise().compare(kernel, from, y, z);
            return z;
        }
    }

    /**
     * x where the condition holds, else y; all three broadcast. {@code torch.where}.
     *
     * @param condition BOOL
     * @param x any dtype but BF16 and F16
     * @param y promoted with x
     * @return the promoted dtype
     */
    public static Tensor where(Tensor condition, Tensor x, Tensor y) {
        Checks.require(condition.dtype() == DType.BOOL, "where", "the condition is bool", condition);
        Checks.sameDevice("where", condition, x);
        Pair p = Pair.of("where", x, y, false, true);
        Shape shape = Shape.broadcast("where", condition.shape(), p.shape);
        Tensor z = Tensor.empty(p.x.device(), p.x.dtype(), shape);
        NdArray c = expanded(condition, shape);
        NdArray a = expanded(p.x, shape);
        NdArray b = expanded(p.y, shape);
        x.device().kernels().elementwise().where(c, a, b, z);
        releaseUnless(condition, c);
        p.releaseTemporaries(a, b);
        if (!p.records()) {
            return z;
        }
        Saved saved = Saved.of(condition);
        return Graph.record(
                "WhereBackward0",
                z,
                saved,
                Input.of(p.x, g -> mul(g, saved.get(0))),
                Input.of(p.y, g -> mul(g, eq(saved.get(0), 0))));
    }

    private static Tensor binary(BinaryOp op, Tensor x, Number y) {
        Tensor z = x.newEmpty(); // [*]
        x.device().kernels().elementwise().binary(op, x, y, z);
        return z;
    }

    static boolean isFractional(Number y) {
        return y instanceof Double || y instanceof Float || y instanceof BigDecimal;
    }

    /** x in the dtype that it has together with a scalar: F32 where the scalar is fractional and x is not. */
    private static Tensor scalarOf(String op, Tensor x, Number y, boolean toFloating) {
        Checks.computable(op, x);
        DType dtype = x.dtype();
        if (dtype.isFloating()) {
            return x;
        }
        return toFloating || isFractional(y) ? x.to(DType.F32) : dtype == DType.BOOL ? x.to(DType.I64) : x;
    }

    static NdArray expanded(Tensor x, Shape shape) {
        return x.shape().equals(shape) ? x : x.alias(x.layout().expand("expand", shape));
    }

    static void releaseUnless(Tensor owner, NdArray temporary) {
        if (temporary != owner) {
            temporary.release();
        }
    }

    /** Two operands, promoted to one dtype, and the shape that they broadcast to. */
    private static final class Pair {
        final Tensor x;
        final Tensor y;
        final Shape shape;

        private Pair(Tensor x, Tensor y, Shape shape) {
            this.x = x;
            this.y = y;
            this.shape = shape;
        }

        static Pair of(String op, Tensor x, Tensor y, boolean toFloating) {
            return of(op, x, y, toFloating, false);
        }

        static Pair of(String op, Tensor x, Tensor y, boolean toFloating, boolean takesBool) {
            Checks.sameDevice(op, x, y);
            Checks.computable(op, x);
            Checks.computable(op, y);
            Shape shape = x.shape().equals(y.shape()) ? x.shape() : Shape.broadcast(op, x.shape(), y.shape());
            DType dtype = resultType(x, y);
            if (toFloating && !dtype.isFloating()) {
                dtype = DType.F32;
            }
            Checks.require(takesBool || dtype != DType.BOOL, op, "bool has no arithmetic, cast it first", x, y);
            return new Pair(x.to(dtype), y.to(dtype), shape);
        }

        boolean records() {
            return Graph.records(x, y);
        }

        Tensor compute(BinaryOp op) {
            Tensor z = shape.equals(x.shape()) ? x.newEmpty() : x.newEmpty(shape);
            NdArray a = expanded(x);
            NdArray b = expanded(y);
            x.device().kernels().elementwise().binary(op, a, b, z);
            releaseTemporaries(a, b);
            return z;
        }

        NdArray expanded(Tensor operand) {
            return Elementwise.expanded(operand, shape);
        }

        void releaseTemporaries(NdArray a, NdArray b) {
            releaseUnless(x, a);
            releaseUnless(y, b);
        }
    }

    /** PyTorch's result type: a tensor with dimensions outweighs one of rank 0 of the same or a lower kind. */
    private static DType resultType(Tensor x, Tensor y) {
        DType a = x.dtype();
        DType b = y.dtype();
        if (a == b) {
            return a;
        }
        if (x.rank() > 0 && y.rank() == 0 && a.canHold(b)) {
            return a;
        }
        if (y.rank() > 0 && x.rank() == 0 && b.canHold(a)) {
            return b;
        }
        return DType.promote(a, b);
    }

    // ---- copies and writes ----

    /** A contiguous copy. {@code torch.clone}. */
    public static Tensor clone(Tensor x) {
        return cloneAs(
                x, x.layout().isContiguous() && x.layout().offset() == 0 ? x.layout() : Layout.contiguous(x.shape()));
    }

    /** A copy whose elements lie as in a layout of x's shape, from the start of a storage of their own. */
    public static Tensor cloneAs(Tensor x, Layout geometry) {
        Layout own = geometry.shifted(-geometry.offset());
        Tensor y;
        if (own.isContiguous()) {
            y = x.newEmpty(x.shape());
        } else {
            Tensor whole = x.newEmpty(Shape.of(own.end()));
            y = View.detached(whole, own);
            whole.release();
        }
        x.device().kernels().elementwise().cast(x, y);
        return Graph.records(x) ? Graph.record("CloneBackward0", y, null, Input.of(x, g -> g)) : y;
    }

    /** x of another dtype, copied; the gradient is cast back. */
    public static Tensor cast(Tensor x, DType dtype) {
        Tensor y = Tensor.empty(x.device(), dtype, x.shape());
        x.device().kernels().elementwise().cast(x, y);
        return dtype.isFloating() && Graph.records(x)
                ? Graph.record("ToCopyBackward0", y, null, Input.of(x, g -> g))
                : y;
    }

    /**
     * In place: x = source, broadcast and cast.
     *
     * @throws IllegalArgumentException if the source does not broadcast to x, or x is expanded
     * @throws IllegalStateException if x is a leaf that requires grad, or a view of one
     */
    public static Tensor copy_(Tensor x, Tensor source) {
        Checks.sameDevice("copy_", x, source);
        Layout expanded = source.layout().expand("copy_", x.shape());
        boolean records = Graph.checkWrite("copy_", x, source);
        Input self = records ? Input.of(x, g -> null) : null;
        Tensor from = overlap(x, source) ? clone(source) : source;
        NdArray operand = from == source
                ? (expanded == source.layout() ? source : source.alias(expanded))
                : expanded(from, x.shape());
        x.device().kernels().elementwise().cast(operand, x);
        x.storage("copy_").touch();
        releaseUnless(from, operand);
        if (from != source) {
            from.release();
        }
        if (self != null) {
            Graph.recordWrite("CopyBackwards", x, null, self, Input.of(source, g -> g));
        }
        return x;
    }

    private static boolean overlap(Tensor x, Tensor y) {
        return x.storage("copy_") == y.storage("copy_");
    }

    /** In place: every element is value. */
    public static Tensor fill_(Tensor x, Number value) {
        boolean records = Graph.checkWrite("fill_", x);
        Input self = records ? Input.of(x, g -> null) : null;
        x.device().kernels().elementwise().fill(value, x);
        x.storage("fill_").touch();
        if (self != null) {
            Graph.recordWrite("FillBackward0", x, null, self);
        }
        return x;
    }

    /** In place: x + y; y broadcasts to x and is cast to its dtype. */
    public static Tensor add_(Tensor x, Tensor y) {
        return inPlace("add_", x, y, BinaryOp.ADD, Elementwise::add);
    }

    /** In place: x + y. */
    public static Tensor add_(Tensor x, Number y) {
        return inPlace("add_", x, y, BinaryOp.ADD, Elementwise::add);
    }

    /** In place: x - y; y broadcasts to x and is cast to its dtype. */
    public static Tensor sub_(Tensor x, Tensor y) {
        return inPlace("sub_", x, y, BinaryOp.SUB, Elementwise::sub);
    }

    /** In place: x - y. */
    public static Tensor sub_(Tensor x, Number y) {
        return inPlace("sub_", x, y, BinaryOp.SUB, Elementwise::sub);
    }

    /** In place: x * y; y broadcasts to x and is cast to its dtype. */
    public static Tensor mul_(Tensor x, Tensor y) {
        return inPlace("mul_", x, y, BinaryOp.MUL, Elementwise::mul);
    }

    /** In place: x * y. */
    public static Tensor mul_(Tensor x, Number y) {
        return inPlace("mul_", x, y, BinaryOp.MUL, Elementwise::mul);
    }

    /** In place: x / y; y broadcasts to x and is cast to its dtype. */
    public static Tensor div_(Tensor x, Tensor y) {
        return inPlace("div_", x, y, BinaryOp.DIV, Elementwise::div);
    }

    /** In place: x / y. */
    public static Tensor div_(Tensor x, Number y) {
        return inPlace("div_", x, y, BinaryOp.DIV, Elementwise::div);
    }

    /** In place: x to the power y; y broadcasts to x and is cast to its dtype. */
    public static Tensor pow_(Tensor x, Tensor y) {
        return inPlace("pow_", x, y, BinaryOp.POW, Elementwise::pow);
    }

    /** In place: x to the power y. */
    public static Tensor pow_(Tensor x, Number y) {
        return inPlace("pow_", x, y, BinaryOp.POW, Elementwise::pow);
    }

    /** x = rule(x). */
    private static Tensor inPlace(String op, Tensor x, UnaryOperator<Tensor> rule) {
        if (Graph.checkWrite(op, x)) {
            return rewrite(op, x, rule);
        }
        Tensor y = rule.apply(x);
        requireHolds(op, x, y);
        x.device().kernels().elementwise().cast(y, x);
        x.storage(op).touch();
        y.release();
        return x;
    }

    private static Tensor inPlace(String op, Tensor x, Tensor y, BinaryOp kernel, BinaryOperator<Tensor> rule) {
        Checks.sameDevice(op, x, y);
        Layout operand = y.layout().expand(op, x.shape());
        if (Graph.checkWrite(op, x, y)) {
            return rewrite(op, x, from -> rule.apply(from, y));
        }
        boolean direct = x.dtype() == y.dtype()
                && x.dtype().isFloating()
                && x.dtype().isComputable()
                && (!overlap(x, y) || operand.equals(x.layout()));
        if (!direct) {
            return inPlace(op, x, from -> rule.apply(from, y));
        }
        NdArray expanded = operand == y.layout() ? y : y.alias(operand);
        x.device().kernels().elementwise().binary(kernel, x, expanded, x);
        x.storage(op).touch();
        releaseUnless(y, expanded);
        return x;
    }

    private static Tensor inPlace(
            String op, Tensor x, Number y, BinaryOp kernel, BiFunction<Tensor, Number, Tensor> rule) {
        boolean direct = x.dtype().isFloating() && x.dtype().isComputable();
        if (!direct || Graph.checkWrite(op, x)) {
            return inPlace(op, x, from -> rule.apply(from, y));
        }
        x.device().kernels().elementwise().binary(kernel, x, y, x);
        x.storage(op).touch();
        return x;
    }

    /** x = rule(x) on the graph: the rule works on x's value as it was, and x takes over the result's history. */
    private static Tensor rewrite(String op, Tensor x, UnaryOperator<Tensor> rule) {
        Tensor before = Graph.original(x);
        Tensor after = rule.apply(before);
        requireHolds(op, x, after);
        x.device().kernels().elementwise().cast(after, x);
        x.storage(op).touch();
        Graph.replace(x, after);
        before.release();
        after.release();
        return x;
    }

    private static void requireHolds(String op, Tensor x, Tensor result) {
        Checks.require(x.dtype().canHold(result.dtype()), op, "the result's dtype does not fit in place", x, result);
    }
}
