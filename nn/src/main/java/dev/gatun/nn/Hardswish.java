package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x hardsigmoid(x); {@code torch.nn.Hardswish}. */
public final class Hardswish extends FunctionLayer {
    /** The layer. */
    public Hardswish() {
        super(Tensor::hardswish, "");
    }
}
