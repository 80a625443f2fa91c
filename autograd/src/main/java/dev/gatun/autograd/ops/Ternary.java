package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.kernels.TernaryOp;

/**
 * Operations of three operands in one pass; they broadcast and promote. The counterparts are {@code torch.addcmul},
 * {@code torch.addcdiv} and {@code torch.lerp}.
 *
 * {@snippet :
 * System.out.println(Ternary.lerp(Tensor.of(0f), Tensor.of(10f), 0.25)); // tensor([2.5000])
 * }
 */
public final class Ternary {
    private Ternary() {}

    /** The gradient for one of three operands, from the result's, and the operands as they were promoted. */
    @FunctionalInterface
    private interface Rule {
        Tensor apply(Tensor g, Tensor x, Tensor y, Tensor z);
    }

    /** x + value * y * z; numbers, value whole for integers. {@code torch.addcmul}. */
    public static Tensor addcmul(Tensor x, Tensor y, Tensor z, Number value) {
        double factor = value.doubleValue();
        return of(
                "addcmul",
                "AddcmulBackward0",
                TernaryOp.ADDCMUL,
                new Tensor[] {x, y, z},
                value,
                (g, a, b, c) -> g,
                (g, a, b, c) -> g.mul(c.mul(factor)),
                (g, a, b, c) -> g.mul(b.mul(factor)));
    }

    /** x + value * y / z; F32 or F64. {@code torch.addcdiv}. */
    public static Tensor addcdiv(Tensor x, Tensor y, Tensor z, Number value) {
        double factor = value.doubleValue();
        return of(
                "addcdiv",
                "AddcdivBackward0",
                TernaryOp.ADDCDIV,
                new Tensor[] {x, y, z},
                value,
                (g, a, b, c) -> g,
                (g, a, b, c) -> g.mul(c.rdiv(factor)),
                (g, a, b, c) -> g.mul(b.mul(factor).div(c.square())).neg());
    }

    /** From x to y by the share weight: x for 0, y for 1; F32 or F64. {@code torch.lerp}. */
    public static Tensor lerp(Tensor x, Tensor y, Tensor weight) {
        return of(
                "lerp",
                "LerpBackward1",
                TernaryOp.LERP,
                new Tensor[] {x, y, weight},
                0,
                (g, a, b, c) -> g.mul(c.rsub(1)),
                (g, a, b, c) -> g.mul(c),
                (g, a, b, c) -> g.mul(b.sub(a)));
    }

    /** From x to y by the share weight; F32 or F64. */
    public static Tensor lerp(Tensor x, Tensor y, Number weight) {
        DType dtype = DType.promote(DType.promote(x.dtype(), y.dtype()), DType.F32);
        Tensor share = Create.full(x.device(), dtype, Shape.scalar(), weight);
        double part = weight.doubleValue();
        return of(
                "lerp",
                "LerpBackward0",
                TernaryOp.LERP,
                new Tensor[] {x, y, share},
                0,
                (g, a, b, c) -> g.mul(1 - part),
                (g, a, b, c) -> g.mul(part),
                (g, a, b, c) -> g);
    }

    private static Tensor of(
            String op, String node, TernaryOp row, Tensor[] operands, Number value, Rule dx, Rule dy, Rule dz) {
        for (Tensor operand : operands) {
            Checks.sameDevice(op, operands[0], operand);
            if (row.kinds() == Kinds.FLOATS) {
                Checks.floating(op, operand);
            } else {
                Checks.computable(op, operand);
            }
        }
        DType dtype = Elementwise.resultType(operands[0], operands[1]);
        dtype = DType.promote(
                dtype, operands[2].rank() == 0 && dtype.canHold(operands[2].dtype()) ? dtype : operands[2].dtype());
        Checks.require(dtype != DType.BOOL, op, "bool has no arithmetic, cast it first", operands);
        Checks.require(
                dtype.isFloating() || !Elementwise.isFractional(value), op, value + " is not an integer", operands);
        Tensor x = operands[0].to(dtype);
        Tensor y = operands[1].to(dtype);
        Tensor z = operands[2].to(dtype);
        Shape shape = Shape.broadcast(op, Shape.broadcast(op, x.shape(), y.shape()), z.shape());
        Tensor out = x.newEmpty(shape);
        double a = dtype == DType.U8 ? value.intValue() & 0xff : value.doubleValue();
        NdArray first = Elementwise.expanded(x, shape);
        NdArray second = Elementwise.expanded(y, shape);
        NdArray third = Elementwise.expanded(z, shape);
        x.device().kernels().elementwise().ternary(row, first, second, third, out, a);
        Elementwise.releaseUnless(x, first);
        Elementwise.releaseUnless(y, second);
        Elementwise.releaseUnless(z, third);
        if (!Graph.records(x, y, z)) {
            return out;
        }
        Saved saved = Saved.of(x, y, z);
        return Graph.record(
                node,
                out,
                saved,
                Input.of(x, g -> dx.apply(g, saved.get(0), saved.get(1), saved.get(2))),
                Input.of(y, g -> dy.apply(g, saved.get(0), saved.get(1), saved.get(2))),
                Input.of(z, g -> dz.apply(g, saved.get(0), saved.get(1), saved.get(2))));
    }

    /** In place: x + value * y * z; y and z broadcast to x. */
    public static Tensor addcmul_(Tensor x, Tensor y, Tensor z, Number value) {
        requireFits("addcmul_", x, y, z);
        return InPlace.of("addcmul_", x, from -> addcmul(from, y, z, value));
    }

    /** In place: x + value * y / z; y and z broadcast to x. */
    public static Tensor addcdiv_(Tensor x, Tensor y, Tensor z, Number value) {
        requireFits("addcdiv_", x, y, z);
        return InPlace.of("addcdiv_", x, from -> addcdiv(from, y, z, value));
    }

    /** In place: from x to y by the share weight; y and weight broadcast to x. */
    public static Tensor lerp_(Tensor x, Tensor y, Tensor weight) {
        requireFits("lerp_", x, y, weight);
        return InPlace.of("lerp_", x, from -> lerp(from, y, weight));
    }

    /** In place: from x to y by the share weight; y broadcasts to x. */
    public static Tensor lerp_(Tensor x, Tensor y, Number weight) {
        requireFits("lerp_", x, y);
        return InPlace.of("lerp_", x, from -> lerp(from, y, weight));
    }

    private static void requireFits(String op, Tensor x, Tensor... others) {
        for (Tensor other : others) {
            other.layout().expand(op, x.shape());
        }
    }
}
