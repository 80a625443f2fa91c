package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.random.Generator;

/**
 * In training mode sets each element to 0 with probability p and divides the others by 1 - p; in evaluation mode gives
 * its input back. {@code torch.nn.Dropout}; Srivastava et al. 2014. Draws from {@link Generator#global()}.
 *
 * {@snippet :
 * var dropout = new Dropout(0.5);
 * System.out.println(dropout.forward(Tensor.ones(1000)).gt(0).any().item()); // 1.0
 * dropout.eval();
 * System.out.println(dropout.forward(Tensor.ones(3))); // tensor([1., 1., 1.])
 * }
 */
public final class Dropout extends Module implements Pure {
    private final double p;

    /** The layer with PyTorch's probability, 0.5. */
    public Dropout() {
        this(0.5);
    }

    /**
     * The layer.
     *
     * @param p the probability of an element to be dropped, 0 to 1
     * @throws IllegalArgumentException if p is outside 0..1
     */
    public Dropout(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("dropout: p is outside 0..1: " + p);
        }
        this.p = p;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> isTraining() ? Random.dropout(in, p, Generator.global()) : in);
    }

    @Override
    protected String extraRepr() {
        return "p=" + Repr.of(p) + ", inplace=False";
    }
}
