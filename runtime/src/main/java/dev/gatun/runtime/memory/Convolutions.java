package dev.gatun.runtime.memory;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Window;
import org.jspecify.annotations.Nullable;

/** What convolutions ask of their operands, see {@link dev.gatun.runtime.kernels.Kernels.Conv}. */
public final class Convolutions {
    private Convolutions() {}

    /** Refuses operands that are not a convolution's input, weight and result. */
    public static void require(Operands o, Window window, long groups, NdArray x, NdArray weight, NdArray y) {
        WindowArguments.requireImages(o, window, x, y);
        o.require(weight.rank() == x.rank() && weight.dtype() == x.dtype(), "weight does not fit");
        o.require(weight.isContiguous(), "operands are not contiguous");
        o.require(
                groups >= 1
                        && x.size(1) == weight.size(1) * groups
                        && y.size(1) == weight.size(0)
                        && y.size(1) % groups == 0,
                "channels do not fit " + groups + " groups");
        for (int d = 0; d < window.rank(); d++) {
            o.require(weight.size(d + 2) == window.kernel(d), "weight does not fit the window");
        }
    }

    /** Refuses a bias, or its gradient, that does not have a number for each channel of the result. */
    public static void requireBias(Operands o, @Nullable NdArray bias, NdArray y) {
        o.require(
                bias == null
                        || (bias.rank() == 1
                                && bias.size(0) == y.size(1)
                                && bias.dtype() == y.dtype()
                                && bias.isContiguous()),
                "bias does not fit");
    }
}
