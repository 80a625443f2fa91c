/*
 * Element operations: two kernels for each row of the tables and each dtype, one for operands that are dense in the same
 * order, one for strides. Outputs may be an input exactly. Rows are compiled one by one, see GT_WHEN: unary_<op>,
 * unary_grad_<op>, binary_<op>, ternary_<op>, compare_<op>, where.
 */
#include "device.cuh"

#include "../common/maths.h"

/* Angles of F32 may be large; a thread that has none takes the short way. */
enum { wide = 1 };

/* ---- y = op(x) ---- */

#define UNARY_KERNELS(dtype, name, kinds, value)                                                                       \
    struct of_unary_##name##_##dtype {                                                                                 \
        typedef gt_##dtype T;                                                                                          \
        T a, b;                                                                                                        \
        GT_MEMBER T operator()(T given) const {                                                                        \
            const GT_TYPE_##kinds(dtype) x = given;                                                                    \
            return (T)(value);                                                                                         \
        }                                                                                                              \
    };                                                                                                                 \
    GT_KERNEL(unary_##name##_##dtype, long long n, const gt_##dtype *x, gt_##dtype *y, double a, double b) {           \
        const of_unary_##name##_##dtype f = {(gt_##dtype)a, (gt_##dtype)b};                                            \
        gt_flat(n, f, y, x);                                                                                           \
    }                                                                                                                  \
    GT_KERNEL(unary_##name##_##dtype##_strided, gt_dims dims, const gt_##dtype *x, gt_##dtype *y, double a, double b) { \
        const of_unary_##name##_##dtype f = {(gt_##dtype)a, (gt_##dtype)b};                                            \
        gt_strided(dims, f, y, x);                                                                                     \
    }
#define UNARY_KERNELS_ANGLE UNARY_KERNELS

#define UNARY(name, kinds, value, gradient) GT_WHEN(unary_##name, GT_EACH_##kinds(UNARY_KERNELS, name, kinds, value))
#include "../common/unary_ops.def"
#undef UNARY

/* ---- dx = gradient(x, y, dy); an operand that the row does not use is dy ---- */

#define UNARY_GRAD_KERNELS(dtype, name, gradient)                                                                      \
    struct of_unary_grad_##name##_##dtype {                                                                            \
        typedef gt_##dtype T;                                                                                          \
        T a, b;                                                                                                        \
        GT_MEMBER T operator()(T x, T y, T g) const {                                                                  \
            (void)x, (void)y, (void)g;                                                                                 \
            return (T)(gradient);                                                                                      \
        }                                                                                                              \
    };                                                                                                                 \
    GT_KERNEL(unary_grad_##name##_##dtype, long long n, const gt_##dtype *x, const gt_##dtype *y,                      \
              const gt_##dtype *dy, gt_##dtype *dx, double a, double b) {                                              \
        const of_unary_grad_##name##_##dtype f = {(gt_##dtype)a, (gt_##dtype)b};                                       \
        gt_flat(n, f, dx, x, y, dy);                                                                                   \
    }                                                                                                                  \
    GT_KERNEL(unary_grad_##name##_##dtype##_strided, gt_dims dims, const gt_##dtype *x, const gt_##dtype *y,           \
              const gt_##dtype *dy, gt_##dtype *dx, double a, double b) {                                              \
        const of_unary_grad_##name##_##dtype f = {(gt_##dtype)a, (gt_##dtype)b};                                       \
        gt_strided(dims, f, dx, x, y, dy);                                                                             \
    }
#define UNARY_GRAD_KERNELS_ANGLE UNARY_GRAD_KERNELS

#define UNARY(name, kinds, value, gradient)                                                                            \
    GT_WHEN(unary_grad_##name, GT_GRAD_##kinds(UNARY_GRAD_KERNELS, name, gradient))
#include "../common/unary_ops.def"
#undef UNARY

/* ---- z = op(x, y) ---- */

/* Which operand is a single element, and where it is: in memory, or the number itself, which fills 8 bytes. */
enum single { NONE, X_IN_MEMORY, Y_IN_MEMORY, X_IS_NUMBER, Y_IS_NUMBER };

template <class T> GT_INLINE T number_of(long long bits) { return *reinterpret_cast<const T *>(&bits); }

/* f with one operand fixed; in a strided call something is read in its place, and dropped. */
template <class T, class F> struct with_first {
    F f;
    T x;
    GT_MEMBER auto operator()(T y) const { return f(x, y); }
    GT_MEMBER auto operator()(T, T y) const { return f(x, y); }
};

template <class T, class F> struct with_second {
    F f;
    T y;
    GT_MEMBER auto operator()(T x) const { return f(x, y); }
    GT_MEMBER auto operator()(T x, T) const { return f(x, y); }
};

template <class Z, class T, class F>
GT_INLINE void flat_pair(long long n, F f, const T *x, const T *y, Z *z, int single, long long number) {
    if (n <= 0) return;
    if (single == NONE) {
        gt_flat(n, f, z, x, y);
    } else if (single == X_IN_MEMORY || single == X_IS_NUMBER) {
        const with_first<T, F> g = {f, single == X_IN_MEMORY ? *x : number_of<T>(number)};
        gt_flat(n, g, z, y);
    } else {
        const with_second<T, F> g = {f, single == Y_IN_MEMORY ? *y : number_of<T>(number)};
        gt_flat(n, g, z, x);
    }
}

/* What is single in memory has stride 0. */
template <class Z, class T, class F>
GT_INLINE void strided_pair(const gt_dims &dims, F f, const T *x, const T *y, Z *z, int single, long long number) {
    if (single == X_IS_NUMBER) {
        const with_first<T, F> g = {f, number_of<T>(number)};
        gt_strided(dims, g, z, y, y);
    } else if (single == Y_IS_NUMBER) {
        const with_second<T, F> g = {f, number_of<T>(number)};
        gt_strided(dims, g, z, x, x);
    } else {
        gt_strided(dims, f, z, x, y);
    }
}

#define PAIR_KERNELS(family, dtype, name, result)                                                                      \
    GT_KERNEL(family##_##name##_##dtype, long long n, const gt_##dtype *x, const gt_##dtype *y, gt_##result *z,        \
              int single, long long number) {                                                                          \
        flat_pair(n, of_##family##_##name##_##dtype(), x, y, z, single, number);                                       \
    }                                                                                                                  \
    GT_KERNEL(family##_##name##_##dtype##_strided, gt_dims dims, const gt_##dtype *x, const gt_##dtype *y,             \
              gt_##result *z, int single, long long number) {                                                          \
        strided_pair(dims, of_##family##_##name##_##dtype(), x, y, z, single, number);                                 \
    }

#define BINARY_KERNELS(dtype, name, kinds, value)                                                                      \
    struct of_binary_##name##_##dtype {                                                                                \
        typedef gt_##dtype T;                                                                                          \
        GT_MEMBER T operator()(T given_x, T given_y) const {                                                           \
            const GT_TYPE_##kinds(dtype) x = given_x, y = given_y;                                                     \
            return (T)(value);                                                                                         \
        }                                                                                                              \
    };                                                                                                                 \
    PAIR_KERNELS(binary, dtype, name, dtype)

#define BINARY(name, kinds, value) GT_WHEN(binary_##name, GT_EACH_##kinds(BINARY_KERNELS, name, kinds, value))
#include "../common/binary_ops.def"
#undef BINARY

#define COMPARE_KERNELS(dtype, name, value)                                                                            \
    struct of_compare_##name##_##dtype {                                                                               \
        typedef gt_##dtype T;                                                                                          \
        GT_MEMBER gt_BOOL operator()(T x, T y) const { return (value); }                                               \
    };                                                                                                                 \
    PAIR_KERNELS(compare, dtype, name, BOOL)

#define COMPARE(name, value) GT_WHEN(compare_##name, GT_EACH_NUMBERS(COMPARE_KERNELS, name, value))
#include "../common/compare_ops.def"
#undef COMPARE

/* ---- out = op(x, y, z) ---- */

#define TERNARY_KERNELS(dtype, name, kinds, value)                                                                     \
    struct of_ternary_##name##_##dtype {                                                                               \
        typedef gt_##dtype T;                                                                                          \
        typedef GT_TYPE_##kinds(dtype) R;                                                                              \
        R a;                                                                                                           \
        GT_MEMBER T operator()(T given_x, T given_y, T given_z) const {                                                \
            const R x = given_x, y = given_y, z = given_z;                                                             \
            return (T)(value);                                                                                         \
        }                                                                                                              \
    };                                                                                                                 \
    GT_KERNEL(ternary_##name##_##dtype, long long n, const gt_##dtype *x, const gt_##dtype *y, const gt_##dtype *z,    \
              gt_##dtype *out, double a) {                                                                             \
        const of_ternary_##name##_##dtype f = {(GT_TYPE_##kinds(dtype))(gt_##dtype)a};                                 \
        gt_flat(n, f, out, x, y, z);                                                                                   \
    }                                                                                                                  \
    GT_KERNEL(ternary_##name##_##dtype##_strided, gt_dims dims, const gt_##dtype *x, const gt_##dtype *y,              \
              const gt_##dtype *z, gt_##dtype *out, double a) {                                                        \
        const of_ternary_##name##_##dtype f = {(GT_TYPE_##kinds(dtype))(gt_##dtype)a};                                 \
        gt_strided(dims, f, out, x, y, z);                                                                             \
    }

#define TERNARY(name, kinds, value) GT_WHEN(ternary_##name, GT_EACH_##kinds(TERNARY_KERNELS, name, kinds, value))
#include "../common/ternary_ops.def"
#undef TERNARY

/* ---- z = condition ? x : y, by the size of an element ---- */

#define WHERE_KERNELS(bits)                                                                                            \
    struct of_where_##bits {                                                                                           \
        GT_MEMBER uint##bits##_t operator()(uint8_t condition, uint##bits##_t x, uint##bits##_t y) const {             \
            return condition ? x : y;                                                                                  \
        }                                                                                                              \
    };                                                                                                                 \
    GT_KERNEL(where_##bits, long long n, const uint8_t *condition, const uint##bits##_t *x, const uint##bits##_t *y,   \
              uint##bits##_t *z) {                                                                                     \
        gt_flat(n, of_where_##bits(), z, condition, x, y);                                                             \
    }                                                                                                                  \
    GT_KERNEL(where_##bits##_strided, gt_dims dims, const uint8_t *condition, const uint##bits##_t *x,                 \
              const uint##bits##_t *y, uint##bits##_t *z) {                                                            \
        gt_strided(dims, of_where_##bits(), z, condition, x, y);                                                       \
    }
GT_WHEN(where, WHERE_KERNELS(8) WHERE_KERNELS(16) WHERE_KERNELS(32) WHERE_KERNELS(64))
