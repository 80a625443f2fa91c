package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of several inputs that one kernel computes in one pass. The engine asks each input's rule by itself: the
 * first to be asked computes all, and the others take theirs. What nobody takes is left to the net.
 */
final class Joint {
    private final Function<Tensor, @Nullable Tensor[]> compute;
    private @Nullable Tensor arrived; // what the results were computed from
    private @Nullable Tensor[] results = {};

    /**
     * Gradients that are computed together.
     *
     * @param compute from what arrived at the output to one gradient for each input, just made, {@code null} where none
     *     is wanted
     */
    Joint(Function<Tensor, @Nullable Tensor[]> compute) {
        this.compute = compute;
    }

    /** The gradient of input i, once; it belongs to the scope that is open. */
    @SuppressWarnings("ReferenceEquality") // the very tensor that the engine hands to each rule of a node
    synchronized @Nullable Tensor take(Tensor g, int i) {
        if (arrived != g || results[i] == null) {
            release();
            results = compute.apply(g);
            for (Tensor result : results) {
                if (result != null) {
                    result.own();
                }
            }
            arrived = g;
        }
        Tensor mine = results[i];
        if (mine == null) {
            return null;
        }
        results[i] = null;
        Tensor handed = View.detach(mine);
        mine.release();
        return handed;
    }

    private void release() {
        for (Tensor result : results) {
            if (result != null) {
                result.release();
            }
        }
    }
}
