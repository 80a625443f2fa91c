package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ReduceOp;
import java.util.Arrays;

/**
 * Reductions over dimensions; no dimensions named means all. F32 sums add in blocks of a fixed shape, so that the bits do
 * not depend on threads. Denormals are kept. The counterparts are those of {@code torch}, as {@code torch.sum}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}});
 * System.out.println(Reduce.sum(x, false, 0)); // tensor([4., 6.])
 * System.out.println(Reduce.max(x, 1, false).indices()); // tensor([1, 1])
 * }
 */
public final class Reduce {
    private Reduce() {}

    /** The extreme values over a dimension, and where they are (I64). */
    public record Extreme(Tensor values, Tensor indices) {}

    /** The smallest and the largest. */
    public record MinMax(Tensor min, Tensor max) {}

    /** The sum; integers and BOOL give I64. {@code torch.sum}. */
    public static Tensor sum(Tensor x, boolean keepDim, int... dims) {
        Checks.computable("sum", x);
        int[] over = Checks.dims("sum", x.shape(), dims);
        if (x.dtype() == DType.BOOL) {
            return reduce(ReduceOp.COUNT, x, keepDim, over);
        }
        Tensor from = x.dtype().isFloating() ? x : x.to(DType.I64);
        Tensor y = reduce(ReduceOp.SUM, from, keepDim, over);
        Shape before = x.shape();
        return Graph.records(x)
                ? Graph.record(
                        "SumBackward" + (dims.length == 0 ? 0 : 1), y, null, Input.of(x, g -> spread(g, before, over)))
                : y;
    }

    /** The sum divided by the count; NaN of nothing. F32 or F64. {@code torch.mean}. */
    public static Tensor mean(Tensor x, boolean keepDim, int... dims) {
        Checks.floating("mean", x);
        int[] over = Checks.dims("mean", x.shape(), dims);
        Tensor y = reduce(ReduceOp.MEAN, x, keepDim, over);
        if (!Graph.records(x)) {
            return y;
        }
        Shape before = x.shape();
        double share = (double) y.count() / x.count();
        return Graph.record(
                "MeanBackward" + (dims.length == 0 ? 0 : 1),
                y,
                null,
                Input.of(x, g -> spread(Elementwise.mul(g, share), before, over)));
    }

    /** The sum of what is not NaN; integers and BOOL give I64. {@code torch.nansum}. */
    public static Tensor nansum(Tensor x, boolean keepDim, int... dims) {
        Checks.computable("nansum", x);
        if (!x.dtype().isFloating()) {
            return sum(x, keepDim, dims);
        }
        int[] over = Checks.dims("nansum", x.shape(), dims);
        Tensor y = reduce(ReduceOp.NANSUM, x, keepDim, over);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(x);
        Shape before = x.shape();
        return Graph.record("NansumBackward0", y, saved, Input.of(x, g -> {
            Tensor v = saved.get(0);
            return Elementwise.onlyWhere(Compare.eq(v, v), spread(g, before, over));
        }));
    }

    /** The mean of what is not NaN; NaN of nothing. F32 or F64. {@code torch.nanmean}. */
    public static Tensor nanmean(Tensor x, boolean keepDim, int... dims) {
        Checks.floating("nanmean", x);
        Tensor own = x.detach();
        Tensor count = sum(Compare.eq(own, own), keepDim, dims);
        return Elementwise.div(nansum(x, keepDim, dims), count);
    }

    /** Whether one is not 0, as BOOL; of U8 as U8. NaN is not 0. {@code torch.any}. */
    public static Tensor any(Tensor x, boolean keepDim, int... dims) {
        return truth("any", ReduceOp.ANY, x, keepDim, dims);
    }

    /** Whether none is 0, as BOOL; of U8 as U8. NaN is not 0. {@code torch.all}. */
    public static Tensor all(Tensor x, boolean keepDim, int... dims) {
        return truth("all", ReduceOp.ALL, x, keepDim, dims);
    }

    private static Tensor truth(String op, ReduceOp kernel, Tensor x, boolean keepDim, int... dims) {
        Checks.computable(op, x);
        Tensor y = reduce(kernel, x, keepDim, Checks.dims(op, x.shape(), dims));
        return x.dtype() == DType.U8 ? y.to(DType.U8) : y;
    }

    /** I64: how many are not 0. NaN is not 0. {@code torch.count_nonzero}. */
    public static Tensor countNonzero(Tensor x, int... dims) {
        Checks.computable("countNonzero", x);
        return reduce(ReduceOp.COUNT, x, false, Checks.dims("countNonzero", x.shape(), dims));
    }

    /**
     * The logarithm of the sum of e^x, finite for finite x; -infinity of nothing. {@code torch.logsumexp}.
     *
     * @param x numbers; integers and BOOL become F32
     */
    public static Tensor logsumexp(Tensor x, boolean keepDim, int... dims) {
        Checks.computable("logsumexp", x);
        int[] over = Checks.dims("logsumexp", x.shape(), dims);
        if (x.rank() == 0) {
            return logsumexp(View.view(x, 1), false, 0);
        }
        Tensor from = x.dtype().isFloating() ? x : x.to(DType.F32);
        Tensor y = from.newEmpty(reduced(x.shape(), keepDim, over));
        x.device().kernels().reduce().logSumExp(from, over, y);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x);
        Shape before = x.shape();
        return Graph.record("LogsumexpBackward0", y, saved, Input.of(x, g -> {
            Tensor share = saved.get(0).sub(spread(saved.get(1), before, over)).exp();
            return spread(g, before, over).mul(share);
        }));
    }

    /** The largest of all; NaN where there is one; equal ones share the gradient. {@code torch.max}. */
    public static Tensor max(Tensor x) {
        return extremeOfAll("max", "MaxBackward1", ReduceOp.MAX, x);
    }

    /** The smallest of all; NaN where there is one; equal ones share the gradient. {@code torch.min}. */
    public static Tensor min(Tensor x) {
        return extremeOfAll("min", "MinBackward1", ReduceOp.MIN, x);
    }

    private static Tensor extremeOfAll(String op, String node, ReduceOp kernel, Tensor x) {
        return recordShared(node, x, extreme(op, kernel, x, false, Checks.dims(op, x.shape())));
    }

    /** Records that y, of rank 0, is a value of x: those that equal it share the gradient. */
    static Tensor recordShared(String node, Tensor x, Tensor y) {
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x);
        return Graph.record(node, y, saved, Input.of(x, g -> {
            Tensor v = saved.get(0).detach();
            Tensor value = saved.get(1).detach();
            Tensor bothNaN = Compare.logicalAnd(Compare.isnan(v), Compare.isnan(value));
            Tensor equal = Compare.logicalOr(Compare.eq(v, value), bothNaN);
            return Elementwise.onlyWhere(equal, Elementwise.div(g, sum(equal, false)));
        }));
    }

    /** The largest over dimensions; equal ones share the gradient. {@code torch.amax}. */
    public static Tensor amax(Tensor x, boolean keepDim, int... dims) {
        return extreme("amax", "AmaxBackward0", ReduceOp.MAX, x, keepDim, dims);
    }

    /** The smallest over dimensions; equal ones share the gradient. {@code torch.amin}. */
    public static Tensor amin(Tensor x, boolean keepDim, int... dims) {
        return extreme("amin", "AminBackward0", ReduceOp.MIN, x, keepDim, dims);
    }

    /** The smallest and the largest over dimensions; equal ones share their gradient. {@code torch.aminmax}. */
    public static MinMax aminmax(Tensor x, boolean keepDim, int... dims) {
        return new MinMax(
                extreme("aminmax", "AminmaxBackward0", ReduceOp.MIN, x, keepDim, dims),
                extreme("aminmax", "AminmaxBackward0", ReduceOp.MAX, x, keepDim, dims));
    }

    /** An extreme value, not recorded. */
    private static Tensor extreme(String op, ReduceOp kernel, Tensor x, boolean keepDim, int... over) {
        Tensor from = numbers(op, x);
        requireElements(op, x, over);
        Tensor y = reduce(kernel, from, keepDim, over);
        return x.dtype() == DType.BOOL ? y.to(DType.BOOL) : y;
    }

    private static Tensor extreme(String op, String node, ReduceOp kernel, Tensor x, boolean keepDim, int... dims) {
        int[] over = Checks.dims(op, x.shape(), dims);
        Tensor y = extreme(op, kernel, x, keepDim, over);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x);
        Shape before = x.shape();
        return Graph.record(node, y, saved, Input.of(x, g -> {
            Tensor hits =
                    Compare.eq(saved.get(0), spread(saved.get(1), before, over)).to(g.dtype());
            Tensor share = Elementwise.div(hits, sum(hits, true, over));
            return Elementwise.mul(spread(g, before, over), share);
        }));
    }

    /** The largest over a dimension and where the first of them is; NaN wins. {@code torch.max(x, dim)}. */
    public static Extreme max(Tensor x, int dim, boolean keepDim) {
        return extremeAt("max", ReduceOp.MAX, x, dim, keepDim);
    }

    /** The smallest over a dimension and where the first of them is; NaN wins. {@code torch.min(x, dim)}. */
    public static Extreme min(Tensor x, int dim, boolean keepDim) {
        return extremeAt("min", ReduceOp.MIN, x, dim, keepDim);
    }

    private static Extreme extremeAt(String op, ReduceOp kernel, Tensor x, int dim, boolean keepDim) {
        int along = Checks.dim(op, x.shape(), dim);
        Tensor indices = arg(op, kernel, x, along, true);
        Tensor values = Index.gather(x.detach(), along, indices);
        boolean keeps = keepDim || x.rank() == 0;
        Tensor chosen = keeps ? values : View.squeeze(values, along).detach();
        String node = kernel == ReduceOp.MAX ? "MaxBackward0" : "MinBackward0";
        return new Extreme(
                Index.recordChosen(node, x, along, chosen, indices, keeps),
                keeps ? indices : View.squeeze(indices, along));
    }

    /** I64, rank 0: where the first largest of all is, in row-major order. {@code torch.argmax}. */
    public static Tensor argmax(Tensor x) {
        return argAll("argmax", ReduceOp.MAX, x);
    }

    /** I64, rank 0: where the first smallest of all is, in row-major order. {@code torch.argmin}. */
    public static Tensor argmin(Tensor x) {
        return argAll("argmin", ReduceOp.MIN, x);
    }

    /** I64: where the first largest over a dimension is. */
    public static Tensor argmax(Tensor x, int dim, boolean keepDim) {
        return arg("argmax", ReduceOp.MAX, x, Checks.dim("argmax", x.shape(), dim), keepDim);
    }

    /** I64: where the first smallest over a dimension is. */
    public static Tensor argmin(Tensor x, int dim, boolean keepDim) {
        return arg("argmin", ReduceOp.MIN, x, Checks.dim("argmin", x.shape(), dim), keepDim);
    }

    private static Tensor argAll(String op, ReduceOp kernel, Tensor x) {
        Tensor from = numbers(op, x);
        int[] over = Checks.dims(op, x.shape());
        requireElements(op, x, over);
        Tensor y = Tensor.empty(x.device(), DType.I64, Shape.scalar());
        x.device().kernels().reduce().argReduce(kernel, from, over, y);
        return y;
    }

    private static Tensor arg(String op, ReduceOp kernel, Tensor x, int dim, boolean keepDim) {
        Tensor from = numbers(op, x);
        int[] over = x.rank() == 0 ? new int[0] : new int[] {dim};
        requireElements(op, x, over);
        Tensor y = Tensor.empty(x.device(), DType.I64, reduced(x.shape(), keepDim, over));
        x.device().kernels().reduce().argReduce(kernel, from, over, y);
        return y;
    }

    private static Tensor numbers(String op, Tensor x) {
        Checks.computable(op, x);
        return x.dtype() == DType.BOOL ? x.to(DType.U8) : x;
    }

    static void requireElements(String op, Tensor x, int... over) {
        for (int dim : over) {
            Checks.require(x.size(dim) > 0, op, "nothing to choose from", x);
        }
    }

    /** One kernel, not recorded. */
    static Tensor reduce(ReduceOp op, Tensor x, boolean keepDim, int... over) {
        Tensor y = Tensor.empty(x.device(), op.result(x.dtype()), reduced(x.shape(), keepDim, over));
        x.device().kernels().reduce().reduce(op, x, over, y);
        return y;
    }

    /** The shape without the dimensions, or with size 1 there. */
    static Shape reduced(Shape shape, boolean keepDim, int... over) {
        long[] sizes = new long[keepDim ? shape.rank() : shape.rank() - over.length];
        int to = 0;
        for (int i = 0; i < shape.rank(); i++) {
            boolean gone = Arrays.binarySearch(over, i) >= 0;
            if (!gone || keepDim) {
                sizes[to++] = gone ? 1 : shape.size(i);
            }
        }
        return Shape.of(sizes);
    }

    /** The gradient of a reduction, repeated over the dimensions that it lacks, as a view. */
    static Tensor spread(Tensor g, Shape target, int... over) {
        Tensor kept = g.rank() == target.rank()
                ? g
                : View.reshape(g, reduced(target, true, over).toArray());
        return View.expand(kept, target.toArray());
    }

    /** Sums over the dimensions along which a shape was broadcast; x itself where there are none. */
    public static Tensor sumTo(Tensor x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        int added = x.rank() - shape.rank();
        int[] over = new int[x.rank()];
        int count = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (i < added || shape.size(i - added) == 1 && x.size(i) != 1) {
                over[count++] = i;
            }
        }
        Tensor summed = count == 0 ? x : sum(x, false, Arrays.copyOf(over, count));
        return View.reshape(summed, shape.toArray());
    }
}
