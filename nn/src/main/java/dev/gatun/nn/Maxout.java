package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * The largest of several linear functions for each output, a learned convex activation; Goodfellow et al. 2013. PyTorch has
 * no such layer: its parameters are those of a {@link Linear} with pieces * outFeatures outputs, the pieces of one output
 * side by side.
 *
 * {@snippet :
 * System.out.println(new Maxout(4, 8, 2).forward(Tensor.rand(5, 4)).shape()); // [5, 8]
 * }
 */
public final class Maxout extends Module implements Pure {
    private final long inFeatures;
    private final long outFeatures;
    private final long pieces;
    private final Linear linear;

    /**
     * A layer.
     *
     * @param inFeatures the last size of the input
     * @param outFeatures the last size of the output
     * @param pieces linear functions for each output, at least 1
     * @throws IllegalArgumentException if a size is negative, or there are no pieces
     */
    public Maxout(long inFeatures, long outFeatures, long pieces) {
        if (outFeatures < 0 || pieces < 1) {
            throw new IllegalArgumentException(
                    "maxout: takes outputs and pieces: outFeatures " + outFeatures + ", pieces " + pieces);
        }
        this.inFeatures = inFeatures;
        this.outFeatures = outFeatures;
        this.pieces = pieces;
        this.linear = add("linear", new Linear(inFeatures, Math.multiplyExact(outFeatures, pieces)));
    }

    /**
     * The largest piece for each output.
     *
     * @param x [*, inFeatures], of the parameters' dtype
     * @return [*, outFeatures]; the gradient goes to the largest piece alone
     * @throws IllegalArgumentException if the last size or the dtype of x differs
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> {
            Tensor all = linear.forward(in);
            long[] sizes = new long[all.rank() + 1];
            System.arraycopy(all.shape().toArray(), 0, sizes, 0, all.rank() - 1);
            sizes[all.rank() - 1] = outFeatures;
            sizes[all.rank()] = pieces;
            return all.view(sizes).max(-1).values();
        });
    }

    @Override
    protected String extraRepr() {
        return "in_features=" + inFeatures + ", out_features=" + outFeatures + ", pieces=" + pieces;
    }
}
