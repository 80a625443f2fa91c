/*
 * Recurrent layers. What makes them fast: the weight is turned into panels once for all steps; a block of units goes
 * through its product and its gates while the sums lie in L1; and where weights stay in L2 a few rows of the batch go
 * through all steps on one thread, without meeting the others. Larger weights are shared out, a step after the other. The
 * bits are the same either way: an element's sum depends on `hidden` alone.
 */
#include "recurrent.h"

#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "conv.h"
#include "denormals.h"
#include "threads.h"

#define UNITS GT_RECURRENT_UNITS
/* Rows of the batch that go together: two blocks of the product's registers, and a block of sums of 16 KiB at most. */
#define ROWS 16
/* Weights up to this size are read again by every thread at every step. */
#define PRIVATE_BYTES ((int64_t)1 << 20)
/* A step that takes longer is shared out where there are fewer rows than threads. */
#define STEP_NS 50000.0
/* Estimates for sharing: a multiply-add, all gates of an element, and an element that is copied. */
#define MULTIPLY_ADD_NS 0.02
#define GATES_NS 6.0
#define COPY_NS 0.3

static const int64_t gates_of[GT_RECURRENT_COUNT] = {1, 1, 4, 3};

typedef struct recurrent_job {
    const gt_recurrent_loop *loop;
    void (*product)(const gt_conv_product *product);
    void (*turn)(int64_t width, int64_t hidden, const void *weight, void *panel);
    gt_recurrent_args s;
    int64_t bytes, gates, blocks, chunks; /* bytes: of an element; blocks of units, chunks of rows */
    int64_t t;                            /* the step that is shared out */
    const char *weight, *bias, *h0, *c0, *gates_of_x, *dy;
    char *x, *y, *kept, *carry, *dx, *dg, *dh0, *panels;
} recurrent_job;

static const double zeros[UNITS];

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Address of element i of an array; null stays null. */
static char *at(const recurrent_job *job, const void *x, int64_t i) {
    return x ? (char *)(uintptr_t)x + i * job->bytes : NULL;
}

/* Where the step that runs at time t lies. */
static int64_t place(const recurrent_job *job, int64_t t) { return job->s.reverse ? job->s.steps - 1 - t : t; }

/* The first element of a step in an array of `width` numbers for each row. */
static char *step_of(const recurrent_job *job, const void *x, int64_t t, int64_t width) {
    return at(job, x, place(job, t) * job->s.n * width);
}

/* A panel: of one gate of a block, or of a block for all gates. */
static char *panel_of(const recurrent_job *job, int64_t index) {
    return job->panels + index * job->s.hidden * UNITS * job->bytes;
}

/* Units of a block as the product takes them: whole registers. */
static int64_t padded(int64_t width) { return (width + 15) / 16 * 16; }

static void fill_bias(const recurrent_job *job, int64_t rows, int64_t unit, int64_t width, char *sums) {
    for (int64_t i = 0; i < rows * job->gates; i++) {
        char *to = sums + i * UNITS * job->bytes;
        memcpy(to, at(job, job->bias, i % job->gates * job->s.hidden + unit), (size_t)(width * job->bytes));
        memset(to + width * job->bytes, 0, (size_t)((UNITS - width) * job->bytes));
    }
}

/* Asks for the gates' x before the product, which takes its time: the processor does not see where the next rows lie. */
static void prefetch(const recurrent_job *job, int64_t t, int64_t from, int64_t rows, int64_t unit) {
    const int64_t hidden = job->s.hidden, all = job->gates * hidden;
    const char *x = at(job, step_of(job, job->x, t, all), from * all + unit);
    for (int64_t i = 0; i < rows * job->gates; i++) {
        const char *row = at(job, x, i / job->gates * all + i % job->gates * hidden);
        for (int64_t b = 0; b < UNITS * job->bytes; b += 64) __builtin_prefetch(row + b, 1);
    }
}

/* One chunk of rows and one block of units of the step at time t. */
static void forward(const recurrent_job *job, int64_t t, int64_t chunk, int64_t block) {
    _Alignas(64) char sums[ROWS * GT_RECURRENT_GATES_MAX * UNITS * sizeof(double)];
    const int64_t hidden = job->s.hidden, unit = block * UNITS, width = least(hidden - unit, UNITS);
    const int64_t from = job->s.n * chunk / job->chunks, rows = job->s.n * (chunk + 1) / job->chunks - from;
    const char *h = t == 0 ? job->h0 : step_of(job, job->y, t - 1, hidden);
    const char *c = t == 0 ? job->c0 : job->s.keep ? step_of(job, job->kept, t - 1, hidden) : job->kept;
    prefetch(job, t, from, rows, unit);
    if (job->bias) {
        fill_bias(job, rows, unit, width, sums);
    } else if (!h) {
        memset(sums, 0, (size_t)(rows * job->gates * UNITS * job->bytes));
    }
    for (int64_t gate = 0; gate < job->gates && h; gate++) {
        const gt_conv_product product = {
            .m = rows, .n = padded(width), .k = hidden, .a = at(job, h, from * hidden), .a_row = hidden, .a_col = 1,
            .b = panel_of(job, block * job->gates + gate), .ldb = UNITS, .c = sums + gate * UNITS * job->bytes,
            .ldc = job->gates * UNITS, .add = job->bias != NULL,
        };
        job->product(&product);
    }
    char *kept = job->s.keep ? step_of(job, job->kept, t, hidden) : job->kept;
    const gt_recurrent_block b = {
        .rows = rows, .width = width, .hidden = hidden, .sums = sums,
        .h_before = h ? at(job, h, from * hidden + unit) : (const void *)zeros, .h_row = h ? hidden : 0,
        .c_before = c ? at(job, c, from * hidden + unit) : (const void *)zeros, .c_row = c ? hidden : 0,
        .x = at(job, step_of(job, job->x, t, job->gates * hidden), from * job->gates * hidden + unit),
        .h = at(job, step_of(job, job->y, t, hidden), from * hidden + unit), .kept = at(job, kept, from * hidden + unit),
    };
    job->loop->step(&b);
}

/* The gradient of h0 from what arrives at it. */
static void finish(const recurrent_job *job, const gt_recurrent_grad_block *b, int64_t first) {
    for (int64_t i = 0; i < b->rows && job->dh0; i++) {
        const char *from = (const char *)b->sums + i * UNITS * job->bytes;
        char *to = at(job, job->dh0, first + i * b->hidden);
        memcpy(to, from, (size_t)(b->width * job->bytes));
        for (int64_t j = 0; j < b->width && job->s.cell == GT_RECURRENT_gru; j++) {
            const void *carried = at(job, job->carry, first + i * b->hidden + j);
            if (job->bytes == sizeof(float)) {
                ((float *)(void *)to)[j] += *(const float *)carried;
            } else {
                ((double *)(void *)to)[j] += *(const double *)carried;
            }
        }
    }
}

/* The same for the gradient, steps from the last to run; time -1 is the state before the first. */
static void backward(const recurrent_job *job, int64_t t, int64_t chunk, int64_t block) {
    _Alignas(64) char sums[ROWS * UNITS * sizeof(double)];
    const int64_t hidden = job->s.hidden, all = job->gates * hidden;
    const int64_t unit = block * UNITS, width = least(hidden - unit, UNITS);
    const int64_t from = job->s.n * chunk / job->chunks, rows = job->s.n * (chunk + 1) / job->chunks - from;
    const int64_t first = from * hidden + unit;
    if (t == job->s.steps - 1) {
        memset(sums, 0, (size_t)(rows * UNITS * job->bytes));
    } else {
        const gt_conv_product product = {
            .m = rows, .n = padded(width), .k = all, .a = at(job, step_of(job, job->dg, t + 1, all), from * all),
            .a_row = all, .a_col = 1, .b = panel_of(job, block * job->gates), .ldb = UNITS, .c = sums, .ldc = UNITS,
        };
        job->product(&product);
    }
    gt_recurrent_grad_block b = {.rows = rows, .width = width, .hidden = hidden, .sums = sums};
    if (t < 0) {
        finish(job, &b, first);
        return;
    }
    const char *h = t == 0 ? job->h0 : step_of(job, job->y, t - 1, hidden);
    const char *c = t == 0 ? job->c0 : step_of(job, job->kept, t - 1, hidden);
    b.dy = at(job, job->dy, place(job, t) * job->s.dy_step + from * job->s.dy_row + unit);
    b.dy_row = job->s.dy_row;
    b.h_before = h ? at(job, h, first) : (const void *)zeros;
    b.h_row = h ? hidden : 0;
    b.c_before = c ? at(job, c, first) : (const void *)zeros;
    b.c_row = c ? hidden : 0;
    b.gates = at(job, step_of(job, job->gates_of_x, t, all), from * all + unit);
    b.h = at(job, step_of(job, job->y, t, hidden), first);
    b.kept = at(job, step_of(job, job->kept, t, hidden), first);
    b.carry = at(job, job->carry, first);
    b.dx = at(job, step_of(job, job->dx, t, all), from * all + unit);
    b.dg = at(job, step_of(job, job->dg, t, all), from * all + unit);
    job->loop->grad(&b);
}

/* Jobs: a chunk through all steps, or a chunk and block of one step. Blocks are the slower index: theirs are the panels. */

static void forward_chunk(void *arg, int64_t chunk) {
    const recurrent_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    for (int64_t t = 0; t < job->s.steps; t++) {
        for (int64_t block = 0; block < job->blocks; block++) forward(job, t, chunk, block);
    }
    gt_denormals_restore(mode);
}

static void forward_piece(void *arg, int64_t index) {
    const recurrent_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    forward(job, job->t, index % job->chunks, index / job->chunks);
    gt_denormals_restore(mode);
}

static void backward_chunk(void *arg, int64_t chunk) {
    const recurrent_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    for (int64_t t = job->s.steps - 1; t >= (job->dh0 ? -1 : 0); t--) {
        for (int64_t block = 0; block < job->blocks; block++) backward(job, t, chunk, block);
    }
    gt_denormals_restore(mode);
}

static void backward_piece(void *arg, int64_t index) {
    const recurrent_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    backward(job, job->t, index % job->chunks, index / job->chunks);
    gt_denormals_restore(mode);
}

static void turn_panel(void *arg, int64_t index) {
    const recurrent_job *job = arg;
    const int64_t unit = index / job->gates * UNITS, width = least(job->s.hidden - unit, UNITS);
    const int64_t row = index % job->gates * job->s.hidden + unit;
    job->turn(width, job->s.hidden, at(job, job->weight, row * job->s.hidden), panel_of(job, index));
}

/* The rows of the weight as they are, cut into blocks. */
static void cut_panel(void *arg, int64_t block) {
    const recurrent_job *job = arg;
    const int64_t unit = block * UNITS, width = least(job->s.hidden - unit, UNITS);
    for (int64_t k = 0; k < job->gates * job->s.hidden; k++) {
        char *to = panel_of(job, block * job->gates) + k * UNITS * job->bytes;
        memcpy(to, at(job, job->weight, k * job->s.hidden + unit), (size_t)(width * job->bytes));
        memset(to + width * job->bytes, 0, (size_t)((UNITS - width) * job->bytes));
    }
}

static int check(int dtype, const gt_recurrent_args *s) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!s || s->steps < 0 || s->n < 0 || s->hidden < 0) return GT_BAD_ARGUMENT;
    if (s->cell < 0 || s->cell >= GT_RECURRENT_COUNT || (s->reverse != 0 && s->reverse != 1) ||
        (s->keep != 0 && s->keep != 1)) {
        return GT_BAD_CODE;
    }
    return GT_LOOPS(recurrent)->turn[dtype] ? GT_OK : GT_UNSUPPORTED;
}

static recurrent_job make(int dtype, const gt_recurrent_args *s) {
    return (recurrent_job){
        .loop = &GT_LOOPS(recurrent)->loop[s->cell][dtype], .product = GT_LOOPS(conv)->loop[dtype].product,
        .turn = GT_LOOPS(recurrent)->turn[dtype], .s = *s, .bytes = gt_dtype_bytes(dtype), .gates = gates_of[s->cell],
        .blocks = (s->hidden + UNITS - 1) / UNITS, .chunks = (s->n + ROWS - 1) / ROWS,
    };
}

static int is_gated(const recurrent_job *job) { return job->s.cell >= GT_RECURRENT_lstm; }

GT_API int64_t gt_recurrent_scratch_bytes(int dtype, const gt_recurrent_args *args) {
    if (check(dtype, args) != GT_OK) return -1;
    const recurrent_job job = make(dtype, args);
    return job.blocks * job.gates * args->hidden * UNITS * job.bytes;
}

/* Runs times from..to, steps of `by`. */
static void run(recurrent_job *job, gt_job chunk, gt_job piece, int64_t from, int64_t to, int64_t by) {
    const double weights = (double)(job->gates * job->s.hidden * job->s.hidden);
    const double row_ns = MULTIPLY_ADD_NS * weights + GATES_NS * (double)job->s.hidden;
    const double step_ns = row_ns * (double)job->s.n;
    const int crowded = job->chunks >= gt_threads_count() || step_ns < STEP_NS;
    if (crowded && weights * (double)job->bytes <= (double)PRIVATE_BYTES) {
        gt_parallel(job->chunks, step_ns * (double)job->s.steps / (double)job->chunks, chunk, job);
        return;
    }
    const int64_t pieces = job->chunks * job->blocks;
    for (job->t = from; job->t != to; job->t += by) gt_parallel(pieces, step_ns / (double)pieces, piece, job);
}

GT_API int gt_recurrent(int dtype, const gt_recurrent_args *args, void *x, const void *weight, const void *bias,
                        const void *h0, const void *c0, void *y, void *kept, void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    recurrent_job job = make(dtype, args);
    if (args->steps == 0 || args->n == 0 || args->hidden == 0) return GT_OK;
    if (!x || !weight || !y || !scratch || (is_gated(&job) && !kept)) return GT_BAD_ARGUMENT;
    job.x = x;
    job.weight = weight;
    job.bias = bias;
    job.h0 = h0;
    job.c0 = c0;
    job.y = y;
    job.kept = kept;
    job.panels = scratch;
    gt_parallel(job.blocks * job.gates, COPY_NS * (double)(args->hidden * UNITS), turn_panel, &job);
    run(&job, forward_chunk, forward_piece, 0, args->steps, 1);
    return GT_OK;
}

GT_API int gt_recurrent_grad(int dtype, const gt_recurrent_args *args, const void *gates, const void *weight,
                             const void *h0, const void *c0, const void *y, const void *kept, const void *dy,
                             void *carry, void *dx, void *dg, void *dh0, void *scratch) {
    const int status = check(dtype, args);
    if (status != GT_OK) return status;
    recurrent_job job = make(dtype, args);
    if (!args->keep || args->dy_step < 0 || args->dy_row < 0) return GT_BAD_ARGUMENT;
    if (args->n == 0 || args->hidden == 0 || args->steps == 0) {
        if (dh0) memset(dh0, 0, (size_t)(args->n * args->hidden * job.bytes));
        return GT_OK;
    }
    if (!weight || !y || !dy || !dx || !scratch || (is_gated(&job) && (!gates || !kept || !carry)) ||
        (args->cell == GT_RECURRENT_gru) != (dg != NULL)) {
        return GT_BAD_ARGUMENT;
    }
    job.gates_of_x = gates;
    job.weight = weight;
    job.h0 = h0;
    job.c0 = c0;
    job.y = (char *)(uintptr_t)y;
    job.kept = (char *)(uintptr_t)kept;
    job.dy = dy;
    job.carry = carry;
    job.dx = dx;
    job.dg = dg ? dg : dx;
    job.dh0 = dh0;
    job.panels = scratch;
    gt_parallel(job.blocks, COPY_NS * (double)(job.gates * args->hidden * UNITS), cut_panel, &job);
    run(&job, backward_chunk, backward_piece, args->steps - 1, dh0 ? -2 : -1, -1);
    return GT_OK;
}
