package dev.gatun.runtime.memory;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.UnaryOp;
import org.jspecify.annotations.Nullable;

/** What matrix products ask of their operands, and how these lie in memory as BLAS sees it. */
public final class Products {
    private Products() {}

    /** Checks a product of two matrices, see {@link dev.gatun.runtime.kernels.Kernels.Linalg#gemm}. */
    public static void requireGemm(
            Operands o,
            NdArray a,
            NdArray b,
            NdArray c,
            boolean accumulate,
            @Nullable NdArray bias,
            @Nullable UnaryOp activation) {
        o.require(a.rank() == 2 && b.rank() == 2 && c.rank() == 2, "not matrices");
        requireFloats(o, a, b, c);
        o.require(!accumulate || (bias == null && activation == null), "accumulates, so takes no bias or activation");
        o.require(
                bias == null || (bias.rank() == 1 && bias.size(0) == c.size(1) && bias.isContiguous()),
                "bias does not fit");
        o.require(bias == null || bias.dtype() == c.dtype(), "dtypes differ");
    }

    /** Checks products of batches of floats. */
    public static void requireBatches(Operands o, NdArray a, NdArray b, NdArray c) {
        requireRanks(o, a, b, c);
        requireFloats(o, a, b, c);
    }

    /** Checks products of batches of integers. */
    public static void requireIntegers(Operands o, NdArray a, NdArray b, NdArray c) {
        requireRanks(o, a, b, c);
        requireSizes(o, a, b, c);
        o.require(c.dtype().isInteger(), "no integers");
    }

    private static void requireRanks(Operands o, NdArray a, NdArray b, NdArray c) {
        o.require(a.rank() == 3 && b.rank() == 3 && c.rank() == 3, "not batches of matrices");
        o.require(a.size(0) == c.size(0) && b.size(0) == c.size(0), "batches differ");
    }

    private static void requireSizes(Operands o, NdArray a, NdArray b, NdArray c) {
        o.require(a.dtype() == c.dtype() && b.dtype() == c.dtype(), "dtypes differ");
        o.require(
                a.size(-1) == b.size(-2) && a.size(-2) == c.size(-2) && b.size(-1) == c.size(-1), "sizes do not match");
        o.require(rowsAreContiguous(c), "rows of the result are not contiguous");
    }

    private static void requireFloats(Operands o, NdArray a, NdArray b, NdArray c) {
        o.require(isFloat(c), "neither f32 nor f64");
        requireSizes(o, a, b, c);
        o.require(takes(a) && takes(b), "neither rows nor columns of an operand are contiguous");
    }

    private static boolean isFloat(NdArray x) {
        return x.dtype() == DType.F32 || x.dtype() == DType.F64;
    }

    /** Whether a product takes this matrix as it lies. */
    public static boolean takes(NdArray matrix) {
        return matrix.rank() >= 2 && isFloat(matrix) && (rowsAreContiguous(matrix) || columnsAreContiguous(matrix));
    }

    /** Whether what is stored, row by row, is the transpose. */
    public static boolean isTransposed(NdArray x) {
        return !rowsAreContiguous(x);
    }

    private static boolean rowsAreContiguous(NdArray x) {
        return isDense(x, x.rank() - 2, x.rank() - 1);
    }

    private static boolean columnsAreContiguous(NdArray x) {
        return isDense(x, x.rank() - 1, x.rank() - 2);
    }

    /** Whether vectors along {@code inner} are contiguous and those along {@code outer} do not overlap. */
    private static boolean isDense(NdArray x, int outer, int inner) {
        Layout layout = x.layout();
        boolean contiguous = layout.stride(inner) == 1 || x.size(inner) <= 1;
        return x.count() == 0 || (contiguous && (x.size(outer) == 1 || layout.stride(outer) >= x.size(inner)));
    }

    /** The step between vectors as stored. BLAS wants it to be at least their length, even where there is only one. */
    public static long leading(NdArray x) {
        int outer = isTransposed(x) ? x.rank() - 1 : x.rank() - 2;
        int inner = isTransposed(x) ? x.rank() - 2 : x.rank() - 1;
        boolean steps = x.size(outer) > 1 && x.count() != 0;
        return steps ? x.layout().stride(outer) : Math.max(1, x.size(inner));
    }
}
