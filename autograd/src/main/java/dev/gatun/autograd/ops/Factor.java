package dev.gatun.autograd.ops;

import dev.gatun.autograd.Grads;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.kernels.Kernels.Lapack.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrices as products of triangular and orthogonal ones, of F32 and F64, by LAPACK; dimensions before the last two are
 * batches. The counterparts are {@code torch.linalg.cholesky} and {@code torch.linalg.qr}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(new double[][] {{4, 2}, {2, 3}});
 * System.out.println(Factor.cholesky(x, false).get(0)); // tensor([2., 0.], dtype=torch.float64)
 * Factor.Qr parts = Factor.qr(x, false);
 * System.out.println(parts.q().matmul(parts.r()).sub(x).abs().max().item() < 1e-12); // true
 * }
 */
public final class Factor {
    private Factor() {}

    /**
     * Lower triangular l with l l' = x; upper: u with u' u = x. {@code torch.linalg.cholesky}. The rule is that of Murray,
     * "Differentiation of the Cholesky decomposition", 2016.
     *
     * @param x [*, n, n], symmetric and positive definite; the other triangle is not read
     * @param upper which triangle is read, and which comes out
     * @throws IllegalArgumentException if one is not positive definite; the message names its place in the batch
     */
    public static Tensor cholesky(Tensor x, boolean upper) {
        Matrices.requireSquare("cholesky", x);
        if (upper) {
            return cholesky(x.mT(), false).mT();
        }
        try (Scope scope = Scope.open()) {
            Tensor l = scope.keep(Matrices.copy(x));
            Failure failure = x.device().kernels().lapack().cholesky(Matrices.flat(l, 2));
            Matrices.check("cholesky", "is not positive definite at its leading minor of order %d", failure, x);
            if (!Graph.records(x)) {
                return l;
            }
            Saved saved = Saved.output(l);
            return Graph.record("LinalgCholeskyExBackward0", l, saved, Input.of(x, g -> {
                Tensor lower = saved.get(0);
                Tensor product = Diagonal.tril(Linalg.matmul(lower.mT(), g), 0);
                Tensor both = Elementwise.mul(
                        Elementwise.add(product, Diagonal.tril(product, -1).mT()), 0.5);
                Tensor half = Solve.solveTriangular(lower.mT(), both, true, true, false);
                return Solve.solveTriangular(lower, half, false, false, false);
            }));
        }
    }

    /** An orthogonal matrix and an upper triangular one. */
    public record Qr(Tensor q, Tensor r) {}

    /**
     * q with orthogonal columns and upper triangular r with q r = x. {@code torch.linalg.qr}.
     *
     * @param x [*, m, n]
     * @param complete q [*, m, m] and r [*, m, n], which have gradients where m is at most n; else, with k = min(m, n), q
     *     [*, m, k] and r [*, k, n]
     */
    public static Qr qr(Tensor x, boolean complete) {
        Matrices.require("qr", x);
        long m = x.size(-2);
        long n = x.size(-1);
        long columns = complete ? m : Math.min(m, n);
        try (Scope scope = Scope.open()) {
            Tensor factors = Matrices.copy(x);
            Tensor q = x.newEmpty(Matrices.batched(x, m, columns));
            if (x.count() == 0 && columns > 0) { // nothing to factor: any orthogonal columns do
                q = Matrices.identity(x, m).slice(-1, 0, columns, 1).clone();
            } else {
                x.device().kernels().lapack().qr(Matrices.flat(factors, 2), Matrices.flat(q, 2));
            }
            Tensor r = Diagonal.triu(factors.slice(-2, 0, columns, 1), 0);
            Qr y = new Qr(scope.keep(q), scope.keep(r));
            if (Graph.records(x)) {
                Saved saved = Saved.withOutputs(List.of(y.q, y.r));
                Graph.record("LinalgQrBackward0", new Tensor[] {y.q, y.r}, saved, Input.many(x, g -> {
                    Checks.require(
                            columns <= n, "qr", "complete, with more rows than columns, has no gradient", saved.get(1));
                    return gradient(g, saved.get(0), saved.get(1));
                }));
            }
            return y;
        }
    }

    /** The gradient of x = q r: of a wide one, what its square left part and the rest of r give. */
    private static @Nullable Tensor gradient(Grads g, Tensor q, Tensor r) {
        Tensor dq = g.get(0);
        Tensor dr = g.get(1);
        long k = r.size(-2);
        long n = r.size(-1);
        if (k == n) {
            return square(dq, dr, q, r);
        }
        Tensor left = r.slice(-1, 0, k, 1);
        if (dr == null) {
            Tensor part = square(dq, null, q, left);
            return part == null
                    ? null
                    : Join.cat(List.of(part, part.newZeros(Matrices.batched(part, part.size(-2), n - k))), -1);
        }
        Tensor right = dr.slice(-1, k, n, 1);
        Tensor rest = Linalg.matmul(Linalg.matmul(q, r.slice(-1, k, n, 1)), right.mT()); // r's rest is q' times x's
        Tensor part = square(dq == null ? rest : Elementwise.add(dq, rest), dr.slice(-1, 0, k, 1), q, left);
        Tensor other = Linalg.matmul(q, right);
        return part == null ? other : Join.cat(List.of(part, other), -1);
    }

    /** The gradient where r is square: [dq + q copyltu(r dr' - dq' q)] r'^-1, see Walter and Lehmann, 2018. */
    private static @Nullable Tensor square(@Nullable Tensor dq, @Nullable Tensor dr, Tensor q, Tensor r) {
        Tensor inner = null;
        if (dr != null) {
            inner = Linalg.matmul(dr, r.mT());
        }
        if (dq != null) {
            Tensor turned = Linalg.matmul(q.mT(), dq);
            inner = inner == null ? turned.neg() : Elementwise.sub(inner, turned);
        }
        if (inner == null) {
            return null;
        }
        Tensor upper = Diagonal.triu(inner, 0);
        Tensor whole =
                Linalg.matmul(q, Elementwise.add(upper, Diagonal.triu(inner, 1).mT()));
        Tensor sum = dq == null ? whole : Elementwise.add(dq, whole);
        return Solve.solveTriangular(r.mT(), sum, false, false, false);
    }
}
