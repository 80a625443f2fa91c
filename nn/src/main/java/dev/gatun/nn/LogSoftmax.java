package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * The logarithm of the softmax along a dimension; {@code torch.nn.LogSoftmax}. Shape and dtype stay; F32 or F64.
 *
 * {@snippet :
 * System.out.println(new LogSoftmax(0).forward(Tensor.of(0f, 0f))); // tensor([-0.6931, -0.6931])
 * }
 */
public final class LogSoftmax extends Module implements Pure {
    private final int dim;

    /**
     * The layer.
     *
     * @param dim the dimension; negative counts from the last
     */
    public LogSoftmax(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.logSoftmax(dim));
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim;
    }
}
