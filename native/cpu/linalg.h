/* What a matrix product needs beside the product; cpu/loops/linalg.c, one table for each function version. */
#ifndef GATUN_LINALG_H
#define GATUN_LINALG_H

#include <stdint.h>

#include "dispatch.h"

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
};

GT_DECLARE_LOOPS(linalg)

#endif
