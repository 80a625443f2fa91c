/* Convolutions against the textbook's loops in double, at sizes that miss every block; and what is refused. */
#include <string.h>

#include "operands.h"

static double tolerance(int dtype) { return dtype == GT_F32 ? 2e-5 : 1e-12; }

static void *values(int dtype, int64_t n, uint64_t *random) {
    char *x = test_buffer(n, gt_dtype_bytes(dtype));
    for (int64_t i = 0; i < n; i++) test_set(dtype, x + i * gt_dtype_bytes(dtype), test_uniform(random) * 2 - 1);
    return x;
}

static double at(int dtype, const void *x, int64_t i) {
    return test_get(dtype, (const char *)x + i * gt_dtype_bytes(dtype));
}

static int64_t count_of(const int64_t size[3]) { return size[0] * size[1] * size[2]; }

/* Place in x's plane that element k of the window of output o reads, or -1. */
static int64_t place(const gt_window *w, int64_t o, int64_t k) {
    int64_t in[3];
    for (int d = 2; d >= 0; d--) {
        in[d] = o % w->y[d] * w->stride[d] - w->padding[d] + k % w->kernel[d] * w->dilation[d];
        o /= w->y[d];
        k /= w->kernel[d];
        if (in[d] < 0 || in[d] >= w->x[d]) return -1;
    }
    return (in[0] * w->x[1] + in[1]) * w->x[2] + in[2];
}

static gt_conv_args make(int64_t n, int64_t groups, int64_t in, int64_t out, gt_window window) {
    for (int d = 0; d < 3; d++) {
        const int64_t reach = window.dilation[d] * (window.kernel[d] - 1) + 1;
        window.y[d] = (window.x[d] + 2 * window.padding[d] - reach) / window.stride[d] + 1;
    }
    return (gt_conv_args){n, groups, in, out, window};
}

static void conv_case(int dtype, gt_conv_args s, uint64_t *random) {
    const gt_window *w = &s.window;
    const int64_t xp = count_of(w->x), yp = count_of(w->y), volume = count_of(w->kernel), ig = s.in / s.groups;
    const int64_t nx = s.n * s.in * xp, ny = s.n * s.out * yp, nw = s.out * ig * volume, bytes = gt_dtype_bytes(dtype);
    void *x = values(dtype, nx, random), *weight = values(dtype, nw, random), *bias = values(dtype, s.out, random);
    void *dy = values(dtype, ny, random), *y = test_buffer(ny, bytes), *relu = test_buffer(ny, bytes);
    void *dx = test_buffer(nx, bytes), *dweight = test_buffer(nw, bytes), *dbias = test_buffer(s.out, bytes);
    double *wy = calloc((size_t)ny + 1, 8), *wx = calloc((size_t)nx + 1, 8), *ww = calloc((size_t)nw + 1, 8);
    double *wb = calloc((size_t)s.out + 1, 8);
    for (int64_t i = 0; i < ny; i++) {
        const int64_t o = i % yp, c = i / yp % s.out, n = i / yp / s.out;
        const double g = at(dtype, dy, i);
        wy[i] = at(dtype, bias, c);
        wb[c] += g;
        for (int64_t k = 0; k < ig * volume; k++) {
            const int64_t p = place(w, o, k % volume), from = (n * s.in + c / (s.out / s.groups) * ig + k / volume) * xp + p;
            const int64_t v = c * ig * volume + k;
            if (p < 0) continue;
            wy[i] += at(dtype, x, from) * at(dtype, weight, v);
            wx[from] += g * at(dtype, weight, v);
            ww[v] += g * at(dtype, x, from);
        }
    }
    void *scratch[3];
    for (int pass = 0; pass < 3; pass++) scratch[pass] = test_buffer(gt_conv_scratch_bytes(pass, dtype, &s), 1);
    CHECK(gt_conv(dtype, &s, x, weight, bias, 0, y, scratch[0]) == GT_OK, "conv");
    CHECK(gt_conv(dtype, &s, x, weight, bias, 1, relu, scratch[0]) == GT_OK, "conv and relu");
    CHECK(gt_conv_grad_input(dtype, &s, weight, dy, dx, scratch[1]) == GT_OK, "gradient of x");
    CHECK(gt_conv_grad_weight(dtype, &s, x, dy, dweight, dbias, scratch[2]) == GT_OK, "gradient of weight");
    int bad[5] = {0};
    const double many = tolerance(dtype) * (double)(1 + s.n * yp);
    for (int64_t i = 0; i < ny; i++) bad[0] += !test_close(at(dtype, y, i), wy[i], tolerance(dtype) * (double)(ig * volume + 1));
    for (int64_t i = 0; i < ny; i++)
        bad[1] += at(dtype, relu, i) != (at(dtype, y, i) > 0 ? at(dtype, y, i) : 0);
    for (int64_t i = 0; i < nx; i++) bad[2] += !test_close(at(dtype, dx, i), wx[i], tolerance(dtype) * (double)(s.out * volume + 1));
    for (int64_t i = 0; i < nw; i++) bad[3] += !test_close(at(dtype, dweight, i), ww[i], many);
    for (int64_t i = 0; i < s.out; i++) bad[4] += !test_close(at(dtype, dbias, i), wb[i], many);
    CHECK(!bad[0] && !bad[1] && !bad[2] && !bad[3] && !bad[4],
          "dtype %d, %d x %d x %d to %d: y %d, relu %d, dx %d, dweight %d, dbias %d differ", dtype, (int)s.n, (int)s.in,
          (int)xp, (int)s.out, bad[0], bad[1], bad[2], bad[3], bad[4]);
    void *const all[] = {x, weight, bias, dy, y, relu, dx, dweight, dbias, wy, wx, ww, wb, scratch[0], scratch[1], scratch[2]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* The pooled pass against the three operations, where there is one. */
static void pooled_case(gt_conv_args s, uint64_t *random) {
    const gt_window *w = &s.window;
    const int64_t h = w->y[1], v = w->y[2], ph = h / 2, pv = v / 2, n = s.n * s.out * ph * pv;
    const int64_t nx = s.n * s.in * count_of(w->x), ny = s.n * s.out * h * v, nw = s.out * s.in * count_of(w->kernel);
    const int64_t bytes = gt_conv_scratch_bytes(GT_CONV_pool, GT_F32, &s);
    if (bytes < 0) {
        CHECK(gt_conv_scratch_bytes(GT_CONV_pool_grad, GT_F32, &s) < 0, "one pass without the other");
        CHECK(gt_conv_pool(GT_F32, &s, NULL, NULL, NULL, NULL, NULL, NULL) == GT_UNSUPPORTED, "no such pass");
        return;
    }
    float *x = values(GT_F32, nx, random), *weight = values(GT_F32, nw, random), *bias = values(GT_F32, s.out, random);
    float *dy = values(GT_F32, n, random), *y = test_buffer(n, 4), *full = test_buffer(ny, 4), *want = test_buffer(n, 4);
    float *spread = test_buffer(ny, 4), *dx = test_buffer(nx, 4), *dweight = test_buffer(nw, 4), *dbias = test_buffer(s.out, 4);
    float *wx = test_buffer(nx, 4), *ww = test_buffer(nw, 4), *wb = test_buffer(s.out, 4);
    uint8_t *winner = test_buffer(n, 1);
    int64_t *index = test_buffer(n, 8);
    void *scratch[5];
    for (int pass = 0; pass < 5; pass++) scratch[pass] = test_buffer(gt_conv_scratch_bytes(pass, GT_F32, &s), 1);
    CHECK(gt_conv_pool(GT_F32, &s, x, weight, bias, y, winner, scratch[3]) == GT_OK, "pooled");
    CHECK(gt_conv_pool_grad(GT_F32, &s, x, weight, dy, winner, dx, dweight, dbias, scratch[4]) == GT_OK, "gradients");
    CHECK(gt_conv(GT_F32, &s, x, weight, bias, 1, full, scratch[0]) == GT_OK, "plain");
    const gt_pool_args pool = {.planes = s.n * s.out, .window = {{1, h, v}, {1, ph, pv}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0},
                                                                 {1, 1, 1}}};
    CHECK(gt_max_pool(GT_F32, &pool, full, want, index) == GT_OK, "plain pool");
    int bad = 0;
    memset(spread, 0, (size_t)ny * 4);
    for (int64_t i = 0; i < n; i++) {
        bad += !test_close(y[i], want[i], 1e-4) || (winner[i] == 4) != !(y[i] > 0);
        const int64_t place = (i / pv % ph * 2 + winner[i] / 2) * v + i % pv * 2 + winner[i] % 2;
        if (winner[i] < 4) spread[i / (ph * pv) * h * v + place] = dy[i];
    }
    CHECK(gt_conv_grad_input(GT_F32, &s, weight, spread, wx, scratch[1]) == GT_OK, "plain dx");
    CHECK(gt_conv_grad_weight(GT_F32, &s, x, spread, ww, wb, scratch[2]) == GT_OK, "plain dweight");
    const double many = 1e-5 * (double)(10 + s.n * ph * pv);
    for (int64_t i = 0; i < nx; i++) bad += !test_close(dx[i], wx[i], 1e-4);
    for (int64_t i = 0; i < nw; i++) bad += !test_close(dweight[i], ww[i], many);
    for (int64_t i = 0; i < s.out; i++) bad += !test_close(dbias[i], wb[i], many);
    CHECK(!bad, "pooled %d x %d x %d x %d to %d: %d differ", (int)s.n, (int)s.in, (int)w->x[1], (int)w->x[2], (int)s.out, bad);
    CHECK(gt_conv_pool_grad(GT_F32, &s, x, weight, dy, winner, NULL, NULL, wb, scratch[4]) == GT_OK &&
              !memcmp(wb, dbias, (size_t)s.out * 4), "bias alone");
    void *const all[] = {x, weight, bias, dy, y, full, want, spread, dx, dweight, dbias, wx, ww, wb, winner, index,
                         scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* A plane of one image: kernel, stride and padding the same in both dimensions. */
static gt_window plane(int64_t height, int64_t width, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
    return (gt_window){.x = {1, height, width}, .kernel = {1, kernel, kernel}, .stride = {1, stride, stride},
                       .padding = {0, padding, padding}, .dilation = {1, dilation, dilation}};
}

static void refusals(void) {
    gt_conv_args s = make(1, 1, 2, 2, plane(4, 4, 3, 1, 0, 1));
    float x[32] = {0}, weight[36] = {0}, y[8] = {0};
    CHECK(gt_conv(GT_I64, &s, x, weight, NULL, 0, y, NULL) == GT_UNSUPPORTED, "integers");
    CHECK(gt_conv(GT_DTYPE_COUNT, &s, x, weight, NULL, 0, y, NULL) == GT_BAD_CODE, "dtype");
    CHECK(gt_conv(GT_F32, &s, x, weight, NULL, 2, y, NULL) == GT_BAD_CODE, "relu");
    CHECK(gt_conv(GT_F32, NULL, x, weight, NULL, 0, y, NULL) == GT_BAD_ARGUMENT, "no args");
    CHECK(gt_conv(GT_F32, &s, NULL, weight, NULL, 0, y, NULL) == GT_BAD_ARGUMENT, "no x");
    CHECK(gt_conv_grad_input(GT_F32, &s, weight, NULL, x, NULL) == GT_BAD_ARGUMENT, "no dy");
    CHECK(gt_conv_grad_weight(GT_F32, &s, x, y, NULL, NULL, NULL) == GT_BAD_ARGUMENT, "no dweight");
    s.groups = 3;
    CHECK(gt_conv(GT_F32, &s, x, weight, NULL, 0, y, NULL) == GT_BAD_ARGUMENT, "groups do not divide");
    s.groups = 1;
    s.window.stride[2] = 0;
    CHECK(gt_conv(GT_F32, &s, x, weight, NULL, 0, y, NULL) == GT_BAD_ARGUMENT, "stride");
    CHECK(gt_conv_scratch_bytes(GT_CONV_grad_weight, GT_F32, &s) == 0, "no scratch for what is refused");
}

void test_conv(void) {
    uint64_t random = 11;
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++) {
        conv_case(dtype, make(2, 1, 3, 5, plane(9, 7, 3, 1, 0, 1)), &random);
        conv_case(dtype, make(3, 1, 17, 33, plane(10, 19, 3, 1, 1, 1)), &random);
        conv_case(dtype, make(2, 1, 30, 3, plane(6, 5, 3, 1, 1, 1)), &random);
        conv_case(dtype, make(1, 1, 5, 4, plane(13, 40, 1, 1, 0, 1)), &random);
        conv_case(dtype, make(2, 3, 9, 6, plane(11, 9, 5, 2, 2, 1)), &random);
        conv_case(dtype, make(2, 6, 6, 6, plane(8, 9, 3, 1, 2, 2)), &random);
        conv_case(dtype, make(1, 1, 1, 1, plane(1, 1, 3, 1, 1, 1)), &random);
        conv_case(dtype, make(0, 1, 2, 3, plane(4, 4, 3, 1, 0, 1)), &random);
        conv_case(dtype, make(2, 1, 0, 3, plane(4, 4, 3, 1, 0, 1)), &random);
        conv_case(dtype, make(2, 1, 3, 0, plane(4, 4, 3, 1, 0, 1)), &random);
        conv_case(dtype, make(1, 2, 4, 6, (gt_window){.x = {5, 6, 7}, .kernel = {2, 3, 3}, .stride = {1, 2, 1},
                                                     .padding = {1, 0, 2}, .dilation = {2, 1, 1}}), &random);
    }
    /* By tiles: an odd width; bands of several heights, most channels; groups. */
    conv_case(GT_F32, make(1, 1, 16, 64, plane(16, 63, 3, 1, 1, 1)), &random);
    conv_case(GT_F32, make(4, 1, 96, 16, plane(15, 26, 3, 1, 0, 1)), &random);
    conv_case(GT_F32, make(1, 2, 32, 128, plane(44, 24, 3, 1, 1, 1)), &random);
    pooled_case(make(3, 1, 1, 6, plane(12, 11, 3, 1, 0, 1)), &random);
    pooled_case(make(2, 1, 6, 16, plane(15, 15, 3, 1, 0, 1)), &random);
    pooled_case(make(17, 1, 5, 19, plane(9, 40, 3, 1, 2, 1)), &random);
    pooled_case(make(2, 1, 33, 7, plane(10, 8, 5, 1, 1, 1)), &random);
    pooled_case(make(3, 1, 32, 64, plane(26, 26, 3, 1, 0, 1)), &random);
    pooled_case(make(4, 1, 18, 60, plane(19, 33, 3, 1, 1, 1)), &random);
    pooled_case(make(1, 1, 16, 64, plane(9, 254, 3, 1, 1, 1)), &random);
    pooled_case(make(1, 1, 3, 2, plane(70, 67, 2, 1, 0, 1)), &random);
    pooled_case(make(1, 1, 2, 3, plane(6, 6, 3, 2, 0, 1)), &random);
    pooled_case(make(0, 1, 2, 3, plane(6, 6, 3, 1, 0, 1)), &random);
    refusals();
}
