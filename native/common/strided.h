/* Putting the dimensions of a gt_dims into the order in which memory is walked best. */
#ifndef GT_STRIDED_H
#define GT_STRIDED_H

#include "gatun.h"

/* A rank that the arrays hold, no negative size. */
GT_INLINE int gt_dims_valid(const gt_dims *dims) {
    if (!dims || dims->rank < 0 || dims->rank > GT_MAX_RANK) return 0;
    for (int64_t d = 0; d < dims->rank; d++)
        if (dims->size[d] < 0) return 0;
    return 1;
}

/* Elements in dimensions from..to-1; 1 for none. */
GT_INLINE int64_t gt_dims_count(const gt_dims *dims, int64_t from, int64_t to) {
    int64_t count = 1;
    for (int64_t d = from; d < to; d++) count *= dims->size[d];
    return count;
}

GT_INLINE int64_t gt_magnitude(int64_t x) { return x < 0 ? -x : x; }

/* Whether dimension d is walked inside dimension e: by the lead operand's strides, then, where equal, the others'. */
GT_INLINE int gt_dims_inside(const gt_dims *dims, int operands, int lead, int64_t d, int64_t e) {
    int64_t sd = gt_magnitude(dims->stride[lead][d]), se = gt_magnitude(dims->stride[lead][e]);
    for (int k = 0; sd == se && k < operands; k++) {
        sd = gt_magnitude(dims->stride[k][d]);
        se = gt_magnitude(dims->stride[k][e]);
    }
    return sd < se;
}

GT_INLINE void gt_dims_swap(gt_dims *dims, int operands, int64_t d, int64_t e) {
    int64_t size = dims->size[d];
    dims->size[d] = dims->size[e];
    dims->size[e] = size;
    for (int k = 0; k < operands; k++) {
        int64_t stride = dims->stride[k][d];
        dims->stride[k][d] = dims->stride[k][e];
        dims->stride[k][e] = stride;
    }
}

/* Dimension d overwrites dimension e. */
GT_INLINE void gt_dims_move(gt_dims *dims, int operands, int64_t d, int64_t e) {
    dims->size[e] = dims->size[d];
    for (int k = 0; k < operands; k++) dims->stride[k][e] = dims->stride[k][d];
}

/* Sorts dimensions from..to-1, the one with the lead operand's smallest stride last; equal ones keep their order. */
GT_INLINE void gt_dims_sort(gt_dims *dims, int operands, int lead, int64_t from, int64_t to) {
    for (int64_t d = from + 1; d < to; d++)
        for (int64_t e = d; e > from && gt_dims_inside(dims, operands, lead, e - 1, e); e--)
            gt_dims_swap(dims, operands, e - 1, e);
}

/* Drops sizes of 1 and joins neighbours that are one for every operand, within from..to-1; returns the new end. */
GT_INLINE int64_t gt_dims_collapse(gt_dims *dims, int operands, int64_t from, int64_t to) {
    int64_t end = from;
    for (int64_t d = from; d < to; d++) {
        if (dims->size[d] == 1) continue;
        int joins = end > from;
        for (int k = 0; joins && k < operands; k++)
            joins = dims->stride[k][end - 1] == dims->size[d] * dims->stride[k][d];
        const int64_t size = dims->size[d] * (joins ? dims->size[end - 1] : 1);
        end += !joins;
        gt_dims_move(dims, operands, d, end - 1);
        dims->size[end - 1] = size;
    }
    return end;
}

/* Offset of operand k at the i-th element, in row-major order, of dimensions from..to-1. */
GT_INLINE int64_t gt_dims_offset(const gt_dims *dims, int k, int64_t from, int64_t to, int64_t i) {
    int64_t offset = 0;
    for (int64_t d = to - 1; d > from; d--) {
        offset += i % dims->size[d] * dims->stride[k][d];
        i /= dims->size[d];
    }
    return to > from ? offset + i * dims->stride[k][from] : 0; /* no division for the usual single dimension */
}

#endif
