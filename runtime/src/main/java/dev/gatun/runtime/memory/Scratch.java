package dev.gatun.runtime.memory;

import dev.gatun.bindings.kernels.gt_dims;
import dev.gatun.runtime.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Native memory of one thread for what a call passes by pointer: dimensions, a scalar, a struct of arguments, the
 * place of a bad index, a table. It dies with the thread, and with its calls: the collector frees it once nothing
 * points here.
 */
final class Scratch {
    private static final long ALIGNMENT = 64;
    private static final long ARGUMENTS_BYTES = 128;

    final Dims dims;
    final MemorySegment scalar;
    final MemorySegment position;
    final MemorySegment arguments;
    private MemorySegment table = MemorySegment.NULL;

    Scratch() {
        Arena arena = Arena.ofAuto();
        dims = new Dims(arena.allocate(gt_dims.sizeof(), ALIGNMENT));
        MemorySegment small = arena.allocate(ALIGNMENT + ARGUMENTS_BYTES, ALIGNMENT);
        scalar = small.asSlice(0, Long.BYTES);
        position = small.asSlice(Long.BYTES, Long.BYTES);
        arguments = small.asSlice(ALIGNMENT, ARGUMENTS_BYTES);
    }

    /** Writes a number as an element of a dtype, cast as Java casts; returns where it lies. */
    MemorySegment write(Number value, DType dtype) {
        switch (dtype) {
            case F32 -> scalar.set(ValueLayout.JAVA_FLOAT, 0, value.floatValue());
            case F64 -> scalar.set(ValueLayout.JAVA_DOUBLE, 0, value.doubleValue());
            case BF16 -> scalar.set(ValueLayout.JAVA_SHORT, 0, toBFloat16(value.floatValue()));
            case F16 -> scalar.set(ValueLayout.JAVA_SHORT, 0, Float.floatToFloat16(value.floatValue()));
            case I64 -> scalar.set(ValueLayout.JAVA_LONG, 0, value.longValue());
            case I32 -> scalar.set(ValueLayout.JAVA_INT, 0, value.intValue());
            case U8 -> scalar.set(ValueLayout.JAVA_BYTE, 0, (byte) value.intValue());
            case BOOL -> scalar.set(ValueLayout.JAVA_BYTE, 0, (byte) (value.doubleValue() != 0 ? 1 : 0));
        }
        return scalar;
    }

    /** The nearest BF16, ties to even. */
    private static short toBFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40); // stays a NaN though its low bits go
        }
        int lowestKept = (bits >>> 16) & 1;
        return (short) ((bits + 0x7fff + lowestKept) >>> 16);
    }

    /** Memory of any size, kept for the next call; its contents are whatever was there. */
    MemorySegment table(long bytes) {
        if (table.byteSize() < bytes) {
            table = Arena.ofAuto().allocate(Math.max(bytes, 2 * table.byteSize()), Long.BYTES);
        }
        return table;
    }
}
