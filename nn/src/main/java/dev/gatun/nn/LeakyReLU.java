package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x where positive, else a fraction of x; {@code torch.nn.LeakyReLU}.
 *
 * {@snippet :
 * System.out.println(new LeakyReLU().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-0.0200, 0.5000, 3.0000])
 * }
 */
public final class LeakyReLU extends Module implements Pure {
    private final double negativeSlope;

    /** The layer with PyTorch's slope, 0.01. */
    public LeakyReLU() {
        this(0.01);
    }

    /**
     * The layer.
     *
     * @param negativeSlope what negative elements are multiplied by
     */
    public LeakyReLU(double negativeSlope) {
        this.negativeSlope = negativeSlope;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.leakyRelu(negativeSlope));
    }

    @Override
    protected String extraRepr() {
        return "negative_slope=" + Repr.of(negativeSlope);
    }
}
