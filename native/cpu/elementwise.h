/* The loops of the Elementwise family: flat ones alone; strided operands come to them through cpu/walk.c. */
#ifndef GT_ELEMENTWISE_H
#define GT_ELEMENTWISE_H

#include "../common/gatun.h"
#include "dispatch.h"

typedef void (*gt_unary_loop)(int64_t n, const void *x, void *y, double a, double b);
typedef void (*gt_unary_grad_loop)(int64_t n, const void *x, const void *y, const void *dy, void *dx, double a,
                                   double b);
/* scalar: a gt_scalar_side. */
typedef void (*gt_binary_loop)(int scalar, int64_t n, const void *x, const void *y, void *z);
typedef void (*gt_compare_loop)(int scalar, int64_t n, const void *x, const void *y, uint8_t *z);
typedef void (*gt_ternary_loop)(int64_t n, const void *x, const void *y, const void *z, void *out, double a);
typedef void (*gt_where_loop)(int64_t n, const uint8_t *condition, const void *x, const void *y, void *z);

/* Null where a dtype has no loop. */
struct gt_elementwise_loops {
    gt_unary_loop unary[GT_UNARY_COUNT][GT_DTYPE_COUNT];
    gt_unary_grad_loop unary_grad[GT_UNARY_COUNT][GT_DTYPE_COUNT];
    gt_binary_loop binary[GT_BINARY_COUNT][GT_DTYPE_COUNT];
    gt_ternary_loop ternary[GT_TERNARY_COUNT][GT_DTYPE_COUNT];
    gt_compare_loop compare[GT_COMPARE_COUNT][GT_DTYPE_COUNT];
    gt_where_loop where[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(elementwise)

#endif
