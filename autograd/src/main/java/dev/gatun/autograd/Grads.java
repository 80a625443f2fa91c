package dev.gatun.autograd;

import org.jspecify.annotations.Nullable;

/**
 * The gradients that arrived at a node, one for each output; "none" where an output was not used. Rules of operations
 * see it, as PyTorch's {@code torch.autograd.Function.backward} gets its arguments.
 *
 * {@snippet :
 * Vjp ofSum = g -> g.get().mul(2); // the gradient of the only output
 * Vjp ofTwo = g -> g.get(0) == null ? g.get(1) : g.get(0); // of whichever output was used
 * }
 */
public final class Grads {
    private final @Nullable Tensor[] byOutput;

    Grads(int outputs) {
        byOutput = new Tensor[outputs];
    }

    /** The gradient of the only output, or of the first. */
    public Tensor get() {
        Tensor first = byOutput[0];
        if (first == null) {
            throw new IllegalStateException("backward: the first output has no gradient");
        }
        return first;
    }

    /** The gradient of one output, or {@code null} for none. */
    public @Nullable Tensor get(int output) {
        return byOutput[output];
    }

    /** How many outputs the node has. */
    public int size() {
        return byOutput.length;
    }

    void set(int output, @Nullable Tensor gradient) {
        byOutput[output] = gradient;
    }

    boolean isEmpty() {
        for (Tensor gradient : byOutput) {
            if (gradient != null) {
                return false;
            }
        }
        return true;
    }

    /** Gives the handles back: the engine made each for this node alone. */
    void release() {
        for (int i = 0; i < byOutput.length; i++) {
            Tensor gradient = byOutput[i];
            if (gradient != null) {
                gradient.release();
                byOutput[i] = null;
            }
        }
    }
}
