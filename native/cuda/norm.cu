/*
 * Softmax and the losses on it: a team of threads for each row, which stays where it is read from. A row with a bad
 * target is noted, and does not count. Rows, see
 * GT_WHEN: softmax, loss.
 */
#include "device.cuh"

#include "../common/maths.h"

template <class T> GT_INLINE T larger(T x, T y) { return SELECT((y > x) | (y != y), y, x); }

/* What a row's softmax stands on: its largest element, and the sum of the powers of the differences from it. */
template <class T> struct row_scale {
    T largest, total;
};

/* Of the n elements at x, `step` apart; every thread of the block calls, those without a row with n = 0. */
template <class T> GT_INLINE row_scale<T> scale_of(gt_team team, long long n, const T *x, long long step) {
    T largest = (T)-INFINITY, total = 0;
    for (long long i = team.lane; i < n; i += team.lanes) largest = larger(largest, x[i * step]);
    largest = gt_join(team, largest, [](T a, T b) { return larger(a, b); });
    for (long long i = team.lane; i < n; i += team.lanes) total += EXP(x[i * step] - largest);
    total = gt_join(team, total, [](T a, T b) { return a + b; });
    return {largest, total};
}

/* for every row of 0..rows-1 that is this thread's team's; the last ones may be beyond, so that all threads go along */
#define EACH_ROW(row, rows, team)                                                                                      \
    for (long long base = (long long)blockIdx.x * team.teams, row = base + team.team; base < (rows);                   \
         base += (long long)gridDim.x * team.teams, row = base + team.team)

/* ---- softmax over n of [outer, n, inner] ---- */

template <class T>
GT_INLINE void softmax(bool is_log, long long outer, long long n, long long inner, int lanes, const T *x, T *y) {
    const gt_team team = gt_team_of(lanes, inner > 1);
    EACH_ROW(row, outer * inner, team) {
        const bool there = row < outer * inner;
        const long long start = there ? row / inner * n * inner + row % inner : 0, count = there ? n : 0;
        const row_scale<T> scale = scale_of(team, count, x + start, inner);
        const T log_total = LOG(scale.total);
        for (long long i = team.lane; i < count; i += team.lanes) {
            const T shifted = x[start + i * inner] - scale.largest;
            y[start + i * inner] = is_log ? shifted - log_total : EXP(shifted) / scale.total;
        }
    }
}

template <class T>
GT_INLINE void softmax_grad(bool is_log, long long outer, long long n, long long inner, int lanes, const T *y,
                            const T *dy, T *dx) {
    const gt_team team = gt_team_of(lanes, inner > 1);
    EACH_ROW(row, outer * inner, team) {
        const bool there = row < outer * inner;
        const long long start = there ? row / inner * n * inner + row % inner : 0, count = there ? n : 0;
        T total = 0;
        for (long long i = team.lane; i < count; i += team.lanes) {
            const long long at = start + i * inner;
            total += is_log ? dy[at] : y[at] * dy[at];
        }
        total = gt_join(team, total, [](T a, T b) { return a + b; });
        for (long long i = team.lane; i < count; i += team.lanes) {
            const long long at = start + i * inner;
            dx[at] = is_log ? dy[at] - EXP(y[at]) * total : y[at] * (dy[at] - total);
        }
    }
}

#define SOFTMAX_KERNELS(dtype, ...)                                                                                    \
    GT_KERNEL(softmax_##dtype, int is_log, long long outer, long long n, long long inner, int lanes,                   \
              const gt_##dtype *x, gt_##dtype *y) {                                                                    \
        softmax(is_log != 0, outer, n, inner, lanes, x, y);                                                            \
    }                                                                                                                  \
    GT_KERNEL(softmax_grad_##dtype, int is_log, long long outer, long long n, long long inner, int lanes,              \
              const gt_##dtype *y, const gt_##dtype *dy, gt_##dtype *dx) {                                             \
        softmax_grad(is_log != 0, outer, n, inner, lanes, y, dy, dx);                                                  \
    }
GT_WHEN(softmax, GT_EACH_FLOATS(SOFTMAX_KERNELS, ))

/* ---- the losses: each row's, then their sum in a launch of one block ---- */

/* A row's class; -1 where it does not count. */
GT_INLINE long long class_of(long long row, long long n, const gt_I64 *target, long long ignored, gt_bad_index *bad) {
    const long long wanted = target[row];
    if (wanted == ignored) return -1;
    if (wanted >= 0 && wanted < n) return wanted;
    gt_note_bad(bad, row, wanted);
    return -1;
}

/* losses [rows] = each row's, 0 where it does not count; prob = the softmax. */
template <class T>
GT_INLINE void cross_entropy(long long rows, long long n, int lanes, const T *x, const gt_I64 *target, long long ignored,
                             T *prob, double *losses, gt_bad_index *bad) {
    const gt_team team = gt_team_of(lanes, false);
    EACH_ROW(row, rows, team) {
        const bool there = row < rows;
        const long long count = there ? n : 0;
        const T *from = x + (there ? row * n : 0);
        const row_scale<T> scale = scale_of(team, count, from, 1);
        for (long long i = team.lane; i < count; i += team.lanes)
            prob[row * n + i] = EXP(from[i] - scale.largest) / scale.total;
        if (there && team.lane == 0) {
            const long long wanted = class_of(row, n, target, ignored, bad);
            losses[row] = wanted < 0 ? 0 : (double)scale.largest - (double)from[wanted] + (double)LOG(scale.total);
        }
    }
}

/* loss [rows], or [1] for a sum or mean; *weight = the rows that count. One block, whose threads take rows in turn. */
template <class T>
GT_INLINE void total_loss(int reduction, long long rows, const double *losses, const gt_I64 *target, long long ignored,
                          T *loss, double *weight) {
    const gt_team team = gt_team_of(GT_BLOCK, false);
    double sum = 0, counted = 0;
    for (long long row = team.lane; row < rows; row += GT_BLOCK) {
        sum += losses[row];
        counted += target[row] != ignored;
        if (reduction == GT_REDUCTION_none) loss[row] = (T)losses[row];
    }
    sum = gt_join(team, sum, [](double a, double b) { return a + b; });
    counted = gt_join(team, counted, [](double a, double b) { return a + b; });
    if (team.lane != 0) return;
    *weight = counted;
    if (reduction != GT_REDUCTION_none) *loss = (T)(reduction == GT_REDUCTION_mean ? sum / counted : sum);
}

/* dx = prob * g, less g at the target; g is dloss's share of the row. Without prob: 0, less g at the target. */
template <class T>
GT_INLINE void loss_grad(int reduction, long long rows, long long n, const T *prob, const gt_I64 *target,
                         long long ignored, const T *dloss, const double *weight, T *dx) {
    GT_EACH(at, rows * n) {
        const long long row = at / n, i = at - row * n, wanted = target[row];
        const double share = reduction == GT_REDUCTION_none ? dloss[row] : *dloss;
        const T g = (T)(reduction == GT_REDUCTION_mean ? share / *weight : share);
        const T own = prob ? prob[at] * g : 0;
        dx[at] = wanted == ignored ? 0 : own - (i == wanted ? g : 0);
    }
}

#define LOSS_KERNELS(dtype, ...)                                                                                       \
    GT_KERNEL(cross_entropy_##dtype, long long rows, long long n, int lanes, const gt_##dtype *x,                      \
              const gt_I64 *target, long long ignored, gt_##dtype *prob, double *losses, gt_bad_index *bad) {             \
        cross_entropy(rows, n, lanes, x, target, ignored, prob, losses, bad);                                          \
    }                                                                                                                  \
    GT_KERNEL(nll_loss_##dtype, long long rows, long long n, const gt_##dtype *x, const gt_I64 *target,                \
              long long ignored, double *losses, gt_bad_index *bad) {                                                     \
        GT_EACH(row, rows) {                                                                                           \
            const long long wanted = class_of(row, n, target, ignored, bad);                                        \
            losses[row] = wanted < 0 ? 0 : -(double)x[row * n + wanted];                                               \
        }                                                                                                              \
    }                                                                                                                  \
    GT_KERNEL(total_loss_##dtype, int reduction, long long rows, const double *losses, const gt_I64 *target,           \
              long long ignored, gt_##dtype *loss, double *weight) {                                                   \
        total_loss(reduction, rows, losses, target, ignored, loss, weight);                                            \
    }                                                                                                                  \
    /* prob: null for log probabilities */                                                                             \
    GT_KERNEL(loss_grad_##dtype, int reduction, long long rows, long long n, const gt_##dtype *prob,                   \
              const gt_I64 *target, long long ignored, const gt_##dtype *dloss, const double *weight, gt_##dtype *dx) { \
        loss_grad(reduction, rows, n, prob, target, ignored, dloss, weight, dx);                                       \
    }
GT_WHEN(loss, GT_EACH_FLOATS(LOSS_KERNELS, ))
