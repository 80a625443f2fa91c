package dev.gatun.nn;

/**
 * Log(1 + e^(beta x)) / beta, a smooth relu; {@code torch.nn.Softplus}.
 *
 * {@snippet :
 * System.out.println(new Softplus().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([0.1269, 0.9741, 3.0486])
 * }
 */
public final class Softplus extends FunctionLayer {
    /** The layer with PyTorch's numbers, 1 and 20. */
    public Softplus() {
        this(1, 20);
    }

    /**
     * The layer.
     *
     * @param beta how sharp the bend is
     * @param threshold above it, beta x, the result is x
     */
    public Softplus(double beta, double threshold) {
        super(x -> x.softplus(beta, threshold), "beta=" + Repr.of(beta) + ", threshold=" + Repr.of(threshold));
    }
}
