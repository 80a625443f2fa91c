/* Pools and batch normalisation against textbook loops in double; bad places, and what is refused. */
#include <math.h>
#include <string.h>

#include "operands.h"

static double tolerance(int dtype) { return dtype == GT_F32 ? 1e-5 : 1e-12; }

static void *values(int dtype, int64_t n, uint64_t *random) {
    char *x = test_buffer(n, gt_dtype_bytes(dtype));
    for (int64_t i = 0; i < n; i++) test_set(dtype, x + i * gt_dtype_bytes(dtype), test_uniform(random) * 2 - 1);
    return x;
}

static double at(int dtype, const void *x, int64_t i) {
    return test_get(dtype, (const char *)x + i * gt_dtype_bytes(dtype));
}

static int64_t count_of(const int64_t size[3]) { return size[0] * size[1] * size[2]; }

/* The element of the window that place p of x is for output o, or -1. */
static int64_t element(const gt_pool_args *a, int64_t o, int64_t p) {
    const gt_window *w = &a->window;
    int64_t k = 0;
    for (int d = 2; d >= 0; d--) {
        const int64_t out = o % w->y[d], in = p % w->x[d];
        o /= w->y[d];
        p /= w->x[d];
        if (a->adaptive) {
            if (in < out * w->x[d] / w->y[d] || in * w->y[d] >= (out + 1) * w->x[d]) return -1;
            continue;
        }
        const int64_t offset = in - out * w->stride[d] + w->padding[d];
        if (offset < 0 || offset % w->dilation[d] || offset / w->dilation[d] >= w->kernel[d]) return -1;
        k = k * w->kernel[d] + offset / w->dilation[d];
    }
    return k;
}

static void pool_case(int dtype, gt_pool_args a, uint64_t *random) {
    const int64_t xp = count_of(a.window.x), yp = count_of(a.window.y), nx = a.planes * xp, ny = a.planes * yp;
    const int64_t bytes = gt_dtype_bytes(dtype);
    void *x = values(dtype, nx, random), *dy = values(dtype, ny, random), *y = test_buffer(ny, bytes);
    void *dx = test_buffer(nx, bytes), *mean = test_buffer(ny, bytes), *again = test_buffer(ny, bytes);
    int64_t *index = test_buffer(ny, 8), bad_place = -1;
    double *slope = calloc((size_t)nx + 1, 8), *share = calloc((size_t)nx + 1, 8);
    a.divisor = 3;
    CHECK(gt_max_pool(dtype, &a, x, y, index) == GT_OK, "max");
    CHECK(gt_avg_pool(dtype, &a, x, mean) == GT_OK, "average");
    int bad = 0;
    for (int64_t i = 0; i < ny; i++) {
        const int64_t plane = i / yp * xp;
        int64_t best = -1;
        double sum = 0;
        for (int64_t p = 0; p < xp; p++) {
            if (element(&a, i % yp, p) < 0) continue;
            if (best < 0 || at(dtype, x, plane + p) > at(dtype, x, plane + best)) best = p;
            sum += at(dtype, x, plane + p);
            share[plane + p] += at(dtype, dy, i) / 3;
        }
        bad += index[i] != best || at(dtype, y, i) != at(dtype, x, plane + best);
        slope[plane + best] += at(dtype, dy, i);
        bad += a.window.dilation[2] == 1 && !test_close(at(dtype, mean, i), sum / 3, tolerance(dtype) * 9);
    }
    CHECK(!bad, "pool of %d planes: %d differ", (int)a.planes, bad);
    CHECK(gt_max_pool_grad(dtype, a.planes, xp, yp, dy, index, dx, &bad_place) == GT_OK, "gradient");
    for (int64_t i = 0; i < nx; i++) bad += !test_close(at(dtype, dx, i), slope[i], tolerance(dtype));
    CHECK(gt_max_pool_gather(dtype, a.planes, xp, yp, x, index, again, &bad_place) == GT_OK, "gather");
    CHECK(!bad && !memcmp(again, y, (size_t)(ny * bytes)), "gradient of the largest: %d differ", bad);
    CHECK(gt_avg_pool_grad(dtype, &a, dy, dx) == GT_OK, "gradient of means");
    for (int64_t i = 0; i < nx && a.window.dilation[2] == 1; i++)
        bad += !test_close(at(dtype, dx, i), share[i], tolerance(dtype) * 9);
    CHECK(!bad, "gradient of means: %d differ", bad);
    if (ny > 1) {
        index[1] = xp;
        CHECK(gt_max_pool_grad(dtype, a.planes, xp, yp, dy, index, dx, &bad_place) == GT_BAD_INDEX && bad_place == 1,
              "place behind the plane");
        index[1] = INT64_MIN;
        CHECK(gt_max_pool_gather(dtype, a.planes, xp, yp, x, index, y, &bad_place) == GT_BAD_INDEX && bad_place == 1,
              "place before the plane");
    }
    void *const all[] = {x, dy, y, dx, mean, again, index, slope, share};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void batch_norm_case(int dtype, int64_t n, int64_t channels, int64_t inner, int training, uint64_t *random) {
    const int64_t count = n * channels * inner, bytes = gt_dtype_bytes(dtype);
    void *x = values(dtype, count, random), *weight = values(dtype, channels, random), *dy = values(dtype, count, random);
    void *bias = values(dtype, channels, random), *rm = values(dtype, channels, random), *y = test_buffer(count, bytes);
    void *rv = test_buffer(channels, bytes), *mean = test_buffer(channels, bytes), *invstd = test_buffer(channels, bytes);
    void *dx = test_buffer(count, bytes), *dweight = test_buffer(channels, bytes), *dbias = test_buffer(channels, bytes);
    for (int64_t c = 0; c < channels; c++) test_set(dtype, (char *)rv + c * bytes, 0.5 + test_uniform(random));
    const double each = (double)(n * inner), eps = 1e-3;
    int bad = 0;
    for (int64_t c = 0; c < channels; c++) {
        double m = at(dtype, rm, c), v = at(dtype, rv, c);
        if (training) {
            m = v = 0;
            for (int64_t i = 0; i < n * inner; i++) m += at(dtype, x, (i / inner * channels + c) * inner + i % inner) / each;
            for (int64_t i = 0; i < n * inner; i++)
                v += pow(at(dtype, x, (i / inner * channels + c) * inner + i % inner) - m, 2) / each;
        }
        if (c == 0) {
            CHECK(gt_batch_norm(dtype, n, channels, inner, x, weight, bias, rm, rv, training, 0.1, eps, y, mean, invstd) ==
                      GT_OK, "forward");
            CHECK(gt_batch_norm_grad(dtype, n, channels, inner, x, weight, mean, invstd, training, dy, dx, dweight,
                                     dbias) == GT_OK, "backward");
        }
        const double scale = 1 / sqrt(v + eps), w = at(dtype, weight, c);
        double sum = 0, product = 0;
        for (int64_t i = 0; i < n * inner; i++) {
            const int64_t j = (i / inner * channels + c) * inner + i % inner;
            bad += !test_close(at(dtype, y, j), (at(dtype, x, j) - m) * scale * w + at(dtype, bias, c), tolerance(dtype) * 10);
            sum += at(dtype, dy, j);
            product += at(dtype, dy, j) * (at(dtype, x, j) - m) * scale;
        }
        bad += !test_close(at(dtype, dweight, c), product, tolerance(dtype) * 10 * each);
        bad += !test_close(at(dtype, dbias, c), sum, tolerance(dtype) * 10 * each);
        for (int64_t i = 0; i < n * inner; i++) {
            const int64_t j = (i / inner * channels + c) * inner + i % inner;
            const double rest = training ? sum / each + (at(dtype, x, j) - m) * scale * product / each : 0;
            bad += !test_close(at(dtype, dx, j), w * scale * (at(dtype, dy, j) - rest), tolerance(dtype) * 100);
        }
    }
    CHECK(!bad, "batch norm [%d, %d, %d], training %d: %d differ", (int)n, (int)channels, (int)inner, training, bad);
    CHECK(gt_batch_norm_grad(dtype, n, channels, inner, x, weight, mean, invstd, training, dy, dy, NULL, NULL) == GT_OK &&
              !memcmp(dx, dy, (size_t)(count * bytes)), "dx is dy");
    void *const all[] = {x, weight, dy, bias, rm, y, rv, mean, invstd, dx, dweight, dbias};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void refusals(void) {
    gt_pool_args a = {.planes = 1, .window = {{1, 4, 4}, {1, 2, 2}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, {1, 1, 1}}};
    float x[16] = {0}, y[4] = {0};
    int64_t index[4] = {0}, bad;
    CHECK(gt_max_pool(GT_I64, &a, x, y, index) == GT_UNSUPPORTED, "integers");
    CHECK(gt_max_pool(GT_DTYPE_COUNT, &a, x, y, index) == GT_BAD_CODE, "dtype");
    CHECK(gt_max_pool(GT_F32, &a, x, y, NULL) == GT_BAD_ARGUMENT, "no index");
    CHECK(gt_avg_pool(GT_F32, NULL, x, y) == GT_BAD_ARGUMENT, "no args");
    a.window.kernel[1] = 0;
    CHECK(gt_avg_pool(GT_F32, &a, x, y) == GT_BAD_ARGUMENT, "kernel");
    CHECK(gt_max_pool_grad(GT_F32, -1, 1, 1, y, index, x, &bad) == GT_BAD_ARGUMENT, "planes");
    CHECK(gt_batch_norm(GT_F32, 2, 2, 1, x, NULL, NULL, NULL, NULL, 0, 0, 1, x, y, y) == GT_BAD_ARGUMENT, "no statistics");
    CHECK(gt_batch_norm(GT_F32, 2, 2, 1, x, NULL, NULL, NULL, NULL, 2, 0, 1, x, y, y) == GT_BAD_CODE, "training");
    CHECK(gt_batch_norm(GT_U8, 2, 2, 1, x, NULL, NULL, NULL, NULL, 1, 0, 1, x, y, y) == GT_UNSUPPORTED, "dtype");
    CHECK(gt_batch_norm_grad(GT_F32, 2, 2, 1, x, NULL, y, y, 1, NULL, x, NULL, NULL) == GT_BAD_ARGUMENT, "no dy");
}

void test_pool(void) {
    static const gt_pool_args cases[] = {
        {.planes = 6, .window = {{1, 7, 9}, {1, 3, 4}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, {1, 1, 1}}},
        {.planes = 3, .window = {{1, 8, 5}, {1, 4, 6}, {1, 3, 2}, {1, 2, 1}, {0, 1, 1}, {1, 1, 1}}},
        {.planes = 2, .window = {{1, 9, 11}, {1, 4, 5}, {1, 2, 3}, {1, 2, 2}, {0, 1, 1}, {1, 3, 2}}},
        {.planes = 2, .window = {{5, 6, 7}, {3, 3, 3}, {2, 3, 2}, {2, 2, 2}, {1, 1, 0}, {1, 1, 1}}},
        {.planes = 4, .adaptive = 1, .window = {{1, 7, 9}, {1, 3, 4}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}}},
        {.planes = 1, .adaptive = 1, .window = {{1, 3, 2}, {1, 5, 5}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}}},
        {.planes = 0, .window = {{1, 4, 4}, {1, 2, 2}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, {1, 1, 1}}},
        {.planes = 400, .window = {{1, 8, 8}, {1, 4, 4}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, {1, 1, 1}}},
    };
    static const int64_t shapes[][3] = {{4, 1, 1}, {5, 17, 1}, {33, 40, 1}, {2, 3, 31}, {3, 5, 16}, {1, 2, 100}};
    uint64_t random = 12;
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++) {
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) pool_case(dtype, cases[i], &random);
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
            for (int training = 0; training < 2; training++)
                batch_norm_case(dtype, shapes[i][0], shapes[i][1], shapes[i][2], training, &random);
    }
    refusals();
}
