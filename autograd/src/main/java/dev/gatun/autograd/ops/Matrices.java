package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels.Lapack.Failure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What LAPACK's families share: checks of batches of matrices, copies to be overwritten, and what is said of failures. */
final class Matrices {
    private Matrices() {}

    /** F32 or F64, [*, m, n]. */
    static void require(String op, Tensor x) {
        Checks.floating(op, x);
        Checks.require(x.rank() >= 2, op, "takes matrices", x);
    }

    /** F32 or F64, [*, n, n]. */
    static void requireSquare(String op, Tensor x) {
        require(op, x);
        Checks.require(x.size(-1) == x.size(-2), op, "takes square matrices", x);
    }

    /** How many matrices there are. */
    static long count(Tensor x) {
        return Linalg.batchOf(x.shape()).count();
    }

    /** A shape of x's batch with other dimensions behind. */
    static Shape batched(Tensor x, long... behind) {
        long[] batch = Linalg.batchOf(x.shape()).toArray();
        long[] sizes = Arrays.copyOf(batch, batch.length + behind.length);
        System.arraycopy(behind, 0, sizes, batch.length, behind.length);
        return Shape.of(sizes);
    }

    /** x's elements, row by row, for a kernel to overwrite. */
    static Tensor copy(Tensor x) {
        Tensor y = x.newEmpty(x.shape());
        x.device().kernels().elementwise().cast(x, y);
        return y;
    }

    /** x's matrices transposed, row by row. */
    static Tensor copyTransposed(Tensor x) {
        Tensor turned = View.detached(x, x.layout().transpose(x.rank() - 2, x.rank() - 1));
        Tensor y = copy(turned);
        turned.release();
        return y;
    }

    /** A contiguous tensor with its batch as one dimension, as kernels take it; its last dimensions as many as asked for. */
    static Tensor flat(Tensor x, int behind) {
        long[] own = x.shape().toArray();
        long[] sizes = new long[behind + 1];
        sizes[0] = 1;
        for (int i = 0; i < own.length; i++) {
            int to = i - (own.length - behind) + 1;
            if (to <= 0) {
                sizes[0] *= own[i];
            } else {
                sizes[to] = own[i];
            }
        }
        return View.detached(x, Layout.contiguous(Shape.of(sizes)));
    }

    /** The same storage with its last two dimensions exchanged; no view. */
    static Tensor transposed(Tensor x) {
        return View.detached(x, x.layout().transpose(x.rank() - 2, x.rank() - 1));
    }

    /** Unit matrices of x's device, dtype and batch. */
    static Tensor identity(Tensor x, long n) {
        Tensor unit = x.newZeros(batched(x, n, n));
        NdArray diagonal = unit.alias(Diagonal.layout(unit.layout(), 0, unit.rank() - 2, unit.rank() - 1));
        x.device().kernels().elementwise().fill(1, diagonal);
        diagonal.release();
        return unit;
    }

    /**
     * Refuses matrices for which there is no result.
     *
     * @param op to name
     * @param problem what is wrong with the first of them; its order, where there is one, stands for {@code %d}
     * @param failure that a kernel reported, or {@code null}
     * @param x the matrices
     * @throws IllegalArgumentException where there is a failure
     */
    static void check(String op, String problem, @Nullable Failure failure, Tensor x) {
        if (failure == null) {
            return;
        }
        Shape batch = Linalg.batchOf(x.shape());
        String which = batch.rank() == 0
                ? "the matrix"
                : "matrix " + Layout.contiguous(batch).indexOf(failure.matrix());
        String what = failure.order() == 0 ? "holds NaN or infinity" : problem.formatted(failure.order());
        throw new IllegalArgumentException(op + ": " + which + " " + what + ": " + x.describe());
    }
}
