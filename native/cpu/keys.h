/* Elements as unsigned keys of the same order: NaN is the largest, zeros of both signs are equal. */
#ifndef GT_KEYS_H
#define GT_KEYS_H

#include "../common/dtype.h"

/* An element's key and its position. Rows have fewer than 2^32 elements. */
typedef uint64_t item_32; /* the key above, the position below */
typedef struct {
    uint64_t key, at;
} item_64;

static inline uint64_t key_F32(const void *x, int64_t i) {
    const float v = ((const float *)x)[i];
    const uint32_t bits = gt_f32_bits(v);
    const uint32_t key = v == 0 ? 0x80000000u : bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
    return v != v ? 0xffffffffu : key;
}

static inline uint64_t key_F64(const void *x, int64_t i) {
    const double v = ((const double *)x)[i];
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    const uint64_t top = (uint64_t)1 << 63, key = v == 0 ? top : bits ^ (bits >> 63 ? ~(uint64_t)0 : top);
    return v != v ? ~(uint64_t)0 : key;
}

static inline uint64_t key_I64(const void *x, int64_t i) {
    return (uint64_t)((const int64_t *)x)[i] ^ (uint64_t)1 << 63;
}

static inline uint64_t key_I32(const void *x, int64_t i) {
    return (uint32_t)((const int32_t *)x)[i] ^ 0x80000000u;
}

static inline uint64_t key_U8(const void *x, int64_t i) { return ((const uint8_t *)x)[i]; }

/* The keys' bits. */
#define KEY_BITS_F32 32
#define KEY_BITS_F64 64
#define KEY_BITS_I64 64
#define KEY_BITS_I32 32
#define KEY_BITS_U8 8

#define KEY_32(item) ((item) >> 32)
#define AT_32(item) ((item) & 0xffffffffu)
#define KEY_64(item) ((item).key)
#define AT_64(item) ((item).at)
#define ITEM_32(key, at) ((uint64_t)(key) << 32 | (uint64_t)(at))
#define ITEM_64(key, at) ((item_64){(key), (uint64_t)(at)})

#endif
