package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Reduce.Extreme;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ReduceOp;

/**
 * Running results along a dimension: each element joined with all before it. Running products stand in {@link
 * Product}. The counterparts are {@code torch.cumsum}, {@code torch.cummax} and {@code torch.cummin}.
 *
 * {@snippet :
 * System.out.println(Scan.cumsum(Tensor.of(1f, 2f, 3f), 0)); // tensor([1., 3., 6.])
 * }
 */
public final class Scan {
    private Scan() {}

    /** The running sum along a dimension; integers and BOOL give I64. {@code torch.cumsum}. */
    public static Tensor cumsum(Tensor x, int dim) {
        Checks.computable("cumsum", x);
        int along = Checks.dim("cumsum", x.shape(), dim);
        return sum(false, x.dtype().isFloating() ? x : x.to(DType.I64), along);
    }

    /** In place: the running sum along a dimension, in x's own dtype. */
    public static Tensor cumsum_(Tensor x, int dim) {
        return InPlace.of("cumsum_", x, from -> cumsum(from, dim));
    }

    private static Tensor sum(boolean reverse, Tensor x, int along) {
        Tensor y = run(ReduceOp.SUM, reverse, x, along);
        return Graph.records(x)
                ? Graph.record("CumsumBackward0", y, null, Input.of(x, g -> sum(!reverse, g, along)))
                : y;
    }

    /** One kernel, not recorded. */
    static Tensor run(ReduceOp op, boolean reverse, Tensor x, int along) {
        Tensor dense = dense(x);
        Tensor y = dense.newEmpty(); // [*]
        x.device().kernels().scan().scan(op, reverse, dense, along, y);
        Elementwise.releaseUnless(x, dense);
        return y;
    }

    /** x's values, contiguous. */
    static Tensor dense(Tensor x) {
        return x.isContiguous() ? x : Elementwise.clone(x.detach());
    }

    /** The running maximum along a dimension, and where it was last met; NaN wins. {@code torch.cummax}. */
    public static Extreme cummax(Tensor x, int dim) {
        return extreme("cummax", "CummaxBackward0", ReduceOp.MAX, x, dim);
    }

    /** The running minimum along a dimension, and where it was last met; NaN wins. {@code torch.cummin}. */
    public static Extreme cummin(Tensor x, int dim) {
        return extreme("cummin", "CumminBackward0", ReduceOp.MIN, x, dim);
    }

    private static Extreme extreme(String op, String node, ReduceOp kernel, Tensor x, int dim) {
        Checks.computable(op, x);
        int along = Checks.dim(op, x.shape(), dim);
        Tensor dense = dense(x.dtype() == DType.BOOL ? x.to(DType.U8) : x);
        Tensor values = dense.newEmpty(); // [*]
        Tensor places = Tensor.empty(x.device(), DType.I64, x.shape());
        x.device().kernels().scan().extreme(kernel, dense, along, values, places);
        if (!Graph.records(x)) {
            return new Extreme(values.to(x.dtype()), places);
        }
        Saved saved = Saved.of(places);
        Shape before = x.shape();
        Input input = Input.of(x, g -> Index.scatterAdd(g.newZeros(before), along, saved.get(0), g));
        return new Extreme(Graph.record(node, values, saved, input), places);
    }
}
