package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.random.Generator;

/**
 * In training mode sets each whole channel of each sample to 0 with probability p and divides the others by 1 - p; in
 * evaluation mode gives its input back. {@code torch.nn.Dropout2d}; Tompson et al. 2015. Draws from {@link
 * Generator#global()}.
 *
 * {@snippet :
 * Tensor y = new Dropout2d(0.2).forward(Tensor.ones(8, 16, 5, 5)); // whole channels are 0 or 1.25
 * }
 */
public final class Dropout2d extends Module implements Pure {
    private final double p;

    /** The layer with PyTorch's probability, 0.5. */
    public Dropout2d() {
        this(0.5);
    }

    /**
     * The layer.
     *
     * @param p the probability of a channel to be dropped, 0 to 1
     * @throws IllegalArgumentException if p is outside 0..1
     */
    public Dropout2d(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("dropout2d: p is outside 0..1: " + p);
        }
        this.p = p;
    }

    /**
     * The input without some of its channels.
     *
     * @param x [n, channels, *], F32 or F64
     * @return shape and dtype of x
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> isTraining() ? Random.featureDropout(in, p, Generator.global()) : in);
    }

    @Override
    protected String extraRepr() {
        return "p=" + Repr.of(p) + ", inplace=False";
    }
}
