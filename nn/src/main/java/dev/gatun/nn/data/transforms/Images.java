package dev.gatun.nn.data.transforms;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;

/** What the transforms share. */
final class Images {
    private Images() {}

    /** x has at least two dimensions, none of the last two empty. */
    static void check(String op, Tensor x) {
        if (x.rank() < 2 || x.size(-1) == 0 || x.size(-2) == 0) {
            throw new IllegalArgumentException(op + ": x is no image [*, h, w]: " + x.describe());
        }
    }

    /** Sizes of an image are at least 1. */
    static void check(String op, long height, long width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(op + ": a size is below 1: " + height + ", " + width);
        }
    }

    /** A part of an image. */
    static Tensor crop(Tensor x, long top, long left, long height, long width) {
        return x.narrow(-2, top, height).narrow(-1, left, width);
    }

    /** An image with something around it. */
    static Tensor pad(Tensor x, PadMode mode, double fill, long left, long top, long right, long bottom) {
        boolean none = left == 0 && top == 0 && right == 0 && bottom == 0;
        return none ? x : Rearrange.pad(x, mode, fill, left, right, top, bottom);
    }

    /** A number from 0 up to, not including, a bound. */
    static long below(Generator draws, long bound) {
        try (var temporaries = Scope.open()) {
            return Tensor.randint(draws, 0, bound, 1).itemLong();
        }
    }

    /** A number in [0, 1). */
    static double uniform(Generator draws) {
        try (var temporaries = Scope.open()) {
            return Tensor.rand(draws, 1).item();
        }
    }
}
