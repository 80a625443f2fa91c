/* What sorting knows of a dtype; bytes is 0 where it cannot be sorted. */
#ifndef GT_SORT_H
#define GT_SORT_H

#include "../common/gatun.h"

typedef struct gt_sort_kind {
    int64_t bytes, item; /* of an element, of an item */
    uint64_t all;        /* a key of ones */
    void (*load)(int64_t n, int64_t first, const void *x, uint64_t flip, void *items);
    void *(*sort)(void *x, void *spare, int64_t n);
    void *(*smallest)(void *x, void *spare, int64_t n, int64_t k);
    int64_t (*best)(const void *items, int64_t n, void *kept, int64_t have, int64_t k);
    void (*merge_part)(const void *a, int64_t na, const void *b, int64_t nb, int64_t from, int64_t to, void *out);
    void (*store)(int64_t n, const void *items, const void *x, void *values, int64_t *order);
} gt_sort_kind;

extern const gt_sort_kind gt_sort_kinds[GT_DTYPE_COUNT];

#endif
