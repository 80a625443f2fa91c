package dev.gatun.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a tensor's dimensions, outermost first. Immutable; rank 0 (a single element) and sizes of 0 are
 * ordinary. The rank is at most {@value #MAX_RANK}. The counterpart is {@code torch.Size}.
 *
 * {@snippet :
 * Shape shape = Tensor.zeros(2, 3).shape();
 * System.out.println(shape + " " + shape.size(-1) + " " + shape.count()); // [2, 3] 3 6
 * }
 */
public final class Shape {
    /** The largest rank. */
    public static final int MAX_RANK = 8;

    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] sizes;
    private final long count;
    private @Nullable Layout rowMajor; // made when first asked for; threads that race make equal ones

    private Shape(long[] sizes) {
        this.sizes = sizes;
        long product = 1;
        for (long size : sizes) {
            product = Math.multiplyExact(product, size);
        }
        this.count = product;
    }

    /**
     * A shape of the given sizes.
     *
     * @param sizes of each dimension, outermost first; none for a scalar
     * @return the shape
     * @throws IllegalArgumentException if a size is negative, the rank exceeds {@value #MAX_RANK}, or the count of
     *     elements exceeds a {@code long}
     */
    public static Shape of(long... sizes) {
        if (sizes.length == 0) {
            return SCALAR;
        }
        if (sizes.length > MAX_RANK) {
            throw new IllegalArgumentException("shape: rank is above " + MAX_RANK + ": " + Arrays.toString(sizes));
        }
        long count = 1;
        boolean empty = false;
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("shape: a size is negative: " + Arrays.toString(sizes));
            }
            empty |= size == 0;
        }
        for (long size : sizes) {
            if (!empty && (Math.multiplyHigh(count, size) != 0 || count * size < 0)) {
                throw new IllegalArgumentException("shape: too many elements: " + Arrays.toString(sizes));
            }
            count *= size;
        }
        if (empty) {
            // strides are products of the other sizes, so these must fit as well
            long product = 1;
            for (long size : sizes) {
                long factor = Math.max(1, size);
                if (Math.multiplyHigh(product, factor) != 0 || product * factor < 0) {
                    throw new IllegalArgumentException("shape: too many elements: " + Arrays.toString(sizes));
                }
                product *= factor;
            }
        }
        return new Shape(sizes.clone());
    }

    /** The row-major layout of this shape, from offset 0. */
    Layout rowMajor() {
        Layout made = rowMajor;
        if (made == null) {
            made = Layout.rowMajor(this);
            rowMajor = made;
        }
        return made;
    }

    /** The shape of a single element, rank 0. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** How many dimensions there are. */
    public int rank() {
        return sizes.length;
    }

    /** How many elements there are: the product of the sizes. */
    public long count() {
        return count;
    }

    /**
     * The size of one dimension.
     *
     * @param dim from {@code -rank} to {@code rank - 1}; negative counts from the last
     * @return its size
     * @throws IllegalArgumentException if there is no such dimension
     */
    public long size(int dim) {
        return sizes[dim(dim, "size")];
    }

    /** The sizes, as a new array. */
    public long[] toArray() {
        return sizes.clone();
    }

    /**
     * A dimension's position from the first, with the range checked.
     *
     * @param dim from {@code -rank} to {@code rank - 1}
     * @param op the operation to name in the message
     * @return {@code dim}, or {@code rank + dim} where it was negative
     * @throws IllegalArgumentException if there is no such dimension
     */
    public int dim(int dim, String op) {
        int rank = sizes.length;
        if (dim < -rank || dim >= rank) {
            throw new IllegalArgumentException(
                    op + ": dimension " + dim + " is outside " + -rank + ".." + (rank - 1) + ": shape " + this);
        }
        return dim < 0 ? dim + rank : dim;
    }

    /**
     * This shape with one size replaced.
     *
     * @param dim from 0
     * @param size the new size
     * @return the new shape
     */
    public Shape with(int dim, long size) {
        long[] copy = sizes.clone();
        copy[dim] = size;
        return of(copy);
    }

    /**
     * The shape that two operands broadcast to: aligned at the last dimension, sizes are equal or one of them is 1.
     *
     * @param op the operation to name in the message
     * @param a one operand's shape
     * @param b the other's
     * @return the common shape
     * @throws IllegalArgumentException if a pair of sizes differs and neither is 1
     */
    public static Shape broadcast(String op, Shape a, Shape b) {
        if (a.equals(b)) {
            return a;
        }
        int rank = Math.max(a.rank(), b.rank());
        long[] sizes = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long sizeA = i <= a.rank() ? a.sizes[a.rank() - i] : 1;
            long sizeB = i <= b.rank() ? b.sizes[b.rank() - i] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
                throw new IllegalArgumentException(
                        op + ": shapes do not broadcast: " + a + " and " + b + " differ at dimension " + (rank - i));
            }
            sizes[rank - i] = sizeA == 1 ? sizeB : sizeA;
        }
        return of(sizes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Shape that && sameSizes(sizes, that.sizes));
    }

    /** As {@link Arrays#equals(long[], long[])}, which takes longer to begin with two sizes than this to compare them. */
    private static boolean sameSizes(long[] a, long[] b) {
        if (a.length != b.length) {
            return false;
        }
        for (int d = 0; d < a.length; d++) {
            if (a[d] != b[d]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** The sizes in brackets: {@code [64, 784]}. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
