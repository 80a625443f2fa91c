/* Matrix products against textbook loops in double; the BLAS behind them is those loops too. */
#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"

enum { ROW_MAJOR = 101, TRANS = 112 };

#define NAIVE_BLAS(T, gemm, gemv)                                                                                      \
    static void gemm(int order, int trans_a, int trans_b, int m, int n, int k, T alpha, const T *a, int lda,           \
                     const T *b, int ldb, T beta, T *c, int ldc) {                                                     \
        CHECK(order == ROW_MAJOR, "order %d", order);                                                                  \
        for (int64_t i = 0; i < m; i++) {                                                                              \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                double sum = 0;                                                                                        \
                for (int64_t p = 0; p < k; p++) {                                                                      \
                    sum += (double)a[trans_a == TRANS ? p * lda + i : i * lda + p] *                                   \
                           (double)b[trans_b == TRANS ? j * ldb + p : p * ldb + j];                                    \
                }                                                                                                      \
                T *to = c + i * ldc + j;                                                                               \
                *to = (T)((double)alpha * sum + (beta == 0 ? 0 : (double)beta * (double)*to));                         \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    /* beta times y even where beta is 0, as some libraries do it: a NaN would stay. */                                \
    static void gemv(int order, int trans, int m, int n, T alpha, const T *a, int lda, const T *x, int incx, T beta,   \
                     T *y, int incy) {                                                                                 \
        CHECK(order == ROW_MAJOR, "order %d", order);                                                                  \
        const int outputs = trans == TRANS ? n : m, depth = trans == TRANS ? m : n;                                    \
        for (int64_t i = 0; i < outputs; i++) {                                                                        \
            double sum = 0;                                                                                            \
            for (int64_t p = 0; p < depth; p++) {                                                                      \
                sum += (double)a[trans == TRANS ? p * lda + i : i * lda + p] * (double)x[p * incx];                    \
            }                                                                                                          \
            y[i * incy] = (T)((double)alpha * sum + (double)beta * (double)y[i * incy]);                               \
        }                                                                                                              \
    }
NAIVE_BLAS(float, naive_sgemm, naive_sgemv)
NAIVE_BLAS(double, naive_dgemm, naive_dgemv)

static double get(int dtype, const void *p, int64_t i) {
    return dtype == GT_F32 ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

static void set(int dtype, void *p, int64_t i, double x) {
    if (dtype == GT_F32) {
        ((float *)p)[i] = (float)x;
    } else {
        ((double *)p)[i] = x;
    }
}

static int64_t bytes_of(int dtype) { return dtype == GT_F32 ? 4 : 8; }

/* Elements of a matrix with a leading dimension: none after its last row's end. */
static int64_t extent(int64_t rows, int64_t columns, int64_t ld) {
    return rows == 0 || columns == 0 ? 0 : (rows - 1) * ld + columns;
}

static void *random_matrix(int dtype, int64_t rows, int64_t columns, int64_t ld, uint64_t *seed) {
    const int64_t count = extent(rows, columns, ld);
    void *p = test_buffer(count, bytes_of(dtype));
    for (int64_t i = 0; i < count; i++) {
        set(dtype, p, i, test_uniform(seed) * 2 - 1);
    }
    return p;
}

/* One product of every kind: gaps between rows where pad > 0, NaN in c where beta is 0. */
static void product(int dtype, int ta, int tb, int64_t m, int64_t n, int64_t k, int64_t pad, double beta, int bias_on,
                    int activation) {
    uint64_t seed = (uint64_t)(m * 1000003 + n * 1009 + k * 11 + ta * 2 + tb);
    const int64_t lda = (ta ? m : k) + pad + (pad == 0 && (ta ? m : k) == 0);
    const int64_t ldb = (tb ? k : n) + pad + (pad == 0 && (tb ? k : n) == 0), ldc = n + pad + (n + pad == 0);
    void *a = random_matrix(dtype, ta ? k : m, ta ? m : k, lda, &seed);
    void *b = random_matrix(dtype, tb ? n : k, tb ? k : n, ldb, &seed);
    void *c = random_matrix(dtype, m, n, ldc, &seed), *bias = random_matrix(dtype, 1, n, n, &seed);
    const int64_t count = extent(m, n, ldc);
    double *before = test_buffer(count, 8);
    for (int64_t i = 0; i < count; i++) {
        if (beta == 0 && i % ldc < n) {
            set(dtype, c, i, NAN);
        }
        before[i] = get(dtype, c, i);
    }
    const int status = gt_gemm(dtype, ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc, bias_on ? bias : NULL, activation, 0.1);
    CHECK(status == GT_OK, "status %d", status);
    const double tolerance = (dtype == GT_F32 ? 4e-7 : 1e-15) * sqrt((double)k + 4) * 4;
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            double want = beta == 0 ? 0 : before[i * ldc + j];
            for (int64_t p = 0; p < k; p++) {
                want += get(dtype, a, ta ? p * lda + i : i * lda + p) * get(dtype, b, tb ? j * ldb + p : p * ldb + j);
            }
            want += bias_on ? get(dtype, bias, j) : 0;
            want = activation == GT_UNARY_relu ? fmax(want, 0) : want;
            want = activation == GT_UNARY_leaky_relu ? (want > 0 ? want : 0.1 * want) : want;
            const double got = get(dtype, c, i * ldc + j);
            CHECK(fabs(got - want) <= tolerance, "%d%d %lldx%lldx%lld pad %lld beta %g at %lld, %lld: %g, not %g", ta, tb,
                  (long long)m, (long long)n, (long long)k, (long long)pad, beta, (long long)i, (long long)j, got, want);
        }
        for (int64_t j = n; count > 0 && i < m - 1 && j < ldc; j++) {
            CHECK(get(dtype, c, i * ldc + j) == before[i * ldc + j], "wrote into the gap of row %lld", (long long)i);
        }
    }
    free(a);
    free(b);
    free(c);
    free(bias);
    free(before);
}

static void shapes(int dtype) {
    static const int64_t sizes[][3] = {
        {0, 3, 4},  {3, 0, 4},   {3, 4, 0},    {1, 1, 1},   {5, 7, 1},    {1, 9, 6},    {9, 1, 6},    {1, 300, 40},
        {300, 1, 9}, {2, 2, 2},   {14, 32, 16}, {15, 33, 17}, {13, 31, 15}, {6, 16, 8},   {7, 10, 20},  {29, 65, 3},
        {3, 80, 33}, {100, 10, 7}, {30, 47, 70}, {1, 1, 50},  {16, 5, 600}, {3, 70, 530}, {40, 90, 21}, {70, 9, 100},
        {37, 40, 560}, /* a long product of one tile: halved, and its turned a copied */
    };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
        for (int trans = 0; trans < 4; trans++) {
            product(dtype, trans & 1, trans >> 1, m, n, k, 0, 0, 0, -1);
            product(dtype, trans & 1, trans >> 1, m, n, k, 3, 1, 0, -1);
            product(dtype, trans & 1, trans >> 1, m, n, k, 1, 0, 1, GT_UNARY_relu);
            product(dtype, trans & 1, trans >> 1, m, n, k, 0, 1, 1, GT_UNARY_leaky_relu);
            product(dtype, trans & 1, trans >> 1, m, n, k, 0, 0, 0, GT_UNARY_relu);
        }
    }
    product(dtype, 0, 0, 600, 20, 3, 0, 0, 1, GT_UNARY_relu); /* several tiles of rows */
    product(dtype, 0, 1, 3, 20, 512, 512, 0, 0, -1);          /* rows 4 KiB apart */
}

static void batches(int dtype) {
    enum { BATCH = 5, M = 6, N = 19, K = 9 };
    uint64_t seed = 5;
    void *a = random_matrix(dtype, BATCH * M, K, K, &seed), *b = random_matrix(dtype, K, N, N, &seed);
    void *c = test_buffer(BATCH * M * N, bytes_of(dtype)), *one = test_buffer(M * N, bytes_of(dtype));
    CHECK(gt_gemm_batch(dtype, 0, 0, BATCH, M, N, K, a, K, M * K, b, N, 0, 0, c, N, M * N) == GT_OK, "batch");
    for (int64_t i = 0; i < BATCH; i++) {
        const uint8_t *first = (uint8_t *)a + i * M * K * bytes_of(dtype);
        CHECK(gt_gemm(dtype, 0, 0, M, N, K, first, K, b, N, 0, one, N, NULL, -1, 0) == GT_OK, "one");
        CHECK(memcmp((uint8_t *)c + i * M * N * bytes_of(dtype), one, (size_t)(M * N * bytes_of(dtype))) == 0,
              "batch differs at %lld", (long long)i);
    }
    CHECK(gt_gemm_batch(dtype, 0, 0, 0, M, N, K, NULL, K, 0, NULL, N, 0, 0, NULL, N, 0) == GT_OK, "no batch");
    free(a);
    free(b);
    free(c);
    free(one);
}

/* The same bits for 1 to 4 threads, for a product of several tiles that is worth sharing. */
static void threads(void) {
    enum { M = 300, N = 200, K = 120 };
    uint64_t seed = 9;
    float *a = random_matrix(GT_F32, M, K, K, &seed), *b = random_matrix(GT_F32, N, K, K, &seed);
    float *c = test_buffer(M * N, 4), *alone = test_buffer(M * N, 4);
    const int before = gt_threads_count();
    for (int count = 1; count <= 4; count++) {
        CHECK(gt_threads_set(count) == GT_OK, "threads");
        CHECK(gt_gemm(GT_F32, 0, 1, M, N, K, a, K, b, K, 0, count == 1 ? alone : c, N, NULL, -1, 0) == GT_OK, "gemm");
        CHECK(count == 1 || memcmp(alone, c, M * N * sizeof *c) == 0, "%d threads differ", count);
    }
    gt_threads_set(before);
    free(a);
    free(b);
    free(c);
    free(alone);
}

/* Integers by strides that no matrix of floats has, wrapping around. */
static void integers(int dtype) {
    enum { BATCH = 2, M = 19, N = 5, K = 7 };
    uint64_t seed = 3;
    const int64_t size = dtype == GT_I64 ? 8 : dtype == GT_I32 ? 4 : 1;
    for (int lying = 0; lying < 8; lying++) {
        const int64_t step = lying & 4 ? 2 : 1, a_row = lying & 1 ? step : step * K, a_col = lying & 1 ? step * M : step;
        const int64_t b_row = lying & 2 ? step : step * N, b_col = lying & 2 ? step * K : step;
        const int64_t room_a = ((BATCH * M * K) - 1) * step + 1, room_b = ((BATCH * K * N) - 1) * step + 1;
        uint8_t *a = test_buffer(room_a, size), *b = test_buffer(room_b, size), *c = test_buffer(BATCH * M * N, size);
        for (int64_t i = 0; i < room_a * size; i++) a[i] = (uint8_t)(test_uniform(&seed) * 256);
        for (int64_t i = 0; i < room_b * size; i++) b[i] = (uint8_t)(test_uniform(&seed) * 256);
        for (int add = 0; add < 2; add++) {
            CHECK(gt_gemm_integers(dtype, BATCH, M, N, K, a, step * M * K, a_row, a_col, b, step * K * N, b_row, b_col, add, c,
                                   M * N, N) == GT_OK, "integers");
        }
        for (int64_t at = 0; at < BATCH * M * N; at++) {
            const int64_t which = at / (M * N), i = at / N % M, j = at % N;
            uint64_t want = 0, got = 0, mask = size == 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * size) - 1;
            for (int64_t p = 0; p < K; p++) {
                uint64_t x = 0, y = 0;
                memcpy(&x, a + (which * step * M * K + i * a_row + p * a_col) * size, (size_t)size);
                memcpy(&y, b + (which * step * K * N + p * b_row + j * b_col) * size, (size_t)size);
                want += 2 * x * y;
            }
            memcpy(&got, c + at * size, (size_t)size);
            CHECK(got == (want & mask), "integers at %lld", (long long)at);
        }
        free(a);
        free(b);
        free(c);
    }
    uint64_t x[1] = {0};
    CHECK(gt_gemm_integers(dtype, 1, 0, 3, 2, NULL, 0, 0, 0, NULL, 0, 0, 0, 0, NULL, 0, 3) == GT_OK, "no rows");
    CHECK(gt_gemm_integers(dtype, 1, 1, 1, 0, NULL, 0, 0, 0, NULL, 0, 0, 0, 0, x, 0, 1) == GT_OK, "no k");
    CHECK(gt_gemm_integers(dtype, 1, 1, 1, 1, NULL, 0, 0, 0, x, 0, 0, 0, 0, x, 0, 1) == GT_BAD_ARGUMENT, "null a");
    CHECK(gt_gemm_integers(dtype, 1, 1, 2, 1, x, 0, 0, 0, x, 0, 0, 0, 0, x, 0, 1) == GT_BAD_ARGUMENT, "ldc");
}

static void refusals(void) {
    CHECK(gt_gemm_integers(GT_F32, 1, 1, 1, 1, NULL, 0, 0, 0, NULL, 0, 0, 0, 0, NULL, 0, 1) == GT_UNSUPPORTED, "floats");
    CHECK(gt_gemm_integers(GT_DTYPE_COUNT, 1, 1, 1, 1, NULL, 0, 0, 0, NULL, 0, 0, 0, 0, NULL, 0, 1) == GT_BAD_CODE, "dtype");
    float x[4] = {1, 2, 3, 4}, y[4];
    const int64_t big = (int64_t)1 << 40;
    CHECK(gt_gemm(GT_DTYPE_COUNT, 0, 0, 1, 1, 1, x, 1, x, 1, 0, y, 1, NULL, -1, 0) == GT_BAD_CODE, "dtype");
    CHECK(gt_gemm(-1, 0, 0, 1, 1, 1, x, 1, x, 1, 0, y, 1, NULL, -1, 0) == GT_BAD_CODE, "dtype");
    CHECK(gt_gemm(GT_I32, 0, 0, 1, 1, 1, x, 1, x, 1, 0, y, 1, NULL, -1, 0) == GT_UNSUPPORTED, "integers");
    CHECK(gt_gemm(GT_F32, 0, 0, 1, 1, 1, x, 1, x, 1, 0, y, 1, NULL, GT_UNARY_COUNT, 0) == GT_BAD_CODE, "activation");
    CHECK(gt_gemm(GT_F32, 0, 0, -1, 1, 1, x, 1, x, 1, 0, y, 1, NULL, -1, 0) == GT_BAD_ARGUMENT, "m");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, x, 1, x, 2, 0, y, 2, NULL, -1, 0) == GT_BAD_ARGUMENT, "lda");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, x, 2, x, 1, 0, y, 2, NULL, -1, 0) == GT_BAD_ARGUMENT, "ldb");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, x, 2, x, 2, 0, y, 1, NULL, -1, 0) == GT_BAD_ARGUMENT, "ldc");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, x, 2, x, 2, 0.5, y, 2, NULL, -1, 0) == GT_BAD_ARGUMENT, "beta");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, NULL, 2, x, 2, 0, y, 2, NULL, -1, 0) == GT_BAD_ARGUMENT, "null a");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, x, 2, x, 2, 0, NULL, 2, NULL, -1, 0) == GT_BAD_ARGUMENT, "null c");
    CHECK(gt_gemm(GT_F32, 0, 0, 2, 2, 2, x, big, x, 2, 0, y, 2, NULL, -1, 0) == GT_UNSUPPORTED, "beyond int");
    CHECK(gt_blas_bind(NULL, NULL, NULL, NULL) == GT_BAD_ARGUMENT, "bind null");
}

void test_linalg(void) {
    static int bound;
    float x = 1, y = 0;
    if (!bound) {
        CHECK(gt_gemm(GT_F32, 0, 0, 1, 1, 1, &x, 1, &x, 1, 0, &y, 1, NULL, -1, 0) == GT_NOT_BOUND, "before binding");
        bound = 1;
    }
    CHECK(gt_blas_bind((void *)naive_sgemm, (void *)naive_dgemm, (void *)naive_sgemv, (void *)naive_dgemv) == GT_OK,
          "bind");
    shapes(GT_F32);
    shapes(GT_F64);
    batches(GT_F32);
    batches(GT_F64);
    threads();
    integers(GT_I64);
    integers(GT_I32);
    integers(GT_U8);
    refusals();
}
