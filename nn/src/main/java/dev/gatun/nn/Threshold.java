package dev.gatun.nn;

/**
 * x where above a threshold, else a value; {@code torch.nn.Threshold}.
 *
 * {@snippet :
 * System.out.println(new Threshold(0.1, 20).forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([20.0000, 0.5000, 3.0000])
 * }
 */
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
