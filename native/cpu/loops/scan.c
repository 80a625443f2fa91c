/*
 * Running sums, products and extremes, one element after the other. Columns are vector lanes. A row of sums goes by eight:
 * their own sums do not wait for what came before, so that one addition in eight does. Products go by as many whose own
 * product is finite and not 0 in what it is kept in, whatever they are: four floats in double, one double.
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

#define SUM_TOGETHER_F32 8
#define SUM_TOGETHER_F64 8
#define SUM_TOGETHER_I64 8
#define SUM_TOGETHER_I32 8
#define SUM_TOGETHER_U8 8
#define PROD_TOGETHER_F32 4
#define PROD_TOGETHER_F64 1
#define PROD_TOGETHER_I64 8
#define PROD_TOGETHER_I32 8
#define PROD_TOGETHER_U8 8
/* Lanes of a block's total. */
#define TOTAL_LANES 16

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

/* Goes on from `before`, what came earlier. */
#define ROW_LOOP(dtype, name, JOIN, TOGETHER)                                                                          \
    LANES_INLINE void row_##name##_##dtype(int64_t n, int64_t step, kept_##dtype before, const gt_##dtype *x,                \
                                     gt_##dtype *y) {                                                                  \
        typedef kept_##dtype K;                                                                                        \
        for (; n >= TOGETHER; n -= TOGETHER, x += TOGETHER * step, y += TOGETHER * step) {                             \
            K own[TOGETHER];                                                                                           \
            own[0] = (K)x[0];                                                                                          \
            for (int k = 1; k < TOGETHER; k++) own[k] = (K)JOIN(own[k - 1], (K)x[k * step]);                           \
            for (int k = 0; k < TOGETHER; k++) y[k * step] = (gt_##dtype)(K)JOIN(before, own[k]);                      \
            before = (K)JOIN(before, own[TOGETHER - 1]);                                                               \
        }                                                                                                              \
        for (; n > 0; n--, x += step, y += step) {                                                                     \
            before = (K)JOIN(before, (K)x[0]);                                                                         \
            y[0] = (gt_##dtype)before;                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void name##_##dtype(int64_t n, int64_t lanes, int64_t step, const void *x, void *y) {                       \
        if (lanes != 1) {                                                                                              \
            columns_##name##_##dtype(lanes, n, step, x, y);                                                            \
        } else if (step == 1) {                                                                                        \
            row_##name##_##dtype(n, 1, START_##name, x, y);                                                            \
        } else {                                                                                                       \
            row_##name##_##dtype(n, step, START_##name, x, y);                                                         \
        }                                                                                                              \
    }

#define START_sum 0
#define START_prod 1

#define SUM_LOOPS(dtype, ...)                                                                                          \
    COLUMNS_LOOP(dtype, sum, START_sum, ADD)                                                                           \
    ROW_LOOP(dtype, sum, ADD, SUM_TOGETHER_##dtype)                                                                    \
                                                                                                                       \
    static void total_##dtype(int64_t n, const void *x_, void *total) {                                                \
        const gt_##dtype *x = x_;                                                                                      \
        kept_##dtype lane[TOTAL_LANES] = {0}, sum = 0;                                                                 \
        int64_t i = 0;                                                                                                 \
        for (; i + TOTAL_LANES <= n; i += TOTAL_LANES)                                                                 \
            for (int k = 0; k < TOTAL_LANES; k++) lane[k] = (kept_##dtype)(lane[k] + (kept_##dtype)x[i + k]);          \
        for (; i < n; i++) sum = (kept_##dtype)(sum + (kept_##dtype)x[i]);                                             \
        for (int k = 0; k < TOTAL_LANES; k++) sum = (kept_##dtype)(sum + lane[k]);                                     \
        memcpy(total, &sum, sizeof sum);                                                                               \
    }                                                                                                                  \
                                                                                                                       \
    static void starts_##dtype(int64_t n, gt_scan_kept *starts) {                                                      \
        kept_##dtype before, own;                                                                                      \
        memcpy(&before, starts, sizeof before);                                                                        \
        for (int64_t i = 1; i < n; i++) {                                                                              \
            memcpy(&own, starts + i, sizeof own);                                                                      \
            before = (kept_##dtype)(before + own);                                                                     \
            memcpy(starts + i, &before, sizeof before);                                                                \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void sum_from_##dtype(int64_t n, int64_t step, const gt_scan_kept *start, const void *x, void *y) {         \
        kept_##dtype before;                                                                                           \
        memcpy(&before, start, sizeof before);                                                                         \
        row_sum_##dtype(n, step, before, x, y);                                                                        \
    }
GT_EACH_NUMBERS(SUM_LOOPS, )

#define PROD_LOOPS(dtype, ...)                                                                                         \
    COLUMNS_LOOP(dtype, prod, START_prod, MULTIPLY)                                                                    \
    ROW_LOOP(dtype, prod, MULTIPLY, PROD_TOGETHER_##dtype)
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
    .total = {GT_EACH_NUMBERS(CELL, total)},
    .starts = {GT_EACH_NUMBERS(CELL, starts)},
    .sum_from = {GT_EACH_NUMBERS(CELL, sum_from)},
};
