package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** x / (1 + |x|); {@code torch.nn.Softsign}. */
public final class Softsign extends FunctionLayer {
    /** The layer. */
    public Softsign() {
        super(Tensor::softsign, "");
    }
}
