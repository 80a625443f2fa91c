package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x - tanh(x); {@code torch.nn.Tanhshrink}. */
public final class Tanhshrink extends FunctionLayer {
    /** The layer. */
    public Tanhshrink() {
        super(Tensor::tanhshrink, "");
    }
}
