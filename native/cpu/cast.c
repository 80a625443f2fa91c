/* Casts, copies and fills, which belong to the Elementwise family but have no operation code. */
#include "cast.h"

#include <string.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "threads.h"
#include "walk.h"

#define NANOS 0.25

/* ---- a copy whose input is transposed against its output ---- */

/* Rows of y that one job writes. */
#define STRIP 64

typedef struct transpose {
    gt_transpose_loop loop;
    gt_dims dims; /* outer dimensions, then the one along which x is dense, then the one along which y is */
    int64_t bytes, strips;
    const char *x;
    char *y;
} transpose;

static void transpose_strip(void *arg, int64_t index) {
    const transpose *t = arg;
    const gt_dims *dims = &t->dims;
    const int64_t outer = dims->rank - 2, first = index % t->strips * STRIP, left = dims->size[outer] - first;
    int64_t x = gt_dims_offset(dims, 0, 0, outer, index / t->strips) + first;
    int64_t y = gt_dims_offset(dims, 1, 0, outer, index / t->strips) + first * dims->stride[1][outer];
    t->loop(left < STRIP ? left : STRIP, dims->size[outer + 1], t->x + x * t->bytes, dims->stride[0][outer + 1],
            t->y + y * t->bytes, dims->stride[1][outer]);
}

/* Whether it was such a copy; then it is done. */
static int transpose_run(int dtype, const gt_dims *dims, const void *x, void *y) {
    transpose t = {
        .loop = GT_LOOPS(cast)->transpose[dtype], .dims = *dims, .bytes = gt_dtype_bytes(dtype), .x = x, .y = y};
    gt_dims *sorted = &t.dims;
    gt_dims_sort(sorted, 2, 1, 0, sorted->rank);
    sorted->rank = gt_dims_collapse(sorted, 2, 0, sorted->rank);
    const int64_t inner = sorted->rank - 1;
    if (inner < 1 || sorted->stride[1][inner] != 1 || sorted->stride[0][inner] == 1) return 0;
    for (int64_t d = 0; d < inner; d++) {
        if (sorted->stride[0][d] != 1) continue;
        gt_dims_swap(sorted, 2, d, inner - 1);
        t.strips = (sorted->size[inner - 1] + STRIP - 1) / STRIP;
        gt_parallel(gt_dims_count(sorted, 0, inner - 1) * t.strips, NANOS * STRIP * (double)sorted->size[inner],
                    transpose_strip, &t);
        return 1;
    }
    return 0;
}

/* ---- cast ---- */

typedef struct cast_walk {
    gt_walk walk;
    gt_cast_loop loop;
} cast_walk;

static void cast_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    (void)scalar;
    ((const cast_walk *)(const void *)walk)->loop(n, at[0], at[1]);
}

static cast_walk cast_walk_of(int from, int to, const void *x, void *y) {
    return (cast_walk){{cast_piece, 2, 0, NANOS, {gt_dtype_bytes(from), gt_dtype_bytes(to)}, {(char *)x, y}},
                       GT_LOOPS(cast)->cast[from][to]};
}

GT_API int gt_cast_flat(int from, int to, int64_t n, const void *x, void *y) {
    if (!gt_dtype_known(from) || !gt_dtype_known(to)) return GT_BAD_CODE;
    if (n < 0 || (n > 0 && (!x || !y))) return GT_BAD_ARGUMENT;
    cast_walk w = cast_walk_of(from, to, x, y);
    return gt_walk_flat(&w.walk, n, -1);
}

GT_API int gt_cast(int from, int to, const gt_dims *dims, const void *x, void *y) {
    if (!gt_dtype_known(from) || !gt_dtype_known(to)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!x || !y) return GT_BAD_ARGUMENT;
    if (from == to && transpose_run(from, dims, x, y)) return GT_OK;
    cast_walk w = cast_walk_of(from, to, x, y);
    return gt_walk_run(&w.walk, dims);
}

/* ---- fill ---- */

typedef struct fill_walk {
    gt_walk walk;
    char value[8];
} fill_walk;

#define FILL(type)                                                                                                     \
    do {                                                                                                               \
        type v, *y = (type *)(void *)at[0];                                                                            \
        memcpy(&v, fill->value, sizeof v);                                                                             \
        for (int64_t i = 0; i < n; i++) y[i] = v;                                                                      \
    } while (0)

static void fill_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    const fill_walk *fill = (const void *)walk;
    (void)scalar;
    switch (walk->bytes[0]) {
    case 1:
        memset(at[0], fill->value[0], (size_t)n);
        break;
    case 2:
        FILL(uint16_t);
        break;
    case 4:
        FILL(uint32_t);
        break;
    default:
        FILL(uint64_t);
        break;
    }
}

GT_API int gt_fill(int dtype, const gt_dims *dims, const void *value, void *y) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!value || !y) return GT_BAD_ARGUMENT;
    fill_walk w = {.walk = {fill_piece, 1, 0, NANOS / 2, {gt_dtype_bytes(dtype)}, {y}}};
    memcpy(w.value, value, (size_t)gt_dtype_bytes(dtype));
    return gt_walk_run(&w.walk, dims);
}
