package dev.gatun.runtime.cuda;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_dims;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Elements of a {@code gt_dims}: jextract's own indexed accessors forget where in the struct the array begins. */
final class DimsStruct {
    private DimsStruct() {}

    static int rank(MemorySegment dims) {
        return (int) gt_dims.rank(dims);
    }

    static long size(MemorySegment dims, int d) {
        return gt_dims.size(dims).getAtIndex(ValueLayout.JAVA_LONG, d);
    }

    static void size(MemorySegment dims, int d, long size) {
        gt_dims.size(dims).setAtIndex(ValueLayout.JAVA_LONG, d, size);
    }

    static long stride(MemorySegment dims, int operand, int d) {
        return gt_dims.stride(dims).getAtIndex(ValueLayout.JAVA_LONG, (long) operand * Gatun.GT_MAX_RANK() + d);
    }
}
