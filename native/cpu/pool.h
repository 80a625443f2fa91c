/* The loops of pooling, over one plane; cpu/loops/pool.c, one table for each function version. */
#ifndef GATUN_POOL_H
#define GATUN_POOL_H

#include <stdint.h>

#include "../common/gatun.h"
#include "dispatch.h"

typedef struct gt_pool_loop {
    void (*max)(const gt_pool_args *args, const void *x, void *y, int64_t *index);
    void (*average)(const gt_pool_args *args, const void *x, void *y);
    void (*average_grad)(const gt_pool_args *args, const void *dy, void *dx);
    /* dx [x_plane] = sum of dy [y_plane] at index, all of which lie inside. */
    void (*scatter)(int64_t x_plane, int64_t y_plane, const void *dy, const int64_t *index, void *dx);
    void (*gather)(int64_t y_plane, const void *x, const int64_t *index, void *y);
} gt_pool_loop;

struct gt_pool_loops {
    gt_pool_loop loop[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(pool)

#endif
