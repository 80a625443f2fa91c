package dev.gatun.autograd.ops;

import java.util.List;

/**
 * How a convolution moves; PyTorch's names and, in {@link #defaults()}, its values. A list has one number for all spatial
 * dimensions, or one for each. The counterparts are the arguments of {@code torch.nn.Conv2d}.
 *
 * {@snippet :
 * var conv = new Conv2d(3, 6, 5, ConvParams.defaults().withStride(2).withPadding(2).withGroups(3));
 * System.out.println(conv.forward(Tensor.ones(1, 3, 32, 32)).shape()); // [1, 6, 16, 16]
 * }
 *
 * @param stride how far the window moves for each output; 1
 * @param padding zeros on both sides of each dimension; 0
 * @param samePadding whether there are as many zeros as keep the size, the odd one behind, instead of padding; PyTorch's
 *     {@code padding='same'}; false
 * @param dilation how far the window's elements are apart; 1
 * @param groups into how many independent parts the channels are split; 1
 * @param outputPadding of a transposed convolution: by how much its result is larger behind; 0
 */
public record ConvParams(
        List<Long> stride,
        List<Long> padding,
        boolean samePadding,
        List<Long> dilation,
        long groups,
        List<Long> outputPadding) {
    private static final ConvParams DEFAULTS =
            new ConvParams(List.of(1L), List.of(0L), false, List.of(1L), 1, List.of(0L));

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a stride, dilation or groups is below 1, a padding below 0, or a same padding
     *     meets another or a stride
     */
    public ConvParams {
        PerDim.check("conv: stride", 1, stride);
        PerDim.check("conv: padding", 0, padding);
        PerDim.check("conv: dilation", 1, dilation);
        PerDim.check("conv: outputPadding", 0, outputPadding);
        if (groups < 1) {
            throw new IllegalArgumentException("conv: groups is below 1: " + groups);
        }
        if (samePadding && stride.stream().anyMatch(s -> s != 1)) {
            throw new IllegalArgumentException("conv: padding 'same' takes no stride: " + stride);
        }
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
        outputPadding = List.copyOf(outputPadding);
    }

    /** PyTorch's defaults. */
    public static ConvParams defaults() {
        return DEFAULTS;
    }

    /** These with other strides, one for all dimensions or one for each. */
    public ConvParams withStride(long... values) {
        return new ConvParams(
                PerDim.list("conv: stride", 1, values), padding, samePadding, dilation, groups, outputPadding);
    }

    /** These with other paddings. */
    public ConvParams withPadding(long... values) {
        return new ConvParams(stride, PerDim.list("conv: padding", 0, values), false, dilation, groups, outputPadding);
    }

    /** These with as much padding as keeps the size. */
    public ConvParams withSamePadding() {
        return new ConvParams(stride, List.of(0L), true, dilation, groups, outputPadding);
    }

    /** These with other dilations. */
    public ConvParams withDilation(long... values) {
        return new ConvParams(
                stride, padding, samePadding, PerDim.list("conv: dilation", 1, values), groups, outputPadding);
    }

    /** These with other groups. */
    public ConvParams withGroups(long value) {
        return new ConvParams(stride, padding, samePadding, dilation, value, outputPadding);
    }

    /** These with other output paddings. */
    public ConvParams withOutputPadding(long... values) {
        return new ConvParams(
                stride, padding, samePadding, dilation, groups, PerDim.list("conv: outputPadding", 0, values));
    }
}
