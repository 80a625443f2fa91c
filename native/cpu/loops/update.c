/*
 * One pass over memory for each optimizer: what PyTorch does in four to eight passes over the parameters. Each element
 * follows PyTorch's order of operations. The choices that a whole call shares are constants of an inlined body, so
 * that every version of the loop is free of branches.
 */
#include "../update.h"

#include <math.h>

static inline float root_F32(float x) {
    return sqrtf(x);
}

static inline double root_F64(double x) {
    return sqrt(x);
}

#define UPDATE_LOOPS(T, name)                                                                                          \
    /* param -= lr (grad + l2 param): two reads and a write, bound by memory. */                                       \
    static void sgd_##name(int64_t n, T *restrict param, const T *restrict grad, const gt_sgd_scalars *s) {            \
        const T sign = (T)s->sign, step = (T)-s->lr, l2 = (T)s->weight_decay;                                          \
        if (s->weight_decay == 0) {                                                                                    \
            const T signed_step = sign * step;                                                                         \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                param[i] += signed_step * grad[i];                                                                     \
            }                                                                                                          \
        } else {                                                                                                       \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                param[i] += step * (sign * grad[i] + l2 * param[i]);                                                   \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static inline __attribute__((always_inline)) void momentum_body_##name(                                            \
        int64_t n, T *restrict param, const T *restrict grad, T *restrict buffer, const gt_sgd_scalars *s,             \
        const int decays, const int first, const int nesterov) {                                                       \
        const T sign = (T)s->sign, step = (T)-s->lr, l2 = (T)s->weight_decay;                                          \
        const T momentum = (T)s->momentum, share = (T)s->grad_share;                                                   \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const T g = decays ? sign * grad[i] + l2 * param[i] : sign * grad[i];                                      \
            const T b = first ? g : momentum * buffer[i] + share * g;                                                  \
            buffer[i] = b;                                                                                             \
            param[i] += step * (nesterov ? g + momentum * b : b);                                                      \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void momentum_##name(int64_t n, T *param, const T *grad, T *buffer, const gt_sgd_scalars *s) {              \
        const int decays = s->weight_decay != 0;                                                                       \
        if (s->first) {                                                                                                \
            if (s->nesterov) {                                                                                         \
                momentum_body_##name(n, param, grad, buffer, s, decays, 1, 1);                                         \
            } else {                                                                                                   \
                momentum_body_##name(n, param, grad, buffer, s, decays, 1, 0);                                         \
            }                                                                                                          \
        } else if (decays) {                                                                                           \
            if (s->nesterov) {                                                                                         \
                momentum_body_##name(n, param, grad, buffer, s, 1, 0, 1);                                              \
            } else {                                                                                                   \
                momentum_body_##name(n, param, grad, buffer, s, 1, 0, 0);                                              \
            }                                                                                                          \
        } else {                                                                                                       \
            if (s->nesterov) {                                                                                         \
                momentum_body_##name(n, param, grad, buffer, s, 0, 0, 1);                                              \
            } else {                                                                                                   \
                momentum_body_##name(n, param, grad, buffer, s, 0, 0, 0);                                              \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* Vectorises only with -fno-math-errno: a scalar root takes six times as long. */                                 \
    static inline __attribute__((always_inline)) void adam_body_##name(                                                \
        int64_t n, T *restrict param, const T *restrict grad, T *restrict mean, T *restrict square,                    \
        const gt_adam_scalars *s, const int decays) {                                                                  \
        const T sign = (T)s->sign, l2 = (T)s->l2, keep = (T)s->keep, eps = (T)s->eps;                                  \
        const T beta1 = (T)s->beta1, rest1 = (T)s->rest1, beta2 = (T)s->beta2, rest2 = (T)s->rest2;                    \
        const T step = (T)-s->step_size, root_scale = (T)s->root_scale;                                                \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const T g = decays ? sign * grad[i] + l2 * param[i] : sign * grad[i];                                      \
            const T m = beta1 * mean[i] + rest1 * g;                                                                   \
            const T v = beta2 * square[i] + rest2 * g * g;                                                             \
            mean[i] = m;                                                                                               \
            square[i] = v;                                                                                             \
            param[i] = keep * param[i] + step * m / (root_##name(v) * root_scale + eps);                               \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void adam_##name(int64_t n, T *param, const T *grad, T *mean, T *square, const gt_adam_scalars *s) {        \
        if (s->l2 != 0) {                                                                                              \
            adam_body_##name(n, param, grad, mean, square, s, 1);                                                      \
        } else {                                                                                                       \
            adam_body_##name(n, param, grad, mean, square, s, 0);                                                      \
        }                                                                                                              \
    }

UPDATE_LOOPS(float, F32)
UPDATE_LOOPS(double, F64)

GT_DEFINE_LOOPS(update) = {
    .sgd_f32 = sgd_F32,           .sgd_f64 = sgd_F64,   .momentum_f32 = momentum_F32,
    .momentum_f64 = momentum_F64, .adam_f32 = adam_F32, .adam_f64 = adam_F64,
};
