package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.UnaryOp;

/**
 * One value or another: {@code where} with numbers, bounds, masks. The counterparts are those of {@code torch}, as
 * {@code torch.clamp}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(-2f, 0.5f, 2f);
 * System.out.println(Choice.clamp(x, -1, 1)); // tensor([-1.0000, 0.5000, 1.0000])
 * System.out.println(Choice.where(x.gt(0), x, 0)); // tensor([0.0000, 0.5000, 2.0000])
 * }
 */
public final class Choice {
    private Choice() {}

    /** x where the condition (BOOL) holds, else y; promoted and broadcast. {@code torch.where}. */
    public static Tensor where(Tensor condition, Tensor x, Number y) {
        return Elementwise.where(condition, x, weak(x, y));
    }

    /** x where the condition (BOOL) holds, else y; promoted and broadcast. */
    public static Tensor where(Tensor condition, Number x, Tensor y) {
        return Elementwise.where(condition, weak(y, x), y);
    }

    /** x where the condition (BOOL) holds, else y: F32, or I64 where both are whole. */
    public static Tensor where(Tensor condition, Number x, Number y) {
        boolean fractional = Elementwise.isFractional(x) || Elementwise.isFractional(y);
        DType dtype = fractional ? DType.F32 : DType.I64;
        return Elementwise.where(
                condition,
                Tensor.scalar(x, dtype).to(condition.device()),
                Tensor.scalar(y, dtype).to(condition.device()));
    }

    private static Tensor weak(Tensor x, Number value) {
        return Elementwise.scalarFor("where", x, value);
    }

    /** x, at least min and at most max, which wins. Integers with fractional bounds give F32. {@code torch.clamp}. */
    public static Tensor clamp(Tensor x, Number min, Number max) {
        return clamp("clamp", x, min, max);
    }

    /** x, at least min. {@code torch.clamp}. */
    public static Tensor clampMin(Tensor x, Number min) {
        return clamp("clampMin", x, min, null);
    }

    /** x, at most max. {@code torch.clamp}. */
    public static Tensor clampMax(Tensor x, Number max) {
        return clamp("clampMax", x, null, max);
    }

    private static Tensor clamp(
            String op,
            Tensor x,
            @org.jspecify.annotations.Nullable Number min,
            @org.jspecify.annotations.Nullable Number max) {
        Tensor from = min == null ? x : Elementwise.scalarOf(op, x, min, false);
        from = max == null ? from : Elementwise.scalarOf(op, from, max, false);
        if (!from.dtype().isFloating()) {
            Tensor raised = min == null ? from : number(op, BinaryOp.MAXIMUM, from, min);
            return max == null ? raised : number(op, BinaryOp.MINIMUM, raised, max);
        }
        double low = min == null ? Double.NEGATIVE_INFINITY : min.doubleValue();
        double high = max == null ? Double.POSITIVE_INFINITY : max.doubleValue();
        return Unary.floating(
                UnaryOp.CLAMP,
                from,
                low,
                high,
                (g, v) -> Elementwise.onlyWhere(Compare.logicalAnd(v.ge(low), v.le(high)), g));
    }

    /** An extreme of integers, which have no gradient. */
    private static Tensor number(String op, BinaryOp row, Tensor x, Number bound) {
        return Elementwise.binary(op, op, row, x, bound, (g, v) -> g);
    }

    /** x, at least min and at most max, which wins; broadcast and promoted. {@code torch.clamp}. */
    public static Tensor clamp(Tensor x, Tensor min, Tensor max) {
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            y = Elementwise.minimum(Elementwise.maximum(x, min), max);
        }
        if (!Graph.records(x, min, max)) {
            return y;
        }
        Saved saved = Saved.of(x, min, max);
        return Graph.record(
                "ClampBackward0",
                y,
                saved,
                Input.of(x, g -> {
                    Tensor v = saved.get(0);
                    Tensor inside = Compare.logicalAnd(v.ge(saved.get(1)), v.le(saved.get(2)));
                    return Elementwise.onlyWhere(inside, g);
                }),
                Input.of(min, g -> {
                    Tensor low = saved.get(1);
                    Tensor raised = Compare.logicalAnd(saved.get(0).lt(low), low.lt(saved.get(2)));
                    return Elementwise.onlyWhere(raised, g);
                }),
                Input.of(max, g -> {
                    Tensor high = saved.get(2);
                    Tensor cut = Compare.logicalOr(saved.get(0).gt(high), high.lt(saved.get(1)));
                    return Elementwise.onlyWhere(cut, g);
                }));
    }

    /** x, at least min; broadcast and promoted. {@code torch.clamp}. */
    public static Tensor clampMin(Tensor x, Tensor min) {
        return Elementwise.binary(
                "clampMin",
                "ClampBackward0",
                BinaryOp.MAXIMUM,
                x,
                min,
                (g, v, low) -> Elementwise.onlyWhere(v.ge(low), g),
                (g, v, low) -> Elementwise.onlyWhere(v.lt(low), g));
    }

    /** x, at most max; broadcast and promoted. {@code torch.clamp}. */
    public static Tensor clampMax(Tensor x, Tensor max) {
        return Elementwise.binary(
                "clampMax",
                "ClampBackward0",
                BinaryOp.MINIMUM,
                x,
                max,
                (g, v, high) -> Elementwise.onlyWhere(v.le(high), g),
                (g, v, high) -> Elementwise.onlyWhere(v.gt(high), g));
    }

    /**
     * x, but a value where the mask holds; x and mask broadcast. Dtype of x. {@code torch.masked_fill}.
     *
     * @param x any dtype but BF16 and F16
     * @param mask BOOL
     * @param value cast to x's dtype
     */
    public static Tensor maskedFill(Tensor x, Tensor mask, Number value) {
        Checks.computable("maskedFill", x);
        Checks.require(mask.dtype() == DType.BOOL, "maskedFill", "the mask is bool", x, mask);
        Checks.fits("maskedFill", value, x.dtype());
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            y = Elementwise.where(mask, Create.constant(x.device(), x.dtype(), Shape.scalar(), value), x);
        }
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(mask);
        return Graph.record("MaskedFillBackward0", y, saved, Input.of(x, g -> unmasked(saved, g)));
    }

    /** x, but the only element of a tensor where the mask holds. */
    public static Tensor maskedFill(Tensor x, Tensor mask, Tensor value) {
        Checks.computable("maskedFill", x);
        Checks.require(mask.dtype() == DType.BOOL, "maskedFill", "the mask is bool", x, mask);
        Checks.require(value.rank() == 0, "maskedFill", "the value is not of rank 0", x, value);
        Tensor cast = value.to(x.dtype());
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            y = Elementwise.where(mask, cast, x);
        }
        if (!Graph.records(x, cast)) {
            return y;
        }
        Saved saved = Saved.of(mask);
        return Graph.record(
                "MaskedFillBackward1",
                y,
                saved,
                Input.of(x, g -> unmasked(saved, g)),
                Input.of(cast, g -> Elementwise.onlyWhere(saved.get(0), g).sum()));
    }

    private static Tensor unmasked(Saved saved, Tensor g) {
        return Elementwise.onlyWhere(Compare.logicalNot(saved.get(0)), g);
    }

    /** In place: at least min and at most max, which wins. */
    public static Tensor clamp_(Tensor x, Number min, Number max) {
        return x.dtype().isFloating()
                ? InPlace.of(UnaryOp.CLAMP, x, min.doubleValue(), max.doubleValue(), from -> clamp(from, min, max))
                : InPlace.of("clamp_", x, from -> clamp(from, min, max));
    }

    /** In place: at least min and at most max, which wins; both broadcast to x. */
    public static Tensor clamp_(Tensor x, Tensor min, Tensor max) {
        min.layout().expand("clamp_", x.shape());
        max.layout().expand("clamp_", x.shape());
        return InPlace.of("clamp_", x, from -> clamp(from, min, max));
    }

    /** In place: at least min. */
    public static Tensor clampMin_(Tensor x, Number min) {
        return InPlace.of("clampMin_", x, from -> clampMin(from, min));
    }

    /** In place: at most max. */
    public static Tensor clampMax_(Tensor x, Number max) {
        return InPlace.of("clampMax_", x, from -> clampMax(from, max));
    }

    /** In place: a value where the mask, which broadcasts to x, holds. */
    public static Tensor maskedFill_(Tensor x, Tensor mask, Number value) {
        mask.layout().expand("maskedFill_", x.shape());
        return InPlace.of("maskedFill_", x, from -> maskedFill(from, mask, value));
    }

    /** In place: the only element of a tensor where the mask, which broadcasts to x, holds. */
    public static Tensor maskedFill_(Tensor x, Tensor mask, Tensor value) {
        mask.layout().expand("maskedFill_", x.shape());
        return InPlace.of("maskedFill_", x, from -> maskedFill(from, mask, value));
    }
}
