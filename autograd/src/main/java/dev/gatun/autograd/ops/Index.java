package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.ScatterOp;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reading and writing along one dimension by index (I64). Index values are checked before anything is written; several that
 * name one place are taken in their order, so that results have the same bits for any number of threads. The
 * counterparts are those of {@code torch}, as {@code torch.gather}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}});
 * System.out.println(Index.gather(x, 1, Tensor.of(new long[][] {{1}, {0}})).flatten()); // tensor([2., 3.])
 * System.out.println(Index.oneHot(Tensor.of(0L, 2L), 3).get(1)); // tensor([0, 0, 1])
 * }
 */
public final class Index {
    /** How {@link #scatterReduce} joins what goes to one place. */
    public enum Reduce {
        /** The sum. */
        SUM(ScatterOp.ADD, 0),
        /** The product. */
        PROD(ScatterOp.MUL, 1),
        /** The sum divided by the count, rounded down for integers. */
        MEAN(ScatterOp.ADD, 0),
        /** The largest. */
        AMAX(ScatterOp.MAX, Double.NEGATIVE_INFINITY),
        /** The smallest. */
        AMIN(ScatterOp.MIN, Double.POSITIVE_INFINITY);

        private final ScatterOp kernel;
        private final double start;

        Reduce(ScatterOp kernel, double start) {
            this.kernel = kernel;
            this.start = start;
        }

        /** What a place holds before the first value, in a dtype. */
        private Number startIn(DType dtype) {
            if (dtype.isFloating() || Double.isFinite(start)) {
                return start;
            }
            boolean lowest = start < 0;
            return switch (dtype) {
                case I64 -> lowest ? Long.MIN_VALUE : Long.MAX_VALUE;
                case I32 -> lowest ? Integer.MIN_VALUE : Integer.MAX_VALUE;
                default -> lowest ? 0 : 255;
            };
        }
    }

    /** A gradient from the one that arrives and the index that was used. */
    @FunctionalInterface
    private interface Rule {
        @Nullable
        Tensor of(Tensor gradient, Tensor index);
    }

    private Index() {}

    // ---- reading ----

    /**
     * Entries of a dimension at an index. {@code torch.index_select}.
     *
     * @param x any dtype
     * @param dim of x
     * @param index I64 [n] or []
     * @return x's shape with size n at dim
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor indexSelect(Tensor x, int dim, Tensor index) {
        Tensor at = vector("indexSelect", x, index);
        int along = Checks.dim("indexSelect", x.shape(), dim);
        if (x.rank() == 0) {
            return View.squeeze(indexSelect(View.view(x, 1), 0, at), 0);
        }
        Tensor y = x.newEmpty(x.shape().with(along, at.size(0)));
        take("indexSelect", x, along, at, y);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(at);
        Shape before = x.shape();
        return Graph.record(
                "IndexSelectBackward0",
                y,
                saved,
                Input.of(x, g -> indexAdd(g.newZeros(before), along, saved.get(0), g, 1)));
    }

    /** y = the entries of x at an index [n] along a dimension; nothing is recorded. */
    static void take(String op, Tensor x, int dim, Tensor index, Tensor y) {
        if (dim == 0 && x.isContiguous()) {
            x.device().kernels().index().gatherRows(op, x, index, y);
        } else {
            x.device().kernels().index().gather(op, x, dim, index, y);
        }
    }

    /**
     * The elements of x at an index along a dimension: {@code y[i][j] = x[i][index[i][j]]} for dimension 1.
     * {@code torch.gather}.
     *
     * @param x any dtype
     * @param dim of x
     * @param index I64, of x's rank, and no larger than x but at dim
     * @return the index's shape
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor gather(Tensor x, int dim, Tensor index) {
        int along = Checks.dim("gather", x.shape(), dim);
        checkIndex("gather", x, along, index, index);
        if (x.rank() == 0) {
            return View.view(gather(View.view(x, 1), 0, View.view(index, 1)));
        }
        Tensor y = x.newEmpty(index.shape());
        x.device().kernels().index().gather("gather", x, along, index, y);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(index);
        Shape before = x.shape();
        return Graph.record(
                "GatherBackward0", y, saved, Input.of(x, g -> scatterAdd(g.newZeros(before), along, saved.get(0), g)));
    }

    /**
     * Records that values are those of x at an index along a dimension where no place is named twice.
     *
     * @param node PyTorch's name
     * @param index I64, of x's rank
     * @param keepDim whether values has that dimension; else it has size 1 in the index
     */
    static Tensor recordChosen(String node, Tensor x, int dim, Tensor values, Tensor index, boolean keepDim) {
        if (!Graph.records(x)) {
            return values;
        }
        Saved saved = Saved.of(index);
        Shape before = x.shape();
        return Graph.record(node, values, saved, Input.of(x, g -> {
            Tensor full = keepDim ? g : View.unsqueeze(g, dim);
            return scatter(g.newZeros(before), dim, saved.get(0), full);
        }));
    }

    // ---- writing elements ----

    /**
     * A copy of x with elements of source at an index along a dimension: {@code y[i][index[i][j]] = source[i][j]} for
     * dimension 1; of several for one place the last one stays. {@code torch.scatter}.
     *
     * @param x any dtype
     * @param dim of x
     * @param index I64, of x's rank, no larger than x but at dim, nor than source
     * @param source x's dtype and rank
     * @return shape and dtype of x
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor scatter(Tensor x, int dim, Tensor index, Tensor source) {
        return scatter(false, x, dim, index, source);
    }

    /** In place: as {@link #scatter(Tensor, int, Tensor, Tensor)}. */
    public static Tensor scatter_(Tensor x, int dim, Tensor index, Tensor source) {
        return scatter(true, x, dim, index, source);
    }

    /** As {@link #scatter(Tensor, int, Tensor, Tensor)} with one number everywhere. */
    public static Tensor scatter(Tensor x, int dim, Tensor index, Number value) {
        return scatter(false, x, dim, index, value);
    }

    /** In place: as {@link #scatter(Tensor, int, Tensor, Number)}. */
    public static Tensor scatter_(Tensor x, int dim, Tensor index, Number value) {
        return scatter(true, x, dim, index, value);
    }

    private static Tensor scatter(boolean inPlace, Tensor x, int dim, Tensor index, Number value) {
        String op = inPlace ? "scatter_" : "scatter";
        int along = Checks.dim(op, x.shape(), dim);
        checkIndex(op, x, along, index, index);
        Tensor values = everywhere(op, x, value, index.shape());
        return write(
                inPlace,
                op,
                "ScatterBackward1",
                x,
                index,
                null,
                y -> put(ScatterOp.SET, y, along, index, values),
                (g, at) -> scatter(g, along, at, 0),
                (g, at) -> null);
    }

    private static Tensor scatter(boolean inPlace, Tensor x, int dim, Tensor index, Tensor source) {
        String op = inPlace ? "scatter_" : "scatter";
        int along = Checks.dim(op, x.shape(), dim);
        checkIndex(op, x, along, index, source);
        Tensor values = within(index, source);
        return write(
                inPlace,
                op,
                "ScatterBackward0",
                x,
                index,
                values,
                y -> put(ScatterOp.SET, y, along, index, values),
                (g, at) -> scatter(g, along, at, 0),
                (g, at) -> gather(g, along, at));
    }

    /** x plus the elements of source at an index along a dimension; numbers. {@code torch.scatter_add}. */
    public static Tensor scatterAdd(Tensor x, int dim, Tensor index, Tensor source) {
        return scatterAdd(false, x, dim, index, source);
    }

    /** In place: as {@link #scatterAdd(Tensor, int, Tensor, Tensor)}. */
    public static Tensor scatterAdd_(Tensor x, int dim, Tensor index, Tensor source) {
        return scatterAdd(true, x, dim, index, source);
    }

    private static Tensor scatterAdd(boolean inPlace, Tensor x, int dim, Tensor index, Tensor source) {
        String op = inPlace ? "scatterAdd_" : "scatterAdd";
        int along = Checks.dim(op, x.shape(), dim);
        checkNumbers(op, x);
        checkIndex(op, x, along, index, source);
        Tensor values = within(index, source);
        return write(
                inPlace,
                op,
                "ScatterAddBackward0",
                x,
                index,
                values,
                y -> put(ScatterOp.ADD, y, along, index, values),
                (g, at) -> g,
                (g, at) -> gather(g, along, at));
    }

    /**
     * The elements of source that an index along a dimension sends to one place, joined. {@code torch.scatter_reduce}.
     *
     * @param x numbers
     * @param dim of x
     * @param index I64, of x's rank, no larger than x but at dim, nor than source
     * @param source x's dtype and rank
     * @param reduce how they are joined
     * @param includeSelf whether x's own elements count too; PyTorch's default is true
     * @return shape and dtype of x; places that no index names keep x's element
     */
    public static Tensor scatterReduce(
            Tensor x, int dim, Tensor index, Tensor source, Reduce reduce, boolean includeSelf) {
        String op = "scatterReduce";
        int along = Checks.dim(op, x.shape(), dim);
        checkNumbers(op, x);
        checkIndex(op, x, along, index, source);
        Tensor values = within(index, source);
        Tensor y;
        try (GradMode off = GradMode.noGrad()) {
            y = Elementwise.clone(x);
            if (!includeSelf) {
                put(ScatterOp.SET, y, along, index, everywhere(op, x, reduce.startIn(x.dtype()), index.shape()));
            }
            put(reduce.kernel, y, along, index, values);
            if (reduce == Reduce.MEAN) {
                Tensor counts = counts(x, along, index, includeSelf);
                y = x.dtype().isFloating() ? y.div(counts) : floorDiv(y, counts);
            }
        }
        if (!Graph.records(x, values)) {
            return y;
        }
        Saved saved = Saved.withOutput(y, index, x, values);
        return Graph.record(
                "ScatterReduceBackward0",
                y,
                saved,
                Input.of(x, g -> reducedSelf(g, saved, along, reduce, includeSelf)),
                Input.of(values, g -> reducedSource(g, saved, along, reduce, includeSelf)));
    }

    /** In place: as {@link #scatterReduce}. */
    public static Tensor scatterReduce_(
            Tensor x, int dim, Tensor index, Tensor source, Reduce reduce, boolean includeSelf) {
        return InPlace.of("scatterReduce_", x, from -> scatterReduce(from, dim, index, source, reduce, includeSelf));
    }

    /** How many elements each place joins; at least 1. */
    private static Tensor counts(Tensor x, int dim, Tensor index, boolean includeSelf) {
        Tensor counts = x.newEmpty(x.shape()).fill_(includeSelf ? 1 : 0);
        put(ScatterOp.ADD, counts, dim, index, everywhere("scatterReduce", x, 1, index.shape()));
        return counts.maximum(Tensor.scalar(1, x.dtype()).to(x.device()));
    }

    private static Tensor floorDiv(Tensor x, Tensor y) {
        Tensor quotient = x.to(DType.F64).div(y.to(DType.F64));
        Tensor rounded = quotient.to(x.dtype());
        return rounded.sub(rounded.to(DType.F64).gt(quotient).to(x.dtype()));
    }

    private static Tensor reducedSelf(Tensor g, Saved saved, int dim, Reduce reduce, boolean includeSelf) {
        Tensor index = saved.get(0);
        Tensor x = saved.get(1);
        Tensor source = saved.get(2);
        Tensor own = switch (reduce) {
            case SUM -> g;
            case MEAN -> g.div(counts(x.detach(), dim, index, includeSelf));
            case PROD -> {
                Tensor masked = Tensor.where(x.eq(0), Tensor.onesLike(x), x);
                yield g.mul(scatterReduce(masked, dim, index, source, reduce, includeSelf))
                        .div(masked);
            }
            case AMAX, AMIN -> {
                Tensor result = saved.get(3);
                yield x.eq(result).to(g.dtype()).mul(g.div(winners(saved, dim)));
            }
        };
        return includeSelf ? own : scatter(own, dim, index, 0);
    }

    private static Tensor reducedSource(Tensor g, Saved saved, int dim, Reduce reduce, boolean includeSelf) {
        Tensor index = saved.get(0);
        return switch (reduce) {
            case SUM -> gather(g, dim, index);
            case MEAN -> gather(g.div(counts(saved.get(1).detach(), dim, index, includeSelf)), dim, index);
            case PROD -> productSource(g, saved, dim, includeSelf);
            case AMAX, AMIN -> {
                Tensor won = saved.get(2).eq(gather(saved.get(3), dim, index)).to(g.dtype());
                yield won.mul(gather(g.div(winners(saved, dim)), dim, index));
            }
        };
    }

    /** Among how many equal elements a largest or smallest shares its gradient. */
    private static Tensor winners(Saved saved, int dim) {
        Tensor index = saved.get(0);
        Tensor x = saved.get(1).detach();
        Tensor result = saved.get(3).detach();
        Tensor own = x.eq(result).to(x.dtype());
        Tensor others = saved.get(2).detach().eq(gather(result, dim, index)).to(x.dtype());
        return scatterAdd(own, dim, index, others);
    }

    /** The product of all others: the product divided by the element, or where that alone is 0, the product without it. */
    private static Tensor productSource(Tensor g, Saved saved, int dim, boolean includeSelf) {
        Tensor index = saved.get(0);
        Tensor x = saved.get(1);
        Tensor source = saved.get(2);
        Tensor one = Tensor.scalar(1, source.dtype()).to(source.device());
        Tensor zero = source.eq(0);
        Tensor zeros = scatterAdd(Tensor.zerosLike(x), dim, index, zero.to(x.dtype()));
        Tensor onlyZero = zero.to(DType.U8)
                .mul(gather(zeros, dim, index).eq(1).to(DType.U8))
                .to(DType.BOOL);
        Tensor without = scatterReduce(x, dim, index, Tensor.where(onlyZero, one, source), Reduce.PROD, includeSelf);
        Tensor share = gather(g.mul(saved.get(3)), dim, index).div(Tensor.where(zero, one, source));
        return Tensor.where(onlyZero, gather(g.mul(without), dim, index), share);
    }

    // ---- writing whole entries ----

    /**
     * x plus alpha times the entries of source at an index of a dimension. {@code torch.index_add}.
     *
     * @param x numbers
     * @param dim of x
     * @param index I64 [n] or []
     * @param source x's dtype, and its shape with size n at dim
     * @param alpha that scales source
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor indexAdd(Tensor x, int dim, Tensor index, Tensor source, Number alpha) {
        return indexAdd(false, x, dim, index, source, alpha);
    }

    /** In place: as {@link #indexAdd(Tensor, int, Tensor, Tensor, Number)}. */
    public static Tensor indexAdd_(Tensor x, int dim, Tensor index, Tensor source, Number alpha) {
        return indexAdd(true, x, dim, index, source, alpha);
    }

    private static Tensor indexAdd(boolean inPlace, Tensor x, int dim, Tensor index, Tensor source, Number alpha) {
        String op = inPlace ? "indexAdd_" : "indexAdd";
        int along = Checks.dim(op, x.shape(), dim);
        checkNumbers(op, x);
        Tensor at = vector(op, x, index);
        Tensor values = entries(op, x, along, at, alpha.doubleValue() == 1 ? source : source.mul(alpha));
        return write(
                inPlace,
                op,
                "IndexAddBackward0",
                x,
                at,
                values,
                y -> put(ScatterOp.ADD, y, along, at, values),
                (g, places) -> g,
                (g, places) -> indexSelect(g, along, places));
    }

    /** x with the entries of source at an index of a dimension; of several the last stays. {@code torch.index_copy}. */
    public static Tensor indexCopy(Tensor x, int dim, Tensor index, Tensor source) {
        return indexCopy(false, x, dim, index, source);
    }

    /** In place: as {@link #indexCopy(Tensor, int, Tensor, Tensor)}. */
    public static Tensor indexCopy_(Tensor x, int dim, Tensor index, Tensor source) {
        return indexCopy(true, x, dim, index, source);
    }

    private static Tensor indexCopy(boolean inPlace, Tensor x, int dim, Tensor index, Tensor source) {
        String op = inPlace ? "indexCopy_" : "indexCopy";
        int along = Checks.dim(op, x.shape(), dim);
        Tensor at = vector(op, x, index);
        Tensor values = entries(op, x, along, at, source);
        return write(
                inPlace,
                op,
                "IndexCopyBackward0",
                x,
                at,
                values,
                y -> put(ScatterOp.SET, y, along, at, values),
                (g, places) -> indexFill(g, along, places, 0),
                (g, places) -> indexSelect(g, along, places));
    }

    /** x with a number in the entries at an index of a dimension. {@code torch.index_fill}. */
    public static Tensor indexFill(Tensor x, int dim, Tensor index, Number value) {
        return indexFill(false, x, dim, index, value);
    }

    /** In place: as {@link #indexFill(Tensor, int, Tensor, Number)}. */
    public static Tensor indexFill_(Tensor x, int dim, Tensor index, Number value) {
        return indexFill(true, x, dim, index, value);
    }

    private static Tensor indexFill(boolean inPlace, Tensor x, int dim, Tensor index, Number value) {
        String op = inPlace ? "indexFill_" : "indexFill";
        int along = Checks.dim(op, x.shape(), dim);
        Tensor at = vector(op, x, index);
        Shape target = x.rank() == 0 ? at.shape() : x.shape().with(along, at.size(0));
        Tensor values = everywhere(op, x, value, target);
        return write(
                inPlace,
                op,
                "IndexFillBackward0",
                x,
                at,
                null,
                y -> put(ScatterOp.SET, y, along, at, values),
                (g, places) -> indexFill(g, along, places, 0),
                (g, places) -> null);
    }

    // ---- what they share ----

    /** Writes into x, or into a copy, and records it. */
    private static Tensor write(
            boolean inPlace,
            String op,
            String node,
            Tensor x,
            Tensor index,
            @Nullable Tensor source,
            Consumer<Tensor> kernel,
            Rule self,
            Rule ofSource) {
        boolean records = inPlace ? Graph.checkWrite(op, x, source) : Graph.records(new Tensor[] {x, source});
        Tensor y = inPlace ? x : Elementwise.clone(x.detach());
        kernel.accept(y);
        y.storage(op).touch();
        if (!records) {
            return y;
        }
        Saved saved = Saved.of(index);
        Input before = Input.of(x, g -> self.of(g, saved.get(0)));
        Input[] others =
                source == null ? new Input[0] : new Input[] {Input.of(source, g -> ofSource.of(g, saved.get(0)))};
        if (inPlace) {
            Graph.recordWrite(node, x, saved, before, others);
            return x;
        }
        Input[] all = new Input[others.length + 1];
        all[0] = before;
        System.arraycopy(others, 0, all, 1, others.length);
        return Graph.record(node, y, saved, all);
    }

    /** The kernel's call, past the graph; what shares x's storage is copied first. */
    private static void put(ScatterOp op, Tensor x, int dim, Tensor index, Tensor values) {
        try (GradMode off = GradMode.noGrad()) {
            Tensor from = InPlace.shareMemory("scatter", x, values) ? Elementwise.clone(values) : values;
            Tensor at = InPlace.shareMemory("scatter", x, index) ? Elementwise.clone(index) : index;
            if (x.rank() == 0) {
                Tensor one = View.view(x, 1);
                Tensor places = at.rank() == 0 ? View.view(at, 1) : at;
                x.device().kernels().index().scatter(op, one, 0, places, View.expand(from, places.size(0)));
            } else {
                x.device().kernels().index().scatter(op, x, dim, at, from);
            }
        }
    }

    /** A number of x's dtype, expanded. */
    static Tensor everywhere(String op, Tensor x, Number value, Shape shape) {
        Checks.fits(op, value, x.dtype());
        return View.expand(Create.constant(x.device(), x.dtype(), Shape.scalar(), value), shape.toArray());
    }

    /** The part of source that the index covers. */
    private static Tensor within(Tensor index, Tensor source) {
        Tensor part = source;
        for (int d = 0; d < index.rank(); d++) {
            part = part.size(d) == index.size(d) ? part : View.narrow(part, d, 0, index.size(d));
        }
        return part;
    }

    private static Tensor vector(String op, Tensor x, Tensor index) {
        Checks.indexes(op, index);
        Checks.sameDevice(op, x, index);
        Checks.require(index.rank() <= 1, op, "the index is not a vector", index);
        Tensor at = index.rank() == 0 ? View.view(index, 1) : index;
        return at.isContiguous() ? at : at.contiguous();
    }

    /** Checks source against x and index [n]; in its shape with size n at dim. */
    private static Tensor entries(String op, Tensor x, int dim, Tensor index, Tensor source) {
        Checks.sameDevice(op, x, source);
        Checks.require(x.dtype() == source.dtype(), op, "dtypes differ", x, source);
        Shape target = x.rank() == 0 ? index.shape() : x.shape().with(dim, index.size(0));
        boolean scalar = x.rank() <= 1 && source.rank() == 0 && index.size(0) == 1;
        Checks.require(scalar || target.equals(source.shape()), op, "sizes do not fit", x, index, source);
        return scalar ? View.view(source, 1) : source;
    }

    private static void checkNumbers(String op, Tensor x) {
        Checks.computable(op, x);
        Checks.require(x.dtype() != DType.BOOL, op, "bool has no arithmetic, cast it first", x);
    }

    private static void checkIndex(String op, Tensor x, int dim, Tensor index, Tensor source) {
        Checks.indexes(op, index);
        Checks.sameDevice(op, x, index);
        Checks.sameDevice(op, x, source);
        Checks.require(x.rank() == index.rank() && x.rank() == source.rank(), op, "ranks differ", x, index, source);
        Checks.require(source == index || x.dtype() == source.dtype(), op, "dtypes differ", x, source);
        for (int d = 0; d < x.rank(); d++) {
            boolean fits = (d == dim || index.size(d) <= x.size(d)) && index.size(d) <= source.size(d);
            Checks.require(fits, op, "the index is larger at dimension " + d, x, index, source);
        }
    }

    /**
     * Classes as vectors with a single 1. {@code F.one_hot}.
     *
     * @param x I64, classes from 0
     * @param classes how many there are; -1: one more than the largest
     * @return I64 [*, classes]
     * @throws IllegalArgumentException if a class is out of range
     */
    public static Tensor oneHot(Tensor x, long classes) {
        Checks.indexes("oneHot", x);
        Checks.require(classes > 0 || x.count() > 0, "oneHot", "no classes can be counted", x);
        long count = classes == -1 ? x.max().itemLong() + 1 : classes; // below 1 where that is beyond a long
        if (count < 1) {
            throw new IllegalArgumentException("oneHot: the number of classes is below 1: " + count);
        }
        long[] sizes = Arrays.copyOf(x.shape().toArray(), x.rank() + 1);
        sizes[x.rank()] = count;
        Tensor y = Tensor.zeros(x.device(), DType.I64, Shape.of(sizes));
        return scatter_(y, x.rank(), View.unsqueeze(x, -1), 1);
    }
}
