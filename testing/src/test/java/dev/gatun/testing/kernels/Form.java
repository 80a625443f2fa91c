package dev.gatun.testing.kernels;

import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Shape;

/**
 * How the elements of an operand lie: a layout in a storage of so many elements, more than it needs where it leaves gaps.
 *
 * @param layout of the operand
 * @param room elements of its storage
 */
record Form(Layout layout, long room) {
    /** Row-major, without gaps. */
    static Form dense(long... sizes) {
        Shape shape = Shape.of(sizes);
        return new Form(Layout.contiguous(shape), shape.count());
    }

    /** Row-major, one element into its storage, so that nothing is aligned to a vector. */
    static Form shifted(long... sizes) {
        Shape shape = Shape.of(sizes);
        return new Form(Layout.contiguous(shape).shifted(1), shape.count() + 1);
    }

    /** The dimensions in memory in the opposite order. */
    static Form transposed(long... sizes) {
        int rank = sizes.length;
        long[] reversed = new long[rank];
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            reversed[i] = sizes[rank - 1 - i];
            order[i] = rank - 1 - i;
        }
        Shape shape = Shape.of(reversed);
        return new Form(Layout.contiguous(shape).permute(order), shape.count());
    }

    /** Every second element of every dimension, from the second on. */
    static Form stepped(long... sizes) {
        long[] wide = new long[sizes.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = 2 * sizes[i] + 1;
        }
        Shape shape = Shape.of(wide);
        Layout layout = Layout.contiguous(shape);
        for (int i = 0; i < wide.length; i++) {
            layout = layout.slice(i, 1, wide[i], 2);
        }
        return new Form(layout, shape.count());
    }

    /** Expanded along the dimensions whose bit is set: stride 0. */
    static Form broadcast(int expanded, long... sizes) {
        long[] own = sizes.clone();
        for (int i = 0; i < own.length; i++) {
            own[i] = (expanded & 1 << i) != 0 ? 1 : sizes[i];
        }
        Shape shape = Shape.of(own);
        return new Form(Layout.contiguous(shape).expand("form", Shape.of(sizes)), shape.count());
    }

    long[] sizes() {
        return layout.shape().toArray();
    }

    int rank() {
        return layout.shape().rank();
    }

    int count() {
        return Math.toIntExact(layout.shape().count());
    }
}
