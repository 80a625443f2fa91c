package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x tanh(softplus(x)); {@code torch.nn.Mish}. */
public final class Mish extends FunctionLayer {
    /** The layer. */
    public Mish() {
        super(Tensor::mish, "");
    }
}
