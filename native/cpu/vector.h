/* The vectors of loops that are written for registers: GT_VECTOR is defined where this version has any. */
#ifndef GATUN_VECTOR_H
#define GATUN_VECTOR_H

#include <stdint.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define GT_VECTOR
typedef __m512 vector;
#define LANES 16
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define SAME _mm512_set1_ps
#define MULTIPLY_ADD _mm512_fmadd_ps
#define ADD _mm512_add_ps
#define SUBTRACT _mm512_sub_ps
#elif defined(__AVX2__)
#include <immintrin.h>
#define GT_VECTOR
typedef __m256 vector;
#define LANES 8
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define SAME _mm256_set1_ps
#define MULTIPLY_ADD _mm256_fmadd_ps
#define ADD _mm256_add_ps
#define SUBTRACT _mm256_sub_ps
#endif

#if defined(GT_VECTOR)
/* evens, odds: elements 0, 2, ... and 1, 3, ... of two vectors. first_of_pairs, last_of_pairs: the other way. store_first:
   the first n elements only, where a vector has more. all_finite: whether these are. */
#if defined(__AVX512F__)
static inline vector evens(vector a, vector b) {
    const __m512i places = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_ps(a, places, b);
}
static inline vector odds(vector a, vector b) {
    const __m512i places = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    return _mm512_permutex2var_ps(a, places, b);
}
static inline vector first_of_pairs(vector even, vector odd) {
    const __m512i places = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(even, places, odd);
}
static inline vector last_of_pairs(vector even, vector odd) {
    const __m512i places = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return _mm512_permutex2var_ps(even, places, odd);
}
static inline void store_first(int64_t n, vector x, float *to) {
    _mm512_mask_storeu_ps(to, n < LANES ? (__mmask16)((1u << n) - 1) : (__mmask16)0xffff, x);
}
static inline int all_finite(int64_t n, vector x) {
    const int infinite_or_nan = 0x99;
    return (_mm512_fpclass_ps_mask(x, infinite_or_nan) & (n < LANES ? (1u << n) - 1 : 0xffffu)) == 0;
}
#else
static inline vector quarters_in_order(vector x) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(x), 0xD8));
}
static inline vector evens(vector a, vector b) { return quarters_in_order(_mm256_shuffle_ps(a, b, 0x88)); }
static inline vector odds(vector a, vector b) { return quarters_in_order(_mm256_shuffle_ps(a, b, 0xDD)); }
static inline vector first_of_pairs(vector even, vector odd) {
    return _mm256_permute2f128_ps(_mm256_unpacklo_ps(even, odd), _mm256_unpackhi_ps(even, odd), 0x20);
}
static inline vector last_of_pairs(vector even, vector odd) {
    return _mm256_permute2f128_ps(_mm256_unpacklo_ps(even, odd), _mm256_unpackhi_ps(even, odd), 0x31);
}
static inline void store_first(int64_t n, vector x, float *to) {
    if (n >= LANES) {
        STORE(to, x);
        return;
    }
    float all[LANES];
    STORE(all, x);
    for (int64_t i = 0; i < n; i++) to[i] = all[i];
}
static inline int all_finite(int64_t n, vector x) {
    const __m256i exponent = _mm256_set1_epi32(0x7f800000);
    const __m256i bad = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_castps_si256(x), exponent), exponent);
    return (_mm256_movemask_ps(_mm256_castsi256_ps(bad)) & (n < LANES ? (1 << n) - 1 : 0xff)) == 0;
}
#endif
#endif

#endif
