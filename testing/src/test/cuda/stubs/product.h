/* Products as in the textbook, for the stubs of cuBLAS and cuBLASLt, and how stubs put work on streams of the driver's. */
#ifndef GATUN_STUB_PRODUCT_H
#define GATUN_STUB_PRODUCT_H

#include <cstddef>

#define STUB extern "C" __attribute__((visibility("default")))

extern "C" int gatun_stub_is_device_memory(const void *address, size_t bytes);
extern "C" int gatun_stub_repeatable(void *stream, void (*work)(void *), void (*release)(void *), void *data);

enum {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
    CUBLAS_STATUS_NOT_SUPPORTED = 15
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

/* Whether a matrix of rows x columns, stored by columns, is there. */
template <class T> bool is_there(const T *x, int rows, int columns, int leading, long long stride, int batch) {
    if (leading < (rows > 1 ? rows : 1)) return false;
    if (rows == 0 || columns == 0 || batch == 0) return true;
    const long long last = (batch - 1) * stride + (long long)(columns - 1) * leading + rows;
    return gatun_stub_is_device_memory(x, (size_t)last * sizeof(T)) == 0;
}

/* Whether all three are there. */
template <class T> bool are_there(const product<T> &p) {
    return is_there(p.a, p.a_turned ? p.k : p.m, p.a_turned ? p.m : p.k, p.lda, p.a_stride, p.batch) &&
           is_there(p.b, p.b_turned ? p.n : p.k, p.b_turned ? p.k : p.n, p.ldb, p.b_stride, p.batch) &&
           is_there(p.c, p.m, p.n, p.ldc, p.c_stride, p.batch);
}

#endif
