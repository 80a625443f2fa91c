/* What a matrix product needs beside the product; cpu/loops/linalg.c, one table for each function version. */
#ifndef GATUN_LINALG_H
#define GATUN_LINALG_H

#include <stdint.h>

#include "dispatch.h"

/* c [m, n], rows ldc apart, = or += (add) a [m, k] b [k, n], each with the step of its rows and of its columns. */
typedef struct {
    int64_t m, n, k;
    const void *a;
    int64_t a_row, a_col;
    const void *b;
    int64_t b_row, b_col;
    void *c;
    int64_t ldc;
    int add;
} gt_integer_rows;

struct gt_linalg_loops {
    /* c [m, n] += bias [n] in every row; then, for bias_relu, negative elements become 0. */
    void (*bias_f32)(int64_t m, int64_t n, const float *bias, float *c, int64_t ldc);
    void (*bias_f64)(int64_t m, int64_t n, const double *bias, double *c, int64_t ldc);
    void (*bias_relu_f32)(int64_t m, int64_t n, const float *bias, float *c, int64_t ldc);
    void (*bias_relu_f64)(int64_t m, int64_t n, const double *bias, double *c, int64_t ldc);
    /* c [m, n] = (or += where add is 1) the product of column a, a_step apart, and row b, b_step apart. */
    void (*outer_f32)(int64_t m, int64_t n, const float *a, int64_t a_step, const float *b, int64_t b_step, float *c,
                      int64_t ldc, int add);
    void (*outer_f64)(int64_t m, int64_t n, const double *a, int64_t a_step, const double *b, int64_t b_step, double *c,
                      int64_t ldc, int add);
    /* The product of integers that wrap around, for rows of a; see gt_gemm_integers. */
    void (*integers_i64)(const gt_integer_rows *rows);
    void (*integers_i32)(const gt_integer_rows *rows);
    void (*integers_u8)(const gt_integer_rows *rows);
};

GT_DECLARE_LOOPS(linalg)

#endif
