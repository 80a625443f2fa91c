/*
 * Sorting rows. An element becomes an unsigned key of the same order, and carries its position: below 32 bits both fit
 * one word. Radix passes and merges are stable, so there is one result, whatever the number of threads.
 */
#include <stddef.h>
#include <string.h>

#include "keys.h"
#include "sort.h"
#include "threads.h"

/* Runs that insertion sorts, rows that merges sort, and rows that several threads share. */
#define RUN 16
#define MERGE_MAX 192
/* As many best ones as are kept in order while a row goes by, in blocks that stay in L1. */
#define FEW 16
#define BLOCK 512
#define SHARE_MIN ((int64_t)1 << 16)

/* items = keys of x [n], inverted where the order is descending. */
#define LOAD(dtype, bits)                                                                                              \
    static void load_##dtype(int64_t n, int64_t first, const void *x, uint64_t flip, void *items) {                    \
        item_##bits *to = items;                                                                                       \
        for (int64_t i = 0; i < n; i++) to[i] = ITEM_##bits(key_##dtype(x, i) ^ flip, first + i);                      \
    }
LOAD(F32, 32)
LOAD(I32, 32)
LOAD(U8, 32)
LOAD(F64, 64)
LOAD(I64, 64)

/* ---- sorting items ---- */

#define SORTING(bits)                                                                                                  \
    /* out [na + nb] = a and b, merged; of equal ones a's come first. */                                               \
    static void merge_##bits(const item_##bits *a, int64_t na, const item_##bits *b, int64_t nb, item_##bits *out) {   \
        const item_##bits *const a_end = a + na, *const b_end = b + nb;                                                \
        while (a < a_end && b < b_end) {                                                                               \
            const int right = KEY_##bits(*b) < KEY_##bits(*a);                                                         \
            *out++ = right ? *b : *a;                                                                                  \
            b += right;                                                                                                \
            a += !right;                                                                                               \
        }                                                                                                              \
        memcpy(out, a, (size_t)(a_end - a) * sizeof *a);                                                               \
        memcpy(out + (a_end - a), b, (size_t)(b_end - b) * sizeof *b);                                                 \
    }                                                                                                                  \
    static void insertion_##bits(item_##bits *x, int64_t n) {                                                          \
        for (int64_t i = 1; i < n; i++) {                                                                              \
            const item_##bits item = x[i];                                                                             \
            int64_t j = i;                                                                                             \
            for (; j > 0 && KEY_##bits(item) < KEY_##bits(x[j - 1]); j--) x[j] = x[j - 1];                             \
            x[j] = item;                                                                                               \
        }                                                                                                              \
    }                                                                                                                  \
    /* Sorts x by runs and merges; returns where the result is, in x or in spare. */                                   \
    static item_##bits *merge_sort_##bits(item_##bits *x, item_##bits *spare, int64_t n) {                             \
        for (int64_t i = 0; i < n; i += RUN) insertion_##bits(x + i, n - i < RUN ? n - i : RUN);                       \
        for (int64_t width = RUN; width < n; width *= 2) {                                                             \
            for (int64_t i = 0; i < n; i += 2 * width) {                                                               \
                const int64_t na = n - i < width ? n - i : width, rest = n - i - na;                                   \
                merge_##bits(x + i, na, x + i + na, rest < width ? rest : width, spare + i);                           \
            }                                                                                                          \
            item_##bits *swap = x;                                                                                     \
            x = spare;                                                                                                 \
            spare = swap;                                                                                              \
        }                                                                                                              \
        return x;                                                                                                      \
    }                                                                                                                  \
    /* The same by digits of 8 bits, from the lowest; a digit that all share is passed over. */                        \
    static item_##bits *radix_sort_##bits(item_##bits *x, item_##bits *spare, int64_t n) {                             \
        uint32_t counts[bits / 8][256];                                                                                \
        memset(counts, 0, sizeof counts);                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const uint64_t key = KEY_##bits(x[i]);                                                                     \
            for (int d = 0; d < bits / 8; d++) counts[d][key >> 8 * d & 255]++;                                        \
        }                                                                                                              \
        for (int d = 0; d < bits / 8; d++) {                                                                           \
            if (counts[d][KEY_##bits(x[0]) >> 8 * d & 255] == (uint32_t)n) continue;                                   \
            uint32_t start = 0, starts[256];                                                                           \
            for (int i = 0; i < 256; i++) {                                                                            \
                starts[i] = start;                                                                                     \
                start += counts[d][i];                                                                                 \
            }                                                                                                          \
            for (int64_t i = 0; i < n; i++) spare[starts[KEY_##bits(x[i]) >> 8 * d & 255]++] = x[i];                   \
            item_##bits *swap = x;                                                                                     \
            x = spare;                                                                                                 \
            spare = swap;                                                                                              \
        }                                                                                                              \
        return x;                                                                                                      \
    }                                                                                                                  \
    static void *sort_##bits(void *x, void *spare, int64_t n) {                                                        \
        return n <= MERGE_MAX ? merge_sort_##bits(x, spare, n) : radix_sort_##bits(x, spare, n);                       \
    }                                                                                                                  \
    /* How many of a are among the first `rank` of a and b merged. */                                                  \
    static int64_t split_##bits(const item_##bits *a, int64_t na, const item_##bits *b, int64_t nb, int64_t rank) {    \
        int64_t low = rank > nb ? rank - nb : 0, high = rank < na ? rank : na;                                         \
        while (low < high) {                                                                                           \
            const int64_t i = (low + high) / 2;                                                                        \
            if (KEY_##bits(b[rank - i - 1]) < KEY_##bits(a[i])) {                                                      \
                high = i;                                                                                              \
            } else {                                                                                                   \
                low = i + 1;                                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        return low;                                                                                                    \
    }                                                                                                                  \
    /* Places `from` up to `to` of a and b merged. */                                                                  \
    static void merge_part_##bits(const void *pa, int64_t na, const void *pb, int64_t nb, int64_t from, int64_t to,    \
                                  void *out) {                                                                         \
        const item_##bits *a = pa, *b = pb;                                                                            \
        const int64_t a0 = split_##bits(a, na, b, nb, from), a1 = split_##bits(a, na, b, nb, to);                      \
        merge_##bits(a + a0, a1 - a0, b + from - a0, to - a1 - (from - a0), (item_##bits *)out + from);                \
    }                                                                                                                  \
    /*                                                                                                                 \
     * Brings the k smallest of x to its front, in order, by digits of 11 bits from the highest: those below the digit \
     * in which the k-th lies are in, those above are out. Returns where they are, in x or in spare.                   \
     */                                                                                                                \
    static item_##bits *select_##bits(item_##bits *x, item_##bits *spare, int64_t n, int64_t k) {                      \
        int64_t in = 0; /* x[0..in-1] are among the k smallest, x[in..n-1] may be */                                   \
        for (int shift = bits - 11; in < k && n - in > k - in; shift -= 11) {                                          \
            uint32_t counts[2048];                                                                                     \
            const int low = shift < 0 ? 0 : shift;                                                                     \
            memset(counts, 0, sizeof counts);                                                                          \
            for (int64_t i = in; i < n; i++) counts[KEY_##bits(x[i]) >> low & 2047]++;                                 \
            uint32_t digit = 0, before = 0;                                                                            \
            while (before + counts[digit] < (uint32_t)(k - in)) before += counts[digit++];                             \
            item_##bits *less = x + in, *equal = spare;                                                                \
            for (int64_t i = in; i < n; i++) {                                                                         \
                const uint32_t own = KEY_##bits(x[i]) >> low & 2047;                                                   \
                const item_##bits item = x[i];                                                                         \
                if (own < digit) *less++ = item;                                                                       \
                if (own == digit) *equal++ = item;                                                                     \
            }                                                                                                          \
            in += before;                                                                                              \
            n = in + (equal - spare);                                                                                  \
            memcpy(x + in, spare, (size_t)(equal - spare) * sizeof *x);                                                \
            if (low == 0) break; /* what is left is equal: the first ones stay */                                      \
        }                                                                                                              \
        return sort_##bits(x, spare, k);                                                                               \
    }                                                                                                                  \
    static void *smallest_##bits(void *x, void *spare, int64_t n, int64_t k) {                                         \
        return 4 * k > n ? sort_##bits(x, spare, n) : select_##bits(x, spare, n, k);                                   \
    }                                                                                                                  \
    /* Takes items into the `have` best so far, sorted and at most k; returns how many these are then. */              \
    static int64_t best_##bits(const void *items, int64_t n, void *kept, int64_t have, int64_t k) {                    \
        const item_##bits *x = items;                                                                                  \
        item_##bits *best = kept;                                                                                      \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const item_##bits item = x[i];                                                                             \
            if (have == k && KEY_##bits(item) >= KEY_##bits(best[k - 1])) continue;                                    \
            int64_t j = have < k ? have++ : k - 1;                                                                     \
            for (; j > 0 && KEY_##bits(item) < KEY_##bits(best[j - 1]); j--) best[j] = best[j - 1];                    \
            best[j] = item;                                                                                            \
        }                                                                                                              \
        return have;                                                                                                   \
    }
SORTING(32)
SORTING(64)

/* ---- from items to results ---- */

#define STORE(T, bits)                                                                                                 \
    static void store_##T##_##bits(int64_t n, const void *items, const void *x, void *values, int64_t *order) {        \
        const item_##bits *from = items;                                                                               \
        for (int64_t i = 0; values && i < n; i++) ((T *)values)[i] = ((const T *)x)[AT_##bits(from[i])];               \
        for (int64_t i = 0; order && i < n; i++) order[i] = (int64_t)AT_##bits(from[i]);                               \
    }
STORE(uint32_t, 32)
STORE(uint8_t, 32)
STORE(uint64_t, 64)

#define KIND(dtype, bits, ones, T)                                                                                     \
    [GT_##dtype] = {sizeof(T),          sizeof(item_##bits), ones, load_##dtype, sort_##bits, smallest_##bits,         \
                    best_##bits, merge_part_##bits, store_##T##_##bits}
#define load_BOOL load_U8
const gt_sort_kind gt_sort_kinds[GT_DTYPE_COUNT] = {
    KIND(F32, 32, 0xffffffffu, uint32_t), KIND(F64, 64, ~(uint64_t)0, uint64_t), KIND(I64, 64, ~(uint64_t)0, uint64_t),
    KIND(I32, 32, 0xffffffffu, uint32_t), KIND(U8, 32, 0xff, uint8_t),           KIND(BOOL, 32, 0xff, uint8_t)};

/* ---- rows ---- */

typedef struct {
    const gt_sort_kind *of;
    int64_t rows, n, k, parts;
    uint64_t flip;
    const char *x;
    char *values;
    int64_t *order;
    char *items; /* a pair of buffers of n items for each part, or for each share of the only row */
} sort_job;

/* The few best of a row, kept in order while the row goes by: 10 of 4 Mi floats take 8 ms, by digits 27. */
static const void *few_best(const sort_job *job, const char *x, char *items, char *spare) {
    const gt_sort_kind *of = job->of;
    int64_t have = 0;
    for (int64_t first = 0; first < job->n; first += BLOCK) {
        const int64_t count = job->n - first < BLOCK ? job->n - first : BLOCK;
        of->load(count, first, x + first * of->bytes, job->flip, items);
        have = of->best(items, count, spare, have, job->k);
    }
    return spare;
}

static const void *sort_row(const sort_job *job, const char *x, char *items, char *spare) {
    if (job->k < job->n && job->k <= FEW) return few_best(job, x, items, spare);
    job->of->load(job->n, 0, x, job->flip, items);
    return job->k < job->n ? job->of->smallest(items, spare, job->n, job->k) : job->of->sort(items, spare, job->n);
}

/* A part of the rows, in buffers of its own. */
static void sort_rows(void *arg, int64_t part) {
    const sort_job *job = arg;
    const gt_sort_kind *of = job->of;
    char *items = job->items + 2 * part * job->n * of->item, *spare = items + job->n * of->item;
    for (int64_t row = job->rows * part / job->parts; row < job->rows * (part + 1) / job->parts; row++) {
        const char *x = job->x + row * job->n * of->bytes;
        const void *sorted = sort_row(job, x, items, spare);
        of->store(job->k, sorted, x, job->values ? job->values + row * job->k * of->bytes : NULL,
                  job->order ? job->order + row * job->k : NULL);
    }
}

/* ---- one long row, shared: sorted in parts, which are then merged in pairs, each merge cut evenly ---- */

typedef struct {
    const sort_job *job;
    int64_t width; /* of the merged runs, in parts */
    char *from, *to;
} share_job;

static int64_t start_of(const sort_job *job, int64_t part) {
    return part >= job->parts ? job->n : job->n / job->parts * part;
}

static void sort_share(void *arg, int64_t part) {
    const share_job *share = arg;
    const sort_job *job = share->job;
    const gt_sort_kind *of = job->of;
    const int64_t first = start_of(job, part), n = start_of(job, part + 1) - first;
    char *items = share->from + first * of->item, *spare = share->to + first * of->item;
    of->load(n, first, job->x + first * of->bytes, job->flip, items);
    const void *sorted = of->sort(items, spare, n);
    if (sorted != items) memcpy(items, sorted, (size_t)(n * of->item));
}

static void merge_share(void *arg, int64_t part) {
    const share_job *share = arg;
    const sort_job *job = share->job;
    const gt_sort_kind *of = job->of;
    const int64_t pair = part / (2 * share->width) * 2 * share->width;
    const int64_t a = start_of(job, pair), b = start_of(job, pair + share->width);
    const int64_t end = start_of(job, pair + 2 * share->width);
    of->merge_part(share->from + a * of->item, b - a, share->from + b * of->item, end - b, start_of(job, part) - a,
                   start_of(job, part + 1) - a, share->to + a * of->item);
}

static void store_share(void *arg, int64_t part) {
    const share_job *share = arg;
    const sort_job *job = share->job;
    const gt_sort_kind *of = job->of;
    const int64_t first = start_of(job, part), n = start_of(job, part + 1) - first;
    of->store(n, share->from + first * of->item, job->x, job->values ? job->values + first * of->bytes : NULL,
              job->order ? job->order + first : NULL);
}

static void sort_shared(sort_job *job) {
    const double ns = 20.0 * (double)job->n / (double)job->parts;
    for (int64_t row = 0; row < job->rows; row++) {
        sort_job one = *job;
        one.x += row * job->n * job->of->bytes;
        one.values = job->values ? job->values + row * job->n * job->of->bytes : NULL;
        one.order = job->order ? job->order + row * job->n : NULL;
        share_job share = {.job = &one, .from = job->items, .to = job->items + job->n * job->of->item};
        gt_parallel(job->parts, ns, sort_share, &share);
        for (share.width = 1; share.width < job->parts; share.width *= 2) {
            gt_parallel(job->parts, ns, merge_share, &share);
            char *swap = share.from;
            share.from = share.to;
            share.to = swap;
        }
        gt_parallel(job->parts, ns, store_share, &share);
    }
}

/* ---- entries ---- */

static int64_t at_most(int64_t x, int64_t limit) { return x < limit ? x : limit; }

static int sortable(int dtype) { return gt_dtype_known(dtype) && gt_sort_kinds[dtype].bytes > 0; }

int64_t gt_sort_scratch_bytes(int dtype, int64_t rows, int64_t n) {
    if (!sortable(dtype) || rows < 1 || n < 1) return 0;
    return 2 * at_most(rows, gt_threads_count()) * n * gt_sort_kinds[dtype].item;
}

/* The k first of each sorted row. Buffers, and so parts, are as many as the scratch has room for. */
static int sort_all(int dtype, uint64_t flip, int64_t rows, int64_t n, int64_t k, const void *x, void *values,
                    int64_t *order, void *scratch, int64_t scratch_bytes) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (rows < 0 || n < 0 || k < 0 || k > n) return GT_BAD_ARGUMENT;
    if (!sortable(dtype) || n > UINT32_MAX) return GT_UNSUPPORTED;
    if (rows == 0 || k == 0) return GT_OK;
    const gt_sort_kind *of = &gt_sort_kinds[dtype];
    const int64_t room = scratch_bytes / (2 * n * of->item), threads = gt_threads_count();
    if (x == NULL || scratch == NULL || room < 1) return GT_BAD_ARGUMENT;
    sort_job job = {.of = of, .rows = rows, .n = n, .k = k, .parts = at_most(at_most(rows, threads), room),
                    .flip = flip & of->all, .x = x, .values = values, .order = order, .items = scratch};
    if (n >= SHARE_MIN && rows < threads && k == n) {
        for (job.parts = 1; 2 * job.parts <= threads;) job.parts *= 2;
        sort_shared(&job);
        return GT_OK;
    }
    gt_parallel(job.parts, 20.0 * (double)n * (double)rows / (double)job.parts, sort_rows, &job);
    return GT_OK;
}

int gt_sort(int dtype, int descending, int64_t rows, int64_t n, const void *x, void *values, int64_t *order,
            void *scratch, int64_t scratch_bytes) {
    const uint64_t flip = descending ? ~(uint64_t)0 : 0;
    return sort_all(dtype, flip, rows, n, n, x, values, order, scratch, scratch_bytes);
}

int gt_topk(int dtype, int largest, int64_t rows, int64_t n, int64_t k, const void *x, void *values, int64_t *order,
            void *scratch, int64_t scratch_bytes) {
    const uint64_t flip = largest ? ~(uint64_t)0 : 0;
    return sort_all(dtype, flip, rows, n, k, x, values, order, scratch, scratch_bytes);
}
