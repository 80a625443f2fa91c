/* Gradients of a convolution in F32 without a matrix of columns: which convolutions are taken, and their jobs. */
#include "direct_job.h"

#include <string.h>

#include "cast.h"
#include "conv.h"
#include "conv_plan.h"
#include "denormals.h"
#include "threads.h"

/* The padded rows of x on a job's stack: 160 KiB. */
#define BAND_FLOATS (40 * 1024)
/* Windows of up to so many elements are copied out whole for the weight's gradient; so many floats of dy at a time. */
#define SMALL_DEPTH 32
#define SMALL_FLOATS (16 * 1024)
#define SMALL_POSITIONS 512
/* What a part of a pooled gradient keeps of one image, at most, and outputs of one channel. */
#define IMAGE_FLOATS (128 * 1024)
#define POOLED_MAX 4096

static int64_t count_of(const int64_t size[3]) { return size[0] * size[1] * size[2]; }

/* ---- gradient of the weight, dense: with x's channels innermost, or by small windows copied out whole ---- */

typedef struct weight_job {
    gt_conv_args s;
    int64_t in, out, y1, y2;
    /* The sum's rows, whole ones: of the window for each output; or, where the window is small, its elements, with the
       outputs beside one another. */
    int64_t lines, span, pitch;
    int64_t line, band;         /* padded elements of a row of x; rows of outputs */
    int64_t parts;
    int small;
    const float *x, *dy;
    float *to, *parted; /* parted [parts, groups * out, lines * pitch] */
} weight_job;

static int plan_weight(const gt_conv_args *s, int64_t parts, weight_job *job) {
    const gt_window *w = &s->window;
    *job = (weight_job){.s = *s, .in = s->in / s->groups, .out = s->out / s->groups, .y1 = w->y[1], .y2 = w->y[2],
                        .parts = parts};
    const int64_t depth = job->in * w->kernel[1] * w->kernel[2];
    if (depth == 0) return 0;
    if (depth <= SMALL_DEPTH) {
        job->small = 1;
        job->lines = depth;
        job->span = job->out;
        job->pitch = gt_padded(job->out);
        return job->pitch <= SMALL_FLOATS / GT_DIRECT_SLACK;
    }
    if (w->dilation[2] != 1) return 0;
    job->lines = w->kernel[1];
    job->span = w->kernel[2] * job->in;
    job->pitch = gt_padded(job->span);
    job->line = ((w->y[2] - 1) * w->stride[2] + w->kernel[2]) * job->in;
    const int64_t rows = (BAND_FLOATS - GT_DIRECT_SLACK) / job->line;
    const int64_t band = (rows - (w->dilation[1] * (w->kernel[1] - 1) + 1)) / w->stride[1] + 1;
    job->band = gt_least(band, w->y[1]);
    return rows >= w->dilation[1] * (w->kernel[1] - 1) + 1;
}

/* A row of x with its channels innermost and its padding: to [line]. */
static void turn_row(const weight_job *job, const float *x, int64_t row, float *to) {
    const gt_window *w = &job->s.window;
    const int64_t line = job->line / job->in, width = gt_least(w->x[2], line - w->padding[2]);
    if (row < 0 || row >= w->x[1] || width <= 0) {
        memset(to, 0, (size_t)job->line * sizeof *to);
        return;
    }
    memset(to, 0, (size_t)(w->padding[2] * job->in) * sizeof *to);
    GT_LOOPS(cast)->transpose[GT_F32](width, job->in, x + row * w->x[2], w->x[1] * w->x[2], to + w->padding[2] * job->in,
                                      job->in);
    memset(to + (w->padding[2] + width) * job->in, 0, (size_t)((line - w->padding[2] - width) * job->in) * sizeof *to);
}

static void add_image(const weight_job *job, const float *x, const float *dy, float *to) {
    const gt_window *w = &job->s.window;
    _Alignas(64) float rows[BAND_FLOATS];
    for (int64_t first = 0; first < job->y1; first += job->band) {
        const int64_t height = gt_least(job->y1 - first, job->band);
        const int64_t count = (height - 1) * w->stride[1] + w->dilation[1] * (w->kernel[1] - 1) + 1;
        for (int64_t i = 0; i < count; i++) {
            turn_row(job, x, first * w->stride[1] - w->padding[1] + i, rows + i * job->line);
        }
        memset(rows + count * job->line, 0, GT_DIRECT_SLACK * sizeof *rows);
        for (int64_t k = 0; k < job->lines; k++) {
            const gt_direct_outer outer = {
                .rows = job->out, .height = height, .width = job->y2, .dy = dy + first * job->y2,
                .dy_row = job->y1 * job->y2, .x = rows + k * w->dilation[1] * job->line,
                .x_line = w->stride[1] * job->line, .x_step = w->stride[2] * job->in, .span = job->span,
                .c = to + k * job->pitch, .ldc = job->lines * job->pitch,
            };
            GT_LOOPS(direct)->outer(&outer);
        }
    }
}

static void add_small_image(const weight_job *job, const float *x, const float *dy, float *to) {
    _Alignas(64) float columns[SMALL_DEPTH * SMALL_POSITIONS], turned[SMALL_FLOATS];
    const int64_t plane = job->y1 * job->y2, most = gt_least(SMALL_FLOATS / job->pitch, SMALL_POSITIONS);
    memset(turned, 0, sizeof turned);
    for (int64_t first = 0; first < plane; first += most) {
        const int64_t count = gt_least(plane - first, most);
        GT_LOOPS(conv)->loop[GT_F32].columns(&job->s.window, x, 0, job->lines, first, count, columns, SMALL_POSITIONS);
        GT_LOOPS(cast)->transpose[GT_F32](count, job->out, dy + first, plane, turned, job->pitch);
        const gt_direct_outer outer = {
            .rows = job->lines, .height = 1, .width = count, .dy = columns, .dy_row = SMALL_POSITIONS, .x = turned,
            .x_step = job->pitch, .span = job->span, .c = to, .ldc = job->pitch,
        };
        GT_LOOPS(direct)->outer(&outer);
    }
}

/* What one part of one group adds up. */
static int64_t part_floats(const weight_job *job) {
    return (job->small ? 1 : job->out) * job->lines * job->pitch;
}

static void add_part(void *arg, int64_t index) {
    const weight_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    const int64_t group = index % job->s.groups, part = index / job->s.groups, n = job->s.n;
    const int64_t size = part_floats(job);
    float *to = job->parted + index * size;
    memset(to, 0, (size_t)size * sizeof *to);
    for (int64_t image = n * part / job->parts; image < n * (part + 1) / job->parts; image++) {
        const int64_t which = image * job->s.groups + group;
        const float *x = job->x + which * job->in * job->s.window.x[1] * job->s.window.x[2];
        const float *dy = job->dy + which * job->out * job->y1 * job->y2;
        (job->small ? add_small_image : add_image)(job, x, dy, to);
    }
    gt_denormals_restore(mode);
}

/* One output's weights = the sum of the parts, brought back into the weight's order. */
static void join_weight(void *arg, int64_t row) {
    const weight_job *job = arg;
    const int64_t kernel1 = job->s.window.kernel[1], kernel2 = job->s.window.kernel[2], depth = job->in * kernel1 * kernel2;
    const int64_t size = part_floats(job), group = row / job->out, output = row % job->out;
    const float *from = job->parted + group * size;
    for (int64_t k = 0; k < depth; k++) {
        const int64_t channel = k / (kernel1 * kernel2), k1 = k / kernel2 % kernel1, k2 = k % kernel2;
        const int64_t at = job->small ? k * job->pitch + output
                                      : (output * job->lines + k1) * job->pitch + k2 * job->in + channel;
        float sum = 0;
        for (int64_t part = 0; part < job->parts; part++) sum += from[part * job->s.groups * size + at];
        job->to[row * depth + k] = sum;
    }
}

static int64_t weight_floats(const weight_job *job) { return job->parts * job->s.groups * part_floats(job); }

int64_t gt_direct_weight_bytes(int dtype, const gt_conv_args *s, int64_t parts) {
    weight_job job;
    return gt_direct_applies(dtype, s) && plan_weight(s, parts, &job) ? weight_floats(&job) * (int64_t)sizeof(float) : 0;
}

int gt_direct_weight(const gt_conv_args *s, int64_t parts, const void *x, const void *dy, void *dweight, void *scratch) {
    weight_job job;
    if (!gt_direct_applies(GT_F32, s) || !plan_weight(s, parts, &job)) return 0;
    job.x = x;
    job.dy = dy;
    job.to = dweight;
    job.parted = scratch;
    const double products = (double)(job.y1 * job.y2) * (double)part_floats(&job);
    gt_parallel(parts * s->groups, GT_DIRECT_MULTIPLY_ADD_NS * products * (double)(s->n / parts + 1), add_part, &job);
    gt_parallel(s->out, (double)(parts * job.in * count_of(s->window.kernel)), join_weight, &job);
    return 1;
}

/* ---- gradients of a pooled convolution: only the largest of each four has one ---- */

typedef struct sparse_job {
    weight_job w;      /* of which lines, span and pitch are used, and line for the whole image */
    int64_t p1, p2;    /* pooled sizes */
    int64_t height;    /* padded rows of an image */
    int64_t image;     /* floats of a padded image */
    int64_t part_size; /* floats that a part keeps: weights, biases as double, x, dx */
    const float *weight, *x, *dy;
    const uint8_t *winner;
    float *dx, *dweight, *dbias, *packed, *parts;
} sparse_job;

static int plan_sparse(const gt_conv_args *s, int64_t parts, sparse_job *job) {
    const gt_window *w = &s->window;
    if (w->stride[1] != 1 || w->stride[2] != 1 || w->dilation[2] != 1 || s->groups != 1 || s->in == 0) return 0;
    *job = (sparse_job){.p1 = w->y[1] / 2, .p2 = w->y[2] / 2};
    job->w = (weight_job){.s = *s, .in = s->in, .out = s->out, .lines = w->kernel[1], .span = w->kernel[2] * s->in,
                          .pitch = gt_padded(w->kernel[2] * s->in), .parts = parts};
    /* No narrower than x, so that an image without padding is turned in one go. */
    const int64_t wide = w->x[2] + w->padding[2], reach = 2 * job->p2 - 1 + w->kernel[2];
    job->w.line = (wide > reach ? wide : reach) * s->in;
    job->height = 2 * job->p1 + w->dilation[1] * (w->kernel[1] - 1);
    job->image = gt_padded(job->height * job->w.line + GT_DIRECT_SLACK);
    job->part_size = gt_padded(s->out * job->w.lines * job->w.pitch) + gt_padded(2 * s->out) + 2 * job->image;
    return job->p1 > 0 && job->p2 > 0 && job->p1 * job->p2 <= POOLED_MAX && job->image <= IMAGE_FLOATS;
}

static int64_t sparse_packed(const sparse_job *job) { return gt_padded(job->w.out * job->w.lines * job->w.pitch); }

/* packed [out, lines, pitch] = the weight with x's channels innermost, zero behind a line. */
static void pack_sparse(void *arg, int64_t row) {
    const sparse_job *job = arg;
    const int64_t kernel2 = job->w.s.window.kernel[2], volume = job->w.lines * kernel2;
    float *to = job->packed + row * job->w.lines * job->w.pitch;
    for (int64_t line = 0; line < job->w.lines; line++) {
        for (int64_t i = 0; i < job->w.pitch; i++) {
            const int64_t channel = i % job->w.in, element = line * kernel2 + i / job->w.in;
            *to++ = i < job->w.span ? job->weight[(row * job->w.in + channel) * volume + element] : 0;
        }
    }
}

/* x with its channels innermost and its padding. */
static void turn_image(const sparse_job *job, const float *x, float *to) {
    const gt_window *w = &job->w.s.window;
    const int64_t x_plane = w->x[1] * w->x[2], whole = w->padding[1] == 0 && w->padding[2] == 0 &&
                            job->w.line == w->x[2] * job->w.in && job->height <= w->x[1];
    if (whole) {
        GT_LOOPS(cast)->transpose[GT_F32](job->height * w->x[2], job->w.in, x, x_plane, to, job->w.in);
    } else {
        for (int64_t i = 0; i < job->height; i++) turn_row(&job->w, x, i - w->padding[1], to + i * job->w.line);
    }
    memset(to + job->height * job->w.line, 0, GT_DIRECT_SLACK * sizeof *to);
}

static void sparse_image(const sparse_job *job, int64_t image, float *weights, double *biases, float *x, float *dx) {
    const gt_window *w = &job->w.s.window;
    const int64_t x_plane = w->x[1] * w->x[2], plane = job->p1 * job->p2, lines = job->w.lines;
    const int64_t x_line = w->dilation[1] * job->w.line, size = lines * job->w.pitch;
    float value[POOLED_MAX + GT_DIRECT_SLACK];
    int32_t at[POOLED_MAX + GT_DIRECT_SLACK], base[POOLED_MAX];
    const int32_t down = (int32_t)job->w.line, right = (int32_t)job->w.in, step[4] = {0, right, down, down + right};
    for (int64_t i = 0; i < plane; i++) base[i] = 2 * ((int32_t)(i / job->p2) * down + (int32_t)(i % job->p2) * right);
    if (job->dweight) turn_image(job, job->x + image * job->w.in * x_plane, x);
    if (job->dx) memset(dx, 0, (size_t)job->image * sizeof *dx);
    for (int64_t c = 0; c < job->w.out; c++) {
        const int64_t which = (image * job->w.out + c) * plane;
        const int64_t count = GT_LOOPS(direct)->list(plane, job->dy + which, job->winner + which, base, step, value, at);
        const gt_direct_list alive = {count, value, at};
        if (job->dweight) GT_LOOPS(direct)->gather(&alive, lines, job->w.span, x, x_line, weights + c * size, job->w.pitch);
        if (job->dx) GT_LOOPS(direct)->scatter(&alive, lines, job->w.span, job->packed + c * size, job->w.pitch, dx, x_line);
        biases[c] += GT_LOOPS(conv)->loop[GT_F32].sum(alive.count, value);
    }
    if (!job->dx) return;
    float *to = job->dx + image * job->w.in * x_plane;
    memset(to, 0, (size_t)(job->w.in * x_plane) * sizeof *to);
    const int64_t width = gt_least(w->x[2], job->w.line / job->w.in - w->padding[2]);
    const int64_t height = gt_least(w->x[1], job->height - w->padding[1]);
    for (int64_t i = 0; i < height && width > 0; i++) {
        const float *row = dx + (i + w->padding[1]) * job->w.line + w->padding[2] * job->w.in;
        GT_LOOPS(cast)->transpose[GT_F32](job->w.in, width, row, job->w.in, to + i * w->x[2], x_plane);
    }
}

static void sparse_part(void *arg, int64_t part) {
    const sparse_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    const int64_t n = job->w.s.n, size = gt_padded(job->w.out * job->w.lines * job->w.pitch);
    float *weights = job->parts + part * job->part_size, *x = weights + size + gt_padded(2 * job->w.out);
    double *biases = (double *)(void *)(weights + size);
    memset(weights, 0, (size_t)(size + gt_padded(2 * job->w.out)) * sizeof *weights);
    for (int64_t image = n * part / job->w.parts; image < n * (part + 1) / job->w.parts; image++) {
        sparse_image(job, image, weights, biases, x, x + job->image);
    }
    gt_denormals_restore(mode);
}

static void join_sparse(void *arg, int64_t row) {
    const sparse_job *job = arg;
    const int64_t size = job->w.lines * job->w.pitch, kernel2 = job->w.s.window.kernel[2];
    double bias = 0;
    for (int64_t part = 0; part < job->w.parts; part++) {
        const float *weights = job->parts + part * job->part_size;
        bias += ((const double *)(const void *)(weights + gt_padded(job->w.out * size)))[row];
    }
    if (job->dbias) job->dbias[row] = (float)bias;
    if (!job->dweight) return;
    float *to = job->dweight + row * job->w.in * job->w.lines * kernel2;
    for (int64_t line = 0; line < job->w.lines; line++) {
        for (int64_t i = 0; i < job->w.span; i++) {
            const float *from = job->parts + row * size + line * job->w.pitch + i;
            float sum = 0;
            for (int64_t part = 0; part < job->w.parts; part++) sum += from[part * job->part_size];
            to[(i % job->w.in * job->w.lines + line) * kernel2 + i / job->w.in] = sum;
        }
    }
}

int64_t gt_direct_pool_grad_bytes(int dtype, const gt_conv_args *s, int64_t parts) {
    sparse_job job;
    if (!gt_direct_applies(dtype, s) || !plan_sparse(s, parts, &job)) return 0;
    return (sparse_packed(&job) + parts * job.part_size) * (int64_t)sizeof(float);
}

int gt_direct_pool_grad(const gt_conv_args *s, int64_t parts, const void *x, const void *weight, const void *dy,
                        const uint8_t *winner, void *dx, void *dweight, void *dbias, void *scratch) {
    sparse_job job;
    if (!gt_direct_applies(GT_F32, s) || !plan_sparse(s, parts, &job)) return 0;
    job.x = x;
    job.weight = weight;
    job.dy = dy;
    job.winner = winner;
    job.dx = dx;
    job.dweight = dweight;
    job.dbias = dbias;
    job.packed = scratch;
    job.parts = job.packed + sparse_packed(&job);
    const double outputs = (double)(job.p1 * job.p2 * s->out);
    if (dx) gt_parallel(s->out, (double)(job.w.lines * job.w.pitch), pack_sparse, &job);
    gt_parallel(parts, 2 * GT_DIRECT_MULTIPLY_ADD_NS * outputs * (double)(job.w.lines * job.w.pitch) *
                    (double)(s->n / parts + 1), sparse_part, &job);
    gt_parallel(s->out, (double)(parts * job.w.lines * job.w.span), join_sparse, &job);
    return 1;
}
