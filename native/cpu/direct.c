/*
 * Direct convolution in F32, forward: which convolutions it takes, and its jobs. A job copies the rows of x that a band of
 * outputs reads, with their padding, to the stack, where every output finds its window at one distance.
 */
#include "direct_job.h"

#include <string.h>

#include "conv_plan.h"
#include "denormals.h"
#include "threads.h"

/* The padded rows of x on a job's stack: 160 KiB; and outputs of one channel in a band, beside them. */
#define BAND_FLOATS (40 * 1024)
#define BAND_POSITIONS 1024
#define COPY_NS 0.3

/* Fills in the sizes; 0 where the convolution does not suit. */
static int plan_forward(const gt_conv_args *s, int turned, int pooled, gt_direct_job *job) {
    const gt_window *w = &s->window;
    if (w->stride[1] != 1 || w->stride[2] != 1) return 0;
    *job = (gt_direct_job){
        .n = s->n, .groups = s->groups, .in = (turned ? s->out : s->in) / s->groups,
        .out = (turned ? s->in : s->out) / s->groups, .x1 = turned ? w->y[1] : w->x[1], .x2 = turned ? w->y[2] : w->x[2],
        .y1 = turned ? w->x[1] : w->y[1], .y2 = turned ? w->x[2] : w->y[2], .kernel1 = w->kernel[1],
        .kernel2 = w->kernel[2], .dilation1 = w->dilation[1], .dilation2 = w->dilation[2], .turned = turned,
        .pooled = pooled,
    };
    const int64_t over1 = job->dilation1 * (job->kernel1 - 1), over2 = job->dilation2 * (job->kernel2 - 1);
    job->padding1 = turned ? over1 - w->padding[1] : w->padding[1];
    job->padding2 = turned ? over2 - w->padding[2] : w->padding[2];
    if (job->padding1 < 0 || job->padding2 < 0 || job->in == 0 || job->y1 == 0 || job->y2 == 0) return 0;
    if (pooled) {
        job->y1 &= ~(int64_t)1;
        job->y2 &= ~(int64_t)1;
        if (job->y1 == 0 || job->y2 == 0) return 0;
    }
    job->blocks = (job->out + GT_LOOPS(direct)->rows - 1) / GT_LOOPS(direct)->rows;
    job->line = job->y2 + over2;
    job->depth = job->in * job->kernel1 * job->kernel2;
    const int64_t room = BAND_FLOATS - GT_DIRECT_SLACK;
    if (job->line > room / job->in || job->y2 > BAND_POSITIONS) return 0;
    const int64_t unit = pooled ? 2 : 1;
    const int64_t by_rows = room / (job->in * job->line) - over1, by_positions = (BAND_POSITIONS - job->y2) / job->line + 1;
    const int64_t most = gt_least(by_rows, by_positions) / unit * unit;
    if (most < unit) return 0;
    job->bands = (job->y1 + most - 1) / most;
    job->band = ((job->y1 + job->bands - 1) / job->bands + unit - 1) / unit * unit;
    job->bands = (job->y1 + job->band - 1) / job->band;
    return 1;
}

static int64_t forward_bytes(const gt_direct_job *job) {
    gt_direct_job winograd;
    const int64_t direct = gt_padded(job->groups * job->out * job->depth) + gt_padded(job->depth);
    const int64_t tiled = gt_winograd_plan(job, &winograd) ? gt_winograd_floats(&winograd) : 0;
    return (direct > tiled ? direct : tiled) * (int64_t)sizeof(float);
}

/* packed = the weights of one block of outputs, those of one element of the window side by side. */
static void pack(void *arg, int64_t index) {
    const gt_direct_job *job = arg;
    const int64_t group = index / job->blocks, first = gt_direct_block(job, index % job->blocks);
    const int64_t rows = gt_direct_block(job, index % job->blocks + 1) - first, volume = job->kernel1 * job->kernel2;
    float *to = job->packed + (group * job->out + first) * job->depth;
    for (int64_t k = 0; k < job->depth; k++) {
        const int64_t channel = k / volume, element = job->turned ? volume - 1 - k % volume : k % volume;
        for (int64_t r = 0; r < rows; r++) *to++ = gt_direct_weight_of(job, group, channel, first + r)[element];
    }
}

void gt_direct_copy_row(const gt_direct_job *job, const float *plane, int64_t i, float *to, int64_t line) {
    const int64_t width = gt_least(job->x2, line - job->padding2);
    if (i < 0 || i >= job->x1 || width <= 0) {
        memset(to, 0, (size_t)line * sizeof *to);
        return;
    }
    memset(to, 0, (size_t)job->padding2 * sizeof *to);
    memcpy(to + job->padding2, plane + i * job->x2, (size_t)width * sizeof *to);
    memset(to + job->padding2 + width, 0, (size_t)(line - job->padding2 - width) * sizeof *to);
}

/* Rows of x from `row` on, padded: to [in, rows, line]. */
static void copy_band(const gt_direct_job *job, const float *x, int64_t row, int64_t rows, float *to) {
    for (int64_t c = 0; c < job->in; c++) {
        for (int64_t i = row; i < row + rows; i++, to += job->line) {
            gt_direct_copy_row(job, x + c * job->x1 * job->x2, i, to, job->line);
        }
    }
    memset(to, 0, GT_DIRECT_SLACK * sizeof *to);
}

void gt_direct_finish(const gt_direct_job *job, int64_t channel, int64_t which, int64_t row, int64_t rows,
                      const float *from) {
    const struct gt_direct_loops *loops = GT_LOOPS(direct);
    const int64_t group = which % job->groups, plane = which * job->out + channel;
    const float bias = job->bias ? job->bias[group * job->out + channel] : 0;
    if (job->pooled) {
        const int64_t width = job->y2 / 2, height = job->y1 / 2;
        for (int64_t i = 0; i < rows; i += 2) {
            const int64_t at = (plane * height + (row + i) / 2) * width;
            loops->pool(width, from + i * job->line, from + (i + 1) * job->line, bias, job->y + at, job->winner + at);
        }
        return;
    }
    for (int64_t i = 0; i < rows; i++) {
        loops->finish(job->y2, from + i * job->line, bias, job->relu, job->y + (plane * job->y1 + row + i) * job->y2);
    }
}

static void run_band(void *arg, int64_t index) {
    const gt_direct_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    _Alignas(64) float x[BAND_FLOATS], y[GT_DIRECT_ROWS_MAX * (BAND_POSITIONS + GT_DIRECT_SLACK)];
    const int64_t row = index % job->bands * job->band, which = index / job->bands, group = which % job->groups;
    const int64_t rows = gt_least(job->y1 - row, job->band);
    /* Every band is read as one of full height: the distances in x are the same, and what is too much is not looked at. */
    copy_band(job, job->x + which * job->in * job->x1 * job->x2, row - job->padding1,
              job->band + job->dilation1 * (job->kernel1 - 1), x);
    const int64_t positions = (rows - 1) * job->line + job->y2;
    for (int64_t block = 0; block < job->blocks; block++) {
        const int64_t first = gt_direct_block(job, block), count = gt_direct_block(job, block + 1) - first;
        const float *weight = job->packed + (group * job->out + first) * job->depth;
        GT_LOOPS(direct)->forward(count, job->depth, weight, job->offset, x, positions, y,
                                  BAND_POSITIONS + GT_DIRECT_SLACK);
        for (int64_t r = 0; r < count; r++) {
            gt_direct_finish(job, first + r, which, row, rows, y + r * (BAND_POSITIONS + GT_DIRECT_SLACK));
        }
    }
    gt_denormals_restore(mode);
}

static void run_forward(gt_direct_job *job, void *scratch) {
    job->packed = scratch;
    gt_direct_job winograd;
    if (gt_winograd_plan(job, &winograd) && gt_winograd_run(&winograd)) return;
    job->offset = (int32_t *)scratch + gt_padded(job->groups * job->out * job->depth);
    const int64_t rows = job->band + job->dilation1 * (job->kernel1 - 1), volume = job->kernel1 * job->kernel2;
    for (int64_t k = 0; k < job->depth; k++) {
        const int64_t element = k % volume, k1 = element / job->kernel2, k2 = element % job->kernel2;
        job->offset[k] = (int32_t)(((k / volume) * rows + k1 * job->dilation1) * job->line + k2 * job->dilation2);
    }
    gt_parallel(job->groups * job->blocks, (double)(job->depth * job->out / job->blocks), pack, job);
    const double outputs = (double)(job->band * job->line) * (double)job->out;
    gt_parallel(job->n * job->groups * job->bands, outputs * (COPY_NS + GT_DIRECT_MULTIPLY_ADD_NS * (double)job->depth),
                run_band, job);
}

int64_t gt_direct_forward_bytes(int dtype, const gt_conv_args *s, int turned) {
    gt_direct_job job;
    return gt_direct_applies(dtype, s) && plan_forward(s, turned, 0, &job) ? forward_bytes(&job) : 0;
}

int gt_direct_forward(const gt_conv_args *s, int turned, const void *x, const void *weight, const void *bias, int relu,
                      void *y, void *scratch) {
    gt_direct_job job;
    if (!gt_direct_applies(GT_F32, s) || !plan_forward(s, turned, 0, &job)) return 0;
    job.x = x;
    job.weight = weight;
    job.bias = bias;
    job.relu = relu;
    job.y = y;
    run_forward(&job, scratch);
    return 1;
}

int64_t gt_direct_pool_bytes(int dtype, const gt_conv_args *s) {
    gt_direct_job job;
    return gt_direct_applies(dtype, s) && plan_forward(s, 0, 1, &job) ? forward_bytes(&job) : 0;
}

int gt_direct_pool(const gt_conv_args *s, const void *x, const void *weight, const void *bias, void *y, uint8_t *winner,
                   void *scratch) {
    gt_direct_job job;
    if (!gt_direct_applies(GT_F32, s) || !plan_forward(s, 0, 1, &job)) return 0;
    job.x = x;
    job.weight = weight;
    job.bias = bias;
    job.y = y;
    job.winner = winner;
    run_forward(&job, scratch);
    return 1;
}
