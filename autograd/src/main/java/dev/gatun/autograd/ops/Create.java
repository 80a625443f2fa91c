package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.HostCopy;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/** Tensors from values, counts and Java arrays; on the CPU unless a device is named. */
public final class Create {
    private Create() {}

    /** A tensor whose every element is value. {@code torch.full}. */
    public static Tensor full(Device device, DType dtype, Shape shape, Number value) {
        Tensor x = Tensor.empty(device, dtype, shape);
        device.kernels().elementwise().fill(value, x);
        return x;
    }

    /** I64: start, start + step, ... up to, not including, end. {@code torch.arange}. */
    public static Tensor arange(long start, long end, long step) {
        if (step == 0 || step > 0 && end < start || step < 0 && end > start) {
            throw new IllegalArgumentException(
                    "arange: the step leads away: start " + start + ", end " + end + ", step " + step);
        }
        long[] values = new long[Math.toIntExact((end - start + step - Long.signum(step)) / step)];
        for (int i = 0; i < values.length; i++) {
            values[i] = start + i * step;
        }
        return of(values);
    }

    /** F32: start, start + step, ... up to, not including, end, each computed from its index. */
    public static Tensor arange(double start, double end, double step) {
        if (!(step != 0) || !((end - start) / step >= 0)) {
            throw new IllegalArgumentException(
                    "arange: the step leads away: start " + start + ", end " + end + ", step " + step);
        }
        float[] values = new float[Math.toIntExact((long) Math.ceil((end - start) / step))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (start + i * step);
        }
        return of(values);
    }

    /** F32 [n, n] with ones on the diagonal. {@code torch.eye}. */
    public static Tensor eye(long n) {
        return eye(n, n);
    }

    /** F32 [rows, columns] with ones on the diagonal. {@code torch.eye}. */
    public static Tensor eye(long rows, long columns) {
        Tensor x = full(Device.cpu(), DType.F32, Shape.of(rows, columns), 0);
        long length = Math.min(rows, columns);
        Tensor diagonal = View.detached(x, Layout.of(Shape.of(length), new long[] {columns + 1}, 0));
        diagonal.fill_(1);
        diagonal.release();
        return x;
    }

    /**
     * F32 [steps], evenly from start to end, both included. {@code torch.linspace}.
     *
     * @param steps at least 0
     */
    public static Tensor linspace(double start, double end, long steps) {
        return Tensor.of(floats("linspace", start, end, steps));
    }

    /** F32 [steps]: base to the powers from start to end, evenly. {@code torch.logspace}. */
    public static Tensor logspace(double start, double end, long steps, double base) {
        float[] values = floats("logspace", start, end, steps);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.pow((float) base, values[i]);
        }
        return Tensor.of(values);
    }

    /** From both ends towards the middle, in float and rounded once, as PyTorch does: so the last one is end. */
    private static float[] floats(String op, double start, double end, long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException(op + ": steps are negative: " + steps);
        }
        float[] values = new float[Math.toIntExact(steps)];
        float first = (float) start;
        float last = (float) end;
        float step = steps > 1 ? (last - first) / (steps - 1) : 0;
        for (int i = 0; i < values.length; i++) {
            boolean front = i < values.length / 2 || values.length == 1;
            values[i] = front ? Math.fma(step, i, first) : Math.fma(-step, values.length - i - 1, last);
        }
        return values;
    }

    /** I64 [2, n]: rows and columns of the lower triangle of a matrix, row by row. {@code torch.tril_indices}. */
    public static Tensor trilIndices(long rows, long columns, long offset) {
        return triangle("trilIndices", rows, columns, offset, true);
    }

    /** I64 [2, n]: rows and columns of the upper triangle of a matrix, row by row. {@code torch.triu_indices}. */
    public static Tensor triuIndices(long rows, long columns, long offset) {
        return triangle("triuIndices", rows, columns, offset, false);
    }

    /** Column c of row r is in the lower triangle where c - r is at most the offset, in the upper where at least. */
    private static Tensor triangle(String op, long rows, long columns, long offset, boolean lower) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(op + ": a size is negative: " + rows + " x " + columns);
        }
        List<long[]> places = new ArrayList<>();
        for (long row = 0; row < rows; row++) {
            long first = lower ? 0 : Math.clamp(row + offset, 0, columns);
            long last = lower ? Math.clamp(row + offset + 1, 0, columns) : columns;
            for (long column = first; column < last; column++) {
                places.add(new long[] {row, column});
            }
        }
        long[][] y = new long[2][places.size()];
        for (int i = 0; i < places.size(); i++) {
            y[0][i] = places.get(i)[0];
            y[1][i] = places.get(i)[1];
        }
        return of(y);
    }

    /** F32 [n]. */
    public static Tensor of(float... values) {
        return nested(DType.F32, values);
    }

    /** F32, rank 2; all inner arrays of one length. */
    public static Tensor of(float[][] values) {
        return nested(DType.F32, values);
    }

    /** F32, rank 3; all inner arrays of one length. */
    public static Tensor of(float[][][] values) {
        return nested(DType.F32, values);
    }

    /** F32, rank 4; all inner arrays of one length. */
    public static Tensor of(float[][][][] values) {
        return nested(DType.F32, values);
    }

    /** F64 [n]. */
    public static Tensor of(double... values) {
        return nested(DType.F64, values);
    }

    /** F64, rank 2; all inner arrays of one length. */
    public static Tensor of(double[][] values) {
        return nested(DType.F64, values);
    }

    /** F64, rank 3; all inner arrays of one length. */
    public static Tensor of(double[][][] values) {
        return nested(DType.F64, values);
    }

    /** F64, rank 4; all inner arrays of one length. */
    public static Tensor of(double[][][][] values) {
        return nested(DType.F64, values);
    }

    /** I64 [n]. */
    public static Tensor of(long... values) {
        return nested(DType.I64, values);
    }

    /** I64, rank 2; all inner arrays of one length. */
    public static Tensor of(long[][] values) {
        return nested(DType.I64, values);
    }

    /** I64, rank 3; all inner arrays of one length. */
    public static Tensor of(long[][][] values) {
        return nested(DType.I64, values);
    }

    /** I64, rank 4; all inner arrays of one length. */
    public static Tensor of(long[][][][] values) {
        return nested(DType.I64, values);
    }

    /** I32 [n]. */
    public static Tensor of(int... values) {
        return nested(DType.I32, values);
    }

    /** I32, rank 2; all inner arrays of one length. */
    public static Tensor of(int[][] values) {
        return nested(DType.I32, values);
    }

    /** I32, rank 3; all inner arrays of one length. */
    public static Tensor of(int[][][] values) {
        return nested(DType.I32, values);
    }

    /** I32, rank 4; all inner arrays of one length. */
    public static Tensor of(int[][][][] values) {
        return nested(DType.I32, values);
    }

    /** U8 [n]. */
    public static Tensor of(byte... values) {
        return nested(DType.U8, values);
    }

    /** U8, rank 2; all inner arrays of one length. */
    public static Tensor of(byte[][] values) {
        return nested(DType.U8, values);
    }

    /** U8, rank 3; all inner arrays of one length. */
    public static Tensor of(byte[][][] values) {
        return nested(DType.U8, values);
    }

    /** U8, rank 4; all inner arrays of one length. */
    public static Tensor of(byte[][][][] values) {
        return nested(DType.U8, values);
    }

    /** BOOL [n]. */
    public static Tensor of(boolean... values) {
        return nested(DType.BOOL, values);
    }

    /** BOOL, rank 2; all inner arrays of one length. */
    public static Tensor of(boolean[][] values) {
        return nested(DType.BOOL, values);
    }

    /** BOOL, rank 3; all inner arrays of one length. */
    public static Tensor of(boolean[][][] values) {
        return nested(DType.BOOL, values);
    }

    /** BOOL, rank 4; all inner arrays of one length. */
    public static Tensor of(boolean[][][][] values) {
        return nested(DType.BOOL, values);
    }

    /**
     * From a Java array of any primitive type and rank: F32 of float, F64 of double, I64 of long, I32 of int, short and
     * char, U8 of byte, BOOL of boolean.
     *
     * @param array nested arrays of equal lengths, such as a {@code float[][]}
     * @return a copy, of the array's rank
     * @throws IllegalArgumentException if it is no such array, or lengths differ
     */
    public static Tensor ofArray(Object array) {
        Class<?> element = array.getClass();
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element == array.getClass() || !element.isPrimitive()) {
            throw notPrimitive(array.getClass());
        }
        return nested(dtypeOf(element), array);
    }

    private static IllegalArgumentException notPrimitive(Class<?> type) {
        return new IllegalArgumentException("of: not an array of a primitive type: " + type.getSimpleName());
    }

    /** The dtype that holds a primitive type. */
    private static DType dtypeOf(Class<?> element) {
        return switch (element.getName()) {
            case "float" -> DType.F32;
            case "double" -> DType.F64;
            case "long" -> DType.I64;
            case "byte" -> DType.U8;
            case "boolean" -> DType.BOOL;
            default -> DType.I32;
        };
    }

    /**
     * From what a buffer holds between its position and its limit, in its own byte order: F32 of a FloatBuffer, F64 of a
     * DoubleBuffer, I64 of a LongBuffer, I32 of an IntBuffer, U8 of a ByteBuffer. The position stays.
     *
     * @param buffer on the heap or direct
     * @param sizes of the tensor; none: one dimension
     * @return a copy; {@link dev.gatun.runtime.interop.Segments#wrap} shares the memory instead
     * @throws IllegalArgumentException if the count is another, or it is a buffer of another type
     */
    public static Tensor ofBuffer(Buffer buffer, long... sizes) {
        DType dtype = Transfer.dtypeOf("of", buffer);
        Shape shape = sizes.length == 0 ? Shape.of(buffer.remaining()) : Shape.of(sizes);
        if (shape.count() != buffer.remaining()) {
            throw new IllegalArgumentException("of: the buffer holds " + buffer.remaining() + " elements, shape "
                    + shape + " has " + shape.count());
        }
        Tensor x = Tensor.empty(Device.cpu(), dtype, shape);
        Transfer.copy(buffer, x, true);
        return x;
    }

    /**
     * F32 [n, columns] from a stream of rows.
     *
     * @param rows of one length
     * @throws IllegalArgumentException if lengths differ
     */
    public static Tensor ofRows(Stream<float[]> rows) {
        return of(rows.toArray(float[][]::new));
    }

    private static Tensor nested(DType dtype, Object values) {
        Shape shape = shapeOf(values);
        Tensor x = Tensor.empty(Device.cpu(), dtype, shape);
        write(values, x, 0, shape.rank());
        return x;
    }

    /** The lengths along the first elements; [0, 0] where there is no first row. */
    private static Shape shapeOf(Object values) {
        List<Long> sizes = new ArrayList<>();
        Object level = values;
        while (level instanceof Object[] rows) {
            sizes.add((long) rows.length);
            if (rows.length == 0) {
                level = Array.newInstance(rows.getClass().getComponentType().getComponentType(), 0);
            } else {
                level = rows[0];
            }
        }
        sizes.add((long) Array.getLength(level));
        return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    /** Writes an array of some rank into x from a place on; returns the place behind it. */
    private static long write(Object values, Tensor x, long first, int rank) {
        long length = Array.getLength(values);
        if (length != x.size(-rank)) {
            throw new IllegalArgumentException("of: inner arrays differ in length: " + x.size(-rank) + " and " + length
                    + " at depth " + (x.rank() - rank));
        }
        if (values instanceof Object[] rows) {
            long place = first;
            for (Object row : rows) {
                place = write(row, x, place, rank - 1);
            }
            return place;
        }
        switch (values) {
            case float[] v -> HostCopy.write(v, x, first);
            case double[] v -> HostCopy.write(v, x, first);
            case long[] v -> HostCopy.write(v, x, first);
            case int[] v -> HostCopy.write(v, x, first);
            case byte[] v -> HostCopy.write(v, x, first);
            case boolean[] v -> HostCopy.write(v, x, first);
            case short[] v -> HostCopy.write(widened(v.length, i -> v[i]), x, first);
            case char[] v -> HostCopy.write(widened(v.length, i -> v[i]), x, first);
            default -> throw notPrimitive(values.getClass());
        }
        return first + length;
    }

    private static int[] widened(int length, IntUnaryOperator element) {
        int[] wide = new int[length];
        Arrays.setAll(wide, element);
        return wide;
    }
}
