package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Window;
import dev.gatun.runtime.memory.Operands;
import java.util.ArrayList;
import java.util.List;

/**
 * All that an algorithm for a convolution is chosen by. cuDNN knows two and three spatial dimensions: where there is one,
 * another of size 1 comes before it.
 */
record ConvForm(
        ConvPlan.Pass pass,
        DType dtype,
        boolean tf32,
        int groups,
        List<Integer> x,
        List<Integer> weight,
        List<Integer> y,
        List<Integer> stride,
        List<Integer> padding,
        List<Integer> dilation) {
    private static final int LEAST_RANK = 2;

    /** That of a call; cuDNN counts in 32 bits, and the operands say what was too large. */
    static ConvForm of(
            Operands o,
            ConvPlan.Pass pass,
            boolean tf32,
            Window window,
            long groups,
            NdArray x,
            NdArray weight,
            NdArray y) {
        List<Integer> stride = new ArrayList<>();
        List<Integer> padding = new ArrayList<>();
        List<Integer> dilation = new ArrayList<>();
        if (window.rank() < LEAST_RANK) {
            stride.add(1);
            padding.add(0);
            dilation.add(1);
        }
        for (int d = 0; d < window.rank(); d++) {
            stride.add(number(o, window.stride(d)));
            padding.add(number(o, window.padding(d)));
            dilation.add(number(o, window.dilation(d)));
        }
        return new ConvForm(
                pass,
                y.dtype(),
                tf32,
                number(o, groups),
                sizes(o, x),
                sizes(o, weight),
                sizes(o, y),
                stride,
                padding,
                dilation);
    }

    private static List<Integer> sizes(Operands o, NdArray array) {
        List<Integer> sizes = new ArrayList<>();
        for (int d = 0; d < array.rank(); d++) {
            sizes.add(number(o, array.size(d)));
        }
        if (array.rank() < LEAST_RANK + 2) {
            sizes.add(2, 1);
        }
        return sizes;
    }

    private static int number(Operands o, long value) {
        o.require(value <= Integer.MAX_VALUE, "a size of 2^31 or more");
        return (int) value;
    }
}
