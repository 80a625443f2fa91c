/*
 * Special functions that libm lacks, of F64; F32 rounds them. lgamma is libm's, without its global sign. Within 4 ulp away
 * from their zeros.
 */
#ifndef GT_SPECIAL_H
#define GT_SPECIAL_H

#include "portable.h"

#define GT_PI 3.14159265358979323846

GT_INLINE double gt_lgamma_f64(double x) {
#if defined(__CUDACC__)
    return lgamma(x);
#else
    int sign;
    return lgamma_r(x, &sign);
#endif
}

/*
 * Steps of Halley, each of which has three times the digits, from a guess that is right to 2e-3 (Winitzki, 2008); the tail
 * works on 1 - |x|.
 */
GT_INLINE double gt_erfinv_by(int steps, double x) {
    const double a = fabs(x);
    if (!(a < 1)) return a == 1 ? copysign((double)INFINITY, x) : NAN;
    const double l = log1p(-a * a), c = 2 / (GT_PI * 0.147) + 0.5 * l;
    double y = a < 0.25 ? 0.88622692545275801 * a * (1 + GT_PI / 12 * a * a) : sqrt(sqrt(c * c - l / 0.147) - c);
    for (int step = 0; step < steps; step++) {
        const double miss = a < 0.5 ? erf(y) - a : (1 - a) - erfc(y);
        const double u = miss / (1.1283791670955126 * exp(-y * y));
        y -= u / (1 + y * u);
    }
    return copysign(y, x);
}

GT_INLINE double gt_erfinv_f64(double x) { return gt_erfinv_by(2, x); }

/* Up to 10 by digamma(x) = digamma(x + 1) - 1 / x, then its asymptotic series; below 0 by reflection. */
GT_INLINE double gt_digamma_f64(double x) {
    if (x == 0) return copysign((double)INFINITY, -x);
    double sum = 0;
    if (x < 0) {
        const double rest = x - rint(x);
        if (rest == 0) return NAN; /* a pole */
        sum = -GT_PI / tan(GT_PI * rest);
        x = 1 - x;
    }
    for (; x < 10; x += 1) sum -= 1 / x;
    const double z = 1 / (x * x);
    double series = 1.0 / 12;
    series = series * z - 691.0 / 32760;
    series = series * z + 1.0 / 132;
    series = series * z - 1.0 / 240;
    series = series * z + 1.0 / 252;
    series = series * z - 1.0 / 120;
    series = series * z + 1.0 / 12;
    return x < INFINITY ? sum + log(x) - 0.5 / x - z * series : sum + x;
}

/* q^-s; the first derivatives of digamma need no more than a few products. */
GT_INLINE double gt_inverse_power(double q, double s) {
    return s == 2 ? 1 / (q * q) : s == 3 ? 1 / (q * q * q) : pow(q, -s);
}

/* The sum of (q + k)^-s over k = 0, 1, ..., for q > 0 and s >= 2: ten terms, and Euler and Maclaurin's rest. */
GT_INLINE double gt_zeta(double s, double q) {
    static const double bernoulli[] = {1.0 / 12,          -1.0 / 720,          1.0 / 30240,           -1.0 / 1209600,
                                       1.0 / 47900160,    -691.0 / 1307674368000.0, 1.0 / 74724249600.0,
                                       -3617.0 / 10670622842880000.0};
    double sum = 0;
    for (; q < 10 || q < s; q += 1) {
        const double term = gt_inverse_power(q, s);
        sum += term;
        if (term <= sum * 0x1p-60) return sum; /* at once where the first is 0 already: s may be 2^31 */
    }
    const double power = gt_inverse_power(q, s);
    double rest = power * (q / (s - 1) + 0.5), factor = s * power / q;
    for (int k = 0; k < 8; k++) {
        rest += bernoulli[k] * factor;
        factor *= (s + 2 * k + 1) * (s + 2 * k + 2) / (q * q);
    }
    return sum + rest;
}

/* The n-th derivative of digamma. Below 0 the sum is split where it passes 0, so that it is short for any x. */
GT_INLINE double gt_polygamma_f64(double n, double x) {
    if (n == 0) return gt_digamma_f64(x);
    const double s = n + 1, sign = fmod(s, 2.0) == 0 ? 1 : -1, factorial = tgamma(s);
    double sum;
    if (x > 0) {
        sum = x < INFINITY ? gt_zeta(s, x) : 0;
    } else {
        const double rest = x - rint(x); /* exact, so that neither side of a pole is rounded away */
        if (rest == 0) return sign * INFINITY;
        if (rest != rest) return NAN;
        const double after = rest > 0 ? rest : 1 + rest, before = rest > 0 ? 1 - rest : -rest;
        sum = gt_zeta(s, after) + sign * (gt_zeta(s, before) - gt_zeta(s, 1 - x));
    }
    return sign * factorial * sum;
}

GT_INLINE float gt_lgamma_f32(float x) { return (float)gt_lgamma_f64(x); }
GT_INLINE float gt_erfinv_f32(float x) { return (float)gt_erfinv_by(1, x); }
GT_INLINE float gt_digamma_f32(float x) { return (float)gt_digamma_f64(x); }
GT_INLINE float gt_polygamma_f32(float n, float x) { return (float)gt_polygamma_f64(n, x); }

#endif
