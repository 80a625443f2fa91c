package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_recurrent_args;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Launches recurrent layers, with their scratch; what belongs to states and results stands in lists of its own. */
final class CpuRecurrent implements Kernels.Recurrent {
    private final CpuDevice device;

    CpuRecurrent(CpuDevice device) {
        this.device = device;
    }

    @Override
    public void forward(
            Walk walk,
            NdArray x,
            NdArray weight,
            @Nullable NdArray bias,
            @Nullable NdArray h0,
            @Nullable NdArray c0,
            NdArray y,
            @Nullable NdArray kept) {
        Operands o = Operands.of("recurrent");
        Operands states = Operands.of("recurrent");
        try {
            o.add(x).add(weight).addOrNothing(bias).add(y).addOrNothing(kept);
            states.addOrNothing(h0).addOrNothing(c0);
            MemorySegment args = arguments(o, walk, x, weight, y);
            long gates = walk.cell().gates() * y.size(2);
            o.require(fits(bias, x, gates), "bias does not fit");
            o.require((kept != null) == walk.cell().keeps(), "kept does not fit the cell");
            o.require(walk.keeps() ? fits(kept, y, y.shape().toArray()) : isState(kept, y), "kept does not fit");
            states.require(isState(h0, y) && isState(c0, y), "a state does not fit");
            run(
                    o,
                    x,
                    args,
                    scratch -> Gatun.gt_recurrent(
                            x.dtype().code(),
                            args,
                            o.at(0),
                            o.at(1),
                            o.at(2),
                            states.at(0),
                            states.at(1),
                            o.at(3),
                            o.at(4),
                            scratch));
        } finally {
            states.end();
            o.end();
        }
    }

    @Override
    public void grad(
            Walk walk,
            NdArray gates,
            NdArray weight,
            @Nullable NdArray h0,
            @Nullable NdArray c0,
            NdArray y,
            @Nullable NdArray kept,
            NdArray dy,
            @Nullable NdArray carry,
            NdArray dx,
            @Nullable NdArray dg,
            @Nullable NdArray dh0) {
        Operands o = Operands.of("recurrent gradient");
        Operands states = Operands.of("recurrent gradient");
        Operands results = Operands.of("recurrent gradient");
        try {
            o.add(gates).add(weight).add(y).addOrNothing(kept).add(dy);
            states.addOrNothing(h0).addOrNothing(c0);
            results.addOrNothing(carry).add(dx).addOrNothing(dg).addOrNothing(dh0);
            MemorySegment args = arguments(o, walk, gates, weight, y);
            boolean fits = fits(kept, y, y.shape().toArray())
                    && (kept != null) == walk.cell().keeps()
                    && (carry != null) == walk.cell().keeps()
                    && dy.dtype() == y.dtype()
                    && dy.shape().equals(y.shape());
            o.require(walk.keeps() && fits, "operands do not fit");
            o.require(
                    y.count() == 0
                            || (dy.layout().stride(2) == 1 || y.size(2) == 1)
                                    && dy.layout().stride(0) >= 0
                                    && dy.layout().stride(1) >= 0,
                    "dy's rows are not contiguous");
            states.require(isState(h0, y) && isState(c0, y), "a state does not fit");
            long[] shape = gates.shape().toArray();
            results.require(
                    fits(dx, y, shape) && fits(dg, y, shape) && isState(carry, y) && isState(dh0, y),
                    "a result does not fit");
            gt_recurrent_args.dy_step(args, dy.layout().stride(0));
            gt_recurrent_args.dy_row(args, dy.layout().stride(1));
            run(
                    o,
                    gates,
                    args,
                    scratch -> Gatun.gt_recurrent_grad(
                            gates.dtype().code(),
                            args,
                            o.at(0),
                            o.at(1),
                            states.at(0),
                            states.at(1),
                            o.at(2),
                            o.at(3),
                            o.at(4),
                            results.at(0),
                            results.at(1),
                            results.at(2),
                            results.at(3),
                            scratch));
        } finally {
            results.end();
            states.end();
            o.end();
        }
    }

    private static MemorySegment arguments(
            Operands o, Kernels.Recurrent.Walk walk, NdArray x, NdArray weight, NdArray y) {
        o.require(x.rank() == 3 && y.rank() == 3, "steps are not of rank 3");
        long hidden = y.size(2);
        long gates = walk.cell().gates() * hidden;
        o.require(
                fits(x, y, y.size(0), y.size(1), gates)
                        && fits(y, x, y.shape().toArray())
                        && fits(weight, x, gates, hidden),
                "operands do not fit " + walk.cell());
        MemorySegment args = Operands.table(gt_recurrent_args.sizeof());
        gt_recurrent_args.cell(args, walk.cell().code());
        gt_recurrent_args.reverse(args, walk.reverse() ? 1 : 0);
        gt_recurrent_args.keep(args, walk.keeps() ? 1 : 0);
        gt_recurrent_args.steps(args, y.size(0));
        gt_recurrent_args.n(args, y.size(1));
        gt_recurrent_args.hidden(args, hidden);
        gt_recurrent_args.dy_step(args, 0);
        gt_recurrent_args.dy_row(args, 0);
        return args;
    }

    private static boolean isState(@Nullable NdArray state, NdArray y) {
        return fits(state, y, y.size(1), y.size(2));
    }

    /** Whether an array is contiguous, of these sizes and of another's dtype; one that is not there fits. */
    private static boolean fits(@Nullable NdArray array, NdArray like, long... sizes) {
        return array == null
                || (array.dtype() == like.dtype()
                        && Arrays.equals(array.shape().toArray(), sizes)
                        && array.isContiguous());
    }

    /** A kernel that takes its scratch. */
    @FunctionalInterface
    private interface Leaf {
        int call(MemorySegment scratch);
    }

    private void run(Operands o, NdArray like, MemorySegment args, Leaf leaf) {
        Storage scratch = device.pool()
                .allocate(Gatun.gt_recurrent_scratch_bytes(like.dtype().code(), args));
        try {
            Status.check(leaf.call(scratch.at(0)), o);
        } finally {
            scratch.release();
        }
    }
}
