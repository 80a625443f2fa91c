package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** x = function(x): by the kernel straight into x where nothing is recorded and dtypes agree, else by a copy back. */
final class InPlace {
    private InPlace() {}

    /** x = function(x), which is the row. */
    static Tensor of(UnaryOp row, Tensor x, UnaryOperator<Tensor> function) {
        return of(row, x, 0, 0, function);
    }

    /** x = function(x), which is the row with its parameters. */
    static Tensor of(UnaryOp row, Tensor x, double a, double b, UnaryOperator<Tensor> function) {
        String op = row.methodInPlace();
        if (!row.kinds().takes(x.dtype()) || Graph.checkWrite(op, x)) {
            return of(op, x, function);
        }
        x.device().kernels().elementwise().unary(row, x, x, a, b);
        x.storage(op).touch();
        return x;
    }

    /** x = function(x). */
    static Tensor of(String op, Tensor x, UnaryOperator<Tensor> function) {
        if (Graph.checkWrite(op, x)) {
            return rewrite(op, x, function);
        }
        Tensor y = function.apply(x);
        if (y.requiresGrad()) { // an operand of the function is recorded: again, from a copy that the record may keep
            y.release();
            return rewrite(op, x, function);
        }
        requireHolds(op, x, y);
        x.device().kernels().elementwise().cast(y, x);
        x.storage(op).touch();
        y.release();
        return x;
    }

    /** x = function(x, y), which is the row; y broadcasts to x. */
    static Tensor of(String op, Tensor x, Tensor y, BinaryOp row, BinaryOperator<Tensor> function) {
        Checks.sameDevice(op, x, y);
        Layout operand = y.layout().expand(op, x.shape());
        if (Graph.checkWrite(op, x, y)) {
            return rewrite(op, x, from -> function.apply(from, y));
        }
        boolean direct = x.dtype() == y.dtype()
                && x.dtype().isFloating()
                && x.dtype().isComputable()
                && (!shareMemory(op, x, y) || x.storage(op) == y.storage(op) && operand.equals(x.layout()));
        if (!direct) {
            return of(op, x, from -> function.apply(from, y));
        }
        NdArray expanded = operand == y.layout() ? y : y.alias(operand);
        x.device().kernels().elementwise().binary(row, x, expanded, x);
        x.storage(op).touch();
        Elementwise.releaseUnless(y, expanded);
        return x;
    }

    /** x = function(x, y), which is the row. */
    static Tensor of(String op, Tensor x, Number y, BinaryOp row, BiFunction<Tensor, Number, Tensor> function) {
        boolean direct = x.dtype().isFloating() && x.dtype().isComputable();
        if (!direct || Graph.checkWrite(op, x)) {
            return of(op, x, from -> function.apply(from, y));
        }
        x.device().kernels().elementwise().binary(row, x, y, x);
        x.storage(op).touch();
        return x;
    }

    /** Whether writing into x may change y. */
    static boolean shareMemory(String op, Tensor x, Tensor y) {
        return x.storage(op).overlaps(y.storage(op));
    }

    /** The same on the graph: the function works on x's value as it was, and x takes over the result's history. */
    private static Tensor rewrite(String op, Tensor x, UnaryOperator<Tensor> function) {
        Tensor before = Graph.original(x);
        Tensor after = function.apply(before);
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
