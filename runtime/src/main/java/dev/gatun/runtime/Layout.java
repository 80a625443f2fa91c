package dev.gatun.runtime;

import java.util.Arrays;

/**
 * Where the elements of a view lie in its storage: a shape, a stride for each dimension and the offset of the first
 * element, all counted in elements. Strides are 0 for expanded dimensions. Immutable. Every change of view is a method
 * here, so that a view costs one object and no copy. PyTorch keeps the same as {@code size()}, {@code stride()} and
 * {@code storage_offset()}.
 *
 * {@snippet :
 * Layout layout = Layout.contiguous(Shape.of(2, 3)).transpose(0, 1);
 * System.out.println(layout.shape()); // [3, 2]
 * System.out.println(Arrays.toString(layout.strides())); // [1, 3]
 * }
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

    /**
     * Whether several elements of the view share a place, as in an expanded dimension; such a view is not written. Exact,
     * but for layouts that are so tangled that finding out would take long: these count as overlapping.
     */
    public boolean overlapsItself() {
        if (contiguous || shape.count() <= 1) {
            return false;
        }
        int[] order = byStride();
        long[] reach = new long[order.length + 1]; // of the dimensions from order[i] on: the largest distance
        boolean nested = true;
        for (int i = order.length - 1; i >= 0; i--) {
            long size = shape.size(order[i]);
            nested &= size == 1 || strides[order[i]] > reach[i + 1];
            reach[i] = reach[i + 1] + strides[order[i]] * (size - 1);
        }
        // Sorted by stride, each dimension steps over all that the smaller ones reach; else one looks closer.
        return !nested && new Overlap(this, order, reach).exists();
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

    /**
     * Whether every element lies in a storage of so many, whatever the strides: these may come from the caller and
     * overflow. A view without elements lies where its offset does.
     *
     * @param room how many elements the storage has
     */
    public boolean isWithin(long room) {
        if (shape.count() == 0) {
            return offset >= 0 && offset <= room;
        }
        long last = offset;
        boolean inside = last >= 0 && last < room;
        for (int d = 0; d < strides.length && inside; d++) {
            long steps = shape.size(d) - 1;
            long reach = strides[d] * steps;
            inside = Math.multiplyHigh(strides[d], steps) == 0 && reach >= 0 && reach < room - last;
            last += reach;
        }
        return inside;
    }

    /**
     * The index of the element at some distance from the first one, as messages give it: {@code [1, 0]}, {@code []} for
     * rank 0. Dimensions of stride 0 are at 0.
     *
     * @param distance in elements, of an element of this layout
     * @return the index in brackets
     */
    public String indexOf(long distance) {
        long[] index = new long[strides.length];
        long rest = distance;
        for (int i : byStride()) {
            index[i] = strides[i] == 0 ? 0 : Math.min(rest / strides[i], Math.max(0, shape.size(i) - 1));
            rest -= index[i] * strides[i];
        }
        return Arrays.toString(index);
    }

    /** The dimensions, the largest stride first. */
    private int[] byStride() {
        int[] order = new int[strides.length];
        for (int i = 0; i < order.length; i++) {
            int at = i;
            while (at > 0 && strides[order[at - 1]] < strides[i]) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        return order;
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
        long size = start >= end ? 0 : Math.ceilDiv(end - start, step);
        long[] stepped = strides.clone();
        stepped[dim] *= size > 1 ? step : 1;
        Shape narrower = shape.with(dim, size);
        return new Layout(narrower, stepped, narrower.count() == 0 ? offset : offset + start * strides[dim]);
    }

    /** One index of a dimension, which goes away. */
    public Layout select(int dim, long index) {
        Shape rest = dropped(shape, dim);
        return new Layout(rest, without(strides, dim), rest.count() == 0 ? offset : offset + index * strides[dim]);
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

    /**
     * Looks for two elements in one place: for steps along the dimensions, not all 0, that add up to no distance. The
     * largest strides come first, and what the others cannot make up for is not followed.
     */
    private static final class Overlap {
        private static final int MOST_TRIES = 100_000;

        private final Layout layout;
        private final int[] order;
        private final long[] reach;
        private int tries;

        Overlap(Layout layout, int[] order, long[] reach) {
            this.layout = layout;
            this.order = order;
            this.reach = reach;
        }

        boolean exists() {
            return from(0, 0, false) || tries > MOST_TRIES;
        }

        /** Whether the dimensions from {@code i} on make up for a distance, some step being not 0. */
        private boolean from(int i, long distance, boolean moved) {
            if (++tries > MOST_TRIES) {
                return false;
            }
            if (i == order.length) {
                return moved && distance == 0;
            }
            long stride = layout.strides[order[i]];
            long most = layout.shape.size(order[i]) - 1;
            if (stride == 0) {
                return most > 0 || from(i + 1, distance, moved);
            }
            // distance + step * stride must lie within what the smaller strides reach, to either side; the first step
            // may be taken forward, since a way and the way back are one.
            long low = Math.max(-most, Math.ceilDiv(-reach[i + 1] - distance, stride));
            long high = Math.min(most, Math.floorDiv(reach[i + 1] - distance, stride));
            for (long step = moved ? low : Math.max(0, low); step <= high; step++) {
                if (from(i + 1, distance + step * stride, moved || step != 0)) {
                    return true;
                }
            }
            return false;
        }
    }
}
