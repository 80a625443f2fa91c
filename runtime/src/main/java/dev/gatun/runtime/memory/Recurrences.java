package dev.gatun.runtime.memory;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels.Recurrent.Walk;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What recurrent layers ask of their operands, see {@link dev.gatun.runtime.kernels.Kernels.Recurrent}. */
public final class Recurrences {
    private Recurrences() {}

    /** Checks those of a forward pass. o: x, weight, bias, y, kept; states: h0, c0. */
    public static void requireForward(
            Operands o,
            Operands states,
            Walk walk,
            NdArray x,
            NdArray weight,
            @Nullable NdArray bias,
            @Nullable NdArray h0,
            @Nullable NdArray c0,
            NdArray y,
            @Nullable NdArray kept) {
        requireSteps(o, walk, x, weight, y);
        o.require(fits(bias, x, walk.cell().gates() * y.size(2)), "bias does not fit");
        o.require((kept != null) == walk.cell().keeps(), "kept does not fit the cell");
        o.require(walk.keeps() ? fits(kept, y, y.shape().toArray()) : isState(kept, y), "kept does not fit");
        states.require(isState(h0, y) && isState(c0, y), "a state does not fit");
    }

    /** Checks those of a gradient. o: gates, weight, y, kept, dy; states: h0, c0; results: carry, dx, dg, dh0. */
    public static void requireGrad(
            Operands o,
            Operands states,
            Operands results,
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
        requireSteps(o, walk, gates, weight, y);
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
    }

    private static void requireSteps(Operands o, Walk walk, NdArray x, NdArray weight, NdArray y) {
        o.require(x.rank() == 3 && y.rank() == 3, "steps are not of rank 3");
        long hidden = y.size(2);
        long gates = walk.cell().gates() * hidden;
        o.require(
                fits(x, y, y.size(0), y.size(1), gates)
                        && fits(y, x, y.shape().toArray())
                        && fits(weight, x, gates, hidden),
                "operands do not fit " + walk.cell());
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
}
