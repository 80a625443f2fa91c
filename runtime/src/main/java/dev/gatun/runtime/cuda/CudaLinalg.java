package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cublas.Cublas;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Products;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Launches matrix products by cuBLAS, which stores by columns: a product of row-major matrices is that of their
 * transposes in the other order, so that nothing is turned round. Bias and relu are cuBLASLt's where it has them, so that
 * a linear layer is one call; other activations are a kernel behind the product.
 */
final class CudaLinalg implements Kernels.Linalg {
    // 1 and 0 in both types, for the factors that cuBLAS reads from memory of the host.
    private static final MemorySegment F32_ONE = factor(DType.F32, 1);
    private static final MemorySegment F32_ZERO = factor(DType.F32, 0);
    private static final MemorySegment F64_ONE = factor(DType.F64, 1);
    private static final MemorySegment F64_ZERO = factor(DType.F64, 0);

    private static final int STEPS = 3; // of a matrix in a batch: batch, row, column

    private final CudaDevice device;
    private final Launcher launcher;

    CudaLinalg(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "linalg");
    }

    private static MemorySegment factor(DType dtype, double value) {
        MemorySegment place = Arena.global().allocate(Double.BYTES, Double.BYTES);
        if (dtype == DType.F32) {
            place.set(ValueLayout.JAVA_FLOAT, 0, (float) value);
        } else {
            place.set(ValueLayout.JAVA_DOUBLE, 0, value);
        }
        return place;
    }

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
            Products.requireGemm(o, a, b, c, accumulate, bias, activation);
            if (c.count() == 0) {
                return;
            }
            boolean relu = activation == UnaryOp.RELU;
            if ((bias != null || relu) && (activation == null || relu) && fused(o, a, b, c, bias != null, relu)) {
                return;
            }
            product(o, a, b, c, accumulate, 1);
            if (bias != null || activation != null) {
                String row = activation == null
                        ? "bias"
                        : "bias_" + activation.name().toLowerCase(Locale.ROOT);
                String name = (activation == null ? "bias_none" : row) + "_"
                        + c.dtype().name();
                launcher.start(launcher.kernel(row, name))
                        .add(c.size(0))
                        .add(c.size(1))
                        .operand(o, 2)
                        .add(Products.leading(c))
                        .operand(o, 3)
                        .add(parameter)
                        .run(Grid.blocks(device, c.count()), Grid.BLOCK);
            }
        } finally {
            o.end();
        }
    }

    @Override
    public void gemmBatch(NdArray a, NdArray b, NdArray c, boolean accumulate) {
        Operands o = Operands.of("gemmBatch");
        try {
            o.add(a).add(b).add(c);
            Products.requireBatches(o, a, b, c);
            if (c.count() != 0) {
                product(o, a, b, c, accumulate, (int) c.size(0));
            }
        } finally {
            o.end();
        }
    }

    /** Operands: a, b, c, bias. One call for all; false, with nothing done, where cuBLASLt has none. */
    private boolean fused(Operands o, NdArray a, NdArray b, NdArray c, boolean bias, boolean relu) {
        if (c.dtype() != DType.F32 || a.size(1) == 0) {
            return false;
        }
        CudaQueue queue = device.queue();
        queue.touch(o, 4);
        var form = new CudaBlasLt.Form(
                operation(b),
                operation(a),
                size(o, c.size(1)),
                size(o, c.size(0)),
                size(o, a.size(1)),
                size(o, Products.leading(b)),
                size(o, Products.leading(a)),
                size(o, Products.leading(c)),
                bias,
                relu,
                device.allowsTf32(),
                CudaBlasLt.alignment(o.at(1)),
                CudaBlasLt.alignment(o.at(0)),
                CudaBlasLt.alignment(o.at(2)));
        return queue.blasLt().multiply(form, F32_ONE, F32_ZERO, o);
    }

    private static int operation(NdArray x) {
        return Products.isTransposed(x) ? Cublas.CUBLAS_OP_T() : Cublas.CUBLAS_OP_N();
    }

    /** Operands: a, b, c. */
    private void product(Operands o, NdArray a, NdArray b, NdArray c, boolean accumulate, int batch) {
        CudaQueue queue = device.queue();
        queue.touch(o, 3);
        int m = size(o, c.size(-2));
        int n = size(o, c.size(-1));
        int k = size(o, a.size(-1));
        int opA = operation(a);
        int opB = operation(b);
        int lda = size(o, Products.leading(a));
        int ldb = size(o, Products.leading(b));
        int ldc = size(o, Products.leading(c));
        MemorySegment handle = queue.blas().handle();
        boolean single = c.dtype() == DType.F32;
        MemorySegment one = single ? F32_ONE : F64_ONE;
        MemorySegment beta = accumulate ? one : single ? F32_ZERO : F64_ZERO;
        String call;
        int status;
        if (a.rank() == 2) {
            call = single ? "cublasSgemm" : "cublasDgemm";
            status = single
                    ? Cublas.cublasSgemm_v2(
                            handle, opB, opA, n, m, k, one, o.at(1), ldb, o.at(0), lda, beta, o.at(2), ldc)
                    : Cublas.cublasDgemm_v2(
                            handle, opB, opA, n, m, k, one, o.at(1), ldb, o.at(0), lda, beta, o.at(2), ldc);
        } else {
            long strideA = a.layout().stride(0);
            long strideB = b.layout().stride(0);
            long strideC = c.layout().stride(0);
            call = single ? "cublasSgemmStridedBatched" : "cublasDgemmStridedBatched";
            status = single
                    ? Cublas.cublasSgemmStridedBatched(
                            handle, opB, opA, n, m, k, one, o.at(1), ldb, strideB, o.at(0), lda, strideA, beta, o.at(2),
                            ldc, strideC, batch)
                    : Cublas.cublasDgemmStridedBatched(
                            handle, opB, opA, n, m, k, one, o.at(1), ldb, strideB, o.at(0), lda, strideA, beta, o.at(2),
                            ldc, strideC, batch);
        }
        CudaBlas.check(status, call, o.describe());
    }

    /** cuBLAS counts in 32 bits. */
    private static int size(Operands o, long size) {
        o.require(size <= Integer.MAX_VALUE, "a size of 2^31 or more");
        return (int) size;
    }

    @Override
    public void gemmIntegers(NdArray a, NdArray b, NdArray c, boolean accumulate) {
        Operands o = Operands.of("gemmIntegers");
        try (Arena arena = Arena.ofConfined()) {
            o.add(a).add(b).add(c);
            Products.requireIntegers(o, a, b, c);
            launcher.start(launcher.kernel("product", "product_" + c.dtype().name()))
                    .add(c.size(0))
                    .add(c.size(1))
                    .add(c.size(2))
                    .add(a.size(2))
                    .operand(o, 0)
                    .add(steps(arena, a))
                    .operand(o, 1)
                    .add(steps(arena, b))
                    .add(accumulate ? 1 : 0)
                    .operand(o, 2)
                    .add(c.layout().stride(0))
                    .add(Products.leading(c))
                    .run(Grid.blocks(device, c.count()), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    private static MemorySegment steps(Arena arena, NdArray x) {
        MemorySegment steps = arena.allocate(ValueLayout.JAVA_LONG, STEPS);
        for (int d = 0; d < STEPS; d++) {
            steps.setAtIndex(ValueLayout.JAVA_LONG, d, x.layout().stride(d));
        }
        return steps;
    }
}
