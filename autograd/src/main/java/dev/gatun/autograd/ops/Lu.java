package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels.Lapack.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A batch of square matrices by their LU factors, which only the kernels read.
 *
 * @param factors [*, n, n]
 * @param pivots I32 [batch, n]
 * @param singular the first matrix that is singular, or {@code null}
 */
record Lu(Tensor factors, Tensor pivots, @Nullable Failure singular) {
    /** The factors of x [*, n, n], F32 or F64. */
    static Lu of(Tensor x) {
        Tensor factors = Matrices.copy(x);
        Tensor pivots = Tensor.empty(x.device(), DType.I32, Shape.of(Matrices.count(x), x.size(-1)));
        Tensor flat = Matrices.flat(factors, 2);
        Failure singular = x.device().kernels().lapack().lu(flat, pivots);
        flat.release();
        return new Lu(factors, pivots, singular);
    }

    /** The factors, none of which may be singular. */
    static Lu of(String op, Tensor x) {
        Lu lu = of(x);
        Failure failure = lu.singular;
        Matrices.check(op, "is singular", failure, x);
        return lu;
    }

    /**
     * Solves for every row of [*, k, n], in place.
     *
     * @param transposed with the transposed matrices
     * @param rows contiguous, of the factors' batch
     * @return rows
     */
    Tensor solve(boolean transposed, Tensor rows) {
        Tensor matrices = Matrices.flat(factors, 2);
        Tensor sides = Matrices.flat(rows, 2);
        rows.device().kernels().lapack().luSolve(transposed, matrices, pivots, sides);
        matrices.release();
        sides.release();
        return rows;
    }

    /** The inverses, or, transposed, their transposes, row by row. */
    Tensor inverse(boolean transposed) {
        return solve(!transposed, Matrices.identity(factors, factors.size(-1)));
    }

    /** The determinants, the logarithm of their magnitudes and their signs, each of the batch's shape. */
    record Determinants(Tensor det, Tensor sign, Tensor logAbs) {}

    Determinants determinants() {
        Shape batch = Linalg.batchOf(factors.shape());
        Determinants all = new Determinants(factors.newEmpty(batch), factors.newEmpty(batch), factors.newEmpty(batch));
        Tensor matrices = Matrices.flat(factors, 2);
        Tensor det = Matrices.flat(all.det, 0);
        Tensor sign = Matrices.flat(all.sign, 0);
        Tensor logAbs = Matrices.flat(all.logAbs, 0);
        factors.device().kernels().lapack().luDeterminant(matrices, pivots, det, sign, logAbs);
        matrices.release();
        det.release();
        sign.release();
        logAbs.release();
        return all;
    }
}
