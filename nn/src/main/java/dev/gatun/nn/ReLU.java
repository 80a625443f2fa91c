package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.kernels.UnaryOp;

/**
 * max(x, 0) of each element; {@code torch.nn.ReLU}.
 *
 * {@snippet :
 * System.out.println(new ReLU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([0.0000, 0.5000, 3.0000])
 * }
 */
public final class ReLU extends Activation {
    /** The layer. */
    public ReLU() {
        super(UnaryOp.RELU);
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.relu());
    }
}
