package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.UnaryOp;

/** 1 / (1 + e^-x) of each element; {@code torch.nn.Sigmoid}. */
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
