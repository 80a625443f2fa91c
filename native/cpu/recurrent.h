/* The loops of recurrent layers over a block of units; cpu/loops/recurrent.c, one table for each function version. */
#ifndef GATUN_RECURRENT_H
#define GATUN_RECURRENT_H

#include <stdint.h>

#include "../common/gatun.h"
#include "dispatch.h"

/* Units that a loop takes at a time. */
#define GT_RECURRENT_UNITS 32
#define GT_RECURRENT_GATES_MAX 4

/*
 * `width` units (<= GT_RECURRENT_UNITS) in some rows of one step. Arrays are of the dtype and start at the first of the
 * units; their rows lie `hidden` apart where nothing else is said, those of x, dx and dg all gates, which lie `hidden`
 * apart. sums: rows of all gates, GT_RECURRENT_UNITS apart.
 */
typedef struct gt_recurrent_block {
    int64_t rows, width, hidden;
    const void *sums;
    const void *h_before, *c_before;
    int64_t h_row, c_row; /* how far apart their rows lie: 0 where all are the same zeros */
    void *x, *h, *kept;
} gt_recurrent_block;

/* The same for the gradient. sums: what the step behind adds to dy, rows GT_RECURRENT_UNITS apart. */
typedef struct gt_recurrent_grad_block {
    int64_t rows, width, hidden;
    const void *sums;
    const void *dy;
    int64_t dy_row;
    const void *h_before, *c_before;
    int64_t h_row, c_row;
    const void *gates, *h, *kept;
    void *carry, *dx, *dg;
} gt_recurrent_grad_block;

typedef struct gt_recurrent_loop {
    void (*step)(const gt_recurrent_block *b);
    void (*grad)(const gt_recurrent_grad_block *b);
} gt_recurrent_loop;

struct gt_recurrent_loops {
    gt_recurrent_loop loop[GT_RECURRENT_COUNT][GT_DTYPE_COUNT];
    /* panel [hidden, GT_RECURRENT_UNITS] = `width` rows of weight, each of `hidden` elements, turned; zeros behind them. */
    void (*turn[GT_DTYPE_COUNT])(int64_t width, int64_t hidden, const void *weight, void *panel);
};

GT_DECLARE_LOOPS(recurrent)

#endif
