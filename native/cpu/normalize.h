/* The loops of batch normalisation over a block of channels; cpu/loops/normalize.c, one table for each version. */
#ifndef GATUN_NORMALIZE_H
#define GATUN_NORMALIZE_H

#include <stdint.h>

#include "../common/gatun.h"
#include "dispatch.h"

/* Channels that a loop takes at a time. */
#define GT_NORMALIZE_LANES 16

/*
 * `lanes` channels (<= GT_NORMALIZE_LANES) of [n, channels, inner], n rows of them `step` elements apart, a channel's
 * elements contiguous. Arrays are of the dtype and start at the first of the channels; numbers per channel are double.
 */
typedef struct gt_normalize_block {
    int64_t n, step, inner, lanes;
} gt_normalize_block;

typedef struct gt_normalize_loop {
    /* mean [lanes], square [lanes] = mean, and sum of the squared distances from it. */
    void (*moments)(const gt_normalize_block *b, const void *x, double *mean, double *square);
    /* y = (x - mean) * scale + shift. y may be x. */
    void (*apply)(const gt_normalize_block *b, const void *x, const double *mean, const double *scale,
                  const double *shift, void *y);
    /* sum [lanes] = sum of dy, product [lanes] = sum of dy (x - mean). */
    void (*grad_sums)(const gt_normalize_block *b, const void *x, const void *dy, const double *mean, double *sum,
                      double *product);
    /* dx = dy * scale + (x - mean) * slope + shift. dx may be dy. */
    void (*grad_apply)(const gt_normalize_block *b, const void *x, const void *dy, const double *mean,
                       const double *scale, const double *slope, const double *shift, void *dx);
} gt_normalize_loop;

struct gt_normalize_loops {
    gt_normalize_loop loop[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(normalize)

#endif
