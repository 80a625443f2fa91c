package dev.gatun.autograd.ops;

import java.util.List;

/**
 * How an average pool moves; PyTorch's names and defaults. A list has one number for all spatial dimensions, or one for
 * each. The counterparts are the arguments of {@code torch.nn.AvgPool2d}.
 *
 * {@snippet :
 * var pool = new AvgPool2d(AvgPoolParams.of(3).withStride(2).withPadding(1).withCountIncludePad(false));
 * System.out.println(pool.forward(Tensor.ones(1, 1, 8, 8)).shape()); // [1, 1, 4, 4]
 * }
 *
 * @param kernelSize how many elements a window has
 * @param stride how far it moves for each output; empty, as PyTorch's default: the kernel's size
 * @param padding zeros on both sides, at most half the kernel; 0
 * @param ceilMode whether a last window that is not full counts; false
 * @param countIncludePad whether those zeros count in the mean; true
 * @param divisorOverride what sums are divided by instead of the count; 0 for the count
 */
public record AvgPoolParams(
        List<Long> kernelSize,
        List<Long> stride,
        List<Long> padding,
        boolean ceilMode,
        boolean countIncludePad,
        long divisorOverride) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a kernel or stride is below 1, or a padding or the divisor below 0
     */
    public AvgPoolParams {
        PerDim.check("avgPool: kernelSize", 1, kernelSize);
        PerDim.check("avgPool: stride", 1, stride);
        PerDim.check("avgPool: padding", 0, padding);
        if (divisorOverride < 0) {
            throw new IllegalArgumentException("avgPool: divisorOverride is negative: " + divisorOverride);
        }
        kernelSize = List.copyOf(kernelSize);
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
    }

    /** PyTorch's defaults for a kernel, one size for all dimensions or one for each. */
    public static AvgPoolParams of(long... kernelSize) {
        return new AvgPoolParams(
                PerDim.list("avgPool: kernelSize", 1, kernelSize), List.of(), List.of(0L), false, true, 0);
    }

    /** These with other strides, one for all dimensions or one for each. */
    public AvgPoolParams withStride(long... values) {
        List<Long> list = PerDim.list("avgPool: stride", 1, values);
        return new AvgPoolParams(kernelSize, list, padding, ceilMode, countIncludePad, divisorOverride);
    }

    /** These with other paddings. */
    public AvgPoolParams withPadding(long... values) {
        List<Long> list = PerDim.list("avgPool: padding", 0, values);
        return new AvgPoolParams(kernelSize, stride, list, ceilMode, countIncludePad, divisorOverride);
    }

    /** These with or without a last window that is not full. */
    public AvgPoolParams withCeilMode(boolean value) {
        return new AvgPoolParams(kernelSize, stride, padding, value, countIncludePad, divisorOverride);
    }

    /** These with zeros of the padding counted in the mean or not. */
    public AvgPoolParams withCountIncludePad(boolean value) {
        return new AvgPoolParams(kernelSize, stride, padding, ceilMode, value, divisorOverride);
    }

    /** These with a number that sums are divided by; 0 for the count. */
    public AvgPoolParams withDivisorOverride(long value) {
        return new AvgPoolParams(kernelSize, stride, padding, ceilMode, countIncludePad, value);
    }
}
