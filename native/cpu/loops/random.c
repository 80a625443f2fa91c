/*
 * Words first, numbers after: a batch of words in the order of the elements, in L1, then a loop over it. The words come
 * from 64-bit lanes whose lower halves count, since the vector multiplication of 32 by 32 bits reads just those: six
 * instructions a round for 4 (AVX2) or 8 (AVX-512) counters. Left to the compiler, which widens and shuffles or takes
 * the slow 64-bit multiplication, an element of uniform took 1.9 ns with AVX-512, not 0.85. Every version gives the same
 * bits.
 */
#include "../random.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "../../common/normal.h"
#include "../../common/philox.h"

/* Words of a batch: 1 KiB. */
#define BATCH 256

#if defined(__AVX512F__)
typedef __m512i lanes;
#define LANES 8
#define EACH(name) _mm512_##name
#define XOR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define AND _mm512_and_si512
#define OR _mm512_or_si512
/* Lanes 0, 2, ... take the first half of the counters: then the stores below put the blocks in order. */
#define LANE_NUMBERS _mm512_set_epi64(7, 3, 6, 2, 5, 1, 4, 0)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#elif defined(__AVX2__)
typedef __m256i lanes;
#define LANES 4
#define EACH(name) _mm256_##name
#define XOR3(a, b, c) _mm256_xor_si256(_mm256_xor_si256(a, b), c)
#define AND _mm256_and_si256
#define OR _mm256_or_si256
#define LANE_NUMBERS _mm256_set_epi64x(3, 1, 2, 0)
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#endif

#if defined(LANES)
/* words = those of blocks block..block+LANES-1. */
static inline void draw_lanes(uint64_t seed, uint64_t block, uint32_t *words) {
#if LANES == 8
    const lanes multiplier0 = _mm512_set1_epi64(0xD2511F53), multiplier1 = _mm512_set1_epi64(0xCD9E8D57);
#define SAME(x) _mm512_set1_epi64((int64_t)(x))
#else
    const lanes multiplier0 = _mm256_set1_epi64x(0xD2511F53), multiplier1 = _mm256_set1_epi64x(0xCD9E8D57);
#define SAME(x) _mm256_set1_epi64x((int64_t)(x))
#endif
    const lanes counters = EACH(add_epi64)(SAME(block), LANE_NUMBERS);
    lanes c0 = counters, c1 = EACH(srli_epi64)(counters, 32), c2 = SAME(0), c3 = SAME(0);
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const lanes p0 = EACH(mul_epu32)(c0, multiplier0), p1 = EACH(mul_epu32)(c2, multiplier1);
        c0 = XOR3(EACH(srli_epi64)(p1, 32), c1, SAME(key0));
        c1 = p1;
        c2 = XOR3(EACH(srli_epi64)(p0, 32), c3, SAME(key1));
        c3 = p0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    const lanes low = SAME(0xFFFFFFFF);
    const lanes w01 = OR(AND(c0, low), EACH(slli_epi64)(c1, 32)), w23 = OR(AND(c2, low), EACH(slli_epi64)(c3, 32));
    STORE(words, EACH(unpacklo_epi64)(w01, w23));
    STORE(words + 2 * LANES, EACH(unpackhi_epi64)(w01, w23));
}
#endif

/* words = those of `blocks` blocks from `block` on, blocks <= BATCH / 4; may write up to the end of the batch. */
static void draw_words(uint64_t seed, uint64_t block, int64_t blocks, uint32_t words[BATCH]) {
#if defined(LANES)
    for (int64_t b = 0; b < blocks; b += LANES) {
        draw_lanes(seed, block + (uint64_t)b, words + 4 * b);
    }
#else
    for (int64_t b = 0; b < blocks; b++) {
        const gt_philox_words w = gt_philox_block(seed, block + (uint64_t)b);
        words[4 * b] = w.w0;
        words[4 * b + 1] = w.w1;
        words[4 * b + 2] = w.w2;
        words[4 * b + 3] = w.w3;
    }
#endif
}

/* y[i] = VALUE(i, j) for every element i, where j is its place in the batch: its word is words[j], or its two words
   words[2 j] and the next. */
#define EACH_ELEMENT(words_each)                                                                                       \
    uint32_t words[BATCH];                                                                                             \
    for (int64_t first = 0; first < n; first += BATCH / (words_each)) {                                                \
        const int64_t left = n - first;                                                                                \
        const int64_t count = left < BATCH / (words_each) ? left : BATCH / (words_each);                               \
        draw_words(seed, block + (uint64_t)(first / 4 * (words_each)), (count * (words_each) + 3) / 4, words);         \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t j = 0; j < count; j++) {                                                                          \
            y[first + j] = VALUE(first + j, j);                                                                        \
        }                                                                                                              \
    }

static inline float below_f32(float x, float top) {
    return x < top ? x : top;
}

static inline double below_f64(double x, double top) {
    return x < top ? x : top;
}

static void uniform_f32(uint64_t seed, uint64_t block, int64_t n, float lo, float width, float top, float *y) {
#define VALUE(i, j) below_f32(gt_uniform_f32(words[j]) * width + lo, top)
    EACH_ELEMENT(1)
#undef VALUE
}

static void uniform_f64(uint64_t seed, uint64_t block, int64_t n, double lo, double width, double top, double *y) {
#define VALUE(i, j) below_f64(gt_bits53(words[2 * (j)], words[2 * (j) + 1]) * 0x1p-53 * width + lo, top)
    EACH_ELEMENT(2)
#undef VALUE
}

#define BERNOULLI(bytes, T)                                                                                            \
    static void bernoulli_##bytes(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, uint64_t one, T *y) {  \
        const T on = (T)one;                                                                                           \
        EACH_ELEMENT(1)                                                                                                    \
    }
#define VALUE(i, j) (words[j] >> 8 < threshold ? on : 0)
BERNOULLI(1, uint8_t)
BERNOULLI(2, uint16_t)
BERNOULLI(4, uint32_t)
BERNOULLI(8, uint64_t)
#undef VALUE

/* The product is made for every element, so that no load depends on the draw. */
#define DROPOUT(name, T)                                                                                               \
    static inline T kept_##name(uint32_t word, uint32_t threshold, T scaled) {                                         \
        return word >> 8 >= threshold ? scaled : 0;                                                                    \
    }                                                                                                                  \
    static void dropout_##name(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, T scale, const T *x,      \
                               T *y) {                                                                                 \
        EACH_ELEMENT(1)                                                                                                    \
    }
#define VALUE(i, j) kept_f32(words[j], threshold, x[i] * scale)
DROPOUT(f32, float)
#undef VALUE
#define VALUE(i, j) kept_f64(words[j], threshold, x[i] * scale)
DROPOUT(f64, double)
#undef VALUE

static void integers(uint64_t seed, uint64_t block, int64_t n, int64_t lo, uint64_t range, int64_t *y) {
    if (range == 0) {
#define VALUE(i, j) (int64_t)((uint64_t)lo + ((uint64_t)words[2 * (j)] << 32 | words[2 * (j) + 1]))
        EACH_ELEMENT(2)
#undef VALUE
    } else {
#define VALUE(i, j) (int64_t)((uint64_t)lo + gt_scale64(words[2 * (j)], words[2 * (j) + 1], range))
        EACH_ELEMENT(2)
#undef VALUE
    }
}

/* Elements 2 k and 2 k + 1 share words 2 k and 2 k + 1. The last pair of a batch may be half used. */
static void normal_f32(uint64_t seed, uint64_t block, int64_t n, float mean, float std, float *y) {
    uint32_t words[BATCH];
    for (int64_t first = 0; first < n; first += BATCH) {
        const int64_t count = n - first < BATCH ? n - first : BATCH;
        draw_words(seed, block + (uint64_t)(first / 4), (count + 3) / 4, words);
        float *to = y + first;
        for (int64_t k = 0; k < count / 2; k++) {
            const gt_normal_pair_f32 pair = gt_normal_f32(words[2 * k], words[2 * k + 1]);
            to[2 * k] = mean + std * pair.z0;
            to[2 * k + 1] = mean + std * pair.z1;
        }
        if (count % 2 != 0) {
            to[count - 1] = mean + std * gt_normal_f32(words[count - 1], words[count]).z0;
        }
    }
}

/* Elements 2 k and 2 k + 1 share words 4 k to 4 k + 3. */
static void normal_f64(uint64_t seed, uint64_t block, int64_t n, double mean, double std, double *y) {
    uint32_t words[BATCH];
    for (int64_t first = 0; first < n; first += BATCH / 2) {
        const int64_t count = n - first < BATCH / 2 ? n - first : BATCH / 2;
        draw_words(seed, block + (uint64_t)(first / 2), (count + 1) / 2, words);
        double *to = y + first;
        for (int64_t k = 0; k < count / 2; k++) {
            const gt_philox_words w = {words[4 * k], words[4 * k + 1], words[4 * k + 2], words[4 * k + 3]};
            const gt_normal_pair_f64 pair = gt_normal_f64(w);
            to[2 * k] = mean + std * pair.z0;
            to[2 * k + 1] = mean + std * pair.z1;
        }
        if (count % 2 != 0) {
            const uint32_t *last = words + 2 * (count - 1);
            const gt_philox_words w = {last[0], last[1], last[2], last[3]};
            to[count - 1] = mean + std * gt_normal_f64(w).z0;
        }
    }
}

GT_DEFINE_LOOPS(random) = {
    .uniform_f32 = uniform_f32, .uniform_f64 = uniform_f64, .normal_f32 = normal_f32,   .normal_f64 = normal_f64,
    .bernoulli_1 = bernoulli_1, .bernoulli_2 = bernoulli_2, .bernoulli_4 = bernoulli_4, .bernoulli_8 = bernoulli_8,
    .dropout_f32 = dropout_f32, .dropout_f64 = dropout_f64, .integers = integers,
};
