package dev.gatun.runtime.cuda;

import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.RecurrentCell;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Recurrences;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Launches recurrent layers: for each step a product, and a kernel for the rest. Nothing waits between them. */
final class CudaRecurrent implements Kernels.Recurrent {
    private final CudaDevice device;
    private final CudaElementwise elementwise;
    private final CudaLinalg linalg;
    private final Launcher launcher;

    CudaRecurrent(CudaDevice device, CudaElementwise elementwise, CudaLinalg linalg) {
        this.device = device;
        this.elementwise = elementwise;
        this.linalg = linalg;
        this.launcher = new Launcher(device, "recurrent");
    }

    private Launch start(RecurrentCell cell, String suffix, NdArray y) {
        String row = cell.name().toLowerCase(Locale.ROOT);
        String name = "recurrent_" + row + suffix + "_" + y.dtype().name();
        return launcher.start(launcher.kernel(row, name)).add(y.size(1)).add(y.size(2));
    }

    private long blocks(NdArray y) {
        return Grid.blocks(device, y.size(1) * y.size(2));
    }

    /** The place of a walk's i-th step. */
    private static long place(Walk walk, NdArray y, long i) {
        return walk.reverse() ? y.size(0) - 1 - i : i;
    }

    /** A step of [steps, n, *]. */
    private static NdArray step(NdArray all, long place) {
        Layout layout = all.layout();
        long[] strides = {layout.stride(1), layout.stride(2)};
        Shape shape = Shape.of(all.size(1), all.size(2));
        return all.alias(Layout.of(shape, strides, layout.offset() + place * layout.stride(0)));
    }

    private static @Nullable NdArray stepOrNothing(@Nullable NdArray all, long place) {
        return all == null ? null : step(all, place);
    }

    /** Zeros, for a state that was not given. */
    private NdArray orZeros(@Nullable NdArray state, NdArray y) {
        if (state != null) {
            return state;
        }
        NdArray zeros = NdArray.allocate(device, y.dtype(), Shape.of(y.size(1), y.size(2)));
        elementwise.fill(0, zeros);
        return zeros;
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
        try (Scope scope = Scope.open()) {
            o.add(x).add(weight).addOrNothing(bias).add(y).addOrNothing(kept);
            states.addOrNothing(h0).addOrNothing(c0);
            Recurrences.requireForward(o, states, walk, x, weight, bias, h0, c0, y, kept);
            Grid.requireSupported(Grid.isFloat(y.dtype()), o);
            if (y.count() == 0) {
                return;
            }
            NdArray sums = NdArray.allocate(device, y.dtype(), Shape.of(y.size(1), weight.size(0)));
            NdArray turned = weight.alias(weight.layout().transpose(0, 1));
            NdArray before = orZeros(h0, y);
            NdArray cell = walk.cell() == RecurrentCell.LSTM ? orZeros(c0, y) : null;
            for (long i = 0; i < y.size(0); i++) {
                long place = place(walk, y, i);
                linalg.gemm(before, turned, sums, false, bias, null, 0);
                NdArray h = step(y, place);
                NdArray mine = walk.keeps() ? stepOrNothing(kept, place) : kept;
                forwardStep(walk.cell(), sums, step(x, place), cell == null ? before : cell, mine, h, y);
                before = h;
                cell = cell == null ? null : mine;
            }
        } finally {
            states.end();
            o.end();
        }
    }

    private void forwardStep(
            RecurrentCell cell,
            NdArray sums,
            NdArray gates,
            NdArray before,
            @Nullable NdArray kept,
            NdArray h,
            NdArray y) {
        Operands o = Operands.of("recurrent");
        try {
            o.add(sums).add(gates).add(before).addOrNothing(kept).add(h);
            Launch launch = start(cell, "", y);
            for (int i = 0; i < 5; i++) {
                launch.operand(o, i);
            }
            launch.run(blocks(y), Grid.BLOCK);
        } finally {
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
        try (Scope scope = Scope.open()) {
            o.add(gates).add(weight).add(y).addOrNothing(kept).add(dy);
            states.addOrNothing(h0).addOrNothing(c0);
            results.addOrNothing(carry).add(dx).addOrNothing(dg).addOrNothing(dh0);
            Recurrences.requireGrad(o, states, results, walk, gates, weight, h0, c0, y, kept, dy, carry, dx, dg, dh0);
            Grid.requireSupported(Grid.isFloat(y.dtype()), o);
            if (y.count() == 0) {
                if (dh0 != null) {
                    elementwise.fill(0, dh0);
                }
                return;
            }
            NdArray behind = orZeros(null, y);
            NdArray first = orZeros(walk.cell() == RecurrentCell.LSTM ? c0 : h0, y);
            NdArray products = dg == null ? dx : dg;
            for (long i = y.size(0) - 1; i >= 0; i--) {
                long place = place(walk, y, i);
                NdArray before = first;
                if (i > 0) {
                    long previous = place(walk, y, i - 1);
                    before = walk.cell() == RecurrentCell.LSTM && kept != null
                            ? step(kept, previous)
                            : step(y, previous);
                }
                gradStep(walk, place, behind, gates, before, y, kept, dy, carry, dx, dg);
                if (i > 0 || dh0 != null) {
                    linalg.gemm(step(products, place), weight, behind, false, null, null, 0);
                }
            }
            if (dh0 != null) {
                elementwise.cast(behind, dh0);
                if (walk.cell() == RecurrentCell.GRU && carry != null) {
                    elementwise.binary(BinaryOp.ADD, dh0, carry, dh0);
                }
            }
        } finally {
            results.end();
            states.end();
            o.end();
        }
    }

    private void gradStep(
            Walk walk,
            long place,
            NdArray behind,
            NdArray gates,
            NdArray before,
            NdArray y,
            @Nullable NdArray kept,
            NdArray dy,
            @Nullable NdArray carry,
            NdArray dx,
            @Nullable NdArray dg) {
        Operands given = Operands.of("recurrent gradient");
        Operands more = Operands.of("recurrent gradient");
        try {
            given.add(behind)
                    .add(step(dy, place))
                    .add(step(gates, place))
                    .add(before)
                    .addOrNothing(stepOrNothing(kept, place));
            more.add(step(y, place)).addOrNothing(carry).add(step(dx, place)).addOrNothing(stepOrNothing(dg, place));
            start(walk.cell(), "_grad", y)
                    .operand(given, 0)
                    .operand(given, 1)
                    .add(dy.layout().stride(1))
                    .operand(given, 2)
                    .operand(given, 3)
                    .operand(given, 4)
                    .operand(more, 0)
                    .operand(more, 1)
                    .operand(more, 2)
                    .operand(more, 3)
                    .run(blocks(y), Grid.BLOCK);
        } finally {
            more.end();
            given.end();
        }
    }
}
