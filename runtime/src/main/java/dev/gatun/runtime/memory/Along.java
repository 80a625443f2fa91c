package dev.gatun.runtime.memory;

import dev.gatun.runtime.NdArray;

/**
 * A contiguous array as a kernel along one dimension sees it: [outer, size, inner].
 *
 * @param outer the elements of the dimensions before
 * @param size of the dimension; a scalar has one element along dimension 0
 * @param inner the elements of the dimensions behind
 */
public record Along(long outer, long size, long inner) {
    /** Along a dimension, from the first. */
    public static Along of(NdArray x, int dim) {
        long outer = 1;
        long inner = 1;
        for (int d = 0; d < x.rank(); d++) {
            outer *= d < dim ? x.size(d) : 1;
            inner *= d > dim ? x.size(d) : 1;
        }
        return new Along(outer, x.rank() == 0 ? 1 : x.size(dim), inner);
    }
}
