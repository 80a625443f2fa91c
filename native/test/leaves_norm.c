/* Softmax and the losses against textbook loops in double; gradients too, and bad targets. */
#include <math.h>

#include "operands.h"

static double tolerance(int dtype) { return dtype == GT_F32 ? 2e-6 : 1e-13; }

static void *random_values(int dtype, int64_t n, double low, double high, uint64_t *random) {
    char *x = test_buffer(n, gt_dtype_bytes(dtype));
    for (int64_t i = 0; i < n; i++)
        test_set(dtype, x + i * gt_dtype_bytes(dtype), low + test_uniform(random) * (high - low));
    return x;
}

static double at(int dtype, const void *x, int64_t i) {
    return test_get(dtype, (const char *)x + i * gt_dtype_bytes(dtype));
}

/* log of the sum of exp(x) over a line of n elements, step apart. */
static double log_sum(int dtype, const void *x, int64_t first, int64_t n, int64_t step) {
    double highest = -INFINITY, sum = 0;
    for (int64_t j = 0; j < n; j++) highest = fmax(highest, at(dtype, x, first + j * step));
    for (int64_t j = 0; j < n; j++) sum += exp(at(dtype, x, first + j * step) - highest);
    return highest + log(sum);
}

static void softmax_case(int dtype, int log_of, int64_t outer, int64_t n, int64_t inner, uint64_t *random) {
    const int64_t total = outer * n * inner, bytes = gt_dtype_bytes(dtype);
    void *x = random_values(dtype, total, -8, 8, random), *dy = random_values(dtype, total, -1, 1, random);
    void *y = test_buffer(total, bytes), *dx = test_buffer(total, bytes);
    CHECK(gt_softmax(dtype, log_of, outer, n, inner, x, y) == GT_OK, "softmax");
    CHECK(gt_softmax_grad(dtype, log_of, outer, n, inner, y, dy, dx) == GT_OK, "softmax grad");
    int bad = 0, bad_grad = 0;
    for (int64_t line = 0; line < outer * inner && n > 0; line++) {
        const int64_t first = line / inner * n * inner + line % inner;
        const double normaliser = log_sum(dtype, x, first, n, inner);
        double dot = 0;
        for (int64_t j = 0; j < n; j++) {
            const int64_t i = first + j * inner;
            const double log_y = at(dtype, x, i) - normaliser, want = log_of ? log_y : exp(log_y);
            bad += !test_close(at(dtype, y, i), want, tolerance(dtype));
            dot += at(dtype, dy, i) * (log_of ? 1 : at(dtype, y, i));
        }
        for (int64_t j = 0; j < n; j++) {
            const int64_t i = first + j * inner;
            const double g = at(dtype, dy, i), v = at(dtype, y, i), want = log_of ? g - exp(v) * dot : v * (g - dot);
            bad_grad += !test_close(at(dtype, dx, i), want, tolerance(dtype) * 5);
        }
    }
    CHECK(!bad && !bad_grad, "softmax (log %d) of dtype %d [%d, %d, %d]: %d and %d differ", log_of, dtype, (int)outer,
          (int)n, (int)inner, bad, bad_grad);
    CHECK(gt_softmax_grad(dtype, log_of, outer, n, inner, y, dy, dy) == GT_OK, "dx is dy");
    CHECK(gt_softmax(dtype, log_of, outer, n, inner, x, x) == GT_OK, "y is x");
    CHECK(!memcmp(x, y, (size_t)(total * bytes)) && !memcmp(dx, dy, (size_t)(total * bytes)), "in place differs");
    free(x);
    free(y);
    free(dx);
    free(dy);
}

/* One reduction of both losses, and their gradients. ignored: how many in seven rows do not count. */
static void loss_case(int dtype, int reduction, int64_t rows, int64_t n, int ignored, uint64_t *random) {
    const int64_t bytes = gt_dtype_bytes(dtype), losses = reduction == GT_REDUCTION_none ? rows : 1;
    void *x = random_values(dtype, rows * n, -6, 6, random), *dloss = random_values(dtype, losses, 0.5, 1, random);
    void *prob = test_buffer(rows * n, bytes), *dx = test_buffer(rows * n, bytes), *dlog = test_buffer(rows * n, bytes);
    void *loss = test_buffer(losses, bytes), *nll = test_buffer(losses, bytes);
    void *log_prob = test_buffer(rows * n, bytes);
    int64_t *target = test_buffer(rows, 8), bad_row = -5;
    double weight = -1, nll_weight = -1, count = 0, sum = 0;
    for (int64_t i = 0; i < rows; i++) target[i] = i % 7 < ignored ? -100 : (int64_t)(test_uniform(random) * (double)n);
    for (int64_t i = 0; i < rows; i++) count += target[i] != -100;
    CHECK(gt_softmax(dtype, 1, rows, n, 1, x, log_prob) == GT_OK, "log softmax");
    CHECK(gt_cross_entropy(dtype, reduction, rows, n, x, target, -100, loss, prob, &weight, &bad_row) == GT_OK, "loss");
    CHECK(gt_nll_loss(dtype, reduction, rows, n, log_prob, target, -100, nll, &nll_weight, &bad_row) == GT_OK, "nll");
    CHECK(weight == count && nll_weight == count && bad_row == -5, "weight %g of %g", weight, count);
    CHECK(gt_cross_entropy_grad(dtype, reduction, rows, n, prob, target, -100, dloss, &weight, dx) == GT_OK, "grad");
    CHECK(gt_nll_loss_grad(dtype, reduction, rows, n, target, -100, dloss, &weight, dlog) == GT_OK, "nll grad");
    int bad = 0;
    for (int64_t i = 0; i < rows; i++) {
        const double normaliser = log_sum(dtype, x, i * n, n, 1);
        const double one = target[i] == -100 ? 0 : normaliser - at(dtype, x, i * n + target[i]);
        const double g = at(dtype, dloss, losses == 1 ? 0 : i) / (reduction == GT_REDUCTION_mean ? count : 1);
        sum += one;
        if (reduction == GT_REDUCTION_none) {
            bad += !test_close(at(dtype, loss, i), one, tolerance(dtype) * 4);
            bad += !test_close(at(dtype, nll, i), one, tolerance(dtype) * 4);
        }
        for (int64_t j = 0; j < n; j++) {
            const double p = exp(at(dtype, x, i * n + j) - normaliser), hit = j == target[i], off = target[i] == -100;
            bad += !test_close(at(dtype, prob, i * n + j), p, tolerance(dtype));
            bad += !test_close(at(dtype, dx, i * n + j), off ? 0 : (p - hit) * g, tolerance(dtype));
            bad += !test_close(at(dtype, dlog, i * n + j), hit ? -g : 0, tolerance(dtype));
        }
    }
    if (reduction != GT_REDUCTION_none) {
        const double want = reduction == GT_REDUCTION_mean ? sum / count : sum;
        bad += !test_close(at(dtype, loss, 0), want, tolerance(dtype) * 4);
        bad += !test_close(at(dtype, nll, 0), want, tolerance(dtype) * 4);
    }
    CHECK(!bad, "losses of dtype %d, reduction %d, [%d, %d]: %d differ", dtype, reduction, (int)rows, (int)n, bad);
    CHECK(gt_cross_entropy_grad(dtype, reduction, rows, n, prob, target, -100, dloss, &weight, prob) == GT_OK, "alias");
    CHECK(!memcmp(prob, dx, (size_t)(rows * n * bytes)), "dlogits is prob differs");
    free(x);
    free(dloss);
    free(prob);
    free(dx);
    free(dlog);
    free(loss);
    free(nll);
    free(log_prob);
    free(target);
}

static void bad_targets(void) {
    enum { ROWS = 200, N = 3 };
    float *x = test_buffer(ROWS * N, 4), *prob = test_buffer(ROWS * N, 4), loss = -1, dloss = 1;
    int64_t *target = test_buffer(ROWS, 8), bad_row = -1;
    double weight = 1;
    for (int i = 0; i < ROWS * N; i++) x[i] = (float)i, prob[i] = -1;
    for (int i = 0; i < ROWS; i++) target[i] = i % N;
    static const int64_t wrong[] = {-1, N, INT64_MAX, INT64_MIN};
    for (int k = 0; k < 4; k++) {
        target[150] = target[120] = wrong[k];
        CHECK(gt_cross_entropy(GT_F32, 1, ROWS, N, x, target, -100, &loss, prob, &weight, &bad_row) == GT_BAD_INDEX &&
                  bad_row == 120, "row %d", (int)bad_row);
        bad_row = -1;
        CHECK(gt_nll_loss(GT_F32, 1, ROWS, N, x, target, -100, &loss, &weight, &bad_row) == GT_BAD_INDEX &&
                  bad_row == 120, "row %d", (int)bad_row);
        CHECK(gt_cross_entropy_grad(GT_F32, 1, ROWS, N, x, target, -100, &dloss, &weight, prob) == GT_BAD_INDEX,
              "grad");
        CHECK(gt_nll_loss_grad(GT_F32, 1, ROWS, N, target, -100, &dloss, &weight, prob) == GT_BAD_INDEX, "nll grad");
        CHECK(loss == -1 && prob[0] == -1 && weight == 1, "written before the targets were checked");
    }
    free(x);
    free(prob);
    free(target);
}

static void edges(void) {
    float x[4] = {1e4f, -1e4f, 0, 1e4f}, y[4], loss;
    double weight = -1;
    int64_t bad_row, ignored[2] = {-100, -100};
    CHECK(gt_softmax(GT_F32, 0, 1, 4, 1, x, y) == GT_OK && y[0] == 0.5f && y[1] == 0 && y[3] == 0.5f, "huge logits");
    const float nan[2] = {NAN, 1};
    CHECK(gt_softmax(GT_F32, 0, 1, 2, 1, nan, y) == GT_OK && isnan(y[0]) && isnan(y[1]), "NaN spreads over its row");
    CHECK(gt_cross_entropy(GT_F32, GT_REDUCTION_mean, 2, 2, x, ignored, -100, &loss, y, &weight, &bad_row) == GT_OK &&
              weight == 0 && isnan(loss), "no row counts");
    CHECK(gt_cross_entropy(GT_F32, GT_REDUCTION_sum, 0, 2, NULL, NULL, -100, &loss, NULL, &weight, &bad_row) == GT_OK &&
              weight == 0 && loss == 0, "no rows");
    CHECK(gt_softmax(GT_F32, 0, 0, 2, 1, NULL, NULL) == GT_OK, "no rows");
    CHECK(gt_softmax(GT_F32, 0, 2, 0, 3, NULL, NULL) == GT_OK, "no classes");
    CHECK(gt_softmax(GT_I64, 0, 1, 2, 1, x, y) == GT_UNSUPPORTED, "integers");
    CHECK(gt_softmax(GT_DTYPE_COUNT, 0, 1, 2, 1, x, y) == GT_BAD_CODE, "dtype");
    CHECK(gt_softmax(GT_F32, 2, 1, 2, 1, x, y) == GT_BAD_CODE, "log");
    CHECK(gt_softmax(GT_F32, 0, -1, 2, 1, x, y) == GT_BAD_ARGUMENT, "negative outer");
    CHECK(gt_softmax_grad(GT_F32, 0, 1, 2, 1, x, NULL, y) == GT_BAD_ARGUMENT, "null dy");
    CHECK(gt_nll_loss(GT_F32, 3, 1, 2, x, ignored, -100, &loss, &weight, &bad_row) == GT_BAD_CODE, "reduction");
    CHECK(gt_nll_loss(GT_F32, 1, 1, 2, x, NULL, -100, &loss, &weight, &bad_row) == GT_BAD_ARGUMENT, "null target");
    CHECK(gt_nll_loss(GT_U8, 1, 1, 2, x, ignored, -100, &loss, &weight, &bad_row) == GT_UNSUPPORTED, "dtype");
}

void test_norm(void) {
    static const int64_t shapes[][3] = {{1, 1, 1},  {100, 10, 1}, {17, 3, 1}, {5, 64, 1}, {5, 65, 1}, {2, 1300, 1},
                                        {3, 5, 7},  {2, 10, 64},  {2, 7, 65}, {1, 3, 200}, {0, 4, 2}, {3, 1, 5}};
    static const int64_t losses[][2] = {{1, 1}, {100, 10}, {70, 3}, {130, 65}, {5000, 4}};
    uint64_t random = 8;
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++) {
        for (int s = 0; s < 12; s++)
            for (int log_of = 0; log_of < 2; log_of++)
                softmax_case(dtype, log_of, shapes[s][0], shapes[s][1], shapes[s][2], &random);
        for (int s = 0; s < 5; s++)
            for (int reduction = 0; reduction < 3; reduction++)
                loss_case(dtype, reduction, losses[s][0], losses[s][1], s, &random);
    }
    bad_targets();
    edges();
}
