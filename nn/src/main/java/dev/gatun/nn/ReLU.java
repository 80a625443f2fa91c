package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.UnaryOp;

/** max(x, 0) of each element; {@code torch.nn.ReLU}. */
public final class ReLU extends Activation {
    /** The layer. */
    public ReLU() {
        super(UnaryOp.RELU);
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.relu());
    }
}
