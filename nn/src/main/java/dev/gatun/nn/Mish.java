package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x tanh(softplus(x)); {@code torch.nn.Mish}.
 *
 * {@snippet :
 * System.out.println(new Mish().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.2525, 0.3752, 2.9865])
 * }
 */
public final class Mish extends FunctionLayer {
    /** The layer. */
    public Mish() {
        super(Tensor::mish, "");
    }
}
