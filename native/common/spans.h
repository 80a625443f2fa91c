/* What of x a window of a pool looks at, cut to what lies inside. */
#ifndef GT_SPANS_H
#define GT_SPANS_H

#include "gatun.h"

/* Elements first, first + step, ... below end of one dimension; padded: how many, counting those in the padding. */
typedef struct gt_span {
    int64_t first, end, step, padded;
} gt_span;

GT_INLINE gt_span gt_span_of(const gt_pool_args *a, int d, int64_t o) {
    const gt_window *w = &a->window;
    if (a->adaptive) {
        const int64_t first = o * w->x[d] / w->y[d], end = ((o + 1) * w->x[d] + w->y[d] - 1) / w->y[d];
        const gt_span span = {first, end, 1, end - first};
        return span;
    }
    const int64_t step = w->dilation[d], start = o * w->stride[d] - w->padding[d];
    const int64_t reach = start + (w->kernel[d] - 1) * step + 1, most = w->x[d] + w->padding[d];
    const int64_t first = start < 0 ? start + (step - 1 - start) / step * step : start;
    const gt_span span = {first, reach < w->x[d] ? reach : w->x[d], step, (reach < most ? reach : most) - start};
    return span;
}

/* What the elements of an average are divided by. */
GT_INLINE double gt_divisor_of(const gt_pool_args *a, gt_span s0, gt_span s1, gt_span s2) {
    if (a->divisor) return (double)a->divisor;
    if (a->count_padding) return (double)(s0.padded * s1.padded * s2.padded);
    return (double)((s0.end - s0.first) * (s1.end - s1.first) * (s2.end - s2.first));
}

#endif
