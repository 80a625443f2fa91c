/*
 * What a block of elements leaves of itself for variance and for the logarithm of a sum of powers; reduce.c joins it. All
 * is kept in double.
 */
#include "../reduce.h"

#include "../../common/maths.h"

#define REDUCE_LOOP(op, dtype) GT_JOIN(gt_reduce_loops_, GT_ISA).reduce[GT_REDUCE_##op][GT_##dtype]

/* ---- moments: two passes over a block in cache. Distances from the first element keep equal ones at exactly 0 ---- */

#define LANES 16

static inline double lanes_total(double *lane) {
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) lane[l] += lane[l + half];
    return lane[0];
}

#define MOMENTS_LOOPS(dtype, ...)                                                                                      \
    /* Where a distance is not finite, the mean may be. */                                                             \
    static __attribute__((noinline)) double plain_mean_##dtype(int64_t n, const gt_##dtype *x, int64_t step) {         \
        double sum = 0;                                                                                                \
        for (int64_t i = 0; i < n; i++) sum += x[i * step];                                                            \
        return sum / (double)n;                                                                                        \
    }                                                                                                                  \
                                                                                                                       \
    static void row_moments_##dtype(int64_t n, const void *x_, void *y) {                                              \
        const gt_##dtype *x = x_;                                                                                      \
        gt_moments m = {(double)n, 0, 0};                                                                              \
        if (n > 0) {                                                                                                   \
            const double first = x[0];                                                                                 \
            const int64_t whole = n / LANES * LANES;                                                                   \
            double lane[LANES] = {0}, square[LANES] = {0};                                                             \
            for (int64_t i = 0; i < whole; i += LANES)                                                                 \
                for (int l = 0; l < LANES; l++) lane[l] += x[i + l] - first;                                           \
            for (int64_t i = whole; i < n; i++) lane[i - whole] += x[i] - first;                                       \
            m.mean = first + lanes_total(lane) / (double)n;                                                            \
            if (!isfinite(m.mean)) m.mean = plain_mean_##dtype(n, x, 1);                                               \
            const double mean = m.mean;                                                                                \
            for (int64_t i = 0; i < whole; i += LANES)                                                                 \
                for (int l = 0; l < LANES; l++) square[l] += (x[i + l] - mean) * (x[i + l] - mean);                    \
            for (int64_t i = whole; i < n; i++) square[i - whole] += (x[i] - mean) * (x[i] - mean);                    \
            m.squares = lanes_total(square);                                                                           \
        }                                                                                                              \
        memcpy(y, &m, sizeof m);                                                                                       \
    }                                                                                                                  \
                                                                                                                       \
    static inline __attribute__((always_inline)) void strip_moments_##dtype(                                           \
        int64_t rows, int64_t width, const gt_##dtype *x, int64_t row_step, gt_moments *y) {                           \
        double first[GT_REDUCE_WIDE_STRIP], mean[GT_REDUCE_WIDE_STRIP] = {0}, square[GT_REDUCE_WIDE_STRIP] = {0};      \
        for (int64_t j = 0; j < width && rows > 0; j++) first[j] = x[j];                                               \
        for (int64_t i = 0; i < rows; i++)                                                                             \
            for (int64_t j = 0; j < width; j++) mean[j] += x[i * row_step + j] - first[j];                             \
        for (int64_t j = 0; j < width && rows > 0; j++) {                                                              \
            mean[j] = first[j] + mean[j] / (double)rows;                                                               \
            if (!isfinite(mean[j])) mean[j] = plain_mean_##dtype(rows, x + j, row_step);                               \
        }                                                                                                              \
        for (int64_t i = 0; i < rows; i++)                                                                             \
            for (int64_t j = 0; j < width; j++) {                                                                      \
                const double distance = x[i * row_step + j] - mean[j];                                                 \
                square[j] += distance * distance;                                                                      \
            }                                                                                                          \
        for (int64_t j = 0; j < width; j++) y[j] = (gt_moments){(double)rows, mean[j], square[j]};                     \
    }                                                                                                                  \
                                                                                                                       \
    static void columns_moments_##dtype(int64_t rows, int64_t width, const void *x, int64_t row_step, void *y) {       \
        if (width == GT_REDUCE_WIDE_STRIP) {                                                                           \
            strip_moments_##dtype(rows, GT_REDUCE_WIDE_STRIP, x, row_step, y);                                         \
        } else {                                                                                                       \
            strip_moments_##dtype(rows, width, x, row_step, y);                                                        \
        }                                                                                                              \
    }
GT_EACH_FLOATS(MOMENTS_LOOPS, )

/* ---- powers of e: the largest first, so that none overflows ---- */

/* Powers of a row that lie between two sums. */
#define PIECE 512

#define POWERS_LOOPS(dtype, ...)                                                                                       \
    static void row_powers_##dtype(int64_t n, const void *x_, void *y) {                                               \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype largest = -(gt_##dtype)INFINITY, piece[PIECE], sum;                                                 \
        if (n > 0) REDUCE_LOOP(max, dtype).row(n, x, &largest);                                                        \
        gt_powers p = {largest, 0};                                                                                    \
        for (int64_t i = 0; i < n && isfinite(largest); i += PIECE) {                                                  \
            const int64_t count = n - i < PIECE ? n - i : PIECE;                                                       \
            for (int64_t j = 0; j < count; j++) piece[j] = EXP(x[i + j] - largest);                                    \
            REDUCE_LOOP(sum, dtype).row(count, piece, &sum);                                                           \
            p.sum += sum;                                                                                              \
        }                                                                                                              \
        memcpy(y, &p, sizeof p);                                                                                       \
    }                                                                                                                  \
                                                                                                                       \
    static void columns_powers_##dtype(int64_t rows, int64_t width, const void *x_, int64_t row_step, void *y_) {      \
        const gt_##dtype *x = x_;                                                                                      \
        gt_powers *y = y_;                                                                                             \
        gt_##dtype largest[GT_REDUCE_WIDE_STRIP];                                                                      \
        double sum[GT_REDUCE_WIDE_STRIP] = {0};                                                                        \
        REDUCE_LOOP(max, dtype).columns(rows, width, x, row_step, largest);                                            \
        for (int64_t i = 0; i < rows; i++)                                                                             \
            for (int64_t j = 0; j < width; j++) sum[j] += EXP(x[i * row_step + j] - largest[j]);                       \
        for (int64_t j = 0; j < width; j++) y[j] = (gt_powers){largest[j], isfinite(largest[j]) ? sum[j] : 0};         \
    }
GT_EACH_FLOATS(POWERS_LOOPS, )

#define MOMENTS_CELL(dtype, ...) [GT_##dtype] = {row_moments_##dtype, columns_moments_##dtype, NULL, NULL},
#define POWERS_CELL(dtype, ...) [GT_##dtype] = {row_powers_##dtype, columns_powers_##dtype, NULL, NULL},

GT_DEFINE_LOOPS(moments) = {
    .moments = {GT_EACH_FLOATS(MOMENTS_CELL, )},
    .powers = {GT_EACH_FLOATS(POWERS_CELL, )},
};
