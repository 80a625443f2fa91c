package dev.gatun.autograd.ops;

/**
 * How a quotient becomes whole: {@code rounding_mode} of {@code torch.div}.
 *
 * {@snippet :
 * System.out.println(Tensor.of(-7L).div(2, Rounding.FLOOR)); // tensor([-4])
 * System.out.println(Tensor.of(-7L).div(2, Rounding.TRUNC)); // tensor([-3])
 * }
 */
public enum Rounding {
    /** To the next whole number below. */
    FLOOR,
    /** Toward zero. */
    TRUNC
}
