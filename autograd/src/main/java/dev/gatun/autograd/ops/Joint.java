package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of several inputs that are computed in one pass. The engine asks each input's rule by itself: the first to be
 * asked computes all, and the others take theirs. What nobody takes is left to the net.
 *
 * @param <G> what arrives: a tensor or, at several outputs, {@link dev.gatun.autograd.Grads}
 */
final class Joint<G> {
    private final Function<G, @Nullable Tensor[]> compute;
    private @Nullable G arrived; // what the results were computed from
    private @Nullable Tensor[] results = {};

    /**
     * Gradients that are computed together.
     *
     * @param compute from what arrived at the output to one gradient for each input, just made, {@code null} where none
     *     is wanted
     */
    Joint(Function<G, @Nullable Tensor[]> compute) {
        this.compute = compute;
    }

    /** The gradient of input i, once; it belongs to the scope that is open. */
    @SuppressWarnings("ReferenceEquality") // the very object that the engine hands to each rule of a node
    synchronized @Nullable Tensor take(G g, int i) {
        if (arrived != g || results[i] == null) {
            release();
            results = compute.apply(g);
            arrived = g;
            Tensor asked = results[i];
            results[i] = null;
            for (Tensor result : results) {
                if (result != null) {
                    result.own();
                }
            }
            return asked;
        }
        Tensor mine = results[i];
        if (mine == null) {
            return null;
        }
        results[i] = null;
        Tensor handed = // with its history, where there is one to be had
                GradMode.isOn() ? View.view(mine, mine.shape().toArray()) : View.detach(mine);
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
