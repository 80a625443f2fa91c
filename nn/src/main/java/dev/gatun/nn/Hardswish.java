package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x hardsigmoid(x); {@code torch.nn.Hardswish}.
 *
 * {@snippet :
 * System.out.println(new Hardswish().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.3333, 0.2917, 3.0000])
 * }
 */
public final class Hardswish extends FunctionLayer {
    /** The layer. */
    public Hardswish() {
        super(Tensor::hardswish, "");
    }
}
