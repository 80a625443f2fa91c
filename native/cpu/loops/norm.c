/*
 * Softmax and its gradient. Columns are vector lanes, a row of the matrix after the other. Short rows are transposed
 * through a tile in L1 and become columns: ten classes fill no vector, sixteen samples do (100 x 10 floats: 3.3 us, row
 * by row 9.7). Long rows are reduced by the loops of Reduce. Each row's bits depend on n alone, not on its neighbours.
 */
#include "../norm.h"

#include "../../common/maths.h"
#include "../reduce.h"

/* Rows up to this length are transposed, so many at a time. */
#define SHORT 64
#define TILE_LANES 16
/* Elements of a long row between two sums: 4 KiB at most. */
#define PIECE 512

#define REDUCE_ROW(op, dtype) GT_JOIN(gt_reduce_loops_, GT_ISA).reduce[GT_REDUCE_##op][GT_##dtype].row

#define SOFTMAX_LOOPS(dtype, ...)                                                                                      \
    /* Softmax down the lanes of x and y [n, step]. shift, log_total: [lanes]. */                                      \
    static inline __attribute__((always_inline)) void lanes_##dtype(int is_log, int64_t n, int64_t step, int lanes,    \
                                                                    const gt_##dtype *x, gt_##dtype *y,                \
                                                                    gt_##dtype *restrict shift,                        \
                                                                    gt_##dtype *restrict log_total) {                  \
        typedef gt_##dtype T;                                                                                          \
        T total[GT_NORM_LANES];                                                                                        \
        for (int l = 0; l < lanes; l++) shift[l] = x[l], total[l] = 0;                                                 \
        for (int64_t j = 1; j < n; j++)                                                                                \
            for (int l = 0; l < lanes; l++) shift[l] = SELECT(x[j * step + l] > shift[l], x[j * step + l], shift[l]);  \
        for (int64_t j = 0; j < n; j++) {                                                                              \
            GT_INDEPENDENT                                                                                             \
            for (int l = 0; l < lanes; l++) {                                                                          \
                const T centred = x[j * step + l] - shift[l], power = EXP(centred);                                    \
                y[j * step + l] = is_log ? centred : power;                                                            \
                total[l] += power;                                                                                     \
            }                                                                                                          \
        }                                                                                                              \
        for (int l = 0; l < lanes; l++) log_total[l] = LOG(total[l]);                                                  \
        for (int64_t j = 0; j < n; j++) {                                                                              \
            T *row = y + j * step;                                                                                     \
            if (is_log) {                                                                                              \
                for (int l = 0; l < lanes; l++) row[l] -= log_total[l];                                                \
            } else {                                                                                                   \
                for (int l = 0; l < lanes; l++) row[l] /= total[l];                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static inline __attribute__((always_inline)) void grad_lanes_##dtype(                                              \
        int is_log, int64_t n, int64_t step, int lanes, const gt_##dtype *y, const gt_##dtype *dy, gt_##dtype *dx) {   \
        typedef gt_##dtype T;                                                                                          \
        T total[GT_NORM_LANES];                                                                                        \
        for (int l = 0; l < lanes; l++) total[l] = 0;                                                                  \
        for (int64_t j = 0; j < n; j++)                                                                                \
            for (int l = 0; l < lanes; l++)                                                                            \
                total[l] += is_log ? dy[j * step + l] : y[j * step + l] * dy[j * step + l];                            \
        for (int64_t j = 0; j < n; j++) {                                                                              \
            GT_INDEPENDENT                                                                                             \
            for (int l = 0; l < lanes; l++) {                                                                          \
                const int64_t at = j * step + l;                                                                       \
                dx[at] = is_log ? dy[at] - EXP(y[at]) * total[l] : y[at] * (dy[at] - total[l]);                        \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void columns_##dtype(int is_log, int64_t n, int64_t inner, int64_t lanes, const void *x, void *y) {         \
        gt_##dtype shift[GT_NORM_LANES], log_total[GT_NORM_LANES];                                                     \
        if (is_log) {                                                                                                  \
            lanes_##dtype(1, n, inner, (int)lanes, x, y, shift, log_total);                                            \
        } else {                                                                                                       \
            lanes_##dtype(0, n, inner, (int)lanes, x, y, shift, log_total);                                            \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void grad_columns_##dtype(int is_log, int64_t n, int64_t inner, int64_t lanes, const void *y,               \
                                     const void *dy, void *dx) {                                                       \
        if (is_log) {                                                                                                  \
            grad_lanes_##dtype(1, n, inner, (int)lanes, y, dy, dx);                                                    \
        } else {                                                                                                       \
            grad_lanes_##dtype(0, n, inner, (int)lanes, y, dy, dx);                                                    \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* tile [n, TILE_LANES] = transpose of x [rows, n]; lanes without a row repeat the last. */                        \
    static void load_tile_##dtype(int64_t rows, int64_t n, const gt_##dtype *x, gt_##dtype *tile) {                    \
        for (int l = 0; l < TILE_LANES; l++) {                                                                         \
            const gt_##dtype *row = x + (l < rows ? l : rows - 1) * n;                                                 \
            for (int64_t j = 0; j < n; j++) tile[j * TILE_LANES + l] = row[j];                                         \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void store_tile_##dtype(int64_t rows, int64_t n, const gt_##dtype *tile, gt_##dtype *y) {                   \
        for (int64_t l = 0; l < rows; l++)                                                                             \
            for (int64_t j = 0; j < n; j++) y[l * n + j] = tile[j * TILE_LANES + l];                                   \
    }                                                                                                                  \
                                                                                                                       \
    static void short_rows_##dtype(int is_log, int64_t rows, int64_t n, const gt_##dtype *x, gt_##dtype *y,            \
                                   gt_##dtype *shift, gt_##dtype *log_total) {                                         \
        _Alignas(64) gt_##dtype tile[SHORT * TILE_LANES];                                                              \
        for (int64_t i = 0; i < rows; i += TILE_LANES, x += TILE_LANES * n, y += TILE_LANES * n) {                     \
            const int64_t here = rows - i < TILE_LANES ? rows - i : TILE_LANES;                                        \
            gt_##dtype shifts[TILE_LANES], log_totals[TILE_LANES];                                                     \
            load_tile_##dtype(here, n, x, tile);                                                                       \
            if (is_log) {                                                                                              \
                lanes_##dtype(1, n, TILE_LANES, TILE_LANES, tile, tile, shifts, log_totals);                           \
            } else {                                                                                                   \
                lanes_##dtype(0, n, TILE_LANES, TILE_LANES, tile, tile, shifts, log_totals);                           \
            }                                                                                                          \
            store_tile_##dtype(here, n, tile, y);                                                                      \
            if (!shift) continue;                                                                                      \
            memcpy(shift + i, shifts, (size_t)here * sizeof *shifts);                                                  \
            memcpy(log_total + i, log_totals, (size_t)here * sizeof *shifts);                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void grad_short_rows_##dtype(int is_log, int64_t rows, int64_t n, const gt_##dtype *y,                      \
                                        const gt_##dtype *dy, gt_##dtype *dx) {                                        \
        _Alignas(64) gt_##dtype tile[SHORT * TILE_LANES], grad[SHORT * TILE_LANES];                                    \
        for (int64_t i = 0; i < rows; i += TILE_LANES) {                                                               \
            const int64_t here = rows - i < TILE_LANES ? rows - i : TILE_LANES;                                        \
            load_tile_##dtype(here, n, y + i * n, tile);                                                               \
            load_tile_##dtype(here, n, dy + i * n, grad);                                                              \
            grad_columns_##dtype(is_log, n, TILE_LANES, TILE_LANES, tile, grad, grad);                                 \
            store_tile_##dtype(here, n, grad, dx + i * n);                                                             \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void long_row_##dtype(int is_log, int64_t n, const gt_##dtype *x, gt_##dtype *y, gt_##dtype *shift,         \
                                 gt_##dtype *log_total) {                                                              \
        typedef gt_##dtype T;                                                                                          \
        T piece[PIECE], total = 0, sum;                                                                                \
        REDUCE_ROW(max, dtype)(n, x, shift);                                                                           \
        const T centre = *shift;                                                                                       \
        for (int64_t i = 0; i < n; i += PIECE) {                                                                       \
            const int64_t count = n - i < PIECE ? n - i : PIECE;                                                       \
            for (int64_t j = 0; j < count; j++) piece[j] = EXP(x[i + j] - centre);                                     \
            REDUCE_ROW(sum, dtype)(count, piece, &sum);                                                                \
            total += sum;                                                                                              \
            if (!is_log) memcpy(y + i, piece, (size_t)count * sizeof *piece);                                          \
        }                                                                                                              \
        const T log_of = *log_total = LOG(total);                                                                      \
        if (is_log) {                                                                                                  \
            GT_INDEPENDENT                                                                                             \
            for (int64_t j = 0; j < n; j++) y[j] = (x[j] - centre) - log_of;                                           \
        } else {                                                                                                       \
            for (int64_t j = 0; j < n; j++) y[j] /= total;                                                             \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void grad_long_row_##dtype(int is_log, int64_t n, const gt_##dtype *y, const gt_##dtype *dy,                \
                                      gt_##dtype *dx) {                                                                \
        typedef gt_##dtype T;                                                                                          \
        T piece[PIECE], total = 0, sum;                                                                                \
        for (int64_t i = 0; i < n; i += PIECE) {                                                                       \
            const int64_t count = n - i < PIECE ? n - i : PIECE;                                                       \
            for (int64_t j = 0; j < count && !is_log; j++) piece[j] = y[i + j] * dy[i + j];                            \
            REDUCE_ROW(sum, dtype)(count, is_log ? dy + i : piece, &sum);                                              \
            total += sum;                                                                                              \
        }                                                                                                              \
        if (is_log) {                                                                                                  \
            GT_INDEPENDENT                                                                                             \
            for (int64_t j = 0; j < n; j++) dx[j] = dy[j] - EXP(y[j]) * total;                                         \
        } else {                                                                                                       \
            GT_INDEPENDENT                                                                                             \
            for (int64_t j = 0; j < n; j++) dx[j] = y[j] * (dy[j] - total);                                            \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void rows_##dtype(int is_log, int64_t rows, int64_t n, const void *x_, void *y_, void *shift_,              \
                             void *log_total_) {                                                                       \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_, *shift = shift_, *log_total = log_total_, unused[2];                                       \
        if (n <= SHORT) {                                                                                              \
            short_rows_##dtype(is_log, rows, n, x, y, shift, log_total);                                               \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t i = 0; i < rows; i++)                                                                             \
            long_row_##dtype(is_log, n, x + i * n, y + i * n, shift ? shift + i : unused,                              \
                             shift ? log_total + i : unused + 1);                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static void grad_rows_##dtype(int is_log, int64_t rows, int64_t n, const void *y_, const void *dy_, void *dx_) {   \
        const gt_##dtype *y = y_, *dy = dy_;                                                                           \
        gt_##dtype *dx = dx_;                                                                                          \
        if (n <= SHORT) {                                                                                              \
            grad_short_rows_##dtype(is_log, rows, n, y, dy, dx);                                                       \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t i = 0; i < rows; i++) grad_long_row_##dtype(is_log, n, y + i * n, dy + i * n, dx + i * n);        \
    }
GT_EACH_FLOATS(SOFTMAX_LOOPS, )

#define CELL(dtype, ...) [GT_##dtype] = {rows_##dtype, columns_##dtype, grad_rows_##dtype, grad_columns_##dtype},

GT_DEFINE_LOOPS(norm) = {.loop = {GT_EACH_FLOATS(CELL, )}};
