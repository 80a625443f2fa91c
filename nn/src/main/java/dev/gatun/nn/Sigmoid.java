package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.kernels.UnaryOp;

/**
 * 1 / (1 + e^-x) of each element; {@code torch.nn.Sigmoid}.
 *
 * {@snippet :
 * System.out.println(new Sigmoid().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([0.1192, 0.6225, 0.9526])
 * }
 */
public final class Sigmoid extends Activation {
    /** The layer. */
    public Sigmoid() {
        super(UnaryOp.SIGMOID);
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.sigmoid());
    }
}
