package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.ScatterOp;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Launches reads and writes by index and mask. */
final class CpuIndex implements Kernels.Index {
    private static final Status.Place ROW = new Status.Place("index", "rows");
    private static final Status.Place PLACE = new Status.Place("index", "places");

    @Override
    public void gatherRows(String op, NdArray x, NdArray index, NdArray y) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(index).add(y);
            long rowCount = Require.rows(o, x, index, y);
            int status = Gatun.gt_gather_rows(
                    rowCount * x.dtype().bytes(), x.size(0), index.count(), o.at(0), o.at(1), o.at(2), o.position());
            Status.checkIndex(status, o, 1, ROW, x.size(0), "x " + x.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void gather(String op, NdArray x, int dim, NdArray index, NdArray y) {
        Operands o = Operands.of(op);
        try {
            o.add(x).add(index).add(y);
            Require.index(o, index);
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.collapseIndexed(dim, 2);
            int status = Gatun.gt_gather(
                    x.dtype().code(),
                    o.dims(),
                    x.size(dim),
                    x.layout().stride(dim),
                    o.at(0),
                    o.at(1),
                    o.at(2),
                    o.position());
            Status.checkIndex(status, o, 1, PLACE, x.size(dim), "x " + x.describe());
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
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.collapseIndexed(dim, 0);
            int status = Gatun.gt_scatter(
                    op.code(),
                    x.dtype().code(),
                    o.dims(),
                    x.size(dim),
                    x.layout().stride(dim),
                    o.at(1),
                    o.at(2),
                    o.at(0),
                    o.position());
            Status.checkIndex(status, o, 1, PLACE, x.size(dim), "x " + x.describe());
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
            int status = Gatun.gt_linear_index(first ? 1 : 0, o.dims(), size, o.at(0), o.at(1), o.position());
            if (status == Gatun.GT_BAD_INDEX()) {
                long offset = o.badPosition();
                long value = o.segment(0).getAtIndex(ValueLayout.JAVA_LONG, offset);
                throw new IllegalArgumentException(
                        "index: index" + index.layout().indexOf(offset) + " is " + value + ", outside " + -size + ".."
                                + (size - 1) + ": index " + index.describe());
            }
            Status.check(status, o);
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
            Status.check(Gatun.gt_flip(x.dtype().code(), o.dims(), dims, o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void maskStarts(NdArray mask, NdArray starts) {
        Operands o = Operands.of("maskStarts");
        try {
            Require.addMask(o, mask, starts);
            Status.check(Gatun.gt_mask_starts(mask.count(), o.at(0), o.at(1)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void maskNonzero(NdArray mask, NdArray starts, NdArray y) {
        Operands o = Operands.of("maskNonzero");
        try {
            Require.addMask(o, mask, starts);
            o.add(y);
            o.require(mask.rank() >= 1, "mask has no dimension");
            o.require(y.dtype() == DType.I64 && y.isContiguous(), "result is not i64 and contiguous");
            o.require(y.shape().equals(Shape.of(set(o), mask.rank())), "result is of another shape");
            MemorySegment sizes = o.arguments();
            for (int d = 0; d < mask.rank(); d++) {
                sizes.setAtIndex(ValueLayout.JAVA_LONG, d, mask.size(d));
            }
            Status.check(Gatun.gt_mask_nonzero(mask.rank(), sizes, o.at(0), o.at(1), o.at(2)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void maskSelect(NdArray x, NdArray mask, NdArray starts, NdArray y) {
        Operands o = Operands.of("maskSelect");
        try {
            addMasked(o, x, mask, starts, y);
            Status.check(Gatun.gt_mask_select(x.dtype().code(), mask.count(), o.at(0), o.at(1), o.at(2), o.at(3)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void maskScatter(NdArray x, NdArray mask, NdArray starts, NdArray y) {
        Operands o = Operands.of("maskScatter");
        try {
            addMasked(o, x, mask, starts, y);
            Status.check(Gatun.gt_mask_scatter(x.dtype().code(), mask.count(), o.at(0), o.at(1), o.at(3), o.at(2)), o);
        } finally {
            o.end();
        }
    }

    private static void addMasked(Operands o, NdArray x, NdArray mask, NdArray starts, NdArray y) {
        Require.addMask(o, mask, starts);
        o.add(x).add(y);
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
        o.require(x.count() == mask.count() && y.rank() == 1 && y.count() == set(o), "counts differ");
    }

    /** How many elements of the mask are set, as the starts, operand 1, end. */
    private static long set(Operands o) {
        MemorySegment starts = o.segment(1);
        return starts.getAtIndex(ValueLayout.JAVA_LONG, starts.byteSize() / Long.BYTES - 1);
    }
}
