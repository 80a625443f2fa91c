package dev.gatun.nn;

/**
 * x where positive, else alpha (e^(x / alpha) - 1); {@code torch.nn.CELU}.
 *
 * {@snippet :
 * System.out.println(new CELU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.8647, 0.5000, 3.0000])
 * }
 */
public final class CELU extends FunctionLayer {
    /** The layer with PyTorch's number, 1. */
    public CELU() {
        this(1);
    }

    /**
     * The layer.
     *
     * @param alpha not 0
     */
    public CELU(double alpha) {
        super(x -> x.celu(alpha), "alpha=" + Repr.of(alpha));
    }
}
