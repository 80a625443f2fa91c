/*
 * Sorting rows. An element becomes an unsigned key of the same order and carries its position, so that no two items are
 * equal, and the one result there is is that of a stable sort. A block sorts runs of up to TILE items in shared memory by a
 * network; then runs are merged in pairs, each item going to its place among both, as far as the first ones are wanted.
 * Rows, see GT_WHEN: sort, ranked, unique, search, histogram.
 */
#include "device.cuh"

#include "../common/keys.h"

#define TILE 1024 /* items, of which each thread compares TILE / GT_BLOCK / 2 pairs at a time */

/* Below 32 bits, key and position are one word. Rows have fewer than 2^32 elements. */
typedef uint64_t item_32;
struct __align__(16) item_64 {
    uint64_t key, at;
};

GT_INLINE bool is_less(item_32 a, item_32 b) { return a < b; }
GT_INLINE bool is_less(const item_64 &a, const item_64 &b) { return a.key < b.key || (a.key == b.key && a.at < b.at); }
GT_INLINE long long at_of(item_32 a) { return (long long)(a & 0xffffffffu); }
GT_INLINE long long at_of(const item_64 &a) { return (long long)a.at; }
GT_INLINE void put_item(item_32 &to, uint64_t key, long long at) { to = key << 32 | (uint64_t)at; }
GT_INLINE void put_item(item_64 &to, uint64_t key, long long at) { to = {key, (uint64_t)at}; }
/* Behind every element. */
GT_INLINE void put_last(item_32 &to) { to = ~(item_32)0; }
GT_INLINE void put_last(item_64 &to) { to = {~(uint64_t)0, ~(uint64_t)0}; }

template <class T> struct key_of;
#define KEYS(dtype, bits)                                                                                              \
    template <> struct key_of<gt_##dtype> {                                                                            \
        typedef item_##bits item;                                                                                      \
        GT_MEMBER static uint64_t of(gt_##dtype x) { return gt_key_##dtype(x); }                                       \
    };
KEYS(F32, 32)
KEYS(F64, 64)
KEYS(I64, 64)
KEYS(I32, 32)
KEYS(U8, 32)

/* ---- runs ---- */

/* Sorts each `length` items of the tile, a power of two. Ends with a barrier. */
template <class Item> GT_INLINE void sort_tile(Item *tile, int length) {
    for (int size = 2; size <= length; size *= 2) {
        for (int step = size / 2; step > 0; step /= 2) {
            __syncthreads();
            for (int p = (int)threadIdx.x; p < TILE / 2; p += GT_BLOCK) {
                const int i = 2 * p - (p & (step - 1)), j = i + step;
                const bool down = (i & (length - 1) & size) != 0;
                const Item a = tile[i], b = tile[j];
                if (is_less(b, a) != down) {
                    tile[i] = b;
                    tile[j] = a;
                }
            }
        }
    }
    __syncthreads();
}

/*
 * Cuts rows of x [rows, n] into runs of `length`, sorts them by key ^ flip, and stores the first `keep` of each: as items
 * [rows, runs * keep or less] or, where values are given and a row is one run, as values and order [rows, keep].
 */
template <class T> GT_INLINE void sort_runs(long long rows, long long n, int length, uint64_t flip, long long keep,
                                            const T *x, typename key_of<T>::item *items, T *values, gt_I64 *order) {
    typedef typename key_of<T>::item Item;
    __shared__ Item tile[TILE];
    const long long runs = (n + length - 1) / length, each = TILE / length, all = rows * runs;
    const long long left = n - (runs - 1) * length, row_items = (runs - 1) * keep + (left < keep ? left : keep);
    for (long long first = (long long)blockIdx.x * each; first < all; first += (long long)gridDim.x * each) {
        for (int i = (int)threadIdx.x; i < TILE; i += GT_BLOCK) {
            const long long run = first + i / length, row = run / runs, at = run % runs * length + i % length;
            if (run < all && at < n) {
                put_item(tile[i], key_of<T>::of(x[row * n + at]) ^ flip, at);
            } else {
                put_last(tile[i]);
            }
        }
        sort_tile(tile, length);
        for (int i = (int)threadIdx.x; i < TILE; i += GT_BLOCK) {
            const long long run = first + i / length, row = run / runs, place = i % length;
            const long long start = run % runs * length, room = n - start < length ? n - start : length;
            if (run >= all || place >= keep || place >= room) continue;
            const Item item = tile[i];
            if (values) {
                values[row * keep + place] = x[row * n + at_of(item)];
                order[row * keep + place] = at_of(item);
            } else {
                items[row * row_items + run % runs * keep + place] = item;
            }
        }
        /* no barrier: a thread fills what it has read itself */
    }
}

/* Merges neighbouring runs of `length` of from [rows, n] to runs of `keep`, the first of both together: to [rows, m]. */
template <class Item> GT_INLINE void merge_runs(long long rows, long long n, long long length, const Item *from,
                                                long long m, long long keep, Item *to) {
    GT_EACH(i, rows * n) {
        const long long row = i / n, at = i - row * n, run = at / length;
        const long long other = (run ^ 1) * length, rest = n - other < length ? n - other : length;
        const Item item = from[i];
        long long low = 0, high = rest > 0 ? rest : 0;
        while (low < high) {
            const long long middle = (low + high) / 2;
            if (is_less(from[row * n + other + middle], item)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        const long long place = at - run * length + low;
        if (place < keep) to[row * m + run / 2 * keep + place] = item;
    }
}

#define MERGE_KERNEL(bits)                                                                                             \
    GT_KERNEL(merge_runs_##bits, long long rows, long long n, long long length, const void *from, long long m,         \
              long long keep, void *to) {                                                                              \
        merge_runs(rows, n, length, (const item_##bits *)from, m, keep, (item_##bits *)to);                            \
    }

#define SORT_KERNELS(dtype, ...)                                                                                       \
    GT_KERNEL(sort_runs_##dtype, long long rows, long long n, int length, long long flip, long long keep,              \
              const gt_##dtype *x, void *items, gt_##dtype *values, gt_I64 *order) {                                   \
        sort_runs(rows, n, length, (uint64_t)flip, keep, x, (key_of<gt_##dtype>::item *)items, values, order);         \
    }                                                                                                                  \
    /* values, order [rows, k] = those of items, sorted [rows, k] */                                                   \
    GT_KERNEL(sort_store_##dtype, long long rows, long long n, long long k, const void *items, const gt_##dtype *x,    \
              gt_##dtype *values, gt_I64 *order) {                                                                     \
        GT_EACH(i, rows * k) {                                                                                         \
            const long long at = at_of(((const key_of<gt_##dtype>::item *)items)[i]);                                  \
            values[i] = x[i / k * n + at];                                                                             \
            order[i] = at;                                                                                             \
        }                                                                                                              \
    }
GT_WHEN(sort, MERGE_KERNEL(32) MERGE_KERNEL(64) GT_EACH_NUMBERS(SORT_KERNELS, ))

/* ---- the elements at some ranks of sorted items [rows, n]; a rank that there is not gives nothing ---- */

template <class T> GT_INLINE void ranked(long long rows, long long n, long long k, const gt_I64 *ranks,
                                         long long rank_step, bool nan_wins, const typename key_of<T>::item *items,
                                         const T *x, T *values, gt_I64 *order) {
    GT_EACH(i, rows * k) {
        const long long row = i / k, rank = ranks[row * rank_step + i % k];
        if (rank < 0 || rank >= n) continue;
        const T *own = x + row * n;
        long long place = rank;
        const T last = own[at_of(items[row * n + n - 1])];
        if (nan_wins && last != last) {
            long long low = 0;
            place = n - 1; /* the first NaN is at most here */
            while (low < place) {
                const long long middle = (low + place) / 2;
                const T value = own[at_of(items[row * n + middle])];
                if (value != value) {
                    place = middle;
                } else {
                    low = middle + 1;
                }
            }
        }
        const long long at = at_of(items[row * n + place]);
        values[i] = own[at];
        order[i] = at;
    }
}

#define RANKED_KERNEL(dtype, ...)                                                                                      \
    GT_KERNEL(ranked_##dtype, long long rows, long long n, long long k, const gt_I64 *ranks, long long rank_step,      \
              int nan_wins, const void *items, const gt_##dtype *x, gt_##dtype *values, gt_I64 *order) {               \
        ranked(rows, n, k, ranks, rank_step, nan_wins != 0, (const key_of<gt_##dtype>::item *)items, x, values,        \
               order);                                                                                                 \
    }
GT_WHEN(ranked, GT_EACH_NUMBERS(RANKED_KERNEL, ))

/* ---- each value of a sorted row once: its places, in chunks as those of masks ---- */

#define NEIGHBOURS (GT_MASK_CHUNK / GT_BLOCK)

/* Whether a value begins at i; NaN differs from itself. */
template <class T> GT_INLINE bool begins(const T *x, long long i) { return i == 0 || x[i] != x[i - 1]; }

/* How many begin among a thread's elements of a chunk. */
template <class T> GT_INLINE int beginnings(const T *x, long long first, long long n) {
    int count = 0;
    for (int k = 0; k < NEIGHBOURS; k++) count += first + k < n && begins(x, first + k);
    return count;
}

/* starts [chunks + 1] behind each chunk's place: how many values begin in it */
template <class T> GT_INLINE void unique_counts(long long n, const T *x, gt_I64 *starts) {
    const gt_team team = gt_team_of(GT_BLOCK, false);
    for (long long chunk = blockIdx.x; chunk * GT_MASK_CHUNK < n; chunk += gridDim.x) {
        const int mine = beginnings(x, chunk * GT_MASK_CHUNK + (long long)threadIdx.x * NEIGHBOURS, n);
        const int all = gt_join(team, mine, [](int a, int b) { return a + b; });
        if (threadIdx.x == 0) starts[chunk + 1] = all;
    }
}

/* y = the values, firsts = where they begin, inverse = which one each element is. starts: sums of the counts. */
template <class T> GT_INLINE void unique_places(long long n, const T *x, const gt_I64 *order, const gt_I64 *starts, T *y,
                                                gt_I64 *inverse, gt_I64 *firsts) {
    for (long long chunk = blockIdx.x; chunk * GT_MASK_CHUNK < n; chunk += gridDim.x) {
        const long long first = chunk * GT_MASK_CHUNK + (long long)threadIdx.x * NEIGHBOURS;
        long long next = starts[chunk] + gt_sum_before(beginnings(x, first, n));
        for (long long i = first; i < first + NEIGHBOURS && i < n; i++) {
            if (begins(x, i)) {
                y[next] = x[i];
                firsts[next++] = i;
            }
            inverse[order[i]] = next - 1;
        }
    }
}

#define UNIQUE_KERNELS(dtype, ...)                                                                                     \
    GT_KERNEL(unique_counts_##dtype, long long n, const gt_##dtype *x, gt_I64 *starts) { unique_counts(n, x, starts); } \
    GT_KERNEL(unique_places_##dtype, long long n, const gt_##dtype *x, const gt_I64 *order, const gt_I64 *starts,      \
              gt_##dtype *y, gt_I64 *inverse, gt_I64 *firsts) {                                                        \
        unique_places(n, x, order, starts, y, inverse, firsts);                                                        \
    }
/* counts = how often each value is there; values: how many there are */
#define UNIQUE_LENGTHS                                                                                                 \
    GT_KERNEL(unique_lengths, long long n, const gt_I64 *values, const gt_I64 *firsts, gt_I64 *counts) {               \
        const long long all = *values;                                                                                 \
        GT_EACH(i, all) counts[i] = (i + 1 < all ? firsts[i + 1] : n) - firsts[i];                                     \
    }
GT_WHEN(unique, GT_EACH_NUMBERS(UNIQUE_KERNELS, ) UNIQUE_LENGTHS)

/* ---- searching sorted rows [rows, n] for values [rows, m]; step: from one row to the next ---- */

template <class T> GT_INLINE void search_sorted(bool right, long long step, long long rows, long long n, long long m,
                                                const T *sorted, const T *values, gt_I64 *y) {
    GT_EACH(i, rows * m) {
        const T *row = sorted + i / m * step;
        const T value = values[i];
        long long low = 0, high = n;
        while (low < high) {
            const long long middle = (low + high) / 2;
            const T s = row[middle];
            if (right ? !(s > value) : !(s >= value)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        y[i] = low;
    }
}

#define SEARCH_KERNEL(dtype, ...)                                                                                      \
    GT_KERNEL(search_sorted_##dtype, int right, long long step, long long rows, long long n, long long m,              \
              const gt_##dtype *sorted, const gt_##dtype *values, gt_I64 *y) {                                         \
        search_sorted(right != 0, step, rows, n, m, sorted, values, y);                                                \
    }
GT_WHEN(search, GT_EACH_NUMBERS(SEARCH_KERNEL, ))

/* ---- histogram: a block counts in shared memory where the bins fit ---- */

#define BINS 2048

/* The bin is computed in the element's own type, as PyTorch does: it decides on which side of an edge a number falls. */
template <class T> GT_INLINE void histogram(long long n, long long bins, T low, T high, const T *x, gt_I64 *counts) {
    __shared__ unsigned own[BINS];
    const bool fits = bins <= BINS;
    for (int i = (int)threadIdx.x; fits && i < bins; i += GT_BLOCK) own[i] = 0;
    __syncthreads();
    GT_EACH(i, n) {
        const T value = x[i];
        if (!(value >= low && value <= high)) continue;
        const long long place = (long long)((value - low) * (T)bins / (high - low)), bin = place < bins ? place : bins - 1;
        if (fits) {
            atomicAdd(&own[bin], 1u);
        } else {
            atomicAdd((unsigned long long *)&counts[bin], 1ull);
        }
    }
    __syncthreads();
    for (int i = (int)threadIdx.x; fits && i < bins; i += GT_BLOCK)
        if (own[i] > 0) atomicAdd((unsigned long long *)&counts[i], (unsigned long long)own[i]);
}

/* counts: zeros at first. A thread takes fewer than 2^32 / GT_BLOCK elements. */
#define HISTOGRAM_KERNEL(dtype, ...)                                                                                   \
    GT_KERNEL(histogram_##dtype, long long n, long long bins, double low, double high, const gt_##dtype *x,            \
              gt_I64 *counts) {                                                                                        \
        histogram(n, bins, (gt_##dtype)low, (gt_##dtype)high, x, counts);                                              \
    }
GT_WHEN(histogram, GT_EACH_FLOATS(HISTOGRAM_KERNEL, ))
