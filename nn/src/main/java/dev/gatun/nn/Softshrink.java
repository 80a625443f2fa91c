package dev.gatun.nn;

/** x moved toward 0 by lambda, 0 within -lambda..lambda; {@code torch.nn.Softshrink}. */
public final class Softshrink extends FunctionLayer {
    /** The layer with PyTorch's number, 0.5. */
    public Softshrink() {
        this(0.5);
    }

    /**
     * The layer.
     *
     * @param lambda not negative
     */
    public Softshrink(double lambda) {
        super(x -> x.softshrink(lambda), Repr.of(lambda));
    }
}
