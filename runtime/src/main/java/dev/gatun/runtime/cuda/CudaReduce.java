package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Launches reductions: the dimensions that are kept first, then those that are reduced. How an output is shared out
 * follows from the sizes alone, so that it has the same bits on each run and each card.
 */
final class CudaReduce implements Kernels.Reduce {
    /** Elements that a thread takes, where there are enough outputs for all threads. */
    private static final int EACH = 8;

    /** Threads of one output whose neighbours are neighbours in memory: others read along. */
    private static final int MOST_ACROSS = 8;

    /** Threads of all outputs together beyond which no output is cut into parts. */
    private static final long ENOUGH_THREADS = 1 << 18;

    private static final int MOST_PARTS = 1024;

    /** Bytes of what is known of a part: GT_JOINED_BYTES of device.cuh. */
    private static final long PART_BYTES = 24;

    private final CudaDevice device;
    private final CudaElementwise elementwise;
    private final Launcher launcher;
    private final RowKernels table;
    private final RowKernels parts;

    CudaReduce(CudaDevice device, CudaElementwise elementwise) {
        this.device = device;
        this.elementwise = elementwise;
        launcher = new Launcher(device, "reduce");
        table = new RowKernels(launcher, "reduce", "", ReduceOp.values().length);
        parts = new RowKernels(launcher, "reduce", "_parts", ReduceOp.values().length);
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
            DType dtype = x.dtype();
            o.require(y.dtype() == op.result(dtype), "dtypes do not match");
            o.require(op.takesNothing() || x.count() != 0 || y.count() == 0, "nothing to reduce");
            Grid.requireSupported(op.takes(dtype), o);
            int kept = o.collapseReduction(Require.dimensionBits(dims, o, x), false);
            run(table.get(op, op.code(), dtype), parts.get(op, op.code(), dtype), o, kept, launch -> launch);
        } finally {
            o.end();
        }
    }

    @Override
    public void argReduce(ReduceOp op, NdArray x, int[] dims, NdArray y) {
        String name = op == ReduceOp.MAX ? "argmax" : "argmin";
        Operands o = Operands.of(name);
        try {
            o.add(x).add(y);
            o.require(op == ReduceOp.MAX || op == ReduceOp.MIN, "neither max nor min");
            o.require(y.dtype() == DType.I64, "result is not i64");
            o.require(x.count() != 0 || y.count() == 0, "nothing to reduce");
            Grid.requireSupported(op.takes(x.dtype()), o);
            run(
                    "arg",
                    name,
                    x.dtype(),
                    o,
                    o.collapseReduction(Require.dimensionBits(dims, o, x), true),
                    launch -> launch);
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
            Grid.requireSupported(Grid.isFloat(x.dtype()), o);
            run(
                    "variance",
                    "variance",
                    x.dtype(),
                    o,
                    o.collapseReduction(Require.dimensionBits(dims, o, x), false),
                    launch -> launch.add(correction).add(root ? 1 : 0).operand(o, 2));
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
            Grid.requireSupported(Grid.isFloat(x.dtype()), o);
            run(
                    "log_sum_exp",
                    "log_sum_exp",
                    x.dtype(),
                    o,
                    o.collapseReduction(Require.dimensionBits(dims, o, x), false),
                    launch -> launch);
        } finally {
            o.end();
        }
    }

    private void run(String row, String name, DType dtype, Operands o, int kept, UnaryOperator<Launch> more) {
        String kernel = name + "_" + dtype.name();
        run(launcher.kernel(row, kernel), launcher.kernel(row, kernel + "_parts"), o, kept, more);
    }

    /** How the reduction of one output is shared out. */
    private record Plan(long outputs, long count, int lanes, boolean across, int parts) {
        static Plan of(MemorySegment dims, int kept) {
            int rank = DimsStruct.rank(dims);
            long outputs = product(dims, 0, kept);
            long count = product(dims, kept, rank);
            boolean across = kept > 0
                    && rank > kept
                    && Math.abs(DimsStruct.stride(dims, 0, kept - 1)) < Math.abs(DimsStruct.stride(dims, 0, rank - 1));
            long wanted = Grid.powerOfTwo(Math.ceilDiv(count, EACH));
            long room = across ? Math.max(MOST_ACROSS, Grid.BLOCK / Grid.powerOfTwo(Math.max(1, outputs))) : Grid.BLOCK;
            long lanes = Math.min(wanted, room);
            long more = ENOUGH_THREADS / (Math.max(1, outputs) * lanes);
            long parts = Math.clamp(Math.min(more, count / (lanes * EACH)), 1, MOST_PARTS);
            return new Plan(outputs, count, (int) lanes, across, (int) parts);
        }

        private static long product(MemorySegment dims, int from, int to) {
            long product = 1;
            for (int d = from; d < to; d++) {
                product *= DimsStruct.size(dims, d);
            }
            return product;
        }

        long blocks() {
            return Math.min(Math.ceilDiv(outputs, Grid.BLOCK / lanes), Integer.MAX_VALUE);
        }
    }

    private void run(CudaFunction kernel, CudaFunction joining, Operands o, int kept, UnaryOperator<Launch> more) {
        MemorySegment dims = o.dims();
        Plan plan = Plan.of(dims, kept);
        if (plan.outputs == 0) {
            return;
        }
        Storage room = plan.parts == 1 ? null : device.pool().allocate(plan.outputs * plan.parts * PART_BYTES);
        try {
            long scratch = room == null ? 0 : room.address();
            Launch launch = start(kernel, dims, kept, plan).add(plan.lanes).add(plan.across ? 1 : 0);
            launch.operand(o, 0).operand(o, 1).address(scratch);
            more.apply(launch).run(plan.blocks(), plan.parts, 1, Grid.BLOCK, 0);
            if (room != null) {
                launch = start(joining, dims, kept, plan)
                        .add(plan.parts)
                        .address(scratch)
                        .operand(o, 1);
                more.apply(launch).run(Math.min(plan.outputs, Integer.MAX_VALUE), Grid.BLOCK);
            }
        } finally {
            if (room != null) {
                room.release();
            }
        }
    }

    private Launch start(CudaFunction kernel, MemorySegment dims, int kept, Plan plan) {
        return launcher.start(kernel)
                .add(dims)
                .add((long) kept)
                .add(plan.outputs)
                .add(plan.count);
    }
}
