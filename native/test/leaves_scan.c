/* Running sums, products, extremes and recurrences against loops in double, on exact buffers. */
#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"
#include "operands.h"

static const int numbers[] = {GT_F32, GT_F64, GT_I64, GT_I32, GT_U8};

/* Place of the i-th element of a line, which starts at `first`. */
static int64_t place(int reverse, int64_t n, int64_t inner, int64_t first, int64_t i) {
    return first + (reverse ? n - 1 - i : i) * inner;
}

static double get(int dtype, const char *x, int64_t i) { return test_get(dtype, x + i * gt_dtype_bytes(dtype)); }

static void scan_case(int op, int dtype, int reverse, int64_t outer, int64_t n, int64_t inner, uint64_t *random) {
    const int64_t count = outer * n * inner, bytes = gt_dtype_bytes(dtype);
    char *x = test_buffer(count, bytes), *y = test_buffer(count, bytes);
    for (int64_t i = 0; i < count; i++) {
        const double v = op == GT_REDUCE_prod ? (test_uniform(random) < 0.1 ? 2 : 1) : (int64_t)(test_uniform(random) * 5);
        test_set(dtype, x + i * bytes, v);
    }
    CHECK(gt_scan(op, dtype, reverse, outer, n, inner, x, y) == GT_OK, "scan %d dtype %d", op, dtype);
    int bad = 0;
    for (int64_t line = 0; line < outer * inner; line++) {
        double r = op == GT_REDUCE_prod;
        for (int64_t i = 0; i < n; i++) {
            const int64_t at = place(reverse, n, inner, line / inner * n * inner + line % inner, i);
            const double v = get(dtype, x, at);
            r = op == GT_REDUCE_prod ? r * v : r + v;
            if (dtype == GT_U8) r = (double)((int64_t)r & 255);
            if (fabs(r) < 1e6) bad += get(dtype, y, at) != r;
        }
    }
    CHECK(!bad, "scan %d dtype %d of %d x %d x %d: %d differ", op, dtype, (int)outer, (int)n, (int)inner, bad);
    free(x);
    free(y);
}

static void extreme_case(int op, int dtype, int64_t outer, int64_t n, int64_t inner, uint64_t *random) {
    const int64_t count = outer * n * inner, bytes = gt_dtype_bytes(dtype);
    char *x = test_buffer(count, bytes), *y = test_buffer(count, bytes);
    int64_t *at = test_buffer(count, 8);
    for (int64_t i = 0; i < count; i++)
        test_set(dtype, x + i * bytes,
                 dtype <= GT_F64 && test_uniform(random) < 0.02 ? NAN : (double)(int64_t)(test_uniform(random) * 9));
    CHECK(gt_scan_extreme(op, dtype, outer, n, inner, x, y, at) == GT_OK, "scan %d dtype %d", op, dtype);
    int bad = 0;
    for (int64_t line = 0; line < outer * inner; line++) {
        const int64_t first = line / inner * n * inner + line % inner;
        int64_t best = 0;
        for (int64_t i = 0; i < n; i++) {
            const double v = get(dtype, x, place(0, n, inner, first, i));
            const double held = get(dtype, x, place(0, n, inner, first, best));
            if (v != v || (op == GT_REDUCE_max ? v >= held : v <= held)) best = i;
            const double kept = get(dtype, x, place(0, n, inner, first, best));
            const int64_t here = place(0, n, inner, first, i);
            bad += at[here] != best || (kept == kept && get(dtype, y, here) != kept);
        }
    }
    CHECK(!bad, "scan %d dtype %d of %d x %d x %d: %d differ", op, dtype, (int)outer, (int)n, (int)inner, bad);
    free(x);
    free(y);
    free(at);
}

static void linear_case(int dtype, int reverse, int64_t outer, int64_t n, int64_t inner, uint64_t *random) {
    const int64_t count = outer * n * inner, bytes = gt_dtype_bytes(dtype);
    char *a = test_buffer(count, bytes), *b = test_buffer(count, bytes), *y = test_buffer(count, bytes);
    for (int64_t i = 0; i < count; i++) {
        test_set(dtype, a + i * bytes, test_uniform(random) * 2 - 1);
        test_set(dtype, b + i * bytes, test_uniform(random) * 2 - 1);
    }
    CHECK(gt_scan_linear(dtype, reverse, outer, n, inner, a, b, y) == GT_OK, "linear scan of dtype %d", dtype);
    int bad = 0;
    for (int64_t line = 0; line < outer * inner; line++) {
        const int64_t first = line / inner * n * inner + line % inner;
        double r = 0;
        for (int64_t i = 0; i < n; i++) {
            const int64_t here = place(reverse, n, inner, first, i);
            const int64_t link = reverse ? here + inner : here;
            r = get(dtype, b, here) + (i ? get(dtype, a, link) * r : 0);
            bad += !test_close(get(dtype, y, here), r, dtype == GT_F32 ? 1e-6 : 1e-15);
        }
    }
    CHECK(!bad, "linear scan of %d x %d x %d: %d differ", (int)outer, (int)n, (int)inner, bad);
    free(a);
    free(b);
    free(y);
}

void test_scan(void) {
    static const int64_t shapes[][3] = {{1, 0, 1},   {0, 4, 1}, {2, 3, 0},  {1, 1, 1},    {1, 7, 1},  {3, 8, 1},
                                        {2, 1000, 1}, {1, 5, 2}, {3, 9, 63}, {2, 4, 64}, {2, 5, 65}, {4, 300, 130},
                                        {3, 16385, 1}, {1, 270000, 1}};
    uint64_t random = 12;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const int64_t outer = shapes[s][0], n = shapes[s][1], inner = shapes[s][2];
        for (int d = 0; d < 5; d++) {
            for (int reverse = 0; reverse < 2; reverse++) {
                scan_case(GT_REDUCE_sum, numbers[d], reverse, outer, n, inner, &random);
                scan_case(GT_REDUCE_prod, numbers[d], reverse, outer, n, inner, &random);
                if (numbers[d] <= GT_F64) linear_case(numbers[d], reverse, outer, n, inner, &random);
            }
            extreme_case(GT_REDUCE_max, numbers[d], outer, n, inner, &random);
            extreme_case(GT_REDUCE_min, numbers[d], outer, n, inner, &random);
        }
    }
    float x[2] = {1, 2}, y[2];
    CHECK(gt_scan(GT_REDUCE_max, GT_F32, 0, 1, 2, 1, x, y) == GT_BAD_CODE, "no running sum");
    CHECK(gt_scan(GT_REDUCE_sum, GT_DTYPE_COUNT, 0, 1, 2, 1, x, y) == GT_BAD_CODE, "dtype");
    CHECK(gt_scan(GT_REDUCE_sum, GT_BOOL, 0, 1, 2, 1, x, y) == GT_UNSUPPORTED, "bool");
    CHECK(gt_scan(GT_REDUCE_sum, GT_F32, 0, 1, -2, 1, x, y) == GT_BAD_ARGUMENT, "negative size");
    CHECK(gt_scan(GT_REDUCE_sum, GT_F32, 0, 1, 2, 1, NULL, y) == GT_BAD_ARGUMENT, "null x");
    CHECK(gt_scan_extreme(GT_REDUCE_sum, GT_F32, 1, 2, 1, x, y, NULL) == GT_BAD_CODE, "no extreme");
    CHECK(gt_scan_extreme(GT_REDUCE_max, GT_F32, 1, 2, 1, x, y, NULL) == GT_BAD_ARGUMENT, "null places");
    CHECK(gt_scan_linear(GT_I64, 0, 1, 2, 1, x, x, y) == GT_UNSUPPORTED, "integers");
    CHECK(gt_scan_linear(GT_F32, 0, 1, 2, 1, x, NULL, y) == GT_BAD_ARGUMENT, "null b");
}
