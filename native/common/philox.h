/*
 * Philox 4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). Four words from a counter and a key, no state: any element can be drawn by any thread on any
 * device. Read by the C loops and by the CUDA kernels; a loop over counters vectorises.
 */
#ifndef GATUN_PHILOX_H
#define GATUN_PHILOX_H

#include "portable.h"

typedef struct gt_philox_words {
    uint32_t w0, w1, w2, w3;
} gt_philox_words;

/* One round: two multiplications whose halves are mixed crosswise with the key. */
GT_SHARED gt_philox_words gt_philox_round(gt_philox_words c, uint32_t key0, uint32_t key1) {
    const uint64_t p0 = (uint64_t)0xD2511F53u * c.w0;
    const uint64_t p1 = (uint64_t)0xCD9E8D57u * c.w2;
    const gt_philox_words mixed = {(uint32_t)(p1 >> 32) ^ c.w1 ^ key0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c.w3 ^ key1,
                                   (uint32_t)p0};
    return mixed;
}

/* Ten rounds, written out so that a loop around them is a straight line. */
GT_SHARED gt_philox_words gt_philox(gt_philox_words c, uint32_t key0, uint32_t key1) {
    const uint32_t step0 = 0x9E3779B9u, step1 = 0xBB67AE85u; /* golden ratio, sqrt(3) - 1 */
    c = gt_philox_round(c, key0, key1);
    c = gt_philox_round(c, key0 + step0, key1 + step1);
    c = gt_philox_round(c, key0 + 2 * step0, key1 + 2 * step1);
    c = gt_philox_round(c, key0 + 3 * step0, key1 + 3 * step1);
    c = gt_philox_round(c, key0 + 4 * step0, key1 + 4 * step1);
    c = gt_philox_round(c, key0 + 5 * step0, key1 + 5 * step1);
    c = gt_philox_round(c, key0 + 6 * step0, key1 + 6 * step1);
    c = gt_philox_round(c, key0 + 7 * step0, key1 + 7 * step1);
    c = gt_philox_round(c, key0 + 8 * step0, key1 + 8 * step1);
    c = gt_philox_round(c, key0 + 9 * step0, key1 + 9 * step1);
    return c;
}

/* The four words of a generator's block number `block`. */
GT_SHARED gt_philox_words gt_philox_block(uint64_t seed, uint64_t block) {
    const gt_philox_words counter = {(uint32_t)block, (uint32_t)(block >> 32), 0, 0};
    return gt_philox(counter, (uint32_t)seed, (uint32_t)(seed >> 32));
}

/* 24 bits as [0, 1); exact. The conversion is signed, which every vector unit has. */
GT_SHARED float gt_uniform_f32(uint32_t word) {
    return (float)(int32_t)(word >> 8) * 0x1p-24f;
}

/* 53 bits of two words as [0, 2^53); exact. */
GT_SHARED double gt_bits53(uint32_t high, uint32_t low) {
    return (double)(int32_t)(high >> 5) * 0x1p26 + (double)(int32_t)(low >> 6);
}

/* A uniform 24-bit draw is below p just where it is below this; p in [0, 1]. */
GT_SHARED uint32_t gt_threshold24(double p) {
    const double scaled = p * 0x1p24;
    const uint32_t floor = (uint32_t)scaled;
    return floor + ((double)floor < scaled);
}

/* Upper 64 bits of (high:low) * range: an integer in [0, range), each with a probability off by less than 2^-64. */
GT_SHARED uint64_t gt_scale64(uint32_t high, uint32_t low, uint64_t range) {
    const uint64_t r0 = (uint32_t)range, r1 = range >> 32;
    const uint64_t carry = ((low * r0) >> 32) + (uint32_t)(high * r0) + (uint32_t)(low * r1);
    return high * r1 + ((high * r0) >> 32) + ((low * r1) >> 32) + (carry >> 32);
}

#endif
