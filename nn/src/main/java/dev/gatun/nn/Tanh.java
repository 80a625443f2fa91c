package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.UnaryOp;

/** The hyperbolic tangent of each element; {@code torch.nn.Tanh}. */
public final class Tanh extends Activation {
    /** The layer. */
    public Tanh() {
        super(UnaryOp.TANH);
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.tanh());
    }
}
