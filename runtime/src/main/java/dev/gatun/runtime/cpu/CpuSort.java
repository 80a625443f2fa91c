package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Launches sorting and searching; every operand is contiguous, rows lie in the last dimension. */
final class CpuSort implements Kernels.Sort {
    private final CpuDevice device;

    CpuSort(CpuDevice device) {
        this.device = device;
    }

    /** gt_sort, gt_topk or gt_ranked: they differ in their flag, the length of the result, and what the last looks for. */
    @FunctionalInterface
    private interface Leaf {
        int call(Operands o, long rows, long n, Storage scratch);
    }

    @Override
    public void sort(boolean descending, NdArray x, NdArray values, NdArray order) {
        run(
                "sort",
                x,
                values,
                order,
                null,
                x.rank() == 0 ? 1 : x.size(-1),
                (o, rows, n, scratch) -> Gatun.gt_sort(
                        x.dtype().code(),
                        descending ? 1 : 0,
                        rows,
                        n,
                        o.at(0),
                        o.at(1),
                        o.at(2),
                        scratch.at(0),
                        scratch.bytes()));
    }

    @Override
    public void topk(boolean largest, NdArray x, NdArray values, NdArray order) {
        long k = values.rank() == 0 ? 1 : values.size(-1);
        run(
                "topk",
                x,
                values,
                order,
                null,
                k,
                (o, rows, n, scratch) -> Gatun.gt_topk(
                        x.dtype().code(),
                        largest ? 1 : 0,
                        rows,
                        n,
                        k,
                        o.at(0),
                        o.at(1),
                        o.at(2),
                        scratch.at(0),
                        scratch.bytes()));
    }

    @Override
    public void ranked(NdArray x, NdArray ranks, boolean nanWins, NdArray values, NdArray order) {
        long k = ranks.rank() == 0 ? 1 : ranks.size(-1);
        run("ranked", x, values, order, ranks, k, (o, rows, n, scratch) -> {
            boolean shared = ranks.rank() <= 1;
            o.require(ranks.dtype() == DType.I64 && ranks.isContiguous(), "ranks are not i64 and contiguous");
            o.require(shared || ranks.count() == rows * k, "ranks are of another count");
            return Gatun.gt_ranked(
                    x.dtype().code(),
                    nanWins ? 1 : 0,
                    rows,
                    n,
                    k,
                    o.at(3),
                    shared ? 0 : 1,
                    o.at(0),
                    o.at(1),
                    o.at(2),
                    scratch.at(0),
                    scratch.bytes());
        });
    }

    private void run(String op, NdArray x, NdArray values, NdArray order, @Nullable NdArray ranks, long k, Leaf leaf) {
        long n = x.rank() == 0 ? 1 : x.size(-1);
        long rows = n == 0 ? 0 : x.count() / n;
        Storage scratch =
                device.pool().allocate(Gatun.gt_sort_scratch_bytes(x.dtype().code(), rows, n));
        Operands o = Operands.of(op);
        try {
            o.add(x).add(values).add(order).addOrNothing(ranks);
            requireDense(o, x, values, order);
            o.require(order.dtype() == DType.I64 && values.dtype() == x.dtype(), "dtypes do not match");
            o.require(order.shape().equals(values.shape()), "results differ in shape");
            o.require(ranks != null || k <= n, "more is asked for than there is");
            o.require(values.count() == (n == 0 ? 0 : rows * k), "results are of another count");
            Status.check(leaf.call(o, rows, n, scratch), o);
        } finally {
            o.end();
            scratch.release();
        }
    }

    @Override
    public long unique(NdArray x, NdArray order, NdArray y, NdArray inverse, NdArray counts) {
        Operands o = Operands.of("unique");
        try {
            o.add(x).add(order).add(y).add(inverse).add(counts);
            requireDense(o, x, order, y, inverse, counts);
            o.require(y.dtype() == x.dtype(), "dtypes differ");
            long n = x.count();
            for (NdArray places : new NdArray[] {order, inverse, counts}) {
                o.require(places.dtype() == DType.I64 && places.count() == n, "positions are not i64 of x's count");
            }
            o.require(y.count() == n, "result is of another count");
            int status =
                    Gatun.gt_unique(x.dtype().code(), n, o.at(0), o.at(1), o.at(2), o.at(3), o.at(4), o.position());
            Status.check(status, o);
            return o.position().get(ValueLayout.JAVA_LONG, 0);
        } finally {
            o.end();
        }
    }

    @Override
    public void searchSorted(boolean right, NdArray sorted, NdArray values, NdArray y) {
        Operands o = Operands.of("searchSorted");
        try {
            o.add(sorted).add(values).add(y);
            requireDense(o, sorted, values, y);
            o.require(sorted.dtype() == values.dtype() && y.dtype() == DType.I64, "dtypes do not match");
            o.require(sorted.rank() >= 1 && y.shape().equals(values.shape()), "shapes do not match");
            boolean oneRow = sorted.rank() == 1;
            long n = sorted.size(-1);
            long m = oneRow ? values.count() : values.rank() == 0 ? 0 : values.size(-1);
            long rows = oneRow ? 1 : m == 0 ? 0 : values.count() / m;
            o.require(oneRow || m == 0 || sorted.count() == rows * n, "counts of rows differ");
            int status = Gatun.gt_search_sorted(
                    values.dtype().code(), right ? 1 : 0, oneRow ? 1 : 0, rows, n, m, o.at(0), o.at(1), o.at(2));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void histogram(NdArray x, double low, double high, NdArray counts) {
        Operands o = Operands.of("histogram");
        try {
            o.add(x).add(counts);
            requireDense(o, x, counts);
            o.require(counts.dtype() == DType.I64 && counts.rank() == 1, "counts are not i64 of rank 1");
            int status = Gatun.gt_histogram(x.dtype().code(), x.count(), counts.count(), low, high, o.at(0), o.at(1));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    private static void requireDense(Operands o, NdArray... arrays) {
        for (NdArray array : arrays) {
            o.require(array.isContiguous(), "operands are not contiguous");
        }
    }
}
