/*
 * Matrix products: c is cut into tiles by its shape alone, each tile is one job that ends with bias and activation while
 * it is still in the cache. Who multiplies a tile:
 *   - no k: nobody; k = 1: an outer product, bound by memory; m = 1 or n = 1: BLAS's gemv;
 *   - F32 up to LOOPS_MAX multiply-adds, where loops/gemm.c has a version: that, see there;
 *   - the rest: BLAS's gemm, on the thread that runs the tile.
 */
#include "linalg.h"

#include <limits.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "denormals.h"
#include "elementwise.h"
#include "gemm.h"
#include "threads.h"

/* Above, BLAS's blocking for the outer caches wins: on one core at 512^3 both reach 105 GF, at 1024^3 77 and 106. */
#define LOOPS_MAX ((int64_t)1 << 27)
/* Tiles of loops/gemm.c: the columns it copies at a time; rows enough that copying them is little beside the work. */
#define LOOPS_ROWS 256
#define LOOPS_COLUMNS 64
/* What makes a single one is halved where sharing can pay and blocks keep their width, which no bit shows: on two threads
   100 x 64 x 256 takes 25 us instead of 46. Halving rows would turn b twice: 32 x 32 x 784 in a step gains nothing. */
#define LOOPS_HALVES_MIN ((int64_t)3 << 18)
/* Tiles of BLAS, which copies both operands for each. At 1024^3 on one core half of the rows keeps 92 to 96 % of an uncut
   call and half of the columns 3 to 5 % more; 512 x 512 keep 79 to 94 % and 256 x 256 59 to 84 %. What makes one tile is
   halved where sharing can pay. */
#define BLAS_ROWS 1024
#define BLAS_COLUMNS 512
#define BLAS_HALVES_MIN ((int64_t)1 << 20)
/* A vector product's pieces: outputs of one. */
#define VECTOR_PIECE 64
/* An outer product's pieces: rows of one. */
#define OUTER_ROWS 64
/* Estimates for sharing: a multiply-add, one of a vector product, which waits for the matrix, and an element that only
   passes through memory. */
#define MULTIPLY_ADD_NS 0.02
#define VECTOR_NS 0.1
#define PASS_NS 0.15

enum { CBLAS_ROW_MAJOR = 101, CBLAS_NO_TRANS = 111, CBLAS_TRANS = 112 };

typedef void (*sgemm_function)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a,
                               int lda, const float *b, int ldb, float beta, float *c, int ldc);
typedef void (*dgemm_function)(int order, int trans_a, int trans_b, int m, int n, int k, double alpha, const double *a,
                               int lda, const double *b, int ldb, double beta, double *c, int ldc);
typedef void (*sgemv_function)(int order, int trans, int m, int n, float alpha, const float *a, int lda, const float *x,
                               int incx, float beta, float *y, int incy);
typedef void (*dgemv_function)(int order, int trans, int m, int n, double alpha, const double *a, int lda,
                               const double *x, int incx, double beta, double *y, int incy);

static struct {
    _Atomic(sgemm_function) sgemm;
    _Atomic(dgemm_function) dgemm;
    _Atomic(sgemv_function) sgemv;
    _Atomic(dgemv_function) dgemv;
} blas;

int gt_blas_bind(void *sgemm, void *dgemm, void *sgemv, void *dgemv) {
    if (sgemm == NULL || dgemm == NULL || sgemv == NULL || dgemv == NULL) {
        return GT_BAD_ARGUMENT;
    }
    /* sgemm last: whoever sees it sees all. */
    atomic_store(&blas.dgemv, (dgemv_function)dgemv);
    atomic_store(&blas.sgemv, (sgemv_function)sgemv);
    atomic_store(&blas.dgemm, (dgemm_function)dgemm);
    atomic_store(&blas.sgemm, (sgemm_function)sgemm);
    return GT_OK;
}

typedef struct gemm_job gemm_job;

struct gemm_job {
    int dtype, trans_a, trans_b, add;
    int64_t batch, m, n, k, lda, ldb, ldc, stride_a, stride_b, stride_c;
    const void *a, *b;
    void *c;
    const void *bias;
    int activation;
    gt_unary_loop activate;
    double activation_a;
    int64_t size, tile_m, tile_n, grid_m, grid_n; /* size: bytes of an element */
    void (*product)(const gemm_job *job, const void *a, const void *b, void *c, int64_t m, int64_t n);
};

static const void *element(const gemm_job *job, const void *base, int64_t index) {
    return (const uint8_t *)base + index * job->size;
}

static void clear(const gemm_job *job, void *c, int64_t m, int64_t n) {
    for (int64_t i = 0; i < m; i++) {
        memset((uint8_t *)c + i * job->ldc * job->size, 0, (size_t)(n * job->size));
    }
}

/* The products: c [m, n], a tile, = or += op(a) op(b), where a and b point at the tile's first row and column. */

static void product_none(const gemm_job *job, const void *a, const void *b, void *c, int64_t m, int64_t n) {
    (void)a;
    (void)b;
    if (!job->add) {
        clear(job, c, m, n);
    }
}

static void product_outer(const gemm_job *job, const void *a, const void *b, void *c, int64_t m, int64_t n) {
    const int64_t a_step = job->trans_a ? 1 : job->lda, b_step = job->trans_b ? job->ldb : 1;
    if (job->dtype == GT_F32) {
        GT_LOOPS(linalg)->outer_f32(m, n, a, a_step, b, b_step, c, job->ldc, job->add);
    } else {
        GT_LOOPS(linalg)->outer_f64(m, n, a, a_step, b, b_step, c, job->ldc, job->add);
    }
}

/* One of the operands is a vector. c is cleared here: BLAS libraries differ in whether beta = 0 wipes out a NaN. */
static void product_vector(const gemm_job *job, const void *a, const void *b, void *c, int64_t m, int64_t n) {
    const int row = job->m == 1; /* c is a row, b the matrix */
    const int turned = row ? !job->trans_b : job->trans_a;
    const int outputs = (int)(row ? n : m), depth = (int)job->k;
    const void *matrix = row ? b : a, *vector = row ? a : b;
    const int ld = (int)(row ? job->ldb : job->lda);
    const int step = (int)(row ? (job->trans_a ? job->lda : 1) : (job->trans_b ? 1 : job->ldb));
    const int c_step = (int)(row ? 1 : job->ldc);
    const int trans = turned ? CBLAS_TRANS : CBLAS_NO_TRANS;
    const int rows = turned ? depth : outputs, columns = turned ? outputs : depth;
    if (!job->add) {
        clear(job, c, m, n);
    }
    if (job->dtype == GT_F32) {
        atomic_load_explicit(&blas.sgemv, memory_order_relaxed)(CBLAS_ROW_MAJOR, trans, rows, columns, 1, matrix, ld,
                                                                vector, step, 1, c, c_step);
    } else {
        atomic_load_explicit(&blas.dgemv, memory_order_relaxed)(CBLAS_ROW_MAJOR, trans, rows, columns, 1, matrix, ld,
                                                                vector, step, 1, c, c_step);
    }
}

static void product_loops(const gemm_job *job, const void *a, const void *b, void *c, int64_t m, int64_t n) {
    const gt_gemm_tile tile = {
        .m = m, .n = n, .k = job->k,
        .a = a, .a_row = job->trans_a ? 1 : job->lda, .a_col = job->trans_a ? job->lda : 1,
        .b = b, .ldb = job->ldb, .b_trans = job->trans_b,
        .c = c, .ldc = job->ldc, .add = job->add,
    };
    GT_LOOPS(gemm)->tile(&tile);
}

static void product_blas(const gemm_job *job, const void *a, const void *b, void *c, int64_t m, int64_t n) {
    const int trans_a = job->trans_a ? CBLAS_TRANS : CBLAS_NO_TRANS;
    const int trans_b = job->trans_b ? CBLAS_TRANS : CBLAS_NO_TRANS;
    if (job->dtype == GT_F32) {
        atomic_load_explicit(&blas.sgemm, memory_order_relaxed)(CBLAS_ROW_MAJOR, trans_a, trans_b, (int)m, (int)n,
                                                                (int)job->k, 1, a, (int)job->lda, b, (int)job->ldb,
                                                                (float)job->add, c, (int)job->ldc);
    } else {
        atomic_load_explicit(&blas.dgemm, memory_order_relaxed)(CBLAS_ROW_MAJOR, trans_a, trans_b, (int)m, (int)n,
                                                                (int)job->k, 1, a, (int)job->lda, b, (int)job->ldb,
                                                                job->add, c, (int)job->ldc);
    }
}

static void finish(const gemm_job *job, const void *bias, void *c, int64_t m, int64_t n) {
    const struct gt_linalg_loops *loops = GT_LOOPS(linalg);
    const int relu = bias != NULL && job->activation == GT_UNARY_relu;
    if (bias != NULL && job->dtype == GT_F32) {
        (relu ? loops->bias_relu_f32 : loops->bias_f32)(m, n, bias, c, job->ldc);
    } else if (bias != NULL) {
        (relu ? loops->bias_relu_f64 : loops->bias_f64)(m, n, bias, c, job->ldc);
    }
    if (job->activate != NULL && !relu) {
        for (int64_t i = 0; i < m; i++) {
            void *row = (uint8_t *)c + i * job->ldc * job->size;
            job->activate(n, row, row, job->activation_a, 0);
        }
    }
}

static void run_tile(void *arg, int64_t index) {
    const gemm_job *job = arg;
    const unsigned mode = gt_denormals_flush();
    const int64_t j = index % job->grid_n * job->tile_n, rest = index / job->grid_n;
    const int64_t i = rest % job->grid_m * job->tile_m, which = rest / job->grid_m;
    const int64_t m = job->m - i < job->tile_m ? job->m - i : job->tile_m;
    const int64_t n = job->n - j < job->tile_n ? job->n - j : job->tile_n;
    const void *a = element(job, job->a, which * job->stride_a + (job->trans_a ? i : i * job->lda));
    const void *b = element(job, job->b, which * job->stride_b + (job->trans_b ? j * job->ldb : j));
    void *c = (void *)element(job, job->c, which * job->stride_c + i * job->ldc + j);
    job->product(job, a, b, c, m, n);
    finish(job, job->bias == NULL ? NULL : element(job, job->bias, j), c, m, n);
    gt_denormals_restore(mode);
}

/* Cuts `size` into equal pieces of at most `most`, each a multiple of `unit` but the last. */
static int64_t piece(int64_t size, int64_t most, int64_t unit) {
    const int64_t pieces = (size + most - 1) / most;
    return ((size + pieces - 1) / pieces + unit - 1) / unit * unit;
}

static void cut(gemm_job *job, int64_t tile_m, int64_t tile_n) {
    job->tile_m = tile_m;
    job->tile_n = tile_n;
    job->grid_m = (job->m + tile_m - 1) / tile_m;
    job->grid_n = (job->n + tile_n - 1) / tile_n;
}

/* Chooses who multiplies and how c is cut; by shape and function version alone. */
static void plan(gemm_job *job) {
    const double work = (double)job->m * (double)job->n * (double)job->k;
    if (job->k < 2) {
        job->product = job->k == 0 ? product_none : product_outer;
        cut(job, piece(job->m, OUTER_ROWS, 1), job->n);
    } else if (job->m == 1 || job->n == 1) {
        job->product = product_vector;
        cut(job, piece(job->m, VECTOR_PIECE, 16), piece(job->n, VECTOR_PIECE, 16));
    } else if (job->dtype == GT_F32 && GT_LOOPS(gemm)->tile != NULL && work <= (double)LOOPS_MAX) {
        job->product = product_loops;
        const int one = job->batch == 1 && job->m <= LOOPS_ROWS && job->n <= LOOPS_COLUMNS &&
                        job->n > LOOPS_COLUMNS / 2 && work >= (double)LOOPS_HALVES_MIN;
        cut(job, piece(job->m, LOOPS_ROWS, 1), one ? LOOPS_COLUMNS / 2 : LOOPS_COLUMNS);
    } else {
        job->product = product_blas;
        const int one = job->m <= BLAS_ROWS && job->n <= BLAS_COLUMNS && work >= (double)BLAS_HALVES_MIN;
        const int64_t rows = one && job->m >= job->n ? (job->m + 1) / 2 : BLAS_ROWS;
        const int64_t columns = one && job->m < job->n ? (job->n + 1) / 2 : BLAS_COLUMNS;
        cut(job, piece(job->m, rows, 16), piece(job->n, columns, 16));
    }
}

static int check(const gemm_job *job, double beta) {
    if (!gt_dtype_known(job->dtype)) {
        return GT_BAD_CODE;
    }
    if (job->dtype != GT_F32 && job->dtype != GT_F64) {
        return GT_UNSUPPORTED;
    }
    if (job->batch < 0 || job->m < 0 || job->n < 0 || job->k < 0 || (beta != 0 && beta != 1)) {
        return GT_BAD_ARGUMENT;
    }
    const int64_t least_a = job->trans_a ? job->m : job->k, least_b = job->trans_b ? job->k : job->n;
    if (job->lda < 1 || job->ldb < 1 || job->ldc < 1 || job->lda < least_a || job->ldb < least_b || job->ldc < job->n ||
        job->stride_a < 0 || job->stride_b < 0 || job->stride_c < 0) {
        return GT_BAD_ARGUMENT;
    }
    const int empty = job->batch == 0 || job->m == 0 || job->n == 0;
    if (!empty && (job->c == NULL || (job->k > 0 && (job->a == NULL || job->b == NULL)))) {
        return GT_BAD_ARGUMENT;
    }
    /* BLAS counts in int. */
    if (job->m > INT_MAX || job->n > INT_MAX || job->k > INT_MAX || job->lda > INT_MAX || job->ldb > INT_MAX ||
        job->ldc > INT_MAX) {
        return GT_UNSUPPORTED;
    }
    return atomic_load(&blas.sgemm) == NULL ? GT_NOT_BOUND : GT_OK;
}

static int run(gemm_job *job, double beta) {
    const int status = check(job, beta);
    if (status != GT_OK || job->batch == 0 || job->m == 0 || job->n == 0) {
        return status;
    }
    job->size = gt_dtype_bytes(job->dtype);
    job->add = beta == 1;
    plan(job);
    const double multiply_add = job->product == product_vector ? VECTOR_NS : MULTIPLY_ADD_NS;
    const double outputs = (double)job->tile_m * (double)job->tile_n * (double)job->size / 4;
    gt_parallel(job->batch * job->grid_m * job->grid_n, outputs * (PASS_NS + multiply_add * (double)job->k), run_tile,
                job);
    return GT_OK;
}

int gt_gemm(int dtype, int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, const void *a, int64_t lda,
            const void *b, int64_t ldb, double beta, void *c, int64_t ldc, const void *bias, int activation,
            double activation_a) {
    gemm_job job = {
        .dtype = dtype, .trans_a = trans_a != 0, .trans_b = trans_b != 0, .batch = 1, .m = m, .n = n, .k = k,
        .a = a, .lda = lda, .b = b, .ldb = ldb, .c = c, .ldc = ldc, .bias = bias,
        .activation = activation, .activation_a = activation_a,
    };
    if (activation < -1 || activation >= GT_UNARY_COUNT || !gt_dtype_known(dtype)) {
        return GT_BAD_CODE;
    }
    if (activation >= 0) {
        job.activate = GT_LOOPS(elementwise)->unary[activation][dtype];
        if (job.activate == NULL) {
            return GT_UNSUPPORTED;
        }
    }
    return run(&job, beta);
}

int gt_gemm_batch(int dtype, int trans_a, int trans_b, int64_t batch, int64_t m, int64_t n, int64_t k, const void *a,
                  int64_t lda, int64_t stride_a, const void *b, int64_t ldb, int64_t stride_b, double beta, void *c,
                  int64_t ldc, int64_t stride_c) {
    gemm_job job = {
        .dtype = dtype, .trans_a = trans_a != 0, .trans_b = trans_b != 0, .batch = batch, .m = m, .n = n, .k = k,
        .a = a, .lda = lda, .stride_a = stride_a, .b = b, .ldb = ldb, .stride_b = stride_b,
        .c = c, .ldc = ldc, .stride_c = stride_c, .activation = -1,
    };
    return run(&job, beta);
}

/* Rows of one job, and what a multiply-add of integers may take. */
#define INTEGER_PIECE 16
#define INTEGER_NS 0.3

typedef struct {
    gt_integer_rows whole; /* of the first product */
    int64_t pieces, a_batch, b_batch, c_batch, size;
    void (*loop)(const gt_integer_rows *rows);
} integer_job;

static void run_integers(void *arg, int64_t index) {
    const integer_job *job = arg;
    gt_integer_rows rows = job->whole;
    const int64_t which = index / job->pieces, first = index % job->pieces * INTEGER_PIECE;
    rows.m = job->whole.m - first < INTEGER_PIECE ? job->whole.m - first : INTEGER_PIECE;
    rows.a = (const uint8_t *)rows.a + (which * job->a_batch + first * rows.a_row) * job->size;
    rows.b = (const uint8_t *)rows.b + which * job->b_batch * job->size;
    rows.c = (uint8_t *)rows.c + (which * job->c_batch + first * rows.ldc) * job->size;
    job->loop(&rows);
}

int gt_gemm_integers(int dtype, int64_t batch, int64_t m, int64_t n, int64_t k, const void *a, int64_t a_batch,
                     int64_t a_row, int64_t a_col, const void *b, int64_t b_batch, int64_t b_row, int64_t b_col, int add,
                     void *c, int64_t c_batch, int64_t ldc) {
    if (!gt_dtype_known(dtype)) {
        return GT_BAD_CODE;
    }
    const struct gt_linalg_loops *loops = GT_LOOPS(linalg);
    integer_job job = {
        .whole = {.m = m, .n = n, .k = k, .a = a, .a_row = a_row, .a_col = a_col, .b = b, .b_row = b_row, .b_col = b_col,
                  .c = c, .ldc = ldc, .add = add != 0},
        .pieces = (m + INTEGER_PIECE - 1) / INTEGER_PIECE,
        .a_batch = a_batch, .b_batch = b_batch, .c_batch = c_batch, .size = gt_dtype_bytes(dtype),
        .loop = dtype == GT_I64 ? loops->integers_i64 : dtype == GT_I32 ? loops->integers_i32
              : dtype == GT_U8 ? loops->integers_u8 : NULL,
    };
    if (job.loop == NULL) {
        return GT_UNSUPPORTED;
    }
    if (batch < 0 || m < 0 || n < 0 || k < 0 || ldc < n || c_batch < 0) {
        return GT_BAD_ARGUMENT;
    }
    if (batch == 0 || m == 0 || n == 0) {
        return GT_OK;
    }
    if (c == NULL || (k > 0 && (a == NULL || b == NULL))) {
        return GT_BAD_ARGUMENT;
    }
    gt_parallel(batch * job.pieces, INTEGER_PIECE * (double)n * (PASS_NS + INTEGER_NS * (double)k), run_integers, &job);
    return GT_OK;
}
