package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.ReduceOp;
import dev.gatun.runtime.memory.Operands;

/** Launches running results; every operand is contiguous. */
final class CpuScan implements Kernels.Scan {
    @Override
    public void scan(ReduceOp op, boolean reverse, NdArray x, int dim, NdArray y) {
        Operands o = Operands.of("scan");
        try {
            o.add(x).add(y);
            requireAlike(o, dim, x, y);
            o.require(op == ReduceOp.SUM || op == ReduceOp.PROD, "neither sum nor product");
            int status = Gatun.gt_scan(
                    op.code(),
                    x.dtype().code(),
                    reverse ? 1 : 0,
                    CpuNorm.outer(x, dim),
                    CpuNorm.size(x, dim),
                    CpuNorm.inner(x, dim),
                    o.at(0),
                    o.at(1));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void extreme(ReduceOp op, NdArray x, int dim, NdArray y, NdArray place) {
        Operands o = Operands.of("scan");
        try {
            o.add(x).add(y).add(place);
            requireAlike(o, dim, x, y);
            o.require(op == ReduceOp.MAX || op == ReduceOp.MIN, "neither max nor min");
            o.require(place.dtype() == DType.I64, "places are not i64");
            o.require(place.isContiguous() && place.shape().equals(x.shape()), "places are of another shape");
            int status = Gatun.gt_scan_extreme(
                    op.code(),
                    x.dtype().code(),
                    CpuNorm.outer(x, dim),
                    CpuNorm.size(x, dim),
                    CpuNorm.inner(x, dim),
                    o.at(0),
                    o.at(1),
                    o.at(2));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void linear(boolean reverse, NdArray a, NdArray b, int dim, NdArray y) {
        Operands o = Operands.of("scan");
        try {
            o.add(a).add(b).add(y);
            requireAlike(o, dim, a, b);
            requireAlike(o, dim, a, y);
            int status = Gatun.gt_scan_linear(
                    a.dtype().code(),
                    reverse ? 1 : 0,
                    CpuNorm.outer(a, dim),
                    CpuNorm.size(a, dim),
                    CpuNorm.inner(a, dim),
                    o.at(0),
                    o.at(1),
                    o.at(2));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    private static void requireAlike(Operands o, int dim, NdArray x, NdArray y) {
        o.require(dim >= 0 && dim < Math.max(1, x.rank()), "no such dimension");
        o.require(x.dtype() == y.dtype() && x.shape().equals(y.shape()), "operands differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
    }
}
