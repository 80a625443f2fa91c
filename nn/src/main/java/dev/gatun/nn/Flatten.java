package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * Joins neighbouring dimensions into one, by default all but the first; {@code torch.nn.Flatten}. A view where the
 * strides allow one.
 *
 * {@snippet :
 * System.out.println(new Flatten().forward(Tensor.zeros(8, 16, 5, 5)).shape()); // [8, 400]
 * }
 */
public final class Flatten extends Module implements Pure {
    private final int startDim;
    private final int endDim;

    /** Joins all dimensions but the first: [n, c, h, w] to [n, c*h*w]. */
    public Flatten() {
        this(1, -1);
    }

    /**
     * Joins a range of dimensions.
     *
     * @param startDim the first; negative counts from the last
     * @param endDim the last, included; negative counts from the last
     */
    public Flatten(int startDim, int endDim) {
        this.startDim = startDim;
        this.endDim = endDim;
    }

    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> in.flatten(startDim, endDim));
    }

    @Override
    protected String extraRepr() {
        return "start_dim=" + startDim + ", end_dim=" + endDim;
    }
}
