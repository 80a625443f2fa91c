/*
 * A stub of cuBLAS for tests without a card: products as in the textbook, put on the stream of the stub of the driver, and
 * cuBLAS's own checks of sizes and leading dimensions, with one more: every matrix lies inside of one block of memory.
 */
#include <cstddef>

#define STUB extern "C" __attribute__((visibility("default")))

extern "C" int gatun_stub_is_device_memory(const void *address, size_t bytes);
extern "C" int gatun_stub_repeatable(void *stream, void (*work)(void *), void (*release)(void *), void *data);

namespace {

enum {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
};

struct blas_handle {
    void *stream;
};

/* c = alpha op(a) op(b) + beta c, stored by columns, for each matrix of a batch. */
template <class T> struct product {
    bool a_turned, b_turned;
    int m, n, k;
    T alpha;
    const T *a;
    int lda;
    long long a_stride;
    const T *b;
    int ldb;
    long long b_stride;
    T beta;
    T *c;
    int ldc;
    long long c_stride;
    int batch;

    static long long step(int row, int column, int leading, bool turned) {
        return turned ? column + (long long)row * leading : row + (long long)column * leading;
    }

    T entry(const T *x, const T *y, int row, int column) const {
        T sum = 0;
        for (int i = 0; i < k; i++)
            sum += x[step(row, i, lda, a_turned)] * y[step(i, column, ldb, b_turned)];
        return sum;
    }

    void run() const {
        for (int each = 0; each < batch; each++)
            for (int column = 0; column < n; column++)
                for (int row = 0; row < m; row++) {
                    T *z = c + each * c_stride + step(row, column, ldc, false);
                    const T sum = alpha * entry(a + each * a_stride, b + each * b_stride, row, column);
                    *z = beta == 0 ? sum : sum + beta * *z; /* what is multiplied by 0 is not read */
                }
    }
};

template <class T> void run_product(void *data) { ((product<T> *)data)->run(); }

template <class T> void release_product(void *data) { delete (product<T> *)data; }

/* Whether a matrix of rows x columns, stored by columns, is there. */
template <class T> bool is_there(const T *x, int rows, int columns, int leading, long long stride, int batch) {
    if (leading < (rows > 1 ? rows : 1)) return false;
    if (rows == 0 || columns == 0 || batch == 0) return true;
    const long long last = (batch - 1) * stride + (long long)(columns - 1) * leading + rows;
    return gatun_stub_is_device_memory(x, (size_t)last * sizeof(T)) == 0;
}

template <class T> int multiply(blas_handle *handle, const product<T> &given) {
    const product<T> &p = given;
    if (!handle || p.m < 0 || p.n < 0 || p.k < 0 || p.batch < 0) return CUBLAS_STATUS_INVALID_VALUE;
    if (!is_there(p.a, p.a_turned ? p.k : p.m, p.a_turned ? p.m : p.k, p.lda, p.a_stride, p.batch) ||
        !is_there(p.b, p.b_turned ? p.n : p.k, p.b_turned ? p.k : p.n, p.ldb, p.b_stride, p.batch) ||
        !is_there(p.c, p.m, p.n, p.ldc, p.c_stride, p.batch))
        return CUBLAS_STATUS_INVALID_VALUE;
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

STUB int cublasGetVersion_v2(blas_handle *, int *version) {
    *version = 130000;
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
