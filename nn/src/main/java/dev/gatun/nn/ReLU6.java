package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x kept within 0..6; {@code torch.nn.ReLU6}. */
public final class ReLU6 extends FunctionLayer {
    /** The layer. */
    public ReLU6() {
        super(Tensor::relu6, "");
    }
}
