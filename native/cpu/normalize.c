/* Batch normalisation: blocks of channels are shared out, and each is read while it is in the cache. */
#include "normalize.h"

#include <math.h>
#include <stddef.h>

#include "../common/dtype.h"
#include "threads.h"

#define LANES GT_NORMALIZE_LANES
/* Estimated time of an element in all passes of a forward or backward. */
#define ELEMENT_NS 1.0

typedef struct normalize_job {
    const gt_normalize_loop *loop;
    int dtype, training;
    int64_t n, channels, inner, bytes, each; /* each: channels of one job */
    double momentum, eps;
    const char *x, *weight, *bias, *dy;
    char *running_mean, *running_var, *mean, *invstd, *to, *dweight, *dbias;
} normalize_job;

static double load(const normalize_job *job, const char *x, int64_t i, double missing) {
    if (!x) return missing;
    return job->dtype == GT_F32 ? (double)((const float *)(const void *)x)[i] : ((const double *)(const void *)x)[i];
}

static void store(const normalize_job *job, char *x, int64_t i, double value) {
    if (job->dtype == GT_F32) {
        ((float *)(void *)x)[i] = (float)value;
    } else {
        ((double *)(void *)x)[i] = value;
    }
}

static gt_normalize_block block_of(const normalize_job *job, int64_t channel) {
    const int64_t left = job->channels - channel;
    return (gt_normalize_block){job->n, job->channels * job->inner, job->inner, left < job->each ? left : job->each};
}

static void forward(void *arg, int64_t index) {
    const normalize_job *job = arg;
    const int64_t channel = index * job->each, at = channel * job->inner * job->bytes;
    const gt_normalize_block block = block_of(job, channel);
    const double count = (double)(job->n * job->inner);
    double mean[LANES], square[LANES], scale[LANES], shift[LANES];
    if (job->training) job->loop->moments(&block, job->x + at, mean, square);
    for (int64_t l = 0; l < block.lanes; l++) {
        const int64_t c = channel + l;
        double var;
        if (!job->training) {
            mean[l] = load(job, job->running_mean, c, 0);
            var = load(job, job->running_var, c, 1);
        } else {
            var = square[l] / count;
            if (job->running_mean) {
                const double before = load(job, job->running_mean, c, 0);
                store(job, job->running_mean, c, (1 - job->momentum) * before + job->momentum * mean[l]);
            }
            if (job->running_var) {
                const double before = load(job, job->running_var, c, 0), unbiased = square[l] / (count - 1);
                store(job, job->running_var, c, (1 - job->momentum) * before + job->momentum * unbiased);
            }
        }
        const double invstd = 1 / sqrt(var + job->eps);
        store(job, job->mean, c, mean[l]);
        store(job, job->invstd, c, invstd);
        /* As backward will see it. */
        mean[l] = load(job, job->mean, c, 0);
        scale[l] = invstd * load(job, job->weight, c, 1);
        shift[l] = load(job, job->bias, c, 0);
    }
    job->loop->apply(&block, job->x + at, mean, scale, shift, job->to + at);
}

static void backward(void *arg, int64_t index) {
    const normalize_job *job = arg;
    const int64_t channel = index * job->each, at = channel * job->inner * job->bytes;
    const gt_normalize_block block = block_of(job, channel);
    const double count = (double)(job->n * job->inner);
    double mean[LANES], sum[LANES], product[LANES], scale[LANES], slope[LANES], shift[LANES];
    for (int64_t l = 0; l < block.lanes; l++) mean[l] = load(job, job->mean, channel + l, 0);
    job->loop->grad_sums(&block, job->x + at, job->dy + at, mean, sum, product);
    for (int64_t l = 0; l < block.lanes; l++) {
        const int64_t c = channel + l;
        const double invstd = load(job, job->invstd, c, 1);
        scale[l] = invstd * load(job, job->weight, c, 1);
        slope[l] = -scale[l] * invstd * invstd * product[l] / count;
        shift[l] = -scale[l] * sum[l] / count;
        if (job->dweight) store(job, job->dweight, c, product[l] * invstd);
        if (job->dbias) store(job, job->dbias, c, sum[l]);
    }
    if (!job->to) return;
    if (job->training) {
        job->loop->grad_apply(&block, job->x + at, job->dy + at, mean, scale, slope, shift, job->to + at);
    } else { /* linear in dy alone */
        const double zero[LANES] = {0};
        job->loop->apply(&block, job->dy + at, zero, scale, zero, job->to + at);
    }
}

static int run(int dtype, normalize_job *job, gt_job function) {
    if (!gt_dtype_known(dtype) || (job->training != 0 && job->training != 1)) return GT_BAD_CODE;
    job->loop = &GT_LOOPS(normalize)->loop[dtype];
    if (!job->loop->moments) return GT_UNSUPPORTED;
    if (job->n < 0 || job->channels < 0 || job->inner < 0) return GT_BAD_ARGUMENT;
    if (job->channels == 0) return GT_OK;
    if (!job->mean || !job->invstd || (job->n * job->inner > 0 && !job->x)) return GT_BAD_ARGUMENT;
    job->dtype = dtype;
    job->bytes = gt_dtype_bytes(dtype);
    /* Whole vectors of channels where they are lanes; else single ones, which more threads can share. */
    job->each = job->inner == 1 ? LANES : 1;
    gt_parallel((job->channels + job->each - 1) / job->each, ELEMENT_NS * (double)(job->n * job->inner * job->each),
                function, job);
    return GT_OK;
}

GT_API int gt_batch_norm(int dtype, int64_t n, int64_t channels, int64_t inner, const void *x, const void *weight,
                         const void *bias, void *running_mean, void *running_var, int training, double momentum,
                         double eps, void *y, void *mean, void *invstd) {
    normalize_job job = {
        .training = training, .n = n, .channels = channels, .inner = inner, .momentum = momentum, .eps = eps, .x = x,
        .weight = weight, .bias = bias, .running_mean = running_mean, .running_var = running_var, .to = y, .mean = mean,
        .invstd = invstd,
    };
    if (!training && channels > 0 && (!running_mean || !running_var)) return GT_BAD_ARGUMENT;
    if (!y && n > 0 && channels > 0 && inner > 0) return GT_BAD_ARGUMENT;
    return run(dtype, &job, forward);
}

GT_API int gt_batch_norm_grad(int dtype, int64_t n, int64_t channels, int64_t inner, const void *x, const void *weight,
                              const void *mean, const void *invstd, int training, const void *dy, void *dx,
                              void *dweight, void *dbias) {
    normalize_job job = {
        .training = training, .n = n, .channels = channels, .inner = inner, .x = x, .weight = weight, .dy = dy,
        .mean = (void *)(uintptr_t)mean, .invstd = (void *)(uintptr_t)invstd, .to = dx, .dweight = dweight,
        .dbias = dbias,
    };
    if (!dy && n > 0 && channels > 0 && inner > 0) return GT_BAD_ARGUMENT;
    return run(dtype, &job, backward);
}
