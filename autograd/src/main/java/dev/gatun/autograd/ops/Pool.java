package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Window;
import java.util.List;

/**
 * The largest or the mean element of windows over one to three spatial dimensions; F32 or F64. The counterparts are
 * those of {@code torch.nn.functional}, as {@code F.max_pool2d}.
 *
 * {@snippet :
 * Pool.Maxima pooled = Pool.maxPool2d(Tensor.rand(1, 3, 8, 8), MaxPoolParams.of(2));
 * System.out.println(pooled.values().shape()); // [1, 3, 4, 4]
 * }
 */
public final class Pool {
    /** An output's size that is the input's; PyTorch's {@code None}. */
    private static final long KEPT = -1;

    private Pool() {}

    /**
     * What a max pool gives.
     *
     * @param values the largest elements
     * @param indices I64, of the same shape: the place of each in its plane of x, row-major
     */
    public record Maxima(Tensor values, Tensor indices) {}

    /**
     * The largest element of each window over one dimension. {@code F.max_pool1d} with {@code return_indices}.
     *
     * @param x [n, channels, l] or [channels, l]
     * @param params how it moves
     * @return of shape [n, channels, l'] or [channels, l']; NaN wins
     * @throws IllegalArgumentException if dtype or rank do not fit, a padding is above half the kernel, or the window is
     *     larger than the padded x
     */
    public static Maxima maxPool1d(Tensor x, MaxPoolParams params) {
        return maxima("maxPool1d", 1, x, params);
    }

    /**
     * The largest element of each window over two dimensions. {@code F.max_pool2d} with {@code return_indices}.
     *
     * @param x [n, channels, h, w] or [channels, h, w]
     * @param params how it moves
     * @return of shape [n, channels, h', w'] or [channels, h', w'], where h' = (h + 2 padding - dilation (kernel - 1) - 1)
     *     / stride + 1; NaN wins
     * @throws IllegalArgumentException if dtype or rank do not fit, a padding is above half the kernel, or the window is
     *     larger than the padded x
     */
    public static Maxima maxPool2d(Tensor x, MaxPoolParams params) {
        return maxima("maxPool2d", 2, x, params);
    }

    /**
     * The largest element of each window over three dimensions. {@code F.max_pool3d} with {@code return_indices}.
     *
     * @param x [n, channels, d, h, w] or [channels, d, h, w]
     * @param params how it moves
     * @return of shape [n, channels, d', h', w'] or [channels, d', h', w']; NaN wins
     * @throws IllegalArgumentException as {@link #maxPool2d}
     */
    public static Maxima maxPool3d(Tensor x, MaxPoolParams params) {
        return maxima("maxPool3d", 3, x, params);
    }

    /** The mean of each window over one dimension. {@code F.avg_pool1d}; see {@link #avgPool2d}. */
    public static Tensor avgPool1d(Tensor x, AvgPoolParams params) {
        return means("avgPool1d", 1, x, params);
    }

    /**
     * The mean of each window over two dimensions. {@code F.avg_pool2d}.
     *
     * @param x [n, channels, h, w] or [channels, h, w]
     * @param params how it moves
     * @return [n, channels, h', w'] or [channels, h', w'], sizes as {@link #maxPool2d}
     * @throws IllegalArgumentException if dtype or rank do not fit, a padding is above half the kernel, or the window is
     *     larger than the padded x
     */
    public static Tensor avgPool2d(Tensor x, AvgPoolParams params) {
        return means("avgPool2d", 2, x, params);
    }

    /** The mean of each window over three dimensions. {@code F.avg_pool3d}; see {@link #avgPool2d}. */
    public static Tensor avgPool3d(Tensor x, AvgPoolParams params) {
        return means("avgPool3d", 3, x, params);
    }

    /** Means over parts of one dimension, as many as asked for. {@code F.adaptive_avg_pool1d}. */
    public static Tensor adaptiveAvgPool1d(Tensor x, long... outputSize) {
        return adaptiveMeans("adaptiveAvgPool1d", 1, x, outputSize);
    }

    /**
     * Means over parts of two dimensions, as many as asked for: output o is the mean of the elements from
     * floor(o h / h') to ceil((o + 1) h / h'). {@code F.adaptive_avg_pool2d}.
     *
     * @param x [n, channels, h, w] or [channels, h, w]
     * @param outputSize h' and w', or one number for both
     * @return [n, channels, h', w'] or [channels, h', w']
     * @throws IllegalArgumentException if dtype, rank or sizes do not fit
     */
    public static Tensor adaptiveAvgPool2d(Tensor x, long... outputSize) {
        return adaptiveMeans("adaptiveAvgPool2d", 2, x, outputSize);
    }

    /** Means over parts of three dimensions, as many as asked for. {@code F.adaptive_avg_pool3d}. */
    public static Tensor adaptiveAvgPool3d(Tensor x, long... outputSize) {
        return adaptiveMeans("adaptiveAvgPool3d", 3, x, outputSize);
    }

    /** The largest elements of parts of one dimension, as many as asked for. {@code F.adaptive_max_pool1d}. */
    public static Maxima adaptiveMaxPool1d(Tensor x, long... outputSize) {
        return adaptiveMaxima("adaptiveMaxPool1d", 1, x, outputSize);
    }

    /**
     * The largest elements of parts of two dimensions, as many as asked for. {@code F.adaptive_max_pool2d}.
     *
     * @param x [n, channels, h, w] or [channels, h, w]
     * @param outputSize h' and w', or one number for both
     * @return of shape [n, channels, h', w'] or [channels, h', w']; parts as {@link #adaptiveAvgPool2d}
     * @throws IllegalArgumentException if dtype, rank or sizes do not fit
     */
    public static Maxima adaptiveMaxPool2d(Tensor x, long... outputSize) {
        return adaptiveMaxima("adaptiveMaxPool2d", 2, x, outputSize);
    }

    /** The largest elements of parts of three dimensions, as many as asked for. {@code F.adaptive_max_pool3d}. */
    public static Maxima adaptiveMaxPool3d(Tensor x, long... outputSize) {
        return adaptiveMaxima("adaptiveMaxPool3d", 3, x, outputSize);
    }

    private static void check(String op, int rank, Tensor x) {
        Checks.floating(op, x);
        Checks.require(
                x.rank() == rank + 2 || x.rank() == rank + 1,
                op,
                "x is not of rank " + (rank + 2) + " or, for one sample, " + (rank + 1),
                x);
        for (int d = x.rank() - rank; d < x.rank(); d++) {
            Checks.require(x.size(d) > 0, op, "a spatial size is 0", x);
        }
    }

    private static Window window(
            String op, int rank, List<Long> kernelSize, List<Long> stride, List<Long> padding, List<Long> dilation) {
        long[] kernel = PerDim.spread(op, "kernelSize", kernelSize, rank);
        long[] pads = PerDim.spread(op, "padding", padding, rank);
        for (int d = 0; d < rank; d++) {
            if (pads[d] > kernel[d] / 2) {
                throw new IllegalArgumentException(op + ": padding is more than half of the kernel: padding " + padding
                        + ", kernelSize " + kernelSize);
            }
        }
        long[] steps = stride.isEmpty() ? kernel : PerDim.spread(op, "stride", stride, rank);
        return Window.of(kernel, steps, pads, PerDim.spread(op, "dilation", dilation, rank));
    }

    /** The shape of the outputs of x [n, channels, *]. */
    private static Shape outputs(String op, Window window, boolean ceilMode, Tensor x) {
        long[] sizes = x.shape().toArray();
        for (int d = 0; d < window.rank(); d++) {
            long size = sizes[d + 2];
            long stride = window.stride(d);
            long room = size + 2 * window.padding(d) - window.reach(d);
            Checks.require(room >= 0 || ceilMode && room + stride > 0, op, "the window is larger than the padded x", x);
            long last = ceilMode ? Math.floorDiv(room + stride - 1, stride) : room / stride;
            // The last window starts inside x or its first padding.
            last -= ceilMode && last * stride >= size + window.padding(d) ? 1 : 0;
            sizes[d + 2] = last + 1;
        }
        return Shape.of(sizes);
    }

    private static Shape adaptiveOutputs(String op, int rank, Tensor x, long... outputSize) {
        long[] wanted = PerDim.spread(op, "outputSize", PerDim.list(op + ": outputSize", KEPT, outputSize), rank);
        long[] sizes = x.shape().toArray();
        for (int d = 0; d < rank; d++) {
            sizes[d + 2] = wanted[d] == KEPT ? sizes[d + 2] : wanted[d];
        }
        return Shape.of(sizes);
    }

    private static Maxima maxima(String op, int rank, Tensor x, MaxPoolParams params) {
        check(op, rank, x);
        if (x.rank() == rank + 1) {
            return one(maxima(op, rank, View.unsqueeze(x, 0), params));
        }
        Window window = window(op, rank, params.kernelSize(), params.stride(), params.padding(), params.dilation());
        return maxima(window, x.contiguous(), outputs(op, window, params.ceilMode(), x));
    }

    private static Maxima adaptiveMaxima(String op, int rank, Tensor x, long... outputSize) {
        check(op, rank, x);
        if (x.rank() == rank + 1) {
            return one(adaptiveMaxima(op, rank, View.unsqueeze(x, 0), outputSize));
        }
        return maxima(Window.adaptive(rank), x.contiguous(), adaptiveOutputs(op, rank, x, outputSize));
    }

    private static Maxima one(Maxima batch) {
        return new Maxima(View.squeeze(batch.values(), 0), View.squeeze(batch.indices(), 0));
    }

    private static Tensor means(String op, int rank, Tensor x, AvgPoolParams params) {
        check(op, rank, x);
        if (x.rank() == rank + 1) {
            return View.squeeze(means(op, rank, View.unsqueeze(x, 0), params), 0);
        }
        Window window = window(op, rank, params.kernelSize(), params.stride(), params.padding(), List.of(1L));
        Means means = new Means(op, window, params.countIncludePad(), params.divisorOverride());
        return means.of(x.contiguous(), outputs(op, window, params.ceilMode(), x));
    }

    private static Tensor adaptiveMeans(String op, int rank, Tensor x, long... outputSize) {
        check(op, rank, x);
        if (x.rank() == rank + 1) {
            return View.squeeze(adaptiveMeans(op, rank, View.unsqueeze(x, 0), outputSize), 0);
        }
        Means means = new Means(op, Window.adaptive(rank), false, 0);
        return means.of(x.contiguous(), adaptiveOutputs(op, rank, x, outputSize));
    }

    // ---- on contiguous [n, channels, *] ----

    private static Maxima maxima(Window window, Tensor x, Shape shape) {
        Tensor y = x.newEmpty(shape);
        Tensor index = Tensor.empty(x.device(), DType.I64, shape);
        x.device().kernels().pool().max(window, x, y, index);
        if (!Graph.records(x)) {
            return new Maxima(y, index);
        }
        Saved saved = Saved.of(index);
        Shape xShape = x.shape();
        Graph.record(
                "MaxPool" + window.rank() + "DWithIndicesBackward0",
                y,
                saved,
                Input.of(x, g -> scatter(g.contiguous(), saved.get(0), xShape)));
        return new Maxima(y, index);
    }

    /** Each element of g added at its place in a plane of zeros. */
    static Tensor scatter(Tensor g, Tensor index, Shape shape) {
        Tensor dx = g.newEmpty(shape);
        g.device().kernels().pool().maxGrad(g, index, dx);
        if (!Graph.records(g)) {
            return dx;
        }
        Saved saved = Saved.of(index);
        return Graph.record(
                "MaxPoolBackwardBackward0", dx, saved, Input.of(g, h -> gather(h.contiguous(), saved.get(0))));
    }

    /** The elements of planes at their places. */
    private static Tensor gather(Tensor x, Tensor index) {
        Tensor y = x.newEmpty(index.shape());
        x.device().kernels().pool().maxGather(x, index, y);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(index);
        Shape xShape = x.shape();
        return Graph.record(
                "GatherBackward0", y, saved, Input.of(x, g -> scatter(g.contiguous(), saved.get(0), xShape)));
    }

    /** An average pool and its gradient, each of which is the other's gradient. */
    private record Means(String op, Window window, boolean countPadding, long divisor) {
        Tensor of(Tensor x, Shape shape) {
            Tensor y = x.newEmpty(shape);
            x.device().kernels().pool().average(window, countPadding, divisor, x, y);
            Shape xShape = x.shape();
            return Graph.records(x)
                    ? Graph.record(name(), y, null, Input.of(x, g -> gradient(g.contiguous(), xShape)))
                    : y;
        }

        Tensor gradient(Tensor g, Shape shape) {
            Tensor dx = g.newEmpty(shape);
            g.device().kernels().pool().averageGrad(window, countPadding, divisor, g, dx);
            Shape gShape = g.shape();
            return Graph.records(g) ? Graph.record(name(), dx, null, Input.of(g, h -> of(h.contiguous(), gShape))) : dx;
        }

        private String name() {
            return (window.isAdaptive() ? "AdaptiveAvgPool" : "AvgPool") + window.rank() + "DBackward0";
        }
    }
}
