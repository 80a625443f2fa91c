package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels.Lapack.Failure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Systems of linear equations, inverses and determinants, of F32 and F64, by LAPACK. Dimensions before the last two are
 * batches. The rules are those of Giles, "Collected matrix derivative results", 2008. The bits do not depend on the
 * number of threads: one matrix is one thread's. The counterparts are those of {@code torch.linalg}, as {@code
 * torch.linalg.solve}.
 *
 * {@snippet :
 * Tensor a = Tensor.of(new double[][] {{2, 0}, {0, 4}});
 * System.out.println(Solve.solve(a, Tensor.of(2.0, 2.0), true)); // tensor([1.0000, 0.5000], dtype=torch.float64)
 * System.out.println(Solve.det(a).item()); // 8.0
 * }
 */
public final class Solve {
    private Solve() {}

    /**
     * The inverses of square matrices. {@code torch.linalg.inv}.
     *
     * @param x [*, n, n]
     * @throws IllegalArgumentException if one is singular; the message names its place in the batch
     */
    public static Tensor inverse(Tensor x) {
        Matrices.requireSquare("inverse", x);
        try (Scope scope = Scope.open()) {
            Tensor y = scope.keep(Lu.of("inverse", x).inverse(false));
            if (!Graph.records(x)) {
                return y;
            }
            Saved saved = Saved.output(y);
            return Graph.record("LinalgInvExBackward0", y, saved, Input.of(x, g -> {
                Tensor turned = saved.get(0).mT();
                return Linalg.matmul(turned, Linalg.matmul(g, turned)).neg();
            }));
        }
    }

    /**
     * x with a x = b, or, not left, x a = b. {@code torch.linalg.solve}.
     *
     * @param a [*, n, n]
     * @param b [*, n, k] ([*, k, n] for not left), of a's dtype; batches broadcast. Or one vector for each matrix: [n], or
     *     a's shape without its last dimension
     * @param left on which side a stands
     * @return b's shape, broadcast; its columns lie one after the other
     * @throws IllegalArgumentException if a matrix is singular; the message names its place in the batch
     */
    public static Tensor solve(Tensor a, Tensor b, boolean left) {
        Matrices.requireSquare("solve", a);
        Checks.sameFloating("solve", a, b);
        boolean vector = b.rank() == 1
                || b.rank() == a.rank() - 1
                        && Arrays.equals(
                                b.shape().toArray(), Arrays.copyOf(a.shape().toArray(), b.rank()));
        if (vector) {
            Checks.require(left, "solve", "a vector stands on the right of its matrix", a, b);
            return View.squeeze(solve(a, View.unsqueeze(b, -1), true), -1);
        }
        Checks.require(b.rank() >= 2 && b.size(left ? -2 : -1) == a.size(-1), "solve", "sizes do not fit", a, b);
        if (!left) {
            return solve(a.mT(), b.mT(), true).mT();
        }
        Shape batch = Shape.broadcast("solve", Linalg.batchOf(a.shape()), Linalg.batchOf(b.shape()));
        return solved(
                expanded(a, Linalg.joined(batch, a.size(-2), a.size(-1))),
                expanded(b, Linalg.joined(batch, b.size(-2), b.size(-1))));
    }

    /** x of a shape that it broadcasts to. */
    private static Tensor expanded(Tensor x, long... sizes) {
        return x.shape().equals(Shape.of(sizes)) ? x : View.expand(x, sizes);
    }

    private static Tensor solved(Tensor a, Tensor b) {
        try (Scope scope = Scope.open()) {
            Lu lu = Lu.of("solve", a);
            Tensor x = scope.keep(Matrices.transposed(lu.solve(false, Matrices.copyTransposed(b))));
            if (!Graph.records(a, b)) {
                return x;
            }
            Saved saved = Saved.withOutput(x, a, lu.factors(), lu.pivots());
            boolean wantsA = a.requiresGrad();
            boolean wantsB = b.requiresGrad();
            Joint<Tensor> joint = new Joint<>(g -> {
                Lu again = new Lu(saved.get(1), saved.get(2), null);
                Tensor db = Matrices.transposed(again.solve(true, Matrices.copyTransposed(g)));
                return new @Nullable Tensor[] {wantsA ? outward(db, saved.get(3)) : null, wantsB ? db : null};
            });
            return Graph.record(
                    "LinalgSolveExBackward0",
                    x,
                    saved,
                    Input.of(
                            a,
                            g -> GradMode.isOn()
                                    ? outward(solved(saved.get(0).mT(), g), saved.get(3))
                                    : joint.take(g, 0)),
                    Input.of(b, g -> GradMode.isOn() ? solved(saved.get(0).mT(), g) : joint.take(g, 1)));
        }
    }

    /** - b x': the gradient of a matrix from that of what stands beside it. */
    private static Tensor outward(Tensor db, Tensor x) {
        return Linalg.matmul(db, x.mT()).neg();
    }

    /**
     * x with a x = b, or, not left, x a = b, for a triangular a: of the other triangle nothing is read. A zero on the
     * diagonal gives infinity or NaN. {@code torch.linalg.solve_triangular}.
     *
     * @param a [*, n, n]
     * @param b [*, n, k], or, not left, [*, k, n], of a's dtype; batches broadcast
     * @param upper which triangle is a
     * @param left on which side a stands
     * @param unitriangular whether the diagonal counts as 1 and is not read
     * @return b's shape, broadcast
     */
    public static Tensor solveTriangular(Tensor a, Tensor b, boolean upper, boolean left, boolean unitriangular) {
        Matrices.requireSquare("solveTriangular", a);
        Checks.sameFloating("solveTriangular", a, b);
        Checks.require(
                b.rank() >= 2 && b.size(left ? -2 : -1) == a.size(-1), "solveTriangular", "sizes do not fit", a, b);
        Shape batch = Shape.broadcast("solveTriangular", Linalg.batchOf(a.shape()), Linalg.batchOf(b.shape()));
        return triangular(
                expanded(a, Linalg.joined(batch, a.size(-2), a.size(-1))),
                expanded(b, Linalg.joined(batch, b.size(-2), b.size(-1))),
                upper,
                left,
                unitriangular);
    }

    private static Tensor triangular(Tensor a, Tensor b, boolean upper, boolean left, boolean unit) {
        try (Scope scope = Scope.open()) {
            Tensor x = scope.keep(Matrices.copy(b));
            var kernels = a.device().kernels();
            Shape matrices = Shape.of(Matrices.count(a), a.size(-2), a.size(-1));
            Layout layout = a.layout().view(matrices);
            boolean direct = layout != null && kernels.linalg().takes(a);
            Tensor from = direct ? View.detached(a, layout) : Matrices.flat(Matrices.copy(a), 2);
            kernels.lapack().triangularSolve(left, upper, unit, from, Matrices.flat(x, 2));
            if (!Graph.records(a, b)) {
                return x;
            }
            Saved saved = Saved.withOutput(x, a);
            return Graph.record(
                    "LinalgSolveTriangularBackward0",
                    x,
                    saved,
                    Input.of(a, g -> {
                        Tensor db = triangular(saved.get(0).mT(), g, !upper, left, unit);
                        Tensor turned = saved.get(1).mT();
                        Tensor da = (left ? Linalg.matmul(db, turned) : Linalg.matmul(turned, db)).neg();
                        return upper ? Diagonal.triu(da, unit ? 1 : 0) : Diagonal.tril(da, unit ? -1 : 0);
                    }),
                    Input.of(b, g -> triangular(saved.get(0).mT(), g, !upper, left, unit)));
        }
    }

    /**
     * x with a x = b, from a's Cholesky factor. {@code torch.cholesky_solve}.
     *
     * @param b [*, n, k]
     * @param factor [*, n, n]: lower l with a = l l', or upper u with a = u' u
     * @param upper which of them
     */
    public static Tensor choleskySolve(Tensor b, Tensor factor, boolean upper) {
        Matrices.requireSquare("choleskySolve", factor);
        Tensor lower = upper ? factor.mT() : factor;
        return solveTriangular(lower.mT(), solveTriangular(lower, b, false, true, false), true, true, false);
    }

    /**
     * The determinants of square matrices. {@code torch.linalg.det}. Of a singular matrix there is a gradient, but none
     * of the gradient.
     *
     * @param x [*, n, n]
     * @return [*]
     */
    public static Tensor det(Tensor x) {
        Matrices.requireSquare("det", x);
        try (Scope scope = Scope.open()) {
            Lu lu = Lu.of(x);
            Tensor y = scope.keep(lu.determinants().det());
            if (!Graph.records(x)) {
                return y;
            }
            Saved saved = Saved.withOutput(y, x, lu.factors(), lu.pivots());
            return Graph.record("LinalgDetBackward0", y, saved, Input.of(x, g -> {
                if (GradMode.isOn()) {
                    Tensor share = Elementwise.mul(g, saved.get(3));
                    return Elementwise.mul(
                            ofMatrices(share), inverse(saved.get(0)).mT());
                }
                Lu regular = regular(saved.get(1), saved.get(2));
                Tensor share = Elementwise.mul(g, regular.determinants().det());
                return Elementwise.mul(regular.inverse(true), ofMatrices(share));
            }));
        }
    }

    /**
     * The factors with a very small number instead of zeros on the diagonal: the gradient of the determinant, which the
     * cofactors are, does not jump there.
     */
    private static Lu regular(Tensor factors, Tensor pivots) {
        Tensor changed = Elementwise.clone(factors);
        Tensor diagonal = Diagonal.diagonal(changed, 0, -2, -1);
        double small = factors.dtype() == DType.F32 ? 0x1p-46 : 0x1p-104;
        diagonal.maskedFill_(Compare.eq(diagonal, 0), small);
        return new Lu(changed, pivots, null);
    }

    private static Tensor ofMatrices(Tensor x) {
        return View.unsqueeze(View.unsqueeze(x, -1), -1);
    }

    /** The sign of a determinant (1, -1, 0), and the logarithm of its magnitude. */
    public record LogDet(Tensor sign, Tensor logAbsDet) {}

    /**
     * The signs of determinants and the logarithms of their magnitudes, which neither overflow nor vanish. {@code
     * torch.linalg.slogdet}.
     *
     * @param x [*, n, n]
     * @return [*] both; 0 and minus infinity of a singular matrix
     */
    public static LogDet slogdet(Tensor x) {
        Matrices.requireSquare("slogdet", x);
        try (Scope scope = Scope.open()) {
            Lu lu = Lu.of(x);
            Lu.Determinants all = lu.determinants();
            LogDet y = new LogDet(scope.keep(all.sign()), scope.keep(all.logAbs()));
            if (Graph.records(x)) {
                Saved saved = Saved.of(x, lu.factors(), lu.pivots());
                Graph.record("LinalgSlogdetBackward0", y.logAbsDet, saved, Input.of(x, g -> {
                    Tensor turned = GradMode.isOn()
                            ? inverse(saved.get(0)).mT()
                            : new Lu(saved.get(1), saved.get(2), null).inverse(true);
                    return Elementwise.mul(turned, ofMatrices(g));
                }));
            }
            return y;
        }
    }

    /** The logarithm of the determinants; NaN of a negative one. {@code torch.logdet}. */
    public static Tensor logdet(Tensor x) {
        LogDet parts = slogdet(x);
        return Elementwise.add(parts.logAbsDet, Maths.log(parts.sign));
    }

    /** The solution of {@link #lstsq}, the sums of squares that it leaves, and the ranks of the matrices. */
    public record LeastSquares(Tensor solution, Tensor residuals, Tensor rank) {}

    /**
     * x with the least |a x - b|, and of these the shortest. {@code torch.linalg.lstsq} with the driver gelsy.
     *
     * @param a [*, m, n]
     * @param b [*, m, k], of a's dtype, or one vector for each matrix: a's shape without its last dimension; same batch
     * @param rcond singular values below rcond times the largest count as 0; below 0: epsilon times the larger size
     * @return the solution, b's shape with n instead of m; residuals [*, k] where m is larger than n and all ranks are n,
     *     else [0]; rank I64 [*]
     * @throws IllegalArgumentException if a matrix holds NaN or infinity
     */
    public static LeastSquares lstsq(Tensor a, Tensor b, double rcond) {
        Matrices.require("lstsq", a);
        Checks.sameFloating("lstsq", a, b);
        if (b.rank() == a.rank() - 1 && b.rank() > 0) {
            LeastSquares y = lstsq(a, View.unsqueeze(b, -1), rcond);
            return new LeastSquares(View.squeeze(y.solution, -1), y.residuals, y.rank);
        }
        boolean fits = b.rank() == a.rank() && b.size(-2) == a.size(-2);
        for (int i = 0; i < a.rank() - 2 && fits; i++) {
            fits = a.size(i) == b.size(i);
        }
        Checks.require(fits, "lstsq", "sizes do not fit", a, b);
        long m = a.size(-2);
        long n = a.size(-1);
        double least = rcond >= 0 ? rcond : (a.dtype() == DType.F32 ? 0x1p-23 : 0x1p-52) * Math.max(m, n);
        try (Scope scope = Scope.open()) {
            Tensor sides = b.newZeros(Matrices.batched(a, b.size(-1), Math.max(m, n)));
            Tensor given = View.detached(sides, sides.layout().slice(sides.rank() - 1, 0, m, 1));
            Tensor turned = Matrices.transposed(b);
            b.device().kernels().elementwise().cast(turned, given);
            Tensor rank = scope.keep(Tensor.empty(a.device(), DType.I64, Linalg.batchOf(a.shape())));
            Failure failure = a.device()
                    .kernels()
                    .lapack()
                    .leastSquares(
                            least,
                            Matrices.flat(Matrices.copyTransposed(a), 2),
                            Matrices.flat(sides, 2),
                            Matrices.flat(rank, 0));
            Matrices.check("lstsq", "has no solution", failure, a);
            Tensor found = View.detached(sides, sides.layout().slice(sides.rank() - 1, 0, n, 1));
            Tensor x = scope.keep(Matrices.transposed(found));
            Tensor residuals = scope.keep(residuals(sides, m, n, rank));
            if (Graph.records(a, b)) {
                Saved saved = Saved.of(a, b);
                Graph.record(
                        "LinalgLstsqBackward0",
                        x,
                        saved,
                        Input.of(a, g -> {
                            Tensor from = saved.get(0);
                            Tensor weight = Linalg.matmul(g, saved.get(1).mT());
                            return Spectrum.pinvGrad(weight, Spectrum.pinv(from, least), from);
                        }),
                        Input.of(
                                b,
                                g -> Linalg.matmul(
                                        Spectrum.pinv(saved.get(0), least).mT(), g)));
            }
            return new LeastSquares(x, residuals, rank);
        }
    }

    /** The sums of squares of what lies behind the solution in each row. */
    private static Tensor residuals(Tensor sides, long m, long n, Tensor rank) {
        boolean full = m > n && (rank.count() == 0 || rank.min().itemLong() == n);
        if (!full) {
            return sides.newEmpty(Shape.of(0));
        }
        Tensor rest = View.detached(sides, sides.layout().slice(sides.rank() - 1, n, m, 1));
        return Reduce.sum(Maths.square(rest), false, -1);
    }
}
