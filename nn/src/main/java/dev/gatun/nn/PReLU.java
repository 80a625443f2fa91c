package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * x where positive, else a learned fraction of x; {@code torch.nn.PReLU}; He et al. 2015. The parameter is {@code
 * weight} [numParameters].
 *
 * {@snippet :
 * System.out.println(new PReLU().forward(Tensor.of(-2f, 3f))); // tensor([-0.5000, 3.0000], grad_fn=<PreluBackward0>)
 * }
 */
public final class PReLU extends Module implements Pure {
    private final Parameter weight;

    /** The layer with one fraction for all, 0.25 at first. */
    public PReLU() {
        this(1, 0.25);
    }

    /**
     * The layer.
     *
     * @param numParameters 1, or the channels of its input
     * @param init the fraction at first
     * @throws IllegalArgumentException if numParameters is not positive
     */
    public PReLU(long numParameters, double init) {
        if (numParameters < 1) {
            throw new IllegalArgumentException("prelu: numParameters is not positive: " + numParameters);
        }
        weight = registerParameter("weight", Tensor.full(init, numParameters));
    }

    /** The fractions, F32 [numParameters]. */
    public Tensor weight() {
        return weight.tensor();
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.prelu(weight.tensor()));
    }

    @Override
    protected String extraRepr() {
        return "num_parameters=" + weight.tensor().count();
    }
}
