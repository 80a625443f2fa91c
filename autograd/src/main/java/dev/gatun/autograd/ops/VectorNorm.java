package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ReduceOp;

/**
 * The p-norm over dimensions. The counterpart is {@code torch.linalg.vector_norm}.
 *
 * {@snippet :
 * System.out.println(VectorNorm.norm(Tensor.of(3.0, 4.0), 2, false).item()); // 5.0
 * }
 */
public final class VectorNorm {
    private VectorNorm() {}

    /**
     * The sum of |x|^p, to the power 1 / p; for infinite p the largest or smallest |x|, for 0 the count of what is not 0.
     * {@code torch.linalg.vector_norm}.
     *
     * @param x F32 or F64
     * @param p any number but NaN; PyTorch's default is 2
     * @param keepDim whether the dimensions stay, with size 1
     * @param dims none means all
     * @return dtype of x. Its gradient at 0 is 0
     */
    public static Tensor norm(Tensor x, double p, boolean keepDim, int... dims) {
        Checks.floating("norm", x);
        if (Double.isNaN(p)) {
            throw new IllegalArgumentException("norm: p is NaN: " + x.describe());
        }
        int[] over = Checks.dims("norm", x.shape(), dims);
        Tensor y = value(x.detach(), p, keepDim, over);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x);
        Shape before = x.shape();
        return Graph.record(
                "LinalgVectorNormBackward0",
                y,
                saved,
                Input.of(
                        x,
                        g -> gradient(p, saved.get(0), kept(saved.get(1), before, over), kept(g, before, over), over)));
    }

    private static Tensor value(Tensor x, double p, boolean keepDim, int... over) {
        if (p == 2) {
            return Maths.sqrt(Reduce.reduce(ReduceOp.SQUARE_SUM, x, keepDim, over));
        }
        if (p == 1) {
            return Reduce.reduce(ReduceOp.ABS_SUM, x, keepDim, over);
        }
        if (p == 0) {
            return Reduce.reduce(ReduceOp.COUNT, x, keepDim, over).to(x.dtype());
        }
        Tensor size = Maths.abs(x);
        if (Double.isInfinite(p)) {
            Reduce.requireElements("norm", x, over);
            return Reduce.reduce(p > 0 ? ReduceOp.MAX : ReduceOp.MIN, size, keepDim, over);
        }
        return Reduce.reduce(ReduceOp.SUM, size.pow(p), keepDim, over).pow(1 / p);
    }

    /** With the reduced dimensions, of size 1. */
    private static Tensor kept(Tensor y, Shape before, int... over) {
        return View.reshape(y, Reduce.reduced(before, true, over).toArray());
    }

    private static Tensor gradient(double p, Tensor x, Tensor y, Tensor g, int... over) {
        if (p == 0) {
            return g.newZeros(x.shape());
        }
        if (p == 1) {
            return Maths.sign(x).mul(g);
        }
        if (p == 2) {
            return x.mul(unlessZero(y, g.div(y)));
        }
        if (Double.isInfinite(p)) {
            Tensor bothNaN = Compare.logicalAnd(Compare.isnan(x), Compare.isnan(y));
            Tensor equal = Compare.logicalOr(Compare.eq(Maths.abs(x), y), bothNaN);
            Tensor share = g.div(Reduce.sum(equal, true, over));
            return Maths.sign(x).mul(Elementwise.onlyWhere(equal, share));
        }
        if (p < 2) {
            Tensor slope = Maths.sign(x).mul(Maths.abs(x).pow(p - 1));
            return (p < 1 ? unlessZero(x, slope) : slope).mul(unlessZero(y, g.div(y.pow(p - 1))));
        }
        return x.mul(Maths.abs(x).pow(p - 2)).mul(unlessZero(y, g.div(y.pow(p - 1))));
    }

    private static Tensor unlessZero(Tensor y, Tensor value) {
        return Elementwise.onlyWhere(Compare.ne(y, 0), value);
    }
}
