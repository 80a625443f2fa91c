/* Functions of integers for the .def tables. Nothing traps: what overflows wraps, a division by zero gives 0. */
#ifndef GT_INTEGERS_H
#define GT_INTEGERS_H

#include "portable.h"

/* U8 is never below zero, which what is written for all integers asks, here and in the rows. */
#pragma GCC diagnostic ignored "-Wtype-limits"

GT_INLINE int64_t gt_abs_i64(int64_t x) { return (int64_t)(x < 0 ? 0 - (uint64_t)x : (uint64_t)x); }
GT_INLINE int32_t gt_abs_i32(int32_t x) { return (int32_t)(x < 0 ? 0 - (uint32_t)x : (uint32_t)x); }
GT_INLINE uint8_t gt_abs_u8(uint8_t x) { return x; }

/* Whole numbers are their own floor, ceiling, ... */
GT_INLINE int64_t gt_same_i64(int64_t x) { return x; }
GT_INLINE int32_t gt_same_i32(int32_t x) { return x; }
GT_INLINE uint8_t gt_same_u8(uint8_t x) { return x; }

/* x^y by squaring, modulo 2^64. */
GT_INLINE uint64_t gt_pow_u64(uint64_t x, uint64_t y) {
    uint64_t power = 1;
    for (; y; y >>= 1, x *= x) power *= y & 1 ? x : 1;
    return power;
}

/* A negative exponent gives the fraction cut to an integer: 0, but for 1 and -1 (and 0 for a base of 0). */
GT_INLINE int64_t gt_pow_i64(int64_t x, int64_t y) {
    if (y >= 0) return (int64_t)gt_pow_u64((uint64_t)x, (uint64_t)y);
    return x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0;
}

GT_INLINE int32_t gt_pow_i32(int32_t x, int32_t y) { return (int32_t)(uint32_t)(uint64_t)gt_pow_i64(x, y); }
GT_INLINE uint8_t gt_pow_u8(uint8_t x, uint8_t y) { return (uint8_t)gt_pow_u64(x, y); }

/*
 * Quotients cut toward zero and toward minus infinity, and the remainders that belong to them, which have the sign of x
 * and of y. -1 is apart, since the lowest number divided by it overflows, which traps.
 */
#define GT_QUOTIENTS(type, name)                                                                                       \
    GT_INLINE type gt_div_trunc_##name(type x, type y) {                                                           \
        return y == 0 ? 0 : (int64_t)y == -1 ? (type)(0 - (uint64_t)x) : (type)(x / y);                                \
    }                                                                                                                  \
    GT_INLINE type gt_fmod_##name(type x, type y) { return y == 0 || (int64_t)y == -1 ? 0 : (type)(x % y); }       \
    GT_INLINE type gt_remainder_##name(type x, type y) {                                                           \
        const type rest = gt_fmod_##name(x, y);                                                                        \
        return rest != 0 && (rest < 0) != (y < 0) ? (type)(rest + y) : rest;                                           \
    }                                                                                                                  \
    GT_INLINE type gt_div_floor_##name(type x, type y) {                                                           \
        const type rest = gt_fmod_##name(x, y);                                                                        \
        return (type)(gt_div_trunc_##name(x, y) - (rest != 0 && (rest < 0) != (y < 0)));                               \
    }
GT_QUOTIENTS(int64_t, i64)
GT_QUOTIENTS(int32_t, i32)
GT_QUOTIENTS(uint8_t, u8)

/* A distance outside of 0..bits-1 shifts everything out: 0, or -1 for a negative number to the right. */
#define GT_SHIFTS(type, name)                                                                                          \
    GT_INLINE type gt_shift_left_##name(type x, type y) {                                                          \
        const int out = y < 0 || (uint64_t)y >= 8 * sizeof(type);                                                      \
        return out ? 0 : (type)((uint64_t)x << y);                                                                     \
    }                                                                                                                  \
    GT_INLINE type gt_shift_right_##name(type x, type y) {                                                         \
        const int out = y < 0 || (uint64_t)y >= 8 * sizeof(type);                                                      \
        return (type)(out ? (x < 0 ? -1 : 0) : x >> y);                                                                \
    }
GT_SHIFTS(int64_t, i64)
GT_SHIFTS(int32_t, i32)
GT_SHIFTS(uint8_t, u8)

#endif
