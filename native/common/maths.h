/*
 * The named functions of the .def tables. The F32 ones are own polynomials: no call and no branch, so a loop over them
 * vectorises; no fma, so every function version gives the same bits. Largest errors over all 2^32 arguments, against
 * double: exp 0.99 ulp, log 0.85, tanh 1.34, sigmoid 1.87; of the others see maths_f32.h and angles.h. F64 stands on
 * libm, and on special.h for what it lacks.
 */
#ifndef GT_MATHS_H
#define GT_MATHS_H

#include "angles.h"
#include "choice.h"
#include "dtype.h"
#include "integers.h"
#include "maths_f32.h"
#include "special.h"

#define SELECT(condition, yes, no) ((condition) ? (yes) : (no))
#define SIGN(x) (((x) > 0) - ((x) < 0))

#define ABS(x) GT_NUMBER(x, fabsf, fabs, gt_abs)(x)
#define FLOOR(x) GT_NUMBER(x, floorf, floor, gt_same)(x)
#define CEIL(x) GT_NUMBER(x, ceilf, ceil, gt_same)(x)
#define RINT(x) GT_NUMBER(x, rintf, rint, gt_same)(x)
#define TRUNC(x) GT_NUMBER(x, truncf, trunc, gt_same)(x)
#define SQRT(x) GT_FLOATING(x, sqrtf, sqrt)(x)
#define EXP(x) GT_FLOATING(x, gt_exp_f32, exp)(x)
#define EXP2(x) GT_FLOATING(x, gt_exp2_f32, exp2)(x)
#define EXPM1(x) GT_FLOATING(x, gt_expm1_f32, expm1)(x)
#define LOG(x) GT_FLOATING(x, gt_log_f32, log)(x)
#define LOG2(x) GT_FLOATING(x, gt_log2_f32, log2)(x)
#define LOG10(x) GT_FLOATING(x, gt_log10_f32, log10)(x)
#define LOG1P(x) GT_FLOATING(x, gt_log1p_f32, log1p)(x)
#define SIN(x) GT_FLOATING(x, gt_sin_f32, gt_sin_f64)(x, wide)
#define COS(x) GT_FLOATING(x, gt_cos_f32, gt_cos_f64)(x, wide)
#define TAN(x) GT_FLOATING(x, gt_tan_f32, gt_tan_f64)(x, wide)
#define ASIN(x) GT_FLOATING(x, gt_asin_f32, asin)(x)
#define ACOS(x) GT_FLOATING(x, gt_acos_f32, acos)(x)
#define ATAN(x) GT_FLOATING(x, gt_atan_f32, atan)(x)
#define ATAN2(y, x) GT_FLOATING(y, gt_atan2_f32, atan2)(y, x)
#define SINH(x) GT_FLOATING(x, gt_sinh_f32, sinh)(x)
#define COSH(x) GT_FLOATING(x, gt_cosh_f32, cosh)(x)
#define TANH(x) GT_FLOATING(x, gt_tanh_f32, tanh)(x)
#define ASINH(x) GT_FLOATING(x, gt_asinh_f32, asinh)(x)
#define ACOSH(x) GT_FLOATING(x, gt_acosh_f32, acosh)(x)
#define ATANH(x) GT_FLOATING(x, gt_atanh_f32, atanh)(x)
#define ERF(x) GT_FLOATING(x, gt_erf_f32, erf)(x)
#define ERFC(x) GT_FLOATING(x, gt_erfc_f32, erfc)(x)
#define ERFINV(x) GT_FLOATING(x, gt_erfinv_f32, gt_erfinv_f64)(x)
#define LGAMMA(x) GT_FLOATING(x, gt_lgamma_f32, gt_lgamma_f64)(x)
#define DIGAMMA(x) GT_FLOATING(x, gt_digamma_f32, gt_digamma_f64)(x)
#define POLYGAMMA(n, x) GT_FLOATING(x, gt_polygamma_f32, gt_polygamma_f64)(n, x)
#define SIGMOID(x) GT_FLOATING(x, gt_sigmoid_f32, gt_sigmoid_f64)(x)
#define HYPOT(x, y) GT_FLOATING(x, gt_hypot_f32, hypot)(x, y)
#define POW(x, y) GT_NUMBER(x, gt_pow_f32, pow, gt_pow)(x, y)
#define FMOD(x, y) GT_NUMBER(x, fmodf, fmod, gt_fmod)(x, y)
#define REMAINDER(x, y) GT_NUMBER(x, gt_remainder_f32, gt_remainder_f64, gt_remainder)(x, y)
#define DIV_TRUNC(x, y) GT_NUMBER(x, gt_div_trunc_f32, gt_div_trunc_f64, gt_div_trunc)(x, y)
#define DIV_FLOOR(x, y) GT_NUMBER(x, gt_div_floor_f32, gt_div_floor_f64, gt_div_floor)(x, y)
#define SHIFT_LEFT(x, y) GT_INTEGER(x, gt_shift_left)(x, y)
#define SHIFT_RIGHT(x, y) GT_INTEGER(x, gt_shift_right)(x, y)

/* A NaN in x stays; bounds are numbers. */
#define MAX(x, low) SELECT((x) < (low), (low), (x))
#define MIN(x, high) SELECT((x) > (high), (high), (x))

/* The maximum and what the smaller adds to it; two equal infinities are themselves. */
#define LOGADDEXP(x, y)                                                                                                \
    SELECT((x) == (y) && ABS(x) == (T)INFINITY, (x), SELECT((x) > (y), (x), (y)) + LOG1P(EXP(-ABS((x) - (y)))))

/* log(x / (1 - x)), x at least eps away from 0 and 1 where eps is not negative */
#define LOGIT_INSIDE(eps, x) SELECT((eps) < 0, (x), MIN(MAX(x, eps), 1 - (eps)))
#define LOGIT(eps, x) LOG(LOGIT_INSIDE(eps, x) / (1 - LOGIT_INSIDE(eps, x)))
#define LOGIT_OUTSIDE(eps, x) ((x) < MAX(eps, 0) || (x) > 1 - MAX(eps, 0))
#define LOGIT_GRADIENT(eps, x, g) SELECT(LOGIT_OUTSIDE(eps, x), SELECT((eps) < 0, (T)NAN, 0), (g) / ((x) * (1 - (x))))

/* Klambauer et al., 2017 */
#define SELU_ALPHA 1.6732632423543772848170429916717
#define SELU_SCALE 1.0507009873554804934193349852946

#define NORMAL_DENSITY(x) ((T)(0.5 * M_2_SQRTPI * M_SQRT1_2) * EXP((x) * (x) * (T)-0.5))
#define GELU_INNER(x) ((T)(M_2_SQRTPI * M_SQRT1_2) * ((x) + (T)0.044715 * (x) * (x) * (x)))
#define GELU_TANH_SLOPE(x)                                                                                             \
    ((T)0.5 * (1 + TANH(GELU_INNER(x))) +                                                                              \
     (T)0.5 * (x) * (1 - TANH(GELU_INNER(x)) * TANH(GELU_INNER(x))) * (T)(M_2_SQRTPI * M_SQRT1_2) *                    \
         (1 + (T)0.134145 * (x) * (x)))
#define MISH_SLOPE(x)                                                                                                  \
    (TANH(LOG1P(EXP(x))) + (x) * SIGMOID(x) * (1 - TANH(LOG1P(EXP(x))) * TANH(LOG1P(EXP(x)))))

/* Division of floats cut to a whole number, and the remainder with y's sign, as Python has them. */
#define GT_FLOAT_QUOTIENTS(type, name, suffix)                                                                         \
    GT_INLINE type gt_div_trunc_##name(type x, type y) { return trunc##suffix(x / y); }                            \
    GT_INLINE type gt_remainder_##name(type x, type y) {                                                           \
        const type rest = fmod##suffix(x, y);                                                                          \
        return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;                                                   \
    }                                                                                                                  \
    GT_INLINE type gt_div_floor_##name(type x, type y) {                                                           \
        if (y == 0) return x / y;                                                                                      \
        const type rest = fmod##suffix(x, y);                                                                          \
        const type quotient = (x - rest) / y - (rest != 0 && (rest < 0) != (y < 0)), whole = floor##suffix(quotient);  \
        if (quotient == 0) return copysign##suffix((type)0, x / y);                                                          \
        return quotient - whole > (type)0.5 ? whole + 1 : whole;                                                       \
    }
GT_FLOAT_QUOTIENTS(float, f32, f)
GT_FLOAT_QUOTIENTS(double, f64, )

#endif
