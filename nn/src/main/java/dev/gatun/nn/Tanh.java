package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.kernels.UnaryOp;

/**
 * The hyperbolic tangent of each element; {@code torch.nn.Tanh}.
 *
 * {@snippet :
 * System.out.println(new Tanh().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.9640, 0.4621, 0.9951])
 * }
 */
public final class Tanh extends Activation {
    /** The layer. */
    public Tanh() {
        super(UnaryOp.TANH);
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.tanh());
    }
}
