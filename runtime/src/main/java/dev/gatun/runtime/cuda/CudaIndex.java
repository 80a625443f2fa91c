package dev.gatun.runtime.cuda;

import dev.gatun.bindings.kernels.gt_dims;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ScatterOp;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Launches reads and writes by index and mask. What is wrong with an index is said when somebody waits for the stream.
 */
final class CudaIndex implements Kernels.Index {
    /** Threads of a scatter, beyond which the places are not cut into more ranges. */
    private static final long ENOUGH_THREADS = 1 << 16;

    private static final long MOST_RANGES = 64;

    private final CudaDevice device;
    private final Launcher launcher;

    CudaIndex(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "index");
    }

    private Launch start(String row, String name) {
        return launcher.start(launcher.kernel(row, name));
    }

    private static int bits(DType dtype) {
        return dtype.bytes() * Byte.SIZE;
    }

    private long expect(BadIndexes.Place place) {
        return device.queue().badIndexes().expect(place);
    }

    private static BadIndexes.Place place(Operands o, NdArray x, String unit, long limit) {
        return new BadIndexes.Place(o, 1, "index", unit, limit, "x", x.dtype(), x.shape());
    }

    @Override
    public void gatherRows(String op, NdArray x, NdArray index, NdArray y) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(index).add(y);
            long bytes = Require.rows(o, x, index, y) * x.dtype().bytes();
            int unit = unit(bytes, o.at(0).address() | o.at(2).address());
            start("gather", "gather_rows_" + unit * Byte.SIZE)
                    .add(bytes / unit)
                    .add(x.size(0))
                    .add(index.count())
                    .operand(o, 0)
                    .operand(o, 1)
                    .operand(o, 2)
                    .address(expect(place(o, x, "rows", x.size(0))))
                    .run(Grid.blocks(device, index.count() * (bytes / unit)), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    /** The most bytes, a power of two up to 8, that rows of so many bytes at aligned addresses consist of. */
    private static int unit(long bytes, long addresses) {
        return (int) Math.min(Long.BYTES, Long.lowestOneBit(bytes | addresses | Long.BYTES));
    }

    @Override
    public void gather(String op, NdArray x, int dim, NdArray index, NdArray y) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(index).add(y);
            Require.index(o, index);
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.collapseIndexed(dim, 2);
            MemorySegment dims = o.dims();
            start("gather", "gather_" + bits(x.dtype()))
                    .add(dims)
                    .add(x.size(dim))
                    .add(x.layout().stride(dim))
                    .operand(o, 0)
                    .operand(o, 1)
                    .operand(o, 2)
                    .address(expect(place(o, x, "places", x.size(dim))))
                    .run(Grid.blocks(device, y.count()), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    @Override
    public void scatter(ScatterOp op, NdArray x, int dim, NdArray index, NdArray y) {
        Operands o = Operands.of("scatter");
        try {
            o.add(x).add(index).add(y);
            Require.index(o, index);
            DType dtype = x.dtype();
            o.require(dtype == y.dtype(), "dtypes differ");
            Grid.requireSupported(op == ScatterOp.SET || dtype.isComputable() && dtype != DType.BOOL, o);
            o.collapseIndexed(dim, 0);
            if (y.count() == 0) {
                return;
            }
            MemorySegment dims = o.dims();
            int kept = 0;
            long columns = 1;
            while (kept < DimsStruct.rank(dims) && DimsStruct.stride(dims, 0, kept) != 0) {
                columns *= DimsStruct.size(dims, kept++);
            }
            long size = x.size(dim);
            long ranges = Math.clamp(Math.min(size, ENOUGH_THREADS / columns), 1, MOST_RANGES);
            long noted = expect(place(o, x, "places", size));
            start("scatter", "check_index")
                    .add(dims)
                    .add(size)
                    .operand(o, 1)
                    .address(noted)
                    .run(Grid.blocks(device, y.count()), Grid.BLOCK);
            String kind = op == ScatterOp.SET ? Integer.toString(bits(dtype)) : dtype.name();
            start("scatter", "scatter_" + op.name().toLowerCase(Locale.ROOT) + "_" + kind)
                    .add(dims)
                    .add((long) kept)
                    .add(size)
                    .add(x.layout().stride(dim))
                    .add(ranges)
                    .operand(o, 1)
                    .operand(o, 2)
                    .operand(o, 0)
                    .address(noted)
                    .run(Grid.blocks(device, columns * ranges), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    @Override
    public void linear(boolean first, NdArray index, long size, NdArray y) {
        Operands o = Operands.of("index");
        try {
            o.add(index).add(y);
            Require.index(o, index);
            Require.index(o, y);
            o.collapse();
            BadIndexes.Place place = new BadIndexes.Place(
                    "index", "index", index.layout(), "", size, true, "index", index.dtype(), index.shape());
            start("gather", "linear_index")
                    .add(o.dims())
                    .add(first ? 1 : 0)
                    .add(size)
                    .operand(o, 0)
                    .operand(o, 1)
                    .address(expect(place))
                    .run(Grid.blocks(device, y.count()), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    @Override
    public void flip(NdArray x, int dims, NdArray y) {
        Operands o = Operands.of("flip");
        try {
            o.add(x).add(y);
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.everyDimension();
            start("gather", "flip_" + bits(x.dtype()))
                    .add(o.dims())
                    .add(dims)
                    .operand(o, 0)
                    .operand(o, 1)
                    .run(Grid.blocks(device, y.count()), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    @Override
    public void maskStarts(NdArray mask, NdArray starts) {
        Operands o = Operands.of("maskStarts");
        try {
            Require.addMask(o, mask, starts);
            start("mask", "mask_counts")
                    .add(mask.count())
                    .operand(o, 0)
                    .operand(o, 1)
                    .run(chunkBlocks(mask), Grid.BLOCK);
            sum(Math.ceilDiv(mask.count(), MASK_CHUNK), o.at(1).address());
        } finally {
            o.end();
        }
    }

    /** Turns counts [chunks + 1], from the second on, into how many there are before each, and last in all. */
    void sum(long chunks, long counts) {
        start("mask", "mask_sums").add(chunks).address(counts).run(1, Grid.BLOCK);
    }

    /** A block for each chunk. */
    private long chunkBlocks(NdArray mask) {
        return Grid.blocks(device, Math.ceilDiv(mask.count(), MASK_CHUNK) * Grid.BLOCK);
    }

    @Override
    public void maskNonzero(NdArray mask, NdArray starts, NdArray y) {
        Operands o = Operands.of("maskNonzero");
        try {
            Require.addMask(o, mask, starts);
            o.add(y);
            o.require(mask.rank() >= 1, "mask has no dimension");
            o.require(y.dtype() == DType.I64 && y.isContiguous(), "result is not i64 and contiguous");
            o.require(y.rank() == 2 && y.size(1) == mask.rank(), "result is of another shape");
            MemorySegment sizes = Operands.table(gt_dims.sizeof()).asSlice(0, gt_dims.sizeof());
            Shape shape = mask.shape();
            gt_dims.rank(sizes, shape.rank());
            for (int d = 0; d < shape.rank(); d++) {
                DimsStruct.size(sizes, d, shape.size(d));
            }
            start("mask", "mask_nonzero")
                    .add(sizes)
                    .add(mask.count())
                    .operand(o, 0)
                    .operand(o, 1)
                    .operand(o, 2)
                    .run(chunkBlocks(mask), Grid.BLOCK);
        } finally {
            o.end();
        }
    }

    @Override
    public void maskSelect(NdArray x, NdArray mask, NdArray starts, NdArray y) {
        move("maskSelect", true, x, mask, starts, y);
    }

    @Override
    public void maskScatter(NdArray x, NdArray mask, NdArray starts, NdArray y) {
        move("maskScatter", false, x, mask, starts, y);
    }

    private void move(String op, boolean packs, NdArray x, NdArray mask, NdArray starts, NdArray y) {
        Operands o = Operands.of(op);
        try {
            Require.addMask(o, mask, starts);
            o.add(x).add(y);
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
            o.require(x.count() == mask.count() && y.rank() == 1, "counts differ");
            start("mask", "mask_move_" + bits(x.dtype()))
                    .add(packs ? 1 : 0)
                    .add(mask.count())
                    .operand(o, 0)
                    .operand(o, 1)
                    .operand(o, 2)
                    .operand(o, 3)
                    .run(chunkBlocks(mask), Grid.BLOCK);
        } finally {
            o.end();
        }
    }
}
