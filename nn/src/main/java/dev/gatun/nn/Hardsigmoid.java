package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x / 6 + 1 / 2, kept within 0..1; {@code torch.nn.Hardsigmoid}. */
public final class Hardsigmoid extends FunctionLayer {
    /** The layer. */
    public Hardsigmoid() {
        super(Tensor::hardsigmoid, "");
    }
}
