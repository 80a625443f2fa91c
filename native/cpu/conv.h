/* The loops of convolution; cpu/loops/conv.c, one table for each function version. */
#ifndef GATUN_CONV_H
#define GATUN_CONV_H

#include <stdint.h>

#include "../common/gatun.h"
#include "dispatch.h"

/* c [m, n] = a b, or += where add is 1, as gt_gemm_tile has it, for every dtype that a convolution takes. */
typedef struct gt_conv_product {
    int64_t m, n, k;
    const void *a;
    int64_t a_row, a_col;
    const void *b;
    int64_t ldb;
    int b_trans;
    void *c;
    int64_t ldc;
    int add;
} gt_conv_product;

/*
 * The matrix of columns has a row for each element of the window in each input channel of a group, and a column for
 * each position of y: a convolution is the product of the weight with it.
 */
typedef struct gt_conv_loop {
    /* columns [rows, ld] = rows row.. of the matrix at positions first..first + count - 1; x at the group's first channel. */
    void (*columns)(const gt_window *w, const void *x, int64_t row, int64_t rows, int64_t first, int64_t count,
                    void *columns, int64_t ld);
    /* dx += the same elements of a matrix of columns, each where it was read. */
    void (*add_columns)(const gt_window *w, const void *columns, int64_t row, int64_t rows, int64_t first,
                        int64_t count, int64_t ld, void *dx);
    void (*product)(const gt_conv_product *product);
    /* c [m, n] += bias [m] in every column, where there is one; then, for relu, negative elements become 0. */
    void (*finish)(int64_t m, int64_t n, const void *bias, int relu, void *c, int64_t ldc);
    /* y [n] = sum of `count` rows of x, which lie `step` apart. */
    void (*join)(int64_t n, int64_t count, const void *x, int64_t step, void *y);
    /* Sum of n elements. */
    double (*sum)(int64_t n, const void *x);
} gt_conv_loop;

struct gt_conv_loops {
    gt_conv_loop loop[GT_DTYPE_COUNT];
};

GT_DECLARE_LOOPS(conv)

#endif
