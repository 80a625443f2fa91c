package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Products;
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
            Products.requireGemm(o, a, b, c, accumulate, bias, activation);
            Status.check(
                    Gatun.gt_gemm(
                            c.dtype().code(),
                            Products.isTransposed(a) ? 1 : 0,
                            Products.isTransposed(b) ? 1 : 0,
                            c.size(0),
                            c.size(1),
                            a.size(1),
                            o.at(0),
                            Products.leading(a),
                            o.at(1),
                            Products.leading(b),
                            accumulate ? 1 : 0,
                            o.at(2),
                            Products.leading(c),
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
            Products.requireBatches(o, a, b, c);
            Status.check(
                    Gatun.gt_gemm_batch(
                            c.dtype().code(),
                            Products.isTransposed(a) ? 1 : 0,
                            Products.isTransposed(b) ? 1 : 0,
                            c.size(0),
                            c.size(1),
                            c.size(2),
                            a.size(2),
                            o.at(0),
                            Products.leading(a),
                            a.layout().stride(0),
                            o.at(1),
                            Products.leading(b),
                            b.layout().stride(0),
                            accumulate ? 1 : 0,
                            o.at(2),
                            Products.leading(c),
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
            Products.requireIntegers(o, a, b, c);
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
                            Products.leading(c)),
                    o);
        } finally {
            o.end();
        }
    }
}
