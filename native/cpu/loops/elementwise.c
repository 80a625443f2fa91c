/*
 * One loop per operation and dtype, made from the .def tables; binary ones take a single element on either side too.
 * There is no intrinsic here: rows are free of branches and calls, so the compiler vectorises each F32 loop for the
 * version at hand. Outputs may be an input, which an iteration reads before it writes, hence GT_INDEPENDENT.
 */
#include "../elementwise.h"

#include "../../common/maths.h"

/* Rows see whether F32 angles may be large; a loop that has looked says in its scope that they are not. */
enum { wide = 1 };

/* ---- y = op(x) ---- */

#define UNARY_LOOP(dtype, name, kinds, value)                                                                          \
    static void unary_##name##_##dtype(int64_t n, const void *x_, void *y_, double a_, double b_) {                    \
        typedef gt_##dtype T;                                                                                          \
        const T *xs = x_;                                                                                              \
        T *ys = y_;                                                                                                    \
        const T a = (T)a_, b = (T)b_;                                                                                  \
        (void)a, (void)b;                                                                                              \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const GT_TYPE_##kinds(dtype) x = xs[i];                                                                    \
            ys[i] = (T)(value);                                                                                        \
        }                                                                                                              \
    }

/* Angles in blocks that stay in L1: those without a large one take the loop that vectorises. */
#define ANGLES_BLOCK 1024
#define UNARY_LOOP_ANGLE(dtype, name, kinds, value)                                                                    \
    static void unary_##name##_##dtype(int64_t n, const void *x_, void *y_, double a_, double b_) {                    \
        const float *xs = x_;                                                                                          \
        float *ys = y_;                                                                                                \
        (void)a_, (void)b_;                                                                                            \
        for (int64_t from = 0, to; from < n; from = to) {                                                              \
            to = n - from < ANGLES_BLOCK ? n : from + ANGLES_BLOCK;                                                    \
            if (are_narrow(xs + from, to - from)) {                                                                    \
                enum { wide = 0 };                                                                                     \
                GT_INDEPENDENT                                                                                         \
                for (int64_t i = from; i < to; i++) {                                                                  \
                    const float x = xs[i];                                                                             \
                    ys[i] = (value);                                                                                   \
                }                                                                                                      \
            } else {                                                                                                   \
                for (int64_t i = from; i < to; i++) {                                                                  \
                    const float x = xs[i];                                                                             \
                    ys[i] = (value);                                                                                   \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

static int are_narrow(const float *xs, int64_t n) {
    uint32_t most = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint32_t magnitude = gt_f32_bits(xs[i]) & 0x7fffffff;
        most = magnitude > most ? magnitude : most;
    }
    return most < GT_NARROW_BITS;
}

#define UNARY(name, kinds, value, gradient) GT_EACH_##kinds(UNARY_LOOP, name, kinds, value)
#include "../../common/unary_ops.def"
#undef UNARY

/* ---- dx = gradient(x, y, dy) ---- */

#define UNARY_GRAD_LOOP(dtype, name, gradient)                                                                            \
    static void unary_grad_##name##_##dtype(int64_t n, const void *x_, const void *y_, const void *dy_, void *dx_,     \
                                            double a_, double b_) {                                                    \
        typedef gt_##dtype T;                                                                                          \
        const T *xs = x_, *ys = y_, *dys = dy_;                                                                        \
        T *dxs = dx_;                                                                                                  \
        const T a = (T)a_, b = (T)b_;                                                                                  \
        (void)a, (void)b;                                                                                              \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const T x = xs[i], y = ys[i], g = dys[i];                                                                  \
            (void)x, (void)y, (void)g;                                                                                 \
            dxs[i] = (T)(gradient);                                                                                    \
        }                                                                                                              \
    }

#define UNARY_GRAD_LOOP_ANGLE(dtype, name, gradient)                                                                   \
    static void unary_grad_##name##_##dtype(int64_t n, const void *x_, const void *y_, const void *dy_, void *dx_,     \
                                            double a_, double b_) {                                                    \
        const float *xs = x_, *ys = y_, *dys = dy_;                                                                    \
        float *dxs = dx_;                                                                                              \
        (void)a_, (void)b_;                                                                                            \
        for (int64_t from = 0, to; from < n; from = to) {                                                              \
            to = n - from < ANGLES_BLOCK ? n : from + ANGLES_BLOCK;                                                    \
            if (are_narrow(xs + from, to - from)) {                                                                    \
                enum { wide = 0 };                                                                                     \
                GT_INDEPENDENT                                                                                         \
                for (int64_t i = from; i < to; i++) {                                                                  \
                    const float x = xs[i], y = ys[i], g = dys[i];                                                      \
                    (void)x, (void)y;                                                                                  \
                    dxs[i] = (gradient);                                                                               \
                }                                                                                                      \
            } else {                                                                                                   \
                for (int64_t i = from; i < to; i++) {                                                                  \
                    const float x = xs[i], y = ys[i], g = dys[i];                                                      \
                    (void)x, (void)y;                                                                                  \
                    dxs[i] = (gradient);                                                                               \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

#define UNARY(name, kinds, value, gradient) GT_GRAD_##kinds(UNARY_GRAD_LOOP, name, gradient)
#include "../../common/unary_ops.def"
#undef UNARY

/* ---- z = op(x, y) ---- */

#define BINARY_LOOP(dtype, name, kinds, value)                                                                         \
    static void binary_##name##_##dtype(int scalar, int64_t n, const void *x_, const void *y_, void *z_) {             \
        typedef gt_##dtype T;                                                                                          \
        typedef GT_TYPE_##kinds(dtype) R;                                                                              \
        const T *xs = x_, *ys = y_;                                                                                    \
        T *zs = z_;                                                                                                    \
        if (n <= 0) return;                                                                                            \
        if (scalar == GT_SCALAR_x) {                                                                                   \
            const R x = xs[0];                                                                                         \
            GT_INDEPENDENT                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const R y = ys[i];                                                                                     \
                zs[i] = (T)(value);                                                                                    \
            }                                                                                                          \
        } else if (scalar == GT_SCALAR_y) {                                                                            \
            const R y = ys[0];                                                                                         \
            GT_INDEPENDENT                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const R x = xs[i];                                                                                     \
                zs[i] = (T)(value);                                                                                    \
            }                                                                                                          \
        } else {                                                                                                       \
            GT_INDEPENDENT                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const R x = xs[i], y = ys[i];                                                                          \
                zs[i] = (T)(value);                                                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }
#define BINARY(name, kinds, value) GT_EACH_##kinds(BINARY_LOOP, name, kinds, value)
#include "../../common/binary_ops.def"
#undef BINARY

/* ---- out = op(x, y, z) ---- */

#define TERNARY_LOOP(dtype, name, kinds, value)                                                                        \
    static void ternary_##name##_##dtype(int64_t n, const void *x_, const void *y_, const void *z_, void *out_,        \
                                         double a_) {                                                                  \
        typedef gt_##dtype T;                                                                                          \
        typedef GT_TYPE_##kinds(dtype) R;                                                                              \
        const T *xs = x_, *ys = y_, *zs = z_;                                                                          \
        T *outs = out_;                                                                                                \
        const R a = (R)(T)a_;                                                                                          \
        (void)a;                                                                                                       \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const R x = xs[i], y = ys[i], z = zs[i];                                                                   \
            outs[i] = (T)(value);                                                                                      \
        }                                                                                                              \
    }
#define TERNARY(name, kinds, value) GT_EACH_##kinds(TERNARY_LOOP, name, kinds, value)
#include "../../common/ternary_ops.def"
#undef TERNARY

/* ---- z = op(x, y) as 0 or 1 ---- */

#define COMPARE_LOOP(dtype, name, value)                                                                               \
    static void compare_##name##_##dtype(int scalar, int64_t n, const void *x_, const void *y_, uint8_t *zs) {         \
        typedef gt_##dtype T;                                                                                          \
        const T *xs = x_, *ys = y_;                                                                                    \
        if (n <= 0) return;                                                                                            \
        if (scalar == GT_SCALAR_x) {                                                                                   \
            const T x = xs[0];                                                                                         \
            GT_INDEPENDENT                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const T y = ys[i];                                                                                     \
                zs[i] = (value);                                                                                       \
            }                                                                                                          \
        } else if (scalar == GT_SCALAR_y) {                                                                            \
            const T y = ys[0];                                                                                         \
            GT_INDEPENDENT                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const T x = xs[i];                                                                                     \
                zs[i] = (value);                                                                                       \
            }                                                                                                          \
        } else {                                                                                                       \
            GT_INDEPENDENT                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                                          \
                const T x = xs[i], y = ys[i];                                                                          \
                zs[i] = (value);                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
    }
#define COMPARE(name, value) GT_EACH_NUMBERS(COMPARE_LOOP, name, value)
#include "../../common/compare_ops.def"
#undef COMPARE

/* ---- z = condition ? x : y, by the size of an element ---- */

#define WHERE_LOOP(bits)                                                                                               \
    static void where_##bits(int64_t n, const uint8_t *condition, const void *x_, const void *y_, void *z_) {          \
        const uint##bits##_t *xs = x_, *ys = y_;                                                                       \
        uint##bits##_t *zs = z_;                                                                                       \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const uint##bits##_t x = xs[i], y = ys[i];                                                                 \
            zs[i] = condition[i] ? x : y;                                                                              \
        }                                                                                                              \
    }
WHERE_LOOP(8)
WHERE_LOOP(16)
WHERE_LOOP(32)
WHERE_LOOP(64)

/* ---- the table ---- */

#define UNARY_CELL(dtype, name) [GT_##dtype] = unary_##name##_##dtype,
#define UNARY_GRAD_CELL(dtype, name) [GT_##dtype] = unary_grad_##name##_##dtype,
#define UNARY_CELL_ANGLE UNARY_CELL
#define UNARY_GRAD_CELL_ANGLE UNARY_GRAD_CELL
#define BINARY_CELL(dtype, name) [GT_##dtype] = binary_##name##_##dtype,
#define TERNARY_CELL(dtype, name) [GT_##dtype] = ternary_##name##_##dtype,
#define COMPARE_CELL(dtype, name) [GT_##dtype] = compare_##name##_##dtype,

GT_DEFINE_LOOPS(elementwise) = {
    .unary = {
#define UNARY(name, kinds, value, gradient) [GT_UNARY_##name] = {GT_EACH_##kinds(UNARY_CELL, name)},
#include "../../common/unary_ops.def"
#undef UNARY
    },
    .unary_grad = {
#define UNARY(name, kinds, value, gradient) [GT_UNARY_##name] = {GT_GRAD_##kinds(UNARY_GRAD_CELL, name)},
#include "../../common/unary_ops.def"
#undef UNARY
    },
    .binary = {
#define BINARY(name, kinds, value) [GT_BINARY_##name] = {GT_EACH_##kinds(BINARY_CELL, name)},
#include "../../common/binary_ops.def"
#undef BINARY
    },
    .ternary = {
#define TERNARY(name, kinds, value) [GT_TERNARY_##name] = {GT_EACH_##kinds(TERNARY_CELL, name)},
#include "../../common/ternary_ops.def"
#undef TERNARY
    },
    .compare = {
#define COMPARE(name, value)                                                                                           \
    [GT_COMPARE_##name] = {GT_EACH_NUMBERS(COMPARE_CELL, name)[GT_BOOL] = compare_##name##_U8},
#include "../../common/compare_ops.def"
#undef COMPARE
    },
    .where = {[GT_F32] = where_32, [GT_F64] = where_64, [GT_BF16] = where_16, [GT_F16] = where_16, [GT_I64] = where_64,
              [GT_I32] = where_32, [GT_U8] = where_8, [GT_BOOL] = where_8},
};
