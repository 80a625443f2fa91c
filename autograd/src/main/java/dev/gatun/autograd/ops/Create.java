package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.HostCopy;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tensors from values, counts and Java arrays; on the CPU unless a device is named. The counterparts are {@code
 * torch.tensor}, {@code torch.arange} and so on.
 *
 * {@snippet :
 * System.out.println(Create.linspace(0, 1, 5)); // tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
 * System.out.println(Create.of(new int[][] {{1, 2}, {3, 4}}).shape()); // [2, 2]
 * }
 */
public final class Create {
    private static final int PIECE = 1 << 14;

    private Create() {}

    /** A tensor whose every element is value. {@code torch.full}. */
    public static Tensor full(Device device, DType dtype, Shape shape, Number value) {
        Checks.fits("full", value, dtype);
        return constant(device, dtype, shape, value);
    }

    /** As {@link #full}, but a value beyond an integer type wraps around, as the scalar of an arithmetic operation does. */
    static Tensor constant(Device device, DType dtype, Shape shape, Number value) {
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
        long span = step > 0 ? end - start : start - end; // up to 2^64 - 1, as the number without a sign
        long count = span == 0 ? 0 : Long.divideUnsigned(span - 1, Math.abs(step)) + 1;
        if (count < 0) {
            throw new IllegalArgumentException(
                    "arange: too many elements: start " + start + ", end " + end + ", step " + step);
        }
        return filled(count, i -> start + i * step);
    }

    /** F32: start, start + step, ... up to, not including, end, each computed from its index. */
    public static Tensor arange(double start, double end, double step) {
        if (!(step != 0) || !((end - start) / step >= 0)) {
            throw new IllegalArgumentException(
                    "arange: the step leads away: start " + start + ", end " + end + ", step " + step);
        }
        return singles((long) Math.ceil((end - start) / step), i -> (float) (start + i * step));
    }

    /** F32 [count], by index; written in pieces, so that only the tensor is as large as it is. */
    private static Tensor singles(long count, LongToSingle element) {
        Tensor x = Tensor.empty(count);
        for (long first = 0; first < count; first += PIECE) {
            float[] piece = new float[(int) Math.min(PIECE, count - first)];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = element.at(first + i);
            }
            HostCopy.write(piece, x, first);
        }
        return x;
    }

    /** I64 [count], by index, in ascending order. */
    static Tensor filled(long count, LongUnaryOperator element) {
        Tensor x = Tensor.empty(DType.I64, count);
        for (long first = 0; first < count; first += PIECE) {
            long[] piece = new long[(int) Math.min(PIECE, count - first)];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = element.applyAsLong(first + i);
            }
            HostCopy.write(piece, x, first);
        }
        return x;
    }

    private interface LongToSingle {
        float at(long i);
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
        return singles(checked("linspace", steps), evenly(start, end, steps));
    }

    /** F32 [steps]: base to the powers from start to end, evenly. {@code torch.logspace}. */
    public static Tensor logspace(double start, double end, long steps, double base) {
        LongToSingle exponents = evenly(start, end, steps);
        return singles(checked("logspace", steps), i -> (float) Math.pow((float) base, exponents.at(i)));
    }

    private static long checked(String op, long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException(op + ": steps are negative: " + steps);
        }
        return steps;
    }

    /** From both ends towards the middle, in float and rounded once, as PyTorch does: so the last one is end. */
    private static LongToSingle evenly(double start, double end, long steps) {
        float first = (float) start;
        float last = (float) end;
        float step = steps > 1 ? (last - first) / (float) (steps - 1) : 0;
        return i -> i < steps / 2 || steps == 1
                ? Math.fma(step, (float) i, first)
                : Math.fma(-step, (float) (steps - i - 1), last);
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
        Shape.of(rows, columns);
        if (rows == 0 || columns == 0) {
            return Tensor.empty(DType.I64, 2, 0);
        }
        // Row r has clamp(r + shift, 0, columns) places below, the rest above.
        long shift = Math.clamp(offset, -rows, lower ? columns - 1 : columns) + (lower ? 1 : 0);
        long first = Math.max(0, -shift); // rows before it have none below
        long full = Math.clamp(columns - shift, 0, rows); // rows from it on have all
        long ramp = full - first;
        long ends = first + full - 1 + 2 * shift; // of the ramp: its mean, twice
        long below = (ramp % 2 == 0 ? ramp / 2 * ends : ends / 2 * ramp) + (rows - full) * columns;
        long count = lower ? below : rows * columns - below;
        Tensor y = Tensor.empty(DType.I64, 2, count);
        long[][] piece = new long[2][(int) Math.min(PIECE, count)];
        long place = 0;
        for (long row = lower ? first : 0; row < (lower ? rows : full); row++) {
            long border = Math.clamp(row + shift, 0, columns);
            for (long column = lower ? 0 : border; column < (lower ? border : columns); column++) {
                int at = (int) (place++ % PIECE);
                piece[0][at] = row;
                piece[1][at] = column;
                if (at == PIECE - 1 || place == count) {
                    HostCopy.write(Arrays.copyOf(piece[0], at + 1), y, place - at - 1);
                    HostCopy.write(Arrays.copyOf(piece[1], at + 1), y, count + place - at - 1);
                }
            }
        }
        return y;
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
        Transfer.copy("of", buffer, x, true);
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
                level = present(rows[0], sizes.size());
            }
        }
        sizes.add((long) Array.getLength(level));
        return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    private static Object present(@Nullable Object inner, int depth) {
        if (inner == null) {
            throw new IllegalArgumentException("of: an inner array is null: at depth " + depth);
        }
        return inner;
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
                place = write(present(row, x.rank() - rank + 1), x, place, rank - 1);
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
