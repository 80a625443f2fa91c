package dev.gatun.autograd.ops;

/** How a quotient becomes whole: {@code rounding_mode} of {@code torch.div}. */
public enum Rounding {
    /** To the next whole number below. */
    FLOOR,
    /** Toward zero. */
    TRUNC
}
