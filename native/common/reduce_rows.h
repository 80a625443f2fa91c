/* What the rows of reduce_ops.def start with. */
#ifndef GT_REDUCE_ROWS_H
#define GT_REDUCE_ROWS_H

#include "portable.h"

#define GT_LOWEST_F32 (-INFINITY)
#define GT_LOWEST_F64 (-(double)INFINITY)
#define GT_LOWEST_I64 INT64_MIN
#define GT_LOWEST_I32 INT32_MIN
#define GT_LOWEST_U8 0
#define GT_HIGHEST_F32 INFINITY
#define GT_HIGHEST_F64 ((double)INFINITY)
#define GT_HIGHEST_I64 INT64_MAX
#define GT_HIGHEST_I32 INT32_MAX
#define GT_HIGHEST_U8 UINT8_MAX

/* The start column names a number for every dtype, so it is pasted to one here. */
#define GT_START_0(dtype) 0
#define GT_START_1(dtype) 1
#define GT_START_LOWEST(dtype) GT_LOWEST_##dtype
#define GT_START_HIGHEST(dtype) GT_HIGHEST_##dtype

#endif
