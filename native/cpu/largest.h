/* The largest of some vectors and which of them it is, as relu and max pool want it: first, second, ... by `challenge`. */
#ifndef GATUN_LARGEST_H
#define GATUN_LARGEST_H

#include "vector.h"

#if defined(GT_VECTOR)

#if defined(__AVX512F__)
typedef __m512i numbers;
#define SAME_NUMBER _mm512_set1_epi32

/* Where next is larger, or NaN, it takes the place of most and k that of which. */
static inline void challenge(vector next, int32_t k, vector *most, numbers *which) {
    const __mmask16 wins =
        _mm512_cmp_ps_mask(next, *most, _CMP_GT_OQ) | _mm512_cmp_ps_mask(next, next, _CMP_UNORD_Q);
    *most = _mm512_mask_mov_ps(*most, wins, next);
    *which = _mm512_mask_mov_epi32(*which, wins, SAME_NUMBER(k));
}
/* The first count elements of y = relu(most), of winner = which, or 4 where most is not positive. */
static inline void settle(vector most, numbers which, int64_t count, float *y, uint8_t *winner) {
    const vector zero = SAME(0);
    const __mmask16 positive = _mm512_cmp_ps_mask(most, zero, _CMP_GT_OQ);
    const __mmask16 there = count < LANES ? (__mmask16)((1u << count) - 1) : 0xffff;
    _mm512_mask_storeu_ps(y, there, _mm512_mask_mov_ps(most, _mm512_cmp_ps_mask(most, zero, _CMP_LT_OQ), zero));
    which = _mm512_mask_mov_epi32(SAME_NUMBER(4), positive, which);
    _mm512_mask_cvtepi32_storeu_epi8(winner, there, which);
}
#else
typedef __m256i numbers;
#define SAME_NUMBER _mm256_set1_epi32

static inline void challenge(vector next, int32_t k, vector *most, numbers *which) {
    const vector wins =
        _mm256_or_ps(_mm256_cmp_ps(next, *most, _CMP_GT_OQ), _mm256_cmp_ps(next, next, _CMP_UNORD_Q));
    *most = _mm256_blendv_ps(*most, next, wins);
    *which = _mm256_blendv_epi8(*which, SAME_NUMBER(k), _mm256_castps_si256(wins));
}
static inline void settle(vector most, numbers which, int64_t count, float *y, uint8_t *winner) {
    float values[LANES];
    uint8_t places[LANES];
    float *to = count < LANES ? values : y;
    uint8_t *to_winner = count < LANES ? places : winner;
    const vector zero = SAME(0), positive = _mm256_cmp_ps(most, zero, _CMP_GT_OQ);
    STORE(to, _mm256_blendv_ps(most, zero, _mm256_cmp_ps(most, zero, _CMP_LT_OQ)));
    which = _mm256_blendv_epi8(SAME_NUMBER(4), which, _mm256_castps_si256(positive));
    const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(which), _mm256_extracti128_si256(which, 1));
    _mm_storel_epi64((__m128i *)to_winner, _mm_packus_epi16(halves, halves));
    if (count >= LANES) return;
    for (int64_t i = 0; i < count; i++) y[i] = values[i], winner[i] = places[i];
}
#endif

#endif

#endif
