/* Unary, gradient, binary and compare: layouts, ends of ranges, refusals; casts are in leaves_cast.c. */
#include <math.h>

#include "../common/strided.h"
#include "operands.h"

void test_cast(void);

static const int numbers[] = {GT_F32, GT_F64, GT_I64, GT_I32, GT_U8};

static const gt_dims shapes[] = {{.rank = 0},
                                 {.rank = 1, .size = {0}},
                                 {.rank = 1, .size = {1}},
                                 {.rank = 1, .size = {67}},
                                 {.rank = 2, .size = {17, 33}},
                                 {.rank = 2, .size = {20, 150}},
                                 {.rank = 3, .size = {3, 4, 5}},
                                 {.rank = 3, .size = {2, 0, 3}},
                                 {.rank = 3, .size = {2, 18, 70}},
                                 {.rank = 8, .size = {2, 2, 2, 2, 2, 2, 2, 3}}};
#define SHAPES (int)(sizeof shapes / sizeof *shapes)

/* The bits of one element, or NaN in both. */
static int same(int dtype, const void *got, const void *want) {
    const double x = test_get(dtype, got);
    return !memcmp(got, want, (size_t)gt_dtype_bytes(dtype)) || (x != x && test_get(dtype, want) != test_get(dtype, want));
}

/*
 * What the values are is tested from Java, against textbook formulas. Here the oracle of a strided call is the flat one
 * on each element alone: same bits, nothing written or read elsewhere.
 */
static void unary_case(int op, int dtype, gt_dims dims, int x_kind, int y_kind, uint64_t *random) {
    operand x = operand_make(&dims, 0, dtype, x_kind), y = operand_make(&dims, 1, dtype, y_kind);
    const int64_t total = gt_dims_count(&dims, 0, dims.rank);
    operand_fill(&x, dtype == GT_U8 ? 0 : -6, 6, random);
    CHECK(gt_unary(op, dtype, &dims, x.at, y.at, 0.25, 0.5) == GT_OK, "unary %d dtype %d", op, dtype);
    int bad = 0;
    for (int64_t i = 0; i < total; i++) {
        int64_t want;
        CHECK(gt_unary_flat(op, dtype, 1, operand_at(&x, &dims, i), &want, 0.25, 0.5) == GT_OK, "unary %d", op);
        bad += !same(dtype, operand_at(&y, &dims, i), &want);
    }
    CHECK(!bad, "unary %d dtype %d rank %d layouts %d %d: %d differ", op, dtype, (int)dims.rank, x_kind, y_kind, bad);
    CHECK(operand_gaps_intact(&y, &dims, total), "unary %d wrote between elements", op);
    free(x.memory);
    free(y.memory);
}

static void grad_case(int op, int dtype, gt_dims dims, int x_kind, int dx_kind, uint64_t *random) {
    operand o[4];
    const int64_t total = gt_dims_count(&dims, 0, dims.rank);
    for (int k = 0; k < 4; k++) {
        o[k] = operand_make(&dims, k, dtype, k == 3 ? dx_kind : k == 0 ? x_kind : CONTIGUOUS);
        operand_fill(&o[k], 0.125, 3, random);
    }
    memset(o[3].memory, 0x5a, (size_t)(o[3].extent * gt_dtype_bytes(dtype)));
    CHECK(gt_unary_grad(op, dtype, &dims, o[0].at, o[1].at, o[2].at, o[3].at, 0.25, 0.5) == GT_OK, "grad %d", op);
    int bad = 0;
    for (int64_t i = 0; i < total; i++) {
        char *v[4];
        int64_t want;
        for (int k = 0; k < 4; k++) v[k] = operand_at(&o[k], &dims, i);
        CHECK(gt_unary_grad_flat(op, dtype, 1, v[0], v[1], v[2], &want, 0.25, 0.5) == GT_OK, "grad %d", op);
        bad += !same(dtype, v[3], &want);
    }
    CHECK(!bad, "grad %d dtype %d layouts %d %d: %d differ", op, dtype, x_kind, dx_kind, bad);
    CHECK(operand_gaps_intact(&o[3], &dims, total), "grad %d wrote between elements", op);
    for (int k = 0; k < 4; k++) free(o[k].memory);
}

/* compare: op is a gt_compare_op, else a gt_binary_op. */
static int call_binary(int compare, int op, int dtype, const gt_dims *dims, const void *x, const void *y, void *z) {
    if (!dims)
        return compare ? gt_compare_flat(op, dtype, GT_SCALAR_none, 1, x, y, z)
                       : gt_binary_flat(op, dtype, GT_SCALAR_none, 1, x, y, z);
    return compare ? gt_compare(op, dtype, dims, x, y, z) : gt_binary(op, dtype, dims, x, y, z);
}

static void binary_case(int compare, int op, int dtype, gt_dims dims, const int kind[3], uint64_t *random) {
    const int to = compare ? GT_BOOL : dtype;
    operand x = operand_make(&dims, 0, dtype, kind[0]), y = operand_make(&dims, 1, dtype, kind[1]);
    operand z = operand_make(&dims, 2, to, kind[2]);
    const int64_t total = gt_dims_count(&dims, 0, dims.rank);
    operand_fill(&x, dtype == GT_U8 ? 0 : -6, 6, random);
    operand_fill(&y, dtype == GT_U8 ? 0 : -3, 5, random);
    CHECK(call_binary(compare, op, dtype, &dims, x.at, y.at, z.at) == GT_OK, "binary %d dtype %d", op, dtype);
    int bad = 0;
    for (int64_t i = 0; i < total; i++) {
        int64_t want;
        const char *a = operand_at(&x, &dims, i), *b = operand_at(&y, &dims, i);
        CHECK(call_binary(compare, op, dtype, NULL, a, b, &want) == GT_OK, "binary %d", op);
        bad += !same(to, operand_at(&z, &dims, i), &want);
    }
    CHECK(!bad, "binary %d (compare %d) dtype %d rank %d layouts %d %d %d: %d differ", op, compare, dtype,
          (int)dims.rank, kind[0], kind[1], kind[2], bad);
    CHECK(operand_gaps_intact(&z, &dims, total), "binary %d wrote between elements", op);
    free(x.memory);
    free(y.memory);
    free(z.memory);
}

static int has_unary(int op, int dtype) { return gt_unary_flat(op, dtype, 0, NULL, NULL, 0, 0) == GT_OK; }

static int has_grad(int op, int dtype) {
    return gt_unary_grad_flat(op, dtype, 0, NULL, NULL, NULL, NULL, 0, 0) == GT_OK;
}

static int has_binary(int op, int dtype) { return gt_binary_flat(op, dtype, 0, 0, NULL, NULL, NULL) == GT_OK; }

static void ternary_case(int op, int dtype, gt_dims dims, const int kind[4], uint64_t *random) {
    operand o[4];
    const int64_t total = gt_dims_count(&dims, 0, dims.rank);
    for (int k = 0; k < 4; k++) {
        o[k] = operand_make(&dims, k, dtype, kind[k]);
        if (k < 3) operand_fill(&o[k], dtype == GT_U8 ? 0 : -6, 6, random);
    }
    CHECK(gt_ternary(op, dtype, &dims, o[0].at, o[1].at, o[2].at, o[3].at, 3) == GT_OK, "ternary %d", op);
    int bad = 0;
    for (int64_t i = 0; i < total; i++) {
        const gt_dims one = {.rank = 0};
        char *v[4];
        int64_t want;
        for (int k = 0; k < 4; k++) v[k] = operand_at(&o[k], &dims, i);
        CHECK(gt_ternary(op, dtype, &one, v[0], v[1], v[2], &want, 3) == GT_OK, "ternary %d", op);
        bad += !same(dtype, v[3], &want);
    }
    CHECK(!bad, "ternary %d dtype %d: %d differ", op, dtype, bad);
    CHECK(operand_gaps_intact(&o[3], &dims, total), "ternary %d wrote between elements", op);
    for (int k = 0; k < 4; k++) free(o[k].memory);
}

/* Every operation and dtype in every shape; layouts take turns, so that all pairs come up. */
static void strided(void) {
    uint64_t random = 1;
    int turn = 0;
    for (int s = 0; s < SHAPES; s++) {
        for (int d = 0; d < 5; d++) {
            const int dtype = numbers[d];
            for (int op = 0; op < GT_UNARY_COUNT; op++, turn++) {
                if (has_unary(op, dtype))
                    unary_case(op, dtype, shapes[s], turn % LAYOUTS, turn % OUTPUT_LAYOUTS, &random);
                if (has_grad(op, dtype))
                    grad_case(op, dtype, shapes[s], turn % LAYOUTS, turn / LAYOUTS % OUTPUT_LAYOUTS, &random);
            }
            for (int k = 0; k < LAYOUTS * LAYOUTS; k++) {
                const int kind[4] = {k % LAYOUTS, k / LAYOUTS, turn % OUTPUT_LAYOUTS, turn % OUTPUT_LAYOUTS};
                const int op = turn++ % GT_BINARY_COUNT, third = turn % GT_TERNARY_COUNT;
                const int has_third = gt_ternary(third, dtype, &shapes[1], NULL, NULL, NULL, NULL, 0) == GT_OK;
                if (has_binary(op, dtype)) binary_case(0, op, dtype, shapes[s], kind, &random);
                if (has_third) ternary_case(third, dtype, shapes[s], kind, &random);
                binary_case(1, turn % GT_COMPARE_COUNT, dtype, shapes[s], kind, &random);
            }
        }
    }
}

/* Flat calls with a single element on either side, outputs that are inputs, and sizes that threads share. */
static void flat(void) {
    static const int64_t sizes[] = {0, 1, 7, 31, 64, 1000, 100003};
    for (int s = 0; s < 7; s++) {
        const int64_t n = sizes[s];
        float *x = test_buffer(n, 4), *y = test_buffer(n, 4), *z = test_buffer(n, 4);
        for (int64_t i = 0; i < n; i++) x[i] = (float)(i % 97) - 40, y[i] = (float)(i % 89) + 1, z[i] = -1;
        const float three = 3;
        int bad = 0;
        CHECK(gt_binary_flat(GT_BINARY_sub, GT_F32, GT_SCALAR_none, n, x, y, z) == GT_OK, "flat");
        for (int64_t i = 0; i < n; i++) bad += z[i] != x[i] - y[i];
        CHECK(gt_binary_flat(GT_BINARY_sub, GT_F32, GT_SCALAR_x, n, &three, y, z) == GT_OK, "scalar x");
        for (int64_t i = 0; i < n; i++) bad += z[i] != 3 - y[i];
        CHECK(gt_binary_flat(GT_BINARY_sub, GT_F32, GT_SCALAR_y, n, x, &three, z) == GT_OK, "scalar y");
        for (int64_t i = 0; i < n; i++) bad += z[i] != x[i] - 3;
        CHECK(gt_binary_flat(GT_BINARY_mul, GT_F32, GT_SCALAR_none, n, z, z, z) == GT_OK, "z is x and y");
        for (int64_t i = 0; i < n; i++) bad += z[i] != (x[i] - 3) * (x[i] - 3);
        CHECK(gt_unary_flat(GT_UNARY_relu, GT_F32, n, x, x, 0, 0) == GT_OK, "y is x");
        for (int64_t i = 0; i < n; i++) bad += x[i] != (i % 97 > 40 ? (float)(i % 97) - 40 : 0);
        CHECK(gt_unary_grad_flat(GT_UNARY_relu, GT_F32, n, NULL, x, y, y, 0, 0) == GT_OK, "dx is dy, x is null");
        for (int64_t i = 0; i < n; i++) bad += y[i] != (x[i] > 0 ? (float)(i % 89) + 1 : 0);
        CHECK(gt_compare_flat(GT_COMPARE_ge, GT_F32, GT_SCALAR_y, n, x, &three, (uint8_t *)z) == GT_OK, "compare");
        for (int64_t i = 0; i < n; i++) bad += ((uint8_t *)z)[i] != (x[i] >= 3);
        CHECK(!bad, "flat calls of %d elements: %d differ", (int)n, bad);
        free(x);
        free(y);
        free(z);
    }
}

static float unary_of(int op, float x) {
    float y = 0;
    CHECK(gt_unary_flat(op, GT_F32, 1, &x, &y, 0, 0) == GT_OK, "unary %d", op);
    return y;
}

static void special_values(void) {
    const float inf = INFINITY, nan = NAN;
    for (int op = 0; op < GT_UNARY_COUNT; op++)
        CHECK(!has_unary(op, GT_F32) || isnan(unary_of(op, nan)) || op == GT_UNARY_sign, "unary %d of NaN", op);
    CHECK(unary_of(GT_UNARY_exp, inf) == inf && unary_of(GT_UNARY_exp, -inf) == 0, "exp of infinity");
    CHECK(unary_of(GT_UNARY_exp, 89) == inf && unary_of(GT_UNARY_exp, -100) == (float)exp(-100), "ends of exp");
    CHECK(unary_of(GT_UNARY_log, 0) == -inf && isnan(unary_of(GT_UNARY_log, -1)), "log outside its domain");
    CHECK(unary_of(GT_UNARY_log, inf) == inf && unary_of(GT_UNARY_log, 1) == 0, "log of infinity and 1");
    CHECK(test_close(unary_of(GT_UNARY_log, 0x1p-149f), log(0x1p-149), 1e-6), "log of a denormal");
    CHECK(unary_of(GT_UNARY_tanh, inf) == 1 && unary_of(GT_UNARY_tanh, -inf) == -1, "tanh of infinity");
    CHECK(signbit(unary_of(GT_UNARY_tanh, -0.0f)) && unary_of(GT_UNARY_tanh, 0x1p-149f) == 0x1p-149f, "tanh near 0");
    CHECK(unary_of(GT_UNARY_sigmoid, inf) == 1 && unary_of(GT_UNARY_sigmoid, -inf) == 0, "sigmoid of infinity");
    CHECK(unary_of(GT_UNARY_sigmoid, -100) == (float)exp(-100), "left tail of sigmoid");
    float z, pair[2] = {nan, 1};
    for (int side = 0; side < 2; side++) {
        for (int op = GT_BINARY_maximum; op <= GT_BINARY_minimum; op++) {
            CHECK(gt_binary_flat(op, GT_F32, 0, 1, pair + side, pair + 1 - side, &z) == GT_OK && isnan(z), "NaN wins");
        }
    }
    for (int op = 0; op <= GT_COMPARE_ge; op++) {
        uint8_t c;
        CHECK(gt_compare_flat(op, GT_F32, 0, 1, pair, pair, &c) == GT_OK && c == (op == GT_COMPARE_ne), "NaN compared");
    }
}

/* The polynomials have no fma, so all function versions give the bits of the first one that ran, `plain`. */
static void same_bits_in_every_version(void) {
    enum { N = 1 << 16 };
    static int known;
    static const int ops[] = {GT_UNARY_exp,  GT_UNARY_log,   GT_UNARY_tanh, GT_UNARY_sigmoid, GT_UNARY_sin, GT_UNARY_tan,
                              GT_UNARY_erfc, GT_UNARY_log1p, GT_UNARY_asin, GT_UNARY_sinh,    GT_UNARY_gelu};
    enum { OPS = sizeof ops / sizeof *ops };
    static float first[OPS][N];
    float *x = test_buffer(N, 4), *y = test_buffer(N, 4);
    for (uint32_t i = 0; i < N; i++) x[i] = gt_f32_of_bits(i << 16 | i); /* every sign, exponent and high digits */
    for (int k = 0; k < OPS; k++) {
        CHECK(gt_unary_flat(ops[k], GT_F32, N, x, known ? y : first[k], 0, 0) == GT_OK, "unary %d", ops[k]);
        int bad = 0;
        for (int i = 0; i < N && known; i++) bad += y[i] == y[i] && memcmp(&y[i], &first[k][i], 4);
        CHECK(!bad, "unary %d: %d results differ from the first version's", ops[k], bad);
    }
    known = 1;
    free(x);
    free(y);
}

static int64_t i64_of(int op, int64_t x, int64_t y) {
    int64_t z = 0;
    CHECK(gt_binary_flat(op, GT_I64, 0, 1, &x, &y, &z) == GT_OK, "i64 %d", op);
    return z;
}

static void integers_wrap(void) {
    CHECK(i64_of(GT_BINARY_add, INT64_MAX, 1) == INT64_MIN, "add");
    CHECK(i64_of(GT_BINARY_sub, INT64_MIN, 1) == INT64_MAX, "sub");
    CHECK(i64_of(GT_BINARY_mul, INT64_MAX, 2) == -2, "mul");
    CHECK(i64_of(GT_BINARY_pow, 3, 41) == -420491770248316829, "pow wraps");
    CHECK(i64_of(GT_BINARY_pow, 2, -1) == 0 && i64_of(GT_BINARY_pow, 1, -7) == 1 &&
              i64_of(GT_BINARY_pow, -1, -7) == -1 &&
              i64_of(GT_BINARY_pow, -1, -8) == 1 && i64_of(GT_BINARY_pow, -2, 3) == -8, "pow of integers");
    CHECK(i64_of(GT_BINARY_div_trunc, INT64_MIN, -1) == INT64_MIN && i64_of(GT_BINARY_div_floor, INT64_MIN, -1) == INT64_MIN,
          "the lowest number over -1");
    CHECK(i64_of(GT_BINARY_fmod, INT64_MIN, -1) == 0 && i64_of(GT_BINARY_remainder, INT64_MIN, -1) == 0, "and its rest");
    for (int op = GT_BINARY_div_trunc; op <= GT_BINARY_fmod; op++) CHECK(i64_of(op, 7, 0) == 0, "%d by zero", op);
    CHECK(i64_of(GT_BINARY_div_floor, -7, 2) == -4 && i64_of(GT_BINARY_div_trunc, -7, 2) == -3, "division");
    CHECK(i64_of(GT_BINARY_remainder, -7, 2) == 1 && i64_of(GT_BINARY_fmod, -7, 2) == -1, "remainders");
    CHECK(i64_of(GT_BINARY_shift_left, 3, 64) == 0 && i64_of(GT_BINARY_shift_left, 3, -1) == 0 &&
              i64_of(GT_BINARY_shift_left, -1, 63) == INT64_MIN,
          "left");
    CHECK(i64_of(GT_BINARY_shift_right, -8, 64) == -1 && i64_of(GT_BINARY_shift_right, 8, 70) == 0 &&
              i64_of(GT_BINARY_shift_right, -8, -1) == -1 && i64_of(GT_BINARY_shift_right, -8, 1) == -4,
          "right");
    int32_t low = INT32_MIN, out = 0;
    CHECK(gt_unary_flat(GT_UNARY_neg, GT_I32, 1, &low, &out, 0, 0) == GT_OK && out == INT32_MIN, "neg");
    CHECK(gt_unary_flat(GT_UNARY_abs, GT_I32, 1, &low, &out, 0, 0) == GT_OK && out == INT32_MIN, "abs");
    CHECK(gt_unary_flat(GT_UNARY_square, GT_I32, 1, &low, &out, 0, 0) == GT_OK && out == 0, "square");
    uint8_t five = 5, byte = 0;
    CHECK(gt_unary_flat(GT_UNARY_neg, GT_U8, 1, &five, &byte, 0, 0) == GT_OK && byte == 251, "neg of u8");
    uint8_t yes[2] = {0, 1}, less[2];
    CHECK(gt_compare_flat(GT_COMPARE_lt, GT_BOOL, GT_SCALAR_x, 2, yes, yes, less) == GT_OK, "bool");
    CHECK(!less[0] && less[1], "0 < 0 gives %d, 0 < 1 %d", less[0], less[1]);
}

static void refusals(void) {
    float x[2] = {1, 2}, z[2];
    gt_dims ok = {.rank = 1, .size = {2}, .stride = {{1}, {1}, {1}, {1}}}, deep = {.rank = 9}, negative = ok, none = ok;
    negative.size[0] = -1;
    none.size[0] = 0;
    for (int op = -1; op <= GT_UNARY_COUNT; op += GT_UNARY_COUNT + 1) {
        CHECK(gt_unary_flat(op, GT_F32, 2, x, z, 0, 0) == GT_BAD_CODE, "op %d", op);
        CHECK(gt_unary(op, GT_F32, &ok, x, z, 0, 0) == GT_BAD_CODE, "op %d", op);
        CHECK(gt_unary_grad_flat(op, GT_F32, 2, x, x, x, z, 0, 0) == GT_BAD_CODE, "op %d", op);
        CHECK(gt_unary_grad(op, GT_F32, &ok, x, x, x, z, 0, 0) == GT_BAD_CODE, "op %d", op);
    }
    CHECK(gt_binary_flat(GT_BINARY_COUNT, GT_F32, 0, 2, x, x, z) == GT_BAD_CODE, "op");
    CHECK(gt_binary(-1, GT_F32, &ok, x, x, z) == GT_BAD_CODE, "op");
    CHECK(gt_binary_flat(0, GT_F32, 3, 2, x, x, z) == GT_BAD_CODE, "scalar side");
    CHECK(gt_compare_flat(GT_COMPARE_COUNT, GT_F32, 0, 2, x, x, (uint8_t *)z) == GT_BAD_CODE, "op");
    CHECK(gt_compare(-1, GT_F32, &ok, x, x, (uint8_t *)z) == GT_BAD_CODE, "op");
    CHECK(gt_unary_flat(0, GT_DTYPE_COUNT, 2, x, z, 0, 0) == GT_BAD_CODE, "dtype");
    CHECK(gt_unary_flat(0, GT_BF16, 2, x, z, 0, 0) == GT_UNSUPPORTED, "no arithmetic on bf16");
    CHECK(gt_binary_flat(GT_BINARY_div, GT_I64, 0, 2, x, x, z) == GT_UNSUPPORTED, "integers divide in f32");
    CHECK(gt_unary_grad_flat(0, GT_I64, 2, x, x, x, z, 0, 0) == GT_UNSUPPORTED, "no gradient of integers");
    CHECK(gt_unary_flat(0, GT_F32, -1, x, z, 0, 0) == GT_BAD_ARGUMENT, "negative n");
    CHECK(gt_unary_flat(0, GT_F32, 1, NULL, z, 0, 0) == GT_BAD_ARGUMENT, "null x");
    CHECK(gt_unary(0, GT_F32, NULL, x, z, 0, 0) == GT_BAD_ARGUMENT, "null dims");
    CHECK(gt_unary(0, GT_F32, &deep, x, z, 0, 0) == GT_BAD_ARGUMENT, "rank 9");
    CHECK(gt_binary(0, GT_F32, &negative, x, x, z) == GT_BAD_ARGUMENT, "negative size");
    CHECK(gt_binary(0, GT_F32, &ok, x, NULL, z) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_binary(0, GT_F32, &none, NULL, NULL, NULL) == GT_OK, "nothing to do");
    CHECK(gt_ternary(GT_TERNARY_COUNT, GT_F32, &ok, x, x, x, z, 0) == GT_BAD_CODE, "op");
    CHECK(gt_ternary(GT_TERNARY_lerp, GT_I64, &ok, x, x, x, z, 0) == GT_UNSUPPORTED, "no lerp of integers");
    CHECK(gt_ternary(0, GT_F32, &ok, x, NULL, x, z, 0) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_ternary(0, GT_F32, &deep, x, x, x, z, 0) == GT_BAD_ARGUMENT, "rank 9");
    CHECK(gt_unary_flat(GT_UNARY_bitwise_not, GT_F32, 2, x, z, 0, 0) == GT_UNSUPPORTED, "no bits of floats");
    CHECK(gt_unary_grad(0, GT_F32, &ok, NULL, NULL, NULL, z, 0, 0) == GT_BAD_ARGUMENT, "null dy");
    CHECK(gt_unary_grad(GT_UNARY_neg, GT_F32, &ok, NULL, NULL, x, z, 0, 0) == GT_OK, "the slope needs neither");
    CHECK(z[1] == -2, "gradient of neg: %g", z[1]);
}

void test_elementwise(void) {
    strided();
    flat();
    special_values();
    same_bits_in_every_version();
    integers_wrap();
    refusals();
    test_cast();
}
