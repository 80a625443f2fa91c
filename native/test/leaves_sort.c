#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"
#include "operands.h"

/* What a row holds: many equal ones, zeros of both signs, NaN and infinities among floats. */
static double element(int dtype, uint64_t *seed) {
    const double u = test_uniform(seed);
    if (dtype == GT_BOOL) return u < 0.5;
    if (dtype == GT_U8) return (double)(int64_t)(u * 256);
    if (dtype > GT_F64) return (double)(int64_t)((u - 0.5) * 1e6) * (u < 0.3 ? 1000 : 1);
    if (u < 0.05) return NAN;
    if (u < 0.1) return u < 0.075 ? INFINITY : -INFINITY;
    if (u < 0.2) return u < 0.15 ? 0.0 : -0.0;
    return (double)(int64_t)((u - 0.5) * 4096) / 8;
}

/* Whether a comes before b: by value, NaN last; equal ones by position. */
static int before(int descending, double a, double b, int64_t i, int64_t j) {
    const int less = a < b || (a == a && b != b), more = b < a || (b == b && a != a);
    return descending ? more || (!less && i < j) : less || (!more && i < j);
}

static void sort_rows(int dtype, int64_t rows, int64_t n, int64_t k, int descending) {
    const int64_t bytes = gt_dtype_bytes(dtype), scratch_bytes = gt_sort_scratch_bytes(dtype, rows, n);
    uint64_t seed = (uint64_t)(n + k);
    char *x = test_buffer(rows * n, bytes), *values = test_buffer(rows * k, bytes);
    int64_t *order = test_buffer(rows * k, 8);
    void *scratch = test_buffer(scratch_bytes, 1);
    for (int64_t i = 0; i < rows * n; i++) test_set(dtype, x + i * bytes, element(dtype, &seed));
    const int status = k == n
        ? gt_sort(dtype, descending, rows, n, x, values, order, scratch, scratch_bytes)
        : gt_topk(dtype, descending, rows, n, k, x, values, order, scratch, scratch_bytes);
    CHECK(status == GT_OK, "sort");
    for (int64_t row = 0; row < rows; row++) {
        const char *own = x + row * n * bytes;
        for (int64_t i = 0; i < k; i++) {
            const int64_t at = order[row * k + i];
            if (at < 0 || at >= n) {
                CHECK(0, "position %lld of %lld", (long long)at, (long long)n);
                break;
            }
            CHECK(memcmp(values + (row * k + i) * bytes, own + at * bytes, (size_t)bytes) == 0, "value %lld", (long long)i);
            if (i == 0) continue;
            const int64_t last = order[row * k + i - 1];
            CHECK(before(descending, test_get(dtype, own + last * bytes), test_get(dtype, own + at * bytes), last, at),
                  "dtype %d, n %lld, k %lld: %lld is out of order", dtype, (long long)n, (long long)k, (long long)i);
        }
        if (k > 0 && k < n) { /* nothing that was left out comes before the last one */
            const int64_t last = order[row * k + k - 1];
            int64_t ahead = 0;
            for (int64_t i = 0; i < n; i++)
                ahead += before(descending, test_get(dtype, own + i * bytes), test_get(dtype, own + last * bytes), i, last);
            CHECK(ahead == k - 1, "%lld ahead of the last of %lld", (long long)ahead, (long long)k);
        }
    }
    free(x);
    free(values);
    free(order);
    free(scratch);
}

/* Against a sort: the element at each rank, or, where NaN wins, a row's first NaN. */
static void ranked_rows(int dtype, int64_t rows, int64_t n, int64_t k, int own, int nan_wins) {
    const int64_t bytes = gt_dtype_bytes(dtype), scratch_bytes = gt_sort_scratch_bytes(dtype, rows, n);
    uint64_t seed = (uint64_t)(n + k);
    char *x = test_buffer(rows * n, bytes), *sorted = test_buffer(rows * n, bytes), *values = test_buffer(rows * k, bytes);
    int64_t *all = test_buffer(rows * n, 8), *order = test_buffer(rows * k, 8), *rank = test_buffer(own ? rows * k : k, 8);
    void *scratch = test_buffer(scratch_bytes, 1);
    for (int64_t i = 0; i < rows * n; i++) test_set(dtype, x + i * bytes, element(dtype, &seed));
    for (int64_t i = 0; i < (own ? rows * k : k); i++) rank[i] = (int64_t)(test_uniform(&seed) * (double)n);
    CHECK(gt_sort(dtype, 0, rows, n, x, sorted, all, scratch, scratch_bytes) == GT_OK, "sort");
    CHECK(gt_ranked(dtype, nan_wins, rows, n, k, rank, own, x, values, order, scratch, scratch_bytes) == GT_OK, "ranked");
    for (int64_t i = 0; i < rows * k; i++) {
        const int64_t row = i / k;
        int64_t at = all[row * n + rank[own ? i : i % k]];
        for (int64_t j = 0; nan_wins && j < n; j++) {
            const double v = test_get(dtype, x + (row * n + j) * bytes);
            if (v == v) continue;
            at = j;
            break;
        }
        CHECK(order[i] == at && memcmp(values + i * bytes, x + (row * n + at) * bytes, (size_t)bytes) == 0,
              "dtype %d, n %lld: rank %lld is %lld, not %lld", dtype, (long long)n, (long long)i, (long long)order[i],
              (long long)at);
    }
    free(x);
    free(sorted);
    free(values);
    free(all);
    free(order);
    free(rank);
    free(scratch);
}

static void unique_and_search(int64_t n) {
    uint64_t seed = 7;
    int32_t *x = test_buffer(n, 4), *sorted = test_buffer(n, 4), *y = test_buffer(n, 4);
    int64_t *order = test_buffer(n, 8), *inverse = test_buffer(n, 8), *counts = test_buffer(n, 8), groups = -1;
    const int64_t bytes = gt_sort_scratch_bytes(GT_I32, 1, n);
    void *scratch = test_buffer(bytes, 1);
    for (int64_t i = 0; i < n; i++) x[i] = (int32_t)(test_uniform(&seed) * 30) - 15;
    CHECK(gt_sort(GT_I32, 0, 1, n, x, sorted, order, scratch, bytes) == GT_OK, "sort");
    CHECK(gt_unique(GT_I32, n, sorted, order, y, inverse, counts, &groups) == GT_OK, "unique");
    int64_t all = 0;
    for (int64_t i = 0; i < groups; i++) all += counts[i];
    CHECK(all == n, "%lld of %lld", (long long)all, (long long)n);
    for (int64_t i = 0; i < n; i++) CHECK(y[inverse[i]] == x[i], "inverse %lld", (long long)i);
    for (int right = 0; right < 2; right++) {
        CHECK(gt_search_sorted(GT_I32, right, 1, 1, groups, n, y, x, inverse) == GT_OK, "search");
        for (int64_t i = 0; i < n; i++)
            CHECK(y[inverse[i] - right] == x[i], "place %lld of %lld", (long long)inverse[i], (long long)i);
    }
    free(x);
    free(sorted);
    free(y);
    free(order);
    free(inverse);
    free(counts);
    free(scratch);
}

static void histogram(void) {
    const float x[] = {0, 0.5f, 1, 2, 3.99f, 4, 4.01f, -0.01f, NAN, INFINITY};
    const double z[] = {0, 4};
    int64_t counts[4];
    CHECK(gt_histogram(GT_F32, 10, 4, 0, 4, x, counts) == GT_OK, "histogram");
    CHECK(counts[0] == 2 && counts[1] == 1 && counts[2] == 1 && counts[3] == 2, "counts");
    CHECK(gt_histogram(GT_F64, 2, 4, 0, 4, z, counts) == GT_OK && counts[0] == 1 && counts[3] == 1, "F64");
    CHECK(gt_histogram(GT_F32, 10, 4, 4, 4, x, counts) == GT_BAD_ARGUMENT, "no range");
    CHECK(gt_histogram(GT_F32, 10, 4, 0, 1e-50, x, counts) == GT_BAD_ARGUMENT, "no range in F32");
    CHECK(gt_histogram(GT_I32, 10, 4, 0, 4, x, counts) == GT_UNSUPPORTED, "i32");
}

static void refusals(void) {
    float x[4] = {0};
    int64_t order[4], groups;
    char scratch[64];
    CHECK(gt_sort(99, 0, 1, 4, x, x, order, scratch, 64) == GT_BAD_CODE, "code");
    CHECK(gt_sort(GT_F16, 0, 1, 4, x, x, order, scratch, 64) == GT_UNSUPPORTED, "f16");
    CHECK(gt_sort(GT_F32, 0, 1, 4, x, x, order, scratch, 63) == GT_BAD_ARGUMENT, "scratch");
    CHECK(gt_sort(GT_F32, 0, -1, 4, x, x, order, scratch, 64) == GT_BAD_ARGUMENT, "rows");
    CHECK(gt_sort(GT_F32, 0, 1, 4, x, NULL, order, scratch, 64) == GT_OK && order[3] == 3, "no values");
    CHECK(gt_sort(GT_F32, 0, 0, 4, NULL, NULL, NULL, NULL, 0) == GT_OK, "nothing");
    CHECK(gt_topk(GT_F32, 0, 1, 4, 5, x, x, order, scratch, 64) == GT_BAD_ARGUMENT, "k");
    order[0] = 4;
    CHECK(gt_ranked(GT_F32, 0, 1, 4, 1, order, 0, x, x, order, scratch, 64) == GT_BAD_ARGUMENT, "rank");
    CHECK(gt_ranked(GT_F32, 0, 1, 4, 1, order, 0, x, x, order, scratch, 63) == GT_BAD_ARGUMENT, "scratch of ranks");
    CHECK(gt_ranked(GT_BF16, 0, 1, 4, 1, order, 0, x, x, order, scratch, 64) == GT_UNSUPPORTED, "ranks of bf16");
    CHECK(gt_ranked(99, 0, 1, 4, 1, order, 0, x, x, order, scratch, 64) == GT_BAD_CODE, "code of ranks");
    CHECK(gt_sort_scratch_bytes(99, 1, 4) == 0, "scratch of no dtype");
    CHECK(gt_unique(GT_F32, 4, x, NULL, x, order, order, &groups) == GT_BAD_ARGUMENT, "null order");
    order[0] = 4;
    CHECK(gt_unique(GT_F32, 1, x, order, x, order + 1, order + 2, &groups) == GT_BAD_ARGUMENT, "order");
    CHECK(gt_search_sorted(GT_BF16, 0, 1, 1, 4, 4, x, x, order) == GT_UNSUPPORTED, "bf16");
    CHECK(gt_search_sorted(GT_F32, 0, 1, 1, 4, 4, NULL, x, order) == GT_BAD_ARGUMENT, "null");
}

void test_sort(void) {
    static const int64_t lengths[] = {0, 1, 2, 15, 16, 17, 100, 192, 193, 3000};
    const int threads = gt_threads_count();
    for (int dtype = 0; dtype < GT_DTYPE_COUNT; dtype++) {
        if (dtype == GT_BF16 || dtype == GT_F16) continue;
        for (int descending = 0; descending < 2; descending++) {
            for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
                const int64_t n = lengths[i];
                sort_rows(dtype, 5, n, n, descending);
                sort_rows(dtype, 1, n, n / 2, descending);
                sort_rows(dtype, 3, n, n / 10, descending);
                sort_rows(dtype, 2, n, n < 1 ? n : 1, descending);
                for (int64_t k = 1; n > 0 && k <= 9; k += 4) ranked_rows(dtype, 4, n, k, descending, k > 1);
            }
        }
        for (int t = 1; t <= 5; t++) { /* 65537: shared by several threads */
            gt_threads_set(t);
            sort_rows(dtype, 1, 65537, 65537, dtype & 1);
            ranked_rows(dtype, 1, 65537, 3, 0, 0);
        }
        gt_threads_set(threads);
    }
    unique_and_search(0);
    unique_and_search(1);
    unique_and_search(2000);
    histogram();
    refusals();
}
