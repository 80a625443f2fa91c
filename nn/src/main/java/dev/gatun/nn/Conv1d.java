package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Conv;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.PadMode;

/**
 * A convolution over one dimension; {@code torch.nn.Conv1d}.
 *
 * {@snippet :
 * var conv = new Conv1d(3, 8, 3, ConvParams.defaults().withPadding(1));
 * System.out.println(conv.forward(Tensor.rand(2, 3, 10)).shape()); // [2, 8, 10]
 * }
 */
public final class Conv1d extends Convolution {
    /**
     * A layer with bias and PyTorch's defaults.
     *
     * @param inChannels of the input, at least 1
     * @param outChannels of the output, at least 1
     * @param kernelSize of the window, in each dimension
     * @throws IllegalArgumentException if a number is below 1
     */
    public Conv1d(long inChannels, long outChannels, long kernelSize) {
        this(inChannels, outChannels, kernelSize, ConvParams.defaults());
    }

    /**
     * A layer with bias.
     *
     * @param inChannels of the input, at least 1
     * @param outChannels of the output, at least 1
     * @param kernelSize of the window, in each dimension
     * @param params how it moves
     * @throws IllegalArgumentException if a number is below 1, or groups do not divide the channels
     */
    public Conv1d(long inChannels, long outChannels, long kernelSize, ConvParams params) {
        this(inChannels, outChannels, new long[] {kernelSize}, params, true);
    }

    /**
     * A layer.
     *
     * @param inChannels of the input, at least 1
     * @param outChannels of the output, at least 1
     * @param kernelSize of the window, one number for all dimensions or one for each
     * @param params how it moves
     * @param bias whether it has one
     * @throws IllegalArgumentException if a number is below 1, or groups do not divide the channels
     */
    public Conv1d(long inChannels, long outChannels, long[] kernelSize, ConvParams params, boolean bias) {
        this(inChannels, outChannels, kernelSize, params, bias, PadMode.CONSTANT);
    }

    /**
     * A layer with something else than zeros around its input; {@code padding_mode}.
     *
     * @param inChannels of the input, at least 1
     * @param outChannels of the output, at least 1
     * @param kernelSize of the window, one number for all dimensions or one for each
     * @param params how it moves, and how much padding there is
     * @param bias whether it has one
     * @param paddingMode what the padding holds: CONSTANT for zeros, or elements of the input
     * @throws IllegalArgumentException if a number is below 1, or groups do not divide the channels
     */
    public Conv1d(
            long inChannels,
            long outChannels,
            long[] kernelSize,
            ConvParams params,
            boolean bias,
            PadMode paddingMode) {
        super("conv1d", 1, false, inChannels, outChannels, kernelSize, params, bias, paddingMode);
    }

    /**
     * The convolution plus bias.
     *
     * @param x [n, inChannels, l] or [inChannels, l], of the parameters' dtype
     * @return [n, outChannels, l'] or [outChannels, l']
     * @throws IllegalArgumentException if sizes or dtype do not fit
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Conv.conv1d(padded(in), weight(), biasOrNull(), params()));
    }
}
