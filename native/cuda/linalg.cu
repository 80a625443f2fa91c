/* What products have beside cuBLAS: bias and activation, and the products of integers. Rows, see GT_WHEN: bias_<op>, bias, product. */
#include "device.cuh"

#include "../common/maths.h"

enum { wide = 1 };

/* c [m, n], rows `step` apart, = f(c + bias); bias [n] or null. */
template <class T, class F>
GT_INLINE void epilogue(F f, long long m, long long n, T *c, long long step, const T *bias) {
    GT_EACH(i, m * n) {
        const long long row = i / n, column = i - row * n;
        T *at = c + row * step + column;
        *at = f(bias ? *at + bias[column] : *at);
    }
}

#define BIAS_KERNEL(dtype, name, value)                                                                                \
    struct of_bias_##name##_##dtype {                                                                                  \
        typedef gt_##dtype T;                                                                                          \
        T a, b;                                                                                                        \
        GT_MEMBER T operator()(T x) const { return (T)(value); }                                                       \
    };                                                                                                                 \
    GT_KERNEL(bias_##name##_##dtype, long long m, long long n, gt_##dtype *c, long long step, const gt_##dtype *bias,  \
              double a) {                                                                                              \
        const of_bias_##name##_##dtype f = {(gt_##dtype)a, 0};                                                         \
        epilogue(f, m, n, c, step, bias);                                                                              \
    }
#define BIAS_KERNEL_ANGLE BIAS_KERNEL

/* Activations are those rows that have a gradient. */
#define UNARY(name, kinds, value, gradient) GT_WHEN(bias_##name, GT_GRAD_##kinds(BIAS_KERNEL, name, value))
#include "../common/unary_ops.def"
#undef UNARY

GT_WHEN(bias, GT_EACH_FLOATS(BIAS_KERNEL, none, x))

/* ---- integers, which wrap around ---- */

#define TILE 16

/* A matrix of each batch, by the steps between batches, rows and columns. */
struct steps {
    long long batch, row, column;
};

/* c [batch, m, n] = or, adding, += a [batch, m, k] b [batch, k, n]: a block for each tile of c, which goes along k. */
template <class T, class R>
GT_INLINE void product(long long batches, long long m, long long n, long long k, const T *a, steps at, const T *b,
                       steps bt, int adds, T *c, long long c_batch, long long c_row) {
    __shared__ R left[TILE][TILE], right[TILE][TILE + 1];
    const int i = (int)threadIdx.x / TILE, j = (int)threadIdx.x % TILE;
    const long long across = (n + TILE - 1) / TILE, tiles = (m + TILE - 1) / TILE * across;
    for (long long tile = blockIdx.x; tile < batches * tiles; tile += gridDim.x) {
        const long long batch = tile / tiles, row = tile % tiles / across * TILE + i, column = tile % across * TILE + j;
        R sum = 0;
        for (long long from = 0; from < k; from += TILE) {
            left[i][j] = row < m && from + j < k ? (R)a[batch * at.batch + row * at.row + (from + j) * at.column] : 0;
            right[i][j] =
                from + i < k && column < n ? (R)b[batch * bt.batch + (from + i) * bt.row + column * bt.column] : 0;
            __syncthreads();
            for (int l = 0; l < TILE; l++) sum += left[i][l] * right[l][j];
            __syncthreads();
        }
        if (row < m && column < n) {
            T *to = c + batch * c_batch + row * c_row + column;
            *to = adds ? (T)((R)*to + sum) : (T)sum;
        }
    }
}

#define PRODUCT_KERNEL(dtype, ...)                                                                                     \
    GT_KERNEL(product_##dtype, long long batches, long long m, long long n, long long k, const gt_##dtype *a, steps at, \
              const gt_##dtype *b, steps bt, int adds, gt_##dtype *c, long long c_batch, long long c_row) {            \
        product<gt_##dtype, gt_wrapping_##dtype>(batches, m, n, k, a, at, b, bt, adds, c, c_batch, c_row);             \
    }
GT_WHEN(product, GT_EACH_INTEGERS(PRODUCT_KERNEL, ))
