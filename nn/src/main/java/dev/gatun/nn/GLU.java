package dev.gatun.nn;

/**
 * One half of x, times the sigmoid of the other; {@code torch.nn.GLU}.
 *
 * {@snippet :
 * System.out.println(new GLU().forward(Tensor.of(1f, 2f, 0f, 0f))); // tensor([0.5000, 1.0000])
 * }
 */
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
