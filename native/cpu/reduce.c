/*
 * Entries of the Reduce family. The outputs of a call are cut into strips, the reduced dimensions into blocks of
 * GT_REDUCE_BLOCK; a loop reduces one block of one strip, and a binary tree over the blocks joins the results. The tree
 * depends on the number of blocks alone, so the bits do not depend on which thread did what.
 */
#include "reduce_call.h"

#include <string.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "threads.h"

#define BLOCK GT_REDUCE_BLOCK
/* One strip's accumulators. */
typedef char values[GT_REDUCE_STRIP * 8];
/* Partial results that a tree holds at a time: one per level. */
#define LEVELS 40
/* Parts into which the blocks of one strip are shared out. Enough for even ends, few enough for the caller's stack. */
#define PARTS 64
/* A job does at least this many elements. */
#define JOB_ELEMENTS 16384
/* Estimated time of an element that lies in cache or comes in a stream; gathered ones take about four times as long. */
#define NANOS 0.15

/* ---- one block ---- */

void gt_reduce_call_gather(const gt_reduce_call *r, const char *x, int64_t first, int64_t n, char *row) {
    const gt_dims *dims = &r->dims;
    const int64_t inner = dims->rank - 1, length = dims->size[inner], step = dims->stride[0][inner], bytes = r->bytes;
    int64_t line = first / length, position = first % length;
    while (n > 0) {
        const int64_t count = length - position < n ? length - position : n;
        const char *from = x + (gt_dims_offset(dims, 0, r->kept, inner, line) + position * step) * bytes;
        if (step == 1) {
            memcpy(row, from, (size_t)(count * bytes));
        } else if (bytes == 4) {
            for (int64_t i = 0; i < count; i++) memcpy(row + i * 4, from + i * step * 4, 4);
        } else if (bytes == 8) {
            for (int64_t i = 0; i < count; i++) memcpy(row + i * 8, from + i * step * 8, 8);
        } else {
            for (int64_t i = 0; i < count; i++) memcpy(row + i * bytes, from + i * step * bytes, (size_t)bytes);
        }
        row += count * bytes;
        n -= count;
        line++;
        position = 0;
    }
}

static __attribute__((noinline)) void reduce_gathered(const gt_reduce_call *r, const char *x, int64_t first, int64_t n,
                                                      void *y) {
    _Alignas(64) char row[BLOCK * 8];
    if (n > 0) gt_reduce_call_gather(r, x, first, n, row); /* a reduced dimension may be empty */
    r->loop.row(n, row, y);
}

/* A strip's place: which element of the kept dimensions, and the first of the columns. */
typedef struct place {
    int64_t kept, column, width;
} place;

static place place_of(const gt_reduce_call *r, int64_t strip) {
    if (r->strips == 1) return (place){strip, 0, r->width};
    const int64_t column = strip % r->strips * r->strip, left = r->width - column;
    return (place){strip / r->strips, column, left < r->strip ? left : r->strip};
}

static void reduce_block(const gt_reduce_call *r, place at, int64_t block, void *y) {
    const char *x = r->x + (gt_dims_offset(&r->dims, 0, 0, r->kept, at.kept) + at.column) * r->bytes;
    const int64_t first = block * BLOCK, left = r->count - first, n = left < BLOCK ? left : BLOCK;
    if (r->layout == ROWS) {
        r->loop.row(n, x + first * r->bytes, y);
    } else if (r->layout == COLUMNS) {
        const int64_t step = r->dims.stride[0][r->dims.rank - 1];
        r->loop.columns(n, at.width, x + first * step * r->bytes, step, y);
    } else {
        reduce_gathered(r, x, first, n, y);
    }
}

/* ---- the tree over blocks ---- */

typedef struct tree {
    const gt_reduce_call *reduction;
    int64_t width;
    int depth;
    int64_t added;
    _Alignas(64) values level[LEVELS];
} tree;

static void tree_start(tree *t, const gt_reduce_call *r, int64_t width) {
    t->reduction = r;
    t->width = width;
    t->depth = 0;
    t->added = 0;
}

/* Where the next value goes, before tree_add. */
static void *tree_top(tree *t) { return t->level[t->depth]; }

/* Joins two equal halves as soon as both are there: the tree of any count is made of whole trees of powers of two. */
static void tree_add(tree *t) {
    t->depth++;
    for (int64_t pairs = ++t->added; (pairs & 1) == 0; pairs >>= 1) {
        t->depth--;
        t->reduction->loop.join(t->width, t->level[t->depth], t->level[t->depth - 1]);
    }
}

static void tree_finish(tree *t, void *y) {
    for (; t->depth > 1; t->depth--) t->reduction->loop.join(t->width, t->level[t->depth - 1], t->level[t->depth - 2]);
    memcpy(y, t->level[0], (size_t)(t->width * t->reduction->part));
}

static __attribute__((noinline)) void reduce_tree(const gt_reduce_call *r, place at, int64_t first, int64_t end,
                                                  void *y) {
    tree t;
    tree_start(&t, r, at.width);
    for (int64_t block = first; block < end; block++) {
        reduce_block(r, at, block, tree_top(&t));
        tree_add(&t);
    }
    tree_finish(&t, y);
}

static void reduce_blocks(const gt_reduce_call *r, place at, int64_t first, int64_t end, void *y) {
    if (end - first == 1) {
        reduce_block(r, at, first, y);
    } else {
        reduce_tree(r, at, first, end, y);
    }
}

/* ---- results ---- */

static void finish(const gt_reduce_call *r, int64_t n, char *parts) {
    if (r->finish) {
        r->finish(r, n, parts);
    } else if (r->loop.finish) {
        r->loop.finish(n, r->count, parts);
    }
}

/* Writes a place's finished results, from the i-th on. */
static void put(const gt_reduce_call *r, place at, const char *results, int64_t i) {
    const int64_t offset = (gt_dims_offset(&r->dims, 1, 0, r->kept, at.kept) + at.column) * r->out;
    const size_t bytes = (size_t)(at.width * r->out);
    memcpy(r->y + offset, results + i * r->out, bytes);
    if (r->second) memcpy(r->second + offset, results + GT_REDUCE_SECOND + i * r->out, bytes);
}

/* ---- sharing out: whole strips where there are many, else the blocks of each ---- */

typedef struct strips_job {
    const gt_reduce_call *reduction;
    int64_t total, each;
} strips_job;

static void run_strips(void *arg, int64_t index) {
    const strips_job *job = arg;
    const gt_reduce_call *r = job->reduction;
    const int64_t end = (index + 1) * job->each < job->total ? (index + 1) * job->each : job->total;
    _Alignas(64) values result;
    for (int64_t strip = index * job->each; strip < end;) {
        const place at = place_of(r, strip);
        if (r->layout == COLUMNS) {
            reduce_blocks(r, at, 0, r->blocks, result);
            finish(r, at.width, result);
            put(r, at, result, 0);
            strip++;
            continue;
        }
        /* Single outputs are finished together. */
        const int64_t n = end - strip < r->strip ? end - strip : r->strip;
        for (int64_t i = 0; i < n; i++)
            reduce_blocks(r, place_of(r, strip + i), 0, r->blocks, result + i * r->part);
        finish(r, n, result);
        for (int64_t i = 0; i < n; i++) put(r, place_of(r, strip + i), result, i);
        strip += n;
    }
}

typedef struct parts_job {
    const gt_reduce_call *reduction;
    place at;
    int64_t each; /* blocks of a part, a power of two, so that a part is a whole branch of the tree */
    values *result;
} parts_job;

static void run_part(void *arg, int64_t index) {
    const parts_job *job = arg;
    const int64_t first = index * job->each, left = job->reduction->blocks - first;
    reduce_blocks(job->reduction, job->at, first, first + (left < job->each ? left : job->each), job->result[index]);
}

static void run_in_parts(const gt_reduce_call *r, place at, double block_nanos) {
    _Alignas(64) values result[PARTS];
    parts_job job = {r, at, 1, result};
    while ((r->blocks + job.each - 1) / job.each > PARTS) job.each *= 2;
    const int64_t parts = (r->blocks + job.each - 1) / job.each;
    gt_parallel(parts, block_nanos * (double)job.each, run_part, &job);
    tree t;
    tree_start(&t, r, at.width);
    for (int64_t part = 0; part < parts; part++) {
        memcpy(tree_top(&t), result[part], sizeof(values));
        tree_add(&t);
    }
    tree_finish(&t, result[0]);
    finish(r, at.width, result[0]);
    put(r, at, result[0], 0);
}

void gt_reduce_call_run(const gt_reduce_call *r) {
    const int64_t total = gt_dims_count(&r->dims, 0, r->kept) * r->strips;
    const double nanos = r->layout == GATHERED ? r->nanos + NANOS * 3 : r->nanos;
    const int64_t width = r->width < r->strip ? r->width : r->strip;
    if (r->blocks > 1 && total < 16) {
        for (int64_t strip = 0; strip < total; strip++)
            run_in_parts(r, place_of(r, strip), nanos * BLOCK * (double)width);
        return;
    }
    const int64_t elements = r->count * width, each = elements < JOB_ELEMENTS ? JOB_ELEMENTS / (elements + 16) + 1 : 1;
    strips_job job = {r, total, each};
    gt_parallel((total + each - 1) / each, (nanos * (double)elements + 20) * (double)each, run_strips, &job);
}

/* ---- layout ---- */

gt_reduce_call gt_reduce_call_start(int dtype, const gt_dims *dims, int64_t kept, const void *x, void *y) {
    const int64_t bytes = gt_dtype_bytes(dtype);
    return (gt_reduce_call){.nanos = NANOS, .dims = *dims, .kept = kept, .bytes = bytes, .part = bytes, .out = bytes,
                       .strip = GT_REDUCE_STRIP, .width = 1, .strips = 1, .x = x ? x : y, .y = y};
}

void gt_reduce_call_plan(gt_reduce_call *r, int keep_order) {
    gt_dims *d = &r->dims;
    int64_t kept = r->kept;
    r->count = gt_dims_count(d, kept, d->rank);
    r->blocks = r->count <= BLOCK ? 1 : (r->count + BLOCK - 1) / BLOCK;
    if (!keep_order) gt_dims_sort(d, 1, 0, kept, d->rank);
    d->rank = gt_dims_collapse(d, 1, kept, d->rank);
    const int64_t outputs = gt_dims_collapse(d, 2, 0, kept);
    for (int64_t e = kept; e < d->rank && outputs < kept; e++) gt_dims_move(d, 2, e, e - kept + outputs);
    d->rank -= kept - outputs;
    r->kept = kept = outputs;
    if (d->rank == kept) { /* one element each */
        d->size[kept] = 1;
        d->stride[0][kept] = 1;
        d->rank++;
    }
    if (d->rank > kept + 1) {
        r->layout = GATHERED;
        return;
    }
    if (d->stride[0][kept] == 1) {
        r->layout = ROWS;
        return;
    }
    r->layout = GATHERED;
    for (int64_t k = 0; k < kept; k++) {
        if (d->stride[0][k] != 1 || d->stride[1][k] != 1) continue;
        /* The dense dimension leaves the kept ones: strips go along it. */
        r->layout = COLUMNS;
        r->width = d->size[k];
        r->strips = (r->width + r->strip - 1) / r->strip;
        d->rank--;
        for (int64_t e = k; e < d->rank; e++) gt_dims_move(d, 2, e + 1, e);
        r->kept = kept - 1;
        break;
    }
}

/* ---- entries ---- */

int gt_reduce_call_check(const gt_dims *dims, int64_t kept) {
    return gt_dims_valid(dims) && kept >= 0 && kept <= dims->rank && kept < GT_MAX_RANK ? GT_OK : GT_BAD_ARGUMENT;
}

static int check_op(int op, int dtype, const gt_dims *dims, int64_t kept) {
    if (op < 0 || op >= GT_REDUCE_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    const int status = gt_reduce_call_check(dims, kept);
    return status == GT_OK && !GT_LOOPS(reduce)->reduce[op][dtype].row ? GT_UNSUPPORTED : status;
}

/* The dtype of an operation's results. */
static int result_of(int op, int dtype) {
    switch (op) {
#define REDUCE(name, kinds, start, term, step, finish)
#define TRUTH(name, result, start, step)                                                                               \
    case GT_REDUCE_##name:                                                                                             \
        return GT_##result;
#include "../common/reduce_ops.def"
#undef REDUCE
#undef TRUTH
    default:
        return dtype;
    }
}

/* Whether one element, reduced, is itself. */
static int keeps_one(int op) {
    return op <= GT_REDUCE_prod; /* the rows after it change it: by a term, or to a truth */
}

GT_API int gt_reduce(int op, int dtype, const gt_dims *dims, int64_t kept, const void *x, void *y) {
    int status = check_op(op, dtype, dims, kept);
    if (status != GT_OK) return status;
    if (gt_dims_count(dims, 0, kept) == 0) return GT_OK;
    const int64_t count = gt_dims_count(dims, kept, dims->rank);
    const int extreme = op == GT_REDUCE_max || op == GT_REDUCE_min;
    if (!y || (!x && count) || (!count && extreme)) return GT_BAD_ARGUMENT;
    if (count == 1 && keeps_one(op)) { /* as the bias gradient of a batch of one: what there is, is it */
        gt_dims each = *dims;
        each.rank = kept;
        return gt_cast(dtype, dtype, &each, x, y);
    }
    gt_reduce_call r = gt_reduce_call_start(dtype, dims, kept, x, y);
    r.part = r.out = gt_dtype_bytes(result_of(op, dtype));
    gt_reduce_call_plan(&r, 0);
    r.loop = GT_LOOPS(reduce)->reduce[op][dtype];
    gt_reduce_call_run(&r);
    return GT_OK;
}
