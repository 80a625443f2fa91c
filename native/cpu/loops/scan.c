/*
 * Running sums, products and extremes, one element after the other. Columns are vector lanes. A row of sums goes by eight:
 * their own sums do not wait for what came before, so that one addition in eight does.
 */
#include "../scan.h"

#include <string.h>

#include "../../common/dtype.h"

/* What a sum or product is kept in; integers wrap. */
typedef double kept_F32;
typedef double kept_F64;
typedef uint64_t kept_I64;
typedef uint32_t kept_I32;
typedef uint8_t kept_U8;

#define TOGETHER 8

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))

/* Loops over any number of lanes, and over the single one of a row, whose accumulator is a register. */
#define LANES_INLINE static inline __attribute__((always_inline))
#define EITHER(lanes, call, ...) ((lanes) == 1 ? call(1, __VA_ARGS__) : call(lanes, __VA_ARGS__))

#define COLUMNS_LOOP(dtype, name, start, JOIN)                                                                         \
    LANES_INLINE void columns_##name##_##dtype(int64_t lanes, int64_t n, int64_t step, const gt_##dtype *x,            \
                                               gt_##dtype *y) {                                                        \
        kept_##dtype r[GT_SCAN_LANES];                                                                                 \
        for (int64_t l = 0; l < lanes; l++) r[l] = start;                                                              \
        for (int64_t i = 0; i < n; i++, x += step, y += step) {                                                        \
            GT_INDEPENDENT                                                                                             \
            for (int64_t l = 0; l < lanes; l++) {                                                                      \
                r[l] = (kept_##dtype)JOIN(r[l], (kept_##dtype)x[l]);                                                   \
                y[l] = (gt_##dtype)r[l];                                                                               \
            }                                                                                                          \
        }                                                                                                              \
    }

#define SUM_LOOPS(dtype, ...)                                                                                          \
    COLUMNS_LOOP(dtype, sum, 0, ADD)                                                                                   \
                                                                                                                       \
    static void row_sum_##dtype(int64_t n, int64_t step, const gt_##dtype *x, gt_##dtype *y) {                         \
        typedef kept_##dtype K;                                                                                        \
        K before = 0;                                                                                                  \
        for (; n >= TOGETHER; n -= TOGETHER, x += TOGETHER * step, y += TOGETHER * step) {                             \
            K own[TOGETHER];                                                                                           \
            own[0] = (K)x[0];                                                                                          \
            for (int k = 1; k < TOGETHER; k++) own[k] = (K)(own[k - 1] + (K)x[k * step]);                              \
            for (int k = 0; k < TOGETHER; k++) y[k * step] = (gt_##dtype)(K)(before + own[k]);                         \
            before = (K)(before + own[TOGETHER - 1]);                                                                  \
        }                                                                                                              \
        for (; n > 0; n--, x += step, y += step) {                                                                     \
            before = (K)(before + (K)x[0]);                                                                            \
            y[0] = (gt_##dtype)before;                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void sum_##dtype(int64_t n, int64_t lanes, int64_t step, const void *x, void *y) {                          \
        if (lanes == 1) {                                                                                              \
            row_sum_##dtype(n, step, x, y);                                                                            \
        } else {                                                                                                       \
            columns_sum_##dtype(lanes, n, step, x, y);                                                                 \
        }                                                                                                              \
    }
GT_EACH_NUMBERS(SUM_LOOPS, )

#define PROD_LOOPS(dtype, ...)                                                                                         \
    COLUMNS_LOOP(dtype, prod, 1, MULTIPLY)                                                                             \
                                                                                                                       \
    static void prod_##dtype(int64_t n, int64_t lanes, int64_t step, const void *x, void *y) {                         \
        EITHER(lanes, columns_prod_##dtype, n, step, x, y);                                                            \
    }
GT_EACH_NUMBERS(PROD_LOOPS, )

/* Of equal ones the last, and of NaNs the last. */
#define EXTREME_LOOP(dtype, name, better)                                                                              \
    LANES_INLINE void columns_##name##_##dtype(int64_t lanes, int64_t n, int64_t step, const gt_##dtype *x,            \
                                               gt_##dtype *y, int64_t *at) {                                           \
        gt_##dtype value[GT_SCAN_LANES];                                                                               \
        int64_t place[GT_SCAN_LANES];                                                                                  \
        for (int64_t l = 0; l < lanes; l++) value[l] = x[l], place[l] = 0;                                             \
        for (int64_t i = 0; i < n; i++, x += step, y += step, at += step) {                                            \
            GT_INDEPENDENT                                                                                             \
            for (int64_t l = 0; l < lanes; l++) {                                                                      \
                const gt_##dtype own = x[l];                                                                           \
                const int takes = (own better value[l]) | (own != own);                                                \
                value[l] = takes ? own : value[l];                                                                     \
                place[l] = takes ? i : place[l];                                                                       \
                y[l] = value[l];                                                                                       \
                at[l] = place[l];                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void name##_##dtype(int64_t n, int64_t lanes, int64_t step, const void *x, void *y, int64_t *at) {          \
        EITHER(lanes, columns_##name##_##dtype, n, step, x, y, at);                                                    \
    }
GT_EACH_NUMBERS(EXTREME_LOOP, max, >=)
GT_EACH_NUMBERS(EXTREME_LOOP, min, <=)

#define LINEAR_LOOP(dtype, ...)                                                                                        \
    LANES_INLINE void columns_linear_##dtype(int64_t lanes, int64_t n, int64_t step, const gt_##dtype *a,              \
                                             const gt_##dtype *b, gt_##dtype *y) {                                     \
        const int64_t link = step < 0 ? -step : 0;                                                                     \
        double r[GT_SCAN_LANES];                                                                                       \
        for (int64_t l = 0; l < lanes; l++) y[l] = (gt_##dtype)(r[l] = b[l]);                                          \
        for (int64_t i = 1; i < n; i++) {                                                                              \
            const int64_t row = i * step;                                                                              \
            GT_INDEPENDENT                                                                                             \
            for (int64_t l = 0; l < lanes; l++) {                                                                      \
                r[l] = b[row + l] + a[row + link + l] * r[l];                                                          \
                y[row + l] = (gt_##dtype)r[l];                                                                         \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void linear_##dtype(int64_t n, int64_t lanes, int64_t step, const void *a, const void *b, void *y) {        \
        EITHER(lanes, columns_linear_##dtype, n, step, a, b, y);                                                       \
    }
GT_EACH_FLOATS(LINEAR_LOOP, )

#define CELL(dtype, name) [GT_##dtype] = name##_##dtype,

GT_DEFINE_LOOPS(scan) = {
    .sum = {GT_EACH_NUMBERS(CELL, sum)},
    .prod = {GT_EACH_NUMBERS(CELL, prod)},
    .max = {GT_EACH_NUMBERS(CELL, max)},
    .min = {GT_EACH_NUMBERS(CELL, min)},
    .linear = {GT_EACH_FLOATS(CELL, linear)},
};
