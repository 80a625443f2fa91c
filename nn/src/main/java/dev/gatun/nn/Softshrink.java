package dev.gatun.nn;

/**
 * x moved toward 0 by lambda, 0 within -lambda..lambda; {@code torch.nn.Softshrink}.
 *
 * {@snippet :
 * System.out.println(new Softshrink().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-1.5000, 0.0000, 2.5000])
 * }
 */
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
