/* The product of one tile in F32; cpu/loops/gemm.c, one table for each function version. */
#ifndef GATUN_GEMM_H
#define GATUN_GEMM_H

#include <stdint.h>

#include "dispatch.h"

/* c [m, n] = a b, or += where add is 1. Element (i, p) of a lies at a[i * a_row + p * a_col], one of the two being 1;
   element (p, j) of b at b[p * ldb + j], or at b[j * ldb + p] where b_trans is 1. c overlaps nothing. */
typedef struct {
    int64_t m, n, k;
    const float *a;
    int64_t a_row, a_col;
    const float *b;
    int64_t ldb;
    int b_trans;
    float *c;
    int64_t ldc;
    int add;
} gt_gemm_tile;

struct gt_gemm_loops {
    /* Null where this version has none: BLAS takes the tile. An element's sum runs over k in an order that k alone
       fixes, so neither the cutting into tiles nor the version shows in the bits. */
    void (*tile)(const gt_gemm_tile *tile);
};

GT_DECLARE_LOOPS(gemm)

#endif
