/* Pooling of one plane. A window is cut to what lies inside x before it is looked at. */
#include "../pool.h"

#include <math.h>
#include <string.h>

#include "../../common/dtype.h"
#include "../../common/spans.h"

/* Whether the window is two by two and the next one begins where it ends, inside x: the usual one. */
static inline int is_halving(const gt_pool_args *a) {
    const gt_window *w = &a->window;
    return !a->adaptive && w->x[0] == 1 && w->kernel[0] == 1 && w->kernel[1] == 2 && w->kernel[2] == 2 &&
           w->stride[1] == 2 && w->stride[2] == 2 && w->dilation[1] == 1 && w->dilation[2] == 1 && w->padding[0] == 0 &&
           w->padding[1] == 0 && w->padding[2] == 0 && 2 * w->y[1] <= w->x[1] && 2 * w->y[2] <= w->x[2];
}

/* Outputs of the usual pool that are made at a time. */
#define BLOCK 16

#define POOL_LOOPS(dtype, ...)                                                                                         \
    static inline __attribute__((always_inline)) void halve_##dtype(int64_t n, const gt_##dtype *x, int64_t row,       \
                                                                   int64_t first, gt_##dtype *y, int64_t *index) {     \
        gt_##dtype most[BLOCK], next[BLOCK];                                                                           \
        int64_t best[BLOCK];                                                                                           \
        for (int64_t j = 0; j < n; j++) most[j] = x[2 * j];                                                            \
        for (int64_t j = 0; j < n; j++) best[j] = first + 2 * j;                                                       \
        for (int k = 1; k < 4; k++) {                                                                                  \
            const int64_t away = (k & 1) + (k >> 1) * row;                                                             \
            for (int64_t j = 0; j < n; j++) next[j] = x[away + 2 * j];                                                 \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                const int wins = (next[j] > most[j]) | (next[j] != next[j]);                                           \
                best[j] = wins ? first + 2 * j + away : best[j];                                                       \
                most[j] = wins ? next[j] : most[j];                                                                    \
            }                                                                                                          \
        }                                                                                                              \
        memcpy(y, most, (size_t)n * sizeof *y);                                                                        \
        memcpy(index, best, (size_t)n * sizeof *index);                                                                \
    }                                                                                                                  \
                                                                                                                       \
    static void max_halving_##dtype(const gt_window *w, const gt_##dtype *x, gt_##dtype *y, int64_t *index) {          \
        const int64_t row = w->x[2], width = w->y[2];                                                                  \
        for (int64_t o1 = 0; o1 < w->y[1]; o1++) {                                                                     \
            for (int64_t o2 = 0; o2 < width; o2 += BLOCK, y += BLOCK, index += BLOCK) {                                \
                const int64_t first = 2 * (o1 * row + o2), left = width - o2;                                          \
                if (left >= BLOCK) {                                                                                   \
                    halve_##dtype(BLOCK, x + first, row, first, y, index);                                             \
                } else {                                                                                               \
                    halve_##dtype(left, x + first, row, first, y, index);                                              \
                }                                                                                                      \
            }                                                                                                          \
            y -= (BLOCK - width % BLOCK) % BLOCK;                                                                      \
            index -= (BLOCK - width % BLOCK) % BLOCK;                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void max_##dtype(const gt_pool_args *a, const void *x_, void *y_, int64_t *index) {                         \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_;                                                                                            \
        const gt_window *w = &a->window;                                                                               \
        if (is_halving(a)) {                                                                                           \
            max_halving_##dtype(w, x, y, index);                                                                       \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t o0 = 0; o0 < w->y[0]; o0++) {                                                                     \
            const gt_span s0 = gt_span_of(a, 0, o0);                                                                         \
            for (int64_t o1 = 0; o1 < w->y[1]; o1++) {                                                                 \
                const gt_span s1 = gt_span_of(a, 1, o1);                                                                     \
                for (int64_t o2 = 0; o2 < w->y[2]; o2++) {                                                             \
                    const gt_span s2 = gt_span_of(a, 2, o2);                                                                 \
                    int64_t best = (s0.first * w->x[1] + s1.first) * w->x[2] + s2.first;                               \
                    gt_##dtype most = (gt_##dtype) - INFINITY;                                                         \
                    for (int64_t i0 = s0.first; i0 < s0.end; i0 += s0.step)                                            \
                        for (int64_t i1 = s1.first; i1 < s1.end; i1 += s1.step)                                        \
                            for (int64_t i2 = s2.first; i2 < s2.end; i2 += s2.step) {                                  \
                                const int64_t at = (i0 * w->x[1] + i1) * w->x[2] + i2;                                 \
                                const gt_##dtype v = x[at];                                                            \
                                const int wins = v > most || v != v;                                                   \
                                best = wins ? at : best;                                                               \
                                most = wins ? v : most;                                                                \
                            }                                                                                          \
                    *y++ = most;                                                                                       \
                    *index++ = best;                                                                                   \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void average_##dtype(const gt_pool_args *a, const void *x_, void *y_) {                                     \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_;                                                                                            \
        const gt_window *w = &a->window;                                                                               \
        for (int64_t o0 = 0; o0 < w->y[0]; o0++) {                                                                     \
            const gt_span s0 = gt_span_of(a, 0, o0);                                                                         \
            for (int64_t o1 = 0; o1 < w->y[1]; o1++) {                                                                 \
                const gt_span s1 = gt_span_of(a, 1, o1);                                                                     \
                for (int64_t o2 = 0; o2 < w->y[2]; o2++) {                                                             \
                    const gt_span s2 = gt_span_of(a, 2, o2);                                                                 \
                    gt_##dtype sum = 0;                                                                                \
                    for (int64_t i0 = s0.first; i0 < s0.end; i0++)                                                     \
                        for (int64_t i1 = s1.first; i1 < s1.end; i1++)                                                 \
                            for (int64_t i2 = s2.first; i2 < s2.end; i2++)                                             \
                                sum += x[(i0 * w->x[1] + i1) * w->x[2] + i2];                                          \
                    *y++ = sum / (gt_##dtype)gt_divisor_of(a, s0, s1, s2);                                                \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void average_grad_##dtype(const gt_pool_args *a, const void *dy_, void *dx_) {                              \
        const gt_##dtype *dy = dy_;                                                                                    \
        gt_##dtype *dx = dx_;                                                                                          \
        const gt_window *w = &a->window;                                                                               \
        memset(dx, 0, (size_t)(w->x[0] * w->x[1] * w->x[2]) * sizeof *dx);                                             \
        for (int64_t o0 = 0; o0 < w->y[0]; o0++) {                                                                     \
            const gt_span s0 = gt_span_of(a, 0, o0);                                                                         \
            for (int64_t o1 = 0; o1 < w->y[1]; o1++) {                                                                 \
                const gt_span s1 = gt_span_of(a, 1, o1);                                                                     \
                for (int64_t o2 = 0; o2 < w->y[2]; o2++) {                                                             \
                    const gt_span s2 = gt_span_of(a, 2, o2);                                                                 \
                    const gt_##dtype share = *dy++ / (gt_##dtype)gt_divisor_of(a, s0, s1, s2);                            \
                    for (int64_t i0 = s0.first; i0 < s0.end; i0++)                                                     \
                        for (int64_t i1 = s1.first; i1 < s1.end; i1++)                                                 \
                            for (int64_t i2 = s2.first; i2 < s2.end; i2++)                                             \
                                dx[(i0 * w->x[1] + i1) * w->x[2] + i2] += share;                                       \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void scatter_##dtype(int64_t x_plane, int64_t y_plane, const void *dy_, const int64_t *index, void *dx_) {  \
        const gt_##dtype *dy = dy_;                                                                                    \
        gt_##dtype *dx = dx_;                                                                                          \
        memset(dx, 0, (size_t)x_plane * sizeof *dx);                                                                   \
        for (int64_t i = 0; i < y_plane; i++) dx[index[i]] += dy[i];                                                   \
    }                                                                                                                  \
                                                                                                                       \
    static void gather_##dtype(int64_t y_plane, const void *x_, const int64_t *index, void *y_) {                      \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_;                                                                                            \
        for (int64_t i = 0; i < y_plane; i++) y[i] = x[index[i]];                                                      \
    }
GT_EACH_FLOATS(POOL_LOOPS, )

#define CELL(dtype, ...)                                                                                               \
    [GT_##dtype] = {max_##dtype, average_##dtype, average_grad_##dtype, scatter_##dtype, gather_##dtype},

GT_DEFINE_LOOPS(pool) = {.loop = {GT_EACH_FLOATS(CELL, )}};
