/*
 * Casts, copies and fills. A copy within a dtype goes by the size of an element; matrices whose dimensions lie in the
 * opposite order are copied by tiles. Rows, see GT_WHEN: cast_<from>, copy.
 */
#include "device.cuh"

#include "../common/convert.h"

#define CAST_KERNELS(to, from)                                                                                         \
    struct of_cast_##from##_##to {                                                                                     \
        GT_MEMBER gt_##to operator()(gt_##from x) const { return GT_NARROW_##to(GT_WIDEN_##from(x)); }                 \
    };                                                                                                                 \
    GT_KERNEL(cast_##from##_##to, long long n, const gt_##from *x, gt_##to *y) {                                       \
        gt_flat(n, of_cast_##from##_##to(), y, x);                                                                     \
    }                                                                                                                  \
    GT_KERNEL(cast_##from##_##to##_strided, gt_dims dims, const gt_##from *x, gt_##to *y) {                            \
        gt_strided(dims, of_cast_##from##_##to(), y, x);                                                               \
    }
#define CAST_FROM(from, ...) GT_WHEN(cast_##from, GT_EACH_DTYPE_INNER(CAST_KERNELS, from))
GT_EACH_DTYPE(CAST_FROM, )

/* ---- copies ---- */

/* Side of a tile, and the rows of it that a block reads at once. */
#define TILE 32
#define TILE_ROWS (GT_BLOCK / TILE)

/*
 * y [height, width] = x, of which columns are contiguous and y's rows: a tile is read along x's columns and written along
 * y's rows, so that both are streams. A column of the room more, so that no two threads of a warp meet in a bank.
 */
template <class T>
GT_INLINE void transpose(long long height, long long width, const T *x, long long x_step, T *y, long long y_step) {
    __shared__ T tile[TILE][TILE + 1];
    const int t = (int)threadIdx.x % TILE, u = (int)threadIdx.x / TILE;
    const long long across = (width + TILE - 1) / TILE, tiles = (height + TILE - 1) / TILE * across;
    for (long long k = blockIdx.x; k < tiles; k += gridDim.x) {
        const long long row = k / across * TILE, column = k % across * TILE;
        for (int j = u; j < TILE; j += TILE_ROWS)
            if (row + t < height && column + j < width) tile[j][t] = x[(column + j) * x_step + row + t];
        __syncthreads();
        for (int j = u; j < TILE; j += TILE_ROWS)
            if (row + j < height && column + t < width) y[(row + j) * y_step + column + t] = tile[t][j];
        __syncthreads();
    }
}

#define COPY_KERNELS(bits)                                                                                             \
    struct of_copy_##bits {                                                                                            \
        GT_MEMBER uint##bits##_t operator()(uint##bits##_t x) const { return x; }                                      \
    };                                                                                                                 \
    GT_KERNEL(copy_##bits, long long n, const uint##bits##_t *x, uint##bits##_t *y) {                                  \
        gt_flat(n, of_copy_##bits(), y, x);                                                                            \
    }                                                                                                                  \
    GT_KERNEL(copy_##bits##_strided, gt_dims dims, const uint##bits##_t *x, uint##bits##_t *y) {                       \
        gt_strided(dims, of_copy_##bits(), y, x);                                                                      \
    }                                                                                                                  \
    GT_KERNEL(transpose_##bits, long long height, long long width, const uint##bits##_t *x, long long x_step,          \
              uint##bits##_t *y, long long y_step) {                                                                   \
        transpose(height, width, x, x_step, y, y_step);                                                                \
    }                                                                                                                  \
    /* y = the number whose bits these are */                                                                          \
    GT_KERNEL(fill_##bits, long long n, uint##bits##_t *y, long long number) {                                         \
        const uint##bits##_t value = (uint##bits##_t)number;                                                           \
        gt_flat(n, [=](auto...) { return value; }, y);                                                                 \
    }                                                                                                                  \
    GT_KERNEL(fill_##bits##_strided, gt_dims dims, uint##bits##_t *y, long long number) {                              \
        GT_EACH(i, gt_count(dims, 0, dims.rank))                                                                       \
        y[gt_places_of<1>(dims, 0, dims.rank, i).at[0]] = (uint##bits##_t)number;                                      \
    }
GT_WHEN(copy, COPY_KERNELS(8) COPY_KERNELS(16) COPY_KERNELS(32) COPY_KERNELS(64))
