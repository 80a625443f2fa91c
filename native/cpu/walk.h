/*
 * The way from strided operands to flat loops: a walk cuts the elements of a call into chunks for the threads, each
 * chunk into rows along the innermost dimension, and calls `flat` for contiguous pieces. An operand that is not
 * contiguous there is copied through a tile in L1, so no loop is written twice.
 */
#ifndef GT_WALK_H
#define GT_WALK_H

#include "../common/gatun.h"

typedef struct gt_walk gt_walk;

struct gt_walk {
    /* Runs the loop over n contiguous elements of each operand; `scalar` is the operand that is one element, or -1. */
    void (*flat)(const gt_walk *walk, int64_t n, int scalar, char *const at[]);
    int operands;                 /* the last one is the output */
    int scalars;                  /* bit k: the loop takes operand k as a single element (one at a time) */
    double nanos;                 /* estimated time of an element */
    int64_t bytes[GT_MAX_OPERANDS]; /* of an element */
    char *at[GT_MAX_OPERANDS];    /* first element */
};

/* Runs a walk over dims; nothing may overlap the output except an input that is the same array. */
int gt_walk_run(const gt_walk *walk, const gt_dims *dims);
/* The same for n contiguous elements; `scalar` as in flat. */
int gt_walk_flat(const gt_walk *walk, int64_t n, int scalar);

#endif
