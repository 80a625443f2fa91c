package dev.gatun.testing.autograd;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import org.junit.jupiter.params.provider.Arguments;

/** What the lists of mistakes have in common. */
final class Mistakes {
    private Mistakes() {}

    /** A call and what is said of it. */
    static Arguments bad(String message, Runnable call) {
        return Arguments.of(message, call);
    }

    /** F32 of a shape. */
    static Tensor f(long... sizes) {
        return Tensor.zeros(sizes);
    }

    /** I64 of a shape. */
    static Tensor i(long... sizes) {
        return Tensor.zeros(DType.I64, sizes);
    }
}
