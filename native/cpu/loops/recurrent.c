/*
 * What a step of a recurrent layer does beside its product, and its gradient: all gates of an element in registers, on
 * sums that still lie in L1. Branches and calls are none, so the compiler vectorises each F32 loop for the version at hand.
 */
#include "../recurrent.h"

#include "../../common/maths.h"

#define UNITS GT_RECURRENT_UNITS
/* Rows of the weight's transpose that are written together: 2 KiB of panel. */
#define TURNED 16

/* Over all elements: `prepare` finds where row i lies, the rest is done for each unit j. */
#define EACH_UNIT(b, prepare, ...)                                                                                     \
    for (int64_t i = 0; i < (b)->rows; i++) {                                                                          \
        const int64_t hidden = (b)->hidden;                                                                            \
        prepare;                                                                                                       \
        (void)hidden;                                                                                                  \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t j = 0; j < (b)->width; j++) {                                                                     \
            __VA_ARGS__;                                                                                               \
        }                                                                                                              \
    }

#define PLAIN_LOOPS(dtype, name, value, slope)                                                                         \
    static void name##_##dtype(const gt_recurrent_block *b) {                                                          \
        typedef gt_##dtype T;                                                                                          \
        EACH_UNIT(b, const T *g = (const T *)b->sums + i * UNITS; const T *x = (const T *)b->x + i * hidden;           \
                  T *h = (T *)b->h + i * hidden, const T v = x[j] + g[j]; h[j] = (value))                              \
    }                                                                                                                  \
                                                                                                                       \
    static void name##_grad_##dtype(const gt_recurrent_grad_block *b) {                                                \
        typedef gt_##dtype T;                                                                                          \
        EACH_UNIT(b, const T *behind = (const T *)b->sums + i * UNITS; const T *dy = (const T *)b->dy + i * b->dy_row; \
                  const T *h = (const T *)b->h + i * hidden; T *dx = (T *)b->dx + i * hidden,                          \
                  const T v = h[j], dh = dy[j] + behind[j]; dx[j] = (slope))                                           \
    }

#define GATED_LOOPS(dtype)                                                                                             \
    static void lstm_##dtype(const gt_recurrent_block *b) {                                                            \
        typedef gt_##dtype T;                                                                                          \
        EACH_UNIT(b, const T *g = (const T *)b->sums + i * 4 * UNITS; T *x = (T *)b->x + i * 4 * hidden;               \
                  const T *before = (const T *)b->c_before + i * b->c_row; T *cell = (T *)b->kept + i * hidden;        \
                  T *h = (T *)b->h + i * hidden,                                                                       \
                  const T input = SIGMOID(x[j] + g[j]), forget = SIGMOID(x[hidden + j] + g[UNITS + j]);                \
                  const T fresh = TANH(x[2 * hidden + j] + g[2 * UNITS + j]);                                          \
                  const T output = SIGMOID(x[3 * hidden + j] + g[3 * UNITS + j]);                                      \
                  const T c = forget * before[j] + input * fresh;                                                      \
                  x[j] = input; x[hidden + j] = forget; x[2 * hidden + j] = fresh; x[3 * hidden + j] = output;         \
                  cell[j] = c; h[j] = output * TANH(c))                                                                \
    }                                                                                                                  \
                                                                                                                       \
    static void lstm_grad_##dtype(const gt_recurrent_grad_block *b) {                                                  \
        typedef gt_##dtype T;                                                                                          \
        EACH_UNIT(b, const T *behind = (const T *)b->sums + i * UNITS; const T *dy = (const T *)b->dy + i * b->dy_row; \
                  const T *x = (const T *)b->gates + i * 4 * hidden;                                                   \
                  const T *before = (const T *)b->c_before + i * b->c_row;                                             \
                  const T *cell = (const T *)b->kept + i * hidden; T *carry = (T *)b->carry + i * hidden;              \
                  T *dx = (T *)b->dx + i * 4 * hidden,                                                                 \
                  const T input = x[j], forget = x[hidden + j], fresh = x[2 * hidden + j], output = x[3 * hidden + j]; \
                  const T bent = TANH(cell[j]), dh = dy[j] + behind[j];                                                \
                  const T dc = carry[j] + dh * output * (1 - bent * bent);                                             \
                  dx[j] = dc * fresh * input * (1 - input);                                                            \
                  dx[hidden + j] = dc * before[j] * forget * (1 - forget);                                             \
                  dx[2 * hidden + j] = dc * input * (1 - fresh * fresh);                                               \
                  dx[3 * hidden + j] = dh * bent * output * (1 - output); carry[j] = dc * forget)                      \
    }                                                                                                                  \
                                                                                                                       \
    static void gru_##dtype(const gt_recurrent_block *b) {                                                             \
        typedef gt_##dtype T;                                                                                          \
        EACH_UNIT(b, const T *g = (const T *)b->sums + i * 3 * UNITS; T *x = (T *)b->x + i * 3 * hidden;               \
                  const T *before = (const T *)b->h_before + i * b->h_row; T *kept = (T *)b->kept + i * hidden;        \
                  T *h = (T *)b->h + i * hidden,                                                                       \
                  const T reset = SIGMOID(x[j] + g[j]), update = SIGMOID(x[hidden + j] + g[UNITS + j]);                \
                  const T mine = g[2 * UNITS + j], fresh = TANH(x[2 * hidden + j] + reset * mine);                     \
                  x[j] = reset; x[hidden + j] = update; x[2 * hidden + j] = fresh; kept[j] = mine;                     \
                  h[j] = (before[j] - fresh) * update + fresh)                                                         \
    }                                                                                                                  \
                                                                                                                       \
    static void gru_grad_##dtype(const gt_recurrent_grad_block *b) {                                                   \
        typedef gt_##dtype T;                                                                                          \
        EACH_UNIT(b, const T *behind = (const T *)b->sums + i * UNITS; const T *dy = (const T *)b->dy + i * b->dy_row; \
                  const T *x = (const T *)b->gates + i * 3 * hidden;                                                   \
                  const T *before = (const T *)b->h_before + i * b->h_row;                                             \
                  const T *kept = (const T *)b->kept + i * hidden; T *carry = (T *)b->carry + i * hidden;              \
                  T *dx = (T *)b->dx + i * 3 * hidden; T *dg = (T *)b->dg + i * 3 * hidden,                            \
                  const T reset = x[j], update = x[hidden + j], fresh = x[2 * hidden + j];                             \
                  const T dh = dy[j] + carry[j] + behind[j], dk = dh * (1 - update) * (1 - fresh * fresh);             \
                  const T dr = dk * kept[j] * reset * (1 - reset);                                                     \
                  const T du = dh * (before[j] - fresh) * update * (1 - update);                                       \
                  dx[j] = dg[j] = dr; dx[hidden + j] = dg[hidden + j] = du; dx[2 * hidden + j] = dk;                   \
                  dg[2 * hidden + j] = dk * reset; carry[j] = dh * update)                                             \
    }                                                                                                                  \
                                                                                                                       \
    static void turn_##dtype(int64_t width, int64_t hidden, const void *weight_, void *panel_) {                       \
        const gt_##dtype *weight = weight_;                                                                            \
        gt_##dtype *panel = panel_;                                                                                    \
        for (int64_t from = 0; from < hidden; from += TURNED) {                                                        \
            const int64_t to = hidden - from < TURNED ? hidden : from + TURNED;                                        \
            for (int64_t j = 0; j < UNITS; j++) {                                                                      \
                for (int64_t k = from; k < to; k++) {                                                                  \
                    panel[k * UNITS + j] = j < width ? weight[j * hidden + k] : 0;                                     \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

#define RECURRENT_LOOPS(dtype, ...)                                                                                    \
    PLAIN_LOOPS(dtype, tanh, TANH(v), dh * (1 - v * v))                                                                \
    PLAIN_LOOPS(dtype, relu, MAX(v, 0), SELECT(v > 0, dh, 0))                                                          \
    GATED_LOOPS(dtype)

GT_EACH_FLOATS(RECURRENT_LOOPS, )

#define CELL(name)                                                                                                     \
    [GT_RECURRENT_##name] = {[GT_F32] = {name##_F32, name##_grad_F32}, [GT_F64] = {name##_F64, name##_grad_F64}}

GT_DEFINE_LOOPS(recurrent) = {
    .loop = {CELL(tanh), CELL(relu), CELL(lstm), CELL(gru)},
    .turn = {[GT_F32] = turn_F32, [GT_F64] = turn_F64},
};
