package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.UnaryOp;
import dev.gatun.runtime.kernels.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions, F32 or F64: as everywhere in deep learning, cross-correlations. A convolution, its gradient by x (the
 * transposed convolution) and its gradient by the weight are each linear in two arrays, and the gradients of any of them
 * are the other two: so they can be differentiated any number of times. The counterparts are those of {@code
 * torch.nn.functional}, as {@code F.conv2d}.
 *
 * {@snippet :
 * Tensor image = Tensor.ones(1, 1, 5, 5);
 * Tensor edge = Tensor.of(new float[][][][] {{{{-1, 1}}}}); // [out, in, height, width]
 * System.out.println(Conv.conv2d(image, edge, null, ConvParams.defaults()).shape()); // [1, 1, 5, 4]
 * }
 */
public final class Conv {
    private Conv() {}

    /**
     * A convolution over one dimension. {@code F.conv1d}.
     *
     * @param x [n, in, l] or [in, l]
     * @param weight [out, in / groups, k], of x's dtype
     * @param bias [out] or {@code null}
     * @param params how it moves
     * @return [n, out, l'] or [out, l']
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit, or the window is larger than the padded x
     */
    public static Tensor conv1d(Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        return conv("conv1d", 1, x, weight, bias, params, null);
    }

    /**
     * A convolution over two dimensions. {@code F.conv2d}.
     *
     * @param x [n, in, h, w] or [in, h, w]
     * @param weight [out, in / groups, kh, kw], of x's dtype
     * @param bias [out] or {@code null}
     * @param params how it moves
     * @return [n, out, h', w'] or [out, h', w'], where h' = (h + 2 padding - dilation (kh - 1) - 1) / stride + 1
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit, or the window is larger than the padded x
     */
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        return conv("conv2d", 2, x, weight, bias, params, null);
    }

    /**
     * {@link #conv2d} followed by an activation in the same pass. On the graph it is the two nodes that it would be
     * without fusing; the activation's slope needs its output alone.
     *
     * @param activation RELU, or {@code null} for none
     * @throws IllegalArgumentException as {@link #conv2d}, and if the activation is another
     */
    public static Tensor conv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params, @Nullable UnaryOp activation) {
        return conv("conv2d", 2, x, weight, bias, params, activation);
    }

    /**
     * {@link #conv2d} followed by relu and a max pool, two by two without overlap, in one pass where the device has one for
     * these sizes: what is stored is the pooled values alone, and backward visits only those that won. Elsewhere it is the
     * three operations. {@code F.max_pool2d(F.relu(F.conv2d(...)), 2)}.
     *
     * @param x [n, in, h, w] or [in, h, w]
     * @param weight [out, in / groups, kh, kw], of x's dtype
     * @param bias [out] or {@code null}
     * @param params how it moves
     * @return [n, out, h', w'] or [out, h', w'], half the convolution's sizes, rounded down
     * @throws IllegalArgumentException as {@link #conv2d}
     */
    public static Tensor conv2dReluMaxPool2d(Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        if (x.rank() == 4 && weight.rank() == 4 && params.groups() == 1 && !params.samePadding()) {
            check("conv2d", 2, x, weight, bias);
            long[] stride = PerDim.spread("conv2d", "stride", params.stride(), 2);
            long[] padding = PerDim.spread("conv2d", "padding", params.padding(), 2);
            long[] dilation = PerDim.spread("conv2d", "dilation", params.dilation(), 2);
            Tensor y = pooled(Window.of(kernelOf(weight), stride, padding, dilation), x, weight, bias);
            if (y != null) {
                return y;
            }
        }
        Tensor activated = conv2d(x, weight, bias, params, UnaryOp.RELU);
        return Pool.maxPool2d(activated, MaxPoolParams.of(2)).values();
    }

    /** The fused pass, or {@code null} where there is none, or where something does not fit. */
    private static @Nullable Tensor pooled(Window window, Tensor x, Tensor weight, @Nullable Tensor bias) {
        if (x.size(1) != weight.size(1) || bias != null && bias.size(0) != weight.size(0)) {
            return null;
        }
        long[] sizes = x.shape().toArray();
        sizes[1] = weight.size(0);
        for (int d = 0; d < 2; d++) {
            long room = sizes[d + 2] + 2 * window.padding(d) - window.reach(d);
            if (room < 1) {
                return null;
            }
            sizes[d + 2] = room / window.stride(d) + 1;
        }
        Shape convolved = Shape.of(sizes);
        sizes[2] /= 2;
        sizes[3] /= 2;
        Tensor dense = x.contiguous();
        Tensor filter = weight.contiguous();
        Tensor offset = bias == null ? null : bias.contiguous();
        Tensor y = dense.newEmpty(Shape.of(sizes));
        Tensor winner = Tensor.empty(x.device(), DType.U8, y.shape());
        if (!x.device().kernels().conv().forwardPooled(window, dense, filter, offset, y, winner)) {
            y.release();
            winner.release();
            return null;
        }
        if (Graph.records(dense, filter, offset)) {
            recordPooled(window, convolved, y, winner, dense, filter, offset);
        }
        winner.release();
        return y;
    }

    private static void recordPooled(
            Window window, Shape convolved, Tensor y, Tensor winner, Tensor x, Tensor weight, @Nullable Tensor bias) {
        Saved saved = Saved.of(x, weight, winner);
        boolean wantsX = x.requiresGrad();
        boolean wantsWeight = weight.requiresGrad();
        boolean wantsBias = bias != null && bias.requiresGrad();
        Joint<Tensor> joint = new Joint<>(g -> {
            Tensor from = saved.get(0);
            Tensor filter = saved.get(1);
            Tensor dx = wantsX ? from.newEmpty() : null;
            Tensor dweight = wantsWeight ? filter.newEmpty() : null;
            Tensor dbias = wantsBias ? g.newEmpty(Shape.of(filter.size(0))) : null;
            g.device()
                    .kernels()
                    .conv()
                    .gradPooled(window, from, filter, g.contiguous(), saved.get(2), dx, dweight, dbias);
            return new @Nullable Tensor[] {dx, dweight, dbias};
        });
        Shape xShape = x.shape();
        Shape wShape = weight.shape();
        Input dx = Input.of(
                x,
                g -> GradMode.isOn()
                        ? gradInput(
                                "ConvolutionBackward0",
                                window,
                                1,
                                saved.get(1),
                                spread(g, saved.get(2), convolved),
                                xShape)
                        : joint.take(g, 0));
        Input dw = Input.of(
                weight,
                g -> GradMode.isOn()
                        ? gradWeight(window, 1, saved.get(0), spread(g, saved.get(2), convolved), wShape)
                        : joint.take(g, 1));
        String name = "MaxPool2DWithIndicesBackward0>ReluBackward0>ConvolutionBackward0";
        if (bias == null) {
            Graph.record(name, y, saved, dx, dw);
            return;
        }
        Input db = Input.of(
                bias, g -> GradMode.isOn() ? sumOfChannels(spread(g, saved.get(2), convolved)) : joint.take(g, 2));
        Graph.record(name, y, saved, dx, dw, db);
    }

    /** What arrives at the pooled values, brought to the convolution's result by operations that record themselves. */
    private static Tensor spread(Tensor g, Tensor winner, Shape convolved) {
        Tensor row = winner.eq(2).to(DType.I64).add(winner.eq(3).to(DType.I64));
        Tensor column = winner.eq(1).to(DType.I64).add(winner.eq(3).to(DType.I64));
        Tensor top = Tensor.arange(g.size(2)).to(g.device()).mul(2).unsqueeze(1);
        Tensor left = Tensor.arange(g.size(3)).to(g.device()).mul(2);
        Tensor places = row.add(top).mul(convolved.size(3)).add(column.add(left));
        return Pool.scatter(g.mul(winner.ne(4)).contiguous(), places.contiguous(), convolved);
    }

    /**
     * A convolution over three dimensions. {@code F.conv3d}.
     *
     * @param x [n, in, d, h, w] or [in, d, h, w]
     * @param weight [out, in / groups, kd, kh, kw], of x's dtype
     * @param bias [out] or {@code null}
     * @param params how it moves
     * @return [n, out, d', h', w'] or [out, d', h', w']
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit, or the window is larger than the padded x
     */
    public static Tensor conv3d(Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        return conv("conv3d", 3, x, weight, bias, params, null);
    }

    /**
     * The transposed convolution over one dimension: the gradient of {@link #conv1d} by its input. {@code
     * F.conv_transpose1d}.
     *
     * @param x [n, in, l] or [in, l]
     * @param weight [in, out / groups, k], of x's dtype
     * @param bias [out] or {@code null}
     * @param params of the convolution that it transposes, and outputPadding, below stride or dilation
     * @return [n, out, l'] or [out, l']
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit
     */
    public static Tensor convTranspose1d(Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        return transposed("convTranspose1d", 1, x, weight, bias, params);
    }

    /**
     * The transposed convolution over two dimensions: the gradient of {@link #conv2d} by its input. {@code
     * F.conv_transpose2d}.
     *
     * @param x [n, in, h, w] or [in, h, w]
     * @param weight [in, out / groups, kh, kw], of x's dtype
     * @param bias [out] or {@code null}
     * @param params of the convolution that it transposes, and outputPadding, below stride or dilation
     * @return [n, out, h', w'] or [out, h', w'], where h' = (h - 1) stride - 2 padding + dilation (kh - 1) +
     *     outputPadding + 1
     * @throws IllegalArgumentException if sizes, dtypes or devices do not fit
     */
    public static Tensor convTranspose2d(Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        return transposed("convTranspose2d", 2, x, weight, bias, params);
    }

    private static void check(String op, int rank, Tensor x, Tensor weight, @Nullable Tensor bias) {
        Checks.sameFloating(op, x, weight);
        Checks.require(weight.rank() == rank + 2, op, "weight is not of rank " + (rank + 2), weight);
        Checks.require(
                x.rank() == rank + 2 || x.rank() == rank + 1,
                op,
                "x is not of rank " + (rank + 2) + " or, for one sample, " + (rank + 1),
                x);
        if (bias != null) {
            Checks.sameFloating(op, weight, bias);
            Checks.require(bias.rank() == 1, op, "bias is not [out]", bias, weight);
        }
        for (int d = 2; d < weight.rank(); d++) {
            Checks.require(weight.size(d) > 0, op, "the window is empty", weight);
        }
    }

    private static void requireGroups(
            String op, ConvParams params, long split, long channels, Tensor x, Tensor weight) {
        if (split % params.groups() != 0 || x.size(1) != channels) {
            throw new IllegalArgumentException(op + ": channels do not fit: x " + x.describe() + ", weight "
                    + weight.describe() + ", groups " + params.groups());
        }
    }

    private static long[] kernelOf(Tensor weight) {
        return Arrays.copyOfRange(weight.shape().toArray(), 2, weight.rank());
    }

    private static Tensor conv(
            String op,
            int rank,
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            ConvParams params,
            @Nullable UnaryOp activation) {
        check(op, rank, x, weight, bias);
        if (activation != null && activation != UnaryOp.RELU) {
            throw new IllegalArgumentException(op + ": fuses relu only: " + activation);
        }
        if (x.rank() == rank + 1) {
            return View.squeeze(conv(op, rank, View.unsqueeze(x, 0), weight, bias, params, activation), 0);
        }
        requireGroups(op, params, weight.size(0), weight.size(1) * params.groups(), x, weight);
        Checks.require(bias == null || bias.size(0) == weight.size(0), op, "bias is not [out]", weight);
        if (params.outputPadding().stream().anyMatch(p -> p != 0)) {
            throw new IllegalArgumentException(
                    op + ": outputPadding is for transposed convolutions: " + params.outputPadding());
        }
        long[] stride = PerDim.spread(op, "stride", params.stride(), rank);
        long[] padding = PerDim.spread(op, "padding", params.padding(), rank);
        long[] dilation = PerDim.spread(op, "dilation", params.dilation(), rank);
        long[] kernel = kernelOf(weight);
        long[] sizes = x.shape().toArray();
        sizes[1] = weight.size(0);
        for (int d = 0; d < rank; d++) {
            long over = dilation[d] * (kernel[d] - 1);
            if (params.samePadding()) {
                padding[d] = over / 2;
                continue;
            }
            long room = sizes[d + 2] + 2 * padding[d] - over - 1;
            Checks.require(room >= 0, op, "the window is larger than the padded x", x, weight);
            sizes[d + 2] = room / stride[d] + 1;
        }
        Window window = Window.of(kernel, stride, padding, dilation);
        Tensor dense = x.contiguous();
        Tensor filter = weight.contiguous();
        Tensor offset = bias == null ? null : bias.contiguous();
        return forward(window, params.groups(), dense, filter, offset, activation != null, Shape.of(sizes));
    }

    private static Tensor transposed(
            String op, int rank, Tensor x, Tensor weight, @Nullable Tensor bias, ConvParams params) {
        check(op, rank, x, weight, bias);
        if (x.rank() == rank + 1) {
            return View.squeeze(transposed(op, rank, View.unsqueeze(x, 0), weight, bias, params), 0);
        }
        long out = weight.size(1) * params.groups();
        requireGroups(op, params, x.size(1), weight.size(0), x, weight);
        Checks.require(bias == null || bias.size(0) == out, op, "bias is not [out]", weight);
        if (params.samePadding()) {
            throw new IllegalArgumentException(
                    op + ": padding 'same' is for convolutions that are not transposed: " + params);
        }
        long[] stride = PerDim.spread(op, "stride", params.stride(), rank);
        long[] padding = PerDim.spread(op, "padding", params.padding(), rank);
        long[] dilation = PerDim.spread(op, "dilation", params.dilation(), rank);
        long[] behind = PerDim.spread(op, "outputPadding", params.outputPadding(), rank);
        long[] kernel = kernelOf(weight);
        long[] sizes = x.shape().toArray();
        sizes[1] = out;
        for (int d = 0; d < rank; d++) {
            if (behind[d] >= Math.max(stride[d], dilation[d])) {
                throw new IllegalArgumentException(op + ": outputPadding is not below stride or dilation: "
                        + params.outputPadding() + ", stride " + params.stride());
            }
            sizes[d + 2] =
                    (sizes[d + 2] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel[d] - 1) + behind[d] + 1;
            Checks.require(sizes[d + 2] >= 0, op, "nothing is left within the padding", x, weight);
        }
        Window window = Window.of(kernel, stride, padding, dilation);
        Tensor y = gradInput(
                "ConvolutionBackward0", window, params.groups(), weight.contiguous(), x.contiguous(), Shape.of(sizes));
        if (bias == null) {
            return y;
        }
        long[] column = new long[rank + 1];
        Arrays.fill(column, 1);
        column[0] = out;
        return Elementwise.add(y, View.reshape(bias, column));
    }

    // ---- the three, on contiguous tensors ----

    private static Tensor forward(
            Window window, long groups, Tensor x, Tensor weight, @Nullable Tensor bias, boolean relu, Shape shape) {
        Tensor y = x.newEmpty(shape);
        x.device().kernels().conv().forward(window, groups, x, weight, bias, relu, y);
        if (!Graph.records(x, weight, bias)) {
            return y;
        }
        if (!relu) {
            return recordForward(window, groups, y, x, weight, bias);
        }
        Tensor sum = View.detach(y); // stands for the convolution on the graph; its value is never read
        recordForward(window, groups, sum, x, weight, bias);
        Activation.record(UnaryOp.RELU, sum, y);
        sum.release();
        return y;
    }

    private static Tensor recordForward(
            Window window, long groups, Tensor y, Tensor x, Tensor weight, @Nullable Tensor bias) {
        Saved saved = Saved.of(weight.requiresGrad() ? x : null, x.requiresGrad() ? weight : null);
        Shape xShape = x.shape();
        Shape wShape = weight.shape();
        Input dx = Input.of(
                x, g -> gradInput("ConvolutionBackward0", window, groups, saved.get(1), g.contiguous(), xShape));
        if (bias == null || !weight.requiresGrad()) {
            Input dw = Input.of(weight, g -> gradWeight(window, groups, saved.get(0), g.contiguous(), wShape));
            return bias == null
                    ? Graph.record("ConvolutionBackward0", y, saved, dx, dw)
                    : Graph.record("ConvolutionBackward0", y, saved, dx, dw, Input.of(bias, Conv::sumOfChannels));
        }
        Joint<Tensor> joint = new Joint<>(g -> {
            Tensor dweight = g.newEmpty(wShape);
            Tensor dbias = g.newEmpty(Shape.of(wShape.size(0)));
            g.device().kernels().conv().gradWeight(window, groups, saved.get(0), g.contiguous(), dweight, dbias);
            return new Tensor[] {dweight, dbias};
        });
        return Graph.record(
                "ConvolutionBackward0",
                y,
                saved,
                dx,
                Input.of(
                        weight,
                        g -> GradMode.isOn()
                                ? gradWeight(window, groups, saved.get(0), g.contiguous(), wShape)
                                : joint.take(g, 0)),
                Input.of(bias, g -> GradMode.isOn() ? sumOfChannels(g) : joint.take(g, 1)));
    }

    /** [channels], from [n, channels, *]. */
    private static Tensor sumOfChannels(Tensor g) {
        int[] dims = new int[g.rank() - 1];
        Arrays.setAll(dims, i -> i == 0 ? 0 : i + 1);
        return Reduce.sum(g, false, dims);
    }

    private static Tensor gradInput(String name, Window window, long groups, Tensor weight, Tensor g, Shape shape) {
        Tensor dx = g.newEmpty(shape);
        g.device().kernels().conv().gradInput(window, groups, weight, g, dx);
        if (!Graph.records(weight, g)) {
            return dx;
        }
        Saved saved = Saved.of(g.requiresGrad() ? weight : null, weight.requiresGrad() ? g : null);
        Shape gShape = g.shape();
        Shape wShape = weight.shape();
        return Graph.record(
                name,
                dx,
                saved,
                Input.of(g, h -> forward(window, groups, h.contiguous(), saved.get(0), null, false, gShape)),
                Input.of(weight, h -> gradWeight(window, groups, h.contiguous(), saved.get(1), wShape)));
    }

    private static Tensor gradWeight(Window window, long groups, Tensor x, Tensor g, Shape shape) {
        Tensor dweight = g.newEmpty(shape);
        g.device().kernels().conv().gradWeight(window, groups, x, g, dweight, null);
        if (!Graph.records(x, g)) {
            return dweight;
        }
        Saved saved = Saved.of(g.requiresGrad() ? x : null, x.requiresGrad() ? g : null);
        Shape gShape = g.shape();
        Shape xShape = x.shape();
        return Graph.record(
                "ConvolutionBackward0",
                dweight,
                saved,
                Input.of(g, h -> forward(window, groups, saved.get(0), h.contiguous(), null, false, gShape)),
                Input.of(
                        x,
                        h -> gradInput("ConvolutionBackward0", window, groups, h.contiguous(), saved.get(1), xShape)));
    }
}
