package dev.gatun.runtime.memory;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.kernels.Kernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the launch classes of every backend ask of their operands; each names the operation and what it got. */
public final class Require {
    private Require() {}

    /** A bit for each dimension that is reduced; each is there, and named once. */
    public static int dimensionBits(int[] dims, Operands o, NdArray x) {
        int bits = 0;
        for (int dim : dims) {
            o.require(dim >= 0 && dim < x.rank() && (bits & 1 << dim) == 0, "no such dimension, or named twice");
            bits |= 1 << dim;
        }
        return bits;
    }

    /** Whether two arrays have the same shape and strides. */
    public static boolean liesAs(NdArray a, NdArray b) {
        return a.shape().equals(b.shape()) && Arrays.equals(a.strides(), b.strides());
    }

    /** Both are contiguous, of one dtype and one shape. */
    public static void alike(Operands o, NdArray x, NdArray y) {
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.shape().equals(y.shape()), "shapes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
    }

    /** Scores are a matrix, with a target for each row, and the loss fits the reduction. */
    public static void loss(
            Operands o, Reduction reduction, NdArray scores, NdArray target, NdArray loss, NdArray weight) {
        o.require(scores.rank() == 2 && scores.isContiguous(), "scores are not a contiguous matrix");
        o.require(
                target.dtype() == DType.I64 && target.count() == scores.size(0) && target.isContiguous(),
                "target is not i64, contiguous, one for each row");
        o.require(
                loss.dtype() == scores.dtype()
                        && loss.count() == (reduction == Reduction.NONE ? scores.size(0) : 1)
                        && loss.isContiguous(),
                "loss does not fit the reduction");
        o.require(weight.dtype() == DType.F64 && weight.count() == 1, "weight is not one f64");
    }

    /** Checks x [rows, *], index [count] and y [count, *]; returns how many elements a row has. */
    public static long rows(Operands o, NdArray x, NdArray index, NdArray y) {
        index(o, index);
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.rank() >= 1 && y.rank() == x.rank() && index.rank() == 1, "ranks do not match");
        o.require(x.isContiguous() && y.isContiguous() && index.isContiguous(), "operands are not contiguous");
        o.require(y.size(0) == index.count(), "counts differ");
        long elements = 1;
        for (int d = 1; d < x.rank(); d++) {
            o.require(x.size(d) == y.size(d), "row sizes differ");
            elements *= x.size(d);
        }
        return elements;
    }

    /** An index is of I64. */
    public static void index(Operands o, NdArray index) {
        o.require(index.dtype() == DType.I64, "index is not i64");
    }

    /** Adds a mask and what was counted of it. */
    public static void addMask(Operands o, NdArray mask, NdArray starts) {
        o.add(mask).add(starts);
        o.require(mask.dtype() == DType.BOOL && mask.isContiguous(), "mask is not bool and contiguous");
        o.require(starts.dtype() == DType.I64 && starts.isContiguous(), "starts are not i64 and contiguous");
        o.require(
                starts.count() == Math.ceilDiv(mask.count(), Kernels.Index.MASK_CHUNK) + 1,
                "starts are of another count");
    }

    /** Both are contiguous [n, channels, *] of one dtype and one shape. */
    public static void images(Operands o, NdArray x, NdArray y) {
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.rank() >= 2 && x.shape().equals(y.shape()), "shapes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
    }

    /** Each that is there has a number for each channel of x. */
    public static void channels(Operands o, NdArray x, @Nullable NdArray... arrays) {
        for (NdArray array : arrays) {
            o.require(
                    array == null
                            || (array.rank() == 1
                                    && array.size(0) == x.size(1)
                                    && array.dtype() == x.dtype()
                                    && array.isContiguous()),
                    "not one number for each channel");
        }
    }

    /** The elements of one channel of one image. */
    public static long inner(NdArray images) {
        long count = 1;
        for (int d = 2; d < images.rank(); d++) {
            count *= images.size(d);
        }
        return count;
    }

    /** Both are contiguous, of one dtype and one shape, which has the dimension. */
    public static void along(Operands o, int dim, NdArray x, NdArray y) {
        o.require(dim >= 0 && dim < Math.max(1, x.rank()), "no such dimension");
        o.require(x.dtype() == y.dtype() && x.shape().equals(y.shape()), "operands differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
    }
}
