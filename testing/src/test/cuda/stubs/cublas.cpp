/*
 * A stub of cuBLAS for tests without a card: products as in the textbook, put on the stream of the stub of the driver, and
 * cuBLAS's own checks of sizes and leading dimensions, with one more: every matrix lies inside of one block of memory.
 */
#include "product.h"

namespace {

struct blas_handle {
    void *stream;
};

template <class T> void run_product(void *data) { ((product<T> *)data)->run(); }

template <class T> void release_product(void *data) { delete (product<T> *)data; }

template <class T> int multiply(blas_handle *handle, const product<T> &given) {
    const product<T> &p = given;
    if (!handle || p.m < 0 || p.n < 0 || p.k < 0 || p.batch < 0) return CUBLAS_STATUS_INVALID_VALUE;
    if (!are_there(p)) return CUBLAS_STATUS_INVALID_VALUE;
    return gatun_stub_repeatable(handle->stream, run_product<T>, release_product<T>, new product<T>(p))
               ? CUBLAS_STATUS_EXECUTION_FAILED
               : CUBLAS_STATUS_SUCCESS;
}

}

STUB int cublasCreate_v2(blas_handle **handle) {
    *handle = new blas_handle{nullptr};
    return CUBLAS_STATUS_SUCCESS;
}

STUB int cublasSetStream_v2(blas_handle *handle, void *stream) {
    handle->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

STUB int cublasSetMathMode(blas_handle *, int) { return CUBLAS_STATUS_SUCCESS; }

STUB int cublasGetProperty(int part, int *value) {
    const int version[] = {13, 0, 2};
    *value = version[part];
    return CUBLAS_STATUS_SUCCESS;
}

STUB const char *cublasGetStatusName(int status) {
    switch (status) {
        case CUBLAS_STATUS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
        case CUBLAS_STATUS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
        default: return "CUBLAS_STATUS_EXECUTION_FAILED";
    }
}

#define GEMM(name, T)                                                                                                  \
    STUB int name##_v2(blas_handle *handle, int op_a, int op_b, int m, int n, int k, const T *alpha, const T *a,       \
                       int lda, const T *b, int ldb, const T *beta, T *c, int ldc) {                                   \
        return multiply<T>(handle, {op_a != 0, op_b != 0, m, n, k, *alpha, a, lda, 0, b, ldb, 0, *beta, c, ldc, 0, 1}); \
    }                                                                                                                  \
    STUB int name##StridedBatched(blas_handle *handle, int op_a, int op_b, int m, int n, int k, const T *alpha,        \
                                  const T *a, int lda, long long a_stride, const T *b, int ldb, long long b_stride,    \
                                  const T *beta, T *c, int ldc, long long c_stride, int batch) {                       \
        return multiply<T>(handle, {op_a != 0, op_b != 0, m, n, k, *alpha, a, lda, a_stride, b, ldb, b_stride, *beta,  \
                                    c, ldc, c_stride, batch});                                                         \
    }
GEMM(cublasSgemm, float)
GEMM(cublasDgemm, double)
