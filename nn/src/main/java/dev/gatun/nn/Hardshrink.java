package dev.gatun.nn;

/**
 * x, but 0 within -lambda..lambda; {@code torch.nn.Hardshrink}.
 *
 * {@snippet :
 * System.out.println(new Hardshrink().forward(Tensor.of(-2f, 0.3f, 3f))); // tensor([-2., 0., 3.])
 * }
 */
public final class Hardshrink extends FunctionLayer {
    /** The layer with PyTorch's number, 0.5. */
    public Hardshrink() {
        this(0.5);
    }

    /**
     * The layer.
     *
     * @param lambda half the width of what becomes 0
     */
    public Hardshrink(double lambda) {
        super(x -> x.hardshrink(lambda), Repr.of(lambda));
    }
}
