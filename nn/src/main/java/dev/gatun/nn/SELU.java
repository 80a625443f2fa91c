package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** elu with the constants of self-normalizing networks (Klambauer et al., 2017); {@code torch.nn.SELU}. */
public final class SELU extends FunctionLayer {
    /** The layer. */
    public SELU() {
        super(Tensor::selu, "");
    }
}
