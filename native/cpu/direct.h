/* Convolution in F32 without a matrix of columns; cpu/loops/direct.c, one table for each function version. */
#ifndef GATUN_DIRECT_H
#define GATUN_DIRECT_H

#include <stdint.h>

#include "dispatch.h"

/* Positions are handled so many at a time, and elements of a span in whole vectors: what lies behind the last of either
   is read and written up to here, and holds any number. */
#define GT_DIRECT_SLACK 32

/* The gradient of a weight that is added up: rows of dy [rows, dy_row] times spans of x. Output (o1, o2) of `height` by
   `width` has dy at o1 * width + o2 and x at o1 * x_line + o2 * x_step. */
typedef struct gt_direct_outer {
    int64_t rows, height, width;
    const float *dy;
    int64_t dy_row;
    const float *x;
    int64_t x_line, x_step;
    int64_t span; /* elements of x that belong to one output */
    float *c;     /* += [rows, ldc] */
    int64_t ldc;
} gt_direct_outer;

/* Gradients that arrive at few places: value and where the window there starts, in elements of x. */
typedef struct gt_direct_list {
    int64_t count;
    const float *value;
    const int32_t *at;
} gt_direct_list;

struct gt_direct_loops {
    int64_t rows; /* outputs that `forward` takes at a time, at most; 0: this version has no direct convolution */
    /* y [rows, ldy] = sum over k of weight [depth, rows] x[offset[k] + p], for positions p rounded up to the slack. */
    void (*forward)(int64_t rows, int64_t depth, const float *weight, const int32_t *offset, const float *x,
                    int64_t positions, float *y, int64_t ldy);
    /* y [width] = x + bias; relu: 1 makes negative elements 0. */
    void (*finish)(int64_t width, const float *x, float bias, int relu, float *y);
    void (*outer)(const gt_direct_outer *outer);
    /* c [lines, ldc] += sum of value * x[at + line * x_line ...] over the list, `span` elements of each line. */
    void (*gather)(const gt_direct_list *list, int64_t lines, int64_t span, const float *x, int64_t x_line, float *c,
                   int64_t ldc);
    /* dx[at + line * x_line ...] += value * weight [lines, ldw] for each of the list. */
    void (*scatter)(const gt_direct_list *list, int64_t lines, int64_t span, const float *weight, int64_t ldw,
                    float *dx, int64_t x_line);
    /* y [width] = relu(largest of two by two + bias) of rows x0, x1 [2 width]; winner = which of the four, row by row, or
       4 where none is positive. x0 and x1 may be read up to the slack behind them. */
    void (*pool)(int64_t width, const float *x0, const float *x1, float bias, float *y, uint8_t *winner);
    /* The dy [n] whose winner is not 4, as value and at = base [n] + step [winner]; how many. Both are written up to the
       slack behind the last. */
    int64_t (*list)(int64_t n, const float *dy, const uint8_t *winner, const int32_t *base, const int32_t step[4],
                    float *value, int32_t *at);
};

GT_DECLARE_LOOPS(direct)

#endif
