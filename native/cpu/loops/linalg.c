#include "../linalg.h"

/* Bound by memory: the tile is still in L1 or L2 from its product. relu is the row of unary_ops.def. */
#define BIAS_LOOPS(T, name)                                                                                            \
    static void bias_##name(int64_t m, int64_t n, const T *restrict bias, T *restrict c, int64_t ldc) {                \
        for (int64_t i = 0; i < m; i++, c += ldc) {                                                                    \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                c[j] += bias[j];                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void bias_relu_##name(int64_t m, int64_t n, const T *restrict bias, T *restrict c, int64_t ldc) {           \
        for (int64_t i = 0; i < m; i++, c += ldc) {                                                                    \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                const T x = c[j] + bias[j];                                                                            \
                c[j] = x < 0 ? 0 : x;                                                                                  \
            }                                                                                                          \
        }                                                                                                              \
    }

BIAS_LOOPS(float, f32)
BIAS_LOOPS(double, f64)

/* The weight gradient of one sample: a write per element and nothing to reuse, so a row of b at a time from L1. */
#define OUTER_LOOP(T, name)                                                                                            \
    static void outer_##name(int64_t m, int64_t n, const T *a, int64_t a_step, const T *restrict b, int64_t b_step,    \
                             T *restrict c, int64_t ldc, int add) {                                                    \
        for (int64_t i = 0; i < m; i++, c += ldc) {                                                                    \
            const T x = a[i * a_step];                                                                                 \
            if (b_step != 1) {                                                                                         \
                for (int64_t j = 0; j < n; j++) {                                                                      \
                    c[j] = add ? c[j] + x * b[j * b_step] : x * b[j * b_step];                                         \
                }                                                                                                      \
            } else if (add) {                                                                                          \
                for (int64_t j = 0; j < n; j++) {                                                                      \
                    c[j] += x * b[j];                                                                                  \
                }                                                                                                      \
            } else {                                                                                                   \
                for (int64_t j = 0; j < n; j++) {                                                                      \
                    c[j] = x * b[j];                                                                                   \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

OUTER_LOOP(float, f32)
OUTER_LOOP(double, f64)

/* Rows of b that stay in the cache while four rows of c go by. Where b's rows are not contiguous, dot products. T is
   unsigned: sums that overflow wrap around. */
#define INTEGER_ROWS 4
#define INTEGER_LOOP(T, name)                                                                                          \
    static void integers_##name(const gt_integer_rows *r) {                                                            \
        const T *a = r->a, *b = r->b;                                                                                  \
        T *c = r->c;                                                                                                   \
        for (int64_t i = 0; i < r->m; i++) {                                                                           \
            for (int64_t j = 0; j < r->n && !r->add; j++) {                                                            \
                c[i * r->ldc + j] = 0;                                                                                 \
            }                                                                                                          \
        }                                                                                                              \
        if (r->b_col != 1) {                                                                                           \
            for (int64_t i = 0; i < r->m; i++) {                                                                       \
                for (int64_t j = 0; j < r->n; j++) {                                                                   \
                    const T *x = a + i * r->a_row, *y = b + j * r->b_col;                                              \
                    T sum = c[i * r->ldc + j];                                                                         \
                    if (r->a_col == 1 && r->b_row == 1) {                                                              \
                        for (int64_t p = 0; p < r->k; p++) {                                                           \
                            sum = (T)(sum + (T)(x[p] * y[p]));                                                         \
                        }                                                                                              \
                    } else {                                                                                           \
                        for (int64_t p = 0; p < r->k; p++) {                                                           \
                            sum = (T)(sum + (T)(x[p * r->a_col] * y[p * r->b_row]));                                   \
                        }                                                                                              \
                    }                                                                                                  \
                    c[i * r->ldc + j] = sum;                                                                           \
                }                                                                                                      \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t first = 0; first < r->m; first += INTEGER_ROWS) {                                                 \
            const int64_t end = first + INTEGER_ROWS < r->m ? first + INTEGER_ROWS : r->m;                             \
            for (int64_t p = 0; p < r->k; p++) {                                                                       \
                const T *y = b + p * r->b_row;                                                                         \
                for (int64_t i = first; i < end; i++) {                                                                \
                    const T x = a[i * r->a_row + p * r->a_col];                                                        \
                    T *restrict to = c + i * r->ldc;                                                                   \
                    for (int64_t j = 0; j < r->n; j++) {                                                               \
                        to[j] = (T)(to[j] + (T)(x * y[j]));                                                            \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

INTEGER_LOOP(uint64_t, i64)
INTEGER_LOOP(uint32_t, i32)
INTEGER_LOOP(uint8_t, u8)

GT_DEFINE_LOOPS(linalg) = {
    .bias_f32 = bias_f32,           .bias_f64 = bias_f64,   .bias_relu_f32 = bias_relu_f32,
    .bias_relu_f64 = bias_relu_f64, .outer_f32 = outer_f32, .outer_f64 = outer_f64,
    .integers_i64 = integers_i64,   .integers_i32 = integers_i32, .integers_u8 = integers_u8,
};
