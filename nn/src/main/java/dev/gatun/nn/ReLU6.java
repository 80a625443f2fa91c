package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x kept within 0..6; {@code torch.nn.ReLU6}.
 *
 * {@snippet :
 * System.out.println(new ReLU6().forward(Tensor.of(-2f, 0.5f, 9f))); // tensor([0.0000, 0.5000, 6.0000])
 * }
 */
public final class ReLU6 extends FunctionLayer {
    /** The layer. */
    public ReLU6() {
        super(Tensor::relu6, "");
    }
}
