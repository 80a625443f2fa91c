package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Grads;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Index;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Other layouts of one storage: nothing is copied, a write into a view is a write into its base, and gradients follow.
 * The counterparts are those of {@code torch.Tensor}, as {@code permute}.
 *
 * {@snippet :
 * Tensor x = Tensor.zeros(2, 3);
 * View.select(x, 0, 1).fill_(7); // writes into x
 * System.out.println(x.sum().item()); // 21.0
 * }
 */
public final class View {
    /** Of a list of views: each costs an object, and nobody looks at more. */
    private static final long MOST_PARTS = 1L << 24;

    private View() {}

    /**
     * Another shape of the same count; {@code torch.Tensor.view}.
     *
     * @param x any
     * @param sizes of which one may be -1, for whatever is left
     * @throws IllegalArgumentException if the counts differ, or x's strides allow no view; reshape copies then
     */
    public static Tensor view(Tensor x, long... sizes) {
        Shape target = inferred("view", x, sizes);
        Layout layout = x.layout().view(target);
        if (layout == null) {
            throw new IllegalArgumentException("view: no strides describe it, use reshape: " + x.describe()
                    + " with strides " + Arrays.toString(x.strides()) + ", shape " + target);
        }
        return viewed(x, layout);
    }

    private static Tensor viewed(Tensor x, Layout layout) {
        long[] before = x.shape().toArray();
        return Graph.view("ViewBackward0", x, layout, g -> reshape(g, before));
    }

    /** Another shape of the same count, as a view where one can be, else as a copy. {@code torch.reshape}. */
    public static Tensor reshape(Tensor x, long... sizes) {
        Shape target = inferred("reshape", x, sizes);
        Layout layout = x.layout().view(target);
        return layout != null ? viewed(x, layout) : view(Elementwise.clone(x), target.toArray());
    }

    private static Shape inferred(String op, Tensor x, long... sizes) {
        long known = 1;
        int open = -1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1 && open < 0) {
                open = i;
            } else if (sizes[i] < 0) {
                throw new IllegalArgumentException(
                        op + ": a size is negative, or -1 twice: " + Arrays.toString(sizes) + " of " + x.describe());
            } else if (Math.multiplyHigh(known, sizes[i]) != 0 || known * sizes[i] < 0) {
                throw new IllegalArgumentException(
                        op + ": too many elements: " + Arrays.toString(sizes) + " of " + x.describe());
            } else {
                known *= sizes[i];
            }
        }
        long[] full = sizes.clone();
        if (open >= 0) {
            if (known == 0 || x.count() % known != 0) {
                throw new IllegalArgumentException(
                        op + ": no size fits for -1: " + Arrays.toString(sizes) + " of " + x.describe());
            }
            full[open] = x.count() / known;
        }
        Shape shape = Shape.of(full);
        if (shape.count() != x.count()) {
            throw new IllegalArgumentException(op + ": counts differ: " + x.describe() + " has " + x.count()
                    + " elements, shape " + Arrays.toString(sizes) + " has " + shape.count());
        }
        return shape;
    }

    /** Two dimensions exchanged; negative ones count from the last. {@code torch.transpose}. */
    public static Tensor transpose(Tensor x, int a, int b) {
        int first = x.shape().dim(a, "transpose");
        int second = x.shape().dim(b, "transpose");
        return Graph.view(
                "TransposeBackward0", x, x.layout().transpose(first, second), g -> transpose(g, first, second));
    }

    /** A matrix transposed; rank 0 and 1 as they are. {@code torch.t}. */
    public static Tensor t(Tensor x) {
        Checks.require(x.rank() <= 2, "t", "takes a matrix at most", x);
        if (x.rank() < 2) {
            return Graph.view("AliasBackward0", x, x.layout(), g -> g);
        }
        return Graph.view("TBackward0", x, x.layout().transpose(0, 1), g -> t(g));
    }

    /** The dimensions in another order: dimension i of the result is order[i]. {@code torch.permute}. */
    public static Tensor permute(Tensor x, int... order) {
        int rank = x.rank();
        int[] from = new int[rank];
        int[] back = new int[rank];
        Arrays.fill(back, -1);
        if (order.length != rank) {
            throw new IllegalArgumentException(
                    "permute: the order has " + order.length + " dimensions: " + x.describe());
        }
        for (int i = 0; i < rank; i++) {
            from[i] = x.shape().dim(order[i], "permute");
            if (back[from[i]] >= 0) {
                throw new IllegalArgumentException(
                        "permute: a dimension appears twice: " + Arrays.toString(order) + " of " + x.describe());
            }
            back[from[i]] = i;
        }
        return Graph.view("PermuteBackward0", x, x.layout().permute(from), g -> permute(g, back));
    }

    /**
     * Sizes of 1 repeated without a copy, and new dimensions in front; {@code torch.Tensor.expand}.
     *
     * @param sizes to reach; -1 keeps a size
     */
    public static Tensor expand(Tensor x, long... sizes) {
        long[] full = sizes.clone();
        int added = sizes.length - x.rank();
        for (int i = 0; i < full.length; i++) {
            if (full[i] == -1 && i >= added) {
                full[i] = x.size(i - added);
            }
        }
        Layout layout = x.layout().expand("expand", Shape.of(full));
        Shape before = x.shape();
        return Graph.view("ExpandBackward0", x, layout, g -> Reduce.sumTo(g, before));
    }

    /** Without the dimensions of size 1. {@code torch.squeeze}. */
    public static Tensor squeeze(Tensor x) {
        Layout layout = x.layout();
        for (int i = x.rank() - 1; i >= 0; i--) {
            if (x.size(i) == 1) {
                layout = layout.squeeze(i);
            }
        }
        long[] before = x.shape().toArray();
        return Graph.view("SqueezeBackward0", x, layout, g -> reshape(g, before));
    }

    /** Without a dimension, where its size is 1; else as it is. */
    public static Tensor squeeze(Tensor x, int dim) {
        int at = Checks.dim("squeeze", x.shape(), dim);
        boolean drops = x.rank() > 0 && x.size(at) == 1;
        return Graph.view(
                "SqueezeBackward1", x, drops ? x.layout().squeeze(at) : x.layout(), g -> drops ? unsqueeze(g, at) : g);
    }

    /** With a new dimension of size 1 at dim, which may be the rank; negative counts from behind the last. */
    public static Tensor unsqueeze(Tensor x, int dim) {
        int rank = x.rank();
        if (dim < -rank - 1 || dim > rank) {
            throw new IllegalArgumentException(
                    "unsqueeze: dimension " + dim + " is outside " + (-rank - 1) + ".." + rank + ": " + x.describe());
        }
        int at = dim < 0 ? dim + rank + 1 : dim;
        return Graph.view("UnsqueezeBackward0", x, x.layout().unsqueeze(at), g -> squeeze(g, at));
    }

    /** The dimensions from start to end, both included, as one. {@code torch.flatten}. */
    public static Tensor flatten(Tensor x, int start, int end) {
        if (x.rank() == 0) {
            return reshape(x, 1);
        }
        int first = x.shape().dim(start, "flatten");
        int last = x.shape().dim(end, "flatten");
        if (first > last) {
            throw new IllegalArgumentException(
                    "flatten: start " + start + " comes after end " + end + ": " + x.describe());
        }
        if (first == last) {
            return x;
        }
        long[] sizes = new long[x.rank() - (last - first)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i < first ? x.size(i) : i == first ? 1 : x.size(i + last - first);
        }
        for (int i = first; i <= last; i++) {
            sizes[first] *= x.size(i);
        }
        return reshape(x, sizes);
    }

    /** One index of a dimension, which goes away; negative counts from the end. {@code torch.select}. */
    public static Tensor select(Tensor x, int dim, long index) {
        int at = x.shape().dim(dim, "select");
        long size = x.size(at);
        if (index < -size || index >= size) {
            throw new IllegalArgumentException("select: index " + index + " is outside " + -size + ".." + (size - 1)
                    + " in dimension " + at + ": " + x.describe());
        }
        long place = index < 0 ? index + size : index;
        Shape before = x.shape();
        return Graph.view("SelectBackward0", x, x.layout().select(at, place), g -> {
            Tensor whole = g.newZeros(before);
            select(whole, at, place).copy_(g);
            return whole;
        });
    }

    /** A stretch of a dimension. {@code torch.narrow}. */
    public static Tensor narrow(Tensor x, int dim, long start, long length) {
        int at = x.shape().dim(dim, "narrow");
        long size = x.size(at);
        long first = start < 0 ? start + size : start;
        if (first < 0 || length < 0 || first > size - length) {
            throw new IllegalArgumentException("narrow: start " + start + " and length " + length + " leave dimension "
                    + at + ": " + x.describe());
        }
        return slice(x, at, first, first + length, 1);
    }

    /**
     * Every step-th of a dimension from start up to, not including, end; {@code x[start:end:step]}: negative ones count
     * from the end, and both are cut to the size.
     */
    public static Tensor slice(Tensor x, int dim, long start, long end, long step) {
        int at = x.shape().dim(dim, "slice");
        if (step < 1) {
            throw new IllegalArgumentException("slice: step is below 1: " + step);
        }
        long size = x.size(at);
        long first = Math.clamp(start < 0 ? start + size : start, 0L, size);
        long last = Math.clamp(end < 0 ? end + size : end, first, Math.max(first, size));
        Shape before = x.shape();
        return Graph.view("SliceBackward0", x, x.layout().slice(at, first, last, step), g -> {
            Tensor whole = g.newZeros(before);
            slice(whole, at, first, last, step).copy_(g);
            return whole;
        });
    }

    /**
     * Several dimensions indexed at once, as in {@code x[0, :, 1:3, ...]}; what is not named stays whole. Tensors of
     * indexes are for {@link Indexing#index}, which copies.
     *
     * @throws IllegalArgumentException if there are too many, two ellipses, or an index out of range
     */
    public static Tensor index(Tensor x, Index... at) {
        int whole = x.rank() - consumed(x, at);
        Tensor y = x;
        int dim = 0;
        for (Index i : at) {
            switch (i) {
                case Index.At one -> y = select(y, dim, one.index());
                case Index.Slice s -> {
                    y = s.equals(Index.all()) ? y : slice(y, dim, s.start(), s.end(), s.step());
                    dim++;
                }
                case Index.NewAxis axis -> y = unsqueeze(y, dim++);
                case Index.Ellipsis rest -> dim += whole;
                case Index.Of places ->
                    throw new IllegalArgumentException("index: a view takes no tensor of indexes: "
                            + places.tensor().describe());
            }
        }
        return y == x ? Graph.view("AliasBackward0", x, x.layout(), g -> g) : y;
    }

    /** How many dimensions of x are named; at most its rank. */
    static int consumed(Tensor x, Index... at) {
        int consumed = 0;
        int ellipses = 0;
        for (Index i : at) {
            consumed += switch (i) {
                case Index.At one -> 1;
                case Index.Slice s -> 1;
                case Index.Of places -> Places.dimensions(places.tensor());
                case Index.NewAxis axis -> 0;
                case Index.Ellipsis rest -> 0;
            };
            ellipses += i instanceof Index.Ellipsis ? 1 : 0;
        }
        if (consumed > x.rank()) {
            throw new IllegalArgumentException(
                    "index: " + consumed + " indexes for rank " + x.rank() + ": " + x.describe());
        }
        if (ellipses > 1) {
            throw new IllegalArgumentException("index: two ellipses: " + x.describe());
        }
        return consumed;
    }

    /** Each index of a dimension; {@code torch.unbind}. */
    public static List<Tensor> unbind(Tensor x, int dim) {
        int at = x.shape().dim(dim, "unbind");
        requireParts("unbind", x.size(at), x);
        List<Layout> layouts = new ArrayList<>();
        for (long i = 0; i < x.size(at); i++) {
            layouts.add(x.layout().select(at, i));
        }
        return parts("UnbindBackward0", x, layouts, gradients -> Join.stack(gradients, at));
    }

    private static void requireParts(String op, long count, Tensor x) {
        if (count > MOST_PARTS) {
            throw new IllegalArgumentException(op + ": too many parts for a list: " + count + " of " + x.describe());
        }
    }

    /** Views of x under one node: their gradients come together, those that are missing as zeros. */
    private static List<Tensor> parts(
            String node, Tensor x, List<Layout> layouts, Function<List<Tensor>, Tensor> join) {
        Tensor[] parts = new Tensor[layouts.size()];
        try (GradMode off = GradMode.noGrad()) {
            Arrays.setAll(parts, i -> Graph.view(node, x, layouts.get(i), g -> g));
        }
        if (parts.length > 0 && Graph.records(x)) {
            Graph.record(node, parts, null, Input.many(x, grads -> join.apply(complete(grads, layouts))));
        }
        return List.of(parts);
    }

    private static List<Tensor> complete(Grads grads, List<Layout> layouts) {
        Tensor some = null;
        for (int i = 0; i < grads.size() && some == null; i++) {
            some = grads.get(i);
        }
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; i < grads.size() && some != null; i++) {
            Tensor g = grads.get(i);
            all.add(g == null ? some.newZeros(layouts.get(i).shape()) : g);
        }
        return all;
    }

    /** Each index of the first dimension, made one by one as the stream is read. */
    public static Stream<Tensor> rows(Tensor x) {
        Checks.require(x.rank() > 0, "rows", "takes no rank 0", x);
        return LongStream.range(0, x.size(0)).mapToObj(i -> select(x, 0, i));
    }

    /** Stretches of a size, the last may be shorter; {@code torch.split}. */
    public static List<Tensor> split(Tensor x, long size, int dim) {
        int at = x.shape().dim(dim, "split");
        if (size < 1) {
            throw new IllegalArgumentException("split: size is below 1: " + size);
        }
        long count = Math.max(1, Math.ceilDiv(x.size(at), size)); // of nothing: one, empty
        requireParts("split", count, x);
        long[] sizes = new long[(int) count];
        Arrays.setAll(sizes, i -> Math.min(size, x.size(at) - i * size));
        return stretches("SplitBackward0", x, sizes, at);
    }

    /** Stretches of these sizes, which add up to the dimension's; {@code torch.split} with a list. */
    public static List<Tensor> split(Tensor x, long[] sizes, int dim) {
        int at = x.shape().dim(dim, "split");
        long sum = 0;
        for (long size : sizes) {
            sum = size < 0 || sum < 0 ? -1 : sum + size;
        }
        if (sum != x.size(at)) {
            throw new IllegalArgumentException("split: sizes do not add up to dimension " + at + ": "
                    + Arrays.toString(sizes) + " of " + x.describe());
        }
        return stretches("SplitWithSizesBackward0", x, sizes, at);
    }

    private static List<Tensor> stretches(String node, Tensor x, long[] sizes, int dim) {
        List<Layout> layouts = new ArrayList<>();
        long first = 0;
        for (long size : sizes) {
            layouts.add(x.layout().slice(dim, first, first + size, 1));
            first += size;
        }
        return parts(node, x, layouts, gradients -> Join.cat(gradients, dim));
    }

    /** At most so many stretches of one size, the last may be shorter; {@code torch.chunk}. */
    public static List<Tensor> chunk(Tensor x, long chunks, int dim) {
        int at = x.shape().dim(dim, "chunk");
        if (chunks < 1) {
            throw new IllegalArgumentException("chunk: chunks are below 1: " + chunks);
        }
        if (chunks > MOST_PARTS) {
            throw new IllegalArgumentException("chunk: too many chunks for a list: " + chunks);
        }
        long size = Math.ceilDiv(x.size(at), chunks);
        return size == 0 ? split(x, new long[(int) chunks], at) : split(x, size, at);
    }

    /**
     * Dimensions moved to other places, the others keep their order. {@code torch.movedim}.
     *
     * @param from dimensions of x
     * @param to where they go, as many
     */
    public static Tensor movedim(Tensor x, int[] from, int[] to) {
        int rank = x.rank();
        if (from.length != to.length) {
            throw new IllegalArgumentException(
                    "movedim: " + from.length + " dimensions to " + to.length + " places: " + x.describe());
        }
        int[] order = new int[rank];
        boolean[] moves = new boolean[rank];
        Arrays.fill(order, -1);
        for (int i = 0; i < from.length; i++) {
            int source = x.shape().dim(from[i], "movedim");
            int place = x.shape().dim(to[i], "movedim");
            if (moves[source] || order[place] >= 0) {
                throw new IllegalArgumentException("movedim: a dimension appears twice: " + Arrays.toString(from)
                        + " to " + Arrays.toString(to) + " of " + x.describe());
            }
            moves[source] = true;
            order[place] = source;
        }
        int next = 0;
        for (int i = 0; i < rank; i++) {
            if (order[i] < 0) {
                while (moves[next]) {
                    next++;
                }
                order[i] = next++;
            }
        }
        return permute(x, order);
    }

    /**
     * Every window of a dimension, as a new last dimension; windows may overlap. {@code torch.Tensor.unfold}.
     *
     * @param dim to go along
     * @param size of a window
     * @param step from one window to the next
     * @return x's shape with the number of windows at dim, and a last dimension of size
     */
    public static Tensor unfold(Tensor x, int dim, long size, long step) {
        int at = Checks.dim("unfold", x.shape(), dim);
        if (x.rank() == 0) {
            return unfold(view(x, 1), 0, size, step).squeeze(0);
        }
        // The stride of the windows is computed even where there is one window only: it must be a long, twice over.
        if (size < 0
                || size > x.size(at)
                || step < 1
                || Math.multiplyHigh(Math.max(1, x.strides()[at]), 2 * step) != 0) {
            throw new IllegalArgumentException("unfold: no windows of size " + size + " in steps of " + step
                    + " along dimension " + at + ": " + x.describe());
        }
        long windows = (x.size(at) - size) / step + 1;
        long[] sizes = Arrays.copyOf(x.shape().toArray(), x.rank() + 1);
        long[] strides = Arrays.copyOf(x.strides(), x.rank() + 1);
        sizes[at] = windows;
        sizes[x.rank()] = size;
        strides[x.rank()] = strides[at];
        strides[at] *= step;
        Layout layout = Layout.of(Shape.of(sizes), strides, x.layout().offset());
        Shape before = x.shape();
        return Graph.view("UnfoldBackward0", x, layout, g -> {
            Tensor places = unfold(Tensor.arange(before.size(at)).to(g.device()), 0, size, step);
            Tensor parts = movedim(g, new int[] {-1}, new int[] {at + 1});
            return dev.gatun.autograd.ops.Index.indexAdd(
                    g.newZeros(before), at, reshape(places, -1), flatten(parts, at, at + 1), 1);
        });
    }

    /** Any layout of the storage; {@code torch.as_strided}. The gradient comes back to x's own elements. */
    public static Tensor asStrided(Tensor x, Layout layout) {
        if (!layout.isWithin(x.dtype().elementsIn(x.storage("asStrided").bytes()))) {
            throw new IllegalArgumentException(
                    "asStrided: the layout leaves the storage of " + x.describe() + ": " + layout);
        }
        Layout geometry = x.layout();
        return Graph.view("AsStridedBackward0", x, layout, g -> {
            Layout own = layout.shifted(-geometry.offset());
            if (own.overlapsItself()) { // elements that share a place add up
                Tensor places = asStrided(Tensor.arange(own.end()).to(g.device()), own);
                Shape room = Shape.of(
                        Math.max(own.end(), geometry.shifted(-geometry.offset()).end()));
                Tensor flat = dev.gatun.autograd.ops.Index.indexAdd(
                        g.newZeros(room), 0, reshape(places, -1), reshape(g, -1), 1);
                return asStrided(flat, geometry.shifted(-geometry.offset()));
            }
            Tensor whole = Elementwise.cloneAs(g.newZeros(geometry.shape()), geometry);
            asStrided(whole, own).copy_(g);
            return whole;
        });
    }

    /** The same elements without a history; writes are seen by both. {@code torch.Tensor.detach}. */
    public static Tensor detach(Tensor x) {
        return detached(x, x.layout());
    }

    /** A tensor of its own over x's storage under another layout: no view, no history. */
    static Tensor detached(Tensor x, Layout layout) {
        NdArray array = x.alias(layout);
        Tensor y = Tensor.wrap(array);
        array.release();
        return y;
    }
}
