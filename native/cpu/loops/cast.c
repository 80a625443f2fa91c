/* One loop per pair of dtypes; 16-bit floats are widened to F32 and narrowed by bit arithmetic that vectorises. */
#include "../cast.h"

#include "../../common/convert.h"

/* Equal dtypes copy, whatever the bits are. */
#define CAST_LOOP(to, from)                                                                                            \
    static void cast_##from##_##to(int64_t n, const void *restrict x_, void *restrict y_) {                            \
        const gt_##from *restrict x = x_;                                                                              \
        gt_##to *restrict y = y_;                                                                                      \
        for (int64_t i = 0; i < n; i++)                                                                                \
            y[i] = GT_##from == GT_##to ? (gt_##to)x[i] : GT_NARROW_##to(GT_WIDEN_##from(x[i]));                             \
    }
#define CAST_LOOPS(from, ...) GT_EACH_DTYPE_INNER(CAST_LOOP, from)
GT_EACH_DTYPE(CAST_LOOPS, )

/*
 * Transposing copy. A block is as wide as a cache line, read line by line into a tile in L1 and written line by line
 * from there: every line is touched once, also where strides are powers of two and columns share their cache sets. The
 * next block is prefetched, as no hardware finds it. 2048 x 2048 floats: 4.6 ns an element, 6.2 without prefetch.
 */
#define TRANSPOSE_LOOP(bits)                                                                                           \
    static void transpose_##bits(int64_t height, int64_t width, const void *restrict x_, int64_t x_step,               \
                                 void *restrict y_, int64_t y_step) {                                                  \
        enum { SIDE = 512 / bits };                                                                                    \
        const uint##bits##_t *restrict x = x_;                                                                         \
        uint##bits##_t *restrict y = y_;                                                                               \
        for (int64_t j = 0; j < width; j += SIDE) {                                                                    \
            const int64_t columns = width - j < SIDE ? width - j : SIDE;                                               \
            for (int64_t i = 0; i < height; i += SIDE) {                                                               \
                const int64_t rows = height - i < SIDE ? height - i : SIDE;                                            \
                const uint##bits##_t *from = x + j * x_step + i;                                                       \
                uint##bits##_t *to = y + i * y_step + j;                                                               \
                if (rows < SIDE || columns < SIDE) {                                                                   \
                    for (int64_t r = 0; r < rows; r++)                                                                 \
                        for (int64_t c = 0; c < columns; c++) to[r * y_step + c] = from[c * x_step + r];               \
                    continue;                                                                                          \
                }                                                                                                      \
                _Alignas(64) uint##bits##_t tile[SIDE][SIDE];                                                          \
                const int more = height - i >= 2 * SIDE; /* rows of a column's next block */                           \
                for (int c = 0; c < SIDE; c++) {                                                                       \
                    memcpy(tile[c], from + c * x_step, sizeof tile[c]);                                                \
                    if (!more) continue;                                                                               \
                    __builtin_prefetch(from + c * x_step + SIDE);                                                      \
                    __builtin_prefetch(to + (SIDE + c) * y_step, 1);                                                   \
                }                                                                                                      \
                for (int r = 0; r < SIDE; r++) {                                                                       \
                    _Alignas(64) uint##bits##_t line[SIDE];                                                            \
                    for (int c = 0; c < SIDE; c++) line[c] = tile[c][r];                                               \
                    memcpy(to + r * y_step, line, sizeof line);                                                        \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
TRANSPOSE_LOOP(8)
TRANSPOSE_LOOP(16)
TRANSPOSE_LOOP(32)
TRANSPOSE_LOOP(64)

/* y = x backwards; x points at its last element. */
#define REVERSE_LOOP(bits)                                                                                             \
    static void reverse_##bits(int64_t n, const void *restrict x_, void *restrict y_) {                                \
        const uint##bits##_t *restrict x = x_;                                                                         \
        uint##bits##_t *restrict y = y_;                                                                               \
        for (int64_t i = 0; i < n; i++) y[i] = x[-i];                                                                  \
    }
REVERSE_LOOP(8)
REVERSE_LOOP(16)
REVERSE_LOOP(32)
REVERSE_LOOP(64)

#define CAST_CELL(to, from) [GT_##to] = cast_##from##_##to,
#define CAST_CELLS(from, ...) [GT_##from] = {GT_EACH_DTYPE_INNER(CAST_CELL, from)},

GT_DEFINE_LOOPS(cast) = {
    .cast = {GT_EACH_DTYPE(CAST_CELLS, )},
    .transpose = {[GT_F32] = transpose_32, [GT_F64] = transpose_64, [GT_BF16] = transpose_16, [GT_F16] = transpose_16,
                  [GT_I64] = transpose_64, [GT_I32] = transpose_32, [GT_U8] = transpose_8, [GT_BOOL] = transpose_8},
    .reverse = {[GT_F32] = reverse_32, [GT_F64] = reverse_64, [GT_BF16] = reverse_16, [GT_F16] = reverse_16,
                [GT_I64] = reverse_64, [GT_I32] = reverse_32, [GT_U8] = reverse_8, [GT_BOOL] = reverse_8},
};
