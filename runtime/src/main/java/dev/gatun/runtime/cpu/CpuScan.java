package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.memory.Along;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;

/** Launches running results; every operand is contiguous. */
final class CpuScan implements Kernels.Scan {
    @Override
    public void scan(ReduceOp op, boolean reverse, NdArray x, int dim, NdArray y) {
        Operands o = Operands.of("scan");
        try {
            o.add(x).add(y);
            Require.along(o, dim, x, y);
            o.require(op == ReduceOp.SUM || op == ReduceOp.PROD, "neither sum nor product");
            Along along = Along.of(x, dim);
            int status = Gatun.gt_scan(
                    op.code(),
                    x.dtype().code(),
                    reverse ? 1 : 0,
                    along.outer(),
                    along.size(),
                    along.inner(),
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
            Require.along(o, dim, x, y);
            o.require(op == ReduceOp.MAX || op == ReduceOp.MIN, "neither max nor min");
            o.require(place.dtype() == DType.I64, "places are not i64");
            o.require(place.isContiguous() && place.shape().equals(x.shape()), "places are of another shape");
            Along along = Along.of(x, dim);
            int status = Gatun.gt_scan_extreme(
                    op.code(), x.dtype().code(), along.outer(), along.size(), along.inner(), o.at(0), o.at(1), o.at(2));
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
            Require.along(o, dim, a, b);
            Require.along(o, dim, a, y);
            Along along = Along.of(a, dim);
            int status = Gatun.gt_scan_linear(
                    a.dtype().code(),
                    reverse ? 1 : 0,
                    along.outer(),
                    along.size(),
                    along.inner(),
                    o.at(0),
                    o.at(1),
                    o.at(2));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }
}
