package dev.gatun.testing.autograd;

import static dev.gatun.testing.autograd.OpTable.C;
import static dev.gatun.testing.autograd.OpTable.CUBE;
import static dev.gatun.testing.autograd.OpTable.M;
import static dev.gatun.testing.autograd.OpTable.R;
import static dev.gatun.testing.autograd.OpTable.S;
import static dev.gatun.testing.autograd.OpTable.V;
import static dev.gatun.testing.autograd.OpTable.flags;
import static dev.gatun.testing.autograd.OpTable.inPlace;
import static dev.gatun.testing.autograd.OpTable.on;
import static dev.gatun.testing.autograd.OpTable.one;
import static dev.gatun.testing.autograd.OpTable.row;
import static dev.gatun.testing.autograd.OpTable.two;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Activation;
import dev.gatun.autograd.ops.Arithmetic;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Maths;
import dev.gatun.autograd.ops.Rounding;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.autograd.OpTable.Domain;
import java.util.function.UnaryOperator;

/** The rows of {@link OpTable} for functions of one operand, activations, and what is left of two and three operands. */
final class ElementRows {
    private static final Shape ONE = Shape.of(1);
    private static final Shape THREE = Shape.of(3);

    private ElementRows() {}

    static void add() {
        maths();
        activations();
        arithmetic();
        choices();
        ternary();
    }

    private static void maths() {
        unary("neg", Domain.REAL, Maths::neg, Maths::neg_);
        unary("abs", Domain.AWAY, Maths::abs, Maths::abs_);
        step("sign", Domain.AWAY, Maths::sign, Maths::sign_);
        unary("square", Domain.REAL, Maths::square, Maths::square_);
        unary("reciprocal", Domain.AWAY, Maths::reciprocal, Maths::reciprocal_);
        unary("sqrt", Domain.POSITIVE, Maths::sqrt, Maths::sqrt_);
        unary("rsqrt", Domain.POSITIVE, Maths::rsqrt, Maths::rsqrt_);
        step("floor", Domain.FRACTION, Maths::floor, Maths::floor_);
        step("ceil", Domain.FRACTION, Maths::ceil, Maths::ceil_);
        step("round", Domain.FRACTION, x -> x.round(), Maths::round_);
        step("trunc", Domain.FRACTION, Maths::trunc, Maths::trunc_);
        unary("frac", Domain.FRACTION, Maths::frac, Maths::frac_);
        unary("exp", Domain.REAL, Maths::exp, Maths::exp_);
        unary("exp2", Domain.REAL, Maths::exp2, Maths::exp2_);
        unary("expm1", Domain.REAL, Maths::expm1, Maths::expm1_);
        unary("log", Domain.POSITIVE, Maths::log, Maths::log_);
        unary("log2", Domain.POSITIVE, Maths::log2, Maths::log2_);
        unary("log10", Domain.POSITIVE, Maths::log10, Maths::log10_);
        unary("log1p", Domain.POSITIVE, Maths::log1p, Maths::log1p_);
        unary("sin", Domain.REAL, Maths::sin, Maths::sin_);
        unary("cos", Domain.REAL, Maths::cos, Maths::cos_);
        unary("tan", Domain.UNIT, Maths::tan, Maths::tan_);
        unary("asin", Domain.UNIT, Maths::asin, Maths::asin_);
        unary("acos", Domain.UNIT, Maths::acos, Maths::acos_);
        unary("atan", Domain.REAL, Maths::atan, Maths::atan_);
        unary("sinh", Domain.REAL, Maths::sinh, Maths::sinh_);
        unary("cosh", Domain.REAL, Maths::cosh, Maths::cosh_);
        unary("tanh", Domain.REAL, Maths::tanh, Maths::tanh_);
        unary("asinh", Domain.REAL, Maths::asinh, Maths::asinh_);
        unary("acosh", Domain.ABOVE_ONE, Maths::acosh, Maths::acosh_);
        unary("atanh", Domain.UNIT, Maths::atanh, Maths::atanh_);
        unary("erf", Domain.REAL, Maths::erf, Maths::erf_);
        unary("erfc", Domain.REAL, Maths::erfc, Maths::erfc_);
        unary("erfinv", Domain.UNIT, Maths::erfinv, Maths::erfinv_);
        unfixed("lgamma", Maths::lgamma, Maths::lgamma_);
        unfixed("digamma", Maths::digamma, Maths::digamma_);
        one("round decimals", "Maths.round(Tensor, int)", Domain.REAL, x -> x.round(1), M);
        flags(false, true);
        one("polygamma", "Maths.polygamma(Tensor, int)", Domain.POSITIVE, x -> x.polygamma(2), M);
        flags(true, false);
        one("logit", "Maths.logit(Tensor)", Domain.INSIDE, Maths::logit, M);
        one("logit eps", "Maths.logit(Tensor, double)", Domain.INSIDE, x -> x.logit(0.3), M);
        one("logit_ eps", "Maths.logit_(Tensor, double)", Domain.INSIDE, inPlace(y -> y.logit_(0.3)), M);
        one("nanToNum", "Maths.nanToNum(Tensor)", Domain.REAL, Maths::nanToNum, M);
        one(
                "nanToNum numbers",
                "Maths.nanToNum(Tensor, double, double, double)",
                Domain.REAL,
                x -> x.nanToNum(1, 2, 3),
                M);
        one("nanToNum_", "Maths.nanToNum_(Tensor)", Domain.REAL, inPlace(Maths::nanToNum_), M);
    }

    private static void activations() {
        activation("sigmoid", Domain.REAL, Activation::sigmoid, Activation::sigmoid_);
        activation("relu", Domain.AWAY, Activation::relu, Activation::relu_);
        one("relu6", "Activation.relu6(Tensor)", Domain.AWAY, Activation::relu6, M);
        one("relu6_", "Activation.relu6_(Tensor)", Domain.AWAY, inPlace(Activation::relu6_), M);
        one(
                "hardtanh",
                "Activation.hardtanh(Tensor, double, double)",
                Domain.REAL,
                x -> Activation.hardtanh(x, -0.9, 1.1),
                M);
        one(
                "hardtanh_",
                "Activation.hardtanh_(Tensor, double, double)",
                Domain.REAL,
                inPlace(y -> Activation.hardtanh_(y, -0.9, 1.1)),
                M);
        one("leakyRelu", "Activation.leakyRelu(Tensor, double)", Domain.AWAY, x -> Activation.leakyRelu(x, 0.1), M);
        one(
                "leakyRelu_",
                "Activation.leakyRelu_(Tensor, double)",
                Domain.AWAY,
                inPlace(y -> Activation.leakyRelu_(y, 0.1)),
                M);
        one("elu", "Activation.elu(Tensor, double)", Domain.AWAY, x -> Activation.elu(x, 1.5), M);
        one("elu_", "Activation.elu_(Tensor, double)", Domain.AWAY, inPlace(y -> Activation.elu_(y, 1.5)), M);
        one("celu", "Activation.celu(Tensor, double)", Domain.AWAY, x -> Activation.celu(x, 1.5), M);
        one("celu_", "Activation.celu_(Tensor, double)", Domain.AWAY, inPlace(y -> Activation.celu_(y, 1.5)), M);
        one("selu", "Activation.selu(Tensor)", Domain.AWAY, Activation::selu, M);
        one("selu_", "Activation.selu_(Tensor)", Domain.AWAY, inPlace(Activation::selu_), M);
        one("gelu", "Activation.gelu(Tensor)", Domain.REAL, Activation::gelu, M);
        one("geluTanh", "Activation.geluTanh(Tensor)", Domain.REAL, Activation::geluTanh, M);
        one("silu", "Activation.silu(Tensor)", Domain.REAL, Activation::silu, M);
        one("silu_", "Activation.silu_(Tensor)", Domain.REAL, inPlace(Activation::silu_), M);
        one("mish", "Activation.mish(Tensor)", Domain.REAL, Activation::mish, M);
        one("mish_", "Activation.mish_(Tensor)", Domain.REAL, inPlace(Activation::mish_), M);
        one(
                "softplus",
                "Activation.softplus(Tensor, double, double)",
                Domain.REAL,
                x -> Activation.softplus(x, 2, 3),
                M);
        one("logSigmoid", "Activation.logSigmoid(Tensor)", Domain.REAL, Activation::logSigmoid, M);
        one("softsign", "Activation.softsign(Tensor)", Domain.AWAY, Activation::softsign, M);
        one("tanhshrink", "Activation.tanhshrink(Tensor)", Domain.REAL, Activation::tanhshrink, M);
        one("hardsigmoid", "Activation.hardsigmoid(Tensor)", Domain.REAL, Activation::hardsigmoid, M);
        one("hardsigmoid_", "Activation.hardsigmoid_(Tensor)", Domain.REAL, inPlace(Activation::hardsigmoid_), M);
        one("hardswish", "Activation.hardswish(Tensor)", Domain.REAL, Activation::hardswish, M);
        one("hardswish_", "Activation.hardswish_(Tensor)", Domain.REAL, inPlace(Activation::hardswish_), M);
        one(
                "threshold",
                "Activation.threshold(Tensor, double, double)",
                Domain.REAL,
                x -> Activation.threshold(x, 0.3, 2),
                M);
        one(
                "threshold_",
                "Activation.threshold_(Tensor, double, double)",
                Domain.REAL,
                inPlace(y -> Activation.threshold_(y, 0.3, 2)),
                M);
        one("hardshrink", "Activation.hardshrink(Tensor, double)", Domain.REAL, x -> Activation.hardshrink(x, 0.5), M);
        one("softshrink", "Activation.softshrink(Tensor, double)", Domain.REAL, x -> Activation.softshrink(x, 0.5), M);
        two("prelu", "Activation.prelu(Tensor, Tensor)", Domain.AWAY, Activation::prelu, M, V);
        two("prelu one", "Activation.prelu(Tensor, Tensor)", Domain.AWAY, Activation::prelu, M, ONE);
        two("prelu images", "Activation.prelu(Tensor, Tensor)", Domain.AWAY, Activation::prelu, CUBE, THREE);
        one("glu", "Activation.glu(Tensor, int)", Domain.REAL, x -> Activation.glu(x, -1), M);
    }

    private static void arithmetic() {
        two(
                "div floor",
                "Arithmetic.div(Tensor, Tensor, Rounding)",
                Domain.AWAY,
                (x, y) -> x.div(y, Rounding.FLOOR),
                M,
                M);
        flags(false, true);
        one(
                "div floor number",
                "Arithmetic.div(Tensor, Number, Rounding)",
                Domain.AWAY,
                x -> x.div(0.3, Rounding.FLOOR),
                M);
        flags(false, true);
        two(
                "div_ floor",
                "Arithmetic.div_(Tensor, Tensor, Rounding)",
                Domain.AWAY,
                (x, y) -> x.clone().div_(y, Rounding.FLOOR),
                M,
                M);
        flags(false, true);
        two(
                "div trunc",
                "Arithmetic.div(Tensor, Tensor, Rounding)",
                Domain.AWAY,
                (x, y) -> x.div(y, Rounding.TRUNC),
                M,
                M);
        flags(false, true);
        one(
                "div trunc number",
                "Arithmetic.div(Tensor, Number, Rounding)",
                Domain.AWAY,
                x -> x.div(0.3, Rounding.TRUNC),
                M);
        flags(false, true);
        two(
                "div_ trunc",
                "Arithmetic.div_(Tensor, Tensor, Rounding)",
                Domain.AWAY,
                (x, y) -> x.clone().div_(y, Rounding.TRUNC),
                M,
                M);
        flags(false, true);
        one(
                "div_ number floor",
                "Arithmetic.div_(Tensor, Number, Rounding)",
                Domain.AWAY,
                inPlace(y -> y.div_(0.3, Rounding.FLOOR)),
                M);
        flags(false, true);
        one(
                "number div floor",
                "Arithmetic.div(Number, Tensor, Rounding)",
                Domain.AWAY,
                x -> Arithmetic.div(1.7, x, Rounding.FLOOR),
                M);
        flags(false, true);
        two("floorDivide", "Arithmetic.floorDivide(Tensor, Tensor)", Domain.AWAY, Tensor::floorDivide, M, M);
        flags(false, true);
        one("floorDivide number", "Arithmetic.floorDivide(Tensor, Number)", Domain.AWAY, x -> x.floorDivide(0.3), M);
        flags(false, true);
        two(
                "floorDivide_",
                "Arithmetic.floorDivide_(Tensor, Tensor)",
                Domain.AWAY,
                (x, y) -> x.clone().floorDivide_(y),
                M,
                M);
        flags(false, true);
        one(
                "floorDivide_ number",
                "Arithmetic.floorDivide_(Tensor, Number)",
                Domain.AWAY,
                inPlace(y -> y.floorDivide_(0.3)),
                M);
        flags(false, true);
        two("remainder", "Arithmetic.remainder(Tensor, Tensor)", Domain.AWAY, Tensor::remainder, M, M);
        two("remainder row", "Arithmetic.remainder(Tensor, Tensor)", Domain.AWAY, Tensor::remainder, M, V);
        one("remainder number", "Arithmetic.remainder(Tensor, Number)", Domain.AWAY, x -> x.remainder(0.3), M);
        two(
                "remainder_",
                "Arithmetic.remainder_(Tensor, Tensor)",
                Domain.AWAY,
                (x, y) -> x.clone().remainder_(y),
                M,
                M);
        one(
                "remainder_ number",
                "Arithmetic.remainder_(Tensor, Number)",
                Domain.AWAY,
                inPlace(y -> y.remainder_(0.3)),
                M);
        one(
                "number remainder",
                "Arithmetic.remainder(Number, Tensor)",
                Domain.AWAY,
                x -> Arithmetic.remainder(1.7, x),
                M);
        two("fmod", "Arithmetic.fmod(Tensor, Tensor)", Domain.AWAY, Tensor::fmod, M, M);
        two("fmod row", "Arithmetic.fmod(Tensor, Tensor)", Domain.AWAY, Tensor::fmod, M, V);
        one("fmod number", "Arithmetic.fmod(Tensor, Number)", Domain.AWAY, x -> x.fmod(0.3), M);
        two(
                "fmod_",
                "Arithmetic.fmod_(Tensor, Tensor)",
                Domain.AWAY,
                (x, y) -> x.clone().fmod_(y),
                M,
                M);
        one("fmod_ number", "Arithmetic.fmod_(Tensor, Number)", Domain.AWAY, inPlace(y -> y.fmod_(0.3)), M);
        one("number fmod", "Arithmetic.fmod(Number, Tensor)", Domain.AWAY, x -> Arithmetic.fmod(1.7, x), M);
        two("fmax", "Arithmetic.fmax(Tensor, Tensor)", Domain.REAL, Tensor::fmax, M, M);
        one("fmax ties", "Arithmetic.fmax(Tensor, Tensor)", Domain.REAL, x -> x.fmax(x.mul(1.0)), M);
        two("fmin", "Arithmetic.fmin(Tensor, Tensor)", Domain.REAL, Tensor::fmin, M, M);
        one("fmin ties", "Arithmetic.fmin(Tensor, Tensor)", Domain.REAL, x -> x.fmin(x.mul(1.0)), M);
        two("atan2", "Arithmetic.atan2(Tensor, Tensor)", Domain.AWAY, Tensor::atan2, M, M);
        two("atan2 outer", "Arithmetic.atan2(Tensor, Tensor)", Domain.AWAY, Tensor::atan2, C, R);
        two(
                "atan2_",
                "Arithmetic.atan2_(Tensor, Tensor)",
                Domain.AWAY,
                (x, y) -> x.clone().atan2_(y),
                M,
                M);
        two("hypot", "Arithmetic.hypot(Tensor, Tensor)", Domain.AWAY, Tensor::hypot, M, M);
        two("hypot outer", "Arithmetic.hypot(Tensor, Tensor)", Domain.AWAY, Tensor::hypot, C, R);
        two(
                "hypot_",
                "Arithmetic.hypot_(Tensor, Tensor)",
                Domain.AWAY,
                (x, y) -> x.clone().hypot_(y),
                M,
                M);
        two("logaddexp", "Arithmetic.logaddexp(Tensor, Tensor)", Domain.REAL, Tensor::logaddexp, M, M);
        one("number pow", "Elementwise.pow(Number, Tensor)", Domain.REAL, x -> Elementwise.pow(1.5, x), M);
    }

    private static void choices() {
        one(
                "where number",
                "Choice.where(Tensor, Tensor, Number)",
                Domain.REAL,
                x -> Tensor.where(on(x, Tensor.of(true, false, false, true)), x, 0.5),
                M);
        one(
                "where number first",
                "Choice.where(Tensor, Number, Tensor)",
                Domain.REAL,
                x -> Tensor.where(on(x, Tensor.of(true, false, false, true)), 0.5, x),
                M);
        one(
                "where numbers",
                "Choice.where(Tensor, Number, Number)",
                Domain.AWAY,
                x -> Tensor.where(x.gt(0), 1.5, 2.5).to(x.dtype()).mul(x),
                M);
        one("clamp", "Choice.clamp(Tensor, Number, Number)", Domain.REAL, x -> x.clamp(-0.7, 0.9), M);
        one("clampMin", "Choice.clampMin(Tensor, Number)", Domain.REAL, x -> x.clampMin(-0.7), M);
        one("clampMax", "Choice.clampMax(Tensor, Number)", Domain.REAL, x -> x.clampMax(0.7), M);
        one("clamp_", "Choice.clamp_(Tensor, Number, Number)", Domain.REAL, inPlace(y -> y.clamp_(-0.7, 0.9)), M);
        one("clampMin_", "Choice.clampMin_(Tensor, Number)", Domain.REAL, inPlace(y -> y.clampMin_(-0.7)), M);
        one("clampMax_", "Choice.clampMax_(Tensor, Number)", Domain.REAL, inPlace(y -> y.clampMax_(0.7)), M);
        row(
                "clamp tensors",
                "Choice.clamp(Tensor, Tensor, Tensor)",
                Domain.REAL,
                in -> in.get(0).clamp(in.get(1), in.get(2)),
                M,
                M,
                M);
        row(
                "clamp_ tensors",
                "Choice.clamp_(Tensor, Tensor, Tensor)",
                Domain.REAL,
                in -> in.get(0).clone().clamp_(in.get(1), in.get(2)),
                M,
                V,
                C);
        two("clampMin tensor", "Choice.clampMin(Tensor, Tensor)", Domain.REAL, (x, y) -> x.clampMin(y), M, V);
        two("clampMax tensor", "Choice.clampMax(Tensor, Tensor)", Domain.REAL, (x, y) -> x.clampMax(y), M, V);
        one(
                "maskedFill",
                "Choice.maskedFill(Tensor, Tensor, Number)",
                Domain.REAL,
                x -> x.maskedFill(on(x, Tensor.of(true, false, false, true)), 0.5),
                M);
        one(
                "maskedFill_",
                "Choice.maskedFill_(Tensor, Tensor, Number)",
                Domain.REAL,
                inPlace(y -> y.maskedFill_(on(y, Tensor.of(true, false, false, true)), 0.5)),
                M);
        two(
                "maskedFill tensor",
                "Choice.maskedFill(Tensor, Tensor, Tensor)",
                Domain.REAL,
                (x, v) -> x.maskedFill(on(x, Tensor.of(true, false, false, true)), v),
                M,
                S);
        two(
                "maskedFill_ tensor",
                "Choice.maskedFill_(Tensor, Tensor, Tensor)",
                Domain.REAL,
                (x, v) -> x.clone().maskedFill_(on(x, Tensor.of(true, false, false, true)), v),
                M,
                S);
    }

    private static void ternary() {
        row(
                "addcmul",
                "Ternary.addcmul(Tensor, Tensor, Tensor, Number)",
                Domain.REAL,
                in -> in.get(0).addcmul(in.get(1), in.get(2), 0.5),
                M,
                M,
                M);
        row(
                "addcmul broadcast",
                "Ternary.addcmul(Tensor, Tensor, Tensor, Number)",
                Domain.REAL,
                in -> in.get(0).addcmul(in.get(1), in.get(2), 0.5),
                V,
                C,
                S);
        row(
                "addcmul_",
                "Ternary.addcmul_(Tensor, Tensor, Tensor, Number)",
                Domain.REAL,
                in -> in.get(0).clone().addcmul_(in.get(1), in.get(2), 0.5),
                M,
                V,
                C);
        row(
                "addcdiv",
                "Ternary.addcdiv(Tensor, Tensor, Tensor, Number)",
                Domain.AWAY,
                in -> in.get(0).addcdiv(in.get(1), in.get(2), 0.5),
                M,
                M,
                M);
        row(
                "addcdiv_",
                "Ternary.addcdiv_(Tensor, Tensor, Tensor, Number)",
                Domain.AWAY,
                in -> in.get(0).clone().addcdiv_(in.get(1), in.get(2), 0.5),
                M,
                V,
                C);
        row(
                "lerp",
                "Ternary.lerp(Tensor, Tensor, Tensor)",
                Domain.REAL,
                in -> in.get(0).lerp(in.get(1), in.get(2)),
                M,
                M,
                M);
        row(
                "lerp_",
                "Ternary.lerp_(Tensor, Tensor, Tensor)",
                Domain.REAL,
                in -> in.get(0).clone().lerp_(in.get(1), in.get(2)),
                M,
                M,
                M);
        two("lerp number", "Ternary.lerp(Tensor, Tensor, Number)", Domain.REAL, (x, y) -> x.lerp(y, 0.7), M, M);
        two(
                "lerp_ number",
                "Ternary.lerp_(Tensor, Tensor, Number)",
                Domain.REAL,
                (x, y) -> x.clone().lerp_(y, 0.7),
                M,
                M);
    }

    private static void unary(String name, Domain domain, UnaryOperator<Tensor> op, UnaryOperator<Tensor> changing) {
        unary("Maths.", name, domain, op, changing);
    }

    /** A function whose gradient is 0, which then depends on nothing. */
    private static void step(String name, Domain domain, UnaryOperator<Tensor> op, UnaryOperator<Tensor> changing) {
        one(name, "Maths." + name + "(Tensor)", domain, op, M);
        flags(false, true);
        one(name + "_", "Maths." + name + "_(Tensor)", domain, inPlace(changing), M);
        flags(false, true);
    }

    /** A function whose gradient PyTorch computes coarsely. */
    private static void unfixed(String name, UnaryOperator<Tensor> op, UnaryOperator<Tensor> changing) {
        one(name, "Maths." + name + "(Tensor)", Domain.POSITIVE, op, M);
        flags(true, false);
        one(name + "_", "Maths." + name + "_(Tensor)", Domain.POSITIVE, inPlace(changing), M);
        flags(true, false);
    }

    private static void activation(
            String name, Domain domain, UnaryOperator<Tensor> op, UnaryOperator<Tensor> changing) {
        unary("Activation.", name, domain, op, changing);
    }

    private static void unary(
            String family, String name, Domain domain, UnaryOperator<Tensor> op, UnaryOperator<Tensor> changing) {
        one(name, family + name + "(Tensor)", domain, op, M);
        one(name + "_", family + name + "_(Tensor)", domain, inPlace(changing), M);
    }
}
