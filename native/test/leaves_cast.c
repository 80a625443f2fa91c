/* Casts between all dtypes, transposing copies, where and fill. */
#include <math.h>

#include "../common/strided.h"
#include "operands.h"

void test_cast(void);

/* What an element of `to` becomes, given by value; the whole numbers and eighths of these tests fit every float. */
static double naive_cast(int to, double x) {
    switch (to) {
    case GT_I64:
    case GT_I32:
        return trunc(x);
    case GT_U8:
        return trunc(x);
    case GT_BOOL:
        return x != 0;
    default:
        return x;
    }
}

static void cast_case(int from, int to, gt_dims dims, int x_kind, int y_kind, uint64_t *random) {
    operand x = operand_make(&dims, 0, from, x_kind), y = operand_make(&dims, 1, to, y_kind);
    const int64_t total = gt_dims_count(&dims, 0, dims.rank);
    operand_fill(&x, 0, from == GT_BOOL ? 2 : 16, random);
    CHECK(gt_cast(from, to, &dims, x.at, y.at) == GT_OK, "cast %d to %d", from, to);
    int bad = 0;
    for (int64_t i = 0; i < total; i++) {
        const double v = test_get(from, operand_at(&x, &dims, i));
        bad += test_get(to, operand_at(&y, &dims, i)) != (from == to ? v : naive_cast(to, v));
    }
    CHECK(!bad, "cast %d to %d rank %d layouts %d %d: %d differ", from, to, (int)dims.rank, x_kind, y_kind, bad);
    CHECK(operand_gaps_intact(&y, &dims, total), "cast %d to %d wrote between elements", from, to);
    free(x.memory);
    free(y.memory);
}

static void pairs(void) {
    static const gt_dims shapes[] = {{.rank = 0},
                                     {.rank = 1, .size = {77}},
                                     {.rank = 2, .size = {0, 3}},
                                     {.rank = 2, .size = {33, 70}},
                                     {.rank = 3, .size = {3, 18, 33}}};
    uint64_t random = 2;
    int turn = 0;
    for (int from = 0; from < GT_DTYPE_COUNT; from++)
        for (int to = 0; to < GT_DTYPE_COUNT; to++)
            for (int s = 0; s < 5; s++)
                for (int k = 0; k < LAYOUTS; k++)
                    cast_case(from, to, shapes[s], k, turn++ % OUTPUT_LAYOUTS, &random);
}

/* Copies of every element size in every ragged shape around a cache line. */
static void transposes(void) {
    static const int dtypes[] = {GT_U8, GT_F16, GT_F32, GT_F64};
    static const int64_t sizes[] = {1, 2, 7, 8, 9, 16, 31, 64, 65, 129};
    uint64_t random = 3;
    for (int d = 0; d < 4; d++)
        for (int i = 0; i < 10; i++)
            for (int j = 0; j < 10; j++) {
                const gt_dims dims = {.rank = 2, .size = {sizes[i], sizes[j]}};
                cast_case(dtypes[d], dtypes[d], dims, TRANSPOSED, CONTIGUOUS, &random);
                cast_case(dtypes[d], dtypes[d], dims, CONTIGUOUS, TRANSPOSED, &random);
            }
}

static int64_t to_i64(int from, const void *x, int to) {
    union {
        int64_t i64;
        int32_t i32;
        uint8_t u8;
    } y = {0};
    CHECK(gt_cast_flat(from, to, 1, x, &y) == GT_OK, "cast");
    return to == GT_I64 ? y.i64 : to == GT_I32 ? y.i32 : y.u8;
}

static void saturation(void) {
    static const double values[] = {NAN, INFINITY, -INFINITY, 1e30, -1e30, -1.9, 3e9, 255.9, 256, -0.5};
    static const int64_t wanted[][3] = {
        {0, 0, 0},    {INT64_MAX, INT32_MAX, 255}, {INT64_MIN, INT32_MIN, 0}, {INT64_MAX, INT32_MAX, 255},
        {INT64_MIN, INT32_MIN, 0}, {-1, -1, 0},    {3000000000, INT32_MAX, 255}, {255, 255, 255},
        {256, 256, 255}, {0, 0, 0}};
    static const int to[] = {GT_I64, GT_I32, GT_U8};
    for (int i = 0; i < 10; i++)
        for (int k = 0; k < 3; k++) {
            const float narrow = (float)values[i];
            CHECK(to_i64(GT_F64, &values[i], to[k]) == wanted[i][k], "f64 %g to dtype %d", values[i], to[k]);
            if ((double)narrow == values[i] || values[i] != values[i] || fabs(values[i]) > 1e9)
                CHECK(to_i64(GT_F32, &narrow, to[k]) == wanted[i][k], "f32 %g to dtype %d", values[i], to[k]);
        }
    const double nan = NAN;
    uint8_t yes = 0;
    CHECK(gt_cast_flat(GT_F64, GT_BOOL, 1, &nan, &yes) == GT_OK && yes == 1, "NaN is true");
    const int64_t big = 0x1234567812345678;
    CHECK(to_i64(GT_I64, &big, GT_I32) == 0x12345678 && to_i64(GT_I64, &big, GT_U8) == 0x78, "integers keep low bits");
}

/* The 16-bit float nearest to x, ties to even, found by trying all: slow and plain. */
static double nearest_half(int dtype, double x) {
    uint16_t best = 0;
    double gap = INFINITY;
    for (uint32_t h = 0; h < 0x8000; h++) {
        const uint16_t bits = (uint16_t)h;
        const double v = test_get(dtype, &bits);
        if (v != v || isinf(v)) continue;
        const double here = fabs(v - fabs(x));
        if (here < gap || (here == gap && (bits & 1) == 0)) gap = here, best = bits;
    }
    return copysign(test_get(dtype, &best), x);
}

static void halves(void) {
    for (int dtype = GT_BF16; dtype <= GT_F16; dtype++) {
        int bad = 0;
        for (uint32_t h = 0; h < 0x10000; h++) {
            uint16_t half = (uint16_t)h, back = 0;
            float wide;
            double wider;
            gt_cast_flat(dtype, GT_F32, 1, &half, &wide);
            gt_cast_flat(GT_F32, dtype, 1, &wide, &back);
            bad += wide == wide ? back != half : test_get(dtype, &back) == test_get(dtype, &back);
            gt_cast_flat(dtype, GT_F64, 1, &half, &wider);
            gt_cast_flat(GT_F64, dtype, 1, &wider, &back);
            bad += wide == wide ? back != half || wider != wide : test_get(dtype, &back) == test_get(dtype, &back);
        }
        CHECK(!bad, "dtype %d: %d of 65536 do not come back", dtype, bad);
        static const double values[] = {1 + 0x1p-8,           1 + 0x1p-8 + 0x1p-40, 1 + 0x3p-8, 1 + 0x1p-11,
                                        1 + 0x1p-11 + 0x1p-40, 0x1p-25,             0x1.8p-25,  0x1p-24 * 2.5,
                                        -3.14159,             1e-3,                0x1p-14 - 0x1p-26, 60001.5};
        for (int i = 0; i < 12; i++) {
            const float narrow = (float)values[i];
            uint16_t half;
            gt_cast_flat(GT_F64, dtype, 1, &values[i], &half);
            CHECK(test_get(dtype, &half) == nearest_half(dtype, values[i]), "f64 %a to dtype %d", values[i], dtype);
            gt_cast_flat(GT_F32, dtype, 1, &narrow, &half);
            CHECK(test_get(dtype, &half) == nearest_half(dtype, narrow), "f32 %a to dtype %d", narrow, dtype);
        }
    }
    const float large[] = {65519, 65520, -70000};
    uint16_t half[3];
    gt_cast_flat(GT_F32, GT_F16, 3, large, half);
    CHECK(half[0] == 0x7bff && half[1] == 0x7c00 && half[2] == 0xfc00, "f16 overflows to infinity");
}

static void where_and_fill(void) {
    static const gt_dims shapes[] = {
        {.rank = 0}, {.rank = 1, .size = {0}}, {.rank = 1, .size = {301}}, {.rank = 3, .size = {3, 20, 33}}};
    uint64_t random = 4;
    int turn = 0;
    for (int dtype = 0; dtype < GT_DTYPE_COUNT; dtype++)
        for (int s = 0; s < 4; s++)
            for (int k = 0; k < LAYOUTS; k++, turn++) {
                gt_dims dims = shapes[s];
                const int64_t total = gt_dims_count(&dims, 0, dims.rank);
                operand c = operand_make(&dims, 0, GT_BOOL, turn / 3 % LAYOUTS);
                operand x = operand_make(&dims, 1, dtype, k), y = operand_make(&dims, 2, dtype, turn % LAYOUTS);
                operand z = operand_make(&dims, 3, dtype, turn % OUTPUT_LAYOUTS);
                operand_fill(&c, 0, 2, &random);
                operand_fill(&x, 0, 2, &random);
                operand_fill(&y, 0, 2, &random);
                CHECK(gt_where(dtype, &dims, (uint8_t *)c.at, x.at, y.at, z.at) == GT_OK, "where");
                int bad = 0;
                for (int64_t i = 0; i < total; i++) {
                    const operand *from = *operand_at(&c, &dims, i) ? &x : &y;
                    bad += test_get(dtype, operand_at(&z, &dims, i)) != test_get(dtype, operand_at(from, &dims, i));
                }
                CHECK(!bad && operand_gaps_intact(&z, &dims, total), "where of dtype %d: %d differ", dtype, bad);
                gt_dims only = dims;
                memcpy(only.stride[0], dims.stride[3], sizeof only.stride[0]);
                char value[8];
                test_set(dtype, value, 1);
                CHECK(gt_fill(dtype, &only, value, z.at) == GT_OK, "fill");
                for (int64_t i = 0; i < total; i++) bad += test_get(dtype, operand_at(&z, &dims, i)) != 1;
                CHECK(!bad && operand_gaps_intact(&z, &dims, total), "fill of dtype %d: %d differ", dtype, bad);
                free(c.memory);
                free(x.memory);
                free(y.memory);
                free(z.memory);
            }
}

static void refusals(void) {
    char x[8] = {0}, y[8];
    const gt_dims one = {.rank = 0}, deep = {.rank = 9};
    CHECK(gt_cast_flat(-1, GT_F32, 1, x, y) == GT_BAD_CODE && gt_cast_flat(GT_F32, 8, 1, x, y) == GT_BAD_CODE, "dtype");
    CHECK(gt_cast(GT_DTYPE_COUNT, GT_F32, &one, x, y) == GT_BAD_CODE, "dtype");
    CHECK(gt_cast_flat(GT_F32, GT_F64, -1, x, y) == GT_BAD_ARGUMENT, "negative n");
    CHECK(gt_cast_flat(GT_F32, GT_F64, 1, x, NULL) == GT_BAD_ARGUMENT, "null y");
    CHECK(gt_cast_flat(GT_F32, GT_F64, 0, NULL, NULL) == GT_OK, "nothing to do");
    CHECK(gt_cast(GT_F32, GT_F64, &deep, x, y) == GT_BAD_ARGUMENT, "rank 9");
    CHECK(gt_where(-1, &one, (uint8_t *)x, x, x, y) == GT_BAD_CODE, "dtype");
    CHECK(gt_where(GT_F32, &one, NULL, x, x, y) == GT_BAD_ARGUMENT, "null condition");
    CHECK(gt_fill(GT_DTYPE_COUNT, &one, x, y) == GT_BAD_CODE, "dtype");
    CHECK(gt_fill(GT_F32, &one, NULL, y) == GT_BAD_ARGUMENT, "null value");
}

void test_cast(void) {
    pairs();
    transposes();
    saturation();
    halves();
    where_and_fill();
    refusals();
}
