/*
 * Factors of matrices by LAPACK, which reads a row-major matrix as its transpose: so nothing is transposed here. QR is
 * its LQ, the right singular vectors are its left ones, the lower triangle is its upper one. A batch is shared between
 * the threads, one matrix is not, so that its bits do not depend on them.
 *
 * Every argument is valid by then: OpenBLAS's xerbla would print. NaN and infinity never reach what searches for the
 * largest element or iterates: there OpenBLAS's index of a maximum may be out of range, and LAPACK complains or spins.
 */
#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "../common/gatun.h"
#include "threads.h"

static const char *const symbols[GT_LAPACK_COUNT] = {
#define LAPACK(name) "s" #name "_", "d" #name "_",
#include "../common/lapack.def"
#undef LAPACK
};

typedef void (*any_function)(void);
static _Atomic(any_function) functions[GT_LAPACK_COUNT];
static atomic_int bound;

const char *gt_lapack_symbol(int index) { return index >= 0 && index < GT_LAPACK_COUNT ? symbols[index] : NULL; }

int gt_lapack_bind(int count, void *const *addresses) {
    if (count != GT_LAPACK_COUNT || addresses == NULL) return GT_BAD_ARGUMENT;
    for (int i = 0; i < count; i++)
        if (addresses[i] == NULL) return GT_BAD_ARGUMENT;
    for (int i = 0; i < count; i++) {
        any_function function;
        memcpy(&function, &addresses[i], sizeof function);
        atomic_store(&functions[i], function);
    }
    atomic_store(&bound, 1);
    return GT_OK;
}

/* Fortran's conventions: everything by pointer, and the length of each text behind all other arguments. */
typedef void (*getrf_function)(const int *m, const int *n, void *a, const int *lda, int *pivots, int *info);
typedef void (*getrs_function)(const char *trans, const int *n, const int *sides, const void *a, const int *lda,
                               const int *pivots, void *b, const int *ldb, int *info, size_t trans_length);
typedef void (*potrf_function)(const char *uplo, const int *n, void *a, const int *lda, int *info, size_t uplo_length);
typedef void (*trsm_function)(const char *side, const char *uplo, const char *trans, const char *diag, const int *m,
                              const int *n, const void *alpha, const void *a, const int *lda, void *b, const int *ldb,
                              size_t side_length, size_t uplo_length, size_t trans_length, size_t diag_length);
typedef void (*gelqf_function)(const int *m, const int *n, void *a, const int *lda, void *tau, void *work,
                               const int *work_size, int *info);
typedef void (*orglq_function)(const int *m, const int *n, const int *k, void *a, const int *lda, const void *tau,
                               void *work, const int *work_size, int *info);
typedef void (*gesdd_function)(const char *job, const int *m, const int *n, void *a, const int *lda, void *s, void *u,
                               const int *ldu, void *vt, const int *ldvt, void *work, const int *work_size, int *iwork,
                               int *info, size_t job_length);
typedef void (*syevd_function)(const char *job, const char *uplo, const int *n, void *a, const int *lda, void *w,
                               void *work, const int *work_size, int *iwork, const int *iwork_size, int *info,
                               size_t job_length, size_t uplo_length);
typedef void (*gelsy_function)(const int *m, const int *n, const int *sides, void *a, const int *lda, void *b,
                               const int *ldb, int *pivots, const void *rcond, int *rank, void *work,
                               const int *work_size, int *info);

#define FUNCTION(name, dtype)                                                                                          \
    ((name##_function)atomic_load_explicit(&functions[GT_LAPACK_s##name + ((dtype) == GT_F64)], memory_order_relaxed))

/* What the batches of all leaves have in common. */
typedef struct {
    int dtype;
    int64_t batch, m, n, k, size; /* size: bytes of an element */
    uint8_t *a, *b, *c, *d;
    int *pivots;
    int64_t *rank;
    int first, second, third; /* the leaf's choices */
    double rcond;
    int64_t lda, a_stride;
    uint8_t *scratch;
    int64_t slots, slot_bytes, work, iwork; /* work, iwork: elements and ints of a slot */
    _Atomic int64_t failed;                 /* the first matrix without a result, shifted, and LAPACK's number */
} lapack_job;

#define NONE_FAILED INT64_MAX

/* F32 and F64, sizes that LAPACK's int can count, and a LAPACK. */
static int check(int dtype, int64_t batch, int64_t m, int64_t n, int64_t k) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (dtype != GT_F32 && dtype != GT_F64) return GT_UNSUPPORTED;
    if (batch < 0 || m < 0 || n < 0 || k < 0) return GT_BAD_ARGUMENT;
    const int64_t most = INT_MAX / 16; /* sizes of scratch are small multiples */
    if (batch > INT_MAX || m > most || n > most || k > most) return GT_UNSUPPORTED;
    return atomic_load(&bound) ? GT_OK : GT_NOT_BOUND;
}

static int at_least_1(int64_t x) { return x < 1 ? 1 : (int)x; }

static double value(const lapack_job *job, const void *p, int64_t i) {
    return job->dtype == GT_F32 ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

static void set(const lapack_job *job, void *p, int64_t i, double x) {
    if (job->dtype == GT_F32) {
        ((float *)p)[i] = (float)x;
    } else {
        ((double *)p)[i] = x;
    }
}

static int is_finite(int dtype, const void *x, int64_t count) {
    int finite = 1;
    if (dtype == GT_F32) {
        const float *v = x;
        for (int64_t i = 0; i < count; i++) finite &= v[i] - v[i] == 0;
    } else {
        const double *v = x;
        for (int64_t i = 0; i < count; i++) finite &= v[i] - v[i] == 0;
    }
    return finite;
}

static void fail(lapack_job *job, int64_t which, int info) {
    const int64_t mine = which << 32 | (info < 0 ? 0 : info);
    int64_t before = atomic_load(&job->failed);
    while (mine < before && !atomic_compare_exchange_weak(&job->failed, &before, mine)) {
    }
}

/* failed[0] = the first matrix without a result, -1 for none; failed[1] = LAPACK's number, 0 for not finite. */
static void report(lapack_job *job, int64_t *failed) {
    const int64_t first = atomic_load(&job->failed);
    failed[0] = first == NONE_FAILED ? -1 : first >> 32;
    failed[1] = first == NONE_FAILED ? 0 : first & 0x7fffffff;
}

#define MULTIPLY_ADD_NS 0.1
#define CALL_NS 1000

static void run(lapack_job *job, double multiply_adds, gt_job each) {
    gt_parallel(job->batch, CALL_NS + MULTIPLY_ADD_NS * multiply_adds, each, job);
}

/* ---- scratch: a slot for each thread, which takes every slots-th matrix ---- */

#define ALIGNMENT 64

static int64_t aligned(int64_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

/* A size that LAPACK returned as a floating number, which in F32 may have been rounded down. */
static int64_t counted(const lapack_job *job, const void *work) {
    const double size = value(job, work, 0);
    return (int64_t)(job->dtype == GT_F32 ? size * (1 + 0x1p-22) : size) + 1;
}

/* A slot has room for work, then for ints, then for tau. */
static void size_slot(lapack_job *job, int64_t work, int64_t iwork, int64_t tau) {
    job->work = work;
    job->iwork = iwork;
    job->slot_bytes = aligned(work * job->size) + aligned(iwork * (int64_t)sizeof(int)) + aligned(tau * job->size);
}

static int64_t scratch_bytes(const lapack_job *job) {
    const int64_t threads = gt_threads_count();
    return job->slot_bytes * (job->batch < threads ? job->batch : threads);
}

static void *slot_work(const lapack_job *job, int64_t slot) { return job->scratch + slot * job->slot_bytes; }

static int *slot_ints(const lapack_job *job, int64_t slot) {
    return (int *)(void *)(job->scratch + slot * job->slot_bytes + aligned(job->work * job->size));
}

static void *slot_tau(const lapack_job *job, int64_t slot) {
    return (uint8_t *)slot_ints(job, slot) + aligned(job->iwork * (int64_t)sizeof(int));
}

static int run_slots(lapack_job *job, void *scratch, int64_t bytes, double multiply_adds, gt_job each) {
    const int64_t threads = gt_threads_count(), room = job->slot_bytes == 0 ? threads : bytes / job->slot_bytes;
    job->scratch = scratch;
    job->slots = room < threads ? room : threads;
    job->slots = job->slots < job->batch ? job->slots : job->batch;
    if (job->slots < 1 || (scratch == NULL && job->slot_bytes > 0)) return GT_BAD_ARGUMENT;
    const double matrices = (double)(job->batch + job->slots - 1) / (double)job->slots;
    gt_parallel(job->slots, matrices * (CALL_NS + MULTIPLY_ADD_NS * multiply_adds), each, job);
    return GT_OK;
}

/* ---- LU ---- */

/* The same factors as getrf's, by the textbook: for matrices with NaN or infinity. Column-major. */
#define PLAIN_LU(T, name)                                                                                              \
    static void plain_lu_##name(int64_t n, T *a, int *pivots) {                                                        \
        for (int64_t k = 0; k < n; k++) {                                                                              \
            int64_t best = k;                                                                                          \
            for (int64_t i = k + 1; i < n; i++) {                                                                      \
                const T x = a[k * n + i] < 0 ? -a[k * n + i] : a[k * n + i];                                           \
                const T y = a[k * n + best] < 0 ? -a[k * n + best] : a[k * n + best];                                  \
                best = x > y ? i : best;                                                                               \
            }                                                                                                          \
            pivots[k] = (int)best + 1;                                                                                 \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                const T x = a[j * n + k];                                                                              \
                a[j * n + k] = a[j * n + best];                                                                        \
                a[j * n + best] = x;                                                                                   \
            }                                                                                                          \
            for (int64_t i = k + 1; i < n && a[k * n + k] != 0; i++) {                                                 \
                a[k * n + i] /= a[k * n + k];                                                                          \
                for (int64_t j = k + 1; j < n; j++) {                                                                  \
                    a[j * n + i] -= a[k * n + i] * a[j * n + k];                                                       \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
PLAIN_LU(float, f32)
PLAIN_LU(double, f64)

static void run_lu(void *arg, int64_t which) {
    lapack_job *job = arg;
    const int n = (int)job->n;
    uint8_t *a = job->a + which * job->n * job->n * job->size;
    int *pivots = job->pivots + which * job->n;
    int info = 0;
    if (is_finite(job->dtype, a, job->n * job->n)) {
        FUNCTION(getrf, job->dtype)(&n, &n, a, &n, pivots, &info);
    } else if (job->dtype == GT_F32) {
        plain_lu_f32(n, (float *)(void *)a, pivots);
    } else {
        plain_lu_f64(n, (double *)(void *)a, pivots);
    }
    for (int64_t i = 0; i < job->n; i++) {
        if (value(job, a, i * job->n + i) == 0) {
            fail(job, which, (int)i + 1);
            break;
        }
    }
}

int gt_lu(int dtype, int64_t batch, int64_t n, void *a, int *pivots, int64_t *failed) {
    const int status = check(dtype, batch, n, n, 0);
    if (status != GT_OK) return status;
    if (failed == NULL || (batch * n > 0 && (a == NULL || pivots == NULL))) return GT_BAD_ARGUMENT;
    lapack_job job = {.dtype = dtype, .batch = batch, .n = n, .size = gt_dtype_bytes(dtype), .a = a, .pivots = pivots,
                      .failed = NONE_FAILED};
    if (n > 0) run(&job, (double)n * (double)n * (double)n / 3, run_lu);
    report(&job, failed);
    return GT_OK;
}

static void run_lu_solve(void *arg, int64_t which) {
    lapack_job *job = arg;
    const int n = (int)job->n, k = (int)job->k;
    int info = 0;
    FUNCTION(getrs, job->dtype)(job->first ? "N" : "T", &n, &k, job->a + which * job->n * job->n * job->size, &n,
                                job->pivots + which * job->n, job->b + which * job->n * job->k * job->size, &n, &info, 1);
}

int gt_lu_solve(int dtype, int transposed, int64_t batch, int64_t n, int64_t k, const void *lu, const int *pivots,
                void *b) {
    const int status = check(dtype, batch, n, n, k);
    if (status != GT_OK) return status;
    if (batch == 0 || n == 0 || k == 0) return GT_OK;
    if (lu == NULL || pivots == NULL || b == NULL) return GT_BAD_ARGUMENT;
    for (int64_t i = 0; i < batch * n; i++)
        if (pivots[i] < 1 || pivots[i] > n) return GT_BAD_ARGUMENT;
    lapack_job job = {.dtype = dtype, .batch = batch, .n = n, .k = k, .size = gt_dtype_bytes(dtype),
                      .a = (uint8_t *)lu, .b = b, .pivots = (int *)pivots, .first = transposed};
    run(&job, (double)n * (double)n * (double)k, run_lu_solve);
    return GT_OK;
}

int gt_lu_determinant(int dtype, int64_t batch, int64_t n, const void *lu, const int *pivots, void *det, void *sign,
                      void *log_abs) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (dtype != GT_F32 && dtype != GT_F64) return GT_UNSUPPORTED;
    if (batch < 0 || n < 0) return GT_BAD_ARGUMENT;
    if (batch > 0 && (det == NULL || sign == NULL || log_abs == NULL || (n > 0 && (lu == NULL || pivots == NULL))))
        return GT_BAD_ARGUMENT;
    const lapack_job job = {.dtype = dtype, .size = gt_dtype_bytes(dtype)};
    for (int64_t which = 0; which < batch; which++) {
        const uint8_t *a = (const uint8_t *)lu + which * n * n * job.size;
        double product = 1, direction = 1, sum = 0;
        for (int64_t i = 0; i < n; i++) {
            const double x = value(&job, a, i * n + i), swapped = pivots[which * n + i] == i + 1 ? 1 : -1;
            product *= swapped * x;
            direction *= x > 0 ? swapped : x < 0 ? -swapped : x;
            sum += log(fabs(x));
        }
        set(&job, det, which, product + 0.0); /* zeros without a sign */
        set(&job, sign, which, direction + 0.0);
        set(&job, log_abs, which, sum);
    }
    return GT_OK;
}

/* ---- Cholesky, triangles ---- */

static void run_cholesky(void *arg, int64_t which) {
    lapack_job *job = arg;
    const int n = (int)job->n;
    uint8_t *a = job->a + which * job->n * job->n * job->size;
    int info = 0;
    FUNCTION(potrf, job->dtype)("U", &n, a, &n, &info, 1);
    for (int64_t i = 0; i < job->n; i++) {
        const double x = value(job, a, i * job->n + i);
        if (info == 0 && x != x) info = (int)i + 1; /* not every potrf takes NaN for "not positive" */
        memset(a + (i * job->n + i + 1) * job->size, 0, (size_t)((job->n - i - 1) * job->size));
    }
    if (info != 0) fail(job, which, info);
}

int gt_cholesky(int dtype, int64_t batch, int64_t n, void *a, int64_t *failed) {
    const int status = check(dtype, batch, n, n, 0);
    if (status != GT_OK) return status;
    if (failed == NULL || (batch * n > 0 && a == NULL)) return GT_BAD_ARGUMENT;
    lapack_job job = {.dtype = dtype, .batch = batch, .n = n, .size = gt_dtype_bytes(dtype), .a = a,
                      .failed = NONE_FAILED};
    if (n > 0) run(&job, (double)n * (double)n * (double)n / 6, run_cholesky);
    report(&job, failed);
    return GT_OK;
}

/* LAPACK sees b's transpose, so that sides are exchanged; and a's, unless it is stored by columns. */
static void run_triangular(void *arg, int64_t which) {
    lapack_job *job = arg;
    const int left = job->first & 1, upper = job->first >> 1 & 1, unit = job->first >> 2 & 1, by_columns = job->second;
    const int rows = (int)job->k, columns = (int)job->m, lda = (int)job->lda;
    const float one_f32 = 1;
    const double one_f64 = 1;
    const void *one = job->dtype == GT_F32 ? (const void *)&one_f32 : (const void *)&one_f64;
    FUNCTION(trsm, job->dtype)(left ? "R" : "L", upper == by_columns ? "U" : "L", by_columns ? "T" : "N",
                               unit ? "U" : "N", &rows, &columns, one, job->a + which * job->a_stride * job->size, &lda,
                               job->b + which * job->m * job->k * job->size, &rows, 1, 1, 1, 1);
}

int gt_triangular_solve(int dtype, int left, int upper, int unit, int64_t batch, int64_t m, int64_t k, int by_columns,
                        const void *a, int64_t lda, int64_t a_stride, void *b) {
    const int64_t n = left ? m : k;
    const int status = check(dtype, batch, m, m, k);
    if (status != GT_OK) return status;
    if (lda < 1 || lda < n || lda > INT_MAX || a_stride < 0) return GT_BAD_ARGUMENT;
    if (batch == 0 || m == 0 || k == 0) return GT_OK;
    if (a == NULL || b == NULL) return GT_BAD_ARGUMENT;
    lapack_job job = {.dtype = dtype, .batch = batch, .m = m, .k = k, .size = gt_dtype_bytes(dtype), .a = (uint8_t *)a,
                      .b = b, .lda = lda, .a_stride = a_stride, .second = by_columns != 0,
                      .first = (left != 0) | (upper != 0) << 1 | (unit != 0) << 2};
    run(&job, (double)n * (double)m * (double)k / 2, run_triangular);
    return GT_OK;
}

/* ---- QR ---- */

static void size_qr(lapack_job *job) {
    const int n = at_least_1(job->n), m = at_least_1(job->m), k = n < m ? n : m, columns = at_least_1(job->k), query = -1;
    double one[2] = {0, 0}, work[2] = {0, 0};
    int info = 0;
    FUNCTION(gelqf, job->dtype)(&n, &m, one, &n, one, work, &query, &info);
    int64_t most = counted(job, work);
    FUNCTION(orglq, job->dtype)(&columns, &m, &k, one, &columns, one, work, &query, &info);
    const int64_t second = counted(job, work);
    most = second > most ? second : most;
    most = most > n ? most : n;
    size_slot(job, most > columns ? most : columns, 0, k);
}

static void run_qr(void *arg, int64_t slot) {
    lapack_job *job = arg;
    const int n = (int)job->n, m = (int)job->m, k = n < m ? n : m, columns = (int)job->k, work_size = (int)job->work;
    void *work = slot_work(job, slot), *tau = slot_tau(job, slot);
    for (int64_t which = slot; which < job->batch; which += job->slots) {
        uint8_t *a = job->a + which * job->m * job->n * job->size;
        int info = 0;
        FUNCTION(gelqf, job->dtype)(&n, &m, a, &n, tau, work, &work_size, &info);
        if (job->b == NULL) continue;
        uint8_t *q = job->b + which * job->m * job->k * job->size;
        for (int64_t i = 0; i < job->m; i++) {
            memcpy(q + i * job->k * job->size, a + i * job->n * job->size, (size_t)(k * job->size));
        }
        FUNCTION(orglq, job->dtype)(&columns, &m, &k, q, &columns, tau, work, &work_size, &info);
    }
}

static int make_qr(lapack_job *job, int dtype, int64_t batch, int64_t m, int64_t n, int64_t columns) {
    const int status = check(dtype, batch, m, n, columns);
    if (status != GT_OK) return status;
    if (columns > m || columns < (m < n ? m : n)) return GT_BAD_ARGUMENT;
    *job = (lapack_job){.dtype = dtype, .batch = batch, .m = m, .n = n, .k = columns, .size = gt_dtype_bytes(dtype)};
    size_qr(job);
    return GT_OK;
}

int64_t gt_qr_scratch_bytes(int dtype, int64_t batch, int64_t m, int64_t n, int64_t columns) {
    lapack_job job;
    return make_qr(&job, dtype, batch, m, n, columns) == GT_OK ? scratch_bytes(&job) : 0;
}

int gt_qr(int dtype, int64_t batch, int64_t m, int64_t n, int64_t columns, void *a, void *q, void *scratch,
          int64_t bytes) {
    lapack_job job;
    const int status = make_qr(&job, dtype, batch, m, n, columns);
    if (status != GT_OK || batch == 0 || m == 0 || n == 0) return status;
    if (a == NULL) return GT_BAD_ARGUMENT;
    job.a = a;
    job.b = q;
    return run_slots(&job, scratch, bytes, 2 * (double)m * (double)n * (double)(m < n ? m : n), run_qr);
}

/* ---- singular values, eigenvalues ---- */

static const char *svd_job(const lapack_job *job) { return job->first == 0 ? "N" : job->first == 1 ? "S" : "A"; }

static void size_svd(lapack_job *job) {
    const int n = at_least_1(job->n), m = at_least_1(job->m), k = n < m ? n : m, query = -1;
    const int right = job->first == 2 ? m : k;
    double one[2] = {0, 0}, work[2] = {0, 0};
    int info = 0, ints[8];
    FUNCTION(gesdd, job->dtype)(svd_job(job), &n, &m, one, &n, one, one, &n, one, &right, work, &query, ints, &info, 1);
    size_slot(job, counted(job, work), 8 * (int64_t)k, 0);
}

static void run_svd(void *arg, int64_t slot) {
    lapack_job *job = arg;
    const int n = (int)job->n, m = (int)job->m, k = n < m ? n : m, work_size = (int)job->work;
    const int right = job->first == 2 ? m : k;
    const int64_t of_u = job->m * right, of_vh = (int64_t)(job->first == 2 ? n : k) * n;
    double none[2] = {0, 0};
    for (int64_t which = slot; which < job->batch; which += job->slots) {
        uint8_t *a = job->a + which * job->m * job->n * job->size;
        int info = 0;
        if (!is_finite(job->dtype, a, job->m * job->n)) {
            fail(job, which, 0);
            continue;
        }
        FUNCTION(gesdd, job->dtype)(svd_job(job), &n, &m, a, &n, job->c + which * k * job->size,
                                    job->first == 0 ? (void *)none : job->d + which * of_vh * job->size, &n,
                                    job->first == 0 ? (void *)none : job->b + which * of_u * job->size, &right,
                                    slot_work(job, slot), &work_size, slot_ints(job, slot), &info, 1);
        if (info != 0) fail(job, which, info);
    }
}

static int make_svd(lapack_job *job, int dtype, int vectors, int64_t batch, int64_t m, int64_t n) {
    const int status = check(dtype, batch, m, n, 0);
    if (status != GT_OK) return status;
    if (vectors < 0 || vectors > 2) return GT_BAD_ARGUMENT;
    *job = (lapack_job){.dtype = dtype, .batch = batch, .m = m, .n = n, .first = vectors, .failed = NONE_FAILED,
                        .size = gt_dtype_bytes(dtype)};
    size_svd(job);
    return job->work > INT_MAX ? GT_UNSUPPORTED : GT_OK;
}

int64_t gt_svd_scratch_bytes(int dtype, int vectors, int64_t batch, int64_t m, int64_t n) {
    lapack_job job;
    return make_svd(&job, dtype, vectors, batch, m, n) == GT_OK ? scratch_bytes(&job) : 0;
}

int gt_svd(int dtype, int vectors, int64_t batch, int64_t m, int64_t n, void *a, void *u, void *s, void *vh,
           int64_t *failed, void *scratch, int64_t bytes) {
    lapack_job job;
    int status = make_svd(&job, dtype, vectors, batch, m, n);
    if (status != GT_OK) return status;
    if (failed == NULL) return GT_BAD_ARGUMENT;
    if (batch > 0 && m > 0 && n > 0) {
        if (a == NULL || s == NULL || (vectors != 0 && (u == NULL || vh == NULL))) return GT_BAD_ARGUMENT;
        job.a = a;
        job.b = u;
        job.c = s;
        job.d = vh;
        const double least = (double)(m < n ? m : n);
        status = run_slots(&job, scratch, bytes, (vectors == 0 ? 2 : 8) * (double)m * (double)n * least, run_svd);
    }
    report(&job, failed);
    return status;
}

static void size_eigh(lapack_job *job) {
    const int n = at_least_1(job->n), query = -1;
    double one[2] = {0, 0}, work[2] = {0, 0};
    int info = 0, ints[2] = {0, 0};
    FUNCTION(syevd, job->dtype)(job->first ? "V" : "N", job->second ? "L" : "U", &n, one, &n, one, work, &query, ints,
                                &query, &info, 1, 1);
    size_slot(job, counted(job, work), ints[0] < 1 ? 1 : ints[0], 0);
}

static void run_eigh(void *arg, int64_t slot) {
    lapack_job *job = arg;
    const int n = (int)job->n, work_size = (int)job->work, ints_size = (int)job->iwork;
    for (int64_t which = slot; which < job->batch; which += job->slots) {
        uint8_t *a = job->a + which * job->n * job->n * job->size;
        int info = 0;
        if (!is_finite(job->dtype, a, job->n * job->n)) {
            fail(job, which, 0);
            continue;
        }
        FUNCTION(syevd, job->dtype)(job->first ? "V" : "N", job->second ? "L" : "U", &n, a, &n,
                                    job->c + which * job->n * job->size, slot_work(job, slot), &work_size,
                                    slot_ints(job, slot), &ints_size, &info, 1, 1);
        if (info != 0) fail(job, which, info);
    }
}

static int make_eigh(lapack_job *job, int dtype, int vectors, int upper, int64_t batch, int64_t n) {
    const int status = check(dtype, batch, n, n, 0);
    if (status != GT_OK) return status;
    *job = (lapack_job){.dtype = dtype, .batch = batch, .n = n, .first = vectors != 0, .second = upper != 0,
                        .failed = NONE_FAILED, .size = gt_dtype_bytes(dtype)};
    size_eigh(job);
    return job->work > INT_MAX ? GT_UNSUPPORTED : GT_OK;
}

int64_t gt_eigh_scratch_bytes(int dtype, int vectors, int64_t batch, int64_t n) {
    lapack_job job;
    return make_eigh(&job, dtype, vectors, 0, batch, n) == GT_OK ? scratch_bytes(&job) : 0;
}

int gt_eigh(int dtype, int vectors, int upper, int64_t batch, int64_t n, void *a, void *w, int64_t *failed,
            void *scratch, int64_t bytes) {
    lapack_job job;
    int status = make_eigh(&job, dtype, vectors, upper, batch, n);
    if (status != GT_OK) return status;
    if (failed == NULL) return GT_BAD_ARGUMENT;
    if (batch > 0 && n > 0) {
        if (a == NULL || w == NULL) return GT_BAD_ARGUMENT;
        job.a = a;
        job.c = w;
        status = run_slots(&job, scratch, bytes, (vectors ? 9 : 2) * (double)n * (double)n * (double)n, run_eigh);
    }
    report(&job, failed);
    return status;
}

/* ---- least squares ---- */

static void size_least_squares(lapack_job *job) {
    const int m = at_least_1(job->m), n = at_least_1(job->n), k = at_least_1(job->k), most = m > n ? m : n, query = -1;
    double one[2] = {0, 0}, work[2] = {0, 0};
    int info = 0, rank = 0, pivot = 0;
    FUNCTION(gelsy, job->dtype)(&m, &n, &k, one, &m, one, &most, &pivot, one, &rank, work, &query, &info);
    size_slot(job, counted(job, work), n, 0);
}

static void run_least_squares(void *arg, int64_t slot) {
    lapack_job *job = arg;
    const int m = (int)job->m, n = (int)job->n, k = (int)job->k, most = m > n ? m : n, work_size = (int)job->work;
    const float rcond_f32 = (float)job->rcond;
    const void *rcond = job->dtype == GT_F32 ? (const void *)&rcond_f32 : (const void *)&job->rcond;
    for (int64_t which = slot; which < job->batch; which += job->slots) {
        uint8_t *a = job->a + which * job->m * job->n * job->size, *b = job->b + which * most * job->k * job->size;
        int info = 0, rank = 0, *pivots = slot_ints(job, slot);
        if (!is_finite(job->dtype, a, job->m * job->n) || !is_finite(job->dtype, b, most * job->k)) {
            fail(job, which, 0);
            continue;
        }
        memset(pivots, 0, (size_t)job->n * sizeof *pivots);
        FUNCTION(gelsy, job->dtype)(&m, &n, &k, a, &m, b, &most, pivots, rcond, &rank, slot_work(job, slot), &work_size,
                                    &info);
        job->rank[which] = rank;
        if (info != 0) fail(job, which, info);
    }
}

static int make_least_squares(lapack_job *job, int dtype, int64_t batch, int64_t m, int64_t n, int64_t k) {
    const int status = check(dtype, batch, m, n, k);
    if (status != GT_OK) return status;
    *job = (lapack_job){.dtype = dtype, .batch = batch, .m = m, .n = n, .k = k, .failed = NONE_FAILED,
                        .size = gt_dtype_bytes(dtype)};
    size_least_squares(job);
    return job->work > INT_MAX ? GT_UNSUPPORTED : GT_OK;
}

int64_t gt_least_squares_scratch_bytes(int dtype, int64_t batch, int64_t m, int64_t n, int64_t k) {
    lapack_job job;
    return make_least_squares(&job, dtype, batch, m, n, k) == GT_OK ? scratch_bytes(&job) : 0;
}

int gt_least_squares(int dtype, double rcond, int64_t batch, int64_t m, int64_t n, int64_t k, void *a, void *b,
                     int64_t *rank, int64_t *failed, void *scratch, int64_t bytes) {
    lapack_job job;
    int status = make_least_squares(&job, dtype, batch, m, n, k);
    if (status != GT_OK) return status;
    if (failed == NULL || (batch > 0 && rank == NULL)) return GT_BAD_ARGUMENT;
    if (batch > 0 && m > 0 && n > 0 && k > 0) {
        if (a == NULL || b == NULL) return GT_BAD_ARGUMENT;
        job.a = a;
        job.b = b;
        job.rank = rank;
        job.rcond = rcond;
        status = run_slots(&job, scratch, bytes, 2 * (double)m * (double)n * (double)(m < n ? m : n), run_least_squares);
    } else {
        for (int64_t i = 0; i < batch; i++) rank[i] = 0;
    }
    report(&job, failed);
    return status;
}
