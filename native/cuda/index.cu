/*
 * Reading and writing by index and mask. A bad index is noted and nothing is read or written there; what is written in
 * place is checked by a launch before, and left as it was. Elements are moved by their size. Rows, see GT_WHEN: gather,
 * scatter, mask.
 */
#include "device.cuh"

#include "../common/integers.h"

/* ---- reading ---- */

/* y [count, units] = rows of x [rows, units] at index [count], by units of so many bits. */
template <class U>
GT_INLINE void gather_rows(long long units, long long rows, long long count, const U *x, const gt_I64 *index, U *y,
                           gt_bad_index *bad) {
    GT_EACH(at, count * units) {
        const long long i = at / units, unit = at - i * units, row = index[i];
        if (row >= 0 && row < rows) {
            y[at] = x[row * units + unit];
        } else if (unit == 0) {
            gt_note_bad(bad, i, row);
        }
    }
}

/* y = x[index] along one dimension; strides are x's (0 along it), index's, y's; step is x's stride along it. */
template <class T>
GT_INLINE void gather(const gt_dims &dims, long long size, long long step, const T *x, const gt_I64 *index, T *y,
                      gt_bad_index *bad) {
    GT_EACH(i, gt_count(dims, 0, dims.rank)) {
        const gt_places<3> p = gt_places_of<3>(dims, 0, dims.rank, i);
        const long long place = index[p.at[1]];
        if (place >= 0 && place < size) {
            y[p.at[2]] = x[p.at[0] + place * step];
        } else {
            gt_note_bad(bad, p.at[1], place);
        }
    }
}

#define GATHER_KERNELS(bits)                                                                                           \
    GT_KERNEL(gather_rows_##bits, long long units, long long rows, long long count, const uint##bits##_t *x,           \
              const gt_I64 *index, uint##bits##_t *y, gt_bad_index *bad) {                                             \
        gather_rows(units, rows, count, x, index, y, bad);                                                             \
    }                                                                                                                  \
    GT_KERNEL(gather_##bits, gt_dims dims, long long size, long long step, const uint##bits##_t *x,                    \
              const gt_I64 *index, uint##bits##_t *y, gt_bad_index *bad) {                                             \
        gather(dims, size, step, x, index, y, bad);                                                                    \
    }                                                                                                                  \
    /* y = x with the dimensions turned round whose bit is set */                                                      \
    GT_KERNEL(flip_##bits, gt_dims dims, int reversed, const uint##bits##_t *x, uint##bits##_t *y) {                   \
        GT_EACH(i, gt_count(dims, 0, dims.rank)) {                                                                     \
            long long rest = i, from = 0, to = 0;                                                                      \
            for (long long d = dims.rank - 1; d >= 0; d--) {                                                           \
                const long long at = rest % dims.size[d];                                                              \
                from += (reversed >> d & 1 ? dims.size[d] - 1 - at : at) * dims.stride[0][d];                          \
                to += at * dims.stride[1][d];                                                                          \
                rest /= dims.size[d];                                                                                  \
            }                                                                                                          \
            y[to] = x[from];                                                                                           \
        }                                                                                                              \
    }
GT_WHEN(gather, GATHER_KERNELS(8) GATHER_KERNELS(16) GATHER_KERNELS(32) GATHER_KERNELS(64))

/* y = y * size + index, or first: y = index; a negative index counts from size. */
GT_WHEN(gather, GT_KERNEL(linear_index, gt_dims dims, int first, long long size, const gt_I64 *index, gt_I64 *y,
                          gt_bad_index *bad) {
    GT_EACH(i, gt_count(dims, 0, dims.rank)) {
        const gt_places<2> p = gt_places_of<2>(dims, 0, dims.rank, i);
        const long long given = index[p.at[0]], place = given < 0 ? given + size : given;
        if (place < 0 || place >= size) gt_note_bad(bad, p.at[0], given);
        const unsigned long long before = first ? 0 : (unsigned long long)y[p.at[1]] * (unsigned long long)size;
        y[p.at[1]] = (gt_I64)(before + (unsigned long long)place);
    }
})

/* ---- writing ---- */

/* Notes indexes out of range; strides as for scatter. */
GT_WHEN(scatter, GT_KERNEL(check_index, gt_dims dims, long long size, const gt_I64 *index, gt_bad_index *bad) {
    GT_EACH(i, gt_count(dims, 0, dims.rank)) {
        const long long at = gt_places_of<2>(dims, 0, dims.rank, i).at[1], place = index[at];
        if (place < 0 || place >= size) gt_note_bad(bad, at, place);
    }
})

/*
 * x[index] op= y: strides are x's (0 along the dimension of the index), index's, y's; the `kept` first dimensions are those
 * where x has one. A thread goes along the index in order and takes what lies in its range of places, so that the last
 * value stays and sums have the same bits on each run; the more ranges, the more threads read the same index.
 */
template <class T, class F>
GT_INLINE void scatter(F f, const gt_dims &dims, long long kept, long long size, long long step, long long ranges,
                       const gt_I64 *index, const T *y, T *x, const gt_bad_index *bad) {
    __shared__ long long noted; /* by the launch before */
    if (threadIdx.x == 0) noted = bad->place;
    __syncthreads();
    if (noted != INT64_MAX) return;
    const long long columns = gt_count(dims, 0, kept), n = gt_count(dims, kept, dims.rank);
    const long long width = (size + ranges - 1) / ranges;
    GT_EACH(i, columns * ranges) {
        const gt_places<3> column = gt_places_of<3>(dims, 0, kept, i % columns);
        const long long low = i / columns * width, high = low + width;
        for (long long j = 0; j < n; j++) {
            const gt_places<3> p = gt_places_of<3>(dims, kept, dims.rank, j);
            const long long place = index[column.at[1] + p.at[1]];
            if (place < low || place >= high) continue;
            T *to = x + column.at[0] + place * step;
            *to = f(*to, y[column.at[2] + p.at[2]]);
        }
    }
}

#define SCATTER_KERNEL(name, suffix, T, value)                                                                         \
    struct of_##name##_##suffix {                                                                                      \
        GT_MEMBER T operator()(T a, T b) const { return (void)a, (T)(value); }                                         \
    };                                                                                                                 \
    GT_KERNEL(name##_##suffix, gt_dims dims, long long kept, long long size, long long step, long long ranges,         \
              const gt_I64 *index, const T *y, T *x, const gt_bad_index *bad) {                                        \
        scatter(of_##name##_##suffix(), dims, kept, size, step, ranges, index, y, x, bad);                             \
    }

#define SCATTER_NUMBERS(dtype, ...)                                                                                    \
    SCATTER_KERNEL(scatter_add, dtype, gt_##dtype, (gt_wrapping_##dtype)a + (gt_wrapping_##dtype)b)                    \
    SCATTER_KERNEL(scatter_mul, dtype, gt_##dtype, (gt_wrapping_##dtype)a * (gt_wrapping_##dtype)b)                    \
    SCATTER_KERNEL(scatter_max, dtype, gt_##dtype, (a != a) | (a > b) ? a : b)                                         \
    SCATTER_KERNEL(scatter_min, dtype, gt_##dtype, (a != a) | (a < b) ? a : b)
GT_WHEN(scatter, SCATTER_KERNEL(scatter_set, 8, uint8_t, b) SCATTER_KERNEL(scatter_set, 16, uint16_t, b)
                     SCATTER_KERNEL(scatter_set, 32, uint32_t, b) SCATTER_KERNEL(scatter_set, 64, uint64_t, b)
                         GT_EACH_NUMBERS(SCATTER_NUMBERS, ))

/* ---- masks: a block for each chunk, a thread for neighbours in it ---- */

#define NEIGHBOURS (GT_MASK_CHUNK / GT_BLOCK)

/* How many are set of a thread's elements of a chunk. */
GT_INLINE int set_of(const uint8_t *mask, long long first, long long n) {
    int set = 0;
    for (int k = 0; k < NEIGHBOURS; k++) set += first + k < n && mask[first + k] != 0;
    return set;
}

/* for each chunk of mask [n] that is this block's: the first of this thread's elements */
#define EACH_CHUNK(chunk, n)                                                                                           \
    for (long long chunk = blockIdx.x; chunk * GT_MASK_CHUNK < (n); chunk += gridDim.x)

#define MASK_KERNELS                                                                                                   \
    /* starts [chunks + 1] behind each chunk's place: how many are set in it */                                        \
    GT_KERNEL(mask_counts, long long n, const uint8_t *mask, gt_I64 *starts) {                                         \
        const gt_team team = gt_team_of(GT_BLOCK, false);                                                              \
        EACH_CHUNK(chunk, n) {                                                                                         \
            const int mine = set_of(mask, chunk * GT_MASK_CHUNK + (long long)threadIdx.x * NEIGHBOURS, n);             \
            const int all = gt_join(team, mine, [](int a, int b) { return a + b; });                                   \
            if (threadIdx.x == 0) starts[chunk + 1] = all;                                                             \
        }                                                                                                              \
    }                                                                                                                  \
    /* starts = the sums of what is before each; one block */                                                          \
    GT_KERNEL(mask_sums, long long chunks, gt_I64 *starts) {                                                           \
        const long long each = (chunks + GT_BLOCK - 1) / GT_BLOCK, first = 1 + (long long)threadIdx.x * each;          \
        long long mine = 0;                                                                                            \
        for (long long k = first; k < first + each && k <= chunks; k++) mine += starts[k];                             \
        long long sum = gt_sum_before(mine);                                                                               \
        for (long long k = first; k < first + each && k <= chunks; k++) starts[k] = sum += starts[k];                  \
        if (threadIdx.x == 0) starts[0] = 0;                                                                           \
    }                                                                                                                  \
    /* y [set, rank] = where mask is set; dims: its sizes */                                                           \
    GT_KERNEL(mask_nonzero, gt_dims dims, long long n, const uint8_t *mask, const gt_I64 *starts, gt_I64 *y) {         \
        EACH_CHUNK(chunk, n) {                                                                                         \
            const long long first = chunk * GT_MASK_CHUNK + (long long)threadIdx.x * NEIGHBOURS;                       \
            long long at = starts[chunk] + gt_sum_before(set_of(mask, first, n));                                          \
            for (long long i = first; i < first + NEIGHBOURS && i < n; i++) {                                          \
                if (!mask[i]) continue;                                                                                \
                long long rest = i;                                                                                    \
                for (long long d = dims.rank - 1; d >= 0; d--) {                                                       \
                    y[at * dims.rank + d] = rest % dims.size[d];                                                       \
                    rest /= dims.size[d];                                                                              \
                }                                                                                                      \
                at++;                                                                                                  \
            }                                                                                                          \
        }                                                                                                              \
    }
GT_WHEN(mask, MASK_KERNELS)

/* packs: y [set] = elements of x [n] where mask is set; else those elements = y. */
template <class T>
GT_INLINE void move_masked(bool packs, long long n, const uint8_t *mask, const gt_I64 *starts, T *x, T *y) {
    EACH_CHUNK(chunk, n) {
        const long long first = chunk * GT_MASK_CHUNK + (long long)threadIdx.x * NEIGHBOURS;
        long long at = starts[chunk] + gt_sum_before(set_of(mask, first, n));
        for (long long i = first; i < first + NEIGHBOURS && i < n; i++) {
            if (!mask[i]) continue;
            if (packs) {
                y[at++] = x[i];
            } else {
                x[i] = y[at++];
            }
        }
    }
}

#define MASK_MOVES(bits)                                                                                               \
    GT_KERNEL(mask_move_##bits, int packs, long long n, const uint8_t *mask, const gt_I64 *starts, uint##bits##_t *x,  \
              uint##bits##_t *y) {                                                                                     \
        move_masked(packs != 0, n, mask, starts, x, y);                                                                \
    }
GT_WHEN(mask, MASK_MOVES(8) MASK_MOVES(16) MASK_MOVES(32) MASK_MOVES(64))
