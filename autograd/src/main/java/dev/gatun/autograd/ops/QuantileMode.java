package dev.gatun.autograd.ops;

/** What a quantile is that lies between two elements; the {@code interpolation} of {@code torch.quantile}. */
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
