package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.UnaryOp;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of F32 and F64, and of I64, I32 and U8, which wrap around. The rules are those of Giles, "Collected
 * matrix derivative results for forward and reverse mode algorithmic differentiation", 2008. The counterparts are
 * {@code torch.matmul}, {@code torch.mm}, {@code torch.bmm} and {@code F.linear}.
 *
 * {@snippet :
 * Tensor a = Tensor.ones(10, 1, 2, 3);
 * Tensor b = Tensor.ones(5, 3, 4);
 * System.out.println(Linalg.matmul(a, b).shape()); // [10, 5, 2, 4]
 * }
 */
public final class Linalg {
    private Linalg() {}

    /**
     * The matrix product by PyTorch's rules: two vectors give their dot product, a vector counts as a row on the left and
     * as a column on the right, dimensions before the last two are batches and broadcast. Transposed views are read as
     * they lie. {@code torch.matmul}.
     *
     * @param a [*, m, k] or [k]
     * @param b [*, k, n] or [k], of a's dtype
     * @return [*, m, n], without m or n where an operand was a vector
     * @throws IllegalArgumentException if inner sizes, dtypes or devices differ
     */
    public static Tensor matmul(Tensor a, Tensor b) {
        Checks.sameNumbers("matmul", a, b);
        Checks.require(a.rank() > 0 && b.rank() > 0, "matmul", "takes no rank 0", a, b);
        Checks.require(a.size(-1) == b.size(b.rank() == 1 ? 0 : -2), "matmul", "inner sizes differ", a, b);
        if (a.rank() == 2 && b.rank() == 2) {
            return mm(a, b);
        }
        if (b.rank() == 1 && a.rank() <= 2) {
            return a.rank() == 1 ? Blas.dot(a, b) : Blas.mv(a, b);
        }
        Tensor left = a.rank() == 1 ? View.unsqueeze(a, 0) : a;
        Tensor right = b.rank() == 1 ? View.unsqueeze(b, 1) : b;
        Tensor product;
        if (left.rank() == 2 && right.rank() == 2) {
            product = mm(left, right);
        } else if (right.rank() == 2 && left.isContiguous()) { // the batch is more rows
            long k = left.size(-1);
            Tensor rows = mm(View.reshape(left, rowsOf(left), k), right);
            product = View.view(
                    rows, left.shape().with(left.rank() - 1, right.size(-1)).toArray());
        } else {
            product = batched(left, right);
        }
        if (b.rank() == 1) {
            product = View.squeeze(product, -1);
        }
        return a.rank() == 1 ? View.squeeze(product, -2) : product;
    }

    private static long rowsOf(Tensor x) {
        long rows = 1;
        for (int i = 0; i < x.rank() - 1; i++) {
            rows *= x.size(i);
        }
        return rows;
    }

    private static Tensor batched(Tensor a, Tensor b) {
        Shape batch = Shape.broadcast("matmul", batchOf(a.shape()), batchOf(b.shape()));
        Tensor left = View.reshape(
                View.expand(a, joined(batch, a.size(-2), a.size(-1))), batch.count(), a.size(-2), a.size(-1));
        Tensor right = View.reshape(
                View.expand(b, joined(batch, b.size(-2), b.size(-1))), batch.count(), b.size(-2), b.size(-1));
        return View.view(bmm(left, right), joined(batch, a.size(-2), b.size(-1)));
    }

    /** The dimensions before the last two. */
    static Shape batchOf(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
    }

    /** Sizes of a batch of matrices. */
    static long[] joined(Shape batch, long rows, long columns) {
        long[] sizes = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        sizes[batch.rank()] = rows;
        sizes[batch.rank() + 1] = columns;
        return sizes;
    }

    /**
     * The product of two matrices. {@code torch.mm}.
     *
     * @param a [m, k]
     * @param b [k, n], of a's dtype
     * @return [m, n]
     */
    public static Tensor mm(Tensor a, Tensor b) {
        requireMatrices("mm", a, b);
        Tensor c = a.newEmpty(Shape.of(a.size(0), b.size(1))); // [m, n]
        gemm(a, b, c, false, null, null);
        if (!Graph.records(a, b)) {
            return c;
        }
        Saved saved = Saved.of(b.requiresGrad() ? a : null, a.requiresGrad() ? b : null);
        return Graph.record(
                "MmBackward0",
                c,
                saved,
                Input.of(a, g -> mm(g, saved.get(1).mT())), // [m, n] x [n, k] -> [m, k]
                Input.of(b, g -> mm(saved.get(0).mT(), g))); // [k, m] x [m, n] -> [k, n]
    }

    /** Two matrices whose inner sizes agree. */
    static void requireMatrices(String op, Tensor a, Tensor b) {
        Checks.sameNumbers(op, a, b);
        Checks.require(a.rank() == 2 && b.rank() == 2, op, "takes matrices", a, b);
        Checks.require(a.size(1) == b.size(0), op.equals("mm") ? "matmul" : op, "inner sizes differ", a, b);
    }

    /**
     * The products of two batches of matrices. {@code torch.bmm}.
     *
     * @param a [batch, m, k]
     * @param b [batch, k, n], of a's dtype
     * @return [batch, m, n]
     */
    public static Tensor bmm(Tensor a, Tensor b) {
        requireBatches("bmm", a, b);
        Tensor c = a.newEmpty(Shape.of(a.size(0), a.size(1), b.size(2)));
        gemmBatch(a, b, c, false);
        if (!Graph.records(a, b)) {
            return c;
        }
        Saved saved = Saved.of(b.requiresGrad() ? a : null, a.requiresGrad() ? b : null);
        return Graph.record(
                "BmmBackward0",
                c,
                saved,
                Input.of(a, g -> bmm(g, saved.get(1).mT())),
                Input.of(b, g -> bmm(saved.get(0).mT(), g)));
    }

    /** Two batches of as many matrices whose inner sizes agree. */
    static void requireBatches(String op, Tensor a, Tensor b) {
        Checks.sameNumbers(op, a, b);
        Checks.require(a.rank() == 3 && b.rank() == 3 && a.size(0) == b.size(0), op, "batches differ", a, b);
        Checks.require(a.size(2) == b.size(1), op, "inner sizes differ", a, b);
    }

    /**
     * c = activation(a b + bias) or, accumulating, c += a b, for matrices; operands that no BLAS takes as they lie are
     * copied first. Integers take neither bias nor activation.
     */
    static void gemm(
            Tensor a, Tensor b, Tensor c, boolean accumulate, @Nullable NdArray bias, @Nullable UnaryOp activation) {
        var linalg = a.device().kernels().linalg();
        if (!c.dtype().isFloating()) {
            Tensor left = View.detached(a, a.layout().unsqueeze(0));
            Tensor right = View.detached(b, b.layout().unsqueeze(0));
            Tensor product = View.detached(c, c.layout().unsqueeze(0));
            linalg.gemmIntegers(left, right, product, accumulate);
            left.release();
            right.release();
            product.release();
            return;
        }
        Tensor left = linalg.takes(a) ? a : a.detach().contiguous();
        Tensor right = linalg.takes(b) ? b : b.detach().contiguous();
        linalg.gemm(left, right, c, accumulate, bias, activation, 0);
        Elementwise.releaseUnless(a, left);
        Elementwise.releaseUnless(b, right);
    }

    /** c = or += a b for batches of matrices. */
    static void gemmBatch(Tensor a, Tensor b, Tensor c, boolean accumulate) {
        var linalg = a.device().kernels().linalg();
        if (!c.dtype().isFloating()) {
            linalg.gemmIntegers(a, b, c, accumulate);
            return;
        }
        Tensor left = linalg.takes(a) ? a : a.detach().contiguous();
        Tensor right = linalg.takes(b) ? b : b.detach().contiguous();
        linalg.gemmBatch(left, right, c, accumulate);
        Elementwise.releaseUnless(a, left);
        Elementwise.releaseUnless(b, right);
    }

    /**
     * x weight' + bias; {@code F.linear}.
     *
     * @param x [*, in]
     * @param weight [out, in], of x's dtype
     * @param bias [out] or {@code null}
     * @return [*, out]
     */
    public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        return linear(x, weight, bias, null);
    }

    /**
     * activation(x weight' + bias) in one pass: bias and activation are applied while the product is in the cache. On
     * the graph it is the two nodes that it would be without fusing; the activation's slope needs its output alone.
     *
     * @param x [*, in]
     * @param weight [out, in], of x's dtype
     * @param bias [out] or {@code null}
     * @param activation RELU, SIGMOID, TANH, or {@code null} for none
     * @return [*, out]
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit
     */
    public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable UnaryOp activation) {
        Checks.sameFloating("linear", x, weight);
        Checks.require(weight.rank() == 2, "linear", "weight is not a matrix", weight);
        Checks.require(
                x.rank() > 0 && x.size(-1) == weight.size(1),
                "linear",
                "x has another count of features than weight [out, in]",
                x,
                weight);
        if (bias != null) {
            Checks.sameFloating("linear", weight, bias);
            Checks.require(
                    bias.rank() == 1 && bias.size(0) == weight.size(0), "linear", "bias is not [out]", bias, weight);
            if (!bias.isContiguous()) {
                return linear(x, weight, bias.contiguous(), activation);
            }
        }
        if (x.rank() != 2) {
            Tensor rows = linear(View.reshape(x, rowsOf(x), x.size(-1)), weight, bias, activation);
            return View.view(rows, x.shape().with(x.rank() - 1, weight.size(0)).toArray());
        }
        Tensor y = x.newEmpty(Shape.of(x.size(0), weight.size(0))); // [n, out]
        Tensor transposed = View.detached(weight, weight.layout().transpose(0, 1));
        gemm(x, transposed, y, false, bias, activation);
        transposed.release();
        if (!Graph.records(x, weight, bias)) {
            return y;
        }
        if (activation == null) {
            return recordLinear(y, x, weight, bias);
        }
        Tensor sum = View.detached(y, y.layout()); // stands for the product on the graph; its value is never read
        recordLinear(sum, x, weight, bias);
        Activation.record(activation, sum, y);
        sum.release();
        return y;
    }

    private static Tensor recordLinear(Tensor y, Tensor x, Tensor weight, @Nullable Tensor bias) {
        Saved saved = Saved.of(weight.requiresGrad() ? x : null, x.requiresGrad() ? weight : null);
        Input dx = Input.of(x, g -> mm(g, saved.get(1))); // [n, out] x [out, in] -> [n, in]
        Input dw = Input.of(weight, g -> mm(g.mT(), saved.get(0))); // [out, n] x [n, in] -> [out, in]
        return bias == null
                ? Graph.record("MmBackward0", y, saved, dx, dw)
                : Graph.record("AddmmBackward0", y, saved, Input.of(bias, g -> Reduce.sum(g, false, 0)), dx, dw);
    }
}
