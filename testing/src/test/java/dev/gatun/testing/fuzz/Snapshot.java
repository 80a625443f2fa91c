package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a tensor holds, in Java's memory.
 *
 * @param dtype of the elements
 * @param shape of the tensor
 * @param bits of the elements in row-major order; of all NaN the same
 */
record Snapshot(DType dtype, Shape shape, long[] bits) {
    /** Beyond this a tensor is a view that repeats few elements. */
    private static final long MOST = 100_000;

    static Snapshot of(NdArray x) {
        return new Snapshot(x.dtype(), x.shape(), x.count() > MOST || x.count() == 0 ? new long[0] : Elements.bits(x));
    }

    /** All tensors in a result: in lists, records, streams. */
    static List<NdArray> tensors(Object result) {
        List<NdArray> found = new ArrayList<>();
        collect(result, found, new ArrayList<>());
        return found;
    }

    /** All that is in a result, tensors as snapshots, else as it compares. */
    static List<Object> contents(Object result) {
        List<NdArray> found = new ArrayList<>();
        List<Object> rest = new ArrayList<>();
        collect(result, found, rest);
        for (NdArray x : found) {
            rest.add(of(x));
        }
        return rest;
    }

    private static void collect(Object result, List<NdArray> tensors, List<Object> rest) {
        switch (result) {
            case null -> {}
            case NdArray x -> tensors.add(x);
            case List<?> list -> list.forEach(each -> collect(each, tensors, rest));
            case Stream<?> stream -> stream.forEach(each -> collect(each, tensors, rest));
            case Optional<?> one -> rest.add(one.isPresent());
            case Record parts
            when Arrays.stream(parts.getClass().getRecordComponents())
                    .anyMatch(part -> part.getType() == Tensor.class) -> {
                for (RecordComponent part : parts.getClass().getRecordComponents()) {
                    try {
                        collect(part.getAccessor().invoke(parts), tensors, rest);
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError(e.getMessage(), e);
                    }
                }
            }
            case Object array
            when array.getClass().isArray() -> {
                Object copy = Array.newInstance(array.getClass().getComponentType(), Array.getLength(array));
                System.arraycopy(array, 0, copy, 0, Array.getLength(array));
                rest.add(new Object[] {copy});
            }
            default -> rest.add(result);
        }
    }

    /** Whether two lists of contents are the same, or nearly, where sums were made of these. */
    static boolean near(List<Object> a, List<Object> b, List<Snapshot> from) {
        boolean same = a.size() == b.size();
        for (int i = 0; i < a.size() && same; i++) {
            same = a.get(i) instanceof Object[] left && b.get(i) instanceof Object[] right
                    ? Arrays.deepEquals(left, right)
                    : a.get(i) instanceof Snapshot left && b.get(i) instanceof Snapshot right
                            ? left.near(right, from)
                            : a.get(i).equals(b.get(i));
        }
        return same;
    }

    /** Whether another holds the same; floating elements may differ by a share of the largest there is. */
    boolean near(Snapshot other, List<Snapshot> from) {
        if (equals(other) || !dtype.isFloating() || dtype != other.dtype || !shape.equals(other.shape)) {
            return equals(other);
        }
        double[] own = numbers();
        double[] others = other.numbers();
        double most = 0;
        for (Snapshot each : from) {
            most = Math.max(most, each.largest() * Math.max(1, each.bits.length));
        }
        most = Math.max(most, Math.max(largest(), other.largest()));
        for (int i = 0; i < own.length; i++) {
            boolean close = Math.abs(own[i] - others[i]) <= most * 64 * Tolerance.epsilon(dtype);
            if (!close && Double.compare(own[i], others[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    private double largest() {
        return dtype.isFloating()
                ? Arrays.stream(numbers())
                        .map(Math::abs)
                        .filter(Double::isFinite)
                        .max()
                        .orElse(0)
                : 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot that
                && dtype == that.dtype
                && shape.equals(that.shape)
                && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }

    /** The numbers, up to 2^53. */
    double[] numbers() {
        return Arrays.stream(bits)
                .mapToDouble(bit -> switch (dtype) {
                    case F32 -> Float.intBitsToFloat((int) bit);
                    case F64 -> Double.longBitsToDouble(bit);
                    case F16 -> Float.float16ToFloat((short) bit);
                    case BF16 -> Float.intBitsToFloat((int) bit << Short.SIZE);
                    case I64, I32, U8, BOOL -> bit;
                })
                .toArray();
    }

    @Override
    public String toString() {
        return dtype + shape.toString() + " " + Arrays.toString(numbers());
    }
}
