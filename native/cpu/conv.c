/*
 * Convolution: the weight times the matrix of columns, which is made piece by piece where it stays in L2 and is never
 * whole in memory. Images, groups and pieces are shared out; an element's sum depends on the sizes alone.
 */
#include "conv.h"

#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "conv_plan.h"
#include "denormals.h"
#include "threads.h"

/* A piece of the matrix of columns: 128 KiB of stack in F32. */
#define PIECE_ROWS 256
#define PIECE_COLUMNS 128
/* The weight's gradient is added up in parts of the images, in scratch: so many, and so many bytes, at most. */
#define PARTS_MAX 16
#define PARTS_BYTES ((int64_t)16 << 20)
/* Elements of the parts that one job joins. */
#define JOIN_ELEMENTS 4096
/* Estimates for sharing: a multiply-add, and an element of the matrix of columns. */
#define MULTIPLY_ADD_NS 0.02
#define COLUMN_NS 0.3

typedef struct conv_job {
    const gt_conv_loop *loop;
    gt_conv_args s;
    int64_t bytes;                /* of an element */
    int64_t in_group, out_group;  /* channels of one group */
    int64_t volume, depth;        /* elements of the window; rows of the matrix of columns */
    int64_t x_plane, y_plane;
    int64_t pieces, each;         /* jobs of one image or part, and what each of them takes */
    int64_t parts;
    int relu;
    const char *x, *weight, *bias, *dy;
    char *to, *parted; /* parted: the weight's gradient by parts */
} conv_job;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t count_of(const int64_t size[3]) { return size[0] * size[1] * size[2]; }

/* The images of a part of the weight's gradient, by sizes alone. */
static int64_t parts_of(const gt_conv_args *s, int64_t bytes) {
    const int64_t weight = s->out * (s->in / s->groups) * count_of(s->window.kernel) * bytes;
    const int64_t most = weight > 0 ? PARTS_BYTES / weight : PARTS_MAX;
    const int64_t parts = least(s->n, least(PARTS_MAX, most));
    return parts > 1 ? parts : 1;
}

static int check(int dtype, const gt_conv_args *s) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!GT_LOOPS(conv)->loop[dtype].columns) return GT_UNSUPPORTED;
    if (!s || s->n < 0 || s->groups < 1 || s->in < 0 || s->out < 0 || s->in % s->groups || s->out % s->groups)
        return GT_BAD_ARGUMENT;
    for (int d = 0; d < 3; d++) {
        const gt_window *w = &s->window;
        if (w->x[d] < 0 || w->y[d] < 0 || w->kernel[d] < 1 || w->stride[d] < 1 || w->dilation[d] < 1 || w->padding[d] < 0)
            return GT_BAD_ARGUMENT;
    }
    return GT_OK;
}

static conv_job make(int dtype, const gt_conv_args *s) {
    conv_job job = {.loop = &GT_LOOPS(conv)->loop[dtype], .s = *s, .bytes = gt_dtype_bytes(dtype)};
    job.in_group = s->in / s->groups;
    job.out_group = s->out / s->groups;
    job.volume = count_of(s->window.kernel);
    job.depth = job.in_group * job.volume;
    job.x_plane = count_of(s->window.x);
    job.y_plane = count_of(s->window.y);
    return job;
}

/* Address of element i. */
static char *at(const conv_job *job, const void *x, int64_t i) { return (char *)(uintptr_t)x + i * job->bytes; }

GT_API int64_t gt_conv_scratch_bytes(int pass, int dtype, const gt_conv_args *args) {
    if (check(dtype, args) != GT_OK) return pass < GT_CONV_pool ? 0 : -1;
    const int64_t bytes = gt_dtype_bytes(dtype), parts = parts_of(args, bytes);
    int64_t direct;
    switch (pass) {
    case GT_CONV_forward:
        return gt_direct_forward_bytes(dtype, args, 0);
    case GT_CONV_grad_input:
        return gt_direct_forward_bytes(dtype, args, 1);
    case GT_CONV_grad_weight:
        direct = gt_direct_weight_bytes(dtype, args, parts);
        if (direct > 0) return direct;
        return parts > 1 ? parts * args->out * (args->in / args->groups) * count_of(args->window.kernel) * bytes : 0;
    case GT_CONV_pool:
        direct = gt_direct_pool_grad_bytes(dtype, args, parts) > 0 ? gt_direct_pool_bytes(dtype, args) : 0;
        return direct > 0 ? direct : -1;
    case GT_CONV_pool_grad:
        direct = gt_direct_pool_bytes(dtype, args) > 0 ? gt_direct_pool_grad_bytes(dtype, args, parts) : 0;
        return direct > 0 ? direct : -1;
    default:
        return -1;
    }
}

/* ---- forward: y = weight columns ---- */

static void forward(void *arg, int64_t index) {
    const conv_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    _Alignas(64) char columns[PIECE_ROWS * PIECE_COLUMNS * sizeof(double)];
    const int64_t first = index % job->pieces * PIECE_COLUMNS, which = index / job->pieces; /* image and group */
    const int64_t count = least(job->y_plane - first, PIECE_COLUMNS), group = which % job->s.groups;
    const char *x = at(job, job->x, which * job->in_group * job->x_plane);
    const char *weight = at(job, job->weight, group * job->out_group * job->depth);
    char *y = at(job, job->to, which * job->out_group * job->y_plane + first);
    for (int64_t row = 0; row < job->depth; row += PIECE_ROWS) {
        const int64_t rows = least(job->depth - row, PIECE_ROWS);
        job->loop->columns(&job->s.window, x, row, rows, first, count, columns, PIECE_COLUMNS);
        const gt_conv_product product = {
            .m = job->out_group, .n = count, .k = rows, .a = at(job, weight, row), .a_row = job->depth, .a_col = 1,
            .b = columns, .ldb = PIECE_COLUMNS, .c = y, .ldc = job->y_plane, .add = row > 0,
        };
        job->loop->product(&product);
    }
    for (int64_t i = 0; i < job->out_group && job->depth == 0; i++) {
        memset(at(job, y, i * job->y_plane), 0, (size_t)(count * job->bytes));
    }
    if (job->bias || job->relu) {
        const char *bias = job->bias ? at(job, job->bias, group * job->out_group) : NULL;
        job->loop->finish(job->out_group, count, bias, job->relu, y, job->y_plane);
    }
    gt_denormals_restore(mode);
}

GT_API int gt_conv(int dtype, const gt_conv_args *args, const void *x, const void *weight, const void *bias, int relu,
                   void *y, void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    if (relu != 0 && relu != 1) return GT_BAD_CODE;
    conv_job job = make(dtype, args);
    if (args->n == 0 || args->out == 0 || job.y_plane == 0) return GT_OK;
    if (!y || (job.depth > 0 && (!weight || (job.x_plane > 0 && !x)))) return GT_BAD_ARGUMENT;
    if (job.depth > 0 && scratch && dtype == GT_F32 && gt_direct_forward(args, 0, x, weight, bias, relu, y, scratch)) {
        return GT_OK;
    }
    job.x = x;
    job.weight = weight;
    job.bias = bias;
    job.relu = relu;
    job.to = y;
    job.pieces = (job.y_plane + PIECE_COLUMNS - 1) / PIECE_COLUMNS;
    const double columns = (double)least(job.y_plane, PIECE_COLUMNS) * (double)job.depth;
    gt_parallel(args->n * args->groups * job.pieces, columns * (COLUMN_NS + MULTIPLY_ADD_NS * (double)job.out_group),
                forward, &job);
    return GT_OK;
}

/* ---- gradient of x: columns = weight^T dy, each added where it was read ---- */

static void grad_input(void *arg, int64_t index) {
    const conv_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    _Alignas(64) char columns[PIECE_ROWS * PIECE_COLUMNS * sizeof(double)];
    const int64_t channel = index % job->pieces * job->each, which = index / job->pieces, group = which % job->s.groups;
    const int64_t channels = least(job->in_group - channel, job->each);
    const int64_t from = channel * job->volume, to = from + channels * job->volume;
    const char *weight = at(job, job->weight, group * job->out_group * job->depth);
    const char *dy = at(job, job->dy, which * job->out_group * job->y_plane);
    char *dx = at(job, job->to, which * job->in_group * job->x_plane);
    memset(at(job, dx, channel * job->x_plane), 0, (size_t)(channels * job->x_plane * job->bytes));
    for (int64_t first = 0; first < job->y_plane; first += PIECE_COLUMNS) {
        const int64_t count = least(job->y_plane - first, PIECE_COLUMNS);
        for (int64_t row = from; row < to && job->out_group > 0; row += PIECE_ROWS) {
            const int64_t rows = least(to - row, PIECE_ROWS);
            const gt_conv_product product = {
                .m = rows, .n = count, .k = job->out_group, .a = at(job, weight, row), .a_row = 1, .a_col = job->depth,
                .b = at(job, dy, first), .ldb = job->y_plane, .c = columns, .ldc = PIECE_COLUMNS,
            };
            job->loop->product(&product);
            job->loop->add_columns(&job->s.window, columns, row, rows, first, count, PIECE_COLUMNS, dx);
        }
    }
    gt_denormals_restore(mode);
}

GT_API int gt_conv_grad_input(int dtype, const gt_conv_args *args, const void *weight, const void *dy, void *dx,
                              void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    conv_job job = make(dtype, args);
    if (args->n == 0 || args->in == 0 || job.x_plane == 0) return GT_OK;
    if (!dx || (job.out_group > 0 && (!weight || (job.y_plane > 0 && !dy)))) return GT_BAD_ARGUMENT;
    if (scratch && dtype == GT_F32 && gt_direct_forward(args, 1, dy, weight, NULL, 0, dx, scratch)) return GT_OK;
    job.weight = weight;
    job.dy = dy;
    job.to = dx;
    job.each = job.volume < PIECE_ROWS ? PIECE_ROWS / job.volume : 1;
    job.pieces = (job.in_group + job.each - 1) / job.each;
    const double columns = (double)job.y_plane * (double)(least(job.in_group, job.each) * job.volume);
    gt_parallel(args->n * args->groups * job.pieces, columns * (COLUMN_NS + MULTIPLY_ADD_NS * (double)job.out_group),
                grad_input, &job);
    return GT_OK;
}

/* ---- gradient of the weight: dy columns^T, added up by parts of the images; and of the bias ---- */

static void grad_weight(void *arg, int64_t index) {
    const conv_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    _Alignas(64) char columns[PIECE_ROWS * PIECE_COLUMNS * sizeof(double)];
    const int64_t row = index % job->pieces * PIECE_ROWS, rest = index / job->pieces;
    const int64_t group = rest % job->s.groups, part = rest / job->s.groups;
    const int64_t rows = least(job->depth - row, PIECE_ROWS), n = job->s.n;
    char *to = at(job, job->parted, (part * job->s.out + group * job->out_group) * job->depth + row);
    int add = 0;
    for (int64_t image = n * part / job->parts; image < n * (part + 1) / job->parts; image++) {
        const int64_t which = image * job->s.groups + group;
        const char *x = at(job, job->x, which * job->in_group * job->x_plane);
        for (int64_t first = 0; first < job->y_plane; first += PIECE_COLUMNS) {
            const int64_t count = least(job->y_plane - first, PIECE_COLUMNS);
            job->loop->columns(&job->s.window, x, row, rows, first, count, columns, PIECE_COLUMNS);
            const gt_conv_product product = {
                .m = job->out_group, .n = rows, .k = count, .a = at(job, job->dy, which * job->out_group * job->y_plane + first),
                .a_row = job->y_plane, .a_col = 1, .b = columns, .ldb = PIECE_COLUMNS, .b_trans = 1, .c = to,
                .ldc = job->depth, .add = add,
            };
            job->loop->product(&product);
            add = 1;
        }
    }
    gt_denormals_restore(mode);
}

static void join(void *arg, int64_t index) {
    const conv_job *job = arg;
    const int64_t count = job->s.out * job->depth, first = index * JOIN_ELEMENTS;
    job->loop->join(least(count - first, JOIN_ELEMENTS), job->parts, at(job, job->parted, first), count,
                    at(job, job->to, first));
}

static void grad_bias(void *arg, int64_t channel) {
    const conv_job *job = arg;
    double sum = 0;
    for (int64_t image = 0; image < job->s.n; image++) {
        sum += job->loop->sum(job->y_plane, at(job, job->dy, (image * job->s.out + channel) * job->y_plane));
    }
    if (job->bytes == sizeof(float)) {
        ((float *)(void *)job->to)[channel] = (float)sum;
    } else {
        ((double *)(void *)job->to)[channel] = sum;
    }
}

GT_API int gt_conv_grad_weight(int dtype, const gt_conv_args *args, const void *x, const void *dy, void *dweight,
                               void *dbias, void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    conv_job job = make(dtype, args);
    const int64_t count = args->out * job.depth;
    const int empty = args->n == 0 || args->out == 0 || job.y_plane == 0;
    if ((!dweight && count > 0) || (!empty && (!dy || (!x && job.depth > 0 && job.x_plane > 0)))) return GT_BAD_ARGUMENT;
    job.x = x;
    job.dy = dy;
    if (dbias) {
        job.to = dbias;
        gt_parallel(args->out, 0.1 * (double)(args->n * job.y_plane), grad_bias, &job);
    }
    if (empty || job.depth == 0) {
        if (count > 0) memset(dweight, 0, (size_t)(count * job.bytes));
        return GT_OK;
    }
    job.parts = parts_of(args, job.bytes);
    if (!scratch && gt_conv_scratch_bytes(GT_CONV_grad_weight, dtype, args) > 0) return GT_BAD_ARGUMENT;
    if (dtype == GT_F32 && gt_direct_weight(args, job.parts, x, dy, dweight, scratch)) return GT_OK;
    job.to = dweight;
    job.parted = job.parts > 1 ? scratch : dweight;
    job.pieces = (job.depth + PIECE_ROWS - 1) / PIECE_ROWS;
    const double images = (double)(args->n / job.parts + 1);
    const double columns = images * (double)job.y_plane * (double)least(job.depth, PIECE_ROWS);
    gt_parallel(job.parts * args->groups * job.pieces, columns * (COLUMN_NS + MULTIPLY_ADD_NS * (double)job.out_group),
                grad_weight, &job);
    if (job.parts > 1) {
        gt_parallel((count + JOIN_ELEMENTS - 1) / JOIN_ELEMENTS, 0.1 * (double)(JOIN_ELEMENTS * job.parts), join, &job);
    }
    return GT_OK;
}

/* ---- with relu and a max pool behind it ---- */

GT_API int gt_conv_pool(int dtype, const gt_conv_args *args, const void *x, const void *weight, const void *bias,
                        void *y, uint8_t *winner, void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    if (gt_conv_scratch_bytes(GT_CONV_pool, dtype, args) < 0) return GT_UNSUPPORTED;
    if (args->n == 0 || args->out == 0) return GT_OK;
    if (!x || !weight || !y || !winner || !scratch) return GT_BAD_ARGUMENT;
    return gt_direct_pool(args, x, weight, bias, y, winner, scratch) ? GT_OK : GT_UNSUPPORTED;
}

GT_API int gt_conv_pool_grad(int dtype, const gt_conv_args *args, const void *x, const void *weight, const void *dy,
                             const uint8_t *winner, void *dx, void *dweight, void *dbias, void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    if (gt_conv_scratch_bytes(GT_CONV_pool_grad, dtype, args) < 0) return GT_UNSUPPORTED;
    if (args->n > 0 && args->out > 0 && (!x || !weight || !dy || !winner)) return GT_BAD_ARGUMENT;
    if (!scratch) return GT_BAD_ARGUMENT;
    const int64_t parts = parts_of(args, gt_dtype_bytes(dtype));
    return gt_direct_pool_grad(args, parts, x, weight, dy, winner, dx, dweight, dbias, scratch) ? GT_OK : GT_UNSUPPORTED;
}
