package dev.gatun.autograd;

import org.jspecify.annotations.Nullable;

/**
 * A vector-Jacobian product for one input: what arrives at the outputs in, what leaves for the input out. It is written
 * on tensors, so that it can be differentiated again, and reaches values only through what the node saved: a tensor
 * caught in the lambda may have been released by then. PyTorch's counterpart is the {@code backward} of a {@code
 * torch.autograd.Function}.
 *
 * {@snippet :
 * Vjp.Single ofSine = g -> g.mul(x.cos());
 * Vjp rule = Vjp.of(ofSine);
 * }
 */
@FunctionalInterface
public interface Vjp {
    /**
     * The gradient for the input.
     *
     * @param g gradients of the outputs
     * @return shape of the input, or a shape that was broadcast from it; {@code null} for "none"
     */
    @Nullable
    Tensor apply(Grads g);

    /**
     * The same gradient as rows, for a leaf.
     *
     * @param g gradients of the outputs
     * @return {@code null} where the rule gives whole gradients only
     */
    default @Nullable SparseGrad rows(Grads g) {
        return null;
    }

    /** A rule of a node with one output. */
    @FunctionalInterface
    interface Single {
        /** The gradient for the input, from the output's. */
        @Nullable
        Tensor apply(Tensor g);
    }

    /** The rule of a node with one output. */
    static Vjp of(Single rule) {
        return g -> rule.apply(g.get());
    }
}
