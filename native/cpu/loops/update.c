/*
 * One pass over memory for each optimizer: what PyTorch does in four to eight passes over the parameters. Whether the
 * parameters decay is a constant of an inlined body, so that no loop has a branch, and a parameter that is infinite
 * makes no NaN of a decay of 0.
 */
#include "../update.h"

#include <math.h>
#include <stddef.h>

#include "../../common/maths.h"

#define ROOT(x) SQRT(x)
/* NaN where either is, as PyTorch's. */
#define LARGER(x, y) SELECT((x) > (y) || (x) != (x), (x), (y))

/* GT_SCALARS(a, b, ...): constants from listed[0], listed[1], ... */
#define SCALARS1(i, a) const T a = (T)listed[i];
#define SCALARS2(i, a, ...) SCALARS1(i, a) SCALARS1(i + 1, __VA_ARGS__)
#define SCALARS3(i, a, ...) SCALARS1(i, a) SCALARS2(i + 1, __VA_ARGS__)
#define SCALARS4(i, a, ...) SCALARS1(i, a) SCALARS3(i + 1, __VA_ARGS__)
#define SCALARS5(i, a, ...) SCALARS1(i, a) SCALARS4(i + 1, __VA_ARGS__)
#define SCALARS6(i, a, ...) SCALARS1(i, a) SCALARS5(i + 1, __VA_ARGS__)
#define SCALARS7(i, a, ...) SCALARS1(i, a) SCALARS6(i + 1, __VA_ARGS__)
#define SCALARS8(i, a, ...) SCALARS1(i, a) SCALARS7(i + 1, __VA_ARGS__)
#define PICK(a, b, c, d, e, f, g, h, chosen, ...) chosen
#define GT_SCALARS(...)                                                                                                \
    PICK(__VA_ARGS__, SCALARS8, SCALARS7, SCALARS6, SCALARS5, SCALARS4, SCALARS3, SCALARS2, SCALARS1, )(0, __VA_ARGS__)

#define UPDATE_LOOP(type, name, states, constants, statements)                                                         \
    static inline __attribute__((always_inline)) void body_##name##_##type(                                            \
        int64_t n, type *restrict param, const type *restrict grad, type *restrict state0, type *restrict state1,      \
        type *restrict state2, const double *scalars, const int decays) {                                              \
        typedef type T;                                                                                                \
        const T sign = (T)scalars[0], decay = (T)scalars[1];                                                           \
        const double *listed = scalars + 2;                                                                              \
        constants for (int64_t i = 0; i < n; i++) {                                                                    \
            T p = param[i], s0 = states > 0 ? state0[i] : 0, s1 = states > 1 ? state1[i] : 0;                          \
            T s2 = states > 2 ? state2[i] : 0;                                                                         \
            const T g = decays ? sign * grad[i] + decay * p : sign * grad[i];                                          \
            statements param[i] = p;                                                                                   \
            if (states > 0) state0[i] = s0;                                                                            \
            if (states > 1) state1[i] = s1;                                                                            \
            if (states > 2) state2[i] = s2;                                                                            \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void name##_##type(const gt_parameter *parameter, int64_t first, int64_t n, const double *scalars) {        \
        type *param = (type *)parameter->param + first;                                                                \
        const type *grad = (const type *)parameter->grad + first;                                                      \
        type *state0 = states > 0 ? (type *)parameter->state[0] + first : NULL;                                        \
        type *state1 = states > 1 ? (type *)parameter->state[1] + first : NULL;                                        \
        type *state2 = states > 2 ? (type *)parameter->state[2] + first : NULL;                                        \
        if (scalars[1] != 0) {                                                                                         \
            body_##name##_##type(n, param, grad, state0, state1, state2, scalars, 1);                                  \
        } else {                                                                                                       \
            body_##name##_##type(n, param, grad, state0, state1, state2, scalars, 0);                                  \
        }                                                                                                              \
    }

#define UPDATE(name, states, constants, statements)                                                                    \
    UPDATE_LOOP(float, name, states, constants, statements)                                                            \
    UPDATE_LOOP(double, name, states, constants, statements)
#include "../../common/update_ops.def"
#undef UPDATE

GT_DEFINE_LOOPS(update) = {
    .f32 = {
#define UPDATE(name, states, constants, statements) [GT_UPDATE_##name] = name##_float,
#include "../../common/update_ops.def"
#undef UPDATE
    },
    .f64 = {
#define UPDATE(name, states, constants, statements) [GT_UPDATE_##name] = name##_double,
#include "../../common/update_ops.def"
#undef UPDATE
    },
};
