/*
 * Pools: a thread for each output, or for each element of a gradient, which adds up in order, so that it has the same bits
 * on each run. The places that a maximum's gradient goes to are looked up plane by plane.
 */
#include "device.cuh"

#include "../common/spans.h"

GT_INLINE long long plane_of(const int64_t size[3]) { return size[0] * size[1] * size[2]; }

/* Where an element is in its plane. */
struct spot {
    long long plane, at[3];
};

GT_INLINE spot spot_of(const int64_t size[3], long long i) {
    const long long row = i / size[2], layer = row / size[1];
    const spot spot = {layer / size[0], {layer % size[0], row % size[1], i % size[2]}};
    return spot;
}

template <class T> GT_INLINE void max_pool(const gt_pool_args &a, const T *x, T *y, gt_I64 *index) {
    const gt_window &w = a.window;
    GT_EACH(i, a.planes * plane_of(w.y)) {
        const spot o = spot_of(w.y, i);
        const gt_span s0 = gt_span_of(&a, 0, o.at[0]), s1 = gt_span_of(&a, 1, o.at[1]), s2 = gt_span_of(&a, 2, o.at[2]);
        const T *plane = x + o.plane * plane_of(w.x);
        long long best = (s0.first * w.x[1] + s1.first) * w.x[2] + s2.first;
        T most = (T)-INFINITY;
        for (long long i0 = s0.first; i0 < s0.end; i0 += s0.step)
            for (long long i1 = s1.first; i1 < s1.end; i1 += s1.step)
                for (long long i2 = s2.first; i2 < s2.end; i2 += s2.step) {
                    const long long at = (i0 * w.x[1] + i1) * w.x[2] + i2;
                    const T value = plane[at];
                    if (value > most || value != value) {
                        best = at;
                        most = value;
                    }
                }
        y[i] = most;
        index[i] = best;
    }
}

template <class T> GT_INLINE void average_pool(const gt_pool_args &a, const T *x, T *y) {
    const gt_window &w = a.window;
    GT_EACH(i, a.planes * plane_of(w.y)) {
        const spot o = spot_of(w.y, i);
        const gt_span s0 = gt_span_of(&a, 0, o.at[0]), s1 = gt_span_of(&a, 1, o.at[1]), s2 = gt_span_of(&a, 2, o.at[2]);
        const T *plane = x + o.plane * plane_of(w.x);
        double sum = 0;
        for (long long i0 = s0.first; i0 < s0.end; i0 += s0.step)
            for (long long i1 = s1.first; i1 < s1.end; i1 += s1.step)
                for (long long i2 = s2.first; i2 < s2.end; i2 += s2.step)
                    sum += (double)plane[(i0 * w.x[1] + i1) * w.x[2] + i2];
        y[i] = (T)(sum / gt_divisor_of(&a, s0, s1, s2));
    }
}

/* Outputs whose windows may hold element i of a dimension: first..end-1. */
struct outputs {
    long long first, end;
};

GT_INLINE outputs outputs_of(const gt_pool_args &a, int d, long long i) {
    const gt_window &w = a.window;
    if (a.adaptive) return {i * w.y[d] / w.x[d], ((i + 1) * w.y[d] + w.x[d] - 1) / w.x[d]};
    const long long reach = i + w.padding[d], first = reach - (w.kernel[d] - 1) * w.dilation[d];
    const long long end = reach / w.stride[d] + 1;
    return {first <= 0 ? 0 : (first + w.stride[d] - 1) / w.stride[d], end < w.y[d] ? end : w.y[d]};
}

GT_INLINE bool holds(gt_span s, long long i) { return i >= s.first && i < s.end && (i - s.first) % s.step == 0; }

template <class T> GT_INLINE void average_pool_grad(const gt_pool_args &a, const T *dy, T *dx) {
    const gt_window &w = a.window;
    GT_EACH(i, a.planes * plane_of(w.x)) {
        const spot e = spot_of(w.x, i);
        const outputs o0 = outputs_of(a, 0, e.at[0]), o1 = outputs_of(a, 1, e.at[1]), o2 = outputs_of(a, 2, e.at[2]);
        const T *plane = dy + e.plane * plane_of(w.y);
        double sum = 0;
        for (long long k0 = o0.first; k0 < o0.end; k0++) {
            const gt_span s0 = gt_span_of(&a, 0, k0);
            for (long long k1 = o1.first; holds(s0, e.at[0]) && k1 < o1.end; k1++) {
                const gt_span s1 = gt_span_of(&a, 1, k1);
                for (long long k2 = o2.first; holds(s1, e.at[1]) && k2 < o2.end; k2++) {
                    const gt_span s2 = gt_span_of(&a, 2, k2);
                    if (holds(s2, e.at[2]))
                        sum += (double)plane[(k0 * w.y[1] + k1) * w.y[2] + k2] / gt_divisor_of(&a, s0, s1, s2);
                }
            }
        }
        dx[i] = (T)sum;
    }
}

/* dx [planes, x_plane] = sum of dy [planes, y_plane] at index. */
template <class T>
GT_INLINE void max_pool_grad(long long planes, long long x_plane, long long y_plane, const T *dy, const gt_I64 *index,
                             T *dx, gt_bad_index *bad) {
    for (long long p = blockIdx.x; p < planes; p += gridDim.x) {
        for (long long i = threadIdx.x; i < x_plane; i += GT_BLOCK) dx[p * x_plane + i] = 0;
        __syncthreads();
        /* Each thread takes its share of the places, in the order of the outputs. */
        const long long each = (x_plane + GT_BLOCK - 1) / GT_BLOCK, low = threadIdx.x * each;
        for (long long k = 0; k < y_plane; k++) {
            const long long place = index[p * y_plane + k];
            if (place < 0 || place >= x_plane) {
                if (threadIdx.x == 0) gt_note_bad(bad, p * y_plane + k, place);
            } else if (place >= low && place < low + each) {
                dx[p * x_plane + place] += dy[p * y_plane + k];
            }
        }
        __syncthreads();
    }
}

#define POOL_KERNELS(dtype, ...)                                                                                       \
    GT_KERNEL(max_pool_##dtype, gt_pool_args args, const gt_##dtype *x, gt_##dtype *y, gt_I64 *index) {                \
        max_pool(args, x, y, index);                                                                                   \
    }                                                                                                                  \
    GT_KERNEL(average_pool_##dtype, gt_pool_args args, const gt_##dtype *x, gt_##dtype *y) {                           \
        average_pool(args, x, y);                                                                                      \
    }                                                                                                                  \
    GT_KERNEL(average_pool_grad_##dtype, gt_pool_args args, const gt_##dtype *dy, gt_##dtype *dx) {                    \
        average_pool_grad(args, dy, dx);                                                                               \
    }                                                                                                                  \
    GT_KERNEL(max_pool_grad_##dtype, long long planes, long long x_plane, long long y_plane, const gt_##dtype *dy,     \
              const gt_I64 *index, gt_##dtype *dx, gt_bad_index *bad) {                                                \
        max_pool_grad(planes, x_plane, y_plane, dy, index, dx, bad);                                                   \
    }                                                                                                                  \
    /* y [planes, y_plane] = x [planes, x_plane] at index */                                                           \
    GT_KERNEL(max_pool_gather_##dtype, long long planes, long long x_plane, long long y_plane, const gt_##dtype *x,    \
              const gt_I64 *index, gt_##dtype *y, gt_bad_index *bad) {                                                 \
        GT_EACH(i, planes * y_plane) {                                                                                 \
            const long long place = index[i];                                                                          \
            if (place >= 0 && place < x_plane) {                                                                       \
                y[i] = x[i / y_plane * x_plane + place];                                                               \
            } else {                                                                                                   \
                gt_note_bad(bad, i, place);                                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }
GT_EACH_FLOATS(POOL_KERNELS, )
