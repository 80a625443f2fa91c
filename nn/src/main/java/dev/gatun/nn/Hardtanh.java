package dev.gatun.nn;

/** x kept within minVal..maxVal; {@code torch.nn.Hardtanh}. */
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
