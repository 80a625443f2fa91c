package dev.gatun.runtime.memory;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_dims;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The dimensions of one strided call, on their way from layouts to a {@code gt_dims} struct: no size is 1, and
 * neighbours that are contiguous in every operand are one.
 */
final class Dims {
    static final int MAX_RANK = Gatun.GT_MAX_RANK();
    static final int MAX_OPERANDS = Gatun.GT_MAX_OPERANDS();

    private static final long SIZE_AT = gt_dims.size$offset();
    private static final long STRIDE_AT = gt_dims.stride$offset();
    private static final long ROW_BYTES = (long) MAX_RANK * Long.BYTES;

    private final MemorySegment struct;
    private final long[] size = new long[MAX_RANK];
    private final long[] stride = new long[MAX_OPERANDS * MAX_RANK]; // a row for each operand
    private int operands;
    private int rank;

    /** Dimensions to be written to {@code struct}, a gt_dims. */
    Dims(MemorySegment struct) {
        this.struct = struct;
    }

    /** Forgets the dimensions of the last call. */
    void start(int operandCount) {
        operands = operandCount;
        rank = 0;
    }

    int rank() {
        return rank;
    }

    long size(int dim) {
        return size[dim];
    }

    long stride(int operand, int dim) {
        return stride[operand * MAX_RANK + dim];
    }

    /**
     * Opens a place for a dimension, its strides still to be set: after those that have at least its stride in one
     * operand.
     *
     * @param first the outermost place that it may take
     * @param length its size, not 1
     * @param key the operand whose strides give the order, or -1 to put it last
     * @param keyStride that operand's stride of the new dimension
     * @return the place
     */
    int insert(int first, long length, int key, long keyStride) {
        int at = rank++;
        while (key >= 0 && at > first && stride(key, at - 1) < keyStride) {
            size[at] = size[at - 1];
            for (int i = 0; i < operands; i++) {
                stride[i * MAX_RANK + at] = stride[i * MAX_RANK + at - 1];
            }
            at--;
        }
        size[at] = length;
        return at;
    }

    void stride(int operand, int dim, long elements) {
        stride[operand * MAX_RANK + dim] = elements;
    }

    /** Joins neighbours, from place {@code first} on, wherever every operand steps through both as through one. */
    void merge(int first) {
        int kept = first;
        for (int at = first + 1; at < rank; at++) {
            if (joins(kept, at)) {
                size[kept] *= size[at];
            } else {
                kept++;
                size[kept] = size[at];
            }
            for (int i = 0; i < operands; i++) {
                stride[i * MAX_RANK + kept] = stride[i * MAX_RANK + at];
            }
        }
        rank = Math.min(rank, kept + 1);
    }

    private boolean joins(int outer, int inner) {
        for (int i = 0; i < operands; i++) {
            if (stride(i, outer) != stride(i, inner) * size[inner]) {
                return false;
            }
        }
        return true;
    }

    /** Writes the struct and returns it. */
    MemorySegment write() {
        struct.set(ValueLayout.JAVA_LONG, 0, rank);
        for (int d = 0; d < rank; d++) {
            struct.set(ValueLayout.JAVA_LONG, SIZE_AT + (long) d * Long.BYTES, size[d]);
        }
        for (int i = 0; i < operands; i++) {
            for (int d = 0; d < rank; d++) {
                struct.set(ValueLayout.JAVA_LONG, STRIDE_AT + i * ROW_BYTES + (long) d * Long.BYTES, stride(i, d));
            }
        }
        return struct;
    }
}
