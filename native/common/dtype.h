/* The C types behind gt_dtype, and the two 16-bit floats. */
#ifndef GT_DTYPE_H
#define GT_DTYPE_H

#include "gatun.h"

/* What an element is in memory. */
typedef float gt_F32;
typedef double gt_F64;
typedef uint16_t gt_BF16;
typedef uint16_t gt_F16;
typedef int64_t gt_I64;
typedef int32_t gt_I32;
typedef uint8_t gt_U8;
typedef uint8_t gt_BOOL;

/* What arithmetic that wraps is done in: unsigned for the integers, where C defines it. */
typedef float gt_wrapping_F32;
typedef double gt_wrapping_F64;
typedef uint64_t gt_wrapping_I64;
typedef uint32_t gt_wrapping_I32;
typedef uint32_t gt_wrapping_U8;

/*
 * The `kinds` column of the .def tables, see unary_ops.def. GT_EACH_<kinds> goes through the dtypes, GT_TYPE_<kinds> is
 * what x and y are in the row's expressions. The F32 loop of ANGLES is a macro of its own.
 */
#define GT_TYPE_FLOATS(dtype) gt_##dtype
#define GT_TYPE_ANGLES(dtype) gt_##dtype
#define GT_TYPE_INTEGERS(dtype) gt_##dtype
#define GT_TYPE_NUMBERS(dtype) gt_##dtype
#define GT_TYPE_WRAPPING(dtype) gt_wrapping_##dtype
#define GT_EACH_FLOATS(row, ...) row(F32, __VA_ARGS__) row(F64, __VA_ARGS__)
#define GT_EACH_ANGLES(row, ...) row##_ANGLE(F32, __VA_ARGS__) row(F64, __VA_ARGS__)
#define GT_EACH_INTEGERS(row, ...) row(I64, __VA_ARGS__) row(I32, __VA_ARGS__) row(U8, __VA_ARGS__)
#define GT_EACH_NUMBERS(row, ...) GT_EACH_FLOATS(row, __VA_ARGS__) GT_EACH_INTEGERS(row, __VA_ARGS__)
#define GT_EACH_WRAPPING GT_EACH_NUMBERS
/* The dtypes that have gradients. */
#define GT_GRAD_FLOATS GT_EACH_FLOATS
#define GT_GRAD_ANGLES GT_EACH_ANGLES
#define GT_GRAD_NUMBERS GT_EACH_FLOATS
#define GT_GRAD_WRAPPING GT_EACH_FLOATS
#define GT_GRAD_INTEGERS(row, ...)

GT_INLINE int64_t gt_dtype_bytes(int dtype) {
    static const int8_t bytes[GT_DTYPE_COUNT] = {4, 8, 2, 2, 8, 4, 1, 1};
    return bytes[dtype];
}

GT_INLINE int gt_dtype_known(int dtype) { return dtype >= 0 && dtype < GT_DTYPE_COUNT; }

#if defined(__CUDACC__)
GT_INLINE uint32_t gt_f32_bits(float x) { return __float_as_uint(x); }
GT_INLINE float gt_f32_of_bits(uint32_t bits) { return __uint_as_float(bits); }
GT_INLINE uint64_t gt_f64_bits(double x) { return (uint64_t)__double_as_longlong(x); }
GT_INLINE double gt_f64_of_bits(uint64_t bits) { return __longlong_as_double((long long)bits); }
#else
GT_INLINE uint32_t gt_f32_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

GT_INLINE float gt_f32_of_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

GT_INLINE uint64_t gt_f64_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

GT_INLINE double gt_f64_of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
#endif

GT_INLINE float gt_bf16_to_f32(uint16_t h) { return gt_f32_of_bits((uint32_t)h << 16); }

/* Rounds to nearest even: half of the last place, less one where it is even, carries into the exponent rightly. */
GT_INLINE uint16_t gt_f32_to_bf16(float x) {
    uint32_t bits = gt_f32_bits(x);
    uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    uint32_t quiet = (bits >> 16) | 0x40;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

GT_INLINE float gt_f16_to_f32(uint16_t h) {
    uint32_t magnitude = (uint32_t)(h & 0x7fff) << 13;
    /* 2^112 moves the exponent from F16's bias to F32's, and is exact for denormals too. */
    uint32_t finite = gt_f32_bits(gt_f32_of_bits(magnitude) * 0x1p112f);
    uint32_t special = magnitude | 0x7f800000;
    return gt_f32_of_bits((magnitude >= 0x0f800000 ? special : finite) | ((uint32_t)(h & 0x8000) << 16));
}

GT_INLINE uint16_t gt_f32_to_f16(float x) {
    uint32_t bits = gt_f32_bits(x), magnitude = bits & 0x7fffffff;
    uint32_t normal = (magnitude - (112u << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    /* The last place of 0.5 is F16's smallest denormal, so the addition rounds to a multiple of it. */
    uint32_t denormal = gt_f32_bits(gt_f32_of_bits(magnitude) + 0.5f) - 0x3f000000;
    uint32_t nan = 0x7e00 | ((magnitude >> 13) & 0x3ff);
    uint32_t half = magnitude < 0x38800000 ? denormal : magnitude < 0x47800000 ? normal : 0x7c00;
    return (uint16_t)((magnitude > 0x7f800000 ? nan : half) | ((bits >> 16) & 0x8000));
}

/* Rounds to odd, so that rounding the result again, to a 16-bit float, is as good as rounding x once. */
GT_INLINE float gt_f64_to_f32_odd(double x) {
    float nearest = (float)x;
    double back = (double)nearest, gap = (back < 0 ? -back : back) - (x < 0 ? -x : x);
    uint32_t bits = gt_f32_bits(nearest), odd = gap > 0 ? bits - 1 : bits + 1;
    return gt_f32_of_bits((bits & 1) == 0 && gap != 0 && gap == gap ? odd : bits);
}

#endif
