/* What reading and writing by index share: the check of index values. */
#ifndef GT_INDEX_H
#define GT_INDEX_H

#include "../common/gatun.h"

/* First of n index values, `stride` apart, outside 0..size-1, or -1. The loop without an exit vectorises. */
static inline int64_t gt_index_first_bad(int64_t n, const int64_t *index, int64_t stride, int64_t size) {
    int bad = 0;
    if (stride == 1) {
        for (int64_t i = 0; i < n; i++) bad |= (uint64_t)index[i] >= (uint64_t)size;
    } else {
        for (int64_t i = 0; i < n; i++) bad |= (uint64_t)index[i * stride] >= (uint64_t)size;
    }
    if (!bad) return -1;
    int64_t i = 0;
    while ((uint64_t)index[i * stride] < (uint64_t)size) i++;
    return i;
}

/*
 * Checks every index that dims reach with stride row `operand`: GT_BAD_INDEX, and *bad = the smallest offset from
 * `index` of a value outside 0..size-1.
 */
int gt_index_check(const gt_dims *dims, int operand, const int64_t *index, int64_t size, int64_t *bad);

#endif
