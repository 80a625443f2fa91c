package dev.gatun.nn;

/** x where above a threshold, else a value; {@code torch.nn.Threshold}. */
public final class Threshold extends FunctionLayer {
    /**
     * The layer.
     *
     * @param threshold above it x stays
     * @param value elsewhere
     */
    public Threshold(double threshold, double value) {
        super(x -> x.threshold(threshold, value), "threshold=" + Repr.of(threshold) + ", value=" + Repr.of(value));
    }
}
