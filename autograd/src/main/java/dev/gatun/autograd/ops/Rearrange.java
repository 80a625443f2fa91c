package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Copies whose elements stand in another order, several times, or with others around them. The counterparts are those
 * of {@code torch}, as {@code torch.flip}, and {@code F.pad}, {@code F.unfold}, {@code F.fold}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f, 2f, 3f);
 * System.out.println(Rearrange.flip(x, 0)); // tensor([3., 2., 1.])
 * System.out.println(Rearrange.repeatInterleave(x, 2, 0)); // tensor([1., 1., 2., 2., 3., 3.])
 * }
 */
public final class Rearrange {
    /** Sizes that are added up stay within a long. */
    private static final long MOST_PADDING = 1L << 60;

    private Rearrange() {}

    /** The order reversed along dimensions. {@code torch.flip}, which copies. */
    public static Tensor flip(Tensor x, int... dims) {
        int[] along = dims.length == 0 ? dims : Checks.dims("flip", x.shape(), dims);
        int bits = 0;
        for (int dim : along) {
            bits |= 1 << dim;
        }
        Tensor y = x.newEmpty(x.shape());
        x.device().kernels().index().flip(x, bits, y);
        return Graph.records(x) ? Graph.record("FlipBackward0", y, null, Input.of(x, g -> flip(g, along))) : y;
    }

    /**
     * Elements shifted along dimensions; what leaves at one end comes in at the other. {@code torch.roll}.
     *
     * @param shifts how far, one for each of dims, or a single one where dims is empty: x is then rolled as if flat
     * @param dims to go along
     */
    public static Tensor roll(Tensor x, long[] shifts, int... dims) {
        boolean flat = dims.length == 0 && shifts.length == 1;
        if (!flat && shifts.length != dims.length) {
            throw new IllegalArgumentException(
                    "roll: " + shifts.length + " shifts for " + dims.length + " dimensions: " + x.describe());
        }
        Tensor y;
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor rolled = flat ? View.reshape(x.detach(), -1) : x.detach();
            for (int i = 0; i < shifts.length; i++) {
                rolled = rolled(rolled, shifts[i], flat ? 0 : Checks.dim("roll", x.shape(), dims[i]));
            }
            Tensor shaped = flat ? View.view(rolled, x.shape().toArray()).detach() : rolled;
            boolean shared = rolled.storage("roll") == x.storage("roll");
            y = scope.keep(shared ? Elementwise.clone(x.detach()) : shaped);
        }
        long[] back = Arrays.stream(shifts).map(shift -> -shift).toArray();
        return Graph.records(x) ? Graph.record("RollBackward0", y, null, Input.of(x, g -> roll(g, back, dims))) : y;
    }

    private static Tensor rolled(Tensor x, long shift, int dim) {
        long size = x.rank() == 0 ? 1 : x.size(dim);
        long by = size == 0 ? 0 : Math.floorMod(shift, size);
        if (by == 0) {
            return x;
        }
        return Join.cat(List.of(View.narrow(x, dim, size - by, by), View.narrow(x, dim, 0, size - by)), dim);
    }

    /**
     * The plane of two dimensions turned by 90 degrees. {@code torch.rot90}.
     *
     * @param turns how often, from the first dimension towards the second; negative the other way
     * @param first dimension of the plane
     * @param second dimension of the plane
     */
    public static Tensor rot90(Tensor x, int turns, int first, int second) {
        int a = x.shape().dim(first, "rot90");
        int b = x.shape().dim(second, "rot90");
        if (a == b) {
            throw new IllegalArgumentException("rot90: a plane has two dimensions: " + first + ", " + second);
        }
        Tensor y;
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor turned = switch (Math.floorMod(turns, 4)) {
                case 1 -> View.transpose(flip(x, b), a, b);
                case 2 -> flip(x, a, b);
                case 3 -> View.transpose(flip(x, a), a, b);
                default -> Elementwise.clone(x);
            };
            y = scope.keep(turned.contiguous().detach());
        }
        return Graph.records(x) ? Graph.record("Rot90Backward0", y, null, Input.of(x, g -> rot90(g, -turns, a, b))) : y;
    }

    /**
     * x several times along each dimension. {@code Tensor.repeat}.
     *
     * @param times for each dimension of the result; those beyond x's rank are new, in front
     */
    public static Tensor repeat(Tensor x, long... times) {
        if (times.length < x.rank()) {
            throw new IllegalArgumentException(
                    "repeat: fewer numbers than dimensions: " + Arrays.toString(times) + " of " + x.describe());
        }
        for (long time : times) {
            if (time < 0) {
                throw new IllegalArgumentException("repeat: a number is negative: " + Arrays.toString(times));
            }
        }
        Shape own = padded(x.shape(), times.length);
        Tensor y;
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor copies = View.reshape(x.detach(), own.toArray());
            for (int dim = 0; dim < times.length; dim++) { // none at all first, so that nothing is copied for nothing
                copies = times[dim] == 0 ? copies.narrow(dim, 0, 0) : copies;
            }
            for (int dim = times.length - 1; dim >= 0; dim--) { // the inner ones first: longer runs for the others
                copies = times[dim] == 1 ? copies : along(copies, dim, times[dim]);
            }
            boolean shared = copies.storage("repeat") == x.storage("repeat");
            y = scope.keep(shared ? Elementwise.clone(copies) : copies.detach());
        }
        Shape before = x.shape();
        return Graph.records(x)
                ? Graph.record("RepeatBackward0", y, null, Input.of(x, g -> summed(g, before, own, times)))
                : y;
    }

    /** x so often along a dimension, by one copy of a view of three dimensions that is expanded. */
    private static Tensor along(Tensor x, int dim, long times) {
        long outer = 1;
        for (int d = 0; d < dim; d++) {
            outer *= x.size(d);
        }
        long inner = outer == 0 ? 0 : x.count() / outer;
        Tensor blocks = View.expand(View.reshape(x, outer, 1, inner), outer, times, inner);
        return View.reshape(blocks, x.shape().with(dim, x.size(dim) * times).toArray());
    }

    /** The gradient of repeat: what arrives at all copies of an element, added up. */
    private static Tensor summed(Tensor g, Shape before, Shape own, long... times) {
        Tensor sum = g;
        for (int dim = 0; dim < times.length; dim++) {
            if (times[dim] != 1) {
                long outer = 1;
                for (int d = 0; d < dim; d++) {
                    outer *= sum.size(d);
                }
                long inner = own.size(dim);
                for (int d = dim + 1; d < sum.rank(); d++) {
                    inner *= sum.size(d);
                }
                sum = View.reshape(
                        View.reshape(sum, outer, times[dim], inner).sum(1),
                        sum.shape().with(dim, own.size(dim)).toArray());
            }
        }
        return View.reshape(sum, before.toArray());
    }

    /** As {@link #repeat}, where missing numbers, in front, are 1. {@code torch.tile}. */
    public static Tensor tile(Tensor x, long... times) {
        int missing = Math.max(0, x.rank() - times.length);
        long[] all = new long[times.length + missing];
        Arrays.fill(all, 0, missing, 1);
        System.arraycopy(times, 0, all, missing, times.length);
        return repeat(x, all);
    }

    private static Shape padded(Shape shape, int rank) {
        long[] sizes = new long[rank];
        Arrays.fill(sizes, 1);
        System.arraycopy(shape.toArray(), 0, sizes, rank - shape.rank(), shape.rank());
        return Shape.of(sizes);
    }

    /** Each entry of a dimension so often, one after the other. {@code torch.repeat_interleave}. */
    public static Tensor repeatInterleave(Tensor x, long times, int dim) {
        int along = Checks.dim("repeatInterleave", x.shape(), dim);
        long size = x.rank() == 0 ? 1 : x.size(along);
        return repeatInterleave(x, Create.full(x.device(), DType.I64, Shape.of(size), times), along);
    }

    /** Each entry of a dimension as often as times (I64 [size]) says. {@code torch.repeat_interleave}. */
    public static Tensor repeatInterleave(Tensor x, Tensor times, int dim) {
        Checks.indexes("repeatInterleave", times);
        int along = Checks.dim("repeatInterleave", x.shape(), dim);
        long size = x.rank() == 0 ? 1 : x.size(along);
        boolean one = times.count() == 1;
        Checks.require(
                times.rank() <= 1 && (one || times.count() == size),
                "repeatInterleave",
                "counts do not match",
                x,
                times);
        long[] counts = times.toLongArray();
        long total = 0;
        for (int i = 0; i < size; i++) {
            long count = counts[one ? 0 : i];
            Checks.require(count >= 0, "repeatInterleave", "a number is negative", times);
            Checks.require(total <= Long.MAX_VALUE - count, "repeatInterleave", "too many elements", x, times);
            total += count;
        }
        long[] next = {-1, 0}; // an entry, and how often it is still to come
        Tensor index = Create.filled(total, i -> {
            while (next[1] == 0) {
                next[1] = counts[one ? 0 : (int) ++next[0]];
                next[0] += one ? 1 : 0;
            }
            next[1]--;
            return next[0];
        });
        Tensor row = x.rank() == 0 ? View.view(x, 1) : x;
        return Index.indexSelect(row, along, index.to(x.device()));
    }

    // ---- padding ----

    /**
     * x with elements around it. {@code F.pad}.
     *
     * @param x any dtype
     * @param mode what is put there
     * @param value for CONSTANT
     * @param padding how many before and behind, first of the last dimension, then of the one before it, ...; negative ones
     *     take away (CONSTANT only)
     * @throws IllegalArgumentException if there is not enough to reflect or wrap around
     */
    public static Tensor pad(Tensor x, PadMode mode, double value, long... padding) {
        if (padding.length % 2 != 0 || padding.length > 2 * x.rank()) {
            throw new IllegalArgumentException(
                    "pad: not pairs of at most " + x.rank() + " dimensions: " + Arrays.toString(padding));
        }
        for (long n : padding) {
            if (n < -MOST_PADDING || n > MOST_PADDING) {
                throw new IllegalArgumentException(
                        "pad: too many elements: " + Arrays.toString(padding) + " of " + x.describe());
            }
        }
        return mode == PadMode.CONSTANT ? constant(x, value, padding) : mirrored(x, mode, padding);
    }

    private static Tensor constant(Tensor x, double value, long... padding) {
        int rank = x.rank();
        long[] sizes = x.shape().toArray();
        Layout from = x.layout();
        for (int i = 0; i < padding.length / 2; i++) {
            int dim = rank - 1 - i;
            long first = padding[2 * i];
            long last = padding[2 * i + 1];
            sizes[dim] += first + last;
            if (sizes[dim] < 0) {
                throw new IllegalArgumentException(
                        "pad: takes away more than there is: " + Arrays.toString(padding) + " of " + x.describe());
            }
            from = from.slice(dim, Math.min(x.size(dim), Math.max(0, -first)), x.size(dim) - Math.max(0, -last), 1);
        }
        Tensor y = Create.full(x.device(), x.dtype(), Shape.of(sizes), value);
        Layout to = y.layout();
        for (int i = 0; i < padding.length / 2; i++) {
            int dim = rank - 1 - i;
            long start = Math.min(sizes[dim], Math.max(0, padding[2 * i]));
            to = to.slice(dim, start, start + from.shape().size(dim), 1);
        }
        NdArray source = x.alias(from);
        NdArray target = y.alias(to);
        x.device().kernels().elementwise().cast(source, target);
        source.release();
        target.release();
        if (!Graph.records(x)) {
            return y;
        }
        long[] back = Arrays.stream(padding).map(n -> -n).toArray();
        return Graph.record("ConstantPadNdBackward0", y, null, Input.of(x, g -> constant(g, 0, back)));
    }

    private static Tensor mirrored(Tensor x, PadMode mode, long... padding) {
        LongUnaryOperator[] sources = new LongUnaryOperator[padding.length / 2];
        long[] lengths = new long[sources.length];
        for (int i = 0; i < sources.length; i++) {
            long size = x.size(-1 - i);
            long first = padding[2 * i];
            long last = padding[2 * i + 1];
            if (first < 0 || last < 0 || Math.max(first, last) > Math.max(0, mode.most(size))) {
                throw new IllegalArgumentException("pad: too much or negative for " + mode + ": "
                        + Arrays.toString(padding) + " of " + x.describe());
            }
            lengths[i] = first + size + last;
            sources[i] = to -> mode.source(to - first, size);
        }
        Tensor y;
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor wider = x;
            for (int i = 0; i < sources.length; i++) {
                Tensor places = Create.filled(lengths[i], sources[i]);
                wider = Index.indexSelect(wider, x.rank() - 1 - i, places.to(x.device()));
            }
            y = scope.keep(wider == x ? Elementwise.clone(x) : wider);
        }
        if (!Graph.records(x)) {
            return y;
        }
        String node = mode == PadMode.CIRCULAR ? "CopySlices" : mode.node() + "Pad" + sources.length + "DBackward0";
        long[] before = x.shape().toArray();
        return Graph.record(node, y, null, Input.of(x, g -> {
            Tensor sum = g;
            for (int i = sources.length - 1; i >= 0; i--) {
                int dim = before.length - 1 - i;
                Tensor zeros = sum.newZeros(sum.shape().with(dim, before[dim]));
                sum = Index.indexAdd(
                        zeros, dim, Create.filled(lengths[i], sources[i]).to(g.device()), sum, 1);
            }
            return sum;
        }));
    }

    // ---- windows of images ----

    /**
     * How windows lie on an image: height first, then width.
     *
     * @param kernel sizes of a window
     * @param dilation from one element of a window to the next
     * @param padding zeros around the image
     * @param stride from one window to the next
     */
    public record Windows(long[] kernel, long[] dilation, long[] padding, long[] stride) {
        /** Windows one by one, without padding. */
        public static Windows of(long height, long width) {
            return new Windows(new long[] {height, width}, new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1});
        }

        /** How many windows there are along the height (0) or width (1) of an image. */
        long count(int axis, long size) {
            long reach = dilation[axis] * (kernel[axis] - 1) + 1;
            return Math.floorDiv(size + 2 * padding[axis] - reach, stride[axis]) + 1;
        }

        private void check(String op, long height, long width) {
            boolean pairs = kernel.length == 2 && dilation.length == 2 && padding.length == 2 && stride.length == 2;
            boolean right = pairs;
            for (int i = 0; i < 2 && right; i++) {
                right = kernel[i] > 0 && dilation[i] > 0 && padding[i] >= 0 && stride[i] > 0;
            }
            if (!right || count(0, height) < 1 || count(1, width) < 1) {
                throw new IllegalArgumentException(
                        op + ": no windows " + text() + " on an image of " + height + " x " + width);
            }
        }

        private String text() {
            return "kernel " + Arrays.toString(kernel) + ", dilation " + Arrays.toString(dilation) + ", padding "
                    + Arrays.toString(padding) + ", stride " + Arrays.toString(stride);
        }
    }

    /**
     * Every window of images as a column. {@code F.unfold}.
     *
     * @param x [n, channels, height, width] or without n
     * @param windows how they lie
     * @return [n, channels * kernel, windows], or without n
     */
    public static Tensor unfold(Tensor x, Windows windows) {
        Checks.computable("unfold", x);
        Checks.require(x.rank() == 3 || x.rank() == 4, "unfold", "takes images", x);
        long height = x.size(-2);
        long width = x.size(-1);
        windows.check("unfold", height, width);
        Tensor y;
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor images = x.rank() == 3 ? View.unsqueeze(x, 0) : x;
            long[] p = windows.padding;
            Tensor padded = constant(images, 0, p[1], p[1], p[0], p[0]);
            Shape columns = columns(images.shape(), windows);
            Tensor all = View.reshape(View.asStrided(padded, layout(padded, windows)), columns.toArray());
            y = scope.keep(View.detach(x.rank() == 3 ? View.squeeze(all, 0) : all));
        }
        return Graph.records(x)
                ? Graph.record("Im2ColBackward0", y, null, Input.of(x, g -> fold(g, height, width, windows)))
                : y;
    }

    /** [n, channels, kernel height, kernel width, rows of windows, columns of windows] on a padded image. */
    private static Layout layout(Tensor image, Windows w) {
        long rows = (image.size(2) - w.dilation[0] * (w.kernel[0] - 1) - 1) / w.stride[0] + 1;
        long columns = (image.size(3) - w.dilation[1] * (w.kernel[1] - 1) - 1) / w.stride[1] + 1;
        long[] s = image.strides();
        return Layout.of(
                Shape.of(image.size(0), image.size(1), w.kernel[0], w.kernel[1], rows, columns),
                new long[] {
                    s[0], s[1], s[2] * w.dilation[0], s[3] * w.dilation[1], s[2] * w.stride[0], s[3] * w.stride[1]
                },
                0);
    }

    private static Shape columns(Shape x, Windows w) {
        return Shape.of(
                x.size(0), x.size(1) * w.kernel[0] * w.kernel[1], w.count(0, x.size(2)) * w.count(1, x.size(3)));
    }

    /**
     * Columns put back as windows of images; where windows overlap they add up. {@code F.fold}.
     *
     * @param x [n, channels * kernel, windows] or without n
     * @param height of the images
     * @param width of the images
     * @param windows how they lie
     * @return [n, channels, height, width], or without n
     */
    public static Tensor fold(Tensor x, long height, long width, Windows windows) {
        Checks.floating("fold", x);
        Checks.require(x.rank() == 2 || x.rank() == 3, "fold", "takes columns", x);
        windows.check("fold", height, width);
        long[] k = windows.kernel;
        Shape image = Shape.of(x.rank() == 2 ? 1 : x.size(0), x.size(-2) / (k[0] * k[1]), height, width);
        Shape columns = columns(image, windows);
        Checks.require(
                columns.size(1) == x.size(-2) && columns.size(2) == x.size(-1),
                "fold",
                "there are other windows than these",
                x);
        Tensor y;
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            long[] p = windows.padding;
            Tensor padded = x.newZeros(Shape.of(image.size(0), image.size(1), height + 2 * p[0], width + 2 * p[1]));
            Tensor places = Tensor.arange(padded.count()).to(x.device());
            Tensor at = View.reshape(
                    View.asStrided(View.view(places, padded.shape().toArray()), layout(padded, windows)), -1);
            Index.scatterAdd_(View.view(padded, -1), 0, at, View.reshape(x, -1));
            Tensor images = constant(padded, 0, -p[1], -p[1], -p[0], -p[0]);
            y = scope.keep(x.rank() == 2 ? View.squeeze(images, 0).detach() : images);
        }
        return Graph.records(x) ? Graph.record("Col2ImBackward0", y, null, Input.of(x, g -> unfold(g, windows))) : y;
    }
}
