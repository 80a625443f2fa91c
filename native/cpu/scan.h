/* The loops of the Scan family. */
#ifndef GT_SCAN_H
#define GT_SCAN_H

#include "../common/gatun.h"
#include "dispatch.h"

/* Columns that a loop takes at a time, at most. */
#define GT_SCAN_LANES 64

/* y = running results of x, [n, lanes] each, whose rows lie `step` elements apart; a negative step goes backwards. lanes
   is 1 where rows are scanned, then step is 1 or -1. */
typedef void (*gt_scan_loop)(int64_t n, int64_t lanes, int64_t step, const void *x, void *y);

/* A sum that is not rounded to the dtype yet, in its first bytes. */
typedef uint64_t gt_scan_kept;

struct gt_scan_loops {
    gt_scan_loop sum[GT_DTYPE_COUNT], prod[GT_DTYPE_COUNT];
    /* Forwards; at, laid out as y, = where along n. */
    void (*max[GT_DTYPE_COUNT])(int64_t n, int64_t lanes, int64_t step, const void *x, void *y, int64_t *at);
    void (*min[GT_DTYPE_COUNT])(int64_t n, int64_t lanes, int64_t step, const void *x, void *y, int64_t *at);
    /* y = b + a times the y before it; backwards the a of the element before. */
    void (*linear[GT_DTYPE_COUNT])(int64_t n, int64_t lanes, int64_t step, const void *a, const void *b, void *y);
    /* The sum of n elements, kept. */
    void (*total[GT_DTYPE_COUNT])(int64_t n, const void *x, void *total);
    /* starts [n]: what each begins with, from what the first begins with and, behind it, the totals of all but the last. */
    void (*starts[GT_DTYPE_COUNT])(int64_t n, gt_scan_kept *starts);
    /* One row of running sums that goes on from *start. */
    void (*sum_from[GT_DTYPE_COUNT])(int64_t n, int64_t step, const gt_scan_kept *start, const void *x, void *y);
};

GT_DECLARE_LOOPS(scan)

#endif
