package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.HostCopy;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

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
        Tensor x = full(Device.cpu(), DType.F32, Shape.of(n, n), 0);
        Tensor diagonal = View.detached(x, Layout.of(Shape.of(n), new long[] {n + 1}, 0));
        diagonal.fill_(1);
        diagonal.release();
        return x;
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
            default -> throw new IllegalArgumentException("of: not an array of a primitive type: " + values.getClass());
        }
        return first + length;
    }
}
