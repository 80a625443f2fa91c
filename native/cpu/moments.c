/* Entries of the reductions whose accumulators are no elements: variance, and the logarithm of a sum of powers. */
#include <math.h>
#include <string.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "reduce_call.h"

/* Estimated time of an element; the powers of F64 are libm's. */
#define NANOS_MOMENTS 0.5
#define NANOS_POWERS_F32 1.5
#define NANOS_POWERS_F64 15

static void put_float(int64_t bytes, char *to, double x) {
    const float narrow = (float)x;
    memcpy(to, bytes == 4 ? (const void *)&narrow : (const void *)&x, (size_t)bytes);
}

/* What gt_variance and gt_log_sum_exp have in common: accumulators that are no elements. */
static int run_parts(int dtype, gt_reduce_call r, int64_t part, void (*join)(int64_t, const void *, void *),
                     void (*finish)(const gt_reduce_call *, int64_t, char *)) {
    r.part = part;
    r.strip = GT_REDUCE_WIDE_STRIP;
    gt_reduce_call_plan(&r, 0);
    r.loop = part == sizeof(gt_moments) ? GT_LOOPS(moments)->moments[dtype] : GT_LOOPS(moments)->powers[dtype];
    r.loop.join = join;
    r.finish = finish;
    gt_reduce_call_run(&r);
    return GT_OK;
}

static int check_float(int dtype, const gt_dims *dims, int64_t kept, const void *x, const void *y) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (dtype != GT_F32 && dtype != GT_F64) return GT_UNSUPPORTED;
    const int status = gt_reduce_call_check(dims, kept);
    if (status != GT_OK || gt_dims_count(dims, 0, kept) == 0) return status;
    return y && (x || gt_dims_count(dims, kept, dims->rank) == 0) ? GT_OK : GT_BAD_ARGUMENT;
}

/* ---- variance ---- */

static void join_moments(int64_t n, const void *x, void *y) {
    const gt_moments *from = x;
    gt_moments *to = y;
    for (int64_t i = 0; i < n; i++) {
        const gt_moments a = to[i], b = from[i];
        const double total = a.n + b.n, apart = b.mean - a.mean;
        to[i].n = total;
        to[i].mean = isfinite(apart) ? a.mean + apart * (b.n / total) : a.mean * (a.n / total) + b.mean * (b.n / total);
        to[i].squares = a.squares + b.squares + apart * apart * (a.n * (b.n / total));
    }
}

static void finish_variance(const gt_reduce_call *r, int64_t n, char *parts) {
    gt_moments all[GT_REDUCE_WIDE_STRIP];
    memcpy(all, parts, (size_t)n * sizeof *all);
    for (int64_t i = 0; i < n; i++) {
        const double count = all[i].n, free = count > r->correction ? count - r->correction : 0;
        const double var = count > 0 ? all[i].squares / free : NAN;
        put_float(r->out, parts + i * r->out, r->root ? sqrt(var) : var);
        put_float(r->out, parts + GT_REDUCE_SECOND + i * r->out, count > 0 ? all[i].mean : NAN);
    }
}

GT_API int gt_variance(int dtype, const gt_dims *dims, int64_t kept, double correction, int root, const void *x,
                       void *var, void *mean) {
    const int status = check_float(dtype, dims, kept, x, var);
    if (status != GT_OK || gt_dims_count(dims, 0, kept) == 0) return status;
    gt_reduce_call r = gt_reduce_call_start(dtype, dims, kept, x, var);
    r.second = mean;
    r.correction = correction;
    r.root = root;
    r.nanos = NANOS_MOMENTS;
    return run_parts(dtype, r, sizeof(gt_moments), join_moments, finish_variance);
}

/* ---- the logarithm of a sum of powers ---- */

static void join_powers(int64_t n, const void *x, void *y) {
    const gt_powers *from = x;
    gt_powers *to = y;
    for (int64_t i = 0; i < n; i++) {
        const gt_powers a = to[i], b = from[i];
        if (b.largest > a.largest || b.largest != b.largest) to[i].largest = b.largest;
        const double largest = to[i].largest;
        to[i].sum = isfinite(largest) ? a.sum * exp(a.largest - largest) + b.sum * exp(b.largest - largest) : 0;
    }
}

static void finish_powers(const gt_reduce_call *r, int64_t n, char *parts) {
    gt_powers all[GT_REDUCE_WIDE_STRIP];
    memcpy(all, parts, (size_t)n * sizeof *all);
    for (int64_t i = 0; i < n; i++)
        put_float(r->out, parts + i * r->out,
                  isfinite(all[i].largest) ? all[i].largest + log(all[i].sum) : all[i].largest);
}

GT_API int gt_log_sum_exp(int dtype, const gt_dims *dims, int64_t kept, const void *x, void *y) {
    const int status = check_float(dtype, dims, kept, x, y);
    if (status != GT_OK || gt_dims_count(dims, 0, kept) == 0) return status;
    gt_reduce_call r = gt_reduce_call_start(dtype, dims, kept, x, y);
    r.nanos = dtype == GT_F32 ? NANOS_POWERS_F32 : NANOS_POWERS_F64;
    return run_parts(dtype, r, sizeof(gt_powers), join_powers, finish_powers);
}
