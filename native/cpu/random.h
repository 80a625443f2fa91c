/* The generator's loops; cpu/loops/random.c, one table for each function version, all with the same bits. */
#ifndef GATUN_RANDOM_H
#define GATUN_RANDOM_H

#include <stdint.h>

#include "dispatch.h"

/* y [n] from `block` on, always a whole number of blocks from the call's first element. */
struct gt_random_loops {
    /* lo + u * width, at most top, the largest number below the upper end. */
    void (*uniform_f32)(uint64_t seed, uint64_t block, int64_t n, float lo, float width, float top, float *y);
    void (*uniform_f64)(uint64_t seed, uint64_t block, int64_t n, double lo, double width, double top, double *y);
    void (*normal_f32)(uint64_t seed, uint64_t block, int64_t n, float mean, float std, float *y);
    void (*normal_f64)(uint64_t seed, uint64_t block, int64_t n, double mean, double std, double *y);
    /* y = one where a 24-bit draw is below the threshold, else 0; by the size of an element, one: its bits. */
    void (*bernoulli_1)(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, uint64_t one, uint8_t *y);
    void (*bernoulli_2)(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, uint64_t one, uint16_t *y);
    void (*bernoulli_4)(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, uint64_t one, uint32_t *y);
    void (*bernoulli_8)(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, uint64_t one, uint64_t *y);
    /* y = x * scale where a 24-bit draw is at least the threshold, else 0; y may be x. */
    void (*dropout_f32)(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, float scale, const float *x,
                        float *y);
    void (*dropout_f64)(uint64_t seed, uint64_t block, int64_t n, uint32_t threshold, double scale, const double *x,
                        double *y);
    /* y = lo + an integer below range; range 0 stands for 2^64: all bits. */
    void (*integers)(uint64_t seed, uint64_t block, int64_t n, int64_t lo, uint64_t range, int64_t *y);
};

GT_DECLARE_LOOPS(random)

#endif
