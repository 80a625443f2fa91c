package dev.gatun.nn;

/** One half of x, times the sigmoid of the other; {@code torch.nn.GLU}. */
public final class GLU extends FunctionLayer {
    /** The layer with PyTorch's number, -1. */
    public GLU() {
        this(-1);
    }

    /**
     * The layer.
     *
     * @param dim the dimension to be halved; negative counts from the last
     */
    public GLU(int dim) {
        super(x -> x.glu(dim), "dim=" + dim);
    }
}
