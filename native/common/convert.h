/* What a cast does to one element: widened to a type that arithmetic knows, then narrowed. */
#ifndef GT_CONVERT_H
#define GT_CONVERT_H

#include "choice.h"
#include "dtype.h"

#define GT_EACH_DTYPE(row, ...)                                                                                           \
    row(F32, __VA_ARGS__) row(F64, __VA_ARGS__) row(BF16, __VA_ARGS__) row(F16, __VA_ARGS__) row(I64, __VA_ARGS__)     \
        row(I32, __VA_ARGS__) row(U8, __VA_ARGS__) row(BOOL, __VA_ARGS__)
/* A macro does not expand inside itself, so the inner one of two nested loops over dtypes is its twin. */
#define GT_EACH_DTYPE_INNER(row, ...)                                                                                     \
    row(F32, __VA_ARGS__) row(F64, __VA_ARGS__) row(BF16, __VA_ARGS__) row(F16, __VA_ARGS__) row(I64, __VA_ARGS__)     \
        row(I32, __VA_ARGS__) row(U8, __VA_ARGS__) row(BOOL, __VA_ARGS__)

/* ---- an element in memory -> a value of float, double, int64_t, int32_t or uint8_t ---- */

#define GT_WIDEN_F32(x) (x)
#define GT_WIDEN_F64(x) (x)
#define GT_WIDEN_BF16(x) gt_bf16_to_f32(x)
#define GT_WIDEN_F16(x) gt_f16_to_f32(x)
#define GT_WIDEN_I64(x) (x)
#define GT_WIDEN_I32(x) (x)
#define GT_WIDEN_U8(x) (x)
#define GT_WIDEN_BOOL(x) (x)

/* ---- a value -> an element; floats to integers truncate toward zero, saturate, and NaN gives 0 ---- */

/* below and above are the nearest values outside the integer's range that both float types hold, or its ends. */
#define GT_SATURATE(name, from, to, below, above, low, high)                                                              \
    GT_INLINE to name(from x) { return x != x ? 0 : x <= (below) ? (low) : x >= (above) ? (high) : (to)x; }
GT_SATURATE(gt_f32_to_i64, float, int64_t, -0x1p63f, 0x1p63f, INT64_MIN, INT64_MAX)
GT_SATURATE(gt_f64_to_i64, double, int64_t, -0x1p63, 0x1p63, INT64_MIN, INT64_MAX)
GT_SATURATE(gt_f32_to_i32, float, int32_t, -0x1p31f, 0x1p31f, INT32_MIN, INT32_MAX)
GT_SATURATE(gt_f64_to_i32, double, int32_t, -0x1p31 - 1, 0x1p31, INT32_MIN, INT32_MAX)
GT_SATURATE(gt_f32_to_u8, float, uint8_t, -1.0f, 256.0f, 0, 255)
GT_SATURATE(gt_f64_to_u8, double, uint8_t, -1.0, 256.0, 0, 255)

GT_INLINE uint16_t gt_f64_to_bf16(double x) { return gt_f32_to_bf16(gt_f64_to_f32_odd(x)); }
GT_INLINE uint16_t gt_f64_to_f16(double x) { return gt_f32_to_f16(gt_f64_to_f32_odd(x)); }
GT_INLINE int64_t gt_any_to_i64(int64_t x) { return x; }
GT_INLINE int32_t gt_any_to_i32(int64_t x) { return (int32_t)(uint32_t)(uint64_t)x; }
GT_INLINE uint8_t gt_any_to_u8(int64_t x) { return (uint8_t)(uint64_t)x; }

#define GT_NARROW_F32(x) ((float)(x))
#define GT_NARROW_F64(x) ((double)(x))
#define GT_NARROW_BF16(x) GT_BY_TYPE(x, gt_f32_to_bf16, gt_f64_to_bf16, gt_f32_to_bf16, gt_f32_to_bf16, gt_f32_to_bf16)((x))
#define GT_NARROW_F16(x) GT_BY_TYPE(x, gt_f32_to_f16, gt_f64_to_f16, gt_f32_to_f16, gt_f32_to_f16, gt_f32_to_f16)((x))
#define GT_NARROW_I64(x) GT_BY_TYPE(x, gt_f32_to_i64, gt_f64_to_i64, gt_any_to_i64, gt_any_to_i64, gt_any_to_i64)(x)
#define GT_NARROW_I32(x) GT_BY_TYPE(x, gt_f32_to_i32, gt_f64_to_i32, gt_any_to_i32, gt_any_to_i32, gt_any_to_i32)(x)
#define GT_NARROW_U8(x) GT_BY_TYPE(x, gt_f32_to_u8, gt_f64_to_u8, gt_any_to_u8, gt_any_to_u8, gt_any_to_u8)(x)
#define GT_NARROW_BOOL(x) ((uint8_t)((x) != 0))

#endif
