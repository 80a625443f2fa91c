package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x / 6 + 1 / 2, kept within 0..1; {@code torch.nn.Hardsigmoid}.
 *
 * {@snippet :
 * System.out.println(new Hardsigmoid().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([0.1667, 0.5833, 1.0000])
 * }
 */
public final class Hardsigmoid extends FunctionLayer {
    /** The layer. */
    public Hardsigmoid() {
        super(Tensor::hardsigmoid, "");
    }
}
