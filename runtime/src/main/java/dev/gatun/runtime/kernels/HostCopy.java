package dev.gatun.runtime.kernels;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies between contiguous arrays on any device and Java arrays of the same element type: F32 float, F64 double, I64
 * long, I32 int, U8 byte, BOOL boolean, BF16 and F16 the bits as short. Nothing is converted; cast first. Every method
 * throws {@link IllegalStateException} if the array was released and {@link IllegalArgumentException} if it is of
 * another dtype, not contiguous, or does not have the elements.
 */
public final class HostCopy {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private HostCopy() {}

    /** Writes all of {@code source} to the elements of {@code target} (F32) from {@code first} on. */
    public static void write(float[] source, NdArray target, long first) {
        Operands o = begin("write", target, DType.F32, first, source.length);
        try {
            o.write(0, first, MemorySegment.ofArray(source));
        } finally {
            o.end();
        }
    }

    /** Writes all of {@code source} to the elements of {@code target} (F64) from {@code first} on. */
    public static void write(double[] source, NdArray target, long first) {
        Operands o = begin("write", target, DType.F64, first, source.length);
        try {
            o.write(0, first, MemorySegment.ofArray(source));
        } finally {
            o.end();
        }
    }

    /** Writes all of {@code source} to the elements of {@code target} (I64) from {@code first} on. */
    public static void write(long[] source, NdArray target, long first) {
        Operands o = begin("write", target, DType.I64, first, source.length);
        try {
            o.write(0, first, MemorySegment.ofArray(source));
        } finally {
            o.end();
        }
    }

    /** Writes all of {@code source} to the elements of {@code target} (I32) from {@code first} on. */
    public static void write(int[] source, NdArray target, long first) {
        Operands o = begin("write", target, DType.I32, first, source.length);
        try {
            o.write(0, first, MemorySegment.ofArray(source));
        } finally {
            o.end();
        }
    }

    /** Writes all of {@code source} to the elements of {@code target} (U8) from {@code first} on. */
    public static void write(byte[] source, NdArray target, long first) {
        Operands o = begin("write", target, DType.U8, first, source.length);
        try {
            o.write(0, first, MemorySegment.ofArray(source));
        } finally {
            o.end();
        }
    }

    /** Writes all of {@code source} to the elements of {@code target} (BOOL) from {@code first} on. */
    public static void write(boolean[] source, NdArray target, long first) {
        Operands o = begin("write", target, DType.BOOL, first, source.length);
        try {
            byte[] bytes = new byte[source.length];
            for (int i = 0; i < source.length; i++) {
                bytes[i] = (byte) (source[i] ? 1 : 0);
            }
            o.write(0, first, MemorySegment.ofArray(bytes));
        } finally {
            o.end();
        }
    }

    /** Writes all of {@code source}, bits, to the elements of {@code target} (BF16 or F16) from {@code first} on. */
    public static void write(short[] source, NdArray target, long first) {
        Operands o = begin("write", target, halfOf(target), first, source.length);
        try {
            o.write(0, first, MemorySegment.ofArray(source));
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the elements of {@code source} (F32) from {@code first} on. */
    public static void read(NdArray source, long first, float[] target) {
        Operands o = begin("read", source, DType.F32, first, target.length);
        try {
            o.read(0, first, MemorySegment.ofArray(target));
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the elements of {@code source} (F64) from {@code first} on. */
    public static void read(NdArray source, long first, double[] target) {
        Operands o = begin("read", source, DType.F64, first, target.length);
        try {
            o.read(0, first, MemorySegment.ofArray(target));
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the elements of {@code source} (I64) from {@code first} on. */
    public static void read(NdArray source, long first, long[] target) {
        Operands o = begin("read", source, DType.I64, first, target.length);
        try {
            o.read(0, first, MemorySegment.ofArray(target));
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the elements of {@code source} (I32) from {@code first} on. */
    public static void read(NdArray source, long first, int[] target) {
        Operands o = begin("read", source, DType.I32, first, target.length);
        try {
            o.read(0, first, MemorySegment.ofArray(target));
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the elements of {@code source} (U8) from {@code first} on. */
    public static void read(NdArray source, long first, byte[] target) {
        Operands o = begin("read", source, DType.U8, first, target.length);
        try {
            o.read(0, first, MemorySegment.ofArray(target));
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the elements of {@code source} (BOOL) from {@code first} on. */
    public static void read(NdArray source, long first, boolean[] target) {
        Operands o = begin("read", source, DType.BOOL, first, target.length);
        try {
            byte[] bytes = new byte[target.length];
            o.read(0, first, MemorySegment.ofArray(bytes));
            for (int i = 0; i < target.length; i++) {
                target[i] = bytes[i] != 0;
            }
        } finally {
            o.end();
        }
    }

    /** Fills {@code target} with the bits of the elements of {@code source} (BF16 or F16) from {@code first} on. */
    public static void read(NdArray source, long first, short[] target) {
        Operands o = begin("read", source, halfOf(source), first, target.length);
        try {
            o.read(0, first, MemorySegment.ofArray(target));
        } finally {
            o.end();
        }
    }

    /** What to do with the memory of an array. */
    @FunctionalInterface
    public interface BytesAction {
        /**
         * Reads or writes.
         *
         * @param bytes the elements, in native byte order; closed when this returns
         * @throws IOException if a file cannot be read or written
         */
        void accept(MemorySegment bytes) throws IOException;
    }

    /**
     * Lends the memory of a contiguous array of any dtype to an action, for reading and writing files: without a copy where
     * it is on the CPU, else a copy, which goes back afterwards.
     *
     * @throws IOException as the action does
     */
    @SuppressWarnings("restricted") // a shorter life of the same bytes
    public static void withBytes(String op, NdArray array, BytesAction action) throws IOException {
        Operands o = begin(op, array, array.dtype(), 0, 0);
        Storage held = array.storage(op).retain(); // the action may close the scope that holds the array
        try (Arena during = Arena.ofConfined()) {
            if (held.pool().isOnHost()) {
                action.accept(o.segment(0).reinterpret(during, null));
            } else {
                MemorySegment copy =
                        during.allocate(array.count() * array.dtype().bytes(), Long.BYTES);
                o.read(0, 0, copy);
                action.accept(copy);
                o.write(0, 0, copy);
            }
        } finally {
            o.end();
            held.release();
        }
    }

    /**
     * Copies between two devices, one of them the CPU, or through it. Waits until the target has all and the source may be
     * changed, but for a copy from pinned memory to a card, which is only put on the target's current stream.
     *
     * @param source contiguous
     * @param target contiguous, of the same shape and dtype
     */
    public static void copy(NdArray source, NdArray target) {
        Operands from = Operands.of("copy");
        Operands to = Operands.of("copy"); // a list of its own: one list is of one device
        try {
            from.add(source);
            to.add(target);
            from.require(source.dtype() == target.dtype() && source.count() == target.count(), "does not fit");
            from.require(source.isContiguous() && target.isContiguous(), "not contiguous");
            source.device().beforeHostAccess("copy");
            target.device().beforeHostAccess("copy");
            if (isOnHost(target)) {
                from.read(0, 0, to.segment(0));
            } else if (isOnHost(source)) {
                to.writeAll(from);
            } else {
                try (Arena during = Arena.ofConfined()) {
                    MemorySegment between =
                            during.allocate(source.count() * source.dtype().bytes(), Long.BYTES);
                    from.read(0, 0, between);
                    to.write(0, 0, between);
                }
            }
        } finally {
            from.end();
            to.end();
        }
    }

    private static boolean isOnHost(NdArray array) {
        return array.storage("copy").pool().isOnHost();
    }

    /** The value of an array of one element, of any dtype; I64 beyond 2^53 is rounded. */
    public static double readDouble(NdArray one) {
        Operands o = beginOne(one);
        try {
            MemorySegment at = o.element(0);
            return switch (one.dtype()) {
                case F32 -> at.get(ValueLayout.JAVA_FLOAT, 0);
                case F64 -> at.get(ValueLayout.JAVA_DOUBLE, 0);
                case BF16 -> Float.intBitsToFloat(at.get(ValueLayout.JAVA_SHORT, 0) << Short.SIZE);
                case F16 -> Float.float16ToFloat(at.get(ValueLayout.JAVA_SHORT, 0));
                case I64, I32, U8, BOOL -> integer(one.dtype(), at);
            };
        } finally {
            o.end();
        }
    }

    /** The value of an array of one element, of any dtype; floating ones are cast as Java casts, toward zero. */
    public static long readLong(NdArray one) {
        if (one.dtype().isFloating()) {
            return (long) readDouble(one);
        }
        Operands o = beginOne(one);
        try {
            return integer(one.dtype(), o.element(0));
        } finally {
            o.end();
        }
    }

    private static long integer(DType dtype, MemorySegment at) {
        return switch (dtype) {
            case I64 -> at.get(ValueLayout.JAVA_LONG, 0);
            case I32 -> at.get(ValueLayout.JAVA_INT, 0);
            default -> Byte.toUnsignedLong(at.get(BYTE, 0));
        };
    }

    private static DType halfOf(NdArray array) {
        return array.dtype() == DType.F16 ? DType.F16 : DType.BF16;
    }

    private static Operands beginOne(NdArray one) {
        if (one.count() != 1) {
            throw new IllegalArgumentException("item: not one element: " + one.describe());
        }
        one.device().beforeHostAccess("item");
        return Operands.of("item").add(one);
    }

    private static Operands begin(String op, NdArray array, DType dtype, long first, int length) {
        if (array.dtype() != dtype) {
            throw new IllegalArgumentException(op + ": Java array holds " + dtype + ": " + array.describe());
        }
        if (!array.isContiguous()) {
            throw new IllegalArgumentException(op + ": not contiguous: " + array.describe());
        }
        if (first < 0 || first > array.count() - length) {
            throw new IllegalArgumentException(
                    op + ": no " + length + " elements from " + first + " on: " + array.describe());
        }
        array.device().beforeHostAccess(op);
        return Operands.of(op).add(array);
    }
}
