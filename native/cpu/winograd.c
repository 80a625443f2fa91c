/*
 * Convolution by 3 x 3 in F32 with 16 multiplications for 2 x 2 outputs instead of 36: F(2 x 2, 3 x 3) of A. Lavin and
 * S. Gray, Fast Algorithms for Convolutional Neural Networks, 2016. A job transforms the tiles of a band of outputs, all
 * channels, to the stack; then each of the 16 points is a product of its own, weights times tiles; and what comes out is
 * transformed back, an output at a time. An element of x takes part in all four outputs of a tile, also where its weight
 * should be none: their error is relative to the largest of the 4 x 4, and what is not finite spreads, so that such a
 * result counts for nothing and the convolution is done again without tiles.
 */
#include "winograd.h"

#include <stdatomic.h>

#include "denormals.h"
#include "direct_job.h"
#include "threads.h"

#define POINTS GT_WINOGRAD_POINTS
/* On a job's stack: transformed tiles, 192 KiB; products of one block of outputs; rows of one channel; one output. */
#define TILE_FLOATS (48 * 1024)
#define TILES_MAX 128
#define ROW_FLOATS 4096
#define OUTPUT_FLOATS 4096
/* Behind each point, so that the 16 of a tile lie in different sets of the cache. */
#define APART 16
/* Where the transforms cost less than they save, as measured: weights of so many windows of one channel, 16 and more each
   way; rows whose tiles fill most of a vector of 16; and tiles enough for what a weight's transform takes. */
#define CHANNELS_MIN 16
#define WINDOWS_MIN 1024
#define TILES_MIN 256
#define TRANSFORM_NS 0.3

typedef struct winograd_run {
    gt_direct_job job;
    _Atomic int spoilt; /* by a number that is not finite */
} winograd_run;

/* Floats from one point of a band's tiles, or of a block's products, to the next. */
static int64_t point_floats(const gt_direct_job *job, int64_t channels) { return channels * job->pitch + APART; }

/* Floats of a padded row of x: its tiles, in whole vectors, and two elements more. */
static int64_t row_floats(const gt_direct_job *job) { return gt_padded(2 * job->tiles) + GT_DIRECT_SLACK; }

static int is_worth_it(const gt_direct_job *job, int64_t tiles, int64_t height) {
    return job->in >= CHANNELS_MIN && job->out >= CHANNELS_MIN && job->in * job->out >= WINDOWS_MIN &&
           4 * tiles >= 3 * ((tiles + 15) / 16 * 16) && job->n * height * tiles >= TILES_MIN;
}

int gt_winograd_plan(const gt_direct_job *direct, gt_direct_job *job) {
    *job = *direct;
    const int64_t tiles = (job->y2 + 1) / 2, height = (job->y1 + 1) / 2;
    if (job->kernel1 != 3 || job->kernel2 != 3 || job->dilation1 != 1 || job->dilation2 != 1 || tiles > TILES_MAX ||
        !is_worth_it(job, tiles, height))
        return 0;
    job->tiles = tiles;
    job->line = gt_padded(2 * tiles);
    /* The height of a band, in tiles, that leaves the fewest places without one. */
    int64_t best = 0, least = INT64_MAX;
    for (int64_t h = 1; h <= height && h * tiles <= TILES_MAX; h++) {
        if (POINTS * job->in * gt_padded(h * tiles) > TILE_FLOATS || (2 * h + 2) * row_floats(job) > ROW_FLOATS ||
            2 * h * job->line + GT_DIRECT_SLACK > OUTPUT_FLOATS)
            break;
        const int64_t whole = height / h, places = whole * gt_padded(h * tiles) + gt_padded(height % h * tiles);
        if (places <= least) {
            best = h;
            least = places;
        }
    }
    if (best == 0) return 0;
    job->pitch = gt_padded(best * tiles);
    job->band = 2 * best;
    job->bands = (job->y1 + job->band - 1) / job->band;
    return 1;
}

int64_t gt_winograd_floats(const gt_direct_job *job) { return POINTS * job->groups * job->in * job->out; }

/* point[4 i + j] = G g G^T, where G = 1 0 0 | 1/2 1/2 1/2 | 1/2 -1/2 1/2 | 0 0 1. */
static void transform_weight(const float g[9], float point[POINTS]) {
    float half[4][3];
    for (int j = 0; j < 3; j++) {
        half[0][j] = g[j];
        half[1][j] = 0.5f * (g[j] + g[3 + j] + g[6 + j]);
        half[2][j] = 0.5f * (g[j] - g[3 + j] + g[6 + j]);
        half[3][j] = g[6 + j];
    }
    for (int i = 0; i < 4; i++) {
        point[4 * i] = half[i][0];
        point[4 * i + 1] = 0.5f * (half[i][0] + half[i][1] + half[i][2]);
        point[4 * i + 2] = 0.5f * (half[i][0] - half[i][1] + half[i][2]);
        point[4 * i + 3] = half[i][2];
    }
}

/* packed = the transformed weights of one block of outputs: [points, in, rows]. */
static void pack(void *arg, int64_t index) {
    const gt_direct_job *job = arg;
    const int64_t group = index / job->blocks, first = gt_direct_block(job, index % job->blocks);
    const int64_t rows = gt_direct_block(job, index % job->blocks + 1) - first;
    float *to = job->packed + (group * job->out + first) * job->in * POINTS;
    for (int64_t channel = 0; channel < job->in; channel++) {
        for (int64_t r = 0; r < rows; r++) {
            const float *weight = gt_direct_weight_of(job, group, channel, first + r);
            float g[9], point[POINTS];
            for (int i = 0; i < 9; i++) g[i] = weight[job->turned ? 8 - i : i];
            transform_weight(g, point);
            for (int k = 0; k < POINTS; k++) to[(k * job->in + channel) * rows + r] = point[k];
        }
    }
}

/* tile [points, in, pitch], points apart = the transformed tiles of a band whose outputs begin with row `row`. */
static void transform_band(const gt_direct_job *job, int64_t which, int64_t row, int64_t height, float *tile) {
    _Alignas(64) float rows[ROW_FLOATS];
    const int64_t plane = job->x1 * job->x2, first = row - job->padding1, count = 2 * height + 2;
    /* Rows of x serve as they are where they need no padding and the next rows stand in for the slack behind them. */
    const int inside = job->padding2 == 0 && job->x2 >= 2 * job->tiles + 2 && first >= 0 && first + count <= job->x1;
    const int64_t last = (job->n * job->groups * job->in - 1) * plane; /* the last plane's start */
    for (int64_t c = 0; c < job->in; c++) {
        const int64_t at = (which * job->in + c) * plane;
        const float *from = job->x + at + first * job->x2;
        int64_t line = job->x2;
        if (!inside || (at == last && (first + count) * line + GT_DIRECT_SLACK > plane)) {
            line = row_floats(job);
            for (int64_t i = 0; i < count; i++) gt_direct_copy_row(job, job->x + at, first + i, rows + i * line, line);
            from = rows;
        }
        for (int64_t i = 0; i < height; i++) {
            GT_LOOPS(winograd)->input(job->tiles, from + 2 * i * line, line, tile + c * job->pitch + i * job->tiles,
                                      point_floats(job, job->in));
        }
    }
}

/* One output of a band from its products, which are a `step` apart; gives 0 where it is not finite. */
static int finish(const gt_direct_job *job, int64_t output, int64_t which, int64_t row, int64_t height,
                  const float *product, int64_t step) {
    _Alignas(64) float y[OUTPUT_FLOATS];
    int finite = 1;
    if (job->pooled) {
        const float bias = job->bias ? job->bias[which % job->groups * job->out + output] : 0;
        const int64_t at = ((which * job->out + output) * (job->y1 / 2) + row / 2) * job->tiles;
        for (int64_t i = 0; i < height * job->tiles; i += job->tiles) {
            finite &= GT_LOOPS(winograd)->pool(job->tiles, product + i, step, bias, job->y + at + i, job->winner + at + i);
        }
        return finite;
    }
    for (int64_t i = 0; i < height; i++) {
        finite &= GT_LOOPS(winograd)->output(job->tiles, product + i * job->tiles, step, y + 2 * i * job->line, job->line);
    }
    gt_direct_finish(job, output, which, row, gt_least(job->y1 - row, 2 * height), y);
    return finite;
}

static void run_band(void *arg, int64_t index) {
    winograd_run *run = arg;
    const gt_direct_job *job = &run->job;
    const unsigned mode = gt_denormals_flush();
    _Alignas(64) float tile[TILE_FLOATS + POINTS * APART];
    _Alignas(64) float product[POINTS * (GT_DIRECT_ROWS_MAX * TILES_MAX + APART) + GT_DIRECT_SLACK];
    const int64_t row = index % job->bands * job->band, which = index / job->bands, group = which % job->groups;
    const int64_t height = (gt_least(job->y1 - row, job->band) + 1) / 2;
    int finite = 1;
    transform_band(job, which, row, height, tile);
    for (int64_t block = 0; block < job->blocks; block++) {
        const int64_t first = gt_direct_block(job, block), count = gt_direct_block(job, block + 1) - first;
        const int64_t step = point_floats(job, count);
        const float *weight = job->packed + (group * job->out + first) * job->in * POINTS;
        for (int64_t k = 0; k < POINTS; k++) {
            GT_LOOPS(direct)->forward(count, job->in, weight + k * job->in * count, job->offset,
                                      tile + k * point_floats(job, job->in), height * job->tiles, product + k * step,
                                      job->pitch);
        }
        for (int64_t r = 0; r < count; r++) {
            finite &= finish(job, first + r, which, row, height, product + r * job->pitch, step);
        }
    }
    if (!finite) atomic_store_explicit(&run->spoilt, 1, memory_order_relaxed);
    gt_denormals_restore(mode);
}

int gt_winograd_run(const gt_direct_job *job) {
    winograd_run run = {*job, 0};
    int32_t offset[TILE_FLOATS / POINTS / GT_DIRECT_SLACK];
    for (int64_t c = 0; c < job->in; c++) offset[c] = (int32_t)(c * job->pitch);
    run.job.offset = offset;
    gt_parallel(job->groups * job->blocks, (double)(POINTS * job->in * job->out / job->blocks), pack, &run.job);
    const double products = (double)(POINTS * job->pitch * job->in) * (double)job->out;
    const double tiles = (double)(POINTS * job->pitch) * (double)(job->in + job->out);
    gt_parallel(job->n * job->groups * job->bands, GT_DIRECT_MULTIPLY_ADD_NS * products + TRANSFORM_NS * tiles,
                run_band, &run);
    return !atomic_load_explicit(&run.spoilt, memory_order_relaxed);
}
