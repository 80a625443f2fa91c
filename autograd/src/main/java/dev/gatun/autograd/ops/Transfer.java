package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.HostCopy;

/** Values out of tensors into Java, and tensors between dtypes and devices. */
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

    /** x on a device and of a dtype; itself where it is so already. {@code torch.Tensor.to}. */
    public static Tensor to(Tensor x, Device device, DType dtype) {
        if (device != x.device()) {
            throw new IllegalArgumentException(
                    "to: no copy from " + x.device().name() + " to " + device.name() + " in this version");
        }
        return dtype == x.dtype() ? x : Elementwise.cast(x, dtype);
    }

    /** The elements in row-major order, cast to float. */
    public static float[] toFloatArray(Tensor x) {
        float[] values = new float[length("toFloatArray", x)];
        Tensor dense = dense(x, DType.F32);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to double. */
    public static double[] toDoubleArray(Tensor x) {
        double[] values = new double[length("toDoubleArray", x)];
        Tensor dense = dense(x, DType.F64);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to long. */
    public static long[] toLongArray(Tensor x) {
        long[] values = new long[length("toLongArray", x)];
        Tensor dense = dense(x, DType.I64);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to int. */
    public static int[] toIntArray(Tensor x) {
        int[] values = new int[length("toIntArray", x)];
        Tensor dense = dense(x, DType.I32);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to byte. */
    public static byte[] toByteArray(Tensor x) {
        byte[] values = new byte[length("toByteArray", x)];
        Tensor dense = dense(x, DType.U8);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    /** The elements in row-major order, cast to boolean. */
    public static boolean[] toBooleanArray(Tensor x) {
        boolean[] values = new boolean[length("toBooleanArray", x)];
        Tensor dense = dense(x, DType.BOOL);
        HostCopy.read(dense, 0, values);
        Elementwise.releaseUnless(x, dense);
        return values;
    }

    private static int length(String op, Tensor x) {
        Checks.require(x.count() <= Integer.MAX_VALUE - 8, op, "too many elements for an array", x);
        return (int) x.count();
    }

    /** x of a dtype in row-major order, without a history. */
    private static Tensor dense(Tensor x, DType dtype) {
        if (x.dtype() == dtype) {
            return x.isContiguous() ? x : Elementwise.clone(x.detach());
        }
        return Elementwise.cast(x.detach(), dtype);
    }
}
