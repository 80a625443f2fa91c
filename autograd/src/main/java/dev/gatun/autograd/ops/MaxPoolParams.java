package dev.gatun.autograd.ops;

import java.util.List;

/**
 * How a max pool moves; PyTorch's names and defaults. A list has one number for all spatial dimensions, or one for
 * each. The counterparts are the arguments of {@code torch.nn.MaxPool2d}.
 *
 * {@snippet :
 * var pool = new MaxPool2d(MaxPoolParams.of(3).withStride(2).withPadding(1));
 * System.out.println(pool.forward(Tensor.ones(1, 1, 8, 8)).shape()); // [1, 1, 4, 4]
 * }
 *
 * @param kernelSize how many elements a window has
 * @param stride how far it moves for each output; empty, as PyTorch's default: the kernel's size
 * @param padding places on both sides that never win, at most half the kernel; 0
 * @param dilation how far the window's elements are apart; 1
 * @param ceilMode whether a last window that is not full counts; false
 */
public record MaxPoolParams(
        List<Long> kernelSize, List<Long> stride, List<Long> padding, List<Long> dilation, boolean ceilMode) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a kernel, stride or dilation is below 1, or a padding below 0
     */
    public MaxPoolParams {
        PerDim.check("maxPool: kernelSize", 1, kernelSize);
        PerDim.check("maxPool: stride", 1, stride);
        PerDim.check("maxPool: padding", 0, padding);
        PerDim.check("maxPool: dilation", 1, dilation);
        kernelSize = List.copyOf(kernelSize);
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
    }

    /** PyTorch's defaults for a kernel, one size for all dimensions or one for each. */
    public static MaxPoolParams of(long... kernelSize) {
        return new MaxPoolParams(
                PerDim.list("maxPool: kernelSize", 1, kernelSize), List.of(), List.of(0L), List.of(1L), false);
    }

    /** These with other strides, one for all dimensions or one for each. */
    public MaxPoolParams withStride(long... values) {
        return new MaxPoolParams(kernelSize, PerDim.list("maxPool: stride", 1, values), padding, dilation, ceilMode);
    }

    /** These with other paddings. */
    public MaxPoolParams withPadding(long... values) {
        return new MaxPoolParams(kernelSize, stride, PerDim.list("maxPool: padding", 0, values), dilation, ceilMode);
    }

    /** These with other dilations. */
    public MaxPoolParams withDilation(long... values) {
        return new MaxPoolParams(kernelSize, stride, padding, PerDim.list("maxPool: dilation", 1, values), ceilMode);
    }

    /** These with or without a last window that is not full. */
    public MaxPoolParams withCeilMode(boolean value) {
        return new MaxPoolParams(kernelSize, stride, padding, dilation, value);
    }
}
