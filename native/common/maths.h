/*
 * The named functions of the .def tables. The F32 ones are own polynomials: no call and no branch, so a loop over them
 * vectorises; no fma, so every function version gives the same bits. Largest errors over all 2^32 arguments, against
 * double: exp 0.99 ulp, log 0.85, tanh 1.34, sigmoid 1.87. F64 and pow stand on libm.
 */
#ifndef GT_MATHS_H
#define GT_MATHS_H

#include <math.h>
#include <stdint.h>

#include "dtype.h"

#define SELECT(condition, yes, no) ((condition) ? (yes) : (no))
#define SIGN(x) (((x) > 0) - ((x) < 0))
#define ABS(x)                                                                                                         \
    _Generic((x), float: fabsf, double: fabs, int64_t: gt_abs_i64, int32_t: gt_abs_i32, uint8_t: gt_abs_u8)(x)
#define SQRT(x) _Generic((x), float: sqrtf, double: sqrt)(x)
#define EXP(x) _Generic((x), float: gt_exp_f32, double: exp)(x)
#define LOG(x) _Generic((x), float: gt_log_f32, double: log)(x)
#define TANH(x) _Generic((x), float: gt_tanh_f32, double: tanh)(x)
#define SIGMOID(x) _Generic((x), float: gt_sigmoid_f32, double: gt_sigmoid_f64)(x)
#define POW(x, y)                                                                                                      \
    _Generic((x), float: powf, double: pow, int64_t: gt_pow_i64, int32_t: gt_pow_i32, uint8_t: gt_pow_u8)(x, y)

/* e^x = 2^n e^r, r within ln(2) / 2 of zero. */
static inline float gt_exp_f32(float x) {
    const float to_integer = 0x1.8p23f; /* added, it leaves the nearest integer in the last bits; a NaN stays one */
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.0f ? 89.0f : x;
    float shifted = x * 0x1.715476p0f + to_integer;
    float n = shifted - to_integer;
    float r = (x - n * 0x1.63p-1f) + n * 0x1.bd0106p-13f; /* ln(2) in two parts; the first product is exact */
    float p = 0x1.6a2318p-10f;
    p = p * r + 0x1.123a8ep-7f;
    p = p * r + 0x1.5558f6p-5f;
    p = p * r + 0x1.55549p-3f;
    p = p * r + 0x1.fffffcp-2f;
    p = 1.0f + (r + r * r * p);
    /* 2^n in two factors: n reaches -150 for the smallest denormals and 128 for infinity. */
    int32_t whole = (int32_t)(gt_f32_bits(shifted) - gt_f32_bits(to_integer));
    int32_t half = whole >> 1;
    return p * gt_f32_of_bits((uint32_t)(half + 127) << 23) * gt_f32_of_bits((uint32_t)(whole - half + 127) << 23);
}

/* log(x) = e ln(2) + log(1 + f), 1 + f between sqrt(1/2) and sqrt(2). */
static inline float gt_log_f32(float x) {
    const uint32_t root_half = 0x3f3504f3;
    float scaled = x < 0x1p-126f ? x * 0x1p23f : x;
    uint32_t bits = gt_f32_bits(scaled) - root_half;
    int32_t exponent = (int32_t)bits >> 23;
    float e = (float)exponent - (x < 0x1p-126f ? 23.0f : 0.0f);
    float f = gt_f32_of_bits((bits & 0x7fffff) + root_half) - 1.0f;
    float q = 0x1.14587ap-4f;
    q = q * f - 0x1.de3d7p-4f;
    q = q * f + 0x1.e6f0ccp-4f;
    q = q * f - 0x1.fc21d8p-4f;
    q = q * f + 0x1.23375ep-3f;
    q = q * f - 0x1.555c4ep-3f;
    q = q * f + 0x1.99a4b6p-3f;
    q = q * f - 0x1.000006p-2f;
    q = q * f + 0x1.555548p-2f;
    float square = f * f;
    float y = e * 0x1.63p-1f + (f + (square * f * q - (0.5f * square + e * 0x1.bd0106p-13f)));
    y = x == 0 ? -INFINITY : y;
    y = x < 0 ? NAN : y;
    return x < INFINITY ? y : x; /* infinity and NaN give themselves */
}

static inline float gt_tanh_f32(float x) {
    float magnitude = fabsf(x), square = x * x;
    float p = -0x1.76ac1ap-8f;
    p = p * square + 0x1.5256d8p-6f;
    p = p * square - 0x1.b84448p-5f;
    p = p * square + 0x1.110768p-3f;
    p = p * square - 0x1.555534p-2f;
    float small = magnitude + magnitude * (square * p);
    float large = 1.0f - 2.0f / (gt_exp_f32(2.0f * magnitude) + 1.0f);
    return copysignf(magnitude < 0.625f ? small : large, x);
}

/*
 * 1 / (1 + e^-x), by the power that does not overflow, so that the left tail keeps its digits. There p / (1 + p) is
 * taken as p - p * p / (1 + p), where the errors of sum and quotient shrink with p: 1.87 ulp instead of 2.40.
 */
static inline float gt_sigmoid_f32(float x) {
    float power = gt_exp_f32(-fabsf(x)), share = power / (1.0f + power);
    return x < 0 ? power - power * share : 1.0f - share;
}

static inline double gt_sigmoid_f64(double x) {
    double power = exp(-fabs(x));
    return (x < 0 ? power : 1.0) / (1.0 + power);
}

static inline int64_t gt_abs_i64(int64_t x) { return (int64_t)(x < 0 ? 0 - (uint64_t)x : (uint64_t)x); }
static inline int32_t gt_abs_i32(int32_t x) { return (int32_t)(x < 0 ? 0 - (uint32_t)x : (uint32_t)x); }
static inline uint8_t gt_abs_u8(uint8_t x) { return x; }

/* x^y by squaring, modulo 2^64. */
static inline uint64_t gt_pow_u64(uint64_t x, uint64_t y) {
    uint64_t power = 1;
    for (; y; y >>= 1, x *= x) power *= y & 1 ? x : 1;
    return power;
}

/* A negative exponent gives the fraction cut to an integer: 0, but for 1 and -1 (and 0 for a base of 0). */
static inline int64_t gt_pow_i64(int64_t x, int64_t y) {
    if (y >= 0) return (int64_t)gt_pow_u64((uint64_t)x, (uint64_t)y);
    return x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0;
}

static inline int32_t gt_pow_i32(int32_t x, int32_t y) { return (int32_t)(uint32_t)(uint64_t)gt_pow_i64(x, y); }
static inline uint8_t gt_pow_u8(uint8_t x, uint8_t y) { return (uint8_t)gt_pow_u64(x, y); }

#endif
