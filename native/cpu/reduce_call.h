/* How a reduction of any dimensions runs, whatever its accumulators are; see reduce.c. */
#ifndef GT_REDUCE_CALL_H
#define GT_REDUCE_CALL_H

#include "reduce.h"

/* Bytes from a strip's first finished results to its second ones. */
#define GT_REDUCE_SECOND (GT_REDUCE_STRIP * 4)

enum gt_reduce_layout { ROWS, COLUMNS, GATHERED };

typedef struct gt_reduce_call gt_reduce_call;

struct gt_reduce_call {
    gt_reduce_loop loop;
    /* Accumulators [n] become results [n] and, where there are second ones, these GT_REDUCE_SECOND bytes on; null:
       loop.finish. */
    void (*finish)(const gt_reduce_call *r, int64_t n, char *parts);
    double nanos; /* estimated, of an element */
    enum gt_reduce_layout layout;
    gt_dims dims;    /* kept dimensions, then the reduced ones */
    int64_t kept;    /* of dims; without the one that strips cut, where columns are reduced */
    int64_t bytes;   /* of an element */
    int64_t part;    /* bytes of an accumulator */
    int64_t out;     /* bytes of a result */
    int64_t strip;   /* most outputs side by side */
    int64_t count;   /* elements that make one output */
    int64_t width;   /* outputs side by side that strips cut: the columns, else 1 */
    int64_t strips;  /* in width */
    int64_t blocks;  /* in count; at least 1 */
    const char *x;
    char *y, *second; /* the second results, of y's strides, or null */
    double correction; /* of a variance */
    int root;          /* its root */
};

/* GT_OK or GT_BAD_ARGUMENT. kept is below GT_MAX_RANK, since gt_reduce_call_plan may add a dimension of one element. */
int gt_reduce_call_check(const gt_dims *dims, int64_t kept);
/* A call whose accumulators and results are elements. */
gt_reduce_call gt_reduce_call_start(int dtype, const gt_dims *dims, int64_t kept, const void *x, void *y);
/* Brings a call into the form that gt_reduce_call_run takes; keep_order: the reduced elements stay in row-major order. */
void gt_reduce_call_plan(gt_reduce_call *r, int keep_order);
void gt_reduce_call_run(const gt_reduce_call *r);
/* Copies n elements, from the first-th of the reduced dimensions on, to one row; x is the first of them all. */
void gt_reduce_call_gather(const gt_reduce_call *r, const char *x, int64_t first, int64_t n, char *row);

#endif
