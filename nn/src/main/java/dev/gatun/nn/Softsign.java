package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x / (1 + |x|); {@code torch.nn.Softsign}.
 *
 * {@snippet :
 * System.out.println(new Softsign().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.6667, 0.3333, 0.7500])
 * }
 */
public final class Softsign extends FunctionLayer {
    /** The layer. */
    public Softsign() {
        super(Tensor::softsign, "");
    }
}
