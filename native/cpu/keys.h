/* Elements as keys, and items of these with their positions. */
#ifndef GT_KEYS_H
#define GT_KEYS_H

#include "../common/keys.h"

/* An element's key and its position. Rows have fewer than 2^32 elements. */
typedef uint64_t item_32; /* the key above, the position below */
typedef struct {
    uint64_t key, at;
} item_64;

/* The key of the i-th element. */
#define KEY_OF(dtype)                                                                                                  \
    static inline uint64_t key_##dtype(const void *x, int64_t i) { return gt_key_##dtype(((const gt_##dtype *)x)[i]); }
KEY_OF(F32)
KEY_OF(F64)
KEY_OF(I64)
KEY_OF(I32)
KEY_OF(U8)

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
