/* The rows of a strided call: all its dimensions but the last, one after the other, with the offsets of its operands. */
#ifndef GT_ROWS_H
#define GT_ROWS_H

#include "../common/gatun.h"

typedef struct gt_rows {
    const gt_dims *dims;
    int operands;
    int64_t rank; /* of the dimensions that are walked: the first ones */
    int64_t position[GT_MAX_RANK];
    int64_t at[GT_MAX_OPERANDS]; /* offsets in elements */
} gt_rows;

/* Goes to row `row` of the first `rank` dimensions. */
static inline void gt_rows_seek(gt_rows *rows, const gt_dims *dims, int operands, int64_t rank, int64_t row) {
    rows->dims = dims;
    rows->operands = operands;
    rows->rank = rank;
    for (int k = 0; k < operands; k++) rows->at[k] = 0;
    for (int64_t d = rank - 1; d >= 0; d--) {
        rows->position[d] = d ? row % dims->size[d] : row;
        row /= dims->size[d];
        for (int k = 0; k < operands; k++) rows->at[k] += rows->position[d] * dims->stride[k][d];
    }
}

/* Goes to the next row; after the last one to the first. */
static inline void gt_rows_next(gt_rows *rows) {
    const gt_dims *dims = rows->dims;
    for (int64_t d = rows->rank - 1; d >= 0; d--) {
        for (int k = 0; k < rows->operands; k++) rows->at[k] += dims->stride[k][d];
        if (++rows->position[d] < dims->size[d]) return;
        for (int k = 0; k < rows->operands; k++) rows->at[k] -= dims->size[d] * dims->stride[k][d];
        rows->position[d] = 0;
    }
}

#endif
