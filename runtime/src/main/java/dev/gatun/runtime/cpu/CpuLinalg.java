package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.UnaryOp;
import dev.gatun.runtime.memory.Operands;
import org.jspecify.annotations.Nullable;

/** Launches matrix products: reads from strides which operand is stored transposed. */
final class CpuLinalg implements Kernels.Linalg {
    private static final int NO_ACTIVATION = -1;

    @Override
    public void gemm(
            NdArray a,
            NdArray b,
            NdArray c,
            boolean accumulate,
            @Nullable NdArray bias,
            @Nullable UnaryOp activation,
            double parameter) {
        Operands o = Operands.of("gemm");
        try {
            o.add(a).add(b).add(c).addOrNothing(bias);
            o.require(a.rank() == 2 && b.rank() == 2 && c.rank() == 2, "not matrices");
            requireProduct(o, a, b, c);
            o.require(
                    !accumulate || (bias == null && activation == null), "accumulates, so takes no bias or activation");
            o.require(
                    bias == null || (bias.rank() == 1 && bias.size(0) == c.size(1) && bias.isContiguous()),
                    "bias does not fit");
            o.require(bias == null || bias.dtype() == c.dtype(), "dtypes differ");
            Status.check(
                    Gatun.gt_gemm(
                            c.dtype().code(),
                            isTransposed(a) ? 1 : 0,
                            isTransposed(b) ? 1 : 0,
                            c.size(0),
                            c.size(1),
                            a.size(1),
                            o.at(0),
                            leading(a),
                            o.at(1),
                            leading(b),
                            accumulate ? 1 : 0,
                            o.at(2),
                            leading(c),
                            o.at(3),
                            activation == null ? NO_ACTIVATION : activation.code(),
                            parameter),
                    o);
        } finally {
            o.end();
        }
    }

    @Override
    public void gemmBatch(NdArray a, NdArray b, NdArray c, boolean accumulate) {
        Operands o = Operands.of("gemmBatch");
        try {
            o.add(a).add(b).add(c);
            requireBatches(o, a, b, c);
            requireProduct(o, a, b, c);
            Status.check(
                    Gatun.gt_gemm_batch(
                            c.dtype().code(),
                            isTransposed(a) ? 1 : 0,
                            isTransposed(b) ? 1 : 0,
                            c.size(0),
                            c.size(1),
                            c.size(2),
                            a.size(2),
                            o.at(0),
                            leading(a),
                            a.layout().stride(0),
                            o.at(1),
                            leading(b),
                            b.layout().stride(0),
                            accumulate ? 1 : 0,
                            o.at(2),
                            leading(c),
                            c.layout().stride(0)),
                    o);
        } finally {
            o.end();
        }
    }

    @Override
    public void gemmIntegers(NdArray a, NdArray b, NdArray c, boolean accumulate) {
        Operands o = Operands.of("gemmIntegers");
        try {
            o.add(a).add(b).add(c);
            requireBatches(o, a, b, c);
            requireSizes(o, a, b, c);
            o.require(c.dtype().isInteger(), "no integers");
            Status.check(
                    Gatun.gt_gemm_integers(
                            c.dtype().code(),
                            c.size(0),
                            c.size(1),
                            c.size(2),
                            a.size(2),
                            o.at(0),
                            a.layout().stride(0),
                            a.layout().stride(1),
                            a.layout().stride(2),
                            o.at(1),
                            b.layout().stride(0),
                            b.layout().stride(1),
                            b.layout().stride(2),
                            accumulate ? 1 : 0,
                            o.at(2),
                            c.layout().stride(0),
                            leading(c)),
                    o);
        } finally {
            o.end();
        }
    }

    @Override
    public boolean takes(NdArray matrix) {
        return matrix.rank() >= 2 && isFloat(matrix) && (rowsAreContiguous(matrix) || columnsAreContiguous(matrix));
    }

    private static void requireBatches(Operands o, NdArray a, NdArray b, NdArray c) {
        o.require(a.rank() == 3 && b.rank() == 3 && c.rank() == 3, "not batches of matrices");
        o.require(a.size(0) == c.size(0) && b.size(0) == c.size(0), "batches differ");
    }

    private static void requireSizes(Operands o, NdArray a, NdArray b, NdArray c) {
        o.require(a.dtype() == c.dtype() && b.dtype() == c.dtype(), "dtypes differ");
        o.require(
                a.size(-1) == b.size(-2) && a.size(-2) == c.size(-2) && b.size(-1) == c.size(-1), "sizes do not match");
        o.require(rowsAreContiguous(c), "rows of the result are not contiguous");
    }

    private void requireProduct(Operands o, NdArray a, NdArray b, NdArray c) {
        o.require(isFloat(c), "neither f32 nor f64");
        requireSizes(o, a, b, c);
        o.require(takes(a) && takes(b), "neither rows nor columns of an operand are contiguous");
    }

    private static boolean isFloat(NdArray x) {
        return x.dtype() == DType.F32 || x.dtype() == DType.F64;
    }

    static boolean isTransposed(NdArray x) {
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
    static long leading(NdArray x) {
        int outer = isTransposed(x) ? x.rank() - 1 : x.rank() - 2;
        int inner = isTransposed(x) ? x.rank() - 2 : x.rank() - 1;
        boolean steps = x.size(outer) > 1 && x.count() != 0;
        return steps ? x.layout().stride(outer) : Math.max(1, x.size(inner));
    }
}
