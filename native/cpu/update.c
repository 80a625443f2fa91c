/* The optimizers: all parameters of a group in one call, laid end to end and cut into chunks of equal size. */
#include "update.h"

#include <stddef.h>

#include "../common/dtype.h"
#include "denormals.h"
#include "threads.h"

/* Elements of a chunk: 256 KiB of Adam's four F32 arrays, a few microseconds. Chunks run across the edges of parameters,
   so the 10 elements of a bias cost no hand-over of their own. */
#define CHUNK ((int64_t)16384)
/* Estimates for sharing, in ns: an element of SGD, 12 bytes, and each of its states, 8 bytes and some arithmetic. */
#define ELEMENT_NS 0.15
#define STATE_NS 0.2

static const int states_of[GT_UPDATE_COUNT] = {
#define UPDATE(name, states, scalars, statements) [GT_UPDATE_##name] = states,
#include "../common/update_ops.def"
#undef UPDATE
};

typedef struct {
    gt_update_loop loop;
    const gt_parameter *parameters;
    int64_t total;
    const double *scalars;
} update_job;

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
        job->loop(p, skip, n, job->scalars);
        left -= n;
        skip = 0;
    }
    gt_denormals_restore(mode);
}

/* Whether a parameter has all that a row with so many states needs. */
static int complete(const gt_parameter *p, int states) {
    if (p->n <= 0) return p->n == 0;
    int all = p->param != NULL && p->grad != NULL;
    for (int i = 0; i < states; i++) all = all && p->state[i] != NULL;
    return all;
}

int gt_update(int op, int dtype, int64_t count, const gt_parameter *parameters, const double *scalars) {
    if (op < 0 || op >= GT_UPDATE_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (dtype != GT_F32 && dtype != GT_F64) return GT_UNSUPPORTED;
    if (count < 0 || (count > 0 && parameters == NULL) || scalars == NULL) return GT_BAD_ARGUMENT;
    update_job job = {.loop = (dtype == GT_F32 ? GT_LOOPS(update)->f32 : GT_LOOPS(update)->f64)[op],
                      .parameters = parameters, .scalars = scalars};
    for (int64_t i = 0; i < count; i++) {
        if (!complete(&parameters[i], states_of[op])) return GT_BAD_ARGUMENT;
        job.total += parameters[i].n;
    }
    gt_parallel((job.total + CHUNK - 1) / CHUNK, (ELEMENT_NS + STATE_NS * states_of[op]) * CHUNK, run_chunk, &job);
    return GT_OK;
}
