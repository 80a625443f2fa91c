/* What the files of direct convolution share: which convolutions they take, and the job of a forward pass. */
#ifndef GATUN_DIRECT_JOB_H
#define GATUN_DIRECT_JOB_H

#include <stdint.h>

#include "../common/gatun.h"
#include "direct.h"

/* Most outputs that a version's `forward` takes at a time. */
#define GT_DIRECT_ROWS_MAX 14

/* An estimate for sharing: a multiply-add of the direct loops. */
#define GT_DIRECT_MULTIPLY_ADD_NS 0.015

static inline int64_t gt_least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t gt_padded(int64_t n) { return (n + GT_DIRECT_SLACK - 1) / GT_DIRECT_SLACK * GT_DIRECT_SLACK; }

/* Whether the convolution is over planes of F32, and this version has loops for it. */
static inline int gt_direct_applies(int dtype, const gt_conv_args *s) {
    const gt_window *w = &s->window;
    return dtype == GT_F32 && GT_LOOPS(direct)->rows > 0 && w->kernel[0] == 1 && w->x[0] == 1 && w->y[0] == 1 &&
           w->padding[0] == 0;
}

/* A forward pass, or the gradient of x, which is one with the weight turned round. */
typedef struct gt_direct_job {
    int64_t n, groups, in, out; /* in, out: channels of one group */
    int64_t x1, x2, y1, y2;     /* planes that are read and written */
    int64_t kernel1, kernel2, dilation1, dilation2, padding1, padding2;
    int64_t line, band, bands;  /* line: elements of a padded row; band: rows of outputs */
    int64_t depth, blocks;      /* blocks: of outputs that `forward` takes at a time */
    int64_t tiles, pitch;       /* by Winograd: tiles of a row; of a band, up to the slack */
    int turned, relu, pooled;
    const float *x, *weight, *bias;
    float *y, *packed;
    int32_t *offset;
    uint8_t *winner;
} gt_direct_job;

/* The first output of a block, in all groups. */
static inline int64_t gt_direct_block(const gt_direct_job *job, int64_t block) { return job->out * block / job->blocks; }

/* The weight from input `channel` of a group to its output `out`: kernel1 * kernel2 floats, backwards if turned. */
static inline const float *gt_direct_weight_of(const gt_direct_job *job, int64_t group, int64_t channel, int64_t out) {
    const int64_t at = job->turned ? (group * job->in + channel) * job->out + out
                                   : (group * job->out + out) * job->in + channel;
    return job->weight + at * job->kernel1 * job->kernel2;
}

/* Row i of a plane of x with its padding, zeros where there is none: to [line]. */
void gt_direct_copy_row(const gt_direct_job *job, const float *plane, int64_t i, float *to, int64_t line);
/* Bias, relu and pool of one channel's band of `rows`, from rows at the job's line to y. */
void gt_direct_finish(const gt_direct_job *job, int64_t channel, int64_t which, int64_t row, int64_t rows,
                      const float *from);

/* winograd.c: the same pass by tiles, or 0 where the convolution is faster as it is. */
int gt_winograd_plan(const gt_direct_job *direct, gt_direct_job *job);
/* Floats of the transformed weights. */
int64_t gt_winograd_floats(const gt_direct_job *job);
/* Gives 0 where a result is not finite: then y and winner hold anything. */
int gt_winograd_run(const gt_direct_job *job);

#endif
