/*
 * What a step of a recurrent layer does beside its product, and its gradient: a thread for each unit of each row. Arrays are
 * [n, hidden] or, the gates, [n, gates * hidden]. Rows, see GT_WHEN: the cells' names.
 */
#include "device.cuh"

#include "../common/maths.h"

/*
 * x [gates] += sums makes the gates' values, in x where a gradient needs them, and h. before: the cell before this step (lstm)
 * or the output before it (gru); kept: the cell (lstm, where it may be `before`), or the new gate's sum (gru).
 */
#define STEP_KERNEL(dtype, name, gates, ...)                                                                           \
    GT_KERNEL(recurrent_##name##_##dtype, long long n, long long hidden, const gt_##dtype *sums, gt_##dtype *gate,     \
              const gt_##dtype *before, gt_##dtype *kept, gt_##dtype *h) {                                             \
        typedef gt_##dtype T;                                                                                          \
        (void)before, (void)kept;                                                                                      \
        GT_EACH(i, n * hidden) {                                                                                       \
            const long long first = i / hidden * (gates - 1) * hidden + i;                                             \
            const T *const g = sums + first;                                                                           \
            T *const x = gate + first;                                                                                 \
            __VA_ARGS__;                                                                                               \
        }                                                                                                              \
    }

/* dx from the gates' values, dy + behind being the gradient of h; dg: gradient of the sums, where it is not dx (gru). */
#define GRAD_KERNEL(dtype, name, gates, ...)                                                                           \
    GT_KERNEL(recurrent_##name##_grad_##dtype, long long n, long long hidden, const gt_##dtype *behind,                \
              const gt_##dtype *dy, long long dy_row, const gt_##dtype *gate, const gt_##dtype *before,                \
              const gt_##dtype *kept, const gt_##dtype *h, gt_##dtype *carry, gt_##dtype *dgate, gt_##dtype *dsum) {   \
        typedef gt_##dtype T;                                                                                          \
        (void)before, (void)kept, (void)h, (void)carry, (void)dsum;                                                    \
        GT_EACH(i, n * hidden) {                                                                                       \
            const long long row = i / hidden, first = row * (gates - 1) * hidden + i;                                  \
            const T arriving = dy[row * dy_row + i - row * hidden] + behind[i];                                        \
            const T *const x = gate + first;                                                                           \
            T *const dx = dgate + first;                                                                               \
            (void)x;                                                                                                   \
            __VA_ARGS__;                                                                                               \
        }                                                                                                              \
    }

#define PLAIN_KERNELS(dtype, name, value, slope)                                                                       \
    STEP_KERNEL(dtype, name, 1, const T v = *x + *g; h[i] = (value))                                                   \
    GRAD_KERNEL(dtype, name, 1, const T v = h[i], dh = arriving; *dx = (slope))

#define LSTM_KERNELS(dtype, ...)                                                                                       \
    STEP_KERNEL(dtype, lstm, 4,                                                                                        \
                const T input = SIGMOID(x[0] + g[0]), forget = SIGMOID(x[hidden] + g[hidden]);                         \
                const T fresh = TANH(x[2 * hidden] + g[2 * hidden]), output = SIGMOID(x[3 * hidden] + g[3 * hidden]);  \
                const T c = forget * before[i] + input * fresh; x[0] = input; x[hidden] = forget;                      \
                x[2 * hidden] = fresh; x[3 * hidden] = output; kept[i] = c; h[i] = output * TANH(c))                   \
    GRAD_KERNEL(dtype, lstm, 4,                                                                                        \
                const T input = x[0], forget = x[hidden], fresh = x[2 * hidden], output = x[3 * hidden];               \
                const T bent = TANH(kept[i]), dc = carry[i] + arriving * output * (1 - bent * bent);                   \
                dx[0] = dc * fresh * input * (1 - input); dx[hidden] = dc * before[i] * forget * (1 - forget);         \
                dx[2 * hidden] = dc * input * (1 - fresh * fresh);                                                     \
                dx[3 * hidden] = arriving * bent * output * (1 - output); carry[i] = dc * forget)

#define GRU_KERNELS(dtype, ...)                                                                                        \
    STEP_KERNEL(dtype, gru, 3,                                                                                         \
                const T reset = SIGMOID(x[0] + g[0]), update = SIGMOID(x[hidden] + g[hidden]);                         \
                const T mine = g[2 * hidden], fresh = TANH(x[2 * hidden] + reset * mine); x[0] = reset;                \
                x[hidden] = update; x[2 * hidden] = fresh; kept[i] = mine;                                             \
                h[i] = (before[i] - fresh) * update + fresh)                                                           \
    GRAD_KERNEL(dtype, gru, 3, const T reset = x[0], update = x[hidden], fresh = x[2 * hidden];                        \
                const T dh = arriving + carry[i], dk = dh * (1 - update) * (1 - fresh * fresh);                        \
                const T dr = dk * kept[i] * reset * (1 - reset);                                                       \
                const T du = dh * (before[i] - fresh) * update * (1 - update); T *const dg = dsum + first;             \
                dx[0] = dg[0] = dr; dx[hidden] = dg[hidden] = du; dx[2 * hidden] = dk; dg[2 * hidden] = dk * reset;    \
                carry[i] = dh * update)

GT_WHEN(tanh, GT_EACH_FLOATS(PLAIN_KERNELS, tanh, TANH(v), dh * (1 - v * v)))
GT_WHEN(relu, GT_EACH_FLOATS(PLAIN_KERNELS, relu, MAX(v, 0), SELECT(v > 0, dh, 0)))
GT_WHEN(lstm, GT_EACH_FLOATS(LSTM_KERNELS, ))
GT_WHEN(gru, GT_EACH_FLOATS(GRU_KERNELS, ))
