/* The optimizers: all parameters of a group in one call, laid end to end and cut into chunks of equal size. */
#include "update.h"

#include <math.h>
#include <stddef.h>

#include "../common/gatun.h"
#include "denormals.h"
#include "threads.h"

/* Elements of a chunk: 256 KiB of Adam's four F32 arrays, a few microseconds. Chunks run across the edges of parameters,
   so the 10 elements of a bias cost no hand-over of their own. */
#define CHUNK ((int64_t)16384)
/* Estimates for sharing, in ns per element: SGD moves 12 bytes, momentum 20, Adam 28 with a root and a division. */
#define SGD_NS 0.15
#define MOMENTUM_NS 0.3
#define ADAM_NS 0.6

typedef struct update_job update_job;

/* Updates elements first..first+n-1 of one parameter. */
typedef void (*update_range)(const update_job *job, const gt_parameter *parameter, int64_t first, int64_t n);

struct update_job {
    const struct gt_update_loops *loops;
    const gt_parameter *parameters;
    int64_t count, total;
    update_range range;
    gt_sgd_scalars sgd;
    gt_adam_scalars adam;
};

static void run_chunk(void *arg, int64_t index) {
    const update_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    int64_t skip = index * CHUNK;
    int64_t left = job->total - skip < CHUNK ? job->total - skip : CHUNK;
    for (const gt_parameter *p = job->parameters; left > 0; p++) {
        if (skip >= p->n) {
            skip -= p->n;
            continue;
        }
        const int64_t n = p->n - skip < left ? p->n - skip : left;
        job->range(job, p, skip, n);
        left -= n;
        skip = 0;
    }
    gt_denormals_restore(mode);
}

/* states: how many state buffers each parameter needs. Nothing is changed where an argument is bad. */
static int run(update_job *job, int states, double ns_per_element) {
    if (job->count < 0 || (job->count > 0 && job->parameters == NULL)) {
        return GT_BAD_ARGUMENT;
    }
    job->total = 0;
    for (int64_t i = 0; i < job->count; i++) {
        const gt_parameter *p = &job->parameters[i];
        if (p->n < 0 || (p->n > 0 && (p->param == NULL || p->grad == NULL || (states > 0 && p->state0 == NULL) ||
                                      (states > 1 && p->state1 == NULL)))) {
            return GT_BAD_ARGUMENT;
        }
        job->total += p->n;
    }
    job->loops = GT_LOOPS(update);
    gt_parallel((job->total + CHUNK - 1) / CHUNK, ns_per_element * CHUNK, run_chunk, job);
    return GT_OK;
}

static int check_dtype(int dtype) {
    if (dtype < 0 || dtype >= GT_DTYPE_COUNT) {
        return GT_BAD_CODE;
    }
    return dtype == GT_F32 || dtype == GT_F64 ? GT_OK : GT_UNSUPPORTED;
}

static void sgd_f32(const update_job *job, const gt_parameter *p, int64_t first, int64_t n) {
    job->loops->sgd_f32(n, (float *)p->param + first, (const float *)p->grad + first, &job->sgd);
}

static void sgd_f64(const update_job *job, const gt_parameter *p, int64_t first, int64_t n) {
    job->loops->sgd_f64(n, (double *)p->param + first, (const double *)p->grad + first, &job->sgd);
}

static void momentum_f32(const update_job *job, const gt_parameter *p, int64_t first, int64_t n) {
    job->loops->momentum_f32(n, (float *)p->param + first, (const float *)p->grad + first, (float *)p->state0 + first,
                             &job->sgd);
}

static void momentum_f64(const update_job *job, const gt_parameter *p, int64_t first, int64_t n) {
    job->loops->momentum_f64(n, (double *)p->param + first, (const double *)p->grad + first,
                             (double *)p->state0 + first, &job->sgd);
}

static void adam_f32(const update_job *job, const gt_parameter *p, int64_t first, int64_t n) {
    job->loops->adam_f32(n, (float *)p->param + first, (const float *)p->grad + first, (float *)p->state0 + first,
                         (float *)p->state1 + first, &job->adam);
}

static void adam_f64(const update_job *job, const gt_parameter *p, int64_t first, int64_t n) {
    job->loops->adam_f64(n, (double *)p->param + first, (const double *)p->grad + first, (double *)p->state0 + first,
                         (double *)p->state1 + first, &job->adam);
}

int gt_sgd(int dtype, int64_t count, const gt_parameter *parameters, const gt_sgd_args *args) {
    const int status = check_dtype(dtype);
    if (status != GT_OK) {
        return status;
    }
    if (args == NULL) {
        return GT_BAD_ARGUMENT;
    }
    update_job job = {
        .parameters = parameters,
        .count = count,
        .sgd = {.sign = args->maximize ? -1 : 1,
                .lr = args->lr,
                .weight_decay = args->weight_decay,
                .momentum = args->momentum,
                .grad_share = 1 - args->dampening,
                .nesterov = args->nesterov != 0,
                .first = args->first != 0},
    };
    if (args->momentum == 0) {
        job.range = dtype == GT_F32 ? sgd_f32 : sgd_f64;
        return run(&job, 0, SGD_NS);
    }
    job.range = dtype == GT_F32 ? momentum_f32 : momentum_f64;
    return run(&job, 1, MOMENTUM_NS);
}

int gt_adam(int dtype, int64_t count, const gt_parameter *parameters, const gt_adam_args *args) {
    const int status = check_dtype(dtype);
    if (status != GT_OK) {
        return status;
    }
    if (args == NULL || args->step < 1) {
        return GT_BAD_ARGUMENT;
    }
    const double left1 = 1 - pow(args->beta1, (double)args->step); /* PyTorch's bias_correction1 and 2 */
    const double left2 = 1 - pow(args->beta2, (double)args->step);
    update_job job = {
        .parameters = parameters,
        .count = count,
        .range = dtype == GT_F32 ? adam_f32 : adam_f64,
        .adam = {.sign = args->maximize ? -1 : 1,
                 .l2 = args->decoupled ? 0 : args->weight_decay,
                 .keep = args->decoupled ? 1 - args->lr * args->weight_decay : 1,
                 .beta1 = args->beta1,
                 .rest1 = 1 - args->beta1,
                 .beta2 = args->beta2,
                 .rest2 = 1 - args->beta2,
                 .step_size = args->lr / left1,
                 .root_scale = 1 / sqrt(left2),
                 .eps = args->eps},
    };
    return run(&job, 2, ADAM_NS);
}
