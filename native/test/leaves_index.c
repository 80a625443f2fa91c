#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"
#include "operands.h"

static void gather(int64_t row_bytes, int64_t rows, int64_t count) {
    uint64_t seed = (uint64_t)(row_bytes + rows);
    uint8_t *x = test_buffer(rows * row_bytes, 1), *y = test_buffer(count * row_bytes, 1);
    int64_t *index = test_buffer(count, 8), bad = -7;
    for (int64_t i = 0; i < rows * row_bytes; i++) {
        x[i] = (uint8_t)(test_uniform(&seed) * 256);
    }
    for (int64_t i = 0; i < count; i++) {
        index[i] = (int64_t)(test_uniform(&seed) * (double)rows);
    }
    CHECK(gt_gather_rows(row_bytes, rows, count, x, index, y, &bad) == GT_OK && bad == -7, "gather");
    for (int64_t i = 0; i < count; i++) {
        CHECK(memcmp(y + i * row_bytes, x + index[i] * row_bytes, (size_t)row_bytes) == 0, "row %lld of %lld bytes",
              (long long)i, (long long)row_bytes);
    }
    if (count > 2) {
        index[2] = rows;
        index[count - 1] = -1;
        memset(y, 77, (size_t)(count * row_bytes));
        CHECK(gt_gather_rows(row_bytes, rows, count, x, index, y, &bad) == GT_BAD_INDEX && bad == 2, "first bad: %lld",
              (long long)bad);
        CHECK(row_bytes == 0 || y[0] == 77, "wrote before it looked");
    }
    free(x);
    free(y);
    free(index);
}

/* ---- along a dimension ---- */

/* Operands of one shape: x is indexed along `dim`, where it has `size` places. */
typedef struct {
    gt_dims dims, of_x;
    operand x, index, y;
    int64_t total, dim, size;
} along;

static along along_make(int rank, const int64_t *sizes, int64_t dim, int64_t size, int dtype, int of_x, int of_index,
                        int of_y) {
    along a = {.dim = dim, .size = size};
    uint64_t seed = (uint64_t)(rank + dim + size);
    a.dims.rank = a.of_x.rank = rank;
    memcpy(a.dims.size, sizes, (size_t)rank * sizeof *sizes);
    memcpy(a.of_x.size, sizes, (size_t)rank * sizeof *sizes);
    a.of_x.size[dim] = size;
    a.total = 1;
    for (int d = 0; d < rank; d++) a.total *= sizes[d];
    a.x = operand_make(&a.of_x, 0, dtype, of_x);
    a.index = operand_make(&a.dims, 1, GT_I64, of_index);
    a.y = operand_make(&a.dims, 2, dtype, of_y);
    operand_fill(&a.x, -50, 50, &seed);
    operand_fill(&a.y, -50, 50, &seed);
    for (int64_t i = 0; i < a.index.extent; i++)
        ((int64_t *)(void *)a.index.memory)[i] = (int64_t)(test_uniform(&seed) * (double)size);
    memcpy(a.dims.stride[0], a.of_x.stride[0], sizeof a.dims.stride[0]);
    a.dims.stride[0][dim] = 0;
    return a;
}

static void along_free(along *a) {
    free(a->x.memory);
    free(a->index.memory);
    free(a->y.memory);
}

/* Where in x element i belongs. */
static char *along_place(const along *a, int64_t i) {
    const int64_t index = *(const int64_t *)(const void *)operand_at(&a->index, &a->dims, i);
    int64_t offset = index * a->x.stride[a->dim];
    for (int64_t d = a->dims.rank - 1; d >= 0; d--) {
        if (d != a->dim) offset += i % a->dims.size[d] * a->x.stride[d];
        i /= a->dims.size[d];
    }
    return a->x.at + offset * gt_dtype_bytes(a->x.dtype);
}

static void gather_along(int rank, const int64_t *sizes, int64_t dim, int64_t size) {
    static const int dtypes[] = {GT_F32, GT_F64, GT_F16, GT_U8};
    for (size_t t = 0; t < sizeof dtypes / sizeof *dtypes; t++) {
        for (int kind = 0; kind < LAYOUTS; kind++) {
            along a = along_make(rank, sizes, dim, size, dtypes[t], kind, (kind + 1) % LAYOUTS, kind % OUTPUT_LAYOUTS);
            int64_t bad = -7;
            const int status = gt_gather(dtypes[t], &a.dims, size, a.x.stride[dim], a.x.at, (void *)a.index.at, a.y.at, &bad);
            CHECK(status == GT_OK && bad == -7, "gather");
            for (int64_t i = 0; i < a.total; i++) {
                CHECK(memcmp(operand_at(&a.y, &a.dims, i), along_place(&a, i), (size_t)gt_dtype_bytes(dtypes[t])) == 0,
                      "dtype %d, layout %d at %lld", dtypes[t], kind, (long long)i);
            }
            along_free(&a);
        }
    }
}

static double joined(int op, double a, double b) {
    switch (op) {
    case GT_SCATTER_set: return b;
    case GT_SCATTER_add: return a + b;
    case GT_SCATTER_mul: return a * b;
    case GT_SCATTER_max: return a > b ? a : b;
    default: return a < b ? a : b;
    }
}

/* In I64, whose sums and products are exact as long as they are small: 1 is added to one place often. */
static void scatter_along(int rank, const int64_t *sizes, int64_t dim, int64_t size) {
    for (int op = 0; op < GT_SCATTER_COUNT; op++) {
        for (int kind = 0; kind < OUTPUT_LAYOUTS; kind++) {
            along a = along_make(rank, sizes, dim, size, GT_F64, kind, (kind + 2) % LAYOUTS, (kind + 1) % LAYOUTS);
            const size_t bytes = (size_t)a.x.extent * sizeof(double);
            double *start = test_buffer(a.x.extent, 8), *want = test_buffer(a.x.extent, 8);
            memcpy(start, a.x.memory, bytes);
            for (int64_t i = 0; i < a.total; i++) {
                double *to = (double *)(void *)along_place(&a, i);
                *to = joined(op, *to, test_get(GT_F64, operand_at(&a.y, &a.dims, i)));
            }
            memcpy(want, a.x.memory, bytes);
            const int before = gt_threads_count();
            for (int threads = 1; threads <= 4; threads++) {
                int64_t bad = -7;
                gt_threads_set(threads);
                memcpy(a.x.memory, start, bytes);
                const int status = gt_scatter(op, GT_F64, &a.dims, size, a.x.stride[dim], (void *)a.index.at, a.y.at,
                                              a.x.at, &bad);
                CHECK(status == GT_OK && bad == -7, "scatter");
                CHECK(memcmp(a.x.memory, want, bytes) == 0, "op %d, layout %d, %d threads", op, kind, threads);
            }
            gt_threads_set(before);
            free(start);
            free(want);
            along_free(&a);
        }
    }
}

static void bad_indexes(void) {
    enum { N = 3000 };
    float x[4] = {1, 2, 3, 4}, *y = test_buffer(N, 4);
    int64_t *index = test_buffer(N, 8), bad = -7;
    gt_dims dims = {.rank = 1, .size = {N}, .stride = {{0}, {1}, {1}}};
    for (int64_t i = 0; i < N; i++) {
        index[i] = i % 4;
        y[i] = (float)i;
    }
    index[2500] = 4;
    index[700] = -1;
    CHECK(gt_gather(GT_F32, &dims, 4, 1, x, index, y, &bad) == GT_BAD_INDEX && bad == 700, "gather: %lld", (long long)bad);
    bad = -7;
    CHECK(gt_scatter(GT_SCATTER_set, GT_F32, &dims, 4, 1, index, y, x, &bad) == GT_BAD_INDEX && bad == 700, "scatter: %lld",
          (long long)bad);
    CHECK(x[0] == 1 && x[1] == 2 && x[2] == 3 && x[3] == 4, "wrote before it looked");
    gt_dims pair = {.rank = 1, .size = {N}, .stride = {{1}, {1}}};
    int64_t *linear = test_buffer(N, 8);
    for (int64_t i = 0; i < N; i++) linear[i] = 2;
    CHECK(gt_linear_index(0, &pair, 4, index, linear, &bad) == GT_BAD_INDEX && bad == 2500, "linear: %lld", (long long)bad);
    index[2500] = -4;
    for (int64_t i = 0; i < N; i++) linear[i] = 2;
    CHECK(gt_linear_index(0, &pair, 4, index, linear, &bad) == GT_OK, "linear");
    for (int64_t i = 0; i < N; i++)
        CHECK(linear[i] == 8 + (index[i] < 0 ? index[i] + 4 : index[i]), "linear at %lld", (long long)i);
    CHECK(gt_linear_index(1, &pair, 4, index, linear, &bad) == GT_OK, "first");
    for (int64_t i = 0; i < N; i++)
        CHECK(linear[i] == (index[i] < 0 ? index[i] + 4 : index[i]), "first at %lld", (long long)i);
    free(y);
    free(index);
    free(linear);
}

/* ---- flip and masks ---- */

static void flip(int rank, const int64_t *sizes) {
    for (int kind = 0; kind < LAYOUTS; kind++) {
        for (int64_t reversed = 0; reversed < (int64_t)1 << rank; reversed++) {
            gt_dims dims = {.rank = rank};
            uint64_t seed = 5;
            int64_t total = 1;
            memcpy(dims.size, sizes, (size_t)rank * sizeof *sizes);
            for (int d = 0; d < rank; d++) total *= sizes[d];
            operand x = operand_make(&dims, 0, GT_I32, kind), y = operand_make(&dims, 1, GT_I32, kind % OUTPUT_LAYOUTS);
            operand_fill(&x, -99, 99, &seed);
            CHECK(gt_flip(GT_I32, &dims, reversed, x.at, y.at) == GT_OK, "flip");
            for (int64_t i = 0; i < total; i++) {
                int64_t from = 0, rest = i, step = 1;
                for (int64_t d = rank - 1; d >= 0; d--) {
                    const int64_t at = rest % sizes[d];
                    from += (reversed >> d & 1 ? sizes[d] - 1 - at : at) * step;
                    step *= sizes[d];
                    rest /= sizes[d];
                }
                CHECK(memcmp(operand_at(&y, &dims, i), operand_at(&x, &dims, from), 4) == 0, "flip %lld", (long long)i);
            }
            free(x.memory);
            free(y.memory);
        }
    }
}

static void mask(int64_t n, double density) {
    uint64_t seed = (uint64_t)n;
    const int64_t chunks = (n + GT_MASK_CHUNK - 1) / GT_MASK_CHUNK, sizes[2] = {n, 1};
    uint8_t *set = test_buffer(n, 1);
    int64_t *starts = test_buffer(chunks + 1, 8), count = 0;
    for (int64_t i = 0; i < n; i++) count += set[i] = test_uniform(&seed) < density;
    CHECK(gt_mask_starts(n, set, starts) == GT_OK && starts[chunks] == count, "%lld set", (long long)count);
    int64_t *places = test_buffer(2 * count, 8);
    int32_t *x = test_buffer(n, 4), *y = test_buffer(count, 4), *z = test_buffer(n, 4);
    for (int64_t i = 0; i < n; i++) {
        x[i] = (int32_t)i * 3;
        z[i] = -1;
    }
    CHECK(gt_mask_nonzero(2, sizes, set, starts, places) == GT_OK, "nonzero");
    CHECK(gt_mask_select(GT_I32, n, set, starts, x, y) == GT_OK, "select");
    CHECK(gt_mask_scatter(GT_F32, n, set, starts, y, z) == GT_OK, "scatter");
    for (int64_t i = 0, k = 0; i < n; i++) {
        CHECK(z[i] == (set[i] ? x[i] : -1), "scatter at %lld", (long long)i);
        if (!set[i]) continue;
        CHECK(places[2 * k] == i && places[2 * k + 1] == 0 && y[k] == x[i], "place %lld", (long long)k);
        k++;
    }
    free(set);
    free(starts);
    free(places);
    free(x);
    free(y);
    free(z);
}

static void refusals(void) {
    float x[4] = {0}, y[4] = {0};
    int64_t index[2] = {0, 1}, bad;
    uint8_t set[2] = {1, 1};
    CHECK(gt_gather_rows(-1, 1, 1, x, index, y, &bad) == GT_BAD_ARGUMENT, "row_bytes");
    CHECK(gt_gather_rows(4, 1, 1, x, NULL, y, &bad) == GT_BAD_ARGUMENT, "null index");
    CHECK(gt_gather_rows(4, 4, 2, x, index, NULL, &bad) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_gather_rows(4, 0, 2, NULL, index, y, &bad) == GT_BAD_INDEX && bad == 0, "no rows");
    CHECK(gt_gather_rows(4, 0, 0, NULL, NULL, NULL, &bad) == GT_OK, "nothing");
    const gt_dims two = {.rank = 1, .size = {2}, .stride = {{0}, {1}, {1}}}, deep = {.rank = 9};
    const gt_dims none = {.rank = 1, .size = {0}}, scalar = {.rank = 0};
    CHECK(gt_gather(99, &two, 4, 1, x, index, y, &bad) == GT_BAD_CODE, "code");
    CHECK(gt_gather(GT_F32, &deep, 4, 1, x, index, y, &bad) == GT_BAD_ARGUMENT, "rank");
    CHECK(gt_gather(GT_F32, &two, -1, 1, x, index, y, &bad) == GT_BAD_ARGUMENT, "size");
    CHECK(gt_gather(GT_F32, &two, 4, 1, x, NULL, y, &bad) == GT_BAD_ARGUMENT, "null index");
    CHECK(gt_gather(GT_F32, &two, 0, 1, NULL, index, y, &bad) == GT_BAD_INDEX, "no places");
    CHECK(gt_gather(GT_F32, &none, 4, 1, NULL, NULL, NULL, &bad) == GT_OK, "nothing");
    CHECK(gt_gather(GT_F32, &scalar, 4, 1, x, index + 1, y, &bad) == GT_OK, "one");
    CHECK(gt_scatter(GT_SCATTER_COUNT, GT_F32, &two, 4, 1, index, y, x, &bad) == GT_BAD_CODE, "op");
    CHECK(gt_scatter(GT_SCATTER_add, 99, &two, 4, 1, index, y, x, &bad) == GT_BAD_CODE, "dtype");
    CHECK(gt_scatter(GT_SCATTER_add, GT_BF16, &two, 4, 1, index, y, x, &bad) == GT_UNSUPPORTED, "bf16");
    CHECK(gt_scatter(GT_SCATTER_add, GT_BOOL, &two, 4, 1, index, y, x, &bad) == GT_UNSUPPORTED, "bool");
    CHECK(gt_scatter(GT_SCATTER_set, GT_F32, &two, 4, 1, index, NULL, x, &bad) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_scatter(GT_SCATTER_set, GT_F32, &none, 4, 1, NULL, NULL, NULL, &bad) == GT_OK, "nothing");
    CHECK(gt_scatter(GT_SCATTER_set, GT_F32, &scalar, 4, 1, index + 1, y, x, &bad) == GT_OK, "one");
    CHECK(gt_linear_index(0, &two, 2, NULL, index, &bad) == GT_BAD_ARGUMENT, "null index");
    CHECK(gt_flip(99, &two, 0, x, y) == GT_BAD_CODE, "flip");
    CHECK(gt_mask_starts(2, NULL, index) == GT_BAD_ARGUMENT, "null mask");
    CHECK(gt_mask_nonzero(0, index, set, index, index) == GT_BAD_ARGUMENT, "rank 0");
    CHECK(gt_mask_select(99, 2, set, index, x, y) == GT_BAD_CODE, "code");
    CHECK(gt_mask_select(GT_F32, 2, set, index, NULL, y) == GT_BAD_ARGUMENT, "null x");
}

void test_index(void) {
    static const int64_t row_bytes[] = {0, 1, 4, 8, 12, 64, 3136, 5000};
    for (size_t i = 0; i < sizeof row_bytes / sizeof *row_bytes; i++) {
        gather(row_bytes[i], 50, 120);
        gather(row_bytes[i], 1, 1);
        gather(row_bytes[i], 3, 0);
    }
    static const struct {
        int rank;
        int64_t sizes[3], size;
    } shapes[] = {{1, {17}, 5},   {1, {5000}, 150000},  {2, {7, 9}, 4},     {2, {1, 600}, 11},
                  {2, {600, 3}, 40}, {2, {40, 130}, 7}, {3, {3, 5, 4}, 2}, {3, {2, 0, 4}, 3}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        for (int64_t dim = 0; dim < shapes[i].rank; dim++) {
            gather_along(shapes[i].rank, shapes[i].sizes, dim, shapes[i].size);
            scatter_along(shapes[i].rank, shapes[i].sizes, dim, shapes[i].size);
        }
        flip(shapes[i].rank, shapes[i].sizes);
    }
    for (int64_t n = 0; n < 6000; n = 3 * n + 1) {
        mask(n, 0.5);
        mask(n, 0.01);
        mask(n, 2);
    }
    bad_indexes();
    refusals();
}
