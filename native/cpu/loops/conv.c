/* Matrices of columns, and the products of those dtypes and versions that loops/gemm.c does not serve. */
#include "../conv.h"

#include <string.h>

#include "../../common/dtype.h"
#include "../gemm.h"

/* Partial sums of a dot product and of a plain sum: a fixed number, so that every version adds in one order. */
#define LANES 16

/* An element of the window in one of the channels: what a row of the matrix stands for. */
typedef struct place {
    int64_t channel, at[3];
} place;

static inline place place_of(const gt_window *w, int64_t row) {
    const int64_t k2 = row % w->kernel[2], rest = row / w->kernel[2], k1 = rest % w->kernel[1], up = rest / w->kernel[1];
    return (place){up / w->kernel[0], {up % w->kernel[0], k1, k2}};
}

/* Positions that share a row of y. Those from low to high - 1 read x, the first of the run at `first`. */
typedef struct run {
    int64_t length, low, high, first;
    int64_t left, o0, o1, o2; /* positions still to come, and where they start in y */
} run;

static inline run runs_from(const gt_window *w, int64_t first, int64_t count) {
    const int64_t up = first / w->y[2];
    return (run){.left = count, .o0 = up / w->y[1], .o1 = up % w->y[1], .o2 = first % w->y[2]};
}

static inline int64_t clamp(int64_t value, int64_t most) { return value < 0 ? 0 : value < most ? value : most; }

/* Moves on to the next run; 0 where there is none. */
static inline int next_run(const gt_window *w, const place *p, run *r) {
    if (r->left == 0) return 0;
    const int64_t rest = w->y[2] - r->o2, stride = w->stride[2];
    const int64_t i0 = r->o0 * w->stride[0] - w->padding[0] + p->at[0] * w->dilation[0];
    const int64_t i1 = r->o1 * w->stride[1] - w->padding[1] + p->at[1] * w->dilation[1];
    const int64_t i2 = r->o2 * stride - w->padding[2] + p->at[2] * w->dilation[2];
    r->length = r->left < rest ? r->left : rest;
    r->first = ((p->channel * w->x[0] + i0) * w->x[1] + i1) * w->x[2] + i2;
    const int exists = i0 >= 0 && i0 < w->x[0] && i1 >= 0 && i1 < w->x[1] && i2 < w->x[2];
    r->high = exists ? clamp((w->x[2] - i2 + stride - 1) / stride, r->length) : 0;
    r->low = i2 < 0 ? clamp((stride - 1 - i2) / stride, r->high) : 0;
    r->left -= r->length;
    r->o2 = 0;
    if (++r->o1 == w->y[1]) {
        r->o1 = 0;
        r->o0++;
    }
    return 1;
}

#define CONV_LOOPS(dtype, ...)                                                                                         \
    static void columns_##dtype(const gt_window *w, const void *x_, int64_t row, int64_t rows, int64_t first,          \
                                int64_t count, void *columns, int64_t ld) {                                            \
        const gt_##dtype *x = x_;                                                                                      \
        const int64_t stride = w->stride[2];                                                                           \
        for (int64_t i = 0; i < rows; i++) {                                                                           \
            const place p = place_of(w, row + i);                                                                      \
            gt_##dtype *to = (gt_##dtype *)columns + i * ld;                                                           \
            for (run r = runs_from(w, first, count); next_run(w, &p, &r); to += r.length) {                            \
                for (int64_t j = 0; j < r.low; j++) to[j] = 0;                                                         \
                if (stride == 1) {                                                                                     \
                    for (int64_t j = r.low; j < r.high; j++) to[j] = x[r.first + j];                                   \
                } else {                                                                                               \
                    for (int64_t j = r.low; j < r.high; j++) to[j] = x[r.first + j * stride];                          \
                }                                                                                                      \
                for (int64_t j = r.high; j < r.length; j++) to[j] = 0;                                                 \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void add_columns_##dtype(const gt_window *w, const void *columns, int64_t row, int64_t rows, int64_t first, \
                                    int64_t count, int64_t ld, void *dx_) {                                            \
        gt_##dtype *dx = dx_;                                                                                          \
        const int64_t stride = w->stride[2];                                                                           \
        for (int64_t i = 0; i < rows; i++) {                                                                           \
            const place p = place_of(w, row + i);                                                                      \
            const gt_##dtype *from = (const gt_##dtype *)columns + i * ld;                                             \
            for (run r = runs_from(w, first, count); next_run(w, &p, &r); from += r.length) {                          \
                if (stride == 1) {                                                                                     \
                    GT_INDEPENDENT                                                                                     \
                    for (int64_t j = r.low; j < r.high; j++) dx[r.first + j] += from[j];                               \
                } else {                                                                                               \
                    for (int64_t j = r.low; j < r.high; j++) dx[r.first + j * stride] += from[j];                      \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void finish_##dtype(int64_t m, int64_t n, const void *bias_, int relu, void *c_, int64_t ldc) {             \
        const gt_##dtype *bias = bias_;                                                                                \
        for (int64_t i = 0; i < m; i++) {                                                                              \
            gt_##dtype *c = (gt_##dtype *)c_ + i * ldc;                                                                \
            const gt_##dtype b = bias ? bias[i] : 0;                                                                   \
            if (relu) {                                                                                                \
                for (int64_t j = 0; j < n; j++) {                                                                      \
                    const gt_##dtype v = c[j] + b;                                                                     \
                    c[j] = v < 0 ? 0 : v;                                                                              \
                }                                                                                                      \
            } else {                                                                                                   \
                for (int64_t j = 0; j < n; j++) c[j] += b;                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void join_##dtype(int64_t n, int64_t count, const void *x_, int64_t step, void *y_) {                       \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_;                                                                                            \
        memcpy(y, x, (size_t)n * sizeof *y);                                                                           \
        for (int64_t i = 1; i < count; i++) {                                                                          \
            GT_INDEPENDENT                                                                                             \
            for (int64_t j = 0; j < n; j++) y[j] += x[i * step + j];                                                   \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static double sum_##dtype(int64_t n, const void *x_) {                                                             \
        const gt_##dtype *x = x_;                                                                                      \
        double lane[LANES] = {0}, sum = 0;                                                                             \
        int64_t i = 0;                                                                                                 \
        for (; i + LANES <= n; i += LANES)                                                                             \
            for (int l = 0; l < LANES; l++) lane[l] += (double)x[i + l];                                               \
        for (; i < n; i++) sum += (double)x[i];                                                                        \
        for (int l = 0; l < LANES; l++) sum += lane[l];                                                                \
        return sum;                                                                                                    \
    }                                                                                                                  \
                                                                                                                       \
    static gt_##dtype dot_##dtype(int64_t n, const gt_##dtype *a, const gt_##dtype *b) {                               \
        gt_##dtype lane[LANES] = {0}, sum = 0;                                                                         \
        int64_t i = 0;                                                                                                 \
        for (; i + LANES <= n; i += LANES)                                                                             \
            for (int l = 0; l < LANES; l++) lane[l] += a[i + l] * b[i + l];                                            \
        for (; i < n; i++) sum += a[i] * b[i];                                                                         \
        for (int l = 0; l < LANES; l++) sum += lane[l];                                                                \
        return sum;                                                                                                    \
    }                                                                                                                  \
                                                                                                                       \
    /* Row by row: what a version without a tile of its own has. b turned comes with a's rows contiguous. */           \
    static void rows_##dtype(const gt_conv_product *t) {                                                               \
        const gt_##dtype *a = t->a, *b = t->b;                                                                         \
        for (int64_t i = 0; i < t->m; i++) {                                                                           \
            gt_##dtype *c = (gt_##dtype *)t->c + i * t->ldc;                                                           \
            if (!t->add) memset(c, 0, (size_t)t->n * sizeof *c);                                                       \
            if (t->b_trans) {                                                                                          \
                for (int64_t j = 0; j < t->n; j++) c[j] += dot_##dtype(t->k, a + i * t->a_row, b + j * t->ldb);        \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t p = 0; p < t->k; p++) {                                                                       \
                const gt_##dtype factor = a[i * t->a_row + p * t->a_col], *from = b + p * t->ldb;                      \
                GT_INDEPENDENT                                                                                         \
                for (int64_t j = 0; j < t->n; j++) c[j] += factor * from[j];                                           \
            }                                                                                                          \
        }                                                                                                              \
    }
GT_EACH_FLOATS(CONV_LOOPS, )

static void product_F32(const gt_conv_product *t) {
    if (!GT_JOIN(gt_gemm_loops_, GT_ISA).tile) {
        rows_F32(t);
        return;
    }
    const gt_gemm_tile tile = {
        .m = t->m, .n = t->n, .k = t->k, .a = t->a, .a_row = t->a_row, .a_col = t->a_col, .b = t->b, .ldb = t->ldb,
        .b_trans = t->b_trans, .c = t->c, .ldc = t->ldc, .add = t->add,
    };
    GT_JOIN(gt_gemm_loops_, GT_ISA).tile(&tile);
}

#define CELL(dtype, multiply)                                                                                          \
    [GT_##dtype] = {columns_##dtype, add_columns_##dtype, multiply, finish_##dtype, join_##dtype, sum_##dtype}

GT_DEFINE_LOOPS(conv) = {.loop = {CELL(F32, product_F32), CELL(F64, rows_F64)}};
