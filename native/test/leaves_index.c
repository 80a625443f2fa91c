#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"

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

#define ADD_ROWS(T, dtype)                                                                                             \
    static void add_rows_##dtype(int64_t n, int64_t rows, int64_t count) {                                             \
        uint64_t seed = 3;                                                                                             \
        T *x = test_buffer(rows * n, sizeof(T)), *start = test_buffer(rows * n, sizeof(T));                            \
        T *want = test_buffer(rows * n, sizeof(T)), *y = test_buffer(count * n, sizeof(T));                            \
        int64_t *index = test_buffer(count, 8), bad;                                                                   \
        for (int64_t i = 0; i < rows * n; i++) {                                                                       \
            start[i] = want[i] = (T)(test_uniform(&seed) * 100);                                                       \
        }                                                                                                              \
        for (int64_t i = 0; i < count; i++) {                                                                          \
            index[i] = (int64_t)(test_uniform(&seed) * (double)rows);                                                  \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                y[i * n + j] = (T)(test_uniform(&seed) * 100);                                                         \
                want[index[i] * n + j] = (T)(want[index[i] * n + j] + y[i * n + j]);                                   \
            }                                                                                                          \
        }                                                                                                              \
        const int before = gt_threads_count();                                                                         \
        for (int threads = 1; threads <= 4; threads++) {                                                               \
            gt_threads_set(threads);                                                                                   \
            memcpy(x, start, (size_t)(rows * n) * sizeof(T));                                                          \
            CHECK(gt_index_add_rows(dtype, n, rows, count, index, y, x, &bad) == GT_OK, "index_add");                  \
            CHECK(memcmp(x, want, (size_t)(rows * n) * sizeof(T)) == 0, "n %lld, %d threads", (long long)n, threads);  \
        }                                                                                                              \
        gt_threads_set(before);                                                                                        \
        free(x);                                                                                                       \
        free(start);                                                                                                   \
        free(want);                                                                                                    \
        free(y);                                                                                                       \
        free(index);                                                                                                   \
    }
ADD_ROWS(float, GT_F32)
ADD_ROWS(double, GT_F64)
ADD_ROWS(int64_t, GT_I64)
ADD_ROWS(int32_t, GT_I32)
ADD_ROWS(uint8_t, GT_U8)

static void pick(void) {
    enum { N = 7, COUNT = 9 };
    static const int bytes[GT_DTYPE_COUNT] = {4, 8, 2, 2, 8, 4, 1, 1};
    for (int dtype = 0; dtype < GT_DTYPE_COUNT; dtype++) {
        const int size = bytes[dtype];
        uint8_t *x = test_buffer(N * COUNT, size), *y = test_buffer(COUNT, size);
        int64_t *index = test_buffer(COUNT, 8), bad;
        for (int64_t i = 0; i < N * COUNT * size; i++) {
            x[i] = (uint8_t)(i * 31);
        }
        for (int64_t i = 0; i < COUNT; i++) {
            index[i] = i * 3 % N;
        }
        CHECK(gt_pick(dtype, N, COUNT, x, index, y, &bad) == GT_OK, "pick");
        for (int64_t i = 0; i < COUNT; i++) {
            CHECK(memcmp(y + i * size, x + (i * N + index[i]) * size, (size_t)size) == 0, "dtype %d at %lld", dtype,
                  (long long)i);
        }
        index[4] = N;
        CHECK(gt_pick(dtype, N, COUNT, x, index, y, &bad) == GT_BAD_INDEX && bad == 4, "bad index");
        free(x);
        free(y);
        free(index);
    }
}

static void refusals(void) {
    float x[4] = {0}, y[4] = {0};
    int64_t index[2] = {0, 1}, bad;
    CHECK(gt_gather_rows(-1, 1, 1, x, index, y, &bad) == GT_BAD_ARGUMENT, "row_bytes");
    CHECK(gt_gather_rows(4, 1, 1, x, NULL, y, &bad) == GT_BAD_ARGUMENT, "null index");
    CHECK(gt_gather_rows(4, 4, 2, x, index, NULL, &bad) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_gather_rows(4, 0, 2, NULL, index, y, &bad) == GT_BAD_INDEX && bad == 0, "no rows");
    CHECK(gt_gather_rows(4, 0, 0, NULL, NULL, NULL, &bad) == GT_OK, "nothing");
    CHECK(gt_index_add_rows(99, 2, 2, 2, index, y, x, &bad) == GT_BAD_CODE, "code");
    CHECK(gt_index_add_rows(GT_BF16, 2, 2, 2, index, y, x, &bad) == GT_UNSUPPORTED, "bf16");
    CHECK(gt_index_add_rows(GT_F32, 2, 1, 2, index, y, x, &bad) == GT_BAD_INDEX && bad == 1, "bad row");
    CHECK(gt_index_add_rows(GT_F32, 2, 2, 0, NULL, NULL, x, &bad) == GT_OK, "nothing");
    CHECK(gt_pick(99, 2, 2, x, index, y, &bad) == GT_BAD_CODE, "code");
    CHECK(gt_pick(GT_F32, 2, -2, x, index, y, &bad) == GT_BAD_ARGUMENT, "count");
}

void test_index(void) {
    static const int64_t row_bytes[] = {0, 1, 4, 8, 12, 64, 3136, 5000};
    for (size_t i = 0; i < sizeof row_bytes / sizeof *row_bytes; i++) {
        gather(row_bytes[i], 50, 120);
        gather(row_bytes[i], 1, 1);
        gather(row_bytes[i], 3, 0);
    }
    add_rows_GT_F32(0, 5, 9);
    add_rows_GT_F32(1, 50, 4000);
    add_rows_GT_F32(300, 20, 500);
    add_rows_GT_F64(17, 50, 900);
    add_rows_GT_I64(5, 9, 90);
    add_rows_GT_I32(33, 9, 90);
    add_rows_GT_U8(33, 9, 90);
    pick();
    refusals();
}
