/* One loop per pair of dtypes; 16-bit floats are widened to F32 and narrowed by bit arithmetic that vectorises. */
#include "../cast.h"

#include "../../common/dtype.h"

#define EACH_DTYPE(row, ...)                                                                                           \
    row(F32, __VA_ARGS__) row(F64, __VA_ARGS__) row(BF16, __VA_ARGS__) row(F16, __VA_ARGS__) row(I64, __VA_ARGS__)     \
        row(I32, __VA_ARGS__) row(U8, __VA_ARGS__) row(BOOL, __VA_ARGS__)
/* A macro does not expand inside itself, so the inner one of two nested loops over dtypes is its twin. */
#define EACH_DTYPE_INNER(row, ...)                                                                                     \
    row(F32, __VA_ARGS__) row(F64, __VA_ARGS__) row(BF16, __VA_ARGS__) row(F16, __VA_ARGS__) row(I64, __VA_ARGS__)     \
        row(I32, __VA_ARGS__) row(U8, __VA_ARGS__) row(BOOL, __VA_ARGS__)

/* ---- an element in memory -> a value of float, double, int64_t, int32_t or uint8_t ---- */

#define WIDEN_F32(x) (x)
#define WIDEN_F64(x) (x)
#define WIDEN_BF16(x) gt_bf16_to_f32(x)
#define WIDEN_F16(x) gt_f16_to_f32(x)
#define WIDEN_I64(x) (x)
#define WIDEN_I32(x) (x)
#define WIDEN_U8(x) (x)
#define WIDEN_BOOL(x) (x)

/* ---- a value -> an element; floats to integers truncate toward zero, saturate, and NaN gives 0 ---- */

/* below and above are the nearest values outside the integer's range that both float types hold, or its ends. */
#define SATURATE(name, from, to, below, above, low, high)                                                              \
    static inline to name(from x) { return x != x ? 0 : x <= (below) ? (low) : x >= (above) ? (high) : (to)x; }
SATURATE(f32_to_i64, float, int64_t, -0x1p63f, 0x1p63f, INT64_MIN, INT64_MAX)
SATURATE(f64_to_i64, double, int64_t, -0x1p63, 0x1p63, INT64_MIN, INT64_MAX)
SATURATE(f32_to_i32, float, int32_t, -0x1p31f, 0x1p31f, INT32_MIN, INT32_MAX)
SATURATE(f64_to_i32, double, int32_t, -0x1p31 - 1, 0x1p31, INT32_MIN, INT32_MAX)
SATURATE(f32_to_u8, float, uint8_t, -1.0f, 256.0f, 0, 255)
SATURATE(f64_to_u8, double, uint8_t, -1.0, 256.0, 0, 255)

static inline uint16_t f64_to_bf16(double x) { return gt_f32_to_bf16(gt_f64_to_f32_odd(x)); }
static inline uint16_t f64_to_f16(double x) { return gt_f32_to_f16(gt_f64_to_f32_odd(x)); }
static inline int64_t any_to_i64(int64_t x) { return x; }
static inline int32_t any_to_i32(int64_t x) { return (int32_t)(uint32_t)(uint64_t)x; }
static inline uint8_t any_to_u8(int64_t x) { return (uint8_t)(uint64_t)x; }

#define NARROW_F32(x) ((float)(x))
#define NARROW_F64(x) ((double)(x))
#define NARROW_BF16(x) _Generic((x), double: f64_to_bf16, default: gt_f32_to_bf16)((x))
#define NARROW_F16(x) _Generic((x), double: f64_to_f16, default: gt_f32_to_f16)((x))
#define NARROW_I64(x) _Generic((x), float: f32_to_i64, double: f64_to_i64, default: any_to_i64)(x)
#define NARROW_I32(x) _Generic((x), float: f32_to_i32, double: f64_to_i32, default: any_to_i32)(x)
#define NARROW_U8(x) _Generic((x), float: f32_to_u8, double: f64_to_u8, default: any_to_u8)(x)
#define NARROW_BOOL(x) ((uint8_t)((x) != 0))

/* Equal dtypes copy, whatever the bits are. */
#define CAST_LOOP(to, from)                                                                                            \
    static void cast_##from##_##to(int64_t n, const void *restrict x_, void *restrict y_) {                            \
        const gt_##from *restrict x = x_;                                                                              \
        gt_##to *restrict y = y_;                                                                                      \
        for (int64_t i = 0; i < n; i++)                                                                                \
            y[i] = GT_##from == GT_##to ? (gt_##to)x[i] : NARROW_##to(WIDEN_##from(x[i]));                             \
    }
#define CAST_LOOPS(from, ...) EACH_DTYPE_INNER(CAST_LOOP, from)
EACH_DTYPE(CAST_LOOPS, )

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
#define CAST_CELLS(from, ...) [GT_##from] = {EACH_DTYPE_INNER(CAST_CELL, from)},

GT_DEFINE_LOOPS(cast) = {
    .cast = {EACH_DTYPE(CAST_CELLS, )},
    .transpose = {[GT_F32] = transpose_32, [GT_F64] = transpose_64, [GT_BF16] = transpose_16, [GT_F16] = transpose_16,
                  [GT_I64] = transpose_64, [GT_I32] = transpose_32, [GT_U8] = transpose_8, [GT_BOOL] = transpose_8},
    .reverse = {[GT_F32] = reverse_32, [GT_F64] = reverse_64, [GT_BF16] = reverse_16, [GT_F16] = reverse_16,
                [GT_I64] = reverse_64, [GT_I32] = reverse_32, [GT_U8] = reverse_8, [GT_BOOL] = reverse_8},
};
