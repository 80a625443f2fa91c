package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Conv;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.PadMode;

/**
 * A transposed convolution over one dimension: the gradient of {@link Conv1d} by its input; {@code
 * torch.nn.ConvTranspose1d}.
 *
 * {@snippet :
 * var up = new ConvTranspose1d(3, 8, 2, ConvParams.defaults().withStride(2));
 * System.out.println(up.forward(Tensor.rand(2, 3, 10)).shape()); // [2, 8, 20]
 * }
 */
public final class ConvTranspose1d extends Convolution {
    /**
     * A layer with bias and PyTorch's defaults.
     *
     * @param inChannels of the input, at least 1
     * @param outChannels of the output, at least 1
     * @param kernelSize of the window, in each dimension
     * @throws IllegalArgumentException if a number is below 1
     */
    public ConvTranspose1d(long inChannels, long outChannels, long kernelSize) {
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
    public ConvTranspose1d(long inChannels, long outChannels, long kernelSize, ConvParams params) {
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
    public ConvTranspose1d(long inChannels, long outChannels, long[] kernelSize, ConvParams params, boolean bias) {
        super("convTranspose1d", 1, true, inChannels, outChannels, kernelSize, params, bias, PadMode.CONSTANT);
    }

    /**
     * The transposed convolution plus bias.
     *
     * @param x [n, inChannels, l] or [inChannels, l], of the parameters' dtype
     * @return [n, outChannels, l'] or [outChannels, l']
     * @throws IllegalArgumentException if sizes or dtype do not fit
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> Conv.convTranspose1d(in, weight(), biasOrNull(), params()));
    }
}
