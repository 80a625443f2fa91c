package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.BinaryOp;

/**
 * Operations of two operands beyond {@link Elementwise}'s, which broadcast and promote like them. The counterparts are
 * those of {@code torch}, as {@code torch.fmod}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(-7L, 7L);
 * System.out.println(Arithmetic.floorDivide(x, 2)); // tensor([-4, 3])
 * System.out.println(Arithmetic.fmod(x, 4)); // tensor([-3, 3])
 * }
 */
public final class Arithmetic {
    private Arithmetic() {}

    /**
     * x / y, rounded, broadcast and promoted; integers give integers. No gradient but 0. {@code torch.div}.
     *
     * @throws IllegalArgumentException if an integer is divided by zero
     */
    public static Tensor div(Tensor x, Tensor y, Rounding rounding) {
        return div("div", x, y, rounding);
    }

    /** x / y, rounded; integers give integers. */
    public static Tensor div(Tensor x, Number y, Rounding rounding) {
        return div("div", x, y, rounding);
    }

    /** x / y, rounded; integers give integers. */
    public static Tensor div(Number x, Tensor y, Rounding rounding) {
        return div(Elementwise.scalarFor("div", y, x), y, rounding);
    }

    /** The next whole number below x / y, broadcast and promoted; integers give integers. {@code torch.floor_divide}. */
    public static Tensor floorDivide(Tensor x, Tensor y) {
        return div("floorDivide", x, y, Rounding.FLOOR);
    }

    /** The next whole number below x / y; integers give integers. */
    public static Tensor floorDivide(Tensor x, Number y) {
        return div("floorDivide", x, y, Rounding.FLOOR);
    }

    private static Tensor div(String op, Tensor x, Tensor y, Rounding rounding) {
        requireDivisor(op, x, y);
        Elementwise.Rule none = (g, a, b) -> Tensor.zerosLike(g);
        return Elementwise.binary(op, "DivBackward2", rowOf(rounding), x, y, none, none);
    }

    private static Tensor div(String op, Tensor x, Number y, Rounding rounding) {
        requireDivisor(op, x, y);
        return Elementwise.binary(op, "DivBackward2", rowOf(rounding), x, y, (g, v) -> Tensor.zerosLike(g));
    }

    private static BinaryOp rowOf(Rounding rounding) {
        return switch (rounding) {
            case FLOOR -> BinaryOp.DIV_FLOOR;
            case TRUNC -> BinaryOp.DIV_TRUNC;
        };
    }

    private static void requireDivisor(String op, Tensor x, Tensor y) {
        Checks.computable(op, x);
        Checks.computable(op, y);
        boolean whole = !x.dtype().isFloating() && !y.dtype().isFloating();
        Checks.require(!whole || y.eq(0).sum().itemLong() == 0, op, "an integer is divided by zero", x, y);
    }

    private static void requireDivisor(String op, Tensor x, Number y) {
        boolean whole = !x.dtype().isFloating() && !Elementwise.isFractional(y);
        long divisor = x.dtype() == DType.U8 ? y.longValue() & 0xff : y.longValue();
        Checks.require(!whole || divisor != 0, op, "an integer is divided by zero", x);
    }

    /**
     * What is left of x by whole multiples of y, with the sign of y, as Python's %; broadcast and promoted. {@code torch.remainder}.
     *
     * @throws IllegalArgumentException if an integer is divided by zero
     */
    public static Tensor remainder(Tensor x, Tensor y) {
        requireDivisor("remainder", x, y);
        return Elementwise.binary(
                "remainder",
                "RemainderBackward1",
                BinaryOp.REMAINDER,
                x,
                y,
                (g, a, b) -> g,
                (g, a, b) -> g.mul(Arithmetic.div(a, b, Rounding.FLOOR)).neg());
    }

    /** What is left of x by whole multiples of y, with the sign of y, as Python's %. */
    public static Tensor remainder(Tensor x, Number y) {
        requireDivisor("remainder", x, y);
        return Elementwise.binary("remainder", "RemainderBackward0", BinaryOp.REMAINDER, x, y, (g, v) -> g);
    }

    /** What is left of x by whole multiples of y, with the sign of y, as Python's %. */
    public static Tensor remainder(Number x, Tensor y) {
        return remainder(Elementwise.scalarFor("remainder", y, x), y);
    }

    /**
     * What is left of x by whole multiples of y, with the sign of x; broadcast and promoted. {@code torch.fmod}.
     *
     * @throws IllegalArgumentException if an integer is divided by zero
     */
    public static Tensor fmod(Tensor x, Tensor y) {
        requireDivisor("fmod", x, y);
        return Elementwise.binary(
                "fmod",
                "FmodBackward1",
                BinaryOp.FMOD,
                x,
                y,
                (g, a, b) -> g,
                (g, a, b) -> g.mul(Arithmetic.div(a, b, Rounding.TRUNC)).neg());
    }

    /** What is left of x by whole multiples of y, with the sign of x. */
    public static Tensor fmod(Tensor x, Number y) {
        requireDivisor("fmod", x, y);
        return Elementwise.binary("fmod", "FmodBackward0", BinaryOp.FMOD, x, y, (g, v) -> g);
    }

    /** What is left of x by whole multiples of y, with the sign of x. */
    public static Tensor fmod(Number x, Tensor y) {
        return fmod(Elementwise.scalarFor("fmod", y, x), y);
    }

    /** The larger of each pair, NaN where both are; x gets the gradient where equal. {@code torch.fmax}. */
    public static Tensor fmax(Tensor x, Tensor y) {
        if (x.dtype() == DType.BOOL && y.dtype() == DType.BOOL) {
            return Compare.logicalOr(x, y);
        }
        return Elementwise.binary(
                "fmax",
                "FmaxBackward0",
                BinaryOp.FMAX,
                x,
                y,
                (g, a, b) -> Elementwise.onlyWhere(Compare.logicalOr(a.ge(b), b.isnan()), g),
                (g, a, b) -> Elementwise.onlyWhere(
                        Compare.logicalOr(a.ge(b), b.isnan()).logicalNot(), g));
    }

    /** The smaller of each pair, NaN where both are; x gets the gradient where equal. {@code torch.fmin}. */
    public static Tensor fmin(Tensor x, Tensor y) {
        if (x.dtype() == DType.BOOL && y.dtype() == DType.BOOL) {
            return Compare.logicalAnd(x, y);
        }
        return Elementwise.binary(
                "fmin",
                "FminBackward0",
                BinaryOp.FMIN,
                x,
                y,
                (g, a, b) -> Elementwise.onlyWhere(Compare.logicalOr(a.le(b), b.isnan()), g),
                (g, a, b) -> Elementwise.onlyWhere(
                        Compare.logicalOr(a.le(b), b.isnan()).logicalNot(), g));
    }

    /** The angle of the point (x, y) in radians, in -pi..pi; integers and BOOL give F32. {@code torch.atan2}. */
    public static Tensor atan2(Tensor y, Tensor x) {
        return Elementwise.binary(
                "atan2",
                "Atan2Backward0",
                BinaryOp.ATAN2,
                y,
                x,
                (g, a, b) -> g.mul(b.div(a.square().add(b.square()))),
                (g, a, b) -> g.mul(a.div(a.square().add(b.square()))).neg());
    }

    /** The length of the vector (x, y), F32 or F64, without overflow on the way. {@code torch.hypot}. */
    public static Tensor hypot(Tensor x, Tensor y) {
        requireFloating("hypot", x, y);
        return Elementwise.binary(
                "hypot",
                "HypotBackward0",
                BinaryOp.HYPOT,
                x,
                y,
                (g, a, b) -> g.mul(a.div(hypot(a, b))),
                (g, a, b) -> g.mul(b.div(hypot(a, b))));
    }

    /** log(e^x + e^y), F32 or F64, without overflow on the way. {@code torch.logaddexp}. */
    public static Tensor logaddexp(Tensor x, Tensor y) {
        requireFloating("logaddexp", x, y);
        return Elementwise.binary(
                "logaddexp",
                "LogaddexpBackward0",
                BinaryOp.LOGADDEXP,
                x,
                y,
                (g, a, b) -> g.div(b.sub(a).exp().add(1)),
                (g, a, b) -> g.div(a.sub(b).exp().add(1)));
    }

    private static void requireFloating(String op, Tensor x, Tensor y) {
        Checks.floating(op, x);
        Checks.floating(op, y);
    }

    /** In place: x / y, rounded; y broadcasts to x. */
    public static Tensor div_(Tensor x, Tensor y, Rounding rounding) {
        return InPlace.of("div_", x, y, rowOf(rounding), (a, b) -> div(a, b, rounding));
    }

    /** In place: x / y, rounded. */
    public static Tensor div_(Tensor x, Number y, Rounding rounding) {
        return InPlace.of("div_", x, y, rowOf(rounding), (a, b) -> div(a, b, rounding));
    }

    /** In place: the next whole number below x / y; y broadcasts to x. */
    public static Tensor floorDivide_(Tensor x, Tensor y) {
        return InPlace.of("floorDivide_", x, y, BinaryOp.DIV_FLOOR, Arithmetic::floorDivide);
    }

    /** In place: the next whole number below x / y. */
    public static Tensor floorDivide_(Tensor x, Number y) {
        return InPlace.of("floorDivide_", x, y, BinaryOp.DIV_FLOOR, Arithmetic::floorDivide);
    }

    /** In place: what is left of x by whole multiples of y, with the sign of y; y broadcasts to x. */
    public static Tensor remainder_(Tensor x, Tensor y) {
        return InPlace.of("remainder_", x, y, BinaryOp.REMAINDER, Arithmetic::remainder);
    }

    /** In place: what is left of x by whole multiples of y, with the sign of y. */
    public static Tensor remainder_(Tensor x, Number y) {
        return InPlace.of("remainder_", x, y, BinaryOp.REMAINDER, Arithmetic::remainder);
    }

    /** In place: what is left of x by whole multiples of y, with the sign of x; y broadcasts to x. */
    public static Tensor fmod_(Tensor x, Tensor y) {
        return InPlace.of("fmod_", x, y, BinaryOp.FMOD, Arithmetic::fmod);
    }

    /** In place: what is left of x by whole multiples of y, with the sign of x. */
    public static Tensor fmod_(Tensor x, Number y) {
        return InPlace.of("fmod_", x, y, BinaryOp.FMOD, Arithmetic::fmod);
    }

    /** In place: the angle of the point (y, x); y broadcasts to x. */
    public static Tensor atan2_(Tensor x, Tensor y) {
        return InPlace.of("atan2_", x, y, BinaryOp.ATAN2, Arithmetic::atan2);
    }

    /** In place: the length of the vector (x, y); y broadcasts to x. */
    public static Tensor hypot_(Tensor x, Tensor y) {
        return InPlace.of("hypot_", x, y, BinaryOp.HYPOT, Arithmetic::hypot);
    }
}
