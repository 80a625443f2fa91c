/*
 * One pass over memory for each optimizer: what PyTorch does in four to eight passes over the parameters. Whether the
 * parameters decay is a constant of an inlined body, so that no loop has a branch, and a parameter that is infinite
 * makes no NaN of a decay of 0.
 */
#include "../update.h"

#include <math.h>
#include <stddef.h>

#include "../../common/maths.h"
#include "../../common/update_rows.h"

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
