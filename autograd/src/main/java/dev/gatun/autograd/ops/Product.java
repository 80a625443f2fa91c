package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ReduceOp;
import java.util.Arrays;
import java.util.List;

/**
 * Products over dimensions and along one. Their gradients are right where elements are 0: that of an element is the product
 * of those before it times a sum over those behind it, which is a recurrence and no quotient. The counterparts are
 * {@code torch.prod} and {@code torch.cumprod}.
 *
 * {@snippet :
 * System.out.println(Product.cumprod(Tensor.of(1f, 2f, 3f), 0)); // tensor([1., 2., 6.])
 * }
 */
public final class Product {
    private Product() {}

    /** The product; integers and BOOL give I64. {@code torch.prod}. */
    public static Tensor prod(Tensor x, boolean keepDim, int... dims) {
        Checks.computable("prod", x);
        int[] over = Checks.dims("prod", x.shape(), dims);
        Tensor y = Reduce.reduce(ReduceOp.PROD, x.dtype().isFloating() ? x : x.to(DType.I64), keepDim, over);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x);
        String node = "ProdBackward" + (dims.length == 0 ? 0 : 1);
        return Graph.record(node, y, saved, Input.of(x, g -> {
            Tensor v = saved.get(0);
            Tensor product = saved.get(1);
            if (over.length == 0) {
                return g;
            }
            if (Reduce.all(product, false).item() != 0) { // no element is 0
                return Reduce.spread(g.mul(product), v.shape(), over).div(v);
            }
            return ofRows(v, g, over);
        }));
    }

    /** The gradient for x, whose reduced dimensions are brought together as the last. */
    private static Tensor ofRows(Tensor x, Tensor g, int... over) {
        int rank = x.rank();
        int[] order = new int[rank];
        int kept = 0;
        for (int d = 0; d < rank; d++) {
            if (Arrays.binarySearch(over, d) < 0) {
                order[kept++] = d;
            }
        }
        System.arraycopy(over, 0, order, kept, over.length);
        int[] back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[order[i]] = i;
        }
        Tensor turned = View.permute(x, order);
        Tensor rows = View.flatten(turned, kept, rank - 1); // [kept, n]
        Shape one = rows.shape().with(kept, 1);
        Tensor arriving = View.reshape(g, one.toArray());
        Tensor before = g.newZeros(rows.shape().with(kept, rows.size(kept) - 1));
        Tensor dx = ofRunning(rows, cumprod(rows, kept), Join.cat(List.of(before, arriving), kept), kept);
        return View.permute(View.reshape(dx, turned.shape().toArray()), back);
    }

    /** In place: the running product along a dimension, in x's own dtype. */
    public static Tensor cumprod_(Tensor x, int dim) {
        return InPlace.of("cumprod_", x, from -> cumprod(from, dim));
    }

    /** The running product along a dimension; integers and BOOL give I64. {@code torch.cumprod}. */
    public static Tensor cumprod(Tensor x, int dim) {
        Checks.computable("cumprod", x);
        int along = Checks.dim("cumprod", x.shape(), dim);
        Tensor y = Scan.run(ReduceOp.PROD, false, x.dtype().isFloating() ? x : x.to(DType.I64), along);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x);
        return Graph.record(
                "CumprodBackward0", y, saved, Input.of(x, g -> ofRunning(saved.get(0), saved.get(1), g, along)));
    }

    /** The gradient for x of its running product y, where g arrives. */
    private static Tensor ofRunning(Tensor x, Tensor y, Tensor g, int along) {
        if (x.rank() == 0 || x.size(along) == 0) {
            return g;
        }
        // behind[i] = g[i] + x[i + 1] g[i + 1] + x[i + 1] x[i + 2] g[i + 2] + ...
        Tensor behind = linear(true, x, g, along);
        return Join.cat(List.of(View.narrow(behind, along, 0, 1), mulShifted(behind, y, along)), along);
    }

    /** a without its first entry times b without its last. */
    private static Tensor mulShifted(Tensor a, Tensor b, int along) {
        long rest = a.size(along) - 1;
        return View.narrow(a, along, 1, rest).mul(View.narrow(b, along, 0, rest));
    }

    /** y[i] = b[i] + a[i] y[i - 1] or, in reverse, y[i] = b[i] + a[i + 1] y[i + 1]; each is the other's gradient. */
    private static Tensor linear(boolean reverse, Tensor a, Tensor b, int along) {
        Tensor links = Scan.dense(a);
        Tensor terms = Scan.dense(b);
        Tensor y = terms.newEmpty(); // [*]
        a.device().kernels().scan().linear(reverse, links, terms, along, y);
        if (!Graph.records(a, b)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, a);
        return Graph.record(
                "LinearScanBackward",
                y,
                saved,
                Input.of(a, g -> {
                    Tensor own = linear(!reverse, saved.get(0), g, along);
                    Tensor value = saved.get(1);
                    Tensor rest = reverse ? mulShifted(value, own, along) : mulShifted(own, value, along);
                    return Join.cat(List.of(g.newZeros(g.shape().with(along, 1)), rest), along);
                }),
                Input.of(b, g -> linear(!reverse, saved.get(0), g, along)));
    }
}
