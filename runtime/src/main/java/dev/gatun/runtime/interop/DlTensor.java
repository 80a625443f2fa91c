package dev.gatun.runtime.interop;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.cuda.CudaDevice;
import dev.gatun.runtime.memory.MemoryPool;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * DLPack's {@code DLTensor}, which both forms of a managed tensor hold: read without believing it, and written.
 *
 * @param device that can read the memory
 * @param pool that stands for it
 * @param address of the first element
 * @param layout of the elements, from offset 0
 * @param dtype of the elements
 */
record DlTensor(Device device, MemoryPool pool, long address, Layout layout, DType dtype) {
    static final long BYTES = 48;

    private static final long DEVICE_TYPE_AT = 8;
    private static final long DEVICE_ID_AT = 12;
    private static final long NDIM_AT = 16;
    private static final long CODE_AT = 20;
    private static final long BITS_AT = 21;
    private static final long LANES_AT = 22;
    private static final long SHAPE_AT = 24;
    private static final long STRIDES_AT = 32;
    private static final long BYTE_OFFSET_AT = 40;

    // DLDeviceType
    private static final int CPU = 1;
    private static final int CUDA = 2;
    private static final int CUDA_HOST = 3;
    private static final int CUDA_MANAGED = 13;

    // DLDataTypeCode
    private static final int INT = 0;
    private static final int UINT = 1;
    private static final int FLOAT = 2;
    private static final int BFLOAT = 4;
    private static final int BOOL = 6;

    /** Bytes that the sizes and strides of a rank take, behind a struct. */
    static long tailBytes(int rank) {
        return 2L * rank * Long.BYTES;
    }

    /** Writes a {@code DLTensor} for an array over its storage, its sizes and strides to {@code tail}. */
    static void write(MemorySegment to, MemorySegment tail, NdArray array, Storage storage) {
        DType dtype = array.dtype();
        Layout layout = array.layout();
        boolean onHost = array.device().equals(Device.cpu());
        long address = storage.address() + layout.offset() * dtype.bytes();
        to.set(ValueLayout.JAVA_LONG, 0, layout.shape().count() == 0 ? 0 : address);
        to.set(ValueLayout.JAVA_INT, DEVICE_TYPE_AT, onHost ? CPU : CUDA);
        to.set(ValueLayout.JAVA_INT, DEVICE_ID_AT, array.device().index());
        to.set(ValueLayout.JAVA_INT, NDIM_AT, array.rank());
        to.set(ValueLayout.JAVA_BYTE, CODE_AT, (byte) codeOf(dtype));
        to.set(ValueLayout.JAVA_BYTE, BITS_AT, (byte) (dtype.bytes() * Byte.SIZE));
        to.set(ValueLayout.JAVA_SHORT, LANES_AT, (short) 1);
        to.set(ValueLayout.JAVA_LONG, BYTE_OFFSET_AT, 0);
        for (int d = 0; d < array.rank(); d++) {
            tail.setAtIndex(ValueLayout.JAVA_LONG, d, layout.shape().size(d));
            tail.setAtIndex(ValueLayout.JAVA_LONG, array.rank() + (long) d, layout.stride(d));
        }
        to.set(ValueLayout.JAVA_LONG, SHAPE_AT, tail.address());
        to.set(ValueLayout.JAVA_LONG, STRIDES_AT, tail.address() + (long) array.rank() * Long.BYTES);
    }

    private static int codeOf(DType dtype) {
        return switch (dtype) {
            case F32, F64, F16 -> FLOAT;
            case BF16 -> BFLOAT;
            case I64, I32 -> INT;
            case U8 -> UINT;
            case BOOL -> BOOL;
        };
    }

    /**
     * Reads a {@code DLTensor}.
     *
     * @throws IllegalArgumentException for whatever an array cannot be
     */
    static DlTensor read(MemorySegment from) {
        int rank = from.get(ValueLayout.JAVA_INT, NDIM_AT);
        require(rank >= 0 && rank <= Shape.MAX_RANK, "rank is outside 0.." + Shape.MAX_RANK, rank);
        DType dtype = dtype(from);
        long[] sizes = longs(from, SHAPE_AT, "shape", rank);
        Shape shape = shape(sizes);
        String what = dtype + shape.toString();
        Layout layout = from.get(ValueLayout.JAVA_LONG, STRIDES_AT) == 0
                ? Layout.contiguous(shape)
                : strided(shape, longs(from, STRIDES_AT, "strides", rank), what);
        require(
                layout.isWithin(Long.MAX_VALUE / dtype.bytes()),
                "strides reach too far",
                what + ", " + Arrays.toString(layout.strides()));

        long data = from.get(ValueLayout.JAVA_LONG, 0);
        long offset = from.get(ValueLayout.JAVA_LONG, BYTE_OFFSET_AT);
        require(offset >= 0, "byte offset is too large", Long.toUnsignedString(offset));
        require(shape.count() == 0 || data != 0, "data is a null pointer", what);
        long address = data + offset;
        require(
                address % dtype.bytes() == 0,
                "memory is not aligned to " + dtype.bytes() + " bytes",
                "address " + Long.toUnsignedString(address) + ", " + what);
        Device device = device(from, shape.count() == 0 ? 0 : address, what);
        return new DlTensor(device, device.pool(), address, layout, dtype);
    }

    /** How many bytes lie between the first element and past the last one. */
    long bytes() {
        return layout.end() * dtype.bytes();
    }

    private static Device device(MemorySegment from, long address, String what) {
        int type = from.get(ValueLayout.JAVA_INT, DEVICE_TYPE_AT);
        int id = from.get(ValueLayout.JAVA_INT, DEVICE_ID_AT);
        if (type == CPU || type == CUDA_HOST) {
            return Device.cpu();
        }
        require(
                type == CUDA || type == CUDA_MANAGED,
                "memory is neither the CPU's nor a CUDA card's",
                "device type " + type + ", " + what);
        require(id >= 0, "number of the card is negative", id);
        CudaDevice card = CudaDevice.get(id);
        if (address != 0) {
            card.requireMemory("fromDlpack", address, what);
        }
        return card;
    }

    private static DType dtype(MemorySegment from) {
        int code = Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, CODE_AT));
        int bits = Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, BITS_AT));
        int lanes = Short.toUnsignedInt(from.get(ValueLayout.JAVA_SHORT, LANES_AT));
        for (DType dtype : DType.values()) {
            if (lanes == 1 && bits == dtype.bytes() * Byte.SIZE && code == codeOf(dtype)) {
                return dtype;
            }
        }
        throw new IllegalArgumentException("fromDlpack: no dtype of Gatun has these elements: code " + code + ", "
                + bits + " bits, " + lanes + " lanes");
    }

    private static Shape shape(long[] sizes) {
        try {
            return Shape.of(sizes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("fromDlpack: " + e.getMessage(), e);
        }
    }

    private static Layout strided(Shape shape, long[] strides, String what) {
        for (int d = 0; d < strides.length; d++) {
            require(
                    strides[d] >= 0 || shape.size(d) <= 1,
                    "a stride is negative",
                    what + ", strides " + Arrays.toString(strides));
            strides[d] = Math.max(0, strides[d]); // of a size that never steps
        }
        return Layout.of(shape, strides, 0);
    }

    @SuppressWarnings("restricted") // as many as the rank says
    private static long[] longs(MemorySegment from, long at, String name, int rank) {
        long address = from.get(ValueLayout.JAVA_LONG, at);
        if (rank == 0) {
            return new long[0];
        }
        require(address != 0, name + " is a null pointer", "rank " + rank);
        require(address % Long.BYTES == 0, name + " is not aligned", "address " + Long.toUnsignedString(address));
        return MemorySegment.ofAddress(address)
                .reinterpret((long) rank * Long.BYTES)
                .toArray(ValueLayout.JAVA_LONG);
    }

    private static void require(boolean holds, String problem, Object got) {
        if (!holds) {
            throw new IllegalArgumentException("fromDlpack: " + problem + ": " + got);
        }
    }
}
