/*
 * Elementary functions of F32: no call, no branch and no fma. The hottest compute in float: exp is within 0.99 ulp of the
 * true value, log 0.85, tanh 1.34, sigmoid 1.87, erf 1.5, exp2 1.2. The others compute in double, which holds what their
 * formulas would lose: within 0.51 ulp, half as many lanes, and still many times libm's speed.
 */
#ifndef GT_MATHS_F32_H
#define GT_MATHS_F32_H

#include "angles.h"
#include "dtype.h"

#define GT_LN2 0x1.62e42fefa39efp-1

/* ---- in float ---- */

/* e^x = 2^n e^r, r within ln(2) / 2 of zero. */
GT_INLINE float gt_exp_f32(float x) {
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
GT_INLINE float gt_log_f32(float x) {
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

GT_INLINE float gt_tanh_f32(float x) {
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
GT_INLINE float gt_sigmoid_f32(float x) {
    float power = gt_exp_f32(-fabsf(x)), share = power / (1.0f + power);
    return x < 0 ? power - power * share : 1.0f - share;
}

GT_INLINE double gt_sigmoid_f64(double x) {
    double power = exp(-fabs(x));
    return (x < 0 ? power : 1.0) / (1.0 + power);
}

/* ---- in double ---- */

/* e^x for |x| <= 700, within 2^-51. e^x = 2^n e^r, r within ln(2) / 2 of zero. */
GT_INLINE double gt_exp_wide(double x) {
    const double to_integer = 0x1.8p52; /* added, it leaves the nearest integer in the last bits */
    const double shifted = x * 0x1.71547652b82fep+0 + to_integer;
    const double r = x - (shifted - to_integer) * GT_LN2;
    double p = 0x1.28bc13eb3412bp-22;
    p = p * r + 0x1.72ea2d32ea309p-19;
    p = p * r + 0x1.a01989afc82b6p-16;
    p = p * r + 0x1.a0198c4e58b2cp-13;
    p = p * r + 0x1.6c16c18a52f93p-10;
    p = p * r + 0x1.1111112603b99p-7;
    p = p * r + 0x1.555555554eca7p-5;
    p = p * r + 0x1.55555555505fcp-3;
    p = p * r + 0.5;
    return (1 + (r + r * r * p)) * gt_f64_of_bits((gt_f64_bits(shifted) + 1023) << 52);
}

/* log(1 + f) for a normal 1 + f > 0, within 2^-44, also where f is tiny. 1 + f = 2^e m, m in sqrt(1/2)..sqrt(2). */
GT_INLINE double gt_log1p_wide(double f) {
    const uint64_t root_half = 0x3fe6a09e667f3bcd, mantissa = ((uint64_t)1 << 52) - 1;
    const uint64_t bits = gt_f64_bits(1 + f) - root_half + ((uint64_t)1024 << 52);
    const double e = gt_f64_of_bits((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1024);
    const double m = gt_f64_of_bits((bits & mantissa) + root_half);
    const double g = e == 0 ? f : m - 1, s = g / (2 + g), z = s * s;
    double p = 0x1.9116795d53af4p-3;
    p = p * z + 0x1.c62b054d8920ep-3;
    p = p * z + 0x1.2494121a07e36p-2;
    p = p * z + 0x1.999996a8e8883p-2;
    p = p * z + 0x1.555555561e658p-1;
    return e * GT_LN2 + (2 * s + s * (z * p));
}

/* log(x) for a normal x > 0; where x is near 1, x - 1 is exact. */
GT_INLINE double gt_log_wide(double x) {
    const uint64_t root_half = 0x3fe6a09e667f3bcd, mantissa = ((uint64_t)1 << 52) - 1;
    const uint64_t bits = gt_f64_bits(x) - root_half + ((uint64_t)1024 << 52);
    const double e = gt_f64_of_bits((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1024);
    return e * GT_LN2 + gt_log1p_wide(gt_f64_of_bits((bits & mantissa) + root_half) - 1);
}

/* What a logarithm's polynomial does not know: 0, negative numbers, infinity and NaN. */
GT_INLINE float gt_log_ends(float x, double y) {
    y = x == 0 ? -INFINITY : y;
    y = x < 0 ? NAN : y;
    return x < INFINITY ? (float)y : x;
}

GT_INLINE float gt_log2_f32(float x) { return gt_log_ends(x, gt_log_wide(x) * 0x1.71547652b82fep+0); }
GT_INLINE float gt_log10_f32(float x) { return gt_log_ends(x, gt_log_wide(x) * 0x1.bcb7b1526e50ep-2); }

GT_INLINE float gt_log1p_f32(float x) {
    double y = gt_log1p_wide(x);
    y = x == -1 ? -INFINITY : y;
    y = x < -1 ? NAN : y;
    return x < INFINITY ? (float)y : x;
}

/* 2^x = 2^n 2^r; x - n is exact. */
GT_INLINE float gt_exp2_f32(float x) {
    const float to_integer = 0x1.8p23f;
    x = x < -151.0f ? -151.0f : x;
    x = x > 129.0f ? 129.0f : x;
    const float shifted = x + to_integer, r = x - (shifted - to_integer);
    float p = 0x1.41fb9ap-13f;
    p = p * r + 0x1.5f3e8p-10f;
    p = p * r + 0x1.3b2d4ep-7f;
    p = p * r + 0x1.c6aee8p-5f;
    p = p * r + 0x1.ebfbdcp-3f;
    p = p * r + 0x1.62e43p-1f;
    const int32_t whole = (int32_t)(gt_f32_bits(shifted) - gt_f32_bits(to_integer)), half = whole >> 1;
    return (1.0f + r * p) * gt_f32_of_bits((uint32_t)(half + 127) << 23) *
           gt_f32_of_bits((uint32_t)(whole - half + 127) << 23);
}

GT_INLINE float gt_expm1_f32(float x_) {
    double x = x_;
    x = x < -100 ? -100 : x;
    x = x > 100 ? 100 : x;
    const double series = x * (1 + x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24))));
    return (float)(fabs(x) < 0x1p-10 ? series : gt_exp_wide(x) - 1);
}

GT_INLINE float gt_sinh_f32(float x) {
    double a = fabsf(x);
    a = a > 100 ? 100 : a;
    const double power = gt_exp_wide(a), z = a * a;
    const double small = a * (1 + z * (1.0 / 6 + z * (1.0 / 120)));
    return copysignf((float)(a < 0x1p-6 ? small : 0.5 * (power - 1 / power)), x);
}

GT_INLINE float gt_cosh_f32(float x) {
    double a = fabsf(x);
    a = a > 100 ? 100 : a;
    const double power = gt_exp_wide(a);
    return (float)(0.5 * (power + 1 / power));
}

GT_INLINE float gt_asinh_f32(float x) {
    const double a = fabsf(x), y = gt_log1p_wide(a + a * a / (1 + sqrt(a * a + 1)));
    return a < INFINITY ? copysignf((float)y, x) : x;
}

GT_INLINE float gt_acosh_f32(float x) {
    const double t = (double)x - 1, y = gt_log1p_wide(t + sqrt(t * (t + 2)));
    return x < 1 ? NAN : x < INFINITY ? (float)y : x;
}

GT_INLINE float gt_atanh_f32(float x) {
    const double a = fabsf(x);
    double y = 0.5 * gt_log1p_wide(2 * a / (1 - a));
    y = a == 1 ? INFINITY : y;
    y = a > 1 ? NAN : y;
    return a == a ? copysignf((float)y, x) : x;
}

/* The angle of the point (x, y) of the first quadrant. */
GT_INLINE double gt_first_angle(double y, double x) {
    const int steep = y > x;
    const double low = steep ? x : y, high = steep ? y : x;
    double t = low / high;
    t = low == high ? 1 : t; /* two infinities */
    t = low == 0 ? 0 : t;    /* two zeros */
    const double z = t * t;
    double p = -0x1.74ec593641da1p-11;
    p = p * z + 0x1.47a1b0c9fc157p-8;
    p = p * z - 0x1.0dddc1ff500c8p-6;
    p = p * z + 0x1.1c4c9771481c6p-5;
    p = p * z - 0x1.c0235871a6154p-5;
    p = p * z + 0x1.29c0f30f22108p-4;
    p = p * z - 0x1.702e4b94951e9p-4;
    p = p * z + 0x1.c675a05983bfbp-4;
    p = p * z - 0x1.248a9cef53873p-3;
    p = p * z + 0x1.99993e98b7c8fp-3;
    p = p * z - 0x1.55555498b48b9p-2;
    const double angle = t * (1 + z * p);
    return steep ? GT_HALF_PI - angle : angle;
}

GT_INLINE float gt_atan_f32(float x) {
    const double y = gt_first_angle(fabsf(x), 1);
    return x == x ? copysignf((float)y, x) : x;
}

GT_INLINE float gt_asin_f32(float x_) {
    const double x = x_, y = gt_first_angle(fabs(x), sqrt((1 - x) * (1 + x)));
    return fabs(x) <= 1 ? copysignf((float)y, x_) : NAN;
}

GT_INLINE float gt_acos_f32(float x_) {
    const double x = x_, y = gt_first_angle(sqrt((1 - x) * (1 + x)), fabs(x));
    return fabs(x) <= 1 ? (float)(x < 0 ? 2 * GT_HALF_PI - y : y) : NAN;
}

GT_INLINE float gt_atan2_f32(float y, float x) {
    const double angle = gt_first_angle(fabsf(y), fabsf(x));
    const double turned = copysignf(1.0f, x) < 0 ? 2 * GT_HALF_PI - angle : angle;
    return x == x && y == y ? copysignf((float)turned, y) : NAN;
}

GT_INLINE float gt_hypot_f32(float x, float y) {
    const float length = (float)sqrt((double)x * x + (double)y * y);
    return fabsf(x) == INFINITY || fabsf(y) == INFINITY ? INFINITY : length;
}

/* Near 0 a polynomial of x^2; above, 1 minus e to a polynomial. Below 1.3 ulp in F32 alone. */
GT_INLINE float gt_erf_f32(float x) {
    const float magnitude = fabsf(x), square = x * x;
    float p = 0x1.6624ecp-14f;
    p = p * square - 0x1.acf7ecp-11f;
    p = p * square + 0x1.5513f2p-8f;
    p = p * square - 0x1.b8162ap-6f;
    p = p * square + 0x1.ce2e6p-4f;
    p = p * square - 0x1.812744p-2f;
    p = p * square + 0x1.06eba8p-3f;
    const float small = magnitude + magnitude * p, a = magnitude > 4.0f ? 4.0f : magnitude;
    float q = -0x1.9fb108p-13f;
    q = q * a + 0x1.91cc1ap-9f;
    q = q * a - 0x1.6d9c8p-6f;
    q = q * a + 0x1.aa72fcp-4f;
    q = q * a + 0x1.4621bep-1f;
    q = q * a + 0x1.20b752p+0f;
    q = q * a + 0x1.5d1678p-13f;
    return copysignf(magnitude < 0.9f ? small : 1.0f - gt_exp_f32(-q), x);
}

/* e^(-x^2) times a polynomial of (x - 3) / (x + 3), which keeps the digits of the tail. */
GT_INLINE float gt_erfc_f32(float x) {
    double a = fabsf(x);
    a = a > 11 ? 11 : a;
    const double t = (a - 3) / (a + 3);
    double q = -0x1.c07486a9c4120p-18;
    q = q * t - 0x1.3f3baeb2e886fp-17;
    q = q * t + 0x1.0c54afb47f584p-14;
    q = q * t + 0x1.6ac0e72a1ef71p-15;
    q = q * t - 0x1.3929c203cc5cdp-11;
    q = q * t + 0x1.735e20ccc7c51p-11;
    q = q * t + 0x1.17c9a03b8bab5p-8;
    q = q * t - 0x1.8fa5e8f3046b7p-6;
    q = q * t + 0x1.258b114af5e66p-4;
    q = q * t - 0x1.336ffb3525b7cp-3;
    q = q * t + 0x1.f6ff204a18093p-3;
    q = q * t - 0x1.4e102b9eb73e2p-2;
    q = q * t + 0x1.6e9827d224708p-3;
    const double y = gt_exp_wide(-a * a) * q;
    return (float)(x < 0 ? 2 - y : y);
}

/* e^(y log|x|) in double, and then everything that IEEE 754 says of pow. Beyond 2^24 a float is an even integer. */
GT_INLINE float gt_pow_f32(float x_, float y_) {
    const double to_integer = 0x1.8p52, x = x_, y = y_, a = fabs(x), limited = fabs(y) < 0x1p24 ? y : 0;
    const double half = 0.5 * limited;
    const double off_integer = (limited + to_integer) - to_integer - limited;
    const double off_even = (half + to_integer) - to_integer - half;
    double t = y * gt_log_wide(a);
    t = t < -200 ? -200 : t;
    t = t > 200 ? 200 : t;
    double z = gt_exp_wide(t);
    z = a == 0 ? (y < 0 ? INFINITY : 0) : z;
    z = a == INFINITY ? (y < 0 ? 0 : INFINITY) : z;
    z = a == 1 ? 1 : z;
    const double negative = off_integer != 0 ? (x == 0 || a == INFINITY ? z : NAN) : off_even != 0 ? -z : z;
    z = copysign(1.0, x) < 0 ? negative : z;
    z = x != x ? x : z;
    z = y != y ? y : z;
    z = x == 1 ? 1 : z;
    return (float)(y == 0 ? 1 : z);
}

#endif
