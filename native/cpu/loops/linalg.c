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

GT_DEFINE_LOOPS(linalg) = {
    .bias_f32 = bias_f32,           .bias_f64 = bias_f64,   .bias_relu_f32 = bias_relu_f32,
    .bias_relu_f64 = bias_relu_f64, .outer_f32 = outer_f32, .outer_f64 = outer_f64,
};
