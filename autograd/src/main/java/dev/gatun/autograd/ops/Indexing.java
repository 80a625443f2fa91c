package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Index;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ScatterOp;
import java.util.List;

/**
 * What stands between brackets: {@code x[0, ..., mask]} read, and {@code x[places] = v} written, by PyTorch's rules: first the
 * ranges and single indexes, as views, then the tensors, broadcast together. Tensors of indexes that stand apart put
 * their dimensions first. What stands behind a mask of several dimensions goes on behind all of these, as in NumPy;
 * PyTorch counts such a mask as one. The counterparts are the brackets of {@code torch.Tensor} and {@code torch.take}.
 *
 * {@snippet :
 * Tensor x = Tensor.arange(6).view(2, 3);
 * System.out.println(Indexing.take(x, Tensor.of(0L, 5L))); // tensor([0, 5])
 * }
 */
public final class Indexing {
    private Indexing() {}

    /**
     * {@code x[at]}: a view where no tensor of indexes is among them, else a copy.
     *
     * @throws IllegalArgumentException if there are too many, two ellipses, or an index out of range
     */
    public static Tensor index(Tensor x, Index... brackets) {
        Index[] at = selected(brackets);
        if (!hasTensors(at)) {
            return View.index(x, at);
        }
        if (at.length == 1 && at[0] instanceof Index.Of one && one.tensor().dtype() == DType.BOOL) {
            Tensor mask = one.tensor();
            if (mask.rank() > 0 && mask.shape().equals(x.shape())) {
                return Mask.select("IndexBackward0", x, mask);
            }
        }
        Places.Indexed indexed = Places.of(x, at);
        return read(Places.ranges(x, at), indexed.places(), indexed.linear());
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
        Index[] brackets = selected(at.toArray(Index[]::new));
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
        if (accumulate) {
            Checks.computable("indexPut_", x);
            Checks.require(x.dtype() != DType.BOOL, "indexPut_", "bool has no arithmetic, cast it first", x);
        }
        Places.Indexed indexed = Places.of(x, brackets);
        Places places = indexed.places();
        values.layout().expand("indexPut_", places.result);
        Tensor region = Places.ranges(x, brackets);
        boolean records = Graph.checkWrite("indexPut_", region, values);
        write(region, places, indexed.linear(), values, accumulate);
        region.storage("indexPut_").touch();
        if (records) {
            Saved saved = Saved.of(indexed.linear());
            Shape given = values.shape();
            Graph.recordWrite(
                    "IndexPutBackward0",
                    region,
                    saved,
                    Input.of(region, g -> accumulate ? g : cleared(g, places, saved.get(0))),
                    Input.of(values, g -> Reduce.sumTo(read(g, places, saved.get(0)), given)));
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
        Places.Indexed indexed = Places.ofFlat(x, index);
        Places places = indexed.places();
        Tensor y = values(x, places, indexed.linear());
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(indexed.linear());
        return Graph.record("TakeBackward0", y, saved, Input.of(x, g -> added(g, places, saved.get(0))));
    }

    // ---- one tensor, already viewed by the ranges ----

    private static Tensor read(Tensor x, Places places, Tensor linear) {
        Tensor y = values(x, places, linear);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(linear);
        return Graph.record("IndexBackward0", y, saved, Input.of(x, g -> added(g, places, saved.get(0))));
    }

    /** What stands at the places, past the graph; a tensor of its own and no view. */
    private static Tensor values(Tensor x, Places places, Tensor linear) {
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor y = dev.gatun.autograd.ops.Index.indexSelect(places.merged(x), places.first, linear);
            boolean same = y.shape().equals(places.result);
            return scope.keep(same ? y : View.detach(View.view(y, places.result.toArray())));
        }
    }

    /** Zeros of what is indexed, with the gradient added at the places. */
    private static Tensor added(Tensor g, Places places, Tensor linear) {
        Tensor sum = dev.gatun.autograd.ops.Index.indexAdd(
                g.newZeros(places.mergedShape()), places.first, linear, places.flat(g, linear.count()), 1);
        return places.apart(sum);
    }

    /** A gradient without what was overwritten. */
    private static Tensor cleared(Tensor g, Places places, Tensor linear) {
        return places.apart(dev.gatun.autograd.ops.Index.indexFill(places.merged(g), places.first, linear, 0));
    }

    private static void write(Tensor x, Places places, Tensor linear, Tensor values, boolean accumulate) {
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor ordered = View.permute(x, places.order);
            Layout joined = ordered.layout().view(places.mergedShape());
            Tensor target = joined != null ? View.detached(x, joined) : places.merged(x);
            boolean shared = InPlace.shareMemory("indexPut_", x, values);
            Tensor own = (shared ? Elementwise.clone(values) : values).to(x.dtype());
            Tensor source = places.flat(View.expand(own, places.result.toArray()), linear.count());
            x.device()
                    .kernels()
                    .index()
                    .scatter(accumulate ? ScatterOp.ADD : ScatterOp.SET, target, places.first, linear, source);
            if (joined == null) { // no one stride goes through the dimensions that are indexed
                ordered.copy_(View.reshape(target, ordered.shape().toArray()));
            }
        }
    }

    /** The brackets with an index in place of a tensor that holds just one, without dimensions. */
    private static Index[] selected(Index... at) {
        Index[] brackets = at;
        for (int i = 0; i < at.length; i++) {
            if (at[i] instanceof Index.Of of
                    && of.tensor().rank() == 0
                    && of.tensor().dtype() == DType.I64) {
                brackets = brackets == at ? at.clone() : brackets;
                brackets[i] = Index.at(of.tensor().itemLong());
            }
        }
        return brackets;
    }

    private static boolean hasTensors(Index... at) {
        for (Index i : at) {
            if (i instanceof Index.Of) {
                return true;
            }
        }
        return false;
    }
}
