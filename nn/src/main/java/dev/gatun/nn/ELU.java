package dev.gatun.nn;

/** x where positive, else alpha (e^x - 1); {@code torch.nn.ELU}. */
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
