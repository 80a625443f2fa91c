/* The optimizers' loops over n elements of one parameter; cpu/loops/update.c, one table for each function version. */
#ifndef GATUN_UPDATE_H
#define GATUN_UPDATE_H

#include <stdint.h>

#include "../common/gatun.h"
#include "dispatch.h"

/* first: where the elements begin in the parameter's arrays. Scalars are rounded to the dtype by the loop, as PyTorch
   does. */
typedef void (*gt_update_loop)(const gt_parameter *parameter, int64_t first, int64_t n, const double *scalars);

struct gt_update_loops {
    gt_update_loop f32[GT_UPDATE_COUNT], f64[GT_UPDATE_COUNT];
};

GT_DECLARE_LOOPS(update)

#endif
