package dev.gatun.nn;

/**
 * x where positive, else alpha (e^x - 1); {@code torch.nn.ELU}.
 *
 * {@snippet :
 * System.out.println(new ELU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.8647, 0.5000, 3.0000])
 * }
 */
public final class ELU extends FunctionLayer {
    /** The layer with PyTorch's number, 1. */
    public ELU() {
        this(1);
    }

    /**
     * The layer.
     *
     * @param alpha what x tends to far below 0, negated
     */
    public ELU(double alpha) {
        super(x -> x.elu(alpha), "alpha=" + Repr.of(alpha));
    }
}
