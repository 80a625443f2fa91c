package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import org.jspecify.annotations.Nullable;

/** Launches reductions: the dimensions that are kept first, then those that are reduced. */
final class CpuReduce implements Kernels.Reduce {
    private final CpuElementwise elementwise;

    CpuReduce(CpuElementwise elementwise) {
        this.elementwise = elementwise;
    }

    @Override
    public void reduce(ReduceOp op, NdArray x, int[] dims, NdArray y) {
        if (dims.length == 0 && op.keepsOne()) {
            elementwise.cast(x, y);
            return;
        }
        Operands o = Operands.of(op);
        try {
            o.add(x).add(y);
            o.require(y.dtype() == op.result(x.dtype()), "dtypes do not match");
            o.require(op.takesNothing() || x.count() != 0 || y.count() == 0, "nothing to reduce");
            int kept = o.collapseReduction(Require.dimensionBits(dims, o, x), false);
            Status.check(Gatun.gt_reduce(op.code(), x.dtype().code(), o.dims(), kept, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void argReduce(ReduceOp op, NdArray x, int[] dims, NdArray y) {
        Operands o = Operands.of(op == ReduceOp.MAX ? "argmax" : "argmin");
        try {
            o.add(x).add(y);
            o.require(op == ReduceOp.MAX || op == ReduceOp.MIN, "neither max nor min");
            o.require(y.dtype() == DType.I64, "result is not i64");
            o.require(x.count() != 0 || y.count() == 0, "nothing to reduce");
            int kept = o.collapseReduction(Require.dimensionBits(dims, o, x), true);
            Status.check(Gatun.gt_arg_reduce(op.code(), x.dtype().code(), o.dims(), kept, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void variance(NdArray x, int[] dims, double correction, boolean root, NdArray var, @Nullable NdArray mean) {
        Operands o = Operands.of("variance");
        try {
            o.add(x).add(var).addOrNothing(mean);
            o.require(x.dtype() == var.dtype(), "dtypes differ");
            o.require(mean == null || mean.dtype() == x.dtype(), "dtypes differ");
            o.require(mean == null || Require.liesAs(mean, var), "mean lies otherwise than the variance");
            o.require(dims.length > 0, "no dimensions");
            int kept = o.collapseReduction(Require.dimensionBits(dims, o, x), false);
            int status = Gatun.gt_variance(
                    x.dtype().code(), o.dims(), kept, correction, root ? 1 : 0, o.at(0), o.at(1), o.at(2));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void logSumExp(NdArray x, int[] dims, NdArray y) {
        Operands o = Operands.of("logSumExp");
        try {
            o.add(x).add(y);
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.require(dims.length > 0, "no dimensions");
            int kept = o.collapseReduction(Require.dimensionBits(dims, o, x), false);
            Status.check(Gatun.gt_log_sum_exp(x.dtype().code(), o.dims(), kept, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }
}
