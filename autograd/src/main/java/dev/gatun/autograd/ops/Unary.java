package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.kernels.UnaryOp;
import org.jspecify.annotations.Nullable;

/** One kernel for the value and one for the gradient: what every operation of one operand is, but for its rule. */
final class Unary {
    private Unary() {}

    /**
     * The gradient of an operation in terms of others, for where it is differentiated again; elsewhere the row's fused
     * gradient stands for it.
     */
    @FunctionalInterface
    interface Rule {
        /**
         * The gradient for the input.
         *
         * @param g gradient of the output
         * @param saved the input or the output, as {@link UnaryOp#saves()} says; g where it saves nothing
         */
        Tensor apply(Tensor g, Tensor saved);
    }

    /** A function without parameters. */
    static Tensor of(UnaryOp op, Tensor x, Rule rule) {
        return of(op, x, 0, 0, rule);
    }

    /** A function of numbers: integers and BOOL become F32, unless the row takes integers, which then has no BOOL. */
    static Tensor of(UnaryOp op, Tensor x, double a, double b, Rule rule) {
        Checks.computable(op.method(), x);
        if (op.kinds() == Kinds.NUMBERS) {
            Checks.number(op.method(), x);
        }
        return apply(op, op.kinds().takes(x.dtype()) ? x : x.to(DType.F32), a, b, rule);
    }

    /** A function of F32 and F64 alone. */
    static Tensor floating(UnaryOp op, Tensor x, double a, double b, Rule rule) {
        Checks.floating(op.method(), x);
        return apply(op, x, a, b, rule);
    }

    private static Tensor apply(UnaryOp op, Tensor x, double a, double b, Rule rule) {
        Tensor y = x.newEmpty(); // [*]
        x.device().kernels().elementwise().unary(op, x, y, a, b);
        return record(op, x, y, a, b, rule);
    }

    /**
     * Records y = op(x), however it was computed.
     *
     * @param x of which only the history counts where the operation saves its output
     * @return y
     */
    static Tensor record(UnaryOp op, Tensor x, Tensor y, double a, double b, Rule rule) {
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = switch (op.saves()) {
            case NOTHING -> null;
            case INPUT -> Saved.of(x);
            case OUTPUT -> Saved.output(y);
        };
        return Graph.record(op.node(), y, saved, Input.of(x, g -> gradient(op, g, saved, a, b, rule)));
    }

    private static Tensor gradient(UnaryOp op, Tensor g, @Nullable Saved saved, double a, double b, Rule rule) {
        Tensor value = saved == null ? g : saved.get(0);
        if (GradMode.isOn()) {
            return rule.apply(g, value);
        }
        Tensor dx = g.newEmpty(); // [*]
        Tensor x = op.saves() == UnaryOp.Saves.INPUT ? value : null;
        Tensor y = op.saves() == UnaryOp.Saves.OUTPUT ? value : null;
        g.device().kernels().elementwise().unaryGrad(op, x, y, g, dx, a, b);
        return dx;
    }
}
