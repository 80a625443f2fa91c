package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x sigmoid(x), also called swish; {@code torch.nn.SiLU}.
 *
 * {@snippet :
 * System.out.println(new SiLU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.2384, 0.3112, 2.8577])
 * }
 */
public final class SiLU extends FunctionLayer {
    /** The layer. */
    public SiLU() {
        super(Tensor::silu, "");
    }
}
