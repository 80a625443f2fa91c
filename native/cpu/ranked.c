/*
 * The elements that would stand at some places of a sorted row, found without sorting it: elements are counted by the
 * highest digit of their keys, those that share it with the one that is looked for are collected, in their order, and so
 * on with the next digit. Of equal ones it is the one that a stable sort would put there.
 */
#include <stddef.h>
#include <string.h>

#include "keys.h"
#include "sort.h"
#include "threads.h"

/* Rows, and what is left of longer ones, that are sorted; and as many places of a row as sorting it is cheaper for. */
#define SMALL 32
#define MANY 8
/* Bits of the first digit: more for long rows, whose elements then outnumber the counts. */
#define DIGIT 8
#define LONG_DIGIT 11
#define LONG_ROW 4096
#define DIGITS ((int64_t)1 << LONG_DIGIT)
/* Rows that several threads share, and in how many parts at most. */
#define SHARE_MIN ((int64_t)1 << 16)
#define PARTS 16
/* Estimated time of an element: it is looked at twice. */
#define NANOS 3.0

/* ---- loops ---- */

/* counts [2^bits] = how many of x [n] have each first digit. Two tables, as neighbours are often in one place. */
#define COUNT(dtype, bits)                                                                                             \
    static void count_##dtype(int64_t n, const void *x, int shift, uint32_t *counts) {                                 \
        uint32_t odd[DIGITS];                                                                                          \
        const size_t bytes = sizeof *counts << (KEY_BITS_##dtype - shift);                                             \
        memset(counts, 0, bytes);                                                                                      \
        memset(odd, 0, bytes);                                                                                         \
        int64_t i = 0;                                                                                                 \
        for (; i + 2 <= n; i += 2) {                                                                                   \
            counts[key_##dtype(x, i) >> shift]++;                                                                      \
            odd[key_##dtype(x, i + 1) >> shift]++;                                                                     \
        }                                                                                                              \
        if (i < n) counts[key_##dtype(x, i) >> shift]++;                                                               \
        for (int64_t d = 0; d < (int64_t)1 << (KEY_BITS_##dtype - shift); d++) counts[d] += odd[d];                    \
    }                                                                                                                  \
                                                                                                                       \
    /* items [count] = the first elements of x with that first digit; there are as many. */                            \
    static void collect_##dtype(int64_t count, int64_t first, const void *x, int shift, uint64_t digit, void *items) { \
        item_##bits *to = items;                                                                                       \
        int64_t found = 0;                                                                                             \
        for (int64_t i = first; found < count; i++) {                                                                  \
            const uint64_t key = key_##dtype(x, i);                                                                    \
            to[found] = ITEM_##bits(key, i);                                                                           \
            found += key >> shift == digit;                                                                            \
        }                                                                                                              \
    }
COUNT(F32, 32)
COUNT(F64, 64)
COUNT(I64, 64)
COUNT(I32, 32)
COUNT(U8, 32)

/* The position of the rank-th of items [n], whose keys differ below `shift` only. They stay, spare is overwritten. */
#define NARROW(bits)                                                                                                   \
    static int64_t narrow_##bits(const gt_sort_kind *of, const void *items, void *spare, int64_t n, int64_t rank,      \
                                 int shift) {                                                                          \
        const item_##bits *from = items;                                                                               \
        item_##bits *to = spare;                                                                                       \
        while (shift > 0 && n > SMALL) {                                                                               \
            const int width = shift < DIGIT ? shift : DIGIT;                                                           \
            const uint64_t mask = ((uint64_t)1 << width) - 1;                                                          \
            uint32_t counts[1 << DIGIT] = {0}, digit = 0;                                                              \
            shift -= width;                                                                                            \
            for (int64_t i = 0; i < n; i++) counts[KEY_##bits(from[i]) >> shift & mask]++;                             \
            while (rank >= counts[digit]) rank -= counts[digit++];                                                     \
            int64_t found = 0;                                                                                         \
            for (int64_t i = 0; found < counts[digit]; i++) {                                                          \
                const item_##bits item = from[i];                                                                      \
                to[found] = item;                                                                                      \
                found += (KEY_##bits(item) >> shift & mask) == digit;                                                  \
            }                                                                                                          \
            from = to;                                                                                                 \
            n = found;                                                                                                 \
        }                                                                                                              \
        item_##bits few[2 * SMALL];                                                                                    \
        if (shift > 0) { /* else all are equal */                                                                      \
            memcpy(few, from, (size_t)n * sizeof *from);                                                               \
            from = of->sort(few, few + SMALL, n);                                                                      \
        }                                                                                                              \
        return (int64_t)AT_##bits(from[rank]);                                                                         \
    }
NARROW(32)
NARROW(64)

/* The first NaN of x [n], or -1. */
static int64_t first_nan(int dtype, int64_t n, const void *x) {
    if (dtype == GT_F32) {
        const float *v = x;
        for (int64_t i = 0; i < n; i++)
            if (v[i] != v[i]) return i;
    } else if (dtype == GT_F64) {
        const double *v = x;
        for (int64_t i = 0; i < n; i++)
            if (v[i] != v[i]) return i;
    }
    return -1;
}

typedef struct ranked_kind {
    int bits; /* of a key */
    void (*count)(int64_t n, const void *x, int shift, uint32_t *counts);
    void (*collect)(int64_t count, int64_t first, const void *x, int shift, uint64_t digit, void *items);
    int64_t (*narrow)(const gt_sort_kind *of, const void *items, void *spare, int64_t n, int64_t rank, int shift);
} ranked_kind;

#define KIND(dtype, bits, loops) [GT_##dtype] = {KEY_BITS_##loops, count_##loops, collect_##loops, narrow_##bits}
static const ranked_kind kinds[GT_DTYPE_COUNT] = {KIND(F32, 32, F32), KIND(F64, 64, F64), KIND(I64, 64, I64),
                                                  KIND(I32, 32, I32), KIND(U8, 32, U8),   KIND(BOOL, 32, U8)};

/* ---- rows ---- */

typedef struct ranked_job {
    const gt_sort_kind *of;
    const ranked_kind *loops;
    int dtype, nan_wins, shift; /* shift: of the first digit */
    int64_t rows, n, k, parts;
    const int64_t *rank;
    int64_t rank_step; /* from one row's to the next's, or 0 */
    const char *x;
    char *values;
    int64_t *order;
    char *items; /* a pair of buffers of n items for each part */
} ranked_job;

static void put(const ranked_job *job, int64_t row, int64_t j, int64_t at) {
    const int64_t bytes = job->of->bytes, to = row * job->k + j;
    memcpy(job->values + to * bytes, job->x + (row * job->n + at) * bytes, (size_t)bytes);
    job->order[to] = at;
}

static void put_all(const ranked_job *job, int64_t row, int64_t at) {
    for (int64_t j = 0; j < job->k; j++) put(job, row, j, at);
}

static void sorted_row(const ranked_job *job, int64_t row, const char *x, char *items, char *spare) {
    const gt_sort_kind *of = job->of;
    of->load(job->n, 0, x, 0, items);
    const char *sorted = of->sort(items, spare, job->n);
    for (int64_t j = 0; j < job->k; j++) {
        const int64_t to = row * job->k + j;
        of->store(1, sorted + job->rank[row * job->rank_step + j] * of->item, x, job->values + to * of->bytes,
                  job->order + to);
    }
}

/* Where the elements with a first digit begin, among all in order; the digit is that of the rank-th. */
static uint32_t digit_of(const uint32_t *counts, int64_t rank, int64_t *before) {
    uint32_t digit = 0;
    for (*before = 0; *before + counts[digit] <= rank; digit++) *before += counts[digit];
    return digit;
}

static void ranked_row(const ranked_job *job, int64_t row, char *items, char *spare) {
    const char *x = job->x + row * job->n * job->of->bytes;
    uint32_t counts[DIGITS], last = UINT32_MAX;
    const int sorts = job->n <= SMALL || job->k > MANY;
    if (!sorts) job->loops->count(job->n, x, job->shift, counts);
    if (job->nan_wins && (sorts || counts[((int64_t)1 << (job->loops->bits - job->shift)) - 1] > 0)) {
        const int64_t at = first_nan(job->dtype, job->n, x);
        if (at >= 0) {
            put_all(job, row, at);
            return;
        }
    }
    if (sorts) {
        sorted_row(job, row, x, items, spare);
        return;
    }
    for (int64_t j = 0; j < job->k; j++) {
        const int64_t rank = job->rank[row * job->rank_step + j];
        int64_t before;
        const uint32_t digit = digit_of(counts, rank, &before);
        if (digit != last) job->loops->collect(counts[digit], 0, x, job->shift, digit, items);
        last = digit;
        put(job, row, j, job->loops->narrow(job->of, items, spare, counts[digit], rank - before, job->shift));
    }
}

/* A part of the rows, in buffers of its own. */
static void ranked_rows(void *arg, int64_t part) {
    const ranked_job *job = arg;
    char *items = job->items + 2 * part * job->n * job->of->item, *spare = items + job->n * job->of->item;
    for (int64_t row = job->rows * part / job->parts; row < job->rows * (part + 1) / job->parts; row++)
        ranked_row(job, row, items, spare);
}

/* ---- a long row, shared: every part counts, then collects to where those before it end ---- */

typedef struct share_job {
    const ranked_job *job;
    const char *x;
    uint32_t *counts; /* [parts, DIGITS], in the buffer that is spare meanwhile */
    int64_t nan[PARTS];
    uint32_t digit;
    char *items;
} share_job;

static int64_t start_of(const ranked_job *job, int64_t part) { return job->n * part / job->parts; }

static void count_share(void *arg, int64_t part) {
    share_job *share = arg;
    const ranked_job *job = share->job;
    const int64_t first = start_of(job, part), n = start_of(job, part + 1) - first;
    const char *x = share->x + first * job->of->bytes;
    uint32_t *counts = share->counts + part * DIGITS;
    job->loops->count(n, x, job->shift, counts);
    const int ends = counts[((int64_t)1 << (job->loops->bits - job->shift)) - 1] > 0;
    share->nan[part] = job->nan_wins && ends ? first_nan(job->dtype, n, x) : -1;
    if (share->nan[part] >= 0) share->nan[part] += first;
}

static void collect_share(void *arg, int64_t part) {
    const share_job *share = arg;
    const ranked_job *job = share->job;
    int64_t before = 0;
    for (int64_t p = 0; p < part; p++) before += share->counts[p * DIGITS + share->digit];
    job->loops->collect(share->counts[part * DIGITS + share->digit], start_of(job, part), share->x, job->shift,
                        share->digit, share->items + before * job->of->item);
}

static void ranked_shared(const ranked_job *job, int64_t row) {
    char *spare = job->items + job->n * job->of->item;
    share_job share = {.job = job, .x = job->x + row * job->n * job->of->bytes, .counts = (uint32_t *)(void *)spare,
                       .items = job->items};
    const double ns = NANOS / 2 * (double)job->n / (double)job->parts;
    uint32_t counts[DIGITS] = {0};
    gt_parallel(job->parts, ns, count_share, &share);
    for (int64_t part = 0; part < job->parts; part++) {
        if (share.nan[part] >= 0) {
            put_all(job, row, share.nan[part]);
            return;
        }
        for (int64_t d = 0; d < (int64_t)1 << (job->loops->bits - job->shift); d++)
            counts[d] += share.counts[part * DIGITS + d];
    }
    for (int64_t j = 0; j < job->k; j++) {
        const int64_t rank = job->rank[row * job->rank_step + j];
        int64_t before;
        share.digit = digit_of(counts, rank, &before);
        if (j > 0) gt_parallel(job->parts, ns, count_share, &share); /* what is spare was used since */
        gt_parallel(job->parts, ns, collect_share, &share);
        put(job, row, j,
            job->loops->narrow(job->of, job->items, spare, counts[share.digit], rank - before, job->shift));
    }
}

/* ---- entry ---- */

int gt_ranked(int dtype, int nan_wins, int64_t rows, int64_t n, int64_t k, const int64_t *rank, int own_rank,
              const void *x, void *values, int64_t *order, void *scratch, int64_t scratch_bytes) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (rows < 0 || n < 0 || k < 0) return GT_BAD_ARGUMENT;
    const gt_sort_kind *of = &gt_sort_kinds[dtype];
    if (of->bytes == 0 || n > UINT32_MAX) return GT_UNSUPPORTED;
    if (rows == 0 || k == 0) return GT_OK;
    const int64_t room = n > 0 ? scratch_bytes / (2 * n * of->item) : 0, threads = gt_threads_count();
    if (rank == NULL || x == NULL || values == NULL || order == NULL || scratch == NULL || room < 1) {
        return GT_BAD_ARGUMENT;
    }
    for (int64_t i = 0; i < (own_rank ? rows * k : k); i++)
        if (rank[i] < 0 || rank[i] >= n) return GT_BAD_ARGUMENT;
    const ranked_kind *loops = &kinds[dtype];
    const int digit = n >= LONG_ROW ? LONG_DIGIT : DIGIT, first = loops->bits < digit ? loops->bits : digit;
    ranked_job job = {.of = of, .loops = loops, .dtype = dtype, .nan_wins = nan_wins, .shift = loops->bits - first,
                      .rows = rows, .n = n, .k = k, .rank = rank, .rank_step = own_rank ? k : 0, .x = x,
                      .values = values, .order = order, .items = scratch};
    if (n >= SHARE_MIN && rows < threads && k <= MANY) {
        job.parts = threads < PARTS ? threads : PARTS;
        for (int64_t row = 0; row < rows; row++) ranked_shared(&job, row);
        return GT_OK;
    }
    job.parts = rows < threads ? rows : threads;
    if (job.parts > room) job.parts = room;
    gt_parallel(job.parts, NANOS * (double)n * (double)rows / (double)job.parts, ranked_rows, &job);
    return GT_OK;
}
