package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x sigmoid(x), also called swish; {@code torch.nn.SiLU}. */
public final class SiLU extends FunctionLayer {
    /** The layer. */
    public SiLU() {
        super(Tensor::silu, "");
    }
}
