/*
 * Cross entropy and negative log likelihood. Targets are checked before anything else is read or written. The loss is
 * added up in double, by parts of rows whose size depends on the number of rows alone.
 */
#include <math.h>
#include <stddef.h>

#include "../common/dtype.h"
#include "elementwise.h"
#include "norm.h"
#include "threads.h"

/* Parts of the loss's sum: enough for even ends, few enough for the caller's stack. */
#define PARTS 64
/* Rows whose shifts and totals are on the stack at a time. */
#define GROUP 64
/* Elements of a gradient that one job writes, and the estimated times of an element and of a row. */
#define JOB_ELEMENTS 16384
#define SOFTMAX_NANOS_F32 1.5
#define SOFTMAX_NANOS_F64 15
#define COPY_NANOS 0.25
#define ROW_NANOS 4

static double load(int dtype, const void *x, int64_t i) {
    return dtype == GT_F32 ? (double)((const float *)x)[i] : ((const double *)x)[i];
}

static void store(int dtype, void *x, int64_t i, double value) {
    if (dtype == GT_F32) {
        ((float *)x)[i] = (float)value;
    } else {
        ((double *)x)[i] = value;
    }
}

/* Codes and sizes, which every entry has. */
static int check(int dtype, int reduction, int64_t rows, int64_t n) {
    if (!gt_dtype_known(dtype) || reduction < GT_REDUCTION_none || reduction > GT_REDUCTION_sum) return GT_BAD_CODE;
    if (dtype != GT_F32 && dtype != GT_F64) return GT_UNSUPPORTED;
    return rows < 0 || n < 0 ? GT_BAD_ARGUMENT : GT_OK;
}

/* Rows that count; or -1, and *bad_row is the first whose target is neither a class nor ignored. */
static int64_t count_targets(int64_t rows, int64_t n, const int64_t *target, int64_t ignore_index, int64_t *bad_row) {
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (target[i] == ignore_index) continue;
        if (target[i] < 0 || target[i] >= n) {
            *bad_row = i;
            return -1;
        }
        count++;
    }
    return count;
}

/* ---- forward ---- */

typedef struct loss_job {
    int dtype, reduction;
    int64_t rows, n, each;
    const char *x;
    const int64_t *target;
    int64_t ignore_index;
    char *prob; /* null where x holds log probabilities already */
    void *loss;
    double part[PARTS];
} loss_job;

/* Rows first..first+count-1, at most GROUP; returns the sum of their losses. */
static double loss_group(const loss_job *job, int64_t first, int64_t count) {
    const int64_t offset = first * job->n * gt_dtype_bytes(job->dtype);
    double shift[GROUP], log_total[GROUP], sum = 0; /* of the dtype */
    if (job->prob)
        GT_LOOPS(norm)->loop[job->dtype].rows(0, count, job->n, job->x + offset, job->prob + offset, shift, log_total);
    for (int64_t i = 0; i < count; i++) {
        const int64_t class = job->target[first + i];
        double loss = 0;
        if (class != job->ignore_index) {
            loss = -load(job->dtype, job->x + offset, i * job->n + class);
            if (job->prob) loss = load(job->dtype, shift, i) + loss + load(job->dtype, log_total, i);
        }
        if (job->reduction == GT_REDUCTION_none) store(job->dtype, job->loss, first + i, loss);
        sum += loss;
    }
    return sum;
}

static void loss_part(void *arg, int64_t index) {
    loss_job *job = arg;
    const int64_t end = (index + 1) * job->each < job->rows ? (index + 1) * job->each : job->rows;
    double sum = 0;
    for (int64_t first = index * job->each; first < end; first += GROUP)
        sum += loss_group(job, first, end - first < GROUP ? end - first : GROUP);
    job->part[index] = sum;
}

static int forward(loss_job *job, double *total_weight, int64_t *bad_row, double row_nanos) {
    int status = check(job->dtype, job->reduction, job->rows, job->n);
    if (status != GT_OK) return status;
    const int empty = job->rows == 0;
    if (!total_weight || !bad_row || (!job->loss && !(empty && job->reduction == GT_REDUCTION_none)))
        return GT_BAD_ARGUMENT;
    if (!empty && (!job->target || (!job->x && job->n > 0))) return GT_BAD_ARGUMENT;
    const int64_t count = count_targets(job->rows, job->n, job->target, job->ignore_index, bad_row);
    if (count < 0) return GT_BAD_INDEX;
    *total_weight = (double)count;
    job->each = ((job->rows + PARTS - 1) / PARTS + GROUP - 1) / GROUP * GROUP;
    const int64_t parts = empty || job->n == 0 ? 0 : (job->rows + job->each - 1) / job->each;
    gt_parallel(parts, row_nanos * (double)job->each, loss_part, job);
    if (job->reduction == GT_REDUCTION_none) {
        for (int64_t i = 0; i < job->rows && job->n == 0; i++) store(job->dtype, job->loss, i, 0); /* all ignored */
        return GT_OK;
    }
    double sum = 0;
    for (int64_t i = 0; i < parts; i++) sum += job->part[i];
    store(job->dtype, job->loss, 0, job->reduction == GT_REDUCTION_mean ? sum / (double)count : sum);
    return GT_OK;
}

GT_API int gt_cross_entropy(int dtype, int reduction, int64_t rows, int64_t n, const void *logits,
                            const int64_t *target, int64_t ignore_index, void *loss, void *prob, double *total_weight, int64_t *bad_row) {
    if (!prob && rows > 0 && n > 0) return GT_BAD_ARGUMENT;
    loss_job job = {.dtype = dtype, .reduction = reduction, .rows = rows, .n = n, .x = logits, .target = target,
                    .ignore_index = ignore_index, .prob = prob, .loss = loss};
    return forward(&job, total_weight, bad_row,
                   ROW_NANOS * 2 + (double)n * (dtype == GT_F32 ? SOFTMAX_NANOS_F32 : SOFTMAX_NANOS_F64));
}

GT_API int gt_nll_loss(int dtype, int reduction, int64_t rows, int64_t n, const void *log_prob, const int64_t *target,
                       int64_t ignore_index, void *loss, double *total_weight, int64_t *bad_row) {
    loss_job job = {.dtype = dtype, .reduction = reduction, .rows = rows, .n = n, .x = log_prob, .target = target,
                    .ignore_index = ignore_index, .loss = loss};
    return forward(&job, total_weight, bad_row, ROW_NANOS);
}

/* ---- backward ---- */

typedef struct grad_job {
    int dtype, reduction;
    int64_t rows, n, each;
    const int64_t *target;
    int64_t ignore_index;
    const void *dloss;
    double weight; /* total, where the loss is a mean */
    const char *prob;
    char *dx;
} grad_job;

/* dx = prob * g, less g at the target; g is dloss's share of the row. Without prob: 0, less g at the target. */
static void grad_rows(void *arg, int64_t index) {
    const grad_job *job = arg;
    const int64_t bytes = gt_dtype_bytes(job->dtype), row_bytes = job->n * bytes, first = index * job->each;
    const int64_t end = first + job->each < job->rows ? first + job->each : job->rows;
    const int none = job->reduction == GT_REDUCTION_none;
    const gt_binary_loop multiply = GT_LOOPS(elementwise)->binary[GT_BINARY_mul][job->dtype];
    double g = none ? 0 : load(job->dtype, job->dloss, 0), factor; /* factor: g of the dtype */
    if (job->reduction == GT_REDUCTION_mean) g /= job->weight;
    store(job->dtype, &factor, 0, g);
    char *dx = job->dx + first * row_bytes;
    if (!job->prob) {
        memset(dx, 0, (size_t)((end - first) * row_bytes));
    } else if (!none) {
        multiply(GT_SCALAR_y, (end - first) * job->n, job->prob + first * row_bytes, &factor, dx);
    }
    for (int64_t i = first; i < end; i++, dx += row_bytes) {
        if (none) {
            g = load(job->dtype, job->dloss, i);
            store(job->dtype, &factor, 0, g);
            if (job->prob) multiply(GT_SCALAR_y, job->n, job->prob + i * row_bytes, &factor, dx);
        }
        const int64_t class = job->target[i];
        if (class == job->ignore_index) {
            memset(dx, 0, (size_t)row_bytes);
        } else {
            store(job->dtype, dx, class, load(job->dtype, dx, class) - load(job->dtype, &factor, 0));
        }
    }
}

static int backward(grad_job *job, const double *total_weight) {
    int status = check(job->dtype, job->reduction, job->rows, job->n);
    if (status != GT_OK) return status;
    if (job->rows == 0 || job->n == 0) return GT_OK;
    if (!job->target || !job->dloss || !job->dx || !total_weight) return GT_BAD_ARGUMENT;
    int64_t bad_row;
    if (count_targets(job->rows, job->n, job->target, job->ignore_index, &bad_row) < 0) return GT_BAD_INDEX;
    job->weight = *total_weight;
    job->each = JOB_ELEMENTS / job->n + 1;
    gt_parallel((job->rows + job->each - 1) / job->each,
                (ROW_NANOS + COPY_NANOS * (double)job->n) * (double)job->each, grad_rows, job);
    return GT_OK;
}

GT_API int gt_cross_entropy_grad(int dtype, int reduction, int64_t rows, int64_t n, const void *prob,
                                 const int64_t *target, int64_t ignore_index, const void *dloss,
                                 const double *total_weight, void *dlogits) {
    if (!prob && rows > 0 && n > 0) return GT_BAD_ARGUMENT;
    grad_job job = {.dtype = dtype, .reduction = reduction, .rows = rows, .n = n, .target = target,
                    .ignore_index = ignore_index, .dloss = dloss, .prob = prob, .dx = dlogits};
    return backward(&job, total_weight);
}

GT_API int gt_nll_loss_grad(int dtype, int reduction, int64_t rows, int64_t n, const int64_t *target,
                            int64_t ignore_index, const void *dloss, const double *total_weight, void *dlog_prob) {
    grad_job job = {.dtype = dtype, .reduction = reduction, .rows = rows, .n = n, .target = target,
                    .ignore_index = ignore_index, .dloss = dloss, .dx = dlog_prob};
    return backward(&job, total_weight);
}
