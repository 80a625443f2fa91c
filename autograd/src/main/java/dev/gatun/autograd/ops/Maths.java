package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.UnaryOp;

/**
 * Functions of one operand. Integers and BOOL become F32, but where a function says that their dtype stays; BOOL then is
 * refused, where PyTorch refuses it. The counterparts are those of {@code torch}, as {@code torch.exp}.
 *
 * <p>F32 results are within 1 ulp of the true value, but for reciprocals of roots ({@link #rsqrt}: 1.5), {@link #tanh}
 * (1.34) and {@link Activation#sigmoid} (1.87). F64 results are the C library's; {@link #erfinv}, {@link #digamma} and
 * {@link #polygamma}, which it lacks, and {@link #lgamma} are within 4 ulp away from their zeros.
 *
 * {@snippet :
 * Tensor x = Tensor.of(0.0, 1.0);
 * System.out.println(Maths.exp(x)); // tensor([1.0000, 2.7183], dtype=torch.float64)
 * System.out.println(Maths.erf(x)); // tensor([0.0000, 0.8427], dtype=torch.float64)
 * }
 */
public final class Maths {
    private static final double LN_2 = Math.log(2);
    private static final double LN_10 = Math.log(10);
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    private Maths() {}

    /** -x. Shape of x and its dtype. {@code torch.neg}. */
    public static Tensor neg(Tensor x) {
        return Unary.of(UnaryOp.NEG, x, (g, v) -> g.neg());
    }

    /** |x|; its gradient at 0 is 0. Shape of x and its dtype. {@code torch.abs}. */
    public static Tensor abs(Tensor x) {
        return Unary.of(UnaryOp.ABS, x, (g, v) -> g.mul(v.sign()));
    }

    /** -1, 0 or 1; its gradient is 0. Shape of x and its dtype, BOOL too. {@code torch.sign}. */
    public static Tensor sign(Tensor x) {
        if (x.dtype() == DType.BOOL) {
            return x.clone();
        }
        return Unary.of(UnaryOp.SIGN, x, (g, v) -> Tensor.zerosLike(g));
    }

    /** x * x. Shape of x and its dtype; BOOL gives I64. {@code torch.square}. */
    public static Tensor square(Tensor x) {
        Tensor from = x.dtype() == DType.BOOL ? x.to(DType.I64) : x;
        return Unary.of(UnaryOp.SQUARE, from, (g, v) -> g.mul(v.mul(2)));
    }

    /** 1 / x. Shape of x. {@code torch.reciprocal}. */
    public static Tensor reciprocal(Tensor x) {
        return Unary.of(UnaryOp.RECIPROCAL, x, (g, v) -> g.mul(v.square()).neg());
    }

    /** The square root; NaN below 0. Shape of x. {@code torch.sqrt}. */
    public static Tensor sqrt(Tensor x) {
        return Unary.of(UnaryOp.SQRT, x, (g, v) -> g.div(v.mul(2)));
    }

    /** 1 over the square root; NaN below 0. Shape of x. {@code torch.rsqrt}. */
    public static Tensor rsqrt(Tensor x) {
        return Unary.of(UnaryOp.RSQRT, x, (g, v) -> g.mul(v.square().mul(v)).mul(-0.5));
    }

    /** The next whole number below; its gradient is 0. Shape of x and its dtype. {@code torch.floor}. */
    public static Tensor floor(Tensor x) {
        return Unary.of(UnaryOp.FLOOR, x, (g, v) -> Tensor.zerosLike(g));
    }

    /** The next whole number above; its gradient is 0. Shape of x and its dtype. {@code torch.ceil}. */
    public static Tensor ceil(Tensor x) {
        return Unary.of(UnaryOp.CEIL, x, (g, v) -> Tensor.zerosLike(g));
    }

    /** The nearest whole number, halves to the even one; its gradient is 0. Shape of x and its dtype. {@code torch.round}. */
    public static Tensor round(Tensor x) {
        return Unary.of(UnaryOp.ROUND, x, (g, v) -> Tensor.zerosLike(g));
    }

    /** x without its fraction; its gradient is 0. Shape of x and its dtype. {@code torch.trunc}. */
    public static Tensor trunc(Tensor x) {
        return Unary.of(UnaryOp.TRUNC, x, (g, v) -> Tensor.zerosLike(g));
    }

    /** e^x. Shape of x. {@code torch.exp}. */
    public static Tensor exp(Tensor x) {
        return Unary.of(UnaryOp.EXP, x, (g, v) -> g.mul(v));
    }

    /** 2^x. Shape of x. {@code torch.exp2}. */
    public static Tensor exp2(Tensor x) {
        return Unary.of(UnaryOp.EXP2, x, (g, v) -> g.mul(v).mul(LN_2));
    }

    /** e^x - 1, precise near 0. Shape of x. {@code torch.expm1}. */
    public static Tensor expm1(Tensor x) {
        return Unary.of(UnaryOp.EXPM1, x, (g, v) -> g.mul(v.add(1)));
    }

    /** The natural logarithm; NaN below 0. Shape of x. {@code torch.log}. */
    public static Tensor log(Tensor x) {
        return Unary.of(UnaryOp.LOG, x, (g, v) -> g.div(v));
    }

    /** The logarithm to base 2; NaN below 0. Shape of x. {@code torch.log2}. */
    public static Tensor log2(Tensor x) {
        return Unary.of(UnaryOp.LOG2, x, (g, v) -> g.div(v.mul(LN_2)));
    }

    /** The logarithm to base 10; NaN below 0. Shape of x. {@code torch.log10}. */
    public static Tensor log10(Tensor x) {
        return Unary.of(UnaryOp.LOG10, x, (g, v) -> g.div(v.mul(LN_10)));
    }

    /** The logarithm of 1 + x, precise near 0; NaN below -1. Shape of x. {@code torch.log1p}. */
    public static Tensor log1p(Tensor x) {
        return Unary.of(UnaryOp.LOG1P, x, (g, v) -> g.div(v.add(1)));
    }

    /** The sine of an angle in radians, of any size. Shape of x. {@code torch.sin}. */
    public static Tensor sin(Tensor x) {
        return Unary.of(UnaryOp.SIN, x, (g, v) -> g.mul(v.cos()));
    }

    /** The cosine of an angle in radians, of any size. Shape of x. {@code torch.cos}. */
    public static Tensor cos(Tensor x) {
        return Unary.of(UnaryOp.COS, x, (g, v) -> g.mul(v.sin()).neg());
    }

    /** The tangent of an angle in radians, of any size. Shape of x. {@code torch.tan}. */
    public static Tensor tan(Tensor x) {
        return Unary.of(UnaryOp.TAN, x, (g, v) -> g.mul(v.square().add(1)));
    }

    /** The arc sine in radians; NaN outside of -1..1. Shape of x. {@code torch.asin}. */
    public static Tensor asin(Tensor x) {
        return Unary.of(UnaryOp.ASIN, x, (g, v) -> g.mul(v.square().rsub(1).rsqrt()));
    }

    /** The arc cosine in radians; NaN outside of -1..1. Shape of x. {@code torch.acos}. */
    public static Tensor acos(Tensor x) {
        return Unary.of(
                UnaryOp.ACOS, x, (g, v) -> g.mul(v.square().rsub(1).rsqrt()).neg());
    }

    /** The arc tangent in radians. Shape of x. {@code torch.atan}. */
    public static Tensor atan(Tensor x) {
        return Unary.of(UnaryOp.ATAN, x, (g, v) -> g.div(v.square().add(1)));
    }

    /** The hyperbolic sine. Shape of x. {@code torch.sinh}. */
    public static Tensor sinh(Tensor x) {
        return Unary.of(UnaryOp.SINH, x, (g, v) -> g.mul(v.cosh()));
    }

    /** The hyperbolic cosine. Shape of x. {@code torch.cosh}. */
    public static Tensor cosh(Tensor x) {
        return Unary.of(UnaryOp.COSH, x, (g, v) -> g.mul(v.sinh()));
    }

    /** The hyperbolic tangent. Shape of x. {@code torch.tanh}. */
    public static Tensor tanh(Tensor x) {
        return Unary.of(UnaryOp.TANH, x, Activation.TANH);
    }

    /** The inverse of the hyperbolic sine. Shape of x. {@code torch.asinh}. */
    public static Tensor asinh(Tensor x) {
        return Unary.of(UnaryOp.ASINH, x, (g, v) -> g.mul(v.square().add(1).rsqrt()));
    }

    /** The inverse of the hyperbolic cosine; NaN below 1. Shape of x. {@code torch.acosh}. */
    public static Tensor acosh(Tensor x) {
        return Unary.of(UnaryOp.ACOSH, x, (g, v) -> g.mul(v.square().sub(1).rsqrt()));
    }

    /** The inverse of the hyperbolic tangent; NaN outside of -1..1. Shape of x. {@code torch.atanh}. */
    public static Tensor atanh(Tensor x) {
        return Unary.of(UnaryOp.ATANH, x, (g, v) -> g.div(v.square().rsub(1)));
    }

    /** The error function. Shape of x. {@code torch.erf}. */
    public static Tensor erf(Tensor x) {
        return Unary.of(UnaryOp.ERF, x, (g, v) -> g.mul(v.square().neg().exp().mul(TWO_OVER_ROOT_PI)));
    }

    /** 1 - erf(x), precise where that is small. Shape of x. {@code torch.erfc}. */
    public static Tensor erfc(Tensor x) {
        return Unary.of(UnaryOp.ERFC, x, (g, v) -> g.mul(v.square().neg().exp().mul(-TWO_OVER_ROOT_PI)));
    }

    /** The inverse of erf; NaN outside of -1..1. Shape of x. {@code torch.erfinv}. */
    public static Tensor erfinv(Tensor x) {
        return Unary.of(UnaryOp.ERFINV, x, (g, v) -> g.mul(v.square().exp().div(TWO_OVER_ROOT_PI)));
    }

    /** The logarithm of |gamma(x)|. Shape of x. {@code torch.lgamma}. */
    public static Tensor lgamma(Tensor x) {
        return Unary.of(UnaryOp.LGAMMA, x, (g, v) -> g.mul(v.digamma()));
    }

    /** The derivative of lgamma. Shape of x. {@code torch.digamma}. */
    public static Tensor digamma(Tensor x) {
        return Unary.of(UnaryOp.DIGAMMA, x, (g, v) -> g.mul(v.polygamma(1)));
    }

    /**
     * Rounded to so many decimals, halves to the even digit; its gradient is 0. Shape and dtype of x. {@code torch.round}.
     *
     * @param x F32 or F64
     * @param decimals negative ones round to tens, hundreds, ...
     */
    public static Tensor round(Tensor x, int decimals) {
        Checks.floating("round", x);
        double scale = Math.pow(10, Math.abs(decimals));
        return decimals < 0
                ? x.div(scale).round().mul(scale)
                : x.mul(scale).round().div(scale);
    }

    /**
     * x - trunc(x): the fraction, with the sign of x. Shape and dtype of x. {@code torch.frac}.
     *
     * @param x F32 or F64
     */
    public static Tensor frac(Tensor x) {
        return Unary.floating(UnaryOp.FRAC, x, 0, 0, (g, v) -> g);
    }

    /** The n-th derivative of digamma; digamma itself for 0. Shape of x. {@code torch.polygamma}. */
    public static Tensor polygamma(Tensor x, int n) {
        Checks.require(n >= 0, "polygamma", "the order " + n + " is negative", x);
        return n == 0 ? digamma(x) : Unary.of(UnaryOp.POLYGAMMA, x, n, 0, (g, v) -> g.mul(v.polygamma(n + 1)));
    }

    /** The logarithm of x / (1 - x); NaN outside of 0..1. Shape of x. {@code torch.logit}. */
    public static Tensor logit(Tensor x) {
        return Unary.of(UnaryOp.LOGIT, x, -1, 0, (g, v) -> g.div(v.mul(v.rsub(1))));
    }

    /**
     * The logarithm of x / (1 - x), with x kept within eps..1-eps. Shape of x. {@code torch.logit}.
     *
     * @param x any number
     * @param eps not negative
     */
    public static Tensor logit(Tensor x, double eps) {
        requireEps("logit", x, eps);
        return Unary.of(
                UnaryOp.LOGIT,
                x,
                eps,
                0,
                (g, v) -> Elementwise.onlyWhere(Compare.logicalAnd(v.ge(eps), v.le(1 - eps)), g.div(v.mul(v.rsub(1)))));
    }

    /** x with 0 for NaN, and the ends of the dtype's range for infinities. Shape and dtype of x. {@code torch.nan_to_num}. */
    public static Tensor nanToNum(Tensor x) {
        double largest = x.dtype() == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
        return nanToNum(x, 0, largest, -largest);
    }

    /**
     * x with numbers for what is none. Shape and dtype of x. {@code torch.nan_to_num}.
     *
     * @param x any dtype but BF16 and F16
     * @param nan for NaN
     * @param positive for infinity
     * @param negative for minus infinity
     */
    public static Tensor nanToNum(Tensor x, double nan, double positive, double negative) {
        Checks.computable("nanToNum", x);
        if (!x.dtype().isFloating()) {
            return x.clone();
        }
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            Tensor finite = Choice.where(x.eq(Double.POSITIVE_INFINITY), positive, x);
            y = Choice.where(x.isnan(), nan, Choice.where(x.eq(Double.NEGATIVE_INFINITY), negative, finite));
        }
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(x);
        return Graph.record(
                "NanToNumBackward0",
                y,
                saved,
                Input.of(x, g -> Elementwise.onlyWhere(saved.get(0).isfinite(), g)));
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

    /** In place: 1 over the square root; NaN below 0. */
    public static Tensor rsqrt_(Tensor x) {
        return InPlace.of(UnaryOp.RSQRT, x, Maths::rsqrt);
    }

    /** In place: the next whole number below; its gradient is 0. */
    public static Tensor floor_(Tensor x) {
        return InPlace.of(UnaryOp.FLOOR, x, Maths::floor);
    }

    /** In place: the next whole number above; its gradient is 0. */
    public static Tensor ceil_(Tensor x) {
        return InPlace.of(UnaryOp.CEIL, x, Maths::ceil);
    }

    /** In place: the nearest whole number, halves to the even one; its gradient is 0. */
    public static Tensor round_(Tensor x) {
        return InPlace.of(UnaryOp.ROUND, x, Maths::round);
    }

    /** In place: x without its fraction; its gradient is 0. */
    public static Tensor trunc_(Tensor x) {
        return InPlace.of(UnaryOp.TRUNC, x, Maths::trunc);
    }

    /** In place: e^x. */
    public static Tensor exp_(Tensor x) {
        return InPlace.of(UnaryOp.EXP, x, Maths::exp);
    }

    /** In place: 2^x. */
    public static Tensor exp2_(Tensor x) {
        return InPlace.of(UnaryOp.EXP2, x, Maths::exp2);
    }

    /** In place: e^x - 1, precise near 0. */
    public static Tensor expm1_(Tensor x) {
        return InPlace.of(UnaryOp.EXPM1, x, Maths::expm1);
    }

    /** In place: the natural logarithm; NaN below 0. */
    public static Tensor log_(Tensor x) {
        return InPlace.of(UnaryOp.LOG, x, Maths::log);
    }

    /** In place: the logarithm to base 2; NaN below 0. */
    public static Tensor log2_(Tensor x) {
        return InPlace.of(UnaryOp.LOG2, x, Maths::log2);
    }

    /** In place: the logarithm to base 10; NaN below 0. */
    public static Tensor log10_(Tensor x) {
        return InPlace.of(UnaryOp.LOG10, x, Maths::log10);
    }

    /** In place: the logarithm of 1 + x, precise near 0; NaN below -1. */
    public static Tensor log1p_(Tensor x) {
        return InPlace.of(UnaryOp.LOG1P, x, Maths::log1p);
    }

    /** In place: the sine of an angle in radians, of any size. */
    public static Tensor sin_(Tensor x) {
        return InPlace.of(UnaryOp.SIN, x, Maths::sin);
    }

    /** In place: the cosine of an angle in radians, of any size. */
    public static Tensor cos_(Tensor x) {
        return InPlace.of(UnaryOp.COS, x, Maths::cos);
    }

    /** In place: the tangent of an angle in radians, of any size. */
    public static Tensor tan_(Tensor x) {
        return InPlace.of(UnaryOp.TAN, x, Maths::tan);
    }

    /** In place: the arc sine in radians; NaN outside of -1..1. */
    public static Tensor asin_(Tensor x) {
        return InPlace.of(UnaryOp.ASIN, x, Maths::asin);
    }

    /** In place: the arc cosine in radians; NaN outside of -1..1. */
    public static Tensor acos_(Tensor x) {
        return InPlace.of(UnaryOp.ACOS, x, Maths::acos);
    }

    /** In place: the arc tangent in radians. */
    public static Tensor atan_(Tensor x) {
        return InPlace.of(UnaryOp.ATAN, x, Maths::atan);
    }

    /** In place: the hyperbolic sine. */
    public static Tensor sinh_(Tensor x) {
        return InPlace.of(UnaryOp.SINH, x, Maths::sinh);
    }

    /** In place: the hyperbolic cosine. */
    public static Tensor cosh_(Tensor x) {
        return InPlace.of(UnaryOp.COSH, x, Maths::cosh);
    }

    /** In place: the hyperbolic tangent. */
    public static Tensor tanh_(Tensor x) {
        return InPlace.of(UnaryOp.TANH, x, Maths::tanh);
    }

    /** In place: the inverse of the hyperbolic sine. */
    public static Tensor asinh_(Tensor x) {
        return InPlace.of(UnaryOp.ASINH, x, Maths::asinh);
    }

    /** In place: the inverse of the hyperbolic cosine; NaN below 1. */
    public static Tensor acosh_(Tensor x) {
        return InPlace.of(UnaryOp.ACOSH, x, Maths::acosh);
    }

    /** In place: the inverse of the hyperbolic tangent; NaN outside of -1..1. */
    public static Tensor atanh_(Tensor x) {
        return InPlace.of(UnaryOp.ATANH, x, Maths::atanh);
    }

    /** In place: the error function. */
    public static Tensor erf_(Tensor x) {
        return InPlace.of(UnaryOp.ERF, x, Maths::erf);
    }

    /** In place: 1 - erf(x), precise where that is small. */
    public static Tensor erfc_(Tensor x) {
        return InPlace.of(UnaryOp.ERFC, x, Maths::erfc);
    }

    /** In place: the inverse of erf; NaN outside of -1..1. */
    public static Tensor erfinv_(Tensor x) {
        return InPlace.of(UnaryOp.ERFINV, x, Maths::erfinv);
    }

    /** In place: the logarithm of |gamma(x)|. */
    public static Tensor lgamma_(Tensor x) {
        return InPlace.of(UnaryOp.LGAMMA, x, Maths::lgamma);
    }

    /** In place: the derivative of lgamma. */
    public static Tensor digamma_(Tensor x) {
        return InPlace.of(UnaryOp.DIGAMMA, x, Maths::digamma);
    }

    /** In place: the fraction, with the sign of x. */
    public static Tensor frac_(Tensor x) {
        return InPlace.of(UnaryOp.FRAC, x, Maths::frac);
    }

    /** In place: the logarithm of x / (1 - x), with x kept within eps..1-eps. */
    public static Tensor logit_(Tensor x, double eps) {
        requireEps("logit_", x, eps);
        return InPlace.of(UnaryOp.LOGIT, x, eps, 0, from -> logit(from, eps));
    }

    private static void requireEps(String op, Tensor x, double eps) {
        Checks.require(eps >= 0, op, "eps " + eps + " is negative", x);
    }

    /** In place: with 0 for NaN, and the ends of the dtype's range for infinities. */
    public static Tensor nanToNum_(Tensor x) {
        return InPlace.of("nanToNum_", x, Maths::nanToNum);
    }
}
