package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.kernels.HostCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Values out of tensors into Java, and tensors between dtypes and devices. The counterparts are {@code Tensor.item},
 * {@code Tensor.tolist} and {@code Tensor.to} of {@code torch}.
 *
 * {@snippet :
 * float[][] rows = Transfer.toArray(Tensor.ones(2, 3), float[][].class);
 * System.out.println(rows[1][2]); // 1.0
 * }
 */
public final class Transfer {
    private Transfer() {}

    /**
     * The only element.
     *
     * @throws IllegalArgumentException if there are none or several
     */
    public static double item(Tensor x) {
        Checks.require(x.count() == 1, "item", "not a single element", x);
        return HostCopy.readDouble(x);
    }

    /** The only element, exactly, of an integer or BOOL tensor. */
    public static long itemLong(Tensor x) {
        Checks.require(x.count() == 1, "itemLong", "not a single element", x);
        Checks.require(!x.dtype().isFloating(), "itemLong", "takes integers and bool", x);
        return HostCopy.readLong(x);
    }

    /**
     * x on a device and of a dtype; itself where it is so already. The gradient goes back the same way. {@code
     * torch.Tensor.to}.
     */
    public static Tensor to(Tensor x, Device device, DType dtype) {
        return to(x, device, dtype, false);
    }

    /** As {@link #to(Tensor, Device, DType)}; from pinned memory to a card it need not wait. */
    public static Tensor to(Tensor x, Device device, DType dtype, boolean nonBlocking) {
        if (device == x.device()) {
            return dtype == x.dtype() ? x : Elementwise.cast(x, dtype);
        }
        Tensor cast = x.dtype() == dtype ? x : Elementwise.cast(x, dtype); // where x is: less may have to travel
        Tensor moved = move(cast, device);
        if (!nonBlocking && cast.isPinned()) {
            device.stream().synchronize();
        }
        Elementwise.releaseUnless(x, cast);
        return moved;
    }

    /** A contiguous copy in pinned memory; x where it lies there. {@code torch.Tensor.pin_memory}. */
    public static Tensor pinMemory(Tensor x) {
        Checks.require(x.device() == Device.cpu(), "pinMemory", "not on the CPU, but on " + x.device(), x);
        if (x.isPinned()) {
            return x;
        }
        Tensor y = Tensor.emptyFor(Device.cuda(), x.dtype(), x.shape());
        x.device().kernels().elementwise().cast(x, y);
        return y;
    }

    private static Tensor move(Tensor x, Device device) {
        Tensor y = onDevice(x, device);
        Device before = x.device();
        return x.dtype().isFloating() && Graph.records(x)
                ? Graph.record("ToCopyBackward0", y, null, Input.of(x, g -> to(g, before, g.dtype())))
                : y;
    }

    private static Tensor onDevice(Tensor x, Device device) {
        Tensor dense = dense("to", x, x.dtype());
        Tensor y = Tensor.empty(device, x.dtype(), x.shape());
        HostCopy.copy(dense, y);
        Elementwise.releaseUnless(x, dense);
        return y;
    }

    /** The elements in row-major order, cast to float. */
    public static float[] toFloatArray(Tensor x) {
        float[] values = new float[length("toFloatArray", x)];
        Tensor dense = onHost("toFloatArray", x, DType.F32);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to double. */
    public static double[] toDoubleArray(Tensor x) {
        double[] values = new double[length("toDoubleArray", x)];
        Tensor dense = onHost("toDoubleArray", x, DType.F64);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to long. */
    public static long[] toLongArray(Tensor x) {
        long[] values = new long[length("toLongArray", x)];
        Tensor dense = onHost("toLongArray", x, DType.I64);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to int. */
    public static int[] toIntArray(Tensor x) {
        int[] values = new int[length("toIntArray", x)];
        Tensor dense = onHost("toIntArray", x, DType.I32);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to byte. */
    public static byte[] toByteArray(Tensor x) {
        byte[] values = new byte[length("toByteArray", x)];
        Tensor dense = onHost("toByteArray", x, DType.U8);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to boolean. */
    public static boolean[] toBooleanArray(Tensor x) {
        boolean[] values = new boolean[length("toBooleanArray", x)];
        Tensor dense = onHost("toBooleanArray", x, DType.BOOL);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to short through int. */
    public static short[] toShortArray(Tensor x) {
        int[] wide = toIntArray(x);
        short[] values = new short[wide.length];
        for (int i = 0; i < wide.length; i++) {
            values[i] = (short) wide[i];
        }
        return values;
    }

    /**
     * The elements as a Java array of x's rank: {@code toArray(x, float[][].class)}.
     *
     * @param type of any primitive type, to which elements are cast, and of x's rank, or 1 for the elements in row-major
     *     order
     * @throws IllegalArgumentException if the rank is another, or there are too many elements for an array
     */
    public static <T> T toArray(Tensor x, Class<T> type) {
        int rank = 0;
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
            rank++;
        }
        boolean fits = rank > 0 && element.isPrimitive() && (rank == x.rank() || rank == 1);
        Checks.require(fits, "toArray", "no array of type " + type.getSimpleName(), x);
        Object flat = flat(x, element.getName());
        return type.cast(rank == 1 ? flat : nest(flat, new int[1], 0, x.shape().toArray(), element));
    }

    private static Object flat(Tensor x, String element) {
        return switch (element) {
            case "float" -> toFloatArray(x);
            case "double" -> toDoubleArray(x);
            case "long" -> toLongArray(x);
            case "int" -> toIntArray(x);
            case "short" -> toShortArray(x);
            case "byte" -> toByteArray(x);
            case "boolean" -> toBooleanArray(x);
            default -> {
                int[] codes = toIntArray(x);
                char[] letters = new char[codes.length];
                for (int i = 0; i < codes.length; i++) {
                    letters[i] = (char) codes[i];
                }
                yield letters;
            }
        };
    }

    /** Cuts a flat array, from next[0] on, into nested ones. */
    private static Object nest(Object flat, int[] next, int depth, long[] sizes, Class<?> element) {
        int length = Math.toIntExact(sizes[depth]);
        if (depth == sizes.length - 1) {
            Object row = Array.newInstance(element, length);
            System.arraycopy(flat, next[0], row, 0, length);
            next[0] += length;
            return row;
        }
        Object rows = Array.newInstance(arrayOf(element, sizes.length - depth - 1), length);
        for (int i = 0; i < length; i++) {
            Array.set(rows, i, nest(flat, next, depth + 1, sizes, element));
        }
        return rows;
    }

    private static Class<?> arrayOf(Class<?> element, int rank) {
        Class<?> type = element;
        for (int i = 0; i < rank; i++) {
            type = type.arrayType();
        }
        return type;
    }

    /**
     * Puts the elements in row-major order into a buffer, cast to its type, from its position on, which then stands behind
     * them.
     *
     * @param target a FloatBuffer, DoubleBuffer, LongBuffer, IntBuffer or ByteBuffer with room for them
     * @throws IllegalArgumentException if there is no room, or it is a buffer of another type or read-only
     */
    public static void toBuffer(Tensor x, Buffer target) {
        Checks.require(!target.isReadOnly(), "toBuffer", "the buffer is read-only", x);
        Checks.require(
                target.remaining() >= x.count(),
                "toBuffer",
                "the buffer has room for " + target.remaining() + " elements",
                x);
        Tensor dense = onHost("toBuffer", x, dtypeOf("toBuffer", target));
        copy("toBuffer", target, dense, false);
        Elementwise.releaseUnless(x, dense);
        target.position(target.position() + (int) x.count());
    }

    /** The dtype of a buffer's elements. */
    static DType dtypeOf(String op, Buffer buffer) {
        return switch (buffer) {
            case FloatBuffer b -> DType.F32;
            case DoubleBuffer b -> DType.F64;
            case LongBuffer b -> DType.I64;
            case IntBuffer b -> DType.I32;
            case ByteBuffer b -> DType.U8;
            default ->
                throw new IllegalArgumentException(op + ": no dtype for a buffer of this type: "
                        + buffer.getClass().getSimpleName());
        };
    }

    /** Between a buffer, in its byte order, and a contiguous tensor of its dtype. */
    static void copy(String op, Buffer buffer, Tensor x, boolean in) {
        ValueLayout elements = switch (buffer) {
            case FloatBuffer b -> ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(b.order());
            case DoubleBuffer b -> ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(b.order());
            case LongBuffer b -> ValueLayout.JAVA_LONG_UNALIGNED.withOrder(b.order());
            case IntBuffer b -> ValueLayout.JAVA_INT_UNALIGNED.withOrder(b.order());
            default -> ValueLayout.JAVA_BYTE;
        };
        ValueLayout own = elements.withOrder(ByteOrder.nativeOrder());
        MemorySegment outside = MemorySegment.ofBuffer(buffer);
        try {
            HostCopy.withBytes(op, x, memory -> {
                if (in) {
                    MemorySegment.copy(outside, elements, 0, memory, own, 0, x.count());
                } else {
                    MemorySegment.copy(memory, own, 0, outside, elements, 0, x.count());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing reads or writes a file
        }
    }

    private static int length(String op, Tensor x) {
        Checks.require(x.count() <= Integer.MAX_VALUE - 8, op, "too many elements for an array", x);
        return (int) x.count();
    }

    /** x of a dtype in row-major order on the CPU, where it is cast, without a history. */
    private static Tensor onHost(String op, Tensor x, DType dtype) {
        if (x.device() == Device.cpu()) {
            return dense(op, x, dtype);
        }
        Tensor here = onDevice(x, Device.cpu());
        Tensor dense = dense(op, here, dtype);
        Elementwise.releaseUnless(dense, here);
        return dense;
    }

    /** x of a dtype in row-major order, without a history. */
    private static Tensor dense(String op, Tensor x, DType dtype) {
        x.storage(op);
        if (x.dtype() == dtype) {
            return x.isContiguous() ? x : Elementwise.clone(x.detach());
        }
        return Elementwise.cast(x.detach(), dtype);
    }
}
