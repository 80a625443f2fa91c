/* Winograd's transforms of convolutions by 3 x 3; cpu/loops/winograd.c, one table for each function version. */
#ifndef GATUN_WINOGRAD_H
#define GATUN_WINOGRAD_H

#include <stdint.h>

#include "dispatch.h"

/* Elements of a transformed tile. */
#define GT_WINOGRAD_POINTS 16

struct gt_winograd_loops {
    /* point[k * step] [tiles] = the transformed tiles of 4 x 4 that start at every second element of four rows of x, a
       `line` apart, which are read up to the slack behind the last. */
    void (*input)(int64_t tiles, const float *x, int64_t line, float *point, int64_t step);
    /* Two rows of y [2 tiles], a `line` apart = tiles of 2 x 2 from their points; the points are read, and y written, up
       to the slack. Gives 0 where one of them is not finite. */
    int (*output)(int64_t tiles, const float *point, int64_t step, float *y, int64_t line);
    /* y, winner [tiles] = relu(largest of each tile + bias), as the direct pool. Gives 0 where a tile is not finite. */
    int (*pool)(int64_t tiles, const float *point, int64_t step, float bias, float *y, uint8_t *winner);
};

GT_DECLARE_LOOPS(winograd)

#endif
