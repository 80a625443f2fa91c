package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * e^x over its sum along a dimension, so that each sum is 1; {@code torch.nn.Softmax}. Shape and dtype stay; F32 or
 * F64.
 *
 * {@snippet :
 * System.out.println(new Softmax(0).forward(Tensor.of(0f, 1f, 2f))); // tensor([0.0900, 0.2447, 0.6652])
 * }
 */
public final class Softmax extends Module implements Pure {
    private final int dim;

    /**
     * The layer.
     *
     * @param dim the dimension; negative counts from the last
     */
    public Softmax(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.softmax(dim));
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim;
    }
}
