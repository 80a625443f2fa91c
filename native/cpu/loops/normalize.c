/*
 * Batch normalisation. Where a channel has one element in each row, channels are vector lanes; else a channel's elements
 * are. Sums go through a fixed number of partial sums in double, so their bits depend on the sizes alone.
 */
#include "../normalize.h"

#include "../../common/dtype.h"

#define LANES GT_NORMALIZE_LANES

#define NORMALIZE_LOOPS(dtype, ...)                                                                                    \
    static void moments_##dtype(const gt_normalize_block *b, const void *x_, double *mean, double *square) {           \
        const gt_##dtype *x = x_;                                                                                      \
        const double count = (double)(b->n * b->inner);                                                                \
        if (b->inner == 1) {                                                                                           \
            double sum[LANES] = {0}, squares[LANES] = {0};                                                             \
            for (int64_t i = 0; i < b->n; i++)                                                                         \
                for (int64_t l = 0; l < b->lanes; l++) sum[l] += (double)x[i * b->step + l];                           \
            for (int64_t l = 0; l < b->lanes; l++) mean[l] = sum[l] / count;                                           \
            for (int64_t i = 0; i < b->n; i++)                                                                         \
                for (int64_t l = 0; l < b->lanes; l++) {                                                               \
                    const double d = (double)x[i * b->step + l] - mean[l];                                             \
                    squares[l] += d * d;                                                                               \
                }                                                                                                      \
            for (int64_t l = 0; l < b->lanes; l++) square[l] = squares[l];                                             \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t c = 0; c < b->lanes; c++) {                                                                       \
            double sum[LANES] = {0}, squares[LANES] = {0}, total = 0;                                                  \
            for (int64_t i = 0; i < b->n; i++) {                                                                       \
                const gt_##dtype *row = x + i * b->step + c * b->inner;                                                \
                int64_t j = 0;                                                                                         \
                for (; j + LANES <= b->inner; j += LANES)                                                              \
                    for (int l = 0; l < LANES; l++) sum[l] += (double)row[j + l];                                      \
                for (; j < b->inner; j++) total += (double)row[j];                                                     \
            }                                                                                                          \
            for (int l = 0; l < LANES; l++) total += sum[l];                                                           \
            const double centre = mean[c] = total / count;                                                             \
            total = 0;                                                                                                 \
            for (int64_t i = 0; i < b->n; i++) {                                                                       \
                const gt_##dtype *row = x + i * b->step + c * b->inner;                                                \
                int64_t j = 0;                                                                                         \
                for (; j + LANES <= b->inner; j += LANES)                                                              \
                    for (int l = 0; l < LANES; l++) {                                                                  \
                        const double d = (double)row[j + l] - centre;                                                  \
                        squares[l] += d * d;                                                                           \
                    }                                                                                                  \
                for (; j < b->inner; j++) {                                                                            \
                    const double d = (double)row[j] - centre;                                                          \
                    total += d * d;                                                                                    \
                }                                                                                                      \
            }                                                                                                          \
            for (int l = 0; l < LANES; l++) total += squares[l];                                                       \
            square[c] = total;                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void apply_##dtype(const gt_normalize_block *b, const void *x_, const double *mean, const double *scale,    \
                              const double *shift, void *y_) {                                                         \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_, m[LANES], s[LANES], t[LANES];                                                              \
        for (int64_t l = 0; l < b->lanes; l++)                                                                         \
            m[l] = (gt_##dtype)mean[l], s[l] = (gt_##dtype)scale[l], t[l] = (gt_##dtype)shift[l];                      \
        for (int64_t i = 0; i < b->n; i++) {                                                                           \
            const int64_t at = i * b->step;                                                                            \
            if (b->inner == 1) {                                                                                       \
                GT_INDEPENDENT                                                                                         \
                for (int64_t l = 0; l < b->lanes; l++) y[at + l] = (x[at + l] - m[l]) * s[l] + t[l];                   \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t l = 0; l < b->lanes; l++) {                                                                   \
                const gt_##dtype *from = x + at + l * b->inner, m1 = m[l], s1 = s[l], t1 = t[l];                       \
                gt_##dtype *to = y + at + l * b->inner;                                                                \
                GT_INDEPENDENT                                                                                         \
                for (int64_t j = 0; j < b->inner; j++) to[j] = (from[j] - m1) * s1 + t1;                               \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void grad_sums_##dtype(const gt_normalize_block *b, const void *x_, const void *dy_, const double *mean,    \
                                  double *sum_, double *product_) {                                                    \
        const gt_##dtype *x = x_, *dy = dy_;                                                                           \
        if (b->inner == 1) {                                                                                           \
            double sum[LANES] = {0}, product[LANES] = {0};                                                             \
            for (int64_t i = 0; i < b->n; i++)                                                                         \
                for (int64_t l = 0; l < b->lanes; l++) {                                                               \
                    const double g = (double)dy[i * b->step + l];                                                      \
                    sum[l] += g;                                                                                       \
                    product[l] += g * ((double)x[i * b->step + l] - mean[l]);                                          \
                }                                                                                                      \
            for (int64_t l = 0; l < b->lanes; l++) sum_[l] = sum[l], product_[l] = product[l];                         \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t c = 0; c < b->lanes; c++) {                                                                       \
            const double centre = mean[c];                                                                             \
            double sum[LANES] = {0}, product[LANES] = {0}, total = 0, dot = 0;                                         \
            for (int64_t i = 0; i < b->n; i++) {                                                                       \
                const gt_##dtype *row = x + i * b->step + c * b->inner, *g = dy + i * b->step + c * b->inner;          \
                int64_t j = 0;                                                                                         \
                for (; j + LANES <= b->inner; j += LANES)                                                              \
                    for (int l = 0; l < LANES; l++) {                                                                  \
                        sum[l] += (double)g[j + l];                                                                    \
                        product[l] += (double)g[j + l] * ((double)row[j + l] - centre);                                \
                    }                                                                                                  \
                for (; j < b->inner; j++) {                                                                            \
                    total += (double)g[j];                                                                             \
                    dot += (double)g[j] * ((double)row[j] - centre);                                                   \
                }                                                                                                      \
            }                                                                                                          \
            for (int l = 0; l < LANES; l++) total += sum[l], dot += product[l];                                        \
            sum_[c] = total;                                                                                           \
            product_[c] = dot;                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void grad_apply_##dtype(const gt_normalize_block *b, const void *x_, const void *dy_, const double *mean,   \
                                   const double *scale, const double *slope, const double *shift, void *dx_) {         \
        const gt_##dtype *x = x_, *dy = dy_;                                                                           \
        gt_##dtype *dx = dx_, m[LANES], s[LANES], p[LANES], t[LANES];                                                  \
        for (int64_t l = 0; l < b->lanes; l++) {                                                                       \
            m[l] = (gt_##dtype)mean[l], s[l] = (gt_##dtype)scale[l];                                                   \
            p[l] = (gt_##dtype)slope[l], t[l] = (gt_##dtype)shift[l];                                                  \
        }                                                                                                              \
        for (int64_t i = 0; i < b->n; i++) {                                                                           \
            const int64_t at = i * b->step;                                                                            \
            if (b->inner == 1) {                                                                                       \
                GT_INDEPENDENT                                                                                         \
                for (int64_t l = 0; l < b->lanes; l++)                                                                 \
                    dx[at + l] = dy[at + l] * s[l] + (x[at + l] - m[l]) * p[l] + t[l];                                 \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t l = 0; l < b->lanes; l++) {                                                                   \
                const gt_##dtype *from = x + at + l * b->inner, *g = dy + at + l * b->inner;                           \
                const gt_##dtype m1 = m[l], s1 = s[l], p1 = p[l], t1 = t[l];                                           \
                gt_##dtype *to = dx + at + l * b->inner;                                                               \
                GT_INDEPENDENT                                                                                         \
                for (int64_t j = 0; j < b->inner; j++) to[j] = g[j] * s1 + (from[j] - m1) * p1 + t1;                   \
            }                                                                                                          \
        }                                                                                                              \
    }
GT_EACH_FLOATS(NORMALIZE_LOOPS, )

#define CELL(dtype, ...) [GT_##dtype] = {moments_##dtype, apply_##dtype, grad_sums_##dtype, grad_apply_##dtype},

GT_DEFINE_LOOPS(normalize) = {.loop = {GT_EACH_FLOATS(CELL, )}};
