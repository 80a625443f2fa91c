package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * elu with the constants of self-normalizing networks (Klambauer et al., 2017); {@code torch.nn.SELU}.
 *
 * {@snippet :
 * System.out.println(new SELU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-1.5202, 0.5254, 3.1521])
 * }
 */
public final class SELU extends FunctionLayer {
    /** The layer. */
    public SELU() {
        super(Tensor::selu, "");
    }
}
