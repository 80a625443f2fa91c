/*
 * LAPACK's leaves on a LAPACK of loops: LU, Cholesky and triangles compute, and are checked by multiplying back. The
 * others only fill what they may write, so that a sanitizer sees scratch or an output that is too short, and check what
 * they are given.
 */
#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"

#define NAIVE_LAPACK(T, p)                                                                                             \
    static void p##getrf(const int *m, const int *n, T *a, const int *lda, int *pivots, int *info) {                   \
        CHECK(*m == *n && *lda >= *n && *n > 0, "getrf %d %d %d", *m, *n, *lda);                                       \
        *info = 0;                                                                                                     \
        for (int64_t k = 0; k < *n; k++) {                                                                             \
            int64_t best = k;                                                                                          \
            for (int64_t i = k; i < *n; i++) best = fabs((double)a[k * *lda + i]) > fabs((double)a[k * *lda + best]) ? i : best; \
            pivots[k] = (int)best + 1;                                                                                 \
            for (int64_t j = 0; j < *n; j++) {                                                                         \
                const T x = a[j * *lda + k];                                                                           \
                a[j * *lda + k] = a[j * *lda + best];                                                                  \
                a[j * *lda + best] = x;                                                                                \
            }                                                                                                          \
            if (a[k * *lda + k] == 0) {                                                                                \
                *info = *info ? *info : (int)k + 1;                                                                    \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t i = k + 1; i < *n; i++) {                                                                     \
                a[k * *lda + i] /= a[k * *lda + k];                                                                    \
                for (int64_t j = k + 1; j < *n; j++) a[j * *lda + i] -= a[k * *lda + i] * a[j * *lda + k];             \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void p##getrs(const char *trans, const int *n, const int *sides, const T *a, const int *lda,                \
                         const int *pivots, T *b, const int *ldb, int *info, size_t length) {                          \
        CHECK((*trans == 'N' || *trans == 'T') && length == 1 && *lda >= *n && *ldb >= *n, "getrs");                   \
        *info = 0;                                                                                                     \
        const int64_t size = *n;                                                                                       \
        for (int64_t s = 0; s < *sides; s++) {                                                                         \
            T *x = b + s * *ldb;                                                                                       \
            if (*trans == 'N') {                                                                                       \
                for (int64_t i = 0; i < size; i++) {                                                                   \
                    const T y = x[i];                                                                                  \
                    x[i] = x[pivots[i] - 1];                                                                           \
                    x[pivots[i] - 1] = y;                                                                              \
                }                                                                                                      \
                for (int64_t i = 0; i < size; i++)                                                                     \
                    for (int64_t j = 0; j < i; j++) x[i] -= a[j * *lda + i] * x[j];                                    \
                for (int64_t i = size - 1; i >= 0; i--) {                                                              \
                    for (int64_t j = i + 1; j < size; j++) x[i] -= a[j * *lda + i] * x[j];                             \
                    x[i] /= a[i * *lda + i];                                                                           \
                }                                                                                                      \
            } else {                                                                                                   \
                for (int64_t i = 0; i < size; i++) {                                                                   \
                    for (int64_t j = 0; j < i; j++) x[i] -= a[i * *lda + j] * x[j];                                    \
                    x[i] /= a[i * *lda + i];                                                                           \
                }                                                                                                      \
                for (int64_t i = size - 1; i >= 0; i--)                                                                \
                    for (int64_t j = i + 1; j < size; j++) x[i] -= a[i * *lda + j] * x[j];                             \
                for (int64_t i = size - 1; i >= 0; i--) {                                                              \
                    const T y = x[i];                                                                                  \
                    x[i] = x[pivots[i] - 1];                                                                           \
                    x[pivots[i] - 1] = y;                                                                              \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void p##potrf(const char *uplo, const int *n, T *a, const int *lda, int *info, size_t length) {             \
        CHECK(*uplo == 'U' && length == 1 && *lda >= *n, "potrf");                                                     \
        *info = 0;                                                                                                     \
        for (int64_t j = 0; j < *n; j++) {                                                                             \
            for (int64_t i = 0; i <= j; i++) {                                                                         \
                T sum = a[j * *lda + i];                                                                               \
                for (int64_t k = 0; k < i; k++) sum -= a[i * *lda + k] * a[j * *lda + k];                              \
                if (i == j && sum <= 0) {                                                                              \
                    *info = (int)j + 1;                                                                                \
                    return;                                                                                            \
                }                                                                                                      \
                a[j * *lda + i] = i == j ? (T)sqrt((double)sum) : sum / a[i * *lda + i];                               \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static T p##element(const T *a, int lda, int upper, int trans, int unit, int64_t i, int64_t j) {                   \
        const int64_t row = trans ? j : i, column = trans ? i : j;                                                     \
        return i == j && unit ? 1 : (upper ? column >= row : column <= row) ? a[column * lda + row] : 0;               \
    }                                                                                                                  \
    /* x op(a) = b or op(a) x = b: by elimination from the end where op(a) is lower or upper. */                       \
    static void p##trsm(const char *side, const char *uplo, const char *trans, const char *diag, const int *m,         \
                        const int *n, const T *alpha, const T *a, const int *lda, T *b, const int *ldb, size_t s,      \
                        size_t u, size_t t, size_t d) {                                                                \
        CHECK(s + u + t + d == 4 && *alpha == 1 && *ldb >= *m, "trsm");                                                \
        const int left = *side == 'L', turned = *trans == 'T', unit = *diag == 'U', upper = *uplo == 'U';              \
        const int64_t size = left ? *m : *n, others = left ? *n : *m;                                                  \
        const int forward = left ? upper == turned : upper != turned;                                                  \
        for (int64_t o = 0; o < others; o++) {                                                                         \
            for (int64_t step = 0; step < size; step++) {                                                              \
                const int64_t i = forward ? step : size - 1 - step;                                                    \
                T *x = left ? b + o * *ldb + i : b + i * *ldb + o;                                                     \
                for (int64_t before = 0; before < step; before++) {                                                    \
                    const int64_t j = forward ? before : size - 1 - before;                                            \
                    const T y = left ? b[o * *ldb + j] : b[j * *ldb + o];                                              \
                    *x -= y * (left ? p##element(a, *lda, upper, turned, unit, i, j)                                   \
                                    : p##element(a, *lda, upper, turned, unit, j, i));                                 \
                }                                                                                                      \
                *x /= p##element(a, *lda, upper, turned, unit, i, i);                                                  \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void p##fill(T *x, int64_t count, double with) {                                                            \
        for (int64_t i = 0; i < count; i++) x[i] = (T)with;                                                            \
    }                                                                                                                  \
    static void p##gelqf(const int *m, const int *n, T *a, const int *lda, T *tau, T *work, const int *size, int *info) { \
        *info = 0;                                                                                                     \
        if (*size == -1) {                                                                                             \
            work[0] = (T)(*m * 3);                                                                                     \
            return;                                                                                                    \
        }                                                                                                              \
        CHECK(*size >= *m && *lda >= *m, "gelqf");                                                                     \
        p##fill(a, (int64_t)*lda * *n, 1);                                                                             \
        p##fill(tau, *m < *n ? *m : *n, 2);                                                                            \
        p##fill(work, *size, 3);                                                                                       \
    }                                                                                                                  \
    static void p##orglq(const int *m, const int *n, const int *k, T *a, const int *lda, const T *tau, T *work,        \
                         const int *size, int *info) {                                                                 \
        *info = 0;                                                                                                     \
        CHECK(*n >= *m && *m >= *k && *k >= 0 && *lda >= *m, "orglq %d %d %d", *m, *n, *k);                            \
        if (*size == -1) {                                                                                             \
            work[0] = (T)(*m * 2);                                                                                     \
            return;                                                                                                    \
        }                                                                                                              \
        CHECK(*size >= *m && tau[0] == 2 && a[0] == 1, "orglq");                                                       \
        p##fill(a, (int64_t)*lda * *n, 4);                                                                             \
        p##fill(work, *size, 3);                                                                                       \
    }                                                                                                                  \
    static void p##gesdd(const char *job, const int *m, const int *n, T *a, const int *lda, T *s, T *u, const int *ldu, \
                         T *vt, const int *ldvt, T *work, const int *size, int *iwork, int *info, size_t length) {     \
        const int64_t k = *m < *n ? *m : *n;                                                                           \
        *info = 0;                                                                                                     \
        CHECK(length == 1 && *lda >= *m && *ldu >= *m && *ldvt >= (*job == 'A' ? *n : k), "gesdd");                    \
        if (*size == -1) {                                                                                             \
            work[0] = (T)(k * 7);                                                                                      \
            return;                                                                                                    \
        }                                                                                                              \
        CHECK(*size >= k * 7, "gesdd work");                                                                           \
        *info = a[0] == 77 ? 5 : 0;                                                                                    \
        p##fill(a, (int64_t)*lda * *n, 1);                                                                             \
        p##fill(s, k, 5);                                                                                              \
        if (*job != 'N') p##fill(u, (int64_t)*ldu * (*job == 'A' ? *m : k), 6);                                        \
        if (*job != 'N') p##fill(vt, (int64_t)*ldvt * *n, 7);                                                          \
        p##fill(work, *size, 3);                                                                                       \
        memset(iwork, 1, (size_t)(8 * k) * sizeof *iwork);                                                             \
    }                                                                                                                  \
    static void p##syevd(const char *job, const char *uplo, const int *n, T *a, const int *lda, T *w, T *work,         \
                         const int *size, int *iwork, const int *ints, int *info, size_t j, size_t u) {                \
        *info = 0;                                                                                                     \
        CHECK(j + u == 2 && (*job == 'V' || *job == 'N') && (*uplo == 'U' || *uplo == 'L') && *lda >= *n, "syevd");    \
        if (*size == -1) {                                                                                             \
            work[0] = (T)(*n * 6);                                                                                     \
            iwork[0] = *n * 5;                                                                                         \
            return;                                                                                                    \
        }                                                                                                              \
        CHECK(*size >= *n * 6 && *ints >= *n * 5, "syevd work");                                                       \
        p##fill(a, (int64_t)*lda * *n, 8);                                                                             \
        p##fill(w, *n, 9);                                                                                             \
        p##fill(work, *size, 3);                                                                                       \
        memset(iwork, 1, (size_t)*ints * sizeof *iwork);                                                               \
    }                                                                                                                  \
    static void p##gelsy(const int *m, const int *n, const int *sides, T *a, const int *lda, T *b, const int *ldb,     \
                         int *pivots, const T *rcond, int *rank, T *work, const int *size, int *info) {                \
        *info = 0;                                                                                                     \
        if (*size == -1) {                                                                                             \
            work[0] = (T)(*n * 4 + *sides);                                                                            \
            return;                                                                                                    \
        }                                                                                                              \
        CHECK(*size >= *n * 4 + *sides && *lda >= *m && *ldb >= (*m > *n ? *m : *n) && *rcond > 0, "gelsy");           \
        for (int i = 0; i < *n; i++) CHECK(pivots[i] == 0, "pivot %d", i);                                             \
        p##fill(a, (int64_t)*lda * *n, 1);                                                                             \
        p##fill(b, (int64_t)*ldb * *sides, 2);                                                                         \
        p##fill(work, *size, 3);                                                                                       \
        *rank = *m < *n ? *m : *n;                                                                                     \
    }
NAIVE_LAPACK(float, s)
NAIVE_LAPACK(double, d)

static const struct {
    const char *name;
    void *function;
} naive[] = {
#define BOTH(name) {"s" #name "_", (void *)s##name}, {"d" #name "_", (void *)d##name}
    BOTH(getrf), BOTH(getrs), BOTH(potrf), BOTH(trsm), BOTH(gelqf), BOTH(orglq), BOTH(gesdd), BOTH(syevd), BOTH(gelsy),
};

static void bind(void) {
    void *addresses[GT_LAPACK_COUNT];
    for (int i = 0; i < GT_LAPACK_COUNT; i++) {
        addresses[i] = NULL;
        for (size_t j = 0; j < sizeof naive / sizeof *naive; j++) {
            if (strcmp(gt_lapack_symbol(i), naive[j].name) == 0) addresses[i] = naive[j].function;
        }
        CHECK(addresses[i] != NULL, "%s", gt_lapack_symbol(i));
    }
    CHECK(gt_lapack_symbol(-1) == NULL && gt_lapack_symbol(GT_LAPACK_COUNT) == NULL, "symbols end");
    CHECK(gt_lapack_bind(GT_LAPACK_COUNT - 1, addresses) == GT_BAD_ARGUMENT, "too few");
    CHECK(gt_lapack_bind(GT_LAPACK_COUNT, addresses) == GT_OK, "bind");
    addresses[3] = NULL;
    CHECK(gt_lapack_bind(GT_LAPACK_COUNT, addresses) == GT_BAD_ARGUMENT, "a null");
}

static int64_t bytes_of(int dtype) { return dtype == GT_F32 ? 4 : 8; }

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

static void *random_values(int dtype, int64_t count, uint64_t *seed) {
    void *p = test_buffer(count, bytes_of(dtype));
    for (int64_t i = 0; i < count; i++) set(dtype, p, i, test_uniform(seed) * 2 - 1);
    return p;
}

static void *copy_of(int dtype, const void *x, int64_t count) {
    void *p = test_buffer(count, bytes_of(dtype));
    memcpy(p, x, (size_t)(count * bytes_of(dtype)));
    return p;
}

static void near(int dtype, double got, double want, const char *what) {
    CHECK(fabs(got - want) <= (dtype == GT_F32 ? 2e-4 : 1e-12) * (1 + fabs(want)), "%s: %g, not %g", what, got, want);
}

static void lu(int dtype, int64_t batch, int64_t n) {
    uint64_t seed = (uint64_t)(n * 7 + batch);
    void *a = random_values(dtype, batch * n * n, &seed), *b = random_values(dtype, batch * 2 * n, &seed);
    for (int64_t i = 0; i < batch * n; i++) set(dtype, a, i * n + i % n, 3 + get(dtype, a, i * n + i % n));
    void *factors = copy_of(dtype, a, batch * n * n);
    int *pivots = test_buffer(batch * n, sizeof *pivots);
    int64_t failed[2] = {7, 7};
    CHECK(gt_lu(dtype, batch, n, factors, pivots, failed) == GT_OK && failed[0] == -1 && failed[1] == 0, "lu");
    for (int transposed = 0; transposed < 2; transposed++) {
        void *x = copy_of(dtype, b, batch * 2 * n);
        CHECK(gt_lu_solve(dtype, transposed, batch, n, 2, factors, pivots, x) == GT_OK, "lu solve");
        for (int64_t r = 0; r < batch * 2; r++) {
            for (int64_t i = 0; i < n; i++) {
                double sum = 0;
                for (int64_t j = 0; j < n; j++) {
                    const int64_t at = transposed ? j * n + i : i * n + j;
                    sum += get(dtype, a, r / 2 * n * n + at) * get(dtype, x, r * n + j);
                }
                near(dtype, sum, get(dtype, b, r * n + i), "lu solve");
            }
        }
        free(x);
    }
    free(a);
    free(b);
    free(factors);
    free(pivots);
}

static void determinants(int dtype) {
    void *a = test_buffer(8, bytes_of(dtype)), *det = test_buffer(2, bytes_of(dtype));
    void *sign = test_buffer(2, bytes_of(dtype)), *log_abs = test_buffer(2, bytes_of(dtype));
    const double values[] = {0, 2, 3, 4, 1, 2, 2, 4};
    for (int i = 0; i < 8; i++) set(dtype, a, i, values[i]);
    int pivots[4];
    int64_t failed[2];
    CHECK(gt_lu(dtype, 2, 2, a, pivots, failed) == GT_OK && failed[0] == 1 && failed[1] == 2, "singular");
    CHECK(gt_lu_determinant(dtype, 2, 2, a, pivots, det, sign, log_abs) == GT_OK, "determinant");
    near(dtype, get(dtype, det, 0), -6, "det");
    near(dtype, get(dtype, sign, 0), -1, "sign");
    near(dtype, get(dtype, log_abs, 0), log(6), "log");
    CHECK(get(dtype, det, 1) == 0 && get(dtype, sign, 1) == 0 && get(dtype, log_abs, 1) == -INFINITY, "of a singular one");
    for (int i = 0; i < 8; i++) set(dtype, a, i, i % 3 == 1 ? NAN : i % 3 == 2 ? INFINITY : 1);
    CHECK(gt_lu(dtype, 2, 2, a, pivots, failed) == GT_OK, "not finite");
    for (int i = 0; i < 4; i++) CHECK(pivots[i] >= 1 && pivots[i] <= 2, "pivot %d", pivots[i]);
    CHECK(gt_lu_determinant(dtype, 0, 2, NULL, NULL, NULL, NULL, NULL) == GT_OK, "none");
    free(a);
    free(det);
    free(sign);
    free(log_abs);
}

static void cholesky(int dtype, int64_t batch, int64_t n) {
    uint64_t seed = (uint64_t)n;
    void *a = random_values(dtype, batch * n * n, &seed);
    for (int64_t i = 0; i < batch * n; i++) set(dtype, a, i * n + i % n, (double)n + 2);
    void *l = copy_of(dtype, a, batch * n * n);
    int64_t failed[2];
    CHECK(gt_cholesky(dtype, batch, n, l, failed) == GT_OK && failed[0] == -1, "cholesky");
    for (int64_t w = 0; w < batch; w++) {
        for (int64_t i = 0; i < n; i++) {
            for (int64_t j = 0; j < n; j++) {
                double sum = 0;
                for (int64_t k = 0; k < n; k++) {
                    sum += get(dtype, l, (w * n + i) * n + k) * get(dtype, l, (w * n + j) * n + k);
                }
                if (j <= i) near(dtype, sum, get(dtype, a, (w * n + i) * n + j), "cholesky");
                CHECK(j <= i || get(dtype, l, (w * n + i) * n + j) == 0, "zeros above");
            }
        }
    }
    if (batch > 1 && n > 1) {
        set(dtype, a, n * n + n + 1, -1);
        CHECK(gt_cholesky(dtype, batch, n, a, failed) == GT_OK && failed[0] == 1 && failed[1] == 2, "not positive");
        set(dtype, a, 0, NAN);
        CHECK(gt_cholesky(dtype, 1, n, a, failed) == GT_OK && failed[0] == 0, "NaN");
    }
    free(a);
    free(l);
}

static void triangles(int dtype, int64_t m, int64_t k, int choice) {
    const int left = choice & 1, upper = choice >> 1 & 1, unit = choice >> 2 & 1, by_columns = choice >> 3 & 1;
    const int64_t n = left ? m : k, lda = n + 2, room = n == 0 ? 0 : (n - 1) * lda + n;
    uint64_t seed = (uint64_t)(choice + m);
    void *a = random_values(dtype, room, &seed), *b = random_values(dtype, 2 * m * k, &seed);
    for (int64_t i = 0; i < n; i++) set(dtype, a, i * lda + i, 3);
    void *x = copy_of(dtype, b, 2 * m * k);
    CHECK(gt_triangular_solve(dtype, left, upper, unit, 2, m, k, by_columns, a, lda, 0, x) == GT_OK, "triangular");
    for (int64_t at = 0; at < 2 * m * k; at++) {
        const int64_t w = m * k == 0 ? 0 : at / (m * k), i = at / k % m, j = at % k;
        double sum = 0;
        for (int64_t p = 0; p < n; p++) {
            const int64_t row = left ? i : p, column = left ? p : j;
            const double element = row == column && unit                          ? 1
                                   : (upper ? column >= row : column <= row) ? get(dtype, a, by_columns ? column * lda + row : row * lda + column)
                                                                             : 0;
            sum += element * get(dtype, x, w * m * k + (left ? p * k + j : i * k + p));
        }
        near(dtype, sum, get(dtype, b, at), "triangular");
    }
    free(a);
    free(b);
    free(x);
}

static void all_are(int dtype, const void *x, int64_t count, double want, const char *what) {
    for (int64_t i = 0; i < count; i++) CHECK(get(dtype, x, i) == want, "%s at %lld: %g", what, (long long)i, get(dtype, x, i));
}

/* Scratch for all threads and for just one matrix. */
static void filled(int dtype, int64_t batch, int64_t m, int64_t n) {
    uint64_t seed = 4;
    const int64_t k = m < n ? m : n, most = m > n ? m : n;
    int64_t failed[2], bytes;
    for (int alone = 0; alone < 2; alone++) {
        for (int64_t columns = k; columns <= m; columns += m - k > 0 ? m - k : 1) {
            bytes = gt_qr_scratch_bytes(dtype, alone ? 1 : batch, m, n, columns);
            void *a = random_values(dtype, batch * m * n, &seed), *q = test_buffer(batch * m * columns, bytes_of(dtype));
            void *scratch = test_buffer(bytes, 1);
            CHECK(gt_qr(dtype, batch, m, n, columns, a, q, scratch, bytes) == GT_OK, "qr");
            if (n > 0) all_are(dtype, q, batch * m * columns, 4, "q");
            CHECK(gt_qr(dtype, batch, m, n, columns, a, NULL, scratch, bytes) == GT_OK, "r alone");
            CHECK(batch * m * n == 0 || gt_qr(dtype, batch, m, n, columns, a, q, scratch, bytes / 999) == GT_BAD_ARGUMENT, "short");
            free(a);
            free(q);
            free(scratch);
        }
        for (int vectors = 0; vectors < 3; vectors++) {
            const int64_t left = vectors == 2 ? m : k, right = vectors == 2 ? n : k;
            bytes = gt_svd_scratch_bytes(dtype, vectors, alone ? 1 : batch, m, n);
            void *a = random_values(dtype, batch * m * n, &seed), *s = test_buffer(batch * k, bytes_of(dtype));
            void *u = test_buffer(vectors ? batch * m * left : 0, bytes_of(dtype));
            void *vh = test_buffer(vectors ? batch * right * n : 0, bytes_of(dtype)), *scratch = test_buffer(bytes, 1);
            CHECK(gt_svd(dtype, vectors, batch, m, n, a, u, s, vh, failed, scratch, bytes) == GT_OK && failed[0] == -1, "svd");
            if (batch > 0 && k > 0) {
                all_are(dtype, s, batch * k, 5, "s");
                all_are(dtype, u, vectors ? batch * m * left : 0, 7, "u");
                all_are(dtype, vh, vectors ? batch * right * n : 0, 6, "vh");
                set(dtype, a, (batch - 1) * m * n, 77);
                CHECK(gt_svd(dtype, vectors, batch, m, n, a, u, s, vh, failed, scratch, bytes) == GT_OK &&
                      failed[0] == batch - 1 && failed[1] == 5, "no convergence");
                set(dtype, a, 0, NAN);
                CHECK(gt_svd(dtype, vectors, batch, m, n, a, u, s, vh, failed, scratch, bytes) == GT_OK && failed[0] == 0 &&
                      failed[1] == 0, "NaN");
            }
            free(a);
            free(s);
            free(u);
            free(vh);
            free(scratch);
        }
        for (int vectors = 0; vectors < 2; vectors++) {
            bytes = gt_eigh_scratch_bytes(dtype, vectors, alone ? 1 : batch, n);
            void *a = random_values(dtype, batch * n * n, &seed), *w = test_buffer(batch * n, bytes_of(dtype));
            void *scratch = test_buffer(bytes, 1);
            CHECK(gt_eigh(dtype, vectors, alone, batch, n, a, w, failed, scratch, bytes) == GT_OK && failed[0] == -1, "eigh");
            all_are(dtype, a, batch * n * n, 8, "vectors");
            all_are(dtype, w, batch * n, 9, "w");
            if (batch > 0 && n > 0) {
                set(dtype, a, batch * n * n - 1, -INFINITY);
                CHECK(gt_eigh(dtype, vectors, 0, batch, n, a, w, failed, scratch, bytes) == GT_OK && failed[0] == batch - 1, "inf");
            }
            free(a);
            free(w);
            free(scratch);
        }
        bytes = gt_least_squares_scratch_bytes(dtype, alone ? 1 : batch, m, n, 2);
        void *a = random_values(dtype, batch * m * n, &seed), *b = random_values(dtype, batch * 2 * most, &seed);
        int64_t *rank = test_buffer(batch, 8);
        void *scratch = test_buffer(bytes, 1);
        CHECK(gt_least_squares(dtype, 1e-6, batch, m, n, 2, a, b, rank, failed, scratch, bytes) == GT_OK && failed[0] == -1, "lstsq");
        for (int64_t i = 0; i < batch; i++) CHECK(rank[i] == k, "rank");
        if (k > 0) all_are(dtype, b, batch * 2 * most, 2, "x");
        free(a);
        free(b);
        free(rank);
        free(scratch);
    }
}

static void refusals(void) {
    double x[4] = {1, 0, 0, 1};
    int pivots[2] = {1, 3};
    int64_t failed[2];
    CHECK(gt_lu(GT_DTYPE_COUNT, 1, 2, x, pivots, failed) == GT_BAD_CODE, "dtype");
    CHECK(gt_lu(GT_I64, 1, 2, x, pivots, failed) == GT_UNSUPPORTED, "integers");
    CHECK(gt_lu(GT_F64, -1, 2, x, pivots, failed) == GT_BAD_ARGUMENT, "batch");
    CHECK(gt_lu(GT_F64, 1, 2, NULL, pivots, failed) == GT_BAD_ARGUMENT, "null");
    CHECK(gt_lu(GT_F64, 1, 2, x, pivots, NULL) == GT_BAD_ARGUMENT, "null failed");
    CHECK(gt_lu(GT_F64, 1, INT64_C(1) << 40, x, pivots, failed) == GT_UNSUPPORTED, "beyond int");
    pivots[1] = 3;
    CHECK(gt_lu_solve(GT_F64, 0, 1, 2, 1, x, pivots, x) == GT_BAD_ARGUMENT, "pivot out of range");
    CHECK(gt_cholesky(GT_F64, 1, 2, NULL, failed) == GT_BAD_ARGUMENT, "null");
    CHECK(gt_triangular_solve(GT_F64, 1, 0, 0, 1, 2, 1, 0, x, 1, 0, x) == GT_BAD_ARGUMENT, "lda");
    CHECK(gt_triangular_solve(GT_F64, 1, 0, 0, 1, 2, 1, 0, NULL, 2, 0, x) == GT_BAD_ARGUMENT, "null");
    CHECK(gt_qr(GT_F64, 1, 2, 2, 1, x, NULL, x, 32) == GT_BAD_ARGUMENT, "columns");
    CHECK(gt_svd(GT_F64, 3, 1, 2, 2, x, x, x, x, failed, x, 32) == GT_BAD_ARGUMENT, "vectors");
    CHECK(gt_svd_scratch_bytes(GT_I32, 0, 1, 2, 2) == 0 && gt_eigh_scratch_bytes(-1, 0, 1, 2) == 0, "no scratch");
}

void test_lapack(void) {
    static int bound;
    double x = 1;
    int pivot = 1;
    int64_t failed[2];
    if (!bound) CHECK(gt_lu(GT_F64, 1, 1, &x, &pivot, failed) == GT_NOT_BOUND, "before binding");
    bound = 1;
    bind();
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++) {
        static const int64_t sizes[] = {0, 1, 2, 3, 5, 9, 16};
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            lu(dtype, 3, sizes[i]);
            cholesky(dtype, 3, sizes[i]);
            for (int choice = 0; choice < 16; choice++) {
                triangles(dtype, sizes[i], 4, choice);
                triangles(dtype, 3, sizes[i], choice);
            }
        }
        lu(dtype, 0, 3);
        determinants(dtype);
        filled(dtype, 1, 3, 3);
        filled(dtype, 5, 7, 4);
        filled(dtype, 5, 4, 7);
        filled(dtype, 2, 1, 1);
        filled(dtype, 2, 0, 3);
        filled(dtype, 2, 3, 0);
        filled(dtype, 0, 3, 2);
    }
    refusals();
}
