package dev.gatun.nn;

/**
 * x kept within minVal..maxVal; {@code torch.nn.Hardtanh}.
 *
 * {@snippet :
 * System.out.println(new Hardtanh().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-1.0000, 0.5000, 1.0000])
 * }
 */
public final class Hardtanh extends FunctionLayer {
    /** The layer with PyTorch's numbers, -1 and 1. */
    public Hardtanh() {
        this(-1, 1);
    }

    /**
     * The layer.
     *
     * @param minVal the lower end
     * @param maxVal the upper end
     */
    public Hardtanh(double minVal, double maxVal) {
        super(x -> x.hardtanh(minVal, maxVal), "min_val=" + Repr.of(minVal) + ", max_val=" + Repr.of(maxVal));
    }
}
