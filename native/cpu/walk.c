/* See walk.h. */
#include "walk.h"

#include <stddef.h>

#include "../common/strided.h"
#include "cast.h"
#include "threads.h"

/* Elements of a tile: four operands of eight bytes are 8 KiB, a quarter of the smallest L1 in use. */
#define TILE 256
/* A panel: rows that a cache line of a transposed input serves, and its columns. */
#define PANEL_ROWS 16
#define PANEL_COLUMNS 128

/* A walk with its dimensions in order, outermost first. */
typedef struct plan {
    const gt_walk *walk;
    int64_t rank, total, chunk;
    int64_t size[GT_MAX_RANK];
    int64_t stride[GT_MAX_OPERANDS][GT_MAX_RANK]; /* in bytes */
    char *at[GT_MAX_OPERANDS];
    int scalar;       /* the operand that rows pass as one element, or -1 */
    unsigned through; /* bit k: operand k goes through a tile */
} plan;

/* ---- one row ---- */

#define COPY_STRIDED(type)                                                                                             \
    for (int64_t i = 0; i < n; i++)                                                                                    \
        *(type *)(void *)(to + i * to_step) = *(const type *)(const void *)(from + i * from_step)

/* Any dtype of that size: a copy does not look inside. */
static int dtype_of_size(int64_t bytes) {
    return bytes == 1 ? GT_U8 : bytes == 2 ? GT_F16 : bytes == 4 ? GT_F32 : GT_F64;
}

static void copy_strided(int64_t bytes, int64_t n, const char *from, int64_t from_step, char *to, int64_t to_step) {
    if (from_step == -bytes && to_step == bytes) {
        GT_LOOPS(cast)->reverse[dtype_of_size(bytes)](n, from, to);
        return;
    }
    switch (bytes) {
    case 1:
        COPY_STRIDED(uint8_t);
        break;
    case 2:
        COPY_STRIDED(uint16_t);
        break;
    case 4:
        COPY_STRIDED(uint32_t);
        break;
    default:
        COPY_STRIDED(uint64_t);
        break;
    }
}

static void row_through_tiles(const plan *p, int64_t n, char *const at[]) {
    _Alignas(64) char tiles[GT_MAX_OPERANDS][TILE * 8];
    const gt_walk *w = p->walk;
    const int out = w->operands - 1;
    const int64_t inner = p->rank - 1;
    for (int64_t start = 0; start < n; start += TILE) {
        int64_t count = n - start < TILE ? n - start : TILE;
        char *piece[GT_MAX_OPERANDS];
        for (int k = 0; k <= out; k++) {
            int64_t step = p->stride[k][inner];
            piece[k] = at[k] + start * step;
            if (!(p->through >> k & 1)) continue;
            /* A broadcast operand's tile holds for the whole row. */
            if (k < out && (step != 0 || start == 0))
                copy_strided(w->bytes[k], count, piece[k], step, tiles[k], w->bytes[k]);
            piece[k] = tiles[k];
        }
        w->flat(w, count, p->scalar, piece);
        if (p->through >> out & 1) {
            int64_t step = p->stride[out][inner];
            copy_strided(w->bytes[out], count, tiles[out], w->bytes[out], at[out] + start * step, step);
        }
    }
}

static void run_row(const plan *p, int64_t n, char *const at[]) {
    if (p->through) {
        row_through_tiles(p, n, at);
    } else {
        p->walk->flat(p->walk, n, p->scalar, at);
    }
}

/* ---- a chunk of elements, in the plan's order ---- */

static void run_chunk(void *arg, int64_t index) {
    const plan *p = arg;
    const gt_walk *w = p->walk;
    const int64_t inner = p->rank - 1, length = p->size[inner];
    int64_t position[GT_MAX_RANK], rest = index * p->chunk;
    int64_t left = p->total - rest < p->chunk ? p->total - rest : p->chunk;
    char *at[GT_MAX_OPERANDS];
    for (int k = 0; k < w->operands; k++) at[k] = p->at[k];
    for (int64_t d = inner; d >= 0; d--) {
        position[d] = d ? rest % p->size[d] : rest;
        rest /= p->size[d];
        for (int k = 0; k < w->operands; k++) at[k] += position[d] * p->stride[k][d];
    }
    for (;;) {
        int64_t n = length - position[inner] < left ? length - position[inner] : left;
        run_row(p, n, at);
        left -= n;
        if (left == 0) return;
        for (int k = 0; k < w->operands; k++) at[k] -= position[inner] * p->stride[k][inner];
        position[inner] = 0;
        for (int64_t d = inner - 1;; d--) {
            for (int k = 0; k < w->operands; k++) at[k] += p->stride[k][d];
            if (++position[d] < p->size[d]) break;
            for (int k = 0; k < w->operands; k++) at[k] -= p->size[d] * p->stride[k][d];
            position[d] = 0;
        }
    }
}

/* How the rows of a plan meet their operands. Computed once: every row has the same strides. */
static void choose_row(plan *p) {
    const gt_walk *w = p->walk;
    p->scalar = -1;
    p->through = 0;
    for (int k = 0; k < w->operands; k++) {
        int64_t step = p->stride[k][p->rank - 1];
        if (step == w->bytes[k]) continue;
        if (step == 0 && p->scalar < 0 && (w->scalars >> k & 1)) {
            p->scalar = k;
        } else {
            p->through |= 1u << k;
        }
    }
}

static void run_plan(plan *p) {
    /* A chunk is worth about 4 us, so that a hand-over of a microsecond is small and both ends of a job are even. */
    double elements = 4000 / p->walk->nanos;
    p->chunk = elements < 1024 ? 1024 : (int64_t)elements & -1024;
    p->total = 1;
    for (int64_t d = 0; d < p->rank; d++) p->total *= p->size[d];
    if (p->total == 0) return;
    choose_row(p);
    gt_parallel((p->total + p->chunk - 1) / p->chunk, p->walk->nanos * (double)p->chunk, run_chunk, p);
}

/* ---- panels: inputs that are transposed against the output ---- */

/*
 * Rows along the output would use one element of each cache line of such an input and come back for the next when the
 * line is gone. So PANEL_ROWS rows go together, a piece at a time: the input's piece is transposed into a tile, line by
 * line. x^T + y of 2048 x 2048 floats: 15 ns an element, 57 row by row.
 */
typedef struct panels {
    plan plan;            /* dense: its last dimension but one */
    unsigned transposed;  /* bit k: operand k is */
    int64_t strips;       /* of PANEL_ROWS in the dense dimension */
} panels;

static void run_panels(void *arg, int64_t index) {
    const panels *job = arg;
    const gt_walk *w = job->plan.walk;
    const int64_t inner = job->plan.rank - 1, dense = inner - 1, first = index % job->strips * PANEL_ROWS;
    const int64_t left = job->plan.size[dense] - first, rows = left < PANEL_ROWS ? left : PANEL_ROWS;
    _Alignas(64) char tiles[GT_MAX_OPERANDS - 1][PANEL_ROWS * PANEL_COLUMNS * 8];
    plan p = job->plan; /* as the rows see it: from a tile, a transposed operand is contiguous */
    int64_t rest = index / job->strips;
    for (int k = 0; k < w->operands; k++) p.at[k] += first * p.stride[k][dense];
    for (int64_t d = dense - 1; d >= 0; d--) {
        for (int k = 0; k < w->operands; k++) p.at[k] += rest % p.size[d] * p.stride[k][d];
        rest /= p.size[d];
    }
    for (int k = 0; k < w->operands; k++)
        if (job->transposed >> k & 1) p.stride[k][inner] = w->bytes[k];
    choose_row(&p);
    for (int64_t column = 0; column < p.size[inner]; column += PANEL_COLUMNS) {
        const int64_t width = p.size[inner] - column < PANEL_COLUMNS ? p.size[inner] - column : PANEL_COLUMNS;
        char *at[GT_MAX_OPERANDS];
        for (int k = 0; k < w->operands; k++) {
            const int64_t step = job->plan.stride[k][inner];
            at[k] = p.at[k] + column * step;
            if (!(job->transposed >> k & 1)) continue;
            GT_LOOPS(cast)->transpose[dtype_of_size(w->bytes[k])](rows, width, at[k], step / w->bytes[k], tiles[k],
                                                                  PANEL_COLUMNS);
            at[k] = tiles[k];
        }
        for (int64_t row = 0; row < rows; row++) {
            run_row(&p, width, at);
            for (int k = 0; k < w->operands; k++)
                at[k] += job->transposed >> k & 1 ? PANEL_COLUMNS * w->bytes[k] : p.stride[k][dense];
        }
    }
}

/* Whether p has such inputs, all dense along one dimension; then it is done. */
static int run_as_panels(plan *p) {
    panels job = {.plan = *p};
    const int64_t inner = p->rank - 1;
    int64_t dense = -1;
    for (int k = 0; k < p->walk->operands - 1; k++) {
        if (gt_magnitude(p->stride[k][inner]) <= p->walk->bytes[k]) continue;
        for (int64_t d = 0; d < inner; d++) {
            if (p->stride[k][d] != p->walk->bytes[k] || p->size[d] == 1 || (dense >= 0 && d != dense)) continue;
            dense = d;
            job.transposed |= 1u << k;
        }
    }
    if (dense < 0) return 0;
    plan *q = &job.plan;
    const int64_t size = q->size[dense];
    q->size[dense] = q->size[inner - 1];
    q->size[inner - 1] = size;
    for (int k = 0; k < q->walk->operands; k++) {
        const int64_t stride = q->stride[k][dense];
        q->stride[k][dense] = q->stride[k][inner - 1];
        q->stride[k][inner - 1] = stride;
    }
    job.strips = (size + PANEL_ROWS - 1) / PANEL_ROWS;
    int64_t outer = 1;
    for (int64_t d = 0; d < inner - 1; d++) outer *= q->size[d];
    gt_parallel(outer * job.strips, q->walk->nanos * (double)(PANEL_ROWS * q->size[inner]), run_panels, &job);
    return 1;
}

int gt_walk_run(const gt_walk *walk, const gt_dims *dims) {
    gt_dims sorted = *dims;
    gt_dims_sort(&sorted, walk->operands, walk->operands - 1, 0, dims->rank);
    plan p = {.walk = walk, .rank = gt_dims_collapse(&sorted, walk->operands, 0, dims->rank)};
    for (int k = 0; k < walk->operands; k++) p.at[k] = walk->at[k];
    for (int64_t d = 0; d < p.rank; d++) {
        p.size[d] = sorted.size[d];
        for (int k = 0; k < walk->operands; k++) p.stride[k][d] = sorted.stride[k][d] * walk->bytes[k];
    }
    if (p.rank == 0) { /* one element */
        p.rank = p.size[0] = 1;
        for (int k = 0; k < walk->operands; k++) p.stride[k][0] = walk->bytes[k];
    }
    if (!run_as_panels(&p)) run_plan(&p);
    return GT_OK;
}

int gt_walk_flat(const gt_walk *walk, int64_t n, int scalar) {
    if (n == 0) return GT_OK;
    if ((double)n * walk->nanos < 8000) {
        walk->flat(walk, n, scalar, walk->at);
        return GT_OK;
    }
    plan p = {.walk = walk, .rank = 1, .size = {n}};
    for (int k = 0; k < walk->operands; k++) {
        p.at[k] = walk->at[k];
        p.stride[k][0] = k == scalar ? 0 : walk->bytes[k];
    }
    run_plan(&p);
    return GT_OK;
}
