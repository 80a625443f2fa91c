package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Rearrange;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all convolutions have: a weight, a bias and how they move. Both start uniform in ±1/sqrt(fan in), drawn from the
 * global generator, weight first; fan in is the weight's second size times its window. PyTorch's counterpart is {@code
 * torch.nn.modules.conv._ConvNd}.
 *
 * {@snippet :
 * Convolution conv = new Conv2d(3, 6, 5);
 * System.out.println(conv.weight().shape() + " " + conv.bias().orElseThrow().shape()); // [6, 3, 5, 5] [6]
 * }
 */
public abstract sealed class Convolution extends Module implements Pure
        permits Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d {
    private final long inChannels;
    private final long outChannels;
    private final List<Long> kernelSize;
    private final boolean transposed;
    private final ConvParams params;
    private final PadMode paddingMode;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /** The weight is [first, second / groups, *kernel], of which one is in and the other out. */
    Convolution(
            String op,
            int rank,
            boolean transposed,
            long inChannels,
            long outChannels,
            long[] kernelSize,
            ConvParams params,
            boolean bias,
            PadMode paddingMode) {
        if (inChannels < 1 || outChannels < 1) {
            throw new IllegalArgumentException(
                    op + ": a count of channels is below 1: in " + inChannels + ", out " + outChannels);
        }
        if (inChannels % params.groups() != 0 || outChannels % params.groups() != 0) {
            throw new IllegalArgumentException(op + ": groups do not divide the channels: in " + inChannels + ", out "
                    + outChannels + ", groups " + params.groups());
        }
        if (kernelSize.length != 1 && kernelSize.length != rank
                || Arrays.stream(kernelSize).anyMatch(k -> k < 1)) {
            throw new IllegalArgumentException(
                    op + ": kernelSize is one number or " + rank + ", at least 1: " + Arrays.toString(kernelSize));
        }
        int paddings = params.padding().size();
        if (paddingMode != PadMode.CONSTANT && paddings != 1 && paddings != rank) {
            throw new IllegalArgumentException(
                    op + ": padding is one number or " + rank + ", one for each dimension: " + params.padding());
        }
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.kernelSize = spread(Arrays.stream(kernelSize).boxed().toList(), rank);
        this.transposed = transposed;
        this.params = params;
        this.paddingMode = paddingMode;
        long[] sizes = new long[rank + 2];
        sizes[0] = transposed ? inChannels : outChannels;
        sizes[1] = (transposed ? outChannels : inChannels) / params.groups();
        long fanIn = sizes[1];
        for (int d = 0; d < rank; d++) {
            sizes[d + 2] = this.kernelSize.get(d);
            fanIn *= sizes[d + 2];
        }
        // PyTorch's kaiming_uniform_ with a = sqrt(5) comes to this bound.
        double bound = 1 / Math.sqrt((double) fanIn);
        this.weight = registerParameter("weight", Init.uniform_(Tensor.empty(sizes), -bound, bound));
        this.bias = bias ? registerParameter("bias", Init.uniform_(Tensor.empty(outChannels), -bound, bound)) : null;
    }

    private static List<Long> spread(List<Long> values, int rank) {
        return values.size() == rank ? values : Collections.nCopies(rank, values.get(0));
    }

    /**
     * The weight.
     *
     * @return [outChannels, inChannels / groups, *kernelSize], or [inChannels, outChannels / groups, *kernelSize] where
     *     transposed
     */
    public final Tensor weight() {
        return weight.tensor();
    }

    /**
     * The bias.
     *
     * @return [outChannels], or empty for a layer without
     */
    public final Optional<Tensor> bias() {
        return Optional.ofNullable(biasOrNull());
    }

    final @Nullable Tensor biasOrNull() {
        return bias == null ? null : bias.tensor();
    }

    /** How the window moves over what {@link #padded} gives. */
    final ConvParams params() {
        return paddingMode == PadMode.CONSTANT ? params : params.withPadding(0);
    }

    /** The input with what stands around it, where that is not zeros, which the convolution adds itself. */
    final Tensor padded(Tensor x) {
        int rank = kernelSize.size();
        boolean fits = x.rank() == rank + 1 || x.rank() == rank + 2; // else the convolution says so
        if (paddingMode == PadMode.CONSTANT || !fits) {
            return x;
        }
        List<Long> given = spread(params.padding(), rank);
        List<Long> dilation = spread(params.dilation(), rank);
        long[] around = new long[2 * rank]; // the last dimension first
        for (int d = 0; d < rank; d++) {
            int at = 2 * (rank - 1 - d);
            long both = params.samePadding() ? dilation.get(d) * (kernelSize.get(d) - 1) : 2 * given.get(d);
            around[at] = both / 2;
            around[at + 1] = both - both / 2;
        }
        return Rearrange.pad(x, paddingMode, 0, around);
    }

    /** How often a call multiplies and adds, the bias included: a transposed one once for each place of its input. */
    final long multiplyAdds(Tensor in, Tensor out) {
        long places = transposed ? in.count() / inChannels : out.count() / outChannels;
        return weight.tensor().count() * places + (bias == null ? 0 : out.count());
    }

    @Override
    protected String extraRepr() {
        int rank = kernelSize.size();
        StringBuilder text = new StringBuilder();
        text.append(inChannels).append(", ").append(outChannels);
        text.append(", kernel_size=").append(Repr.tuple(kernelSize));
        text.append(", stride=").append(Repr.tuple(spread(params.stride(), rank)));
        if (params.samePadding()) {
            text.append(", padding=same");
        } else {
            appendUnless(0, "padding", params.padding(), rank, text);
        }
        appendUnless(1, "dilation", params.dilation(), rank, text);
        appendUnless(0, "output_padding", params.outputPadding(), rank, text);
        text.append(params.groups() == 1 ? "" : ", groups=" + params.groups());
        text.append(bias == null ? ", bias=False" : "");
        return text.append(
                        paddingMode == PadMode.CONSTANT
                                ? ""
                                : ", padding_mode=" + paddingMode.name().toLowerCase(Locale.ROOT))
                .toString();
    }

    private static void appendUnless(long usual, String name, List<Long> values, int rank, StringBuilder text) {
        if (values.stream().anyMatch(v -> v != usual)) {
            text.append(", ").append(name).append('=').append(Repr.tuple(spread(values, rank)));
        }
    }
}
