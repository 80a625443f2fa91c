package dev.gatun.autograd.ops;

/**
 * What a quantile is that lies between two elements; the {@code interpolation} of {@code torch.quantile}.
 *
 * {@snippet :
 * Tensor q = Tensor.of(0.5);
 * Tensor lower = Tensor.of(1.0, 2.0).quantile(q, 0, false, QuantileMode.LOWER);
 * System.out.println(lower.item()); // 1.0
 * }
 */
public enum QuantileMode {
    /** By its distance from both. */
    LINEAR,
    /** The smaller one. */
    LOWER,
    /** The larger one. */
    HIGHER,
    /** Half way. */
    MIDPOINT,
    /** The nearer one, half way the one at an even place. */
    NEAREST
}
