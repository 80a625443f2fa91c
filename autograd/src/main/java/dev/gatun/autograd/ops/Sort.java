package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import java.util.function.BiConsumer;

/**
 * Orders along a dimension, and what stands on them. NaN is the largest number; equal elements keep their order. The
 * counterparts are those of {@code torch}, as {@code torch.sort}.
 *
 * {@snippet :
 * Sort.Sorted sorted = Sort.sort(Tensor.of(3f, 1f, 2f), 0, false);
 * System.out.println(sorted.indices()); // tensor([1, 2, 0])
 * }
 */
public final class Sort {
    private static final String UNIQUE = "unique";

    private Sort() {}

    /** Values in order, and where they were (I64). */
    public record Sorted(Tensor values, Tensor indices) {}

    /**
     * The elements of each row along a dimension in order. {@code torch.sort}; always stable.
     *
     * @param x numbers or BOOL
     * @param dim to go along
     * @param descending largest first
     */
    public static Sorted sort(Tensor x, int dim, boolean descending) {
        return sorted("sort", "SortBackward0", x, dim, descending);
    }

    private static Sorted sorted(String op, String node, Tensor x, int dim, boolean descending) {
        int along = Checks.dim(op, x.shape(), dim);
        Checks.computable(op, x);
        return ordered(node, x, along, x.shape(), (values, indices) -> {
            Tensor rows = rows(x, along);
            x.device().kernels().sort().sort(descending, rows, values, indices);
            Elementwise.releaseUnless(x, rows);
        });
    }

    /** I64: where the elements in order are. {@code torch.argsort}. */
    public static Tensor argsort(Tensor x, int dim, boolean descending) {
        Sorted sorted = sorted("argsort", "SortBackward0", x.detach(), dim, descending);
        sorted.values().release();
        return sorted.indices();
    }

    /**
     * The k largest or smallest along a dimension, in order. {@code torch.topk}.
     *
     * @param x numbers or BOOL
     * @param k from 0 to the size at dim
     * @param dim to go along
     * @param largest or smallest
     * @return x's shape with size k at dim; of equal ones the first
     */
    public static Sorted topk(Tensor x, long k, int dim, boolean largest) {
        int along = Checks.dim("topk", x.shape(), dim);
        Checks.computable("topk", x);
        long size = x.rank() == 0 ? 1 : x.size(along);
        if (k < 0 || k > size) {
            throw new IllegalArgumentException(
                    "topk: k " + k + " is outside 0.." + size + " at dimension " + along + ": " + x.describe());
        }
        return chosen("TopkBackward0", x, along, k, largest);
    }

    private static Sorted chosen(String node, Tensor x, int dim, long k, boolean largest) {
        if (x.rank() == 0) {
            Sorted one = chosen(node, View.view(x, 1), 0, k, largest);
            boolean scalar = k == 1;
            return scalar ? new Sorted(View.squeeze(one.values(), 0), View.squeeze(one.indices(), 0)) : one;
        }
        return ordered(node, x, dim, x.shape().with(dim, k), (values, indices) -> {
            Tensor rows = rows(x, dim);
            x.device().kernels().sort().topk(largest, rows, values, indices);
            Elementwise.releaseUnless(x, rows);
        });
    }

    /**
     * The k-th smallest along a dimension, and where it is; of equal ones the k-th in order. {@code torch.kthvalue}.
     *
     * @param x numbers
     * @param k from 1 to the size at dim
     * @param dim to go along
     * @param keepDim whether the dimension stays, with size 1
     */
    public static Sorted kthvalue(Tensor x, long k, int dim, boolean keepDim) {
        int along = Checks.dim("kthvalue", x.shape(), dim);
        Checks.computable("kthvalue", x);
        long size = x.rank() == 0 ? 1 : x.size(along);
        if (k < 1 || k > size) {
            throw new IllegalArgumentException(
                    "kthvalue: k " + k + " is outside 1.." + size + " at dimension " + along + ": " + x.describe());
        }
        return oneOfEach(
                "KthvalueBackward0", x, along, keepDim, Tensor.of(k - 1).to(x.device()), false);
    }

    /** The element of each row at a rank, and where it is, recorded; ranks and nanWins as in {@link #ranked}. */
    static Sorted oneOfEach(String node, Tensor x, int dim, boolean keepDim, Tensor rank, boolean nanWins) {
        boolean scalar = x.rank() == 0;
        Sorted found = ranked(scalar ? View.view(x, 1) : x, dim, rank, nanWins);
        boolean keeps = keepDim && !scalar;
        Tensor values =
                keeps ? found.values() : View.squeeze(found.values(), dim).detach();
        Tensor indices = keeps ? found.indices() : View.squeeze(found.indices(), dim);
        Tensor index = scalar ? indices : found.indices();
        return new Sorted(Index.recordChosen(node, x, dim, values, index, keeps || scalar), indices);
    }

    /**
     * The elements that each row has, once sorted, at some ranks, and where they are; not recorded.
     *
     * @param ranks I64 [k] for all rows, or of x's shape with k at the dimension
     * @param nanWins whether a row with NaN gives its first NaN for every rank
     */
    static Sorted ranked(Tensor x, int dim, Tensor ranks, boolean nanWins) {
        Tensor own = ranks.rank() <= 1 ? ranks : rows(ranks, dim);
        long k = own.size(-1);
        return inRows(x.detach(), dim, x.shape().with(dim, k), (values, indices) -> {
            Tensor rows = rows(x, dim);
            x.device().kernels().sort().ranked(rows, own, nanWins, values, indices);
            Elementwise.releaseUnless(x, rows);
        });
    }

    /** x with its rows in the last dimension, contiguous. */
    private static Tensor rows(Tensor x, int dim) {
        Tensor own = x.detach();
        Tensor last = x.rank() == 0 || dim == x.rank() - 1 ? own : View.transpose(own, dim, x.rank() - 1);
        return last.isContiguous() ? last : Elementwise.clone(last);
    }

    /** Results of a shape from a kernel that wants rows in the last dimension; not recorded. */
    private static Sorted inRows(Tensor x, int dim, Shape shape, BiConsumer<Tensor, Tensor> kernel) {
        int last = Math.max(0, shape.rank() - 1);
        boolean direct = dim == last;
        Shape turned = direct ? shape : shape.with(dim, shape.size(last)).with(last, shape.size(dim));
        Tensor values = x.newEmpty(turned);
        Tensor indices = Tensor.empty(x.device(), DType.I64, turned);
        kernel.accept(values, indices);
        return direct
                ? new Sorted(values, indices)
                : new Sorted(
                        View.transpose(values, dim, last).contiguous(),
                        View.transpose(indices, dim, last).contiguous());
    }

    private static Sorted ordered(String node, Tensor x, int dim, Shape shape, BiConsumer<Tensor, Tensor> kernel) {
        Sorted sorted = inRows(x, dim, shape, kernel);
        return new Sorted(Index.recordChosen(node, x, dim, sorted.values(), sorted.indices(), true), sorted.indices());
    }

    /** What {@link #unique} finds: each value once, in order; which of them every element is; how often each is there. */
    public record Unique(Tensor values, Tensor inverse, Tensor counts) {}

    /**
     * Each value of x once, in order. {@code torch.unique(return_inverse=True, return_counts=True)}.
     *
     * @param x numbers or BOOL
     * @return values [n]; inverse, I64 of x's shape; counts, I64 [n]. Every NaN is a value of its own
     */
    public static Unique unique(Tensor x) {
        Checks.computable(UNIQUE, x);
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Sorted sorted = sort(View.reshape(x, -1), 0, false);
            Tensor values = sorted.values().newEmpty();
            Tensor counts = sorted.indices().newEmpty();
            Tensor inverse = scope.keep(Tensor.empty(x.device(), DType.I64, x.shape()));
            Kernels.Sort kernels = x.device().kernels().sort();
            Tensor flat = View.view(inverse, -1);
            long groups = kernels.unique(sorted.values(), sorted.indices(), values, flat, counts);
            return new Unique(
                    scope.keep(View.narrow(values, 0, 0, groups).clone()),
                    inverse,
                    scope.keep(View.narrow(counts, 0, 0, groups).clone()));
        }
    }

    /**
     * Each entry of a dimension once, in the order of its elements, the first counting most. {@code torch.unique(dim)}.
     *
     * @param x numbers or BOOL
     * @param dim whose entries are compared as a whole
     * @return values, x's shape but for n at dim; inverse, I64 [size of dim]; counts, I64 [n]. An entry with NaN is one of
     *     its own
     */
    public static Unique unique(Tensor x, int dim) {
        Checks.computable(UNIQUE, x);
        int along = Checks.dim(UNIQUE, x.shape(), dim);
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor vector = x.rank() == 0 ? View.reshape(x, 1) : x;
            long size = vector.size(along);
            Tensor entries = View.reshape(vector.movedim(along, 0), size, size == 0 ? 0 : vector.count() / size);
            Tensor ranks = Create.full(x.device(), DType.I64, Shape.of(size), 0);
            for (long column = 0; column < entries.size(1); column++) {
                Unique next = unique(View.select(entries, 1, column));
                Tensor places = ranks.mul(next.values().count()).add(next.inverse());
                ranks = unique(places).inverse(); // of what was compared so far; below size, so that no place overflows
            }
            Unique found = unique(ranks);
            Tensor firsts = Create.full(x.device(), DType.I64, found.values().shape(), 0);
            Tensor backwards = Rearrange.flip(Tensor.arange(size).to(x.device()), 0); // the first entry is written last
            firsts.scatter_(0, Rearrange.flip(found.inverse(), 0), backwards);
            return new Unique(
                    scope.keep(Index.indexSelect(vector, along, firsts)),
                    scope.keep(found.inverse()),
                    scope.keep(found.counts()));
        }
    }

    /**
     * Where values would go in sorted rows, to keep these in order. {@code torch.searchsorted}.
     *
     * @param sorted [n], or [*, n] for values [*, m]
     * @param values of sorted's dtype
     * @param right behind equal elements instead of before them
     * @return I64 of values' shape, from 0 to n
     */
    public static Tensor searchsorted(Tensor sorted, Tensor values, boolean right) {
        Checks.computable("searchsorted", sorted);
        Checks.sameDevice("searchsorted", sorted, values);
        Checks.require(sorted.dtype() == values.dtype(), "searchsorted", "dtypes differ", sorted, values);
        Checks.require(sorted.rank() > 0, "searchsorted", "there is no row", sorted);
        boolean fits = sorted.rank() == 1 || sorted.rank() == values.rank();
        for (int d = 0; d < sorted.rank() - 1 && fits; d++) {
            fits = sorted.size(d) == values.size(d);
        }
        Checks.require(fits, "searchsorted", "rows do not match", sorted, values);
        Tensor y = Tensor.empty(values.device(), DType.I64, values.shape());
        values.device()
                .kernels()
                .sort()
                .searchSorted(
                        right, sorted.detach().contiguous(), values.detach().contiguous(), y);
        return y;
    }

    /** In which bucket each element of x lies, by sorted boundaries. {@code torch.bucketize}. */
    public static Tensor bucketize(Tensor x, Tensor boundaries, boolean right) {
        Checks.require(boundaries.rank() == 1, "bucketize", "boundaries are not a vector", boundaries);
        return searchsorted(boundaries, x, right);
    }

    /**
     * How many elements lie in each of even bins from low to high, high in the last. {@code torch.histc}.
     *
     * @param x F32 or F64; what lies outside, and NaN, is passed over
     * @param bins at least 1
     * @param low and high: the range; both equal: from x's smallest to its largest
     * @return [bins] of x's dtype
     */
    public static Tensor histc(Tensor x, long bins, double low, double high) {
        Checks.floating("histc", x);
        if (bins < 1) {
            throw new IllegalArgumentException("histc: bins are below 1: " + bins);
        }
        double from = low;
        double to = high;
        if (low == high && x.count() > 0) {
            from = x.detach().min().item();
            to = x.detach().max().item();
        }
        if (from == to) {
            from -= 1;
            to += 1;
        }
        if (!(from < to) || Double.isInfinite(from) || Double.isInfinite(to)) {
            throw new IllegalArgumentException("histc: not a finite range: " + from + " to " + to);
        }
        Tensor counts = Tensor.empty(x.device(), DType.I64, Shape.of(bins));
        x.device().kernels().sort().histogram(x.detach().contiguous(), from, to, counts);
        return counts.to(x.dtype());
    }

    /**
     * How often each number from 0 on is in x. {@code torch.bincount}.
     *
     * @param x I64 [n], not negative
     * @param minLength the least length of the result
     * @return I64 [largest + 1]
     */
    public static Tensor bincount(Tensor x, long minLength) {
        return counted(
                x, Tensor.scalar(1, DType.I64).to(x.device()).expand(x.shape().toArray()), minLength);
    }

    /** The sums of the weights, of x's shape, of each number: F32 for F32, else F64. */
    public static Tensor bincount(Tensor x, Tensor weights, long minLength) {
        Checks.computable("bincount", weights);
        Checks.require(x.shape().equals(weights.shape()), "bincount", "weights are of another shape", x, weights);
        return counted(x, weights.detach().to(weights.dtype() == DType.F32 ? DType.F32 : DType.F64), minLength);
    }

    private static Tensor counted(Tensor x, Tensor weights, long minLength) {
        Checks.indexes("bincount", x);
        Checks.require(x.rank() == 1, "bincount", "takes a vector", x);
        if (minLength < 0) {
            throw new IllegalArgumentException("bincount: the least length is negative: " + minLength);
        }
        Checks.require(x.count() == 0 || x.min().itemLong() >= 0, "bincount", "a number is negative", x);
        long largest = x.count() == 0 ? -1 : x.max().itemLong();
        Checks.require(largest < Long.MAX_VALUE, "bincount", "a number is too large", x);
        long length = Math.max(minLength, largest + 1);
        return Index.scatterAdd_(Tensor.zeros(x.device(), weights.dtype(), Shape.of(length)), 0, x, weights);
    }
}
