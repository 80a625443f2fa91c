/* Pooling: planes are shared out over the threads. */
#include "pool.h"

#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "threads.h"

/* A job does about so many elements of x and y. */
#define JOB_ELEMENTS 8192
/* Estimated time of an element of a window, and of an element that is moved. */
#define WINDOW_NS 1
#define MOVE_NS 0.5

typedef struct pool_job {
    const gt_pool_loop *loop;
    const gt_pool_args *args;
    int64_t planes, each, x_plane, y_plane, bytes;
    const char *from;
    char *to;
    const int64_t *read; /* the places of gradients; written places are in `index` */
    int64_t *index;
} pool_job;

static int64_t count_of(const int64_t size[3]) { return size[0] * size[1] * size[2]; }

static int start(pool_job *job, int dtype, int64_t planes, int64_t x_plane, int64_t y_plane) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    job->loop = &GT_LOOPS(pool)->loop[dtype];
    if (!job->loop->max) return GT_UNSUPPORTED;
    if (planes < 0 || x_plane < 0 || y_plane < 0) return GT_BAD_ARGUMENT;
    job->planes = planes;
    job->x_plane = x_plane;
    job->y_plane = y_plane;
    job->bytes = gt_dtype_bytes(dtype);
    job->each = JOB_ELEMENTS / (x_plane + y_plane + 1) + 1;
    return GT_OK;
}

/* As start, for a pool by windows. Every window holds an element where x has any: checked in Java. */
static int start_windows(pool_job *job, int dtype, const gt_pool_args *args) {
    if (!args || args->adaptive < 0 || args->adaptive > 1 || args->divisor < 0) return GT_BAD_ARGUMENT;
    const gt_window *w = &args->window;
    for (int d = 0; d < 3; d++) {
        if (w->x[d] < 0 || w->y[d] < 0) return GT_BAD_ARGUMENT;
        if (!args->adaptive && (w->kernel[d] < 1 || w->stride[d] < 1 || w->dilation[d] < 1 || w->padding[d] < 0))
            return GT_BAD_ARGUMENT;
    }
    job->args = args;
    return start(job, dtype, args->planes, count_of(w->x), count_of(w->y));
}

static void share(pool_job *job, gt_job function, double element_ns) {
    const double elements = (double)(job->each * (job->x_plane + job->y_plane));
    gt_parallel((job->planes + job->each - 1) / job->each, elements * element_ns, function, job);
}

/* The planes of one job; EACH_PLANE's body sees `plane`. */
#define EACH_PLANE(job, number)                                                                                        \
    for (int64_t plane = (number) * (job)->each, end_ = plane + (job)->each < (job)->planes ? plane + (job)->each      \
                                                                                           : (job)->planes;            \
         plane < end_; plane++)

static const char *from_x(const pool_job *job, int64_t plane) { return job->from + plane * job->x_plane * job->bytes; }
static const char *from_y(const pool_job *job, int64_t plane) { return job->from + plane * job->y_plane * job->bytes; }
static char *to_x(const pool_job *job, int64_t plane) { return job->to + plane * job->x_plane * job->bytes; }
static char *to_y(const pool_job *job, int64_t plane) { return job->to + plane * job->y_plane * job->bytes; }

static void max_planes(void *arg, int64_t number) {
    const pool_job *job = arg;
    EACH_PLANE(job, number) job->loop->max(job->args, from_x(job, plane), to_y(job, plane), job->index + plane * job->y_plane);
}

static void average_planes(void *arg, int64_t number) {
    const pool_job *job = arg;
    EACH_PLANE(job, number) job->loop->average(job->args, from_x(job, plane), to_y(job, plane));
}

static void average_grad_planes(void *arg, int64_t number) {
    const pool_job *job = arg;
    EACH_PLANE(job, number) job->loop->average_grad(job->args, from_y(job, plane), to_x(job, plane));
}

static void scatter_planes(void *arg, int64_t number) {
    const pool_job *job = arg;
    EACH_PLANE(job, number) job->loop->scatter(job->x_plane, job->y_plane, from_y(job, plane),
                                               job->read + plane * job->y_plane, to_x(job, plane));
}

static void gather_planes(void *arg, int64_t number) {
    const pool_job *job = arg;
    EACH_PLANE(job, number) job->loop->gather(job->y_plane, from_x(job, plane), job->read + plane * job->y_plane,
                                              to_y(job, plane));
}

GT_API int gt_max_pool(int dtype, const gt_pool_args *args, const void *x, void *y, int64_t *index) {
    pool_job job = {.from = x, .to = y, .index = index};
    const int status = start_windows(&job, dtype, args);
    if (status != GT_OK || job.planes == 0 || job.y_plane == 0) return status;
    if (!x || !y || !index || job.x_plane == 0) return GT_BAD_ARGUMENT;
    share(&job, max_planes, WINDOW_NS);
    return GT_OK;
}

GT_API int gt_avg_pool(int dtype, const gt_pool_args *args, const void *x, void *y) {
    pool_job job = {.from = x, .to = y};
    const int status = start_windows(&job, dtype, args);
    if (status != GT_OK || job.planes == 0 || job.y_plane == 0) return status;
    if (!x || !y || job.x_plane == 0) return GT_BAD_ARGUMENT;
    share(&job, average_planes, WINDOW_NS);
    return GT_OK;
}

GT_API int gt_avg_pool_grad(int dtype, const gt_pool_args *args, const void *dy, void *dx) {
    pool_job job = {.from = dy, .to = dx};
    const int status = start_windows(&job, dtype, args);
    if (status != GT_OK || job.planes == 0 || job.x_plane == 0) return status;
    if ((!dy && job.y_plane > 0) || !dx) return GT_BAD_ARGUMENT;
    share(&job, average_grad_planes, WINDOW_NS);
    return GT_OK;
}

/* The first position whose place is not in x's plane, or count. */
static int64_t first_bad(int64_t count, const int64_t *index, int64_t x_plane) {
    for (int64_t i = 0; i < count; i++) {
        if ((uint64_t)index[i] >= (uint64_t)x_plane) return i;
    }
    return count;
}

static int by_index(int dtype, int64_t planes, int64_t x_plane, int64_t y_plane, const void *from, const int64_t *index,
                    void *to, int64_t to_plane, int64_t *bad, gt_job function) {
    pool_job job = {.from = from, .to = to, .read = index};
    const int status = start(&job, dtype, planes, x_plane, y_plane);
    if (status != GT_OK || planes == 0 || to_plane == 0) return status;
    const int64_t count = planes * y_plane;
    if (!to || !bad || (count > 0 && (!from || !index))) return GT_BAD_ARGUMENT;
    const int64_t wrong = first_bad(count, index, x_plane);
    if (wrong < count) {
        *bad = wrong;
        return GT_BAD_INDEX;
    }
    share(&job, function, MOVE_NS);
    return GT_OK;
}

GT_API int gt_max_pool_grad(int dtype, int64_t planes, int64_t x_plane, int64_t y_plane, const void *dy,
                            const int64_t *index, void *dx, int64_t *bad) {
    return by_index(dtype, planes, x_plane, y_plane, dy, index, dx, x_plane, bad, scatter_planes);
}

GT_API int gt_max_pool_gather(int dtype, int64_t planes, int64_t x_plane, int64_t y_plane, const void *x,
                              const int64_t *index, void *y, int64_t *bad) {
    return by_index(dtype, planes, x_plane, y_plane, x, index, y, y_plane, bad, gather_planes);
}
