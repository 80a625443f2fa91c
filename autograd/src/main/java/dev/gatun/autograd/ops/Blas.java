package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;

/**
 * Products with vectors, and beta input + alpha product in one node. F32 and F64, and I64, I32 and U8, which wrap around;
 * with integers beta and alpha are integers. Where beta is 0 the input is not read: its NaN does not spread. The
 * counterparts are those of {@code torch}, as {@code torch.addmm}.
 *
 * {@snippet :
 * Tensor a = Tensor.ones(2, 3);
 * System.out.println(Blas.mv(a, Tensor.of(1f, 2f, 3f))); // tensor([6., 6.])
 * System.out.println(Blas.addmm(Tensor.ones(2, 2), a, a.t(), 1, 2)); // tensor([[7., 7.], [7., 7.]])
 * }
 */
public final class Blas {
    private Blas() {}

    /**
     * The sum of the products of two vectors. {@code torch.dot}.
     *
     * @param a [n]
     * @param b [n], of a's dtype
     * @return rank 0
     */
    public static Tensor dot(Tensor a, Tensor b) {
        Checks.sameNumbers("dot", a, b);
        Checks.require(a.rank() == 1 && b.rank() == 1, "dot", "takes vectors", a, b);
        Checks.require(a.size(0) == b.size(0), "dot", "sizes differ", a, b);
        Tensor y = a.newEmpty(Shape.scalar());
        product(a, a.layout().unsqueeze(0), b, b.layout().unsqueeze(1), y, Layout.contiguous(Shape.of(1, 1)), false);
        if (!Graph.records(a, b)) {
            return y;
        }
        Saved saved = Saved.of(b.requiresGrad() ? a : null, a.requiresGrad() ? b : null);
        return Graph.record(
                "DotBackward0",
                y,
                saved,
                Input.of(a, g -> Elementwise.mul(g, saved.get(1))),
                Input.of(b, g -> Elementwise.mul(g, saved.get(0))));
    }

    /**
     * A matrix times a vector. {@code torch.mv}.
     *
     * @param a [m, n]
     * @param x [n], of a's dtype
     * @return [m]
     */
    public static Tensor mv(Tensor a, Tensor x) {
        requireVector("mv", a, x);
        Tensor y = a.newEmpty(Shape.of(a.size(0)));
        multiply(a, x, y, false);
        if (!Graph.records(a, x)) {
            return y;
        }
        Saved saved = Saved.of(x.requiresGrad() ? a : null, a.requiresGrad() ? x : null);
        return Graph.record(
                "MvBackward0",
                y,
                saved,
                Input.of(a, g -> outer(g, saved.get(1))),
                Input.of(x, g -> mv(saved.get(0).mT(), g)));
    }

    private static void requireVector(String op, Tensor a, Tensor x) {
        Checks.sameNumbers(op, a, x);
        Checks.require(a.rank() == 2 && x.rank() == 1, op, "takes a matrix and a vector", a, x);
        Checks.require(a.size(1) == x.size(0), op, "inner sizes differ", a, x);
    }

    /** y [m] = or += a [m, n] x [n]. */
    private static void multiply(Tensor a, Tensor x, Tensor y, boolean accumulate) {
        product(a, a.layout(), x, x.layout().unsqueeze(1), y, y.layout().unsqueeze(1), accumulate);
    }

    /** A product of matrices under other layouts than their tensors have. */
    private static void product(
            Tensor a, Layout left, Tensor b, Layout right, Tensor c, Layout to, boolean accumulate) {
        Tensor first = View.detached(a, left);
        Tensor second = View.detached(b, right);
        Tensor result = View.detached(c, to);
        Linalg.gemm(first, second, result, accumulate, null, null);
        first.release();
        second.release();
        result.release();
    }

    /**
     * The products of every element of one vector with every element of another. {@code torch.outer}.
     *
     * @param a [m]
     * @param b [n]
     * @return [m, n], of the promoted dtype
     */
    public static Tensor outer(Tensor a, Tensor b) {
        Checks.require(a.rank() == 1 && b.rank() == 1, "outer", "takes vectors", a, b);
        return Elementwise.mul(View.unsqueeze(a, 1), b);
    }

    /**
     * beta x + alpha a b. {@code torch.addmm}.
     *
     * @param x broadcasts to [m, n], of a's dtype
     * @param a [m, k]
     * @param b [k, n]
     * @return [m, n]
     */
    public static Tensor addmm(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        Linalg.requireMatrices("addmm", a, b);
        requireScales("addmm", x, a, beta, alpha);
        Shape shape = Shape.of(a.size(0), b.size(1));
        Layout expanded = x.layout().expand("addmm", shape);
        boolean bias = x.rank() == 1 && x.isContiguous() && x.dtype().isFloating() && isOne(beta) && isOne(alpha);
        Tensor y;
        if (bias && x.size(0) == shape.size(1)) {
            y = a.newEmpty(shape);
            Linalg.gemm(a, b, y, false, x, null);
        } else {
            y = scaled(x, expanded, beta, alpha, (sum, add) -> Linalg.gemm(a, b, sum, add, null, null));
        }
        if (!Graph.records(x, a, b)) {
            return y;
        }
        Saved saved = Saved.of(b.requiresGrad() ? a : null, a.requiresGrad() ? b : null);
        return Graph.record(
                "AddmmBackward0",
                y,
                saved,
                Input.of(x, g -> times(g, beta)),
                Input.of(a, g -> times(Linalg.mm(g, saved.get(1).mT()), alpha)),
                Input.of(b, g -> times(Linalg.mm(saved.get(0).mT(), g), alpha)));
    }

    /**
     * beta x + alpha a v. {@code torch.addmv}.
     *
     * @param x broadcasts to [m], of a's dtype
     * @param a [m, n]
     * @param v [n]
     * @return [m]
     */
    public static Tensor addmv(Tensor x, Tensor a, Tensor v, Number beta, Number alpha) {
        requireVector("addmv", a, v);
        requireScales("addmv", x, a, beta, alpha);
        Layout expanded = x.layout().expand("addmv", Shape.of(a.size(0)));
        Tensor y = scaled(x, expanded, beta, alpha, (sum, add) -> multiply(a, v, sum, add));
        if (!Graph.records(x, a, v)) {
            return y;
        }
        Saved saved = Saved.of(v.requiresGrad() ? a : null, a.requiresGrad() ? v : null);
        return Graph.record(
                "AddmvBackward0",
                y,
                saved,
                Input.of(x, g -> times(g, beta)),
                Input.of(a, g -> times(outer(g, saved.get(1)), alpha)),
                Input.of(v, g -> times(mv(saved.get(0).mT(), g), alpha)));
    }

    /**
     * beta x + alpha times the outer product of two vectors. {@code torch.addr}.
     *
     * @param x broadcasts to [m, n], of a's dtype
     * @param a [m]
     * @param b [n]
     * @return [m, n]
     */
    public static Tensor addr(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        Checks.sameNumbers("addr", a, b);
        Checks.require(a.rank() == 1 && b.rank() == 1, "addr", "takes vectors", a, b);
        return addmm(x, View.unsqueeze(a, 1), View.unsqueeze(b, 0), beta, alpha);
    }

    /**
     * beta x + alpha times the products of two batches. {@code torch.baddbmm}.
     *
     * @param x broadcasts to [batch, m, n], of a's dtype
     * @param a [batch, m, k]
     * @param b [batch, k, n]
     * @return [batch, m, n]
     */
    public static Tensor baddbmm(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        Linalg.requireBatches("baddbmm", a, b);
        requireScales("baddbmm", x, a, beta, alpha);
        Layout expanded = x.layout().expand("baddbmm", Shape.of(a.size(0), a.size(1), b.size(2)));
        Tensor y = scaled(x, expanded, beta, alpha, (sum, add) -> Linalg.gemmBatch(a, b, sum, add));
        if (!Graph.records(x, a, b)) {
            return y;
        }
        Saved saved = Saved.of(b.requiresGrad() ? a : null, a.requiresGrad() ? b : null);
        return Graph.record(
                "BaddbmmBackward0",
                y,
                saved,
                Input.of(x, g -> times(g, beta)),
                Input.of(a, g -> times(Linalg.bmm(g, saved.get(1).mT()), alpha)),
                Input.of(b, g -> times(Linalg.bmm(saved.get(0).mT(), g), alpha)));
    }

    /**
     * beta x + alpha times the sum of the products of two batches. {@code torch.addbmm}.
     *
     * @param x broadcasts to [m, n], of a's dtype
     * @param a [batch, m, k]
     * @param b [batch, k, n]
     * @return [m, n]
     */
    public static Tensor addbmm(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        Linalg.requireBatches("addbmm", a, b);
        requireScales("addbmm", x, a, beta, alpha);
        Layout expanded = x.layout().expand("addbmm", Shape.of(a.size(1), b.size(2)));
        Tensor y = scaled(x, expanded, beta, alpha, (sum, add) -> sumOfProducts(a, b, sum, add));
        if (!Graph.records(x, a, b)) {
            return y;
        }
        Saved saved = Saved.of(b.requiresGrad() ? a : null, a.requiresGrad() ? b : null);
        Shape each = Shape.of(a.size(0), a.size(1), b.size(2));
        return Graph.record(
                "AddbmmBackward0",
                y,
                saved,
                Input.of(x, g -> times(g, beta)),
                Input.of(
                        a,
                        g -> times(
                                Linalg.bmm(
                                        View.expand(g, each.toArray()),
                                        saved.get(1).mT()),
                                alpha)),
                Input.of(b, g -> times(Linalg.bmm(saved.get(0).mT(), View.expand(g, each.toArray())), alpha)));
    }

    /** c = or += the products of two batches, one after the other. */
    private static void sumOfProducts(Tensor a, Tensor b, Tensor c, boolean accumulate) {
        if (a.size(0) == 0 && !accumulate) {
            c.fill_(0);
        }
        for (long i = 0; i < a.size(0); i++) {
            product(a, a.layout().select(0, i), b, b.layout().select(0, i), c, c.layout(), accumulate || i > 0);
        }
    }

    /** What adds a product to a tensor, or writes it over what was there. */
    @FunctionalInterface
    private interface Product {
        void into(Tensor y, boolean accumulate);
    }

    /** beta x, under its expanded layout, + alpha product. */
    private static Tensor scaled(Tensor x, Layout expanded, Number beta, Number alpha, Product product) {
        var elementwise = x.device().kernels().elementwise();
        Tensor y = x.newEmpty(expanded.shape());
        if (isOne(alpha) && !isZero(beta)) {
            write(x, expanded, beta, y);
            product.into(y, true);
            return y;
        }
        product.into(y, false);
        if (!isOne(alpha)) {
            elementwise.binary(BinaryOp.MUL, y, alpha, y);
        }
        if (!isZero(beta)) {
            Tensor added = x.newEmpty(expanded.shape());
            write(x, expanded, beta, added);
            elementwise.binary(BinaryOp.ADD, y, added, y);
            added.release();
        }
        return y;
    }

    /** y = beta x. */
    private static void write(Tensor x, Layout expanded, Number beta, Tensor y) {
        NdArray from = x.alias(expanded);
        if (isOne(beta)) {
            x.device().kernels().elementwise().cast(from, y);
        } else {
            x.device().kernels().elementwise().binary(BinaryOp.MUL, from, beta, y);
        }
        from.release();
    }

    private static Tensor times(Tensor g, Number factor) {
        return isOne(factor) ? g : Elementwise.mul(g, factor);
    }

    private static boolean isZero(Number x) {
        return x.doubleValue() == 0;
    }

    private static boolean isOne(Number x) {
        return x.doubleValue() == 1;
    }

    private static void requireScales(String op, Tensor x, Tensor a, Number beta, Number alpha) {
        Checks.sameNumbers(op, x, a);
        if (!a.dtype().isFloating() && (Elementwise.isFractional(beta) || Elementwise.isFractional(alpha))) {
            throw new IllegalArgumentException(
                    op + ": integers with beta " + beta + " and alpha " + alpha + ": " + a.describe());
        }
    }

    // ---- in place ----

    /** x = beta x + alpha a b. */
    public static Tensor addmm_(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        return InPlace.of("addmm_", x, from -> held("addmm_", x, addmm(from, a, b, beta, alpha)));
    }

    /** x = beta x + alpha a v. */
    public static Tensor addmv_(Tensor x, Tensor a, Tensor v, Number beta, Number alpha) {
        return InPlace.of("addmv_", x, from -> held("addmv_", x, addmv(from, a, v, beta, alpha)));
    }

    /** x = beta x + alpha times the outer product of a and b. */
    public static Tensor addr_(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        return InPlace.of("addr_", x, from -> held("addr_", x, addr(from, a, b, beta, alpha)));
    }

    /** x = beta x + alpha times the products of two batches. */
    public static Tensor baddbmm_(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        return InPlace.of("baddbmm_", x, from -> held("baddbmm_", x, baddbmm(from, a, b, beta, alpha)));
    }

    /** x = beta x + alpha times the sum of the products of two batches. */
    public static Tensor addbmm_(Tensor x, Tensor a, Tensor b, Number beta, Number alpha) {
        return InPlace.of("addbmm_", x, from -> held("addbmm_", x, addbmm(from, a, b, beta, alpha)));
    }

    /** A result that fits into x as it is. */
    private static Tensor held(String op, Tensor x, Tensor result) {
        if (!x.shape().equals(result.shape())) {
            result.release();
            throw new IllegalArgumentException(
                    op + ": the result has another shape, " + result.shape() + ": " + x.describe());
        }
        return result;
    }
}
