/* The loops of the Reduce family. Raw: a reduction before its row's `finish` is applied. */
#ifndef GT_REDUCE_H
#define GT_REDUCE_H

#include "../common/gatun.h"
#include "dispatch.h"

/* Elements of a block, the unit that threads share and the tree joins; gathered ones are up to 64 KiB on the stack. */
#define GT_REDUCE_BLOCK 8192

/* Outputs side by side that a loop takes at most; a multiple of the 32 that REDUCE's loops take at once. */
#define GT_REDUCE_STRIP 64
/* The same for the loops whose accumulators are the structs below. */
#define GT_REDUCE_WIDE_STRIP 16

/* Of some elements: their count, mean, and the sum of their squared distances from it. */
typedef struct gt_moments {
    double n, mean, squares;
} gt_moments;

/* Of some elements: the largest, NaN where there is one, and the sum of e^(x - largest); 0 where that is not finite. */
typedef struct gt_powers {
    double largest, sum;
} gt_powers;

typedef struct gt_reduce_loop {
    /* *y = raw reduction of n contiguous elements, n <= GT_REDUCE_BLOCK. */
    void (*row)(int64_t n, const void *x, void *y);
    /* y [width] = raw reduction over rows (<= GT_REDUCE_BLOCK) of x [rows, width], whose rows lie row_step apart. */
    void (*columns)(int64_t rows, int64_t width, const void *x, int64_t row_step, void *y);
    /* y [n] = y joined with x [n]. */
    void (*join)(int64_t n, const void *x, void *y);
    /* y [n] finished as a reduction of count elements; null where there is nothing to do. */
    void (*finish)(int64_t n, int64_t count, void *y);
} gt_reduce_loop;

struct gt_reduce_loops {
    gt_reduce_loop reduce[GT_REDUCE_COUNT][GT_DTYPE_COUNT];
};

/* row and columns alone, whose results are gt_moments and gt_powers; these are joined and finished without loops. */
struct gt_moments_loops {
    gt_reduce_loop moments[GT_DTYPE_COUNT], powers[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(reduce)
GT_DECLARE_LOOPS(moments)

#endif
