package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.Kernels.Lapack.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Singular values and eigenvalues, of F32 and F64, by LAPACK; dimensions before the last two are batches. Vectors are
 * there but for their signs, and, where values repeat, but for a rotation: gradients are right of what does not depend on
 * these, and not finite where values repeat and vectors are used. The counterparts are those of {@code torch.linalg},
 * as {@code torch.linalg.svd}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(new double[][] {{2, 0}, {0, -3}});
 * System.out.println(Spectrum.svdvals(x).round()); // tensor([3., 2.], dtype=torch.float64)
 * System.out.println(Spectrum.eigvalsh(x, false).round()); // tensor([-3., 2.], dtype=torch.float64)
 * }
 */
public final class Spectrum {
    private static final String NO_CONVERGENCE = "did not converge (%d)";

    private Spectrum() {}

    /** u [*, m, k], singular values s [*, k], descending, and vh [*, k, n], with u diag(s) vh = x. */
    public record Svd(Tensor u, Tensor s, Tensor vh) {}

    /**
     * The singular values and vectors. {@code torch.linalg.svd}, by LAPACK's gesdd.
     *
     * @param x [*, m, n]
     * @param fullMatrices u [*, m, m] and vh [*, n, n] instead of their first k = min(m, n); of the others there are no
     *     gradients
     * @throws IllegalArgumentException if a matrix holds NaN or infinity; the message names its place in the batch
     */
    public static Svd svd(Tensor x, boolean fullMatrices) {
        Matrices.require("svd", x);
        long m = x.size(-2);
        long n = x.size(-1);
        long k = Math.min(m, n);
        try (Scope scope = Scope.open()) {
            Tensor u = x.newEmpty(Matrices.batched(x, m, fullMatrices ? m : k));
            Tensor s = x.newEmpty(Matrices.batched(x, k));
            Tensor vh = x.newEmpty(Matrices.batched(x, fullMatrices ? n : k, n));
            if (x.count() == 0) { // nothing to decompose: any orthogonal vectors do
                u = Matrices.identity(x, m).slice(-1, 0, u.size(-1), 1).clone();
                vh = Matrices.identity(x, n).slice(-2, 0, vh.size(-2), 1).clone();
            } else {
                decompose(x, Matrices.flat(u, 2), s, Matrices.flat(vh, 2));
            }
            Svd y = new Svd(scope.keep(u), scope.keep(s), scope.keep(vh));
            if (Graph.records(x)) {
                List<Tensor> outputs = List.of(y.u, y.s, y.vh);
                Saved saved = Saved.withOutputs(outputs);
                Graph.record(
                        "LinalgSvdBackward0",
                        outputs.toArray(Tensor[]::new),
                        saved,
                        Input.many(
                                x,
                                g -> svdGrad(
                                        first(g.get(0), -1, k),
                                        g.get(1),
                                        first(g.get(2), -2, k),
                                        saved.get(0).slice(-1, 0, k, 1),
                                        saved.get(1),
                                        saved.get(2).slice(-2, 0, k, 1))));
            }
            return y;
        }
    }

    private static @Nullable Tensor first(@Nullable Tensor x, int dim, long count) {
        return x == null ? null : x.slice(dim, 0, count, 1);
    }

    private static void decompose(Tensor x, @Nullable Tensor u, Tensor s, @Nullable Tensor vh) {
        Failure failure =
                x.device().kernels().lapack().svd(Matrices.flat(Matrices.copy(x), 2), u, Matrices.flat(s, 1), vh);
        Matrices.check("svd", NO_CONVERGENCE, failure, x);
    }

    /** As PyTorch's svd_backward, of Townsend, "Differentiating the singular value decomposition", 2016. */
    private static @Nullable Tensor svdGrad(
            @Nullable Tensor du, @Nullable Tensor ds, @Nullable Tensor dvh, Tensor u, Tensor s, Tensor vh) {
        Tensor row = View.unsqueeze(s, -2);
        Tensor column = View.unsqueeze(s, -1);
        if (du == null && dvh == null) {
            return ds == null ? null : Linalg.matmul(Elementwise.mul(u, View.unsqueeze(ds, -2)), vh);
        }
        // E_ij = s_j^2 - s_i^2, 1 on the diagonal
        Tensor differences = Elementwise.mul(Elementwise.sub(row, column), Elementwise.add(row, column));
        Tensor e = Elementwise.add(differences, Matrices.identity(s.unsqueeze(-1), s.size(-1)));
        Tensor inner = ds == null ? null : Diagonal.diagEmbed(ds, 0, -2, -1);
        if (du != null) {
            inner = plus(inner, Elementwise.mul(Elementwise.div(skew(Linalg.matmul(u.mT(), du)), e), row));
        }
        if (dvh != null) {
            inner = plus(inner, Elementwise.mul(Elementwise.div(skew(Linalg.matmul(vh, dvh.mT())), e), column));
        }
        Tensor dx = Linalg.matmul(u, Linalg.matmul(inner, vh));
        if (du != null && u.size(-2) > u.size(-1)) { // what of u lies outside its own span
            Tensor scaled = Elementwise.div(du, row);
            Tensor outside = Elementwise.sub(scaled, Linalg.matmul(u, Linalg.matmul(u.mT(), scaled)));
            dx = Elementwise.add(dx, Linalg.matmul(outside, vh));
        }
        if (dvh != null && vh.size(-1) > vh.size(-2)) {
            Tensor scaled = Elementwise.div(dvh, column);
            Tensor outside = Elementwise.sub(scaled, Linalg.matmul(Linalg.matmul(scaled, vh.mT()), vh));
            dx = Elementwise.add(dx, Linalg.matmul(u, outside));
        }
        return dx;
    }

    private static Tensor plus(@Nullable Tensor x, Tensor y) {
        return x == null ? y : Elementwise.add(x, y);
    }

    private static Tensor skew(Tensor x) {
        return Elementwise.sub(x, x.mT());
    }

    /**
     * The singular values, descending. {@code torch.linalg.svdvals}.
     *
     * @param x [*, m, n]
     * @return [*, min(m, n)]
     * @throws IllegalArgumentException if a matrix holds NaN or infinity
     */
    public static Tensor svdvals(Tensor x) {
        if (Graph.records(x)) {
            return svd(x, false).s();
        }
        Matrices.require("svdvals", x);
        try (Scope scope = Scope.open()) {
            Tensor s = scope.keep(x.newEmpty(Matrices.batched(x, Math.min(x.size(-2), x.size(-1)))));
            decompose(x, null, s, null);
            return s;
        }
    }

    /** Eigenvalues [*, n], ascending, and the matrices whose columns are the eigenvectors, [*, n, n]. */
    public record Eigh(Tensor eigenvalues, Tensor eigenvectors) {}

    /**
     * The eigenvalues and eigenvectors of symmetric matrices. {@code torch.linalg.eigh}, by LAPACK's syevd.
     *
     * @param x [*, n, n]; one triangle is read, and taken for both
     * @param upper which
     * @throws IllegalArgumentException if a matrix holds NaN or infinity; the message names its place in the batch
     */
    public static Eigh eigh(Tensor x, boolean upper) {
        Matrices.requireSquare("eigh", x);
        try (Scope scope = Scope.open()) {
            Tensor rows = Matrices.copy(x);
            Tensor w = scope.keep(x.newEmpty(Matrices.batched(x, x.size(-1))));
            eigen("eigh", x, rows, w, true, upper);
            Eigh y = new Eigh(w, scope.keep(Matrices.transposed(rows)));
            if (Graph.records(x)) {
                List<Tensor> outputs = List.of(y.eigenvalues, y.eigenvectors);
                Saved saved = Saved.withOutputs(outputs);
                Graph.record(
                        "LinalgEighBackward0",
                        outputs.toArray(Tensor[]::new),
                        saved,
                        Input.many(x, g -> eighGrad(g.get(0), g.get(1), saved.get(0), saved.get(1))));
            }
            return y;
        }
    }

    private static void eigen(String op, Tensor x, Tensor copy, Tensor w, boolean vectors, boolean upper) {
        Failure failure =
                x.device().kernels().lapack().eigh(vectors, upper, Matrices.flat(copy, 2), Matrices.flat(w, 1));
        Matrices.check(op, NO_CONVERGENCE, failure, x);
    }

    private static @Nullable Tensor eighGrad(@Nullable Tensor dw, @Nullable Tensor dv, Tensor w, Tensor v) {
        if (dv == null) {
            return dw == null ? null : Linalg.matmul(Elementwise.mul(v, View.unsqueeze(dw, -2)), v.mT());
        }
        Tensor unit = Matrices.identity(v, v.size(-1));
        Tensor differences = Elementwise.sub(View.unsqueeze(w, -2), View.unsqueeze(w, -1));
        Tensor turned = Linalg.matmul(v.mT(), dv);
        Tensor inner = Elementwise.div(turned, Elementwise.add(differences, unit));
        inner = Choice.maskedFill(inner, Compare.ne(unit, 0), 0);
        inner = dw == null ? inner : Elementwise.add(inner, Diagonal.diagEmbed(dw, 0, -2, -1));
        return Linalg.matmul(v, Linalg.matmul(inner, v.mT()));
    }

    /**
     * The eigenvalues of symmetric matrices, ascending. {@code torch.linalg.eigvalsh}.
     *
     * @param x [*, n, n]; one triangle is read
     * @param upper which
     * @return [*, n]
     * @throws IllegalArgumentException if a matrix holds NaN or infinity
     */
    public static Tensor eigvalsh(Tensor x, boolean upper) {
        if (Graph.records(x)) {
            return eigh(x, upper).eigenvalues();
        }
        Matrices.requireSquare("eigvalsh", x);
        try (Scope scope = Scope.open()) {
            Tensor w = scope.keep(x.newEmpty(Matrices.batched(x, x.size(-1))));
            eigen("eigvalsh", x, Matrices.copy(x), w, false, upper);
            return w;
        }
    }

    /**
     * The inverse of Moore and Penrose. {@code torch.linalg.pinv}. The rule is that of Golub and Pereyra, 1973.
     *
     * @param x [*, m, n]
     * @param rcond singular values up to rcond times the largest count as 0; below 0: epsilon times the larger size
     * @return [*, n, m]
     */
    public static Tensor pinv(Tensor x, double rcond) {
        Matrices.require("pinv", x);
        try (Scope scope = Scope.open()) {
            Svd parts = svd(x.detach(), false);
            Tensor kept = Compare.gt(parts.s, least(parts.s, rcond, x));
            Tensor inverted = Elementwise.onlyWhere(kept, Maths.reciprocal(parts.s));
            Tensor y = scope.keep(
                    Linalg.matmul(Elementwise.mul(parts.vh.mT(), View.unsqueeze(inverted, -2)), parts.u.mT()));
            if (!Graph.records(x)) {
                return y;
            }
            Saved saved = Saved.withOutput(y, x);
            return Graph.record(
                    "LinalgPinvBackward0", y, saved, Input.of(x, g -> pinvGrad(g, saved.get(1), saved.get(0))));
        }
    }

    /** [*, 1]: what of the singular values counts as 0. */
    private static Tensor least(Tensor s, double rcond, Tensor x) {
        double epsilon = x.dtype() == DType.F32 ? 0x1p-23 : 0x1p-52;
        double relative = rcond >= 0 ? rcond : epsilon * Math.max(x.size(-2), x.size(-1));
        return s.size(-1) == 0 ? s : Elementwise.mul(s.narrow(-1, 0, 1), relative);
    }

    /** The gradient of x from that of its inverse p. */
    static Tensor pinvGrad(Tensor g, Tensor p, Tensor x) {
        Tensor pT = p.mT();
        Tensor gT = g.mT(); // [m, n]
        Tensor inner = Linalg.matmul(pT, Linalg.matmul(g, pT)).neg();
        Tensor left = Linalg.matmul(Linalg.matmul(pT, p), Elementwise.sub(gT, Linalg.matmul(Linalg.matmul(gT, p), x)));
        Tensor right = Linalg.matmul(Elementwise.sub(gT, Linalg.matmul(x, Linalg.matmul(p, gT))), Linalg.matmul(p, pT));
        return Elementwise.add(inner, Elementwise.add(left, right));
    }

    /**
     * How many singular values are above the tolerance. {@code torch.linalg.matrix_rank}.
     *
     * @param x [*, m, n]
     * @param rcond as in {@link #pinv}
     * @return I64 [*]
     */
    public static Tensor matrixRank(Tensor x, double rcond) {
        Matrices.require("matrixRank", x);
        try (Scope scope = Scope.open()) {
            Tensor s = svdvals(x.detach());
            return scope.keep(Reduce.sum(Compare.gt(s, least(s, rcond, x)).to(DType.I64), false, -1));
        }
    }
}
