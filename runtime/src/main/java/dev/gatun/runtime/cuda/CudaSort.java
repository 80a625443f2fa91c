package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Launches sorting and searching; every operand is contiguous, rows lie in the last dimension. Rows of up to {@link #TILE}
 * elements are sorted in one launch; of longer ones, sorted runs are merged in pairs, a launch each time.
 */
final class CudaSort implements Kernels.Sort {
    /** Items of a block: TILE of {@code native/cuda/sort.cu}. */
    private static final int TILE = 1024;

    private final CudaDevice device;
    private final CudaElementwise elementwise;
    private final CudaIndex index;
    private final Launcher launcher;

    CudaSort(CudaDevice device, CudaElementwise elementwise, CudaIndex index) {
        this.device = device;
        this.elementwise = elementwise;
        this.index = index;
        this.launcher = new Launcher(device, "sort");
    }

    private Launch start(String row, String name, NdArray x) {
        return launcher.start(launcher.kernel(row, name + "_" + suffix(x.dtype())));
    }

    /** Truth values are sorted as the bytes that they are. */
    private static String suffix(DType dtype) {
        return dtype == DType.BOOL ? DType.U8.name() : dtype.name();
    }

    /** Bytes of an item: of a key and its position. */
    private static int itemBytes(DType dtype) {
        return dtype.bytes() == Long.BYTES ? 2 * Long.BYTES : Long.BYTES;
    }

    private static long last(NdArray x) {
        return x.rank() == 0 ? 1 : x.size(-1);
    }

    private long blocks(long elements) {
        return Grid.blocks(device, elements);
    }

    @Override
    public void sort(boolean descending, NdArray x, NdArray values, NdArray order) {
        Operands o = Operands.of("sort");
        try {
            o.add(x).add(values).add(order);
            first(o, x, values, order, last(x), descending);
        } finally {
            o.end();
        }
    }

    @Override
    public void topk(boolean largest, NdArray x, NdArray values, NdArray order) {
        Operands o = Operands.of("topk");
        try {
            o.add(x).add(values).add(order);
            long k = last(values);
            o.require(k <= last(x), "more is asked for than there is");
            first(o, x, values, order, k, largest);
        } finally {
            o.end();
        }
    }

    /** Operands: x, and what its first k elements in order go to. */
    private void first(Operands o, NdArray x, NdArray values, NdArray order, long k, boolean descending) {
        requireRows(o, x, values, order, k);
        if (values.count() == 0) {
            return;
        }
        long n = last(x);
        long rows = x.count() / n;
        if (n <= TILE) {
            runs(o, x, k, descending, 0).operand(o, 1).operand(o, 2).run(tiles(rows, n), Grid.BLOCK);
            return;
        }
        Storage items = sorted(o, x, k, descending);
        try {
            start("sort", "sort_store", x)
                    .add(rows)
                    .add(n)
                    .add(k)
                    .address(items.address())
                    .operand(o, 0)
                    .operand(o, 1)
                    .operand(o, 2)
                    .run(blocks(rows * k), Grid.BLOCK);
        } finally {
            items.release();
        }
    }

    /** Begins to sort the runs of operand x, and to keep the first k of each. */
    private Launch runs(Operands o, NdArray x, long k, boolean descending, long items) {
        long n = last(x);
        long ones = x.dtype().bytes() == Long.BYTES ? -1L : 0xffff_ffffL;
        return start("sort", "sort_runs", x)
                .add(x.count() / n)
                .add(n)
                .add(length(n))
                .add(descending ? ones : 0)
                .add(k)
                .operand(o, 0)
                .address(items);
    }

    private static int length(long n) {
        return (int) Math.min(TILE, Grid.powerOfTwo(n));
    }

    private static long tiles(long rows, long n) {
        long runs = rows * Math.ceilDiv(n, length(n));
        return Math.min(Math.ceilDiv(runs, TILE / length(n)), Integer.MAX_VALUE);
    }

    /** The first k items of each row of operand x, in order; for the caller to release. */
    private Storage sorted(Operands o, NdArray x, long k, boolean descending) {
        long n = last(x);
        long rows = x.count() / n;
        int bytes = itemBytes(x.dtype());
        long runs = Math.ceilDiv(n, length(n));
        long keep = Math.min(k, length(n));
        long count = count(n, length(n), keep);
        Storage from = device.pool().allocate(rows * count * bytes);
        try {
            runs(o, x, keep, descending, from.address()).address(0).address(0).run(tiles(rows, n), Grid.BLOCK);
            CudaFunction merge = launcher.kernel("sort", "merge_runs_" + (bytes == Long.BYTES ? 32 : 64));
            while (runs > 1) {
                long longer = Math.min(k, 2 * keep);
                long fewer = count(count, 2 * keep, longer);
                Storage to = device.pool().allocate(rows * fewer * bytes);
                launcher.start(merge)
                        .add(rows)
                        .add(count)
                        .add(keep)
                        .address(from.address())
                        .add(fewer)
                        .add(longer)
                        .address(to.address())
                        .run(blocks(rows * count), Grid.BLOCK);
                from.release();
                from = to;
                runs = Math.ceilDiv(runs, 2);
                keep = longer;
                count = fewer;
            }
            return from;
        } catch (RuntimeException e) {
            from.release();
            throw e;
        }
    }

    /** How many of n elements stay where so many of each `length` are kept. */
    private static long count(long n, long length, long keep) {
        long whole = n / length;
        return whole * keep + Math.min(keep, n - whole * length);
    }

    @Override
    public void ranked(NdArray x, NdArray ranks, boolean nanWins, NdArray values, NdArray order) {
        Operands o = Operands.of("ranked");
        try {
            o.add(x).add(values).add(order).add(ranks);
            long k = last(ranks);
            requireRows(o, x, values, order, k);
            long n = last(x);
            boolean shared = ranks.rank() <= 1;
            o.require(ranks.dtype() == DType.I64 && ranks.isContiguous(), "ranks are not i64 and contiguous");
            o.require(shared || n == 0 || ranks.count() == x.count() / n * k, "ranks are of another count");
            if (values.count() == 0) {
                return;
            }
            long rows = x.count() / n;
            Storage items = sorted(o, x, n, false);
            try {
                start("ranked", "ranked", x)
                        .add(rows)
                        .add(n)
                        .add(k)
                        .operand(o, 3)
                        .add(shared ? 0 : k)
                        .add(nanWins ? 1 : 0)
                        .address(items.address())
                        .operand(o, 0)
                        .operand(o, 1)
                        .operand(o, 2)
                        .run(blocks(rows * k), Grid.BLOCK);
            } finally {
                items.release();
            }
        } finally {
            o.end();
        }
    }

    private static void requireRows(Operands o, NdArray x, NdArray values, NdArray order, long k) {
        requireDense(o, x, values, order);
        o.require(order.dtype() == DType.I64 && values.dtype() == x.dtype(), "dtypes do not match");
        o.require(order.shape().equals(values.shape()), "results differ in shape");
        long n = last(x);
        o.require(values.count() == (n == 0 ? 0 : x.count() / n * k), "results are of another count");
        o.require(n < 1L << Integer.SIZE, "rows are too long");
        requireNumbers(o, x);
    }

    private static void requireNumbers(Operands o, NdArray x) {
        Grid.requireSupported(x.dtype() == DType.BOOL || Kinds.NUMBERS.takes(x.dtype()), o);
    }

    private static void requireDense(Operands o, NdArray... arrays) {
        for (NdArray array : arrays) {
            o.require(array.isContiguous(), "operands are not contiguous");
        }
    }

    @Override
    public long unique(NdArray x, NdArray order, NdArray y, NdArray inverse, NdArray counts) {
        Operands o = Operands.of("unique");
        long n = x.count();
        try {
            o.add(x).add(order).add(y).add(inverse).add(counts);
            requireDense(o, x, order, y, inverse, counts);
            o.require(y.dtype() == x.dtype(), "dtypes differ");
            for (NdArray places : new NdArray[] {order, inverse, counts}) {
                o.require(places.dtype() == DType.I64 && places.count() == n, "positions are not i64 of x's count");
            }
            o.require(y.count() == n, "result is of another count");
            requireNumbers(o, x);
            return n == 0 ? 0 : unique(o, x, n);
        } finally {
            o.end();
        }
    }

    private long unique(Operands o, NdArray x, long n) {
        long chunks = Math.ceilDiv(n, Kernels.Index.MASK_CHUNK);
        long blocks = blocks(chunks * Grid.BLOCK);
        Storage scratch = device.pool().allocate((chunks + 1 + n) * Long.BYTES);
        try (Arena arena = Arena.ofConfined()) {
            long starts = scratch.address();
            long firsts = starts + (chunks + 1) * Long.BYTES;
            start("unique", "unique_counts", x)
                    .add(n)
                    .operand(o, 0)
                    .address(starts)
                    .run(blocks, Grid.BLOCK);
            index.sum(chunks, starts);
            start("unique", "unique_places", x)
                    .add(n)
                    .operand(o, 0)
                    .operand(o, 1)
                    .address(starts)
                    .operand(o, 2)
                    .operand(o, 3)
                    .address(firsts)
                    .run(blocks, Grid.BLOCK);
            launcher.start(launcher.kernel("unique", "unique_lengths"))
                    .add(n)
                    .address(starts + chunks * Long.BYTES)
                    .address(firsts)
                    .operand(o, 4)
                    .run(blocks(n), Grid.BLOCK);
            MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG);
            scratch.read(chunks * Long.BYTES, values);
            return values.get(ValueLayout.JAVA_LONG, 0);
        } finally {
            scratch.release();
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
            requireNumbers(o, values);
            boolean oneRow = sorted.rank() == 1;
            long n = sorted.size(-1);
            long m = oneRow ? values.count() : values.rank() == 0 ? 0 : values.size(-1);
            long rows = oneRow ? 1 : m == 0 ? 0 : values.count() / m;
            o.require(oneRow || m == 0 || sorted.count() == rows * n, "counts of rows differ");
            start("search", "search_sorted", values)
                    .add(right ? 1 : 0)
                    .add(oneRow ? 0 : n)
                    .add(rows)
                    .add(n)
                    .add(m)
                    .operand(o, 0)
                    .operand(o, 1)
                    .operand(o, 2)
                    .run(blocks(rows * m), Grid.BLOCK);
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
            Grid.requireSupported(Grid.isFloat(x.dtype()), o);
            boolean range = x.dtype() == DType.F32 ? (float) low < (float) high : low < high;
            o.require(counts.count() > 0 && range, "no bins or no range");
            elementwise.fill(0, counts);
            start("histogram", "histogram", x)
                    .add(x.count())
                    .add(counts.count())
                    .add(low)
                    .add(high)
                    .operand(o, 0)
                    .operand(o, 1)
                    .run(blocks(x.count()), Grid.BLOCK);
        } finally {
            o.end();
        }
    }
}
