/* Reductions against loops in double, the order of F32 sums against its description, and one result for any threads. */
#include <math.h>

#include "../common/strided.h"
#include "operands.h"

static const int numbers[] = {GT_F32, GT_F64, GT_I64, GT_I32, GT_U8};

/* y = reduction in double; the position of the extreme one in *at. */
static double naive(int op, int dtype, const operand *x, const gt_dims *dims, int64_t first, int64_t count,
                    int64_t *at) {
    double r = op == GT_REDUCE_max   ? -INFINITY
               : op == GT_REDUCE_min ? INFINITY
                                     : op == GT_REDUCE_prod || op == GT_REDUCE_all;
    *at = 0;
    for (int64_t i = 0; i < count; i++) {
        const double v = test_get(dtype, operand_at(x, dims, first + i));
        switch (op) {
        case GT_REDUCE_max:
        case GT_REDUCE_min:
            if (r == r && (v != v || (op == GT_REDUCE_max ? v > r : v < r))) {
                r = v;
                *at = i;
            }
            break;
        case GT_REDUCE_prod:
            r *= v;
            break;
        case GT_REDUCE_nansum:
            r += v == v ? v : 0;
            break;
        case GT_REDUCE_abs_sum:
            r += fabs(v);
            break;
        case GT_REDUCE_square_sum:
            r += v * v;
            break;
        case GT_REDUCE_any:
            r = r != 0 || v != 0;
            break;
        case GT_REDUCE_all:
            r = r != 0 && v != 0;
            break;
        case GT_REDUCE_count:
            r += v != 0;
            break;
        default:
            r += v;
        }
    }
    if (op == GT_REDUCE_mean) return r / (double)count;
    return dtype == GT_U8 && op <= GT_REDUCE_min ? (double)(uint8_t)(int64_t)r : r;
}

static int result_dtype(int op, int dtype) {
    return op == GT_REDUCE_count ? GT_I64 : op == GT_REDUCE_any || op == GT_REDUCE_all ? GT_BOOL : dtype;
}

static void reduce_case(int op, int dtype, gt_dims dims, int64_t kept, int x_kind, int y_kind, uint64_t *random) {
    operand x = operand_make(&dims, 0, dtype, x_kind);
    gt_dims out = {.rank = kept};
    memcpy(out.size, dims.size, sizeof out.size);
    operand y = operand_make(&out, 0, result_dtype(op, dtype), y_kind), at = operand_make(&out, 1, GT_I64, y_kind);
    const int64_t outputs = gt_dims_count(&out, 0, kept), count = gt_dims_count(&dims, kept, dims.rank);
    const int extreme = op == GT_REDUCE_max || op == GT_REDUCE_min;
    /* Products stay exact: of ones, but for the first elements. */
    operand_fill(&x, dtype == GT_U8 ? 0 : op == GT_REDUCE_prod ? -3 : -50, op == GT_REDUCE_prod ? 3 : 50, random);
    for (int64_t i = 9; i < x.extent && op == GT_REDUCE_prod; i++)
        test_set(dtype, x.memory + i * gt_dtype_bytes(dtype), 1);
    const int adds = op == GT_REDUCE_abs_sum || op == GT_REDUCE_square_sum;
    const int has_nan = (extreme || op >= GT_REDUCE_nansum) && !adds;
    if (dtype <= GT_F64 && x.extent > 20 && has_nan)
        test_set(dtype, x.memory + 17 * gt_dtype_bytes(dtype), NAN);
    memcpy(dims.stride[1], out.stride[0], sizeof out.stride[0]);
    const int status = gt_reduce(op, dtype, &dims, kept, x.at, y.at);
    memcpy(dims.stride[1], out.stride[1], sizeof out.stride[1]);
    const int at_status = extreme ? gt_arg_reduce(op, dtype, &dims, kept, x.at, (int64_t *)(void *)at.at) : GT_OK;
    const int refused = extreme && count == 0 && outputs > 0;
    CHECK(status == (refused ? GT_BAD_ARGUMENT : GT_OK), "reduce %d dtype %d: status %d", op, dtype, status);
    CHECK(at_status == (refused ? GT_BAD_ARGUMENT : GT_OK), "arg reduce %d dtype %d: status %d", op, dtype, at_status);
    int bad = 0, misplaced = 0;
    for (int64_t i = 0; i < outputs && !refused; i++) {
        int64_t position;
        const double want = naive(op, dtype, &x, &dims, i * count, count, &position);
        bad += !test_close(test_get(y.dtype, operand_at(&y, &out, i)), want, dtype == GT_F32 ? 1e-5 : 1e-13);
        misplaced += extreme && *(int64_t *)(void *)operand_at(&at, &out, i) != position;
    }
    CHECK(!bad, "reduce %d dtype %d rank %d kept %d layout %d: %d of %d differ", op, dtype, (int)dims.rank, (int)kept,
          x_kind, bad, (int)outputs);
    CHECK(!misplaced, "arg reduce %d dtype %d kept %d layout %d: %d differ", op, dtype, (int)kept, x_kind, misplaced);
    CHECK(operand_gaps_intact(&y, &out, refused ? 0 : outputs), "reduce wrote between elements");
    free(x.memory);
    free(y.memory);
    free(at.memory);
}

static void strided(void) {
    static const gt_dims shapes[] = {
        {.rank = 0},
        {.rank = 1, .size = {0}},
        {.rank = 1, .size = {5}},
        {.rank = 1, .size = {20000}},
        {.rank = 2, .size = {3, 0}},
        {.rank = 2, .size = {0, 3}},
        {.rank = 2, .size = {100, 10}},
        {.rank = 2, .size = {3, 9000}},
        {.rank = 2, .size = {9000, 3}},
        {.rank = 2, .size = {130, 71}},
        {.rank = 3, .size = {4, 5, 70}},
        {.rank = 4, .size = {3, 4, 5, 9}},
    };
    uint64_t random = 5;
    int turn = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int d = 0; d < 5; d++)
            for (int64_t kept = 0; kept <= shapes[s].rank; kept++)
                for (int k = 0; k < LAYOUTS; k++) {
                    const int op = turn++ % GT_REDUCE_COUNT, dtype = numbers[d];
                    const int floats = op == GT_REDUCE_mean || (op >= GT_REDUCE_nansum && op <= GT_REDUCE_square_sum);
                    /* An element that is there thousands of times leaves every range. */
                    const int wraps = op == GT_REDUCE_prod && (dtype == GT_U8 || k >= BROADCAST_FIRST);
                    if (!wraps && (!floats || dtype <= GT_F64))
                        reduce_case(op, dtype, shapes[s], kept, k, turn / 4 % OUTPUT_LAYOUTS, &random);
                }
}

/* Variance, mean and the logarithm of powers against loops in double. */
static void moments_case(int dtype, gt_dims dims, int64_t kept, int x_kind, int y_kind, uint64_t *random) {
    operand x = operand_make(&dims, 0, dtype, x_kind);
    gt_dims out = {.rank = kept};
    memcpy(out.size, dims.size, sizeof out.size);
    operand var = operand_make(&out, 0, dtype, y_kind), mean = operand_make(&out, 0, dtype, y_kind);
    operand log_sum = operand_make(&out, 0, dtype, y_kind);
    const int64_t outputs = gt_dims_count(&out, 0, kept), count = gt_dims_count(&dims, kept, dims.rank);
    operand_fill(&x, -50, 50, random);
    memcpy(dims.stride[1], out.stride[0], sizeof out.stride[0]);
    CHECK(gt_variance(dtype, &dims, kept, 1, 0, x.at, var.at, mean.at) == GT_OK, "variance of dtype %d", dtype);
    CHECK(gt_log_sum_exp(dtype, &dims, kept, x.at, log_sum.at) == GT_OK, "log_sum_exp of dtype %d", dtype);
    int bad = 0;
    for (int64_t i = 0; i < outputs; i++) {
        double sum = 0, squares = 0, powers = 0;
        for (int64_t k = 0; k < count; k++) sum += test_get(dtype, operand_at(&x, &dims, i * count + k));
        for (int64_t k = 0; k < count; k++) {
            const double v = test_get(dtype, operand_at(&x, &dims, i * count + k)), apart = v - sum / (double)count;
            squares += apart * apart;
            powers += exp(v);
        }
        const double tolerance = dtype == GT_F32 ? 1e-6 : 1e-12;
        bad += !test_close(test_get(dtype, operand_at(&mean, &out, i)), sum / (double)count, tolerance);
        bad += !test_close(test_get(dtype, operand_at(&var, &out, i)), count > 1 ? squares / (double)(count - 1) : NAN,
                           tolerance * 50);
        bad += !test_close(test_get(dtype, operand_at(&log_sum, &out, i)), log(powers), tolerance);
    }
    CHECK(!bad, "moments dtype %d rank %d kept %d layout %d: %d of %d differ", dtype, (int)dims.rank, (int)kept, x_kind,
          bad, (int)outputs);
    CHECK(operand_gaps_intact(&var, &out, outputs), "variance wrote between elements");
    CHECK(operand_gaps_intact(&mean, &out, outputs), "variance wrote between means");
    CHECK(operand_gaps_intact(&log_sum, &out, outputs), "log_sum_exp wrote between elements");
    free(x.memory);
    free(var.memory);
    free(mean.memory);
    free(log_sum.memory);
}

static void moments(void) {
    static const gt_dims shapes[] = {
        {.rank = 1, .size = {0}},       {.rank = 1, .size = {5}},        {.rank = 1, .size = {20000}},
        {.rank = 2, .size = {3, 0}},    {.rank = 2, .size = {3, 9000}},  {.rank = 2, .size = {9000, 3}},
        {.rank = 2, .size = {130, 71}}, {.rank = 3, .size = {4, 5, 70}}, {.rank = 4, .size = {3, 4, 5, 9}},
    };
    uint64_t random = 8;
    int turn = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int64_t kept = 0; kept <= shapes[s].rank; kept++)
            for (int k = 0; k < LAYOUTS; k++, turn++)
                moments_case(turn % 2 ? GT_F32 : GT_F64, shapes[s], kept, k, turn / 2 % OUTPUT_LAYOUTS, &random);
    float x[3] = {1, 2, 3}, y = 0, root = 0;
    const gt_dims three = {.rank = 1, .size = {3}, .stride = {{1}}}, full = {.rank = 8, .size = {1, 1, 1, 1, 1, 1, 1, 1}};
    CHECK(gt_variance(GT_F32, &three, 0, 1, 1, x, &root, NULL) == GT_OK && root == 1, "root of a variance: %g", root);
    CHECK(gt_variance(GT_F32, &three, 0, 3, 0, x, &y, NULL) == GT_OK && isinf(y), "variance without freedom: %g", y);
    CHECK(gt_variance(GT_I64, &three, 0, 1, 0, x, &y, NULL) == GT_UNSUPPORTED, "variance of integers");
    CHECK(gt_variance(GT_DTYPE_COUNT, &three, 0, 1, 0, x, &y, NULL) == GT_BAD_CODE, "dtype");
    CHECK(gt_variance(GT_F32, &three, 0, 1, 0, NULL, &y, NULL) == GT_BAD_ARGUMENT, "null x");
    CHECK(gt_variance(GT_F32, &full, 8, 1, 0, x, &y, NULL) == GT_BAD_ARGUMENT, "eight dimensions, none reduced");
    CHECK(gt_log_sum_exp(GT_F32, &three, 0, x, NULL) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_log_sum_exp(GT_U8, &three, 0, x, &y) == GT_UNSUPPORTED, "log_sum_exp of bytes");
}

/* The order of a short row as loops/reduce.c describes it, written down again. */
static float described_sum(const float *x, int64_t n) {
    float lane[4][8] = {{0}}, total = 0;
    if (n < 8) {
        for (int64_t i = 0; i < n; i++) lane[i < n / 4 * 4 ? i % 4 : 0][0] += x[i];
        return lane[0][0] + lane[1][0] + lane[2][0] + lane[3][0];
    }
    const int64_t vectors = n / 8;
    for (int64_t v = 0; v < vectors; v++)
        for (int l = 0; l < 8; l++) lane[v < vectors / 4 * 4 ? v % 4 : 0][l] += x[v * 8 + l];
    for (int k = 1; k < 4; k++)
        for (int l = 0; l < 8; l++) lane[0][l] += lane[k][l];
    for (int64_t i = vectors * 8; i < n; i++) total += x[i];
    for (int l = 0; l < 8; l++) total += lane[0][l];
    return total;
}

static void order_of_sums(void) {
    uint64_t random = 6;
    for (int64_t n = 0; n < 512; n++) {
        float *x = test_buffer(n, 4), y = -1, mean = -1;
        for (int64_t i = 0; i < n; i++) x[i] = (float)(test_uniform(&random) - 0.5);
        const gt_dims dims = {.rank = 1, .size = {n}, .stride = {{1}}};
        CHECK(gt_reduce(GT_REDUCE_sum, GT_F32, &dims, 0, x, &y) == GT_OK, "sum of %d", (int)n);
        CHECK(y == described_sum(x, n), "sum of %d: %a, described %a", (int)n, y, described_sum(x, n));
        CHECK(gt_reduce(GT_REDUCE_mean, GT_F32, &dims, 0, x, &mean) == GT_OK, "mean of %d", (int)n);
        CHECK(n ? mean == y / (float)n : isnan(mean), "mean of %d", (int)n);
        free(x);
    }
}

static void threads_do_not_show(void) {
    const int64_t n = 3000000;
    const int before = gt_threads_count();
    float *x = test_buffer(n, 4), total[2], columns[2][3];
    uint64_t random = 7;
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] = (float)test_uniform(&random);
    const gt_dims all = {.rank = 1, .size = {n}, .stride = {{1}}};
    const gt_dims down = {.rank = 2, .size = {3, n / 3}, .stride = {{1, 3}, {1}}};
    for (int t = 0; t < 2; t++) {
        CHECK(gt_threads_set(t ? 3 : 1) == GT_OK, "threads");
        CHECK(gt_reduce(GT_REDUCE_sum, GT_F32, &all, 0, x, &total[t]) == GT_OK, "sum");
        CHECK(gt_reduce(GT_REDUCE_sum, GT_F32, &down, 1, x, columns[t]) == GT_OK, "columns");
    }
    gt_threads_set(before);
    CHECK(total[0] == total[1] && !memcmp(columns[0], columns[1], sizeof *columns), "bits depend on threads");
    CHECK(fabs(total[0] - sum) <= 1e-6 * sum, "sum of 3 Mi: %.9g, in double %.9g", total[0], sum);
    free(x);
}

static void refusals(void) {
    float x[2] = {1, 2}, y;
    int64_t at;
    const gt_dims ok = {.rank = 1, .size = {2}, .stride = {{1}}}, deep = {.rank = 9};
    CHECK(gt_reduce(-1, GT_F32, &ok, 0, x, &y) == GT_BAD_CODE, "op");
    CHECK(gt_reduce(GT_REDUCE_COUNT, GT_F32, &ok, 0, x, &y) == GT_BAD_CODE, "op");
    CHECK(gt_reduce(0, GT_DTYPE_COUNT, &ok, 0, x, &y) == GT_BAD_CODE, "dtype");
    CHECK(gt_reduce(0, GT_BOOL, &ok, 0, x, &y) == GT_UNSUPPORTED, "bool");
    CHECK(gt_reduce(GT_REDUCE_any, GT_F16, &ok, 0, x, &y) == GT_UNSUPPORTED, "any of halves");
    CHECK(gt_reduce(GT_REDUCE_mean, GT_I64, &ok, 0, x, &y) == GT_UNSUPPORTED, "mean of integers");
    CHECK(gt_reduce(0, GT_F32, &ok, 2, x, &y) == GT_BAD_ARGUMENT, "kept above the rank");
    CHECK(gt_reduce(0, GT_F32, &ok, -1, x, &y) == GT_BAD_ARGUMENT, "negative kept");
    CHECK(gt_reduce(0, GT_F32, &deep, 0, x, &y) == GT_BAD_ARGUMENT, "rank 9");
    CHECK(gt_reduce(0, GT_F32, &ok, 0, NULL, &y) == GT_BAD_ARGUMENT, "null x");
    CHECK(gt_arg_reduce(GT_REDUCE_sum, GT_F32, &ok, 0, x, &at) == GT_BAD_CODE, "position of a sum");
    CHECK(gt_arg_reduce(GT_REDUCE_max, GT_F32, &ok, 0, x, NULL) == GT_BAD_ARGUMENT, "null y");
}

void test_reduce(void) {
    strided();
    moments();
    order_of_sums();
    threads_do_not_show();
    refusals();
}
