/* Numbers as unsigned keys of the same order: NaN is the largest, zeros of both signs are equal. */
#ifndef GT_COMMON_KEYS_H
#define GT_COMMON_KEYS_H

#include "dtype.h"

GT_SHARED uint32_t gt_key_F32(float x) {
    const uint32_t bits = gt_f32_bits(x);
    const uint32_t key = x == 0 ? 0x80000000u : bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
    return x != x ? 0xffffffffu : key;
}

GT_SHARED uint64_t gt_key_F64(double x) {
    const uint64_t bits = gt_f64_bits(x), top = (uint64_t)1 << 63;
    const uint64_t key = x == 0 ? top : bits ^ (bits >> 63 ? ~(uint64_t)0 : top);
    return x != x ? ~(uint64_t)0 : key;
}

GT_SHARED uint64_t gt_key_I64(int64_t x) { return (uint64_t)x ^ (uint64_t)1 << 63; }

GT_SHARED uint32_t gt_key_I32(int32_t x) { return (uint32_t)x ^ 0x80000000u; }

GT_SHARED uint32_t gt_key_U8(uint8_t x) { return x; }

#endif
