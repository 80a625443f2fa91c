package dev.gatun.runtime.kernels;

import java.util.Arrays;

/**
 * How a window moves over one to three spatial dimensions: what convolutions and pools have in common. Element k of the
 * window of output o reads place {@code o * stride - padding + k * dilation}. The padding lies before the first element;
 * what lies behind the last follows from the output's size. An adaptive window is the elements from
 * {@code floor(o * in / out)} to {@code ceil((o + 1) * in / out)} and has no numbers of its own.
 */
public final class Window {
    /** The most spatial dimensions. */
    public static final int MAX_RANK = 3;

    private final int rank;
    private final boolean adaptive;
    private final long[] kernel;
    private final long[] stride;
    private final long[] padding;
    private final long[] dilation;

    private Window(int rank, boolean adaptive, long[] kernel, long[] stride, long[] padding, long[] dilation) {
        this.rank = rank;
        this.adaptive = adaptive;
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
    }

    /**
     * A window, with a number for each dimension.
     *
     * @param kernel how many elements, at least 1
     * @param stride how far it moves for each output, at least 1
     * @param padding places before the first element, at least 0
     * @param dilation how far its elements are apart, at least 1
     * @throws IllegalArgumentException if the arrays differ in length or are not one to three long, or a number is too
     *     small
     */
    public static Window of(long[] kernel, long[] stride, long[] padding, long[] dilation) {
        int rank = kernel.length;
        boolean fits = rank >= 1
                && rank <= MAX_RANK
                && stride.length == rank
                && padding.length == rank
                && dilation.length == rank;
        for (int d = 0; d < rank && fits; d++) {
            fits = kernel[d] >= 1 && stride[d] >= 1 && padding[d] >= 0 && dilation[d] >= 1;
        }
        if (!fits) {
            throw new IllegalArgumentException("window: no such window: kernel " + Arrays.toString(kernel) + ", stride "
                    + Arrays.toString(stride) + ", padding " + Arrays.toString(padding) + ", dilation "
                    + Arrays.toString(dilation));
        }
        return new Window(rank, false, kernel.clone(), stride.clone(), padding.clone(), dilation.clone());
    }

    /**
     * Windows that divide whatever size there is evenly among the outputs.
     *
     * @param rank how many dimensions, 1 to 3
     */
    public static Window adaptive(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return new Window(rank, true, ones, ones, new long[rank], ones);
    }

    /** How many dimensions it has. */
    public int rank() {
        return rank;
    }

    /** Whether it is adaptive. */
    public boolean isAdaptive() {
        return adaptive;
    }

    /** How many elements it has along a dimension. */
    public long kernel(int dim) {
        return kernel[dim];
    }

    /** How far it moves for each output. */
    public long stride(int dim) {
        return stride[dim];
    }

    /** How many places lie before the first element. */
    public long padding(int dim) {
        return padding[dim];
    }

    /** How far its elements are apart. */
    public long dilation(int dim) {
        return dilation[dim];
    }

    /** How many places it reaches over along a dimension, its gaps included. */
    public long reach(int dim) {
        return dilation[dim] * (kernel[dim] - 1) + 1;
    }
}
