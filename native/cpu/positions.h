/* The loops that find where an extreme value is. */
#ifndef GT_POSITIONS_H
#define GT_POSITIONS_H

#include "../common/gatun.h"
#include "dispatch.h"

/* Columns that a loop takes at a time, at most: their values and places stay in L1. */
#define GT_POSITIONS_STRIP 256

typedef struct gt_positions_loop {
    /* value, at [width] = the extreme of each column of x [rows, width], rows row_step apart, and its first row; `first`
       is added to rows. Where first > 0 they hold what earlier rows gave, and go on from there. */
    void (*columns)(int64_t rows, int64_t width, const void *x, int64_t row_step, int64_t first, void *value,
                    int64_t *at);
    /* value, at [width] = those of x, found_at, which come later, where they are better. */
    void (*join)(int64_t width, const void *x, const int64_t *found_at, void *value, int64_t *at);
} gt_positions_loop;

struct gt_positions_loops {
    gt_positions_loop max[GT_DTYPE_COUNT], min[GT_DTYPE_COUNT];
    /* First position of *value among n contiguous elements (a NaN is found by any NaN), or n. */
    int64_t (*find[GT_DTYPE_COUNT])(int64_t n, const void *x, const void *value);
};

GT_DECLARE_LOOPS(positions)

#endif
