package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Variance, medians and quantiles. Variance and its root, of F32 or F64, are NaN of nothing and of a single element where
 * the correction is 1; sums are kept in double, and equal elements have exactly 0. The counterparts are those of
 * {@code torch}, as {@code torch.var_mean}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1.0, 2.0, 3.0, 4.0);
 * Statistics.VarMean both = Statistics.varMean(x, 1, false, 0);
 * System.out.println(both.mean().item() + " " + Statistics.median(x).item()); // 2.5 2.0
 * }
 */
public final class Statistics {
    private Statistics() {}

    /** The variance and the mean. */
    public record VarMean(Tensor var, Tensor mean) {}

    /** The standard deviation and the mean. */
    public record StdMean(Tensor std, Tensor mean) {}

    /**
     * The squared distances from the mean, added up and divided by their count less a correction. {@code torch.var}.
     *
     * @param x F32 or F64
     * @param correction PyTorch's default is 1; 0 for the variance of a whole population
     * @param keepDim whether the dimensions stay, with size 1
     * @param dims none means all
     */
    public static Tensor var(Tensor x, double correction, boolean keepDim, int... dims) {
        return spread("var", "VarBackward0", false, x, correction, keepDim, dims);
    }

    /** The root of the variance; its gradient where it is 0 is 0. {@code torch.std}; see {@link #var}. */
    public static Tensor std(Tensor x, double correction, boolean keepDim, int... dims) {
        return spread("std", "StdBackward0", true, x, correction, keepDim, dims);
    }

    /** The variance and the mean in one pass. {@code torch.var_mean}; see {@link #var}. */
    public static VarMean varMean(Tensor x, double correction, boolean keepDim, int... dims) {
        Tensor[] both = withMean("varMean", "VarMeanBackward0", false, x, correction, keepDim, dims);
        return new VarMean(both[0], both[1]);
    }

    /** The root of the variance, and the mean, in one pass. {@code torch.std_mean}; see {@link #var}. */
    public static StdMean stdMean(Tensor x, double correction, boolean keepDim, int... dims) {
        Tensor[] both = withMean("stdMean", "StdMeanBackward0", true, x, correction, keepDim, dims);
        return new StdMean(both[0], both[1]);
    }

    private static Tensor spread(
            String op, String node, boolean root, Tensor x, double correction, boolean keepDim, int... dims) {
        check(op, x, correction);
        int[] over = Checks.dims(op, x.shape(), dims);
        if (x.rank() == 0) {
            return spread(op, node, root, View.view(x, 1), correction, false, 0);
        }
        boolean records = Graph.records(x);
        Tensor y = x.newEmpty(Reduce.reduced(x.shape(), keepDim, over));
        Tensor mean = records ? y.newEmpty() : null;
        x.device().kernels().reduce().variance(x, over, correction, root, y, mean);
        if (mean == null) {
            return y;
        }
        Saved saved = Saved.withOutput(y, x, mean);
        mean.release();
        return Graph.record(node, y, saved, Input.of(x, g -> {
            Tensor v = saved.get(0);
            Tensor arrived = root ? ofSquare(g, saved.get(2)) : g;
            return slope(v, GradMode.isOn() ? null : saved.get(1), arrived, correction, over);
        }));
    }

    private static Tensor[] withMean(
            String op, String node, boolean root, Tensor x, double correction, boolean keepDim, int... dims) {
        check(op, x, correction);
        int[] over = Checks.dims(op, x.shape(), dims);
        if (x.rank() == 0) {
            return withMean(op, node, root, View.view(x, 1), correction, false, 0);
        }
        Tensor y = x.newEmpty(Reduce.reduced(x.shape(), keepDim, over));
        Tensor mean = y.newEmpty();
        x.device().kernels().reduce().variance(x, over, correction, root, y, mean);
        Tensor[] both = {y, mean};
        if (!Graph.records(x)) {
            return both;
        }
        Saved saved = Saved.withOutput(y, x);
        Graph.record(node, both, saved, Input.many(x, g -> {
            Tensor v = saved.get(0);
            Tensor ofSpread = g.get(0);
            Tensor ofMean = g.get(1);
            Tensor dx = null;
            if (ofSpread != null) {
                dx = slope(v, null, root ? ofSquare(ofSpread, saved.get(1)) : ofSpread, correction, over);
            }
            if (ofMean != null) {
                double share = (double) ofMean.count() / v.count();
                Tensor own = Reduce.spread(ofMean.mul(share), v.shape(), over);
                dx = dx == null ? own : dx.add(own);
            }
            return dx;
        }));
        return both;
    }

    private static void check(String op, Tensor x, double correction) {
        Checks.floating(op, x);
        if (!Double.isFinite(correction)) {
            throw new IllegalArgumentException(op + ": the correction is not finite: " + correction);
        }
    }

    /** The gradient of the variance, from that of its root. */
    private static Tensor ofSquare(Tensor g, Tensor root) {
        return Elementwise.onlyWhere(Compare.ne(root, 0), g.div(root.mul(2)));
    }

    /** The gradient of x from that of its variance: 2 (x - mean) / (count - correction). */
    private static Tensor slope(Tensor x, @Nullable Tensor known, Tensor g, double correction, int... over) {
        Tensor mean = known == null ? Reduce.mean(x, true, over) : known;
        double free = (double) x.count() / g.count() - correction;
        Tensor apart = x.sub(Reduce.spread(mean, x.shape(), over));
        return Reduce.spread(g.mul(2 / free), x.shape(), over).mul(apart);
    }

    // ---- order statistics ----

    /**
     * The lower median over a dimension and where it is; NaN, and the first one's place, where there is one.
     * {@code torch.median(x, dim)}.
     *
     * @param x numbers
     */
    public static Sort.Sorted median(Tensor x, int dim, boolean keepDim) {
        return median("median", "MedianBackward1", false, x, dim, keepDim);
    }

    /** The lower median over a dimension of what is not NaN, and where it is. {@code torch.nanmedian(x, dim)}. */
    public static Sort.Sorted nanmedian(Tensor x, int dim, boolean keepDim) {
        return median("nanmedian", "NanmedianBackward1", true, x, dim, keepDim);
    }

    /** The lower median of all; NaN where there is one, and of nothing; equal ones share the gradient. {@code torch.median}. */
    public static Tensor median(Tensor x) {
        return medianOfAll("median", "MedianBackward0", false, x);
    }

    /** The lower median of all that is not NaN; NaN of nothing. {@code torch.nanmedian}. */
    public static Tensor nanmedian(Tensor x) {
        return medianOfAll("nanmedian", "NanmedianBackward0", true, x);
    }

    private static Tensor medianOfAll(String op, String node, boolean ignoreNaN, Tensor x) {
        checkNumbers(op, x);
        if (x.count() == 0 && x.dtype().isFloating()) {
            return Create.full(x.device(), x.dtype(), Shape.scalar(), Double.NaN);
        }
        Tensor y = median(op, node, ignoreNaN, View.reshape(x.detach(), -1), 0, false)
                .values();
        return Reduce.recordShared(node, x, y);
    }

    private static Sort.Sorted median(String op, String node, boolean ignoreNaN, Tensor x, int dim, boolean keepDim) {
        checkNumbers(op, x);
        int along = Checks.dim(op, x.shape(), dim);
        if (x.rank() == 0) {
            return median(op, node, ignoreNaN, View.view(x, 1), 0, false);
        }
        Reduce.requireElements(op, x, along);
        Tensor rank = ignoreNaN
                ? middle(x.detach(), along)
                : Tensor.of((x.size(along) - 1) / 2).to(x.device());
        return Sort.oneOfEach(node, x, along, keepDim, rank, !ignoreNaN);
    }

    private static void checkNumbers(String op, Tensor x) {
        Checks.computable(op, x);
        Checks.number(op, x);
    }

    /** Where the median of each row's numbers lies once it is sorted, NaNs last; of size 1 at the dimension. */
    private static Tensor middle(Tensor x, int along) {
        Tensor numbers = Reduce.sum(Compare.eq(x, x), true, along);
        return Choice.clampMin(Arithmetic.div(Elementwise.sub(numbers, 1), 2, Rounding.FLOOR), 0);
    }

    /**
     * The values below which shares of the elements lie, between neighbours as the mode says; NaN where there is one.
     * {@code torch.quantile}.
     *
     * @param x F32 or F64
     * @param q [] or [k], of x's dtype, from 0 to 1
     * @param dim to go along
     * @param keepDim whether the dimension stays, with size 1
     * @param mode what lies between two elements; PyTorch's default is LINEAR
     * @return x's shape without the dimension; behind a first dimension [k] where q has one
     */
    public static Tensor quantile(Tensor x, Tensor q, int dim, boolean keepDim, QuantileMode mode) {
        return quantile("quantile", false, x, q, dim, keepDim, mode);
    }

    /** As {@link #quantile}, of what is not NaN. {@code torch.nanquantile}. */
    public static Tensor nanquantile(Tensor x, Tensor q, int dim, boolean keepDim, QuantileMode mode) {
        return quantile("nanquantile", true, x, q, dim, keepDim, mode);
    }

    private static Tensor quantile(
            String op, boolean ignoreNaN, Tensor x, Tensor q, int dim, boolean keepDim, QuantileMode mode) {
        Checks.sameFloating(op, x, q);
        Checks.require(q.rank() <= 1, op, "q is neither a number nor a vector", x, q);
        int along = Checks.dim(op, x.shape(), dim);
        if (x.rank() == 0) {
            return quantile(op, ignoreNaN, View.view(x, 1), q, 0, false, mode);
        }
        Reduce.requireElements(op, x, along);
        Tensor shares = View.reshape(q.detach(), -1); // [k]
        for (double share : shares.toDoubleArray()) {
            Checks.require(share >= 0 && share <= 1, op, "q is outside 0..1", q);
        }
        Tensor turned = View.transpose(x, along, -1); // [*, n]
        Tensor rank = ignoreNaN ? rankOfNumbers(turned.detach(), shares) : Elementwise.mul(shares, x.size(along) - 1);
        Tensor found = between(turned, rank, !ignoreNaN, mode); // [*, k]
        Tensor back = View.transpose(View.unsqueeze(found, -2), along, -2); // the dimension is 1 again, k the last
        Tensor result = View.movedim(keepDim ? back : View.squeeze(back, along), new int[] {-1}, new int[] {0});
        return (q.rank() == 0 ? View.select(result, 0, 0) : result).contiguous();
    }

    /** Where among the sorted numbers of each row the shares lie, as fractions: [*, k] for rows [*, n]. */
    private static Tensor rankOfNumbers(Tensor x, Tensor shares) {
        Tensor last = Elementwise.sub(Reduce.sum(Compare.eq(x, x), true, -1), 1).to(x.dtype());
        return Choice.clampMin(Elementwise.mul(last, shares), 0);
    }

    private static Tensor between(Tensor x, Tensor rank, boolean nanWins, QuantileMode mode) {
        if (mode != QuantileMode.LINEAR && mode != QuantileMode.MIDPOINT) {
            Tensor place = mode == QuantileMode.LOWER
                    ? Maths.floor(rank)
                    : mode == QuantileMode.HIGHER ? Maths.ceil(rank) : Maths.round(rank);
            return at(x, place, nanWins);
        }
        Tensor below = Maths.floor(rank);
        Tensor both = at(x, Join.cat(List.of(below, Maths.ceil(rank)), -1), nanWins); // [*, 2 k]
        long k = rank.size(-1);
        Tensor low = View.narrow(both, -1, 0, k);
        Tensor high = View.narrow(both, -1, k, k);
        return mode == QuantileMode.MIDPOINT
                ? Ternary.lerp(low, high, 0.5)
                : Ternary.lerp(low, high, Elementwise.sub(rank, below));
    }

    /** The elements of each row of x [*, n] at ranks, whole numbers in x's dtype, [k] or [*, k]; recorded. */
    private static Tensor at(Tensor x, Tensor ranks, boolean nanWins) {
        // F32 may have rounded the last ranks of a very long row up.
        Tensor within = Choice.clampMax(ranks.to(DType.I64), x.size(-1) - 1);
        Sort.Sorted found = Sort.ranked(x, x.rank() - 1, within, nanWins);
        return Graph.records(x) ? Index.gather(x, -1, found.indices()) : found.values();
    }
}
