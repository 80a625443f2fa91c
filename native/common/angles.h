/*
 * Sine, cosine and tangent of F32, in double: x is so many quarter turns and a rest, and the polynomials are of the rest.
 * `wide` says that arguments may be 2^24 and more; without it the loop vectorises. Within 0.51 ulp.
 */
#ifndef GT_ANGLES_H
#define GT_ANGLES_H

#include "dtype.h"

#define GT_HALF_PI 0x1.921fb54442d18p+0

/* Bits of 2^24: magnitudes below take the short way. */
#define GT_NARROW_BITS 0x4b800000u

/*
 * 2^(e-150) * 2/pi modulo 4, for the biased exponents e = 151..254 of F32: a number of 24 bits times the first, and times
 * the second, is exact, so that nothing of the rest is lost, however large the argument (Payne and Hanek, 1983).
 */
GT_TABLE double gt_quarter_turns[3][104] = {
    {0x1.45f306dp0, 0x1.45f306dp1, 0x1.17cc1b7p0, 0x1.17cc1b7p1, 0x1.7cc1b72p-2, 0x1.7cc1b72p-1, 0x1.7cc1b72p0,
     0x1.7cc1b72p1, 0x1.f306dc9p0, 0x1.f306dc9p1, 0x1.e60db93p1, 0x1.cc1b727p1, 0x1.9836e4ep1, 0x1.306dc9cp1,
     0x1.836e4e4p-1, 0x1.836e4e4p0, 0x1.836e4e4p1, 0x1.06dc9c8p1, 0x1.b72722p-4, 0x1.b72722p-3, 0x1.b72722p-2,
     0x1.b72722p-1, 0x1.b72722p0, 0x1.b72722p1, 0x1.6e4e441p1, 0x1.b939105p0, 0x1.b939105p1, 0x1.727220ap1,
     0x1.c9c882ap0, 0x1.c9c882ap1, 0x1.9391054p1, 0x1.27220a9p1, 0x1.391054ap-1, 0x1.391054ap0, 0x1.391054ap1,
     0x1.c882a53p-1, 0x1.c882a53p0, 0x1.c882a53p1, 0x1.91054a7p1, 0x1.220a94fp1, 0x1.1054a7fp-1, 0x1.1054a7fp0,
     0x1.1054a7fp1, 0x1.054a7fp-2, 0x1.054a7fp-1, 0x1.054a7fp0, 0x1.054a7fp1, 0x1.529fc27p-4, 0x1.529fc27p-3,
     0x1.529fc27p-2, 0x1.529fc27p-1, 0x1.529fc27p0, 0x1.529fc27p1, 0x1.4a7f09dp0, 0x1.4a7f09dp1, 0x1.29fc275p0,
     0x1.29fc275p1, 0x1.4fe13abp-1, 0x1.4fe13abp0, 0x1.4fe13abp1, 0x1.3f84eafp0, 0x1.3f84eafp1, 0x1.fc2757dp-1,
     0x1.fc2757dp0, 0x1.fc2757dp1, 0x1.f84eafap1, 0x1.f09d5f4p1, 0x1.e13abe8p1, 0x1.c2757d1p1, 0x1.84eafa3p1,
     0x1.09d5f47p1, 0x1.3abe8fap-3, 0x1.3abe8fap-2, 0x1.3abe8fap-1, 0x1.3abe8fap0, 0x1.3abe8fap1, 0x1.d5f47d4p-1,
     0x1.d5f47d4p0, 0x1.d5f47d4p1, 0x1.abe8fa9p1, 0x1.57d1f53p1, 0x1.5f47d4dp0, 0x1.5f47d4dp1, 0x1.7d1f534p0,
     0x1.7d1f534p1, 0x1.f47d4d3p0, 0x1.f47d4d3p1, 0x1.e8fa9a6p1, 0x1.d1f534dp1, 0x1.a3ea69bp1, 0x1.47d4d37p1,
     0x1.1f534ddp0, 0x1.1f534ddp1, 0x1.f534ddcp-2, 0x1.f534ddcp-1, 0x1.f534ddcp0, 0x1.f534ddcp1, 0x1.ea69bb8p1,
     0x1.d4d377p1, 0x1.a9a6eep1, 0x1.534ddcp1, 0x1.4d37703p0, 0x1.4d37703p1, 0x1.34ddc0dp0},
    {0x1.9391054p-29, 0x1.9391054p-28, 0x1.391054ap-31, 0x1.391054ap-30, 0x1.c882a53p-32, 0x1.c882a53p-31,
     0x1.c882a53p-30, 0x1.c882a53p-29, 0x1.91054a7p-29, 0x1.91054a7p-28, 0x1.220a94fp-28, 0x1.1054a7fp-30,
     0x1.1054a7fp-29, 0x1.1054a7fp-28, 0x1.054a7fp-31, 0x1.054a7fp-30, 0x1.054a7fp-29, 0x1.054a7fp-28,
     0x1.529fc27p-33, 0x1.529fc27p-32, 0x1.529fc27p-31, 0x1.529fc27p-30, 0x1.529fc27p-29, 0x1.529fc27p-28,
     0x1.4a7f09dp-29, 0x1.29fc275p-30, 0x1.29fc275p-29, 0x1.29fc275p-28, 0x1.4fe13abp-30, 0x1.4fe13abp-29,
     0x1.4fe13abp-28, 0x1.3f84eafp-29, 0x1.fc2757dp-31, 0x1.fc2757dp-30, 0x1.fc2757dp-29, 0x1.f09d5f4p-30,
     0x1.f09d5f4p-29, 0x1.f09d5f4p-28, 0x1.e13abe8p-28, 0x1.c2757d1p-28, 0x1.3abe8fap-34, 0x1.3abe8fap-33,
     0x1.3abe8fap-32, 0x1.3abe8fap-31, 0x1.3abe8fap-30, 0x1.3abe8fap-29, 0x1.3abe8fap-28, 0x1.5f47d4dp-34,
     0x1.5f47d4dp-33, 0x1.5f47d4dp-32, 0x1.5f47d4dp-31, 0x1.5f47d4dp-30, 0x1.5f47d4dp-29, 0x1.7d1f534p-30,
     0x1.7d1f534p-29, 0x1.f47d4d3p-30, 0x1.f47d4d3p-29, 0x1.d1f534dp-30, 0x1.d1f534dp-29, 0x1.d1f534dp-28,
     0x1.47d4d37p-29, 0x1.47d4d37p-28, 0x1.f534ddcp-33, 0x1.f534ddcp-32, 0x1.f534ddcp-31, 0x1.f534ddcp-30,
     0x1.f534ddcp-29, 0x1.f534ddcp-28, 0x1.ea69bb8p-28, 0x1.d4d377p-28, 0x1.a9a6eep-28, 0x1.34ddc0dp-32,
     0x1.34ddc0dp-31, 0x1.34ddc0dp-30, 0x1.34ddc0dp-29, 0x1.34ddc0dp-28, 0x1.a6ee06dp-30, 0x1.a6ee06dp-29,
     0x1.a6ee06dp-28, 0x1.4ddc0dbp-28, 0x1.377036dp-29, 0x1.bb81b6cp-31, 0x1.bb81b6cp-30, 0x1.bb81b6cp-29,
     0x1.bb81b6cp-28, 0x1.dc0db62p-30, 0x1.dc0db62p-29, 0x1.dc0db62p-28, 0x1.b81b6c5p-28, 0x1.7036d8ap-28,
     0x1.c0db629p-29, 0x1.81b6c52p-29, 0x1.81b6c52p-28, 0x1.b6c52b3p-35, 0x1.b6c52b3p-34, 0x1.b6c52b3p-33,
     0x1.b6c52b3p-32, 0x1.b6c52b3p-31, 0x1.b6c52b3p-30, 0x1.b6c52b3p-29, 0x1.b6c52b3p-28, 0x1.b629599p-30,
     0x1.b629599p-29, 0x1.6c52b32p-29},
    {0x1.4fe13abe8fa9ap-58, 0x1.4fe13abe8fa9ap-57, 0x1.fc2757d1f534ep-61, 0x1.fc2757d1f534ep-60,
     0x1.f09d5f47d4d37p-61, 0x1.f09d5f47d4d37p-60, 0x1.f09d5f47d4d37p-59, 0x1.f09d5f47d4d37p-58,
     0x1.e13abe8fa9a6fp-58, 0x1.e13abe8fa9a6fp-57, 0x1.c2757d1f534dep-57, 0x1.3abe8fa9a6eep-63, 0x1.3abe8fa9a6eep-62,
     0x1.3abe8fa9a6eep-61, 0x1.3abe8fa9a6eep-60, 0x1.3abe8fa9a6eep-59, 0x1.3abe8fa9a6eep-58, 0x1.3abe8fa9a6eep-57,
     0x1.5f47d4d377037p-63, 0x1.5f47d4d377037p-62, 0x1.5f47d4d377037p-61, 0x1.5f47d4d377037p-60,
     0x1.5f47d4d377037p-59, 0x1.5f47d4d377037p-58, 0x1.7d1f534ddc0dbp-59, 0x1.f47d4d377036ep-60,
     0x1.f47d4d377036ep-59, 0x1.f47d4d377036ep-58, 0x1.d1f534ddc0db6p-59, 0x1.d1f534ddc0db6p-58,
     0x1.d1f534ddc0db6p-57, 0x1.47d4d377036d9p-58, 0x1.f534ddc0db629p-63, 0x1.f534ddc0db629p-62,
     0x1.f534ddc0db629p-61, 0x1.f534ddc0db629p-60, 0x1.f534ddc0db629p-59, 0x1.f534ddc0db629p-58,
     0x1.f534ddc0db629p-57, 0x1.ea69bb81b6c53p-57, 0x1.34ddc0db6295ap-63, 0x1.34ddc0db6295ap-62,
     0x1.34ddc0db6295ap-61, 0x1.34ddc0db6295ap-60, 0x1.34ddc0db6295ap-59, 0x1.34ddc0db6295ap-58,
     0x1.34ddc0db6295ap-57, 0x1.bb81b6c52b328p-65, 0x1.bb81b6c52b328p-64, 0x1.bb81b6c52b328p-63,
     0x1.bb81b6c52b328p-62, 0x1.bb81b6c52b328p-61, 0x1.bb81b6c52b328p-60, 0x1.bb81b6c52b328p-59,
     0x1.bb81b6c52b328p-58, 0x1.dc0db6295993cp-60, 0x1.dc0db6295993cp-59, 0x1.b81b6c52b3279p-59,
     0x1.b81b6c52b3279p-58, 0x1.b81b6c52b3279p-57, 0x1.c0db6295993c4p-59, 0x1.c0db6295993c4p-58,
     0x1.b6c52b3278872p-66, 0x1.b6c52b3278872p-65, 0x1.b6c52b3278872p-64, 0x1.b6c52b3278872p-63,
     0x1.b6c52b3278872p-62, 0x1.b6c52b3278872p-61, 0x1.b6c52b3278872p-60, 0x1.b6c52b3278872p-59,
     0x1.b6c52b3278872p-58, 0x1.6c52b32788721p-61, 0x1.6c52b32788721p-60, 0x1.6c52b32788721p-59,
     0x1.6c52b32788721p-58, 0x1.6c52b32788721p-57, 0x1.6295993c43904p-59, 0x1.6295993c43904p-58,
     0x1.6295993c43904p-57, 0x1.8a5664f10e41p-58, 0x1.14acc9e21c821p-58, 0x1.4acc9e21c821p-61, 0x1.4acc9e21c821p-60,
     0x1.4acc9e21c821p-59, 0x1.4acc9e21c821p-58, 0x1.2b3278872084p-59, 0x1.2b3278872084p-58, 0x1.2b3278872084p-57,
     0x1.5993c439041fep-59, 0x1.5993c439041fep-58, 0x1.664f10e4107f9p-59, 0x1.664f10e4107f9p-58,
     0x1.664f10e4107f9p-57, 0x1.3c439041fe516p-66, 0x1.3c439041fe516p-65, 0x1.3c439041fe516p-64,
     0x1.3c439041fe516p-63, 0x1.3c439041fe516p-62, 0x1.3c439041fe516p-61, 0x1.3c439041fe516p-60,
     0x1.3c439041fe516p-59, 0x1.e21c820ff28b2p-61, 0x1.e21c820ff28b2p-60, 0x1.e21c820ff28b2p-59}
};

/* A rest in -1/2..1/2 of a quarter turn as an angle, and the quarter, modulo 4. */
typedef struct gt_angle {
    double rest;
    uint64_t quarter;
} gt_angle;

/* A call, so that the loop stays scalar: vector gathers from the table were three times slower than this. */
GT_CALL gt_angle gt_angle_of_any(float x) {
    const double to_integer = 0x1.8p52;
    const int32_t exponent = (int32_t)(gt_f32_bits(x) >> 23 & 0xff), high = exponent > 254 ? 254 : exponent;
    const int32_t row = (high < 151 ? 151 : high) - 151;
    const double scaled = (double)x * gt_f64_of_bits((uint64_t)(1022 - row) << 52);
    const double most = scaled * gt_quarter_turns[0][row], shifted = most + to_integer;
    const double rest = scaled * gt_quarter_turns[1][row] + scaled * gt_quarter_turns[2][row];
    const gt_angle angle = {(most - (shifted - to_integer) + rest) * GT_HALF_PI, gt_f64_bits(shifted)};
    return angle;
}

GT_INLINE gt_angle gt_angle_of(float x, int wide) {
    if (wide && (gt_f32_bits(x) & 0x7fffffff) >= GT_NARROW_BITS) return gt_angle_of_any(x);
    const double to_integer = 0x1.8p52, most = (double)x * 0x1.45f306dp-1, shifted = most + to_integer;
    const double rest = most - (shifted - to_integer) + (double)x * 0x1.9391054a7f09dp-30;
    const gt_angle angle = {rest * GT_HALF_PI, gt_f64_bits(shifted)};
    return angle;
}

GT_INLINE double gt_sine_of(double r) {
    const double z = r * r;
    double p = 0x1.6cd8406109e9fp-19;
    p = p * z - 0x1.a00f9d4870dc4p-13;
    p = p * z + 0x1.11110895dfbabp-7;
    p = p * z - 0x1.5555554cb9634p-3;
    return r * (1 + z * p);
}

GT_INLINE double gt_cosine_of(double r) {
    const double z = r * r;
    double p = -0x1.242abb9053bcdp-22;
    p = p * z + 0x1.a0111fa813277p-16;
    p = p * z - 0x1.6c16b8980b063p-10;
    p = p * z + 0x1.5555554f4d90dp-5;
    return 1 - 0.5 * z + z * z * p;
}

GT_INLINE float gt_sin_f32(float x, int wide) {
    const gt_angle angle = gt_angle_of(x, wide);
    const double y = angle.quarter & 1 ? gt_cosine_of(angle.rest) : gt_sine_of(angle.rest);
    return (float)(angle.quarter & 2 ? -y : y);
}

GT_INLINE float gt_cos_f32(float x, int wide) {
    const gt_angle angle = gt_angle_of(x, wide);
    const double y = angle.quarter & 1 ? gt_sine_of(angle.rest) : gt_cosine_of(angle.rest);
    return (float)((angle.quarter + 1) & 2 ? -y : y);
}

GT_INLINE float gt_tan_f32(float x, int wide) {
    const gt_angle angle = gt_angle_of(x, wide);
    const double sine = gt_sine_of(angle.rest), cosine = gt_cosine_of(angle.rest);
    return (float)((angle.quarter & 1 ? -cosine : sine) / (angle.quarter & 1 ? sine : cosine));
}

GT_INLINE double gt_sin_f64(double x, int wide) { return (void)wide, sin(x); }
GT_INLINE double gt_cos_f64(double x, int wide) { return (void)wide, cos(x); }
GT_INLINE double gt_tan_f64(double x, int wide) { return (void)wide, tan(x); }

#endif
