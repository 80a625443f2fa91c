package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x times the share of a standard normal distribution below x; {@code torch.nn.GELU}; Hendrycks and Gimpel 2016.
 *
 * {@snippet :
 * System.out.println(new GELU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.0455, 0.3457, 2.9960])
 * }
 */
public final class GELU extends FunctionLayer {
    /** How the share is computed. */
    public enum Approximate {
        /** By the error function. */
        NONE,
        /** By tanh. */
        TANH
    }

    /** The layer, by the error function. */
    public GELU() {
        this(Approximate.NONE);
    }

    /**
     * The layer.
     *
     * @param approximate how the share is computed
     */
    public GELU(Approximate approximate) {
        super(
                approximate == Approximate.TANH ? Tensor::geluTanh : Tensor::gelu,
                approximate == Approximate.TANH ? "approximate='tanh'" : "approximate='none'");
    }
}
