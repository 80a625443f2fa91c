/*
 * Random numbers: the CPU's bits. A thread draws one block of four words, which are four elements, or two where an element
 * needs two words; of F64 normals, two. The generator stands at seed and offset.
 */
#include "device.cuh"

#include "../common/normal.h"

GT_INLINE uint32_t word_of(const gt_philox_words &w, int k) { return k == 0 ? w.w0 : k == 1 ? w.w1 : k == 2 ? w.w2 : w.w3; }

template <class T> GT_INLINE T below(T x, T top) { return x < top ? x : top; }

/* y = uniform in [lo, lo + width), at most top, which is the last number before the end. */
GT_KERNEL(uniform_F32, long long seed, long long offset, long long n, float lo, float width, float top, float *y) {
    GT_EACH(drawn, (n + 3) / 4) {
        const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn));
        for (int k = 0; k < 4 && 4 * drawn + k < n; k++)
            y[4 * drawn + k] = below(gt_uniform_f32(word_of(w, k)) * width + lo, top);
    }
}

GT_KERNEL(uniform_F64, long long seed, long long offset, long long n, double lo, double width, double top, double *y) {
    GT_EACH(drawn, (n + 1) / 2) {
        const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn));
        for (int k = 0; k < 2 && 2 * drawn + k < n; k++)
            y[2 * drawn + k] =
                below(gt_bits53(word_of(w, 2 * k), word_of(w, 2 * k + 1)) * 0x1p-53 * width + lo, top);
    }
}

GT_KERNEL(normal_F32, long long seed, long long offset, long long n, float mean, float std, float *y) {
    GT_EACH(drawn, (n + 3) / 4) {
        const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn));
        const gt_normal_pair_f32 low = gt_normal_f32(w.w0, w.w1), high = gt_normal_f32(w.w2, w.w3);
        const float z[4] = {low.z0, low.z1, high.z0, high.z1};
        GT_UNROLL
        for (int k = 0; k < 4; k++)
            if (4 * drawn + k < n) y[4 * drawn + k] = mean + std * z[k];
    }
}

GT_KERNEL(normal_F64, long long seed, long long offset, long long n, double mean, double std, double *y) {
    GT_EACH(drawn, (n + 1) / 2) {
        const gt_normal_pair_f64 pair = gt_normal_f64(gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn)));
        y[2 * drawn] = mean + std * pair.z0;
        if (2 * drawn + 1 < n) y[2 * drawn + 1] = mean + std * pair.z1;
    }
}

/* y = one, which are the bits of 1, where a draw is below the threshold, else 0. */
#define BERNOULLI_KERNEL(bits)                                                                                         \
    GT_KERNEL(bernoulli_##bits, long long seed, long long offset, long long n, unsigned threshold, long long one,      \
              uint##bits##_t *y) {                                                                                     \
        GT_EACH(drawn, (n + 3) / 4) {                                                                                  \
            const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn));                     \
            for (int k = 0; k < 4 && 4 * drawn + k < n; k++)                                                           \
                y[4 * drawn + k] = word_of(w, k) >> 8 < threshold ? (uint##bits##_t)one : 0;                           \
        }                                                                                                              \
    }
BERNOULLI_KERNEL(8)
BERNOULLI_KERNEL(16)
BERNOULLI_KERNEL(32)
BERNOULLI_KERNEL(64)

/* y = x * scale where a draw reaches the threshold, else 0. y may be x. */
#define DROPOUT_KERNEL(dtype, ...)                                                                                     \
    GT_KERNEL(dropout_##dtype, long long seed, long long offset, long long n, unsigned threshold, double scale,        \
              const gt_##dtype *x, gt_##dtype *y) {                                                                    \
        GT_EACH(drawn, (n + 3) / 4) {                                                                                  \
            const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn));                     \
            for (int k = 0; k < 4 && 4 * drawn + k < n; k++) {                                                         \
                const gt_##dtype scaled = x[4 * drawn + k] * (gt_##dtype)scale;                                        \
                y[4 * drawn + k] = word_of(w, k) >> 8 >= threshold ? scaled : 0;                                       \
            }                                                                                                          \
        }                                                                                                              \
    }
GT_EACH_FLOATS(DROPOUT_KERNEL, )

/* y = integers from lo on, range of them; 0: all. */
GT_KERNEL(randint, long long seed, long long offset, long long n, long long lo, long long range, gt_I64 *y) {
    GT_EACH(drawn, (n + 1) / 2) {
        const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + drawn));
        for (int k = 0; k < 2 && 2 * drawn + k < n; k++) {
            const uint32_t high = word_of(w, 2 * k), low = word_of(w, 2 * k + 1);
            const uint64_t any = (uint64_t)high << 32 | low;
            const uint64_t number = range == 0 ? any : gt_scale64(high, low, (uint64_t)range);
            y[2 * drawn + k] = (gt_I64)((uint64_t)lo + number);
        }
    }
}

/* ---- permutations: the order of random keys, by Batcher's bitonic network ---- */

/* keys [n] drawn, and behind them, up to `size`, what is larger than all; positions = 0, 1, ... */
GT_KERNEL(permutation_keys, long long seed, long long offset, long long n, long long size, unsigned long long *keys,
          gt_I64 *positions) {
    GT_EACH(i, size) {
        unsigned long long key = ~0ull;
        if (i < n) {
            const gt_philox_words w = gt_philox_block((uint64_t)seed, (uint64_t)(offset + i / 2));
            const int k = (int)(i % 2) * 2;
            key = (unsigned long long)word_of(w, k) << 32 | word_of(w, k + 1);
        }
        keys[i] = key;
        positions[i] = i;
    }
}

/* One step of the network on `size` elements, a power of two: partners are `step` apart, runs of `run` are made. Equal keys
   keep their order. */
GT_KERNEL(permutation_step, long long size, long long run, long long step, unsigned long long *keys,
          gt_I64 *positions) {
    GT_EACH(k, size / 2) {
        const long long low = k / step * 2 * step + k % step, high = low + step;
        const unsigned long long a = keys[low], b = keys[high];
        const gt_I64 p = positions[low], q = positions[high];
        const bool ascends = (low & run) == 0, inverted = a > b || (a == b && p > q);
        if (ascends == inverted) {
            keys[low] = b;
            keys[high] = a;
            positions[low] = q;
            positions[high] = p;
        }
    }
}

GT_KERNEL(permutation_take, long long n, const gt_I64 *positions, gt_I64 *y) {
    GT_EACH(i, n) y[i] = positions[i];
}
