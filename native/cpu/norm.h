/* The loops of the Norm family, for F32 and F64. */
#ifndef GT_NORM_H
#define GT_NORM_H

#include "../common/gatun.h"
#include "dispatch.h"

/* Columns that a loop takes at a time. */
#define GT_NORM_LANES 64

typedef struct gt_norm_loop {
    /* y [rows, n] = softmax of x, or log-softmax. Where shift is not null, shift [rows] and log_total [rows], of the
       dtype, are set so that log-softmax is (x - shift) - log_total. y may be x. */
    void (*rows)(int log, int64_t rows, int64_t n, const void *x, void *y, void *shift, void *log_total);
    /* The same down `lanes` columns (<= GT_NORM_LANES) of [n, inner]; x, y at the first of them. */
    void (*columns)(int log, int64_t n, int64_t inner, int64_t lanes, const void *x, void *y);
    /* dx = gradient from y, the forward's result, and dy; dx may be dy. */
    void (*grad_rows)(int log, int64_t rows, int64_t n, const void *y, const void *dy, void *dx);
    void (*grad_columns)(int log, int64_t n, int64_t inner, int64_t lanes, const void *y, const void *dy, void *dx);
} gt_norm_loop;

struct gt_norm_loops {
    gt_norm_loop loop[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(norm)

#endif
