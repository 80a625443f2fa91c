package dev.gatun.runtime;

import java.util.Arrays;

/**
 * Where the elements of a view lie in its storage: a shape, a stride for each dimension and the offset of the first
 * element, all counted in elements. Strides are 0 for expanded dimensions. Immutable. Every change of view is a method
 * here, so that a view costs one object and no copy.
 */
public final class Layout {
    private final Shape shape;
    private final long[] strides;
    private final long offset;
    private final boolean contiguous;

    private Layout(Shape shape, long[] strides, long offset) {
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
        this.contiguous = isRowMajor(shape, strides);
    }

    /**
     * The row-major layout of a shape, from offset 0.
     *
     * @param shape of the elements
     * @return the layout
     */
    public static Layout contiguous(Shape shape) {
        return shape.rowMajor();
    }

    static Layout rowMajor(Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.size(i));
        }
        return new Layout(shape, strides, 0);
    }

    /**
     * Any layout; {@code torch.as_strided}.
     *
     * @param shape of the view
     * @param strides one for each dimension, not negative
     * @param offset of the first element
     * @return the layout
     * @throws IllegalArgumentException if the ranks differ, or a stride or the offset is negative
     */
    public static Layout of(Shape shape, long[] strides, long offset) {
        if (strides.length != shape.rank()) {
            throw new IllegalArgumentException(
                    "layout: strides do not match the rank: shape " + shape + ", strides " + Arrays.toString(strides));
        }
        if (offset < 0) {
            throw new IllegalArgumentException("layout: offset is negative: " + offset);
        }
        for (long stride : strides) {
            if (stride < 0) {
                throw new IllegalArgumentException("layout: a stride is negative: " + Arrays.toString(strides));
            }
        }
        return new Layout(shape, strides.clone(), offset);
    }

    private static boolean isRowMajor(Shape shape, long[] strides) {
        long expected = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            long size = shape.size(i);
            if (size != 1) {
                if (strides[i] != expected && shape.count() != 0) {
                    return false;
                }
                expected *= size;
            }
        }
        return true;
    }

    /** The sizes. */
    public Shape shape() {
        return shape;
    }

    /** The strides in elements, as a new array. */
    public long[] strides() {
        return strides.clone();
    }

    /** The stride of one dimension, counted from the first. */
    public long stride(int dim) {
        return strides[dim];
    }

    /** The position of the first element. */
    public long offset() {
        return offset;
    }

    /** Whether the elements lie in row-major order without gaps, from wherever the offset is. */
    public boolean isContiguous() {
        return contiguous;
    }

    /** Whether several elements of the view share a place, as in an expanded dimension; such a view is not written. */
    public boolean overlapsItself() {
        if (contiguous) {
            return false;
        }
        // Sorted by stride, each dimension must step over all that the smaller ones reach.
        int rank = strides.length;
        Integer[] order = new Integer[rank];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Long.compare(strides[i], strides[j]));
        long reach = 0;
        for (int i : order) {
            long size = shape.size(i);
            if (size > 1) {
                if (strides[i] <= reach) {
                    return true;
                }
                reach += strides[i] * (size - 1);
            }
        }
        return false;
    }

    /** The position just past the last element that the view touches; the offset where the view is empty. */
    public long end() {
        if (shape.count() == 0) {
            return offset;
        }
        long last = offset;
        for (int i = 0; i < strides.length; i++) {
            last = Math.addExact(last, Math.multiplyExact(strides[i], shape.size(i) - 1));
        }
        return Math.addExact(last, 1);
    }

    /** This layout with dimensions {@code a} and {@code b} (from the first) exchanged. */
    public Layout transpose(int a, int b) {
        long[] sizes = shape.toArray();
        long[] swapped = strides.clone();
        long size = sizes[a];
        sizes[a] = sizes[b];
        sizes[b] = size;
        long stride = swapped[a];
        swapped[a] = swapped[b];
        swapped[b] = stride;
        return new Layout(Shape.of(sizes), swapped, offset);
    }

    /** This layout with its dimensions in another order: result dimension {@code i} is {@code order[i]}. */
    public Layout permute(int... order) {
        long[] sizes = new long[order.length];
        long[] moved = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            sizes[i] = shape.size(order[i]);
            moved[i] = strides[order[i]];
        }
        return new Layout(Shape.of(sizes), moved, offset);
    }

    /**
     * Every {@code step}-th element of a dimension from {@code start} up to, not including, {@code end}.
     *
     * @param dim from the first
     * @param start from 0 to {@code end}
     * @param end at most the size
     * @param step at least 1
     * @return the narrower layout
     */
    public Layout slice(int dim, long start, long end, long step) {
        long size = start >= end ? 0 : (end - start + step - 1) / step;
        long[] stepped = strides.clone();
        stepped[dim] *= size > 1 ? step : 1;
        return new Layout(shape.with(dim, size), stepped, size == 0 ? offset : offset + start * strides[dim]);
    }

    /** One index of a dimension, which goes away. */
    public Layout select(int dim, long index) {
        return new Layout(dropped(shape, dim), without(strides, dim), offset + index * strides[dim]);
    }

    /** This layout with its first element elsewhere. */
    public Layout shifted(long by) {
        return by == 0 ? this : new Layout(shape, strides, offset + by);
    }

    /** Without a dimension of size 1. */
    public Layout squeeze(int dim) {
        return new Layout(dropped(shape, dim), without(strides, dim), offset);
    }

    /** With a new dimension of size 1 before dimension {@code dim}. */
    public Layout unsqueeze(int dim) {
        long[] sizes = new long[shape.rank() + 1];
        long[] wider = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            int from = i < dim ? i : i - 1;
            sizes[i] = i == dim ? 1 : shape.size(from);
            wider[i] =
                    i == dim ? (dim < shape.rank() ? strides[dim] * Math.max(1, shape.size(dim)) : 1) : strides[from];
        }
        return new Layout(Shape.of(sizes), wider, offset);
    }

    /**
     * Broadcast to a larger shape: stride 0 where the size was 1 or the dimension is new.
     *
     * @param op the operation to name in the message
     * @param target the shape to reach
     * @return the expanded layout
     * @throws IllegalArgumentException if a size is neither 1 nor the target's
     */
    public Layout expand(String op, Shape target) {
        if (shape.equals(target)) {
            return this;
        }
        int added = target.rank() - shape.rank();
        if (added < 0) {
            throw new IllegalArgumentException(op + ": cannot expand " + shape + " to " + target);
        }
        long[] expanded = new long[target.rank()];
        for (int i = added; i < expanded.length; i++) {
            long size = shape.size(i - added);
            if (size == target.size(i)) {
                expanded[i] = strides[i - added];
            } else if (size != 1) {
                throw new IllegalArgumentException(op + ": cannot expand " + shape + " to " + target);
            }
        }
        return new Layout(target, expanded, offset);
    }

    /**
     * The same elements under another shape, where strides allow it without a copy; {@code torch.Tensor.view}.
     *
     * @param target a shape of the same count
     * @return the layout, or {@code null} where no strides describe it
     */
    public @org.jspecify.annotations.Nullable Layout view(Shape target) {
        if (contiguous || shape.count() == 0) {
            Layout row = contiguous(target);
            return offset == 0 ? row : new Layout(target, row.strides, offset);
        }
        // Walk both shapes from the last dimension: a run of dimensions that is dense inside may be cut anew.
        long[] result = new long[target.rank()];
        int to = target.rank() - 1;
        long chunkStride = strides.length == 0 ? 1 : strides[strides.length - 1];
        long chunk = 1;
        long taken = 1;
        for (int from = strides.length - 1; from >= 0; from--) {
            chunk *= shape.size(from);
            boolean ends = from == 0 || (shape.size(from - 1) != 1 && strides[from - 1] != chunk * chunkStride);
            if (!ends) {
                continue;
            }
            while (to >= 0 && (taken < chunk || target.size(to) == 1)) {
                result[to] = taken * chunkStride;
                taken *= target.size(to);
                to--;
            }
            if (taken != chunk) {
                return null;
            }
            if (from > 0) {
                chunkStride = strides[from - 1];
                chunk = 1;
                taken = 1;
            }
        }
        return to == -1 ? new Layout(target, result, offset) : null;
    }

    private static Shape dropped(Shape shape, int dim) {
        return Shape.of(without(shape.toArray(), dim));
    }

    private static long[] without(long[] values, int dim) {
        long[] result = new long[values.length - 1];
        System.arraycopy(values, 0, result, 0, dim);
        System.arraycopy(values, dim + 1, result, dim, result.length - dim);
        return result;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Layout that
                        && offset == that.offset
                        && shape.equals(that.shape)
                        && Arrays.equals(strides, that.strides));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * shape.hashCode() + Arrays.hashCode(strides)) + Long.hashCode(offset);
    }

    @Override
    public String toString() {
        return "shape " + shape + ", strides " + Arrays.toString(strides) + ", offset " + offset;
    }
}
