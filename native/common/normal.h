/*
 * Pairs of normal numbers from pairs of uniform ones: Box and Muller, "A note on the generation of random normal
 * deviates" (Ann. Math. Stat. 29, 1958). r = sqrt(-2 log u), z = r cos(2 pi v), r sin(2 pi v).
 *
 * The same bits on every backend: only additions, multiplications, divisions and square roots, each rounded once, in the
 * order written. Compile without contraction (-ffp-contract=off, --fmad=false): no fma, which a processor may lack.
 * log is its series in (m-1)/(m+1), sine and cosine are Taylor's; the reductions before them are exact.
 */
#ifndef GATUN_NORMAL_H
#define GATUN_NORMAL_H

#include "dtype.h"
#include "philox.h"

typedef struct gt_normal_pair_f32 {
    float z0, z1;
} gt_normal_pair_f32;

typedef struct gt_normal_pair_f64 {
    double z0, z1;
} gt_normal_pair_f64;

/* log u for u in (0, 1], to about 1 ulp. */
GT_SHARED float gt_log_f32(float u) {
    int32_t bits = (int32_t)gt_f32_bits(u);
    const int32_t e = (bits - 0x3F3504F3) >> 23; /* u = m 2^e with m in [sqrt(1/2), sqrt(2)) */
    bits -= e * (1 << 23);
    const float m = gt_f32_of_bits((uint32_t)bits);
    const float s = (m - 1.0f) / (m + 1.0f); /* |s| < 0.172 */
    const float q = s * s;
    /* 2 atanh s = 2 s (1 + q/3 + q^2/5 + ...); the first term left out is below 2e-9. */
    const float tail = q * (1.0f / 3 + q * (1.0f / 5 + q * (1.0f / 7 + q * (1.0f / 9))));
    return (float)e * 0.693147180559945309f + (2.0f * s + 2.0f * s * tail);
}

GT_SHARED double gt_log_f64(double u) {
    int64_t bits = (int64_t)gt_f64_bits(u);
    /* The upper half alone gives e: shifts of signed 64-bit words are slow before AVX-512. */
    const int32_t e = ((int32_t)(bits >> 32) - 0x3FE6A09E) >> 20;
    bits -= (int64_t)((uint64_t)(int64_t)e << 52);
    const double m = gt_f64_of_bits((uint64_t)bits);
    const double s = (m - 1.0) / (m + 1.0);
    const double q = s * s;
    double tail = 1.0 / 21;
    tail = q * tail + 1.0 / 19;
    tail = q * tail + 1.0 / 17;
    tail = q * tail + 1.0 / 15;
    tail = q * tail + 1.0 / 13;
    tail = q * tail + 1.0 / 11;
    tail = q * tail + 1.0 / 9;
    tail = q * tail + 1.0 / 7;
    tail = q * tail + 1.0 / 5;
    tail = q * tail + 1.0 / 3;
    return (double)e * 0.693147180559945309 + (2.0 * s + 2.0 * s * (q * tail));
}

/* Two normals from two words: 24 bits each, so |z| <= 5.77. */
GT_SHARED gt_normal_pair_f32 gt_normal_f32(uint32_t radius_word, uint32_t angle_word) {
    const float u = (float)(int32_t)((radius_word >> 8) + 1) * 0x1p-24f; /* (0, 1] */
    const float r = sqrtf(-2.0f * gt_log_f32(u));
    /* The angle, in units of 2^-24 turns, less the nearest quarter turn: t in [-pi/4, pi/4], exact before the factor. */
    const int32_t angle = (int32_t)(angle_word >> 8);
    const int32_t quarter = (angle + (1 << 21)) >> 22;
    const float t = (float)(angle - quarter * (1 << 22)) * (float)(6.28318530717958648 * 0x1p-24);
    const float q = t * t;
    const float sine = t + t * q * (-1.0f / 6 + q * (1.0f / 120 + q * (-1.0f / 5040 + q * (1.0f / 362880))));
    const float cosine = 1.0f + q * (-0.5f + q * (1.0f / 24 + q * (-1.0f / 720 + q * (1.0f / 40320))));
    const float x = (quarter & 1) ? sine : cosine, y = (quarter & 1) ? cosine : sine;
    /* Quarter turns 0..4: cos is c, -s, -c, s, c; sin is s, c, -s, -c, s. */
    const gt_normal_pair_f32 pair = {((quarter + 1) & 2) ? -(r * x) : r * x, (quarter & 2) ? -(r * y) : r * y};
    return pair;
}

/* Two normals from four words: 53 bits each. */
GT_SHARED gt_normal_pair_f64 gt_normal_f64(gt_philox_words w) {
    const double u = (gt_bits53(w.w0, w.w1) + 1.0) * 0x1p-53;
    const double r = sqrt(-2.0 * gt_log_f64(u));
    const int32_t high = (int32_t)(w.w2 >> 5); /* 27 bits of the turn */
    const int32_t quarter = (high + (1 << 24)) >> 25;
    const double rest = (double)(high - quarter * (1 << 25)) * 0x1p26 + (double)(int32_t)(w.w3 >> 6);
    const double t = rest * (6.28318530717958648 * 0x1p-53);
    const double q = t * t;
    double sine = 1.0 / 355687428096000;
    sine = q * sine - 1.0 / 1307674368000;
    sine = q * sine + 1.0 / 6227020800;
    sine = q * sine - 1.0 / 39916800;
    sine = q * sine + 1.0 / 362880;
    sine = q * sine - 1.0 / 5040;
    sine = q * sine + 1.0 / 120;
    sine = q * sine - 1.0 / 6;
    sine = t + t * q * sine;
    double cosine = 1.0 / 20922789888000;
    cosine = q * cosine - 1.0 / 87178291200;
    cosine = q * cosine + 1.0 / 479001600;
    cosine = q * cosine - 1.0 / 3628800;
    cosine = q * cosine + 1.0 / 40320;
    cosine = q * cosine - 1.0 / 720;
    cosine = q * cosine + 1.0 / 24;
    cosine = q * cosine - 0.5;
    cosine = 1.0 + q * cosine;
    const double x = (quarter & 1) ? sine : cosine, y = (quarter & 1) ? cosine : sine;
    const gt_normal_pair_f64 pair = {((quarter + 1) & 2) ? -(r * x) : r * x, (quarter & 2) ? -(r * y) : r * y};
    return pair;
}

#endif
