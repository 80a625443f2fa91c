package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Operands;

/** Launches reads and writes by index; every operand is contiguous. */
final class CpuIndex implements Kernels.Index {
    private static final Status.Place ROW = new Status.Place("index", "rows");
    private static final Status.Place COLUMN = new Status.Place("index", "columns");

    @Override
    public void gatherRows(NdArray x, NdArray index, NdArray y) {
        Operands o = Operands.of("gatherRows");
        try {
            o.add(x).add(index).add(y);
            long rowCount = requireRows(o, x, index, y);
            int status = Gatun.gt_gather_rows(
                    rowCount * x.dtype().bytes(), x.size(0), index.count(), o.at(0), o.at(1), o.at(2), o.position());
            Status.checkIndex(status, o, 1, ROW, x.size(0), "x " + x.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void indexAddRows(NdArray index, NdArray y, NdArray x) {
        Operands o = Operands.of("indexAddRows");
        try {
            o.add(index).add(y).add(x);
            long rowCount = requireRows(o, x, index, y);
            int status = Gatun.gt_index_add_rows(
                    x.dtype().code(), rowCount, x.size(0), index.count(), o.at(0), o.at(1), o.at(2), o.position());
            Status.checkIndex(status, o, 0, ROW, x.size(0), "x " + x.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void pick(NdArray x, NdArray index, NdArray y) {
        Operands o = Operands.of("pick");
        try {
            o.add(x).add(index).add(y);
            o.require(x.rank() == 2 && x.dtype() == y.dtype(), "x is not a matrix of the result's dtype");
            requireIndex(o, index);
            o.require(index.count() == x.size(0) && y.count() == x.size(0), "counts differ");
            o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
            int status = Gatun.gt_pick(x.dtype().code(), x.size(1), x.size(0), o.at(0), o.at(1), o.at(2), o.position());
            Status.checkIndex(status, o, 1, COLUMN, x.size(1), "x " + x.describe());
        } finally {
            o.end();
        }
    }

    private static void requireIndex(Operands o, NdArray index) {
        o.require(index.dtype() == DType.I64 && index.isContiguous(), "index is not i64 and contiguous");
    }

    /** Checks x [rows, *], index [count] and y [count, *]; returns how many elements a row has. */
    private static long requireRows(Operands o, NdArray x, NdArray index, NdArray y) {
        requireIndex(o, index);
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.rank() >= 1 && y.rank() == x.rank() && index.rank() == 1, "ranks do not match");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
        o.require(y.size(0) == index.count(), "counts differ");
        long elements = 1;
        for (int d = 1; d < x.rank(); d++) {
            o.require(x.size(d) == y.size(d), "row sizes differ");
            elements *= x.size(d);
        }
        return elements;
    }
}
