package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kinds;
import java.math.BigDecimal;

/**
 * Element operations. Two operands broadcast and promote by PyTorch's rules; a scalar takes the tensor's dtype unless it
 * is of a higher kind. Integers wrap around. Denormals are kept. The counterparts are those of {@code torch}, as
 * {@code torch.add}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f, 2f);
 * System.out.println(Elementwise.add(x, Tensor.of(new float[][] {{10}, {20}}))); // tensor([[11., 12.], [21., 22.]])
 * System.out.println(Elementwise.pow(2, x)); // tensor([2., 4.])
 * }
 */
public final class Elementwise {
    private Elementwise() {}

    // ---- two operands ----

    /** x + y, broadcast and promoted; "or" of two BOOL. {@code torch.add}. */
    public static Tensor add(Tensor x, Tensor y) {
        if (areBool(x, y)) {
            return Compare.logicalOr(x, y);
        }
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
        Checks.number("sub", x);
        Checks.number("sub", y);
        Pair p = Pair.of("sub", x, y, false);
        Tensor z = p.compute(BinaryOp.SUB);
        return p.records()
                ? Graph.record("SubBackward0", z, null, Input.of(p.x, g -> g), Input.of(p.y, g -> Maths.neg(g)))
                : z;
    }

    /** x - y. */
    public static Tensor sub(Tensor x, Number y) {
        Checks.number("sub", x);
        Tensor from = scalarOf("sub", x, y, false);
        Tensor z = binary(BinaryOp.SUB, from, y);
        return Graph.records(from) ? Graph.record("SubBackward0", z, null, Input.of(from, g -> g)) : z;
    }

    /** y - x. {@code torch.rsub}. */
    public static Tensor rsub(Tensor x, Number y) {
        Checks.number("rsub", x);
        Tensor from = scalarOf("rsub", x, y, false);
        Tensor z = from.newEmpty();
        from.device().kernels().elementwise().binary(BinaryOp.SUB, y, from, z);
        return Graph.records(from) ? Graph.record("RsubBackward1", z, null, Input.of(from, g -> Maths.neg(g))) : z;
    }

    /** x * y, broadcast and promoted; "and" of two BOOL. {@code torch.mul}. */
    public static Tensor mul(Tensor x, Tensor y) {
        if (areBool(x, y)) {
            return Compare.logicalAnd(x, y);
        }
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
                Input.of(p.y, g -> Maths.neg(mul(g, div(saved.get(1), saved.get(0))))));
    }

    /** x / y; integers give F32. */
    public static Tensor div(Tensor x, Number y) {
        Tensor from = scalarOf("div", x, y, true);
        Tensor z = binary(BinaryOp.DIV, from, y);
        return Graph.records(from) ? Graph.record("DivBackward0", z, null, Input.of(from, g -> div(g, y))) : z;
    }

    /** y / x; integers give F32. */
    public static Tensor rdiv(Tensor x, Number y) {
        return mul(Maths.reciprocal(x), y);
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
                    return mul(
                            g, where(Compare.eq(exponent, 0), Tensor.zerosLike(exponent), slope)); // 0 * inf at x = 0
                }),
                Input.of(p.y, g -> {
                    Tensor base = saved.get(0);
                    Tensor logBase =
                            where(Compare.eq(base, 0), Tensor.zerosLike(base), Maths.log(base)); // 0^y does not change
                    return mul(g, mul(saved.get(2), logBase));
                }));
    }

    /** x to the power y. */
    public static Tensor pow(Tensor x, Number y) {
        double exponent = y.doubleValue();
        if (exponent == 2 && x.dtype() != DType.BOOL && (x.dtype().isFloating() || !isFractional(y))) {
            return Maths.square(x);
        }
        return binary(
                "pow",
                "PowBackward0",
                BinaryOp.POW,
                x,
                y,
                (g, v) -> exponent == 0 ? Tensor.zerosLike(g) : mul(g, mul(pow(v, exponent - 1), exponent)));
    }

    /** x to the power y. */
    public static Tensor pow(Number x, Tensor y) {
        return pow(scalarFor("pow", y, x), y);
    }

    /** The larger of each pair, NaN where either is; equal ones share the gradient. {@code torch.maximum}. */
    public static Tensor maximum(Tensor x, Tensor y) {
        if (areBool(x, y)) {
            return Compare.logicalOr(x, y);
        }
        return extreme("maximum", "MaximumBackward0", BinaryOp.MAXIMUM, CompareOp.LT, x, y);
    }

    /** The smaller of each pair, NaN where either is; equal ones share the gradient. {@code torch.minimum}. */
    public static Tensor minimum(Tensor x, Tensor y) {
        if (areBool(x, y)) {
            return Compare.logicalAnd(x, y);
        }
        return extreme("minimum", "MinimumBackward0", BinaryOp.MINIMUM, CompareOp.GT, x, y);
    }

    private static Tensor extreme(String op, String node, BinaryOp row, CompareOp loses, Tensor x, Tensor y) {
        return binary(op, node, row, x, y, (g, a, b) -> shareOf(loses, g, a, b), (g, a, b) -> shareOf(loses, g, b, a));
    }

    /** g, half of it where both are equal, none where x loses. */
    private static Tensor shareOf(CompareOp loses, Tensor g, Tensor x, Tensor y) {
        Tensor shared = where(Compare.eq(x, y), mul(g, 0.5), g);
        return onlyWhere(Compare.logicalNot(compare("share", loses, x, y)), shared);
    }

    // ---- what families of operations of two operands share ----

    /** The gradient for one of two operands. */
    @FunctionalInterface
    interface Rule {
        /** From that of the result, with both operands as they were promoted. */
        Tensor apply(Tensor g, Tensor x, Tensor y);
    }

    /** A row on two operands, broadcast and promoted, to F32 at least where the row takes no integers. */
    static Tensor binary(String op, String node, BinaryOp row, Tensor x, Tensor y, Rule dx, Rule dy) {
        Pair p = Pair.of(op, x, y, row.kinds() == Kinds.FLOATS);
        Tensor z = p.compute(row);
        if (!p.records()) {
            return z;
        }
        Saved saved = Saved.of(p.x, p.y);
        return Graph.record(
                node,
                z,
                saved,
                Input.of(p.x, g -> dx.apply(g, saved.get(0), saved.get(1))),
                Input.of(p.y, g -> dy.apply(g, saved.get(0), saved.get(1))));
    }

    /** A row on a tensor and a number; the rule gets the tensor. */
    static Tensor binary(String op, String node, BinaryOp row, Tensor x, Number y, Unary.Rule rule) {
        Tensor from = scalarOf(op, x, y, row.kinds() == Kinds.FLOATS);
        Tensor z = binary(row, from, y);
        if (!Graph.records(from)) {
            return z;
        }
        Saved saved = Saved.of(from);
        return Graph.record(node, z, saved, Input.of(from, g -> rule.apply(g, saved.get(0))));
    }

    /** A row of integers, without a gradient. */
    static Tensor integers(String op, BinaryOp row, Tensor x, Tensor y) {
        Checks.integers(op, x);
        Checks.integers(op, y);
        return Pair.of(op, x, y, false).compute(row);
    }

    /** A number as a tensor of rank 0 that promotes with x as the number would. */
    static Tensor scalarFor(String op, Tensor x, Number value) {
        Checks.computable(op, x);
        DType dtype = x.dtype();
        if (!dtype.isFloating()) {
            dtype = isFractional(value) ? DType.F32 : dtype == DType.BOOL ? DType.I64 : dtype;
        }
        return Create.constant(x.device(), dtype, Shape.scalar(), value);
    }

    private static boolean areBool(Tensor x, Tensor y) {
        return x.dtype() == DType.BOOL && y.dtype() == DType.BOOL;
    }

    // ---- comparisons and choices; see Compare and Choice ----

    static Tensor compare(String op, CompareOp kernel, Tensor x, Tensor y) {
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

    static Tensor compare(String op, CompareOp kernel, Tensor x, Number y) {
        Checks.computable(op, x);
        try (GradMode off = GradMode.noGrad()) {
            Tensor from =
                    x.dtype().isFloating() || holds(x.dtype(), y) ? x : x.to(isFractional(y) ? DType.F32 : DType.I64);
            Tensor z = Tensor.empty(x.device(), DType.BOOL, x.shape());
            x.device().kernels().elementwise().compare(kernel, from, y, z);
            return z;
        }
    }

    /** Whether an integer dtype has a number, so that it is compared as it is. */
    private static boolean holds(DType dtype, Number y) {
        long value = y.longValue();
        return !isFractional(y)
                && switch (dtype) {
                    case I64 -> true;
                    case I32 -> value == (int) value;
                    case U8 -> value == (value & 0xff);
                    case F32, F64, BF16, F16, BOOL -> false;
                };
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
                Input.of(p.x, g -> onlyWhere(saved.get(0), g)),
                Input.of(p.y, g -> onlyWhere(Compare.eq(saved.get(0), 0), g)));
    }

    /** x where the condition holds, else 0: unlike a product, 0 for infinity and NaN too. */
    static Tensor onlyWhere(Tensor condition, Tensor x) {
        return where(condition, x, Tensor.zeros(x.device(), x.dtype(), Shape.scalar()));
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
    static Tensor scalarOf(String op, Tensor x, Number y, boolean toFloating) {
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
        private final boolean isSame;

        private Pair(Tensor x, Tensor y, Shape shape, boolean isSame) {
            this.x = x;
            this.y = y;
            this.shape = shape;
            this.isSame = isSame;
        }

        static Pair of(String op, Tensor x, Tensor y, boolean toFloating) {
            return of(op, x, y, toFloating, false);
        }

        static Pair of(String op, Tensor x, Tensor y, boolean toFloating, boolean takesBool) {
            Checks.sameDevice(op, x, y);
            DType dtype = x.dtype();
            boolean isSame = dtype == y.dtype() && x.shape().equals(y.shape());
            return isSame && dtype.isFloating() && dtype.isComputable()
                    ? new Pair(x, y, x.shape(), true)
                    : promoted(op, x, y, toFloating, takesBool);
        }

        /** Apart from the common case, so that the compiler takes that one in wherever it is called. */
        private static Pair promoted(String op, Tensor x, Tensor y, boolean toFloating, boolean takesBool) {
            Checks.computable(op, x);
            Checks.computable(op, y);
            Shape shape = x.shape().equals(y.shape()) ? x.shape() : Shape.broadcast(op, x.shape(), y.shape());
            DType dtype = resultType(x, y);
            if (toFloating && !dtype.isFloating()) {
                dtype = DType.F32;
            }
            Checks.require(takesBool || dtype != DType.BOOL, op, "bool has no arithmetic, cast it first", x, y);
            return new Pair(x.to(dtype), y.to(dtype), shape, false);
        }

        boolean records() {
            return Graph.records(x, y);
        }

        Tensor compute(BinaryOp op) {
            Tensor z = isSame || shape.equals(x.shape()) ? x.newEmpty() : x.newEmpty(shape);
            NdArray a = expanded(x);
            NdArray b = expanded(y);
            x.device().kernels().elementwise().binary(op, a, b, z);
            releaseTemporaries(a, b);
            return z;
        }

        NdArray expanded(Tensor operand) {
            return isSame ? operand : Elementwise.expanded(operand, shape);
        }

        void releaseTemporaries(NdArray a, NdArray b) {
            releaseUnless(x, a);
            releaseUnless(y, b);
        }
    }

    /** PyTorch's result type: a tensor with dimensions outweighs one of rank 0 of the same or a lower kind. */
    static DType resultType(Tensor x, Tensor y) {
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
        if (!own.shape().equals(x.shape()) || !own.isWithin(Long.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "cloneAs: not a layout of that shape: " + x.describe() + ", layout " + geometry);
        }
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
        Tensor from = InPlace.shareMemory("copy_", x, source) ? clone(source) : source;
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

    /** x + alpha y; broadcast. {@code torch.add}. */
    public static Tensor add(Tensor x, Tensor y, Number alpha) {
        return add(x, scaled(x, y, alpha));
    }

    /** In place: x + alpha y; y broadcasts to x. */
    public static Tensor add_(Tensor x, Tensor y, Number alpha) {
        return add_(x, scaled(x, y, alpha));
    }

    /** x - alpha y; broadcast. {@code torch.sub}. */
    public static Tensor sub(Tensor x, Tensor y, Number alpha) {
        Checks.number("sub", y);
        return sub(x, scaled(x, y, alpha));
    }

    /** In place: x - alpha y; y broadcasts to x. */
    public static Tensor sub_(Tensor x, Tensor y, Number alpha) {
        Checks.number("sub_", y);
        return sub_(x, scaled(x, y, alpha));
    }

    /** alpha y, computed in the dtype of its sum with x: y's own may be too narrow for it. */
    private static Tensor scaled(Tensor x, Tensor y, Number alpha) {
        return y.to(resultType(x, y)).mul(alpha);
    }

    /** In place: every element is value. */
    public static Tensor fill_(Tensor x, Number value) {
        Checks.fits("fill_", value, x.dtype());
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
        return InPlace.of("add_", x, y, BinaryOp.ADD, Elementwise::add);
    }

    /** In place: x + y. */
    public static Tensor add_(Tensor x, Number y) {
        return InPlace.of("add_", x, y, BinaryOp.ADD, Elementwise::add);
    }

    /** In place: x - y; y broadcasts to x and is cast to its dtype. */
    public static Tensor sub_(Tensor x, Tensor y) {
        return InPlace.of("sub_", x, y, BinaryOp.SUB, Elementwise::sub);
    }

    /** In place: x - y. */
    public static Tensor sub_(Tensor x, Number y) {
        return InPlace.of("sub_", x, y, BinaryOp.SUB, Elementwise::sub);
    }

    /** In place: x * y; y broadcasts to x and is cast to its dtype. */
    public static Tensor mul_(Tensor x, Tensor y) {
        return InPlace.of("mul_", x, y, BinaryOp.MUL, Elementwise::mul);
    }

    /** In place: x * y. */
    public static Tensor mul_(Tensor x, Number y) {
        return InPlace.of("mul_", x, y, BinaryOp.MUL, Elementwise::mul);
    }

    /** In place: x / y; y broadcasts to x and is cast to its dtype. */
    public static Tensor div_(Tensor x, Tensor y) {
        return InPlace.of("div_", x, y, BinaryOp.DIV, Elementwise::div);
    }

    /** In place: x / y. */
    public static Tensor div_(Tensor x, Number y) {
        return InPlace.of("div_", x, y, BinaryOp.DIV, Elementwise::div);
    }

    /** In place: x to the power y; y broadcasts to x and is cast to its dtype. */
    public static Tensor pow_(Tensor x, Tensor y) {
        return InPlace.of("pow_", x, y, BinaryOp.POW, Elementwise::pow);
    }

    /** In place: x to the power y. */
    public static Tensor pow_(Tensor x, Number y) {
        return InPlace.of("pow_", x, y, BinaryOp.POW, Elementwise::pow);
    }
}
