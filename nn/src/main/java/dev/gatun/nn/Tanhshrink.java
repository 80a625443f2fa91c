package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x - tanh(x); {@code torch.nn.Tanhshrink}.
 *
 * {@snippet :
 * System.out.println(new Tanhshrink().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-1.0360, 0.0379, 2.0049])
 * }
 */
public final class Tanhshrink extends FunctionLayer {
    /** The layer. */
    public Tanhshrink() {
        super(Tensor::tanhshrink, "");
    }
}
