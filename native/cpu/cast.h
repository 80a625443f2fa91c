/* The loops of casts, flat ones alone, and of transposing and reversing copies. */
#ifndef GT_CAST_H
#define GT_CAST_H

#include "../common/gatun.h"
#include "dispatch.h"

typedef void (*gt_cast_loop)(int64_t n, const void *x, void *y);
/* y[i * y_step + j] = x[j * x_step + i] for i < height, j < width, in elements. */
typedef void (*gt_transpose_loop)(int64_t height, int64_t width, const void *x, int64_t x_step, void *y,
                                  int64_t y_step);

struct gt_cast_loops {
    gt_cast_loop cast[GT_DTYPE_COUNT][GT_DTYPE_COUNT]; /* from, to */
    gt_transpose_loop transpose[GT_DTYPE_COUNT];
    /* y [n] = x backwards, from where x points. */
    gt_cast_loop reverse[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(cast)

#endif
