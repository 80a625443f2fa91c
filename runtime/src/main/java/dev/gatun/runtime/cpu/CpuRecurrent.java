package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_recurrent_args;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Recurrences;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
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
            Recurrences.requireForward(o, states, walk, x, weight, bias, h0, c0, y, kept);
            MemorySegment args = arguments(walk, y);
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
            Recurrences.requireGrad(o, states, results, walk, gates, weight, h0, c0, y, kept, dy, carry, dx, dg, dh0);
            MemorySegment args = arguments(walk, y);
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

    private static MemorySegment arguments(Walk walk, NdArray y) {
        MemorySegment args = Operands.table(gt_recurrent_args.sizeof());
        gt_recurrent_args.cell(args, walk.cell().code());
        gt_recurrent_args.reverse(args, walk.reverse() ? 1 : 0);
        gt_recurrent_args.keep(args, walk.keeps() ? 1 : 0);
        gt_recurrent_args.steps(args, y.size(0));
        gt_recurrent_args.n(args, y.size(1));
        gt_recurrent_args.hidden(args, y.size(2));
        gt_recurrent_args.dy_step(args, 0);
        gt_recurrent_args.dy_row(args, 0);
        return args;
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
