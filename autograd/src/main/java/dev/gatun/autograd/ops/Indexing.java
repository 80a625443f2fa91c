package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Index;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.ScatterOp;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands between brackets: {@code x[0, ..., mask]} read, and {@code x[places] = v} written, by PyTorch's rules: first the
 * ranges and single indexes, as views, then the tensors, broadcast together. Tensors of indexes that stand apart put
 * their dimensions first.
 */
public final class Indexing {
    private Indexing() {}

    /**
     * {@code x[at]}: a view where no tensor of indexes is among them, else a copy.
     *
     * @throws IllegalArgumentException if there are too many, two ellipses, or an index out of range
     */
    public static Tensor index(Tensor x, Index... at) {
        if (!hasTensors(at)) {
            return View.index(x, at);
        }
        if (at.length == 1 && at[0] instanceof Index.Of one && one.tensor().dtype() == DType.BOOL) {
            Tensor mask = one.tensor();
            if (mask.rank() > 0 && mask.shape().equals(x.shape())) {
                return Mask.select("IndexBackward0", x, mask);
            }
        }
        Places places = Places.of(x, at);
        return read(places.ranges(x, at), places);
    }

    /**
     * In place: {@code x[at] = values}, broadcast and cast to x. {@code Tensor.index_put_}.
     *
     * @param x any dtype
     * @param at the brackets
     * @param values broadcast to what is indexed
     * @param accumulate whether values are added to what is there, one after the other; else the last one stays
     * @return x
     * @throws IllegalArgumentException if the values do not broadcast to what is indexed, or an index is out of range
     */
    public static Tensor indexPut_(Tensor x, List<Index> at, Tensor values, boolean accumulate) {
        Index[] brackets = at.toArray(Index[]::new);
        if (!hasTensors(brackets)) {
            Tensor region = View.index(x, brackets);
            if (accumulate) {
                region.add_(values);
            } else {
                region.copy_(values);
            }
            return x;
        }
        Checks.sameDevice("indexPut_", x, values);
        Checks.require(!accumulate || x.dtype() != DType.BOOL, "indexPut_", "bool has no arithmetic, cast it first", x);
        Places places = Places.of(x, brackets);
        values.layout().expand("indexPut_", places.result);
        Tensor region = places.ranges(x, brackets);
        boolean records = Graph.checkWrite("indexPut_", region, values);
        write(region, places, values, accumulate);
        region.storage("indexPut_").touch();
        if (records) {
            Saved saved = Saved.of(places.linear);
            Graph.recordWrite(
                    "IndexPutBackward0",
                    region,
                    saved,
                    Input.of(region, g -> accumulate ? g : cleared(g, places.with(saved.get(0)))),
                    Input.of(values, g -> Reduce.sumTo(read(g, places.with(saved.get(0))), values.shape())));
        }
        return x;
    }

    /** As {@link #indexPut_}, on a copy. {@code torch.index_put}. */
    public static Tensor indexPut(Tensor x, List<Index> at, Tensor values, boolean accumulate) {
        return indexPut_(Elementwise.clone(x), at, values, accumulate);
    }

    /**
     * Elements of x as if it were flat, at an index (I64, negative ones count from the end). {@code torch.take}.
     *
     * @return the index's shape
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor take(Tensor x, Tensor index) {
        Checks.indexes("take", index);
        Checks.sameDevice("take", x, index);
        Places places = Places.ofFlat(x, index);
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            y = read(View.reshape(x, -1), places);
        }
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(places.linear);
        long[] before = x.shape().toArray();
        return Graph.record(
                "TakeBackward0", y, saved, Input.of(x, g -> View.reshape(added(g, places.with(saved.get(0))), before)));
    }

    // ---- one tensor, already viewed by the ranges ----

    private static Tensor read(Tensor x, Places places) {
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            Tensor chosen = dev.gatun.autograd.ops.Index.indexSelect(places.merged(x), places.first, places.linear);
            y = View.reshape(chosen, places.result.toArray());
        }
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(places.linear);
        return Graph.record("IndexBackward0", y, saved, Input.of(x, g -> added(g, places.with(saved.get(0)))));
    }

    /** Zeros of what is indexed, with the gradient added at the places. */
    private static Tensor added(Tensor g, Places places) {
        Tensor sum = dev.gatun.autograd.ops.Index.indexAdd(
                g.newZeros(places.mergedShape()), places.first, places.linear, places.flat(g), 1);
        return places.apart(sum);
    }

    /** A gradient without what was overwritten. */
    private static Tensor cleared(Tensor g, Places places) {
        return places.apart(dev.gatun.autograd.ops.Index.indexFill(places.merged(g), places.first, places.linear, 0));
    }

    private static void write(Tensor x, Places places, Tensor values, boolean accumulate) {
        try (GradMode off = GradMode.noGrad()) {
            Tensor ordered = View.permute(x, places.order);
            Layout joined = ordered.layout().view(places.mergedShape());
            Tensor target = joined != null ? View.detached(x, joined) : places.merged(x);
            boolean shared = values.storage("indexPut_") == x.storage("indexPut_");
            Tensor own = (shared ? Elementwise.clone(values) : values).to(x.dtype());
            Tensor source = places.flat(View.expand(own, places.result.toArray()));
            x.device()
                    .kernels()
                    .index()
                    .scatter(accumulate ? ScatterOp.ADD : ScatterOp.SET, target, places.first, places.linear, source);
            if (joined == null) { // no one stride goes through the dimensions that are indexed
                ordered.copy_(View.reshape(target, ordered.shape().toArray()));
            }
        }
    }

    private static boolean hasTensors(Index... at) {
        for (Index i : at) {
            if (i instanceof Index.Of) {
                return true;
            }
        }
        return false;
    }

    /** How many dimensions a tensor of indexes stands for: a mask for as many as it has. */
    static int dimensions(Tensor index) {
        boolean mask = index.dtype() == DType.BOOL;
        Checks.require(mask || index.dtype() == DType.I64, "index", "an index is i64 or bool", index);
        Checks.require(!mask || index.rank() > 0, "index", "a mask has at least one dimension", index);
        return mask ? index.rank() : 1;
    }

    /**
     * Where tensors of indexes point: the dimensions that they stand for are brought together and taken as one, of which
     * linear has the indexes.
     */
    private static final class Places {
        final Shape before; // of what the ranges leave
        final int[] order; // its dimensions, with those that are indexed together
        final int first; // of these
        final int joined; // how many they are
        final Shape result;
        final Tensor linear; // I64 [n]

        private Places(Shape before, int[] order, int first, int joined, Shape result, Tensor linear) {
            this.before = before;
            this.order = order;
            this.first = first;
            this.joined = joined;
            this.result = result;
            this.linear = linear;
        }

        Places with(Tensor saved) {
            return new Places(before, order, first, joined, result, saved);
        }

        static Places ofFlat(Tensor x, Tensor index) {
            Tensor linear = zeros(index.shape(), index);
            x.device().kernels().index().linear(index, x.count(), linear);
            return new Places(
                    Shape.of(x.count()), new int[] {0}, 0, 1, index.shape(), View.view(linear, index.count()));
        }

        static Places of(Tensor x, Index... at) {
            int whole = x.rank() - View.consumed(x, at);
            Tensor viewed = rangesOf(x.detach(), at);
            boolean[] indexed = new boolean[viewed.rank()];
            List<Tensor> tensors = new ArrayList<>();
            List<Long> sizes = new ArrayList<>();
            Shape broadcast = Shape.scalar();
            int dim = 0;
            for (Index i : at) {
                switch (i) {
                    case Index.At one -> {}
                    case Index.Slice s -> dim++;
                    case Index.NewAxis axis -> dim++;
                    case Index.Ellipsis rest -> dim += whole;
                    case Index.Of of -> {
                        Tensor index = flatIndex(viewed, dim, of.tensor());
                        broadcast = Shape.broadcast("index", broadcast, index.shape());
                        long size = 1;
                        for (int d = 0; d < dimensions(of.tensor()); d++) {
                            size *= viewed.size(dim);
                            indexed[dim++] = true;
                        }
                        tensors.add(index);
                        sizes.add(size);
                    }
                }
            }
            Tensor linear = zeros(broadcast, x);
            for (int i = 0; i < tensors.size(); i++) {
                Tensor index = View.expand(tensors.get(i), broadcast.toArray());
                x.device().kernels().index().linear(index, sizes.get(i), linear);
            }
            return joined(viewed.shape(), indexed, broadcast, linear);
        }

        /** Indexes into the dimensions that a tensor stands for, taken as one. */
        private static Tensor flatIndex(Tensor x, int dim, Tensor index) {
            Checks.sameDevice("index", x, index);
            if (index.dtype() != DType.BOOL) {
                return index;
            }
            for (int d = 0; d < index.rank(); d++) {
                Checks.require(
                        index.size(d) == x.size(dim + d),
                        "index",
                        "the mask does not fit at dimension " + dim,
                        index,
                        x);
            }
            return Mask.places(index);
        }

        private static Tensor zeros(Shape shape, Tensor on) {
            return Create.full(on.device(), DType.I64, shape, 0);
        }

        private static Places joined(Shape before, boolean[] indexed, Shape broadcast, Tensor linear) {
            int count = 0;
            int first = -1;
            int last = -1;
            for (int d = 0; d < indexed.length; d++) {
                if (indexed[d]) {
                    count++;
                    first = first < 0 ? d : first;
                    last = d;
                }
            }
            int place = last - first + 1 == count ? first : 0;
            int[] order = new int[indexed.length];
            long[] result = new long[before.rank() - count + broadcast.rank()];
            int own = place;
            int other = 0;
            for (int d = 0; d < indexed.length; d++) {
                if (indexed[d]) {
                    order[own++] = d;
                } else {
                    other = other == place ? place + count : other;
                    order[other++] = d;
                }
            }
            for (int i = 0; i < result.length; i++) {
                boolean inside = i >= place && i < place + broadcast.rank();
                int from = i < place ? i : i - broadcast.rank() + count;
                result[i] = inside ? broadcast.size(i - place) : before.size(order[from]);
            }
            return new Places(before, order, place, count, Shape.of(result), View.view(linear, linear.count()));
        }

        /** What the ranges and single indexes leave of x. */
        Tensor ranges(Tensor x, Index... at) {
            return rangesOf(x, at);
        }

        private static Tensor rangesOf(Tensor x, Index... at) {
            List<Index> ranges = new ArrayList<>();
            boolean whole = true;
            for (Index i : at) {
                if (i instanceof Index.Of of) {
                    for (int d = 0; d < dimensions(of.tensor()); d++) {
                        ranges.add(Index.all());
                    }
                } else {
                    ranges.add(i);
                    whole &= i.equals(Index.all()) || i instanceof Index.Ellipsis;
                }
            }
            return whole ? x : View.index(x, ranges.toArray(Index[]::new));
        }

        Shape mergedShape() {
            return shape(joined, product());
        }

        /** The sizes in order, with others in the place of the indexed ones. */
        private Shape shape(int dropped, long... instead) {
            long[] sizes = new long[order.length - dropped + instead.length];
            for (int i = 0; i < sizes.length; i++) {
                boolean inside = i >= first && i < first + instead.length;
                int from = i < first ? i : i - instead.length + dropped;
                sizes[i] = inside ? instead[i - first] : before.size(order[from]);
            }
            return Shape.of(sizes);
        }

        private long product() {
            long product = 1;
            for (int i = first; i < first + joined; i++) {
                product *= before.size(order[i]);
            }
            return product;
        }

        /** x with the indexed dimensions as one. */
        Tensor merged(Tensor x) {
            return View.reshape(View.permute(x, order), mergedShape().toArray());
        }

        /** The dimensions of x's shape back from the merged ones. */
        Tensor apart(Tensor merged) {
            long[] sizes = new long[order.length];
            int[] back = new int[order.length];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = before.size(order[i]);
                back[order[i]] = i;
            }
            return View.permute(View.reshape(merged, sizes), back);
        }

        /** Something of the result's shape with the dimensions of the indexes as one. */
        Tensor flat(Tensor x) {
            return View.reshape(x, shape(joined, linear.count()).toArray());
        }
    }
}
