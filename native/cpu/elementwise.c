/* Entries of the Elementwise family: checks, then a walk over the loops of cpu/loops/elementwise.c. */
#include "elementwise.h"

#include <stddef.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "walk.h"

/* Below this estimate a flat call goes straight to its loop: no walk could share it. */
#define ALONE_NANOS 8000

/* ---- what an element costs, roughly: it decides who shares a job, never a result ---- */

#define CHEAP 0.25
#define POLYNOMIAL 0.6
#define LIBM 10

static double unary_nanos(int op, int dtype) {
    switch (op) {
    case GT_UNARY_neg:
    case GT_UNARY_abs:
    case GT_UNARY_sign:
    case GT_UNARY_square:
    case GT_UNARY_floor:
    case GT_UNARY_ceil:
    case GT_UNARY_round:
    case GT_UNARY_trunc:
    case GT_UNARY_frac:
    case GT_UNARY_clamp:
    case GT_UNARY_relu:
    case GT_UNARY_leaky_relu:
    case GT_UNARY_hardtanh:
    case GT_UNARY_threshold:
    case GT_UNARY_hardshrink:
    case GT_UNARY_softshrink:
    case GT_UNARY_bitwise_not:
        return CHEAP;
    case GT_UNARY_sqrt:
    case GT_UNARY_rsqrt:
    case GT_UNARY_reciprocal:
    case GT_UNARY_softsign:
    case GT_UNARY_hardsigmoid:
    case GT_UNARY_hardswish:
        return POLYNOMIAL;
    case GT_UNARY_erfinv:
    case GT_UNARY_lgamma:
    case GT_UNARY_digamma:
    case GT_UNARY_polygamma:
        return LIBM;
    default:
        return dtype == GT_F32 ? POLYNOMIAL : LIBM;
    }
}

static double binary_nanos(int op, int dtype) {
    switch (op) {
    case GT_BINARY_pow:
    case GT_BINARY_atan2:
    case GT_BINARY_hypot:
    case GT_BINARY_logaddexp:
        return dtype == GT_F32 ? POLYNOMIAL : LIBM;
    case GT_BINARY_fmod:
    case GT_BINARY_remainder:
    case GT_BINARY_div_floor:
        return LIBM;
    default:
        return CHEAP;
    }
}

/* ---- unary ---- */

typedef struct unary_walk {
    gt_walk walk;
    gt_unary_loop loop;
    double a, b;
} unary_walk;

static void unary_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    const unary_walk *u = (const void *)walk;
    (void)scalar;
    u->loop(n, at[0], at[1], u->a, u->b);
}

static unary_walk unary_walk_of(gt_unary_loop loop, int op, int dtype, const void *x, void *y, double a, double b) {
    int64_t bytes = gt_dtype_bytes(dtype);
    return (unary_walk){{unary_piece, 2, 0, unary_nanos(op, dtype), {bytes, bytes}, {(char *)x, y}}, loop, a, b};
}

GT_API int gt_unary_flat(int op, int dtype, int64_t n, const void *x, void *y, double a, double b) {
    if (op < 0 || op >= GT_UNARY_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (n < 0 || (n > 0 && (!x || !y))) return GT_BAD_ARGUMENT;
    gt_unary_loop loop = GT_LOOPS(elementwise)->unary[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if ((double)n * LIBM < ALONE_NANOS) {
        loop(n, x, y, a, b);
        return GT_OK;
    }
    unary_walk u = unary_walk_of(loop, op, dtype, x, y, a, b);
    return gt_walk_flat(&u.walk, n, -1);
}

GT_API int gt_unary(int op, int dtype, const gt_dims *dims, const void *x, void *y, double a, double b) {
    if (op < 0 || op >= GT_UNARY_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    gt_unary_loop loop = GT_LOOPS(elementwise)->unary[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!x || !y) return GT_BAD_ARGUMENT;
    unary_walk u = unary_walk_of(loop, op, dtype, x, y, a, b);
    return gt_walk_run(&u.walk, dims);
}

/* ---- unary gradient ---- */

typedef struct unary_grad_walk {
    gt_walk walk;
    gt_unary_grad_loop loop;
    double a, b;
} unary_grad_walk;

static void unary_grad_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    const unary_grad_walk *u = (const void *)walk;
    (void)scalar;
    u->loop(n, at[0], at[1], at[2], at[3], u->a, u->b);
}

/* A null x or y is one that the row does not use: dy stands in, so that a loop may read without asking. */
static unary_grad_walk unary_grad_walk_of(gt_unary_grad_loop loop, int op, int dtype, const void *x, const void *y,
                                          const void *dy, void *dx, double a, double b) {
    int64_t bytes = gt_dtype_bytes(dtype);
    return (unary_grad_walk){{unary_grad_piece,
                              4,
                              0,
                              unary_nanos(op, dtype),
                              {bytes, bytes, bytes, bytes},
                              {(char *)(x ? x : dy), (char *)(y ? y : dy), (char *)dy, dx}},
                             loop,
                             a,
                             b};
}

GT_API int gt_unary_grad_flat(int op, int dtype, int64_t n, const void *x, const void *y, const void *dy, void *dx,
                              double a, double b) {
    if (op < 0 || op >= GT_UNARY_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (n < 0 || (n > 0 && (!dy || !dx))) return GT_BAD_ARGUMENT;
    gt_unary_grad_loop loop = GT_LOOPS(elementwise)->unary_grad[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    unary_grad_walk u = unary_grad_walk_of(loop, op, dtype, x, y, dy, dx, a, b);
    return gt_walk_flat(&u.walk, n, -1);
}

GT_API int gt_unary_grad(int op, int dtype, const gt_dims *dims, const void *x, const void *y, const void *dy, void *dx,
                         double a, double b) {
    if (op < 0 || op >= GT_UNARY_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    gt_unary_grad_loop loop = GT_LOOPS(elementwise)->unary_grad[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!dy || !dx) return GT_BAD_ARGUMENT;
    gt_dims with = *dims;
    for (int64_t d = 0; d < dims->rank; d++) {
        if (!x) with.stride[0][d] = dims->stride[2][d];
        if (!y) with.stride[1][d] = dims->stride[2][d];
    }
    unary_grad_walk u = unary_grad_walk_of(loop, op, dtype, x, y, dy, dx, a, b);
    return gt_walk_run(&u.walk, &with);
}

/* ---- binary and compare: the same but for the table and the size of z ---- */

typedef struct binary_walk {
    gt_walk walk;
    gt_binary_loop loop;
    gt_compare_loop compare; /* null in a binary walk */
} binary_walk;

static int side(int scalar) { return scalar == 0 ? GT_SCALAR_x : scalar == 1 ? GT_SCALAR_y : GT_SCALAR_none; }

static void binary_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    ((const binary_walk *)(const void *)walk)->loop(side(scalar), n, at[0], at[1], at[2]);
}

static void compare_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    ((const binary_walk *)(const void *)walk)->compare(side(scalar), n, at[0], at[1], (uint8_t *)at[2]);
}

static binary_walk binary_walk_of(gt_binary_loop loop, int op, int dtype, const void *x, const void *y, void *z) {
    int64_t bytes = gt_dtype_bytes(dtype);
    return (binary_walk){
        {binary_piece, 3, 3, binary_nanos(op, dtype), {bytes, bytes, bytes}, {(char *)x, (char *)y, z}}, loop, NULL};
}

static binary_walk compare_walk_of(gt_compare_loop loop, int dtype, const void *x, const void *y, uint8_t *z) {
    int64_t bytes = gt_dtype_bytes(dtype);
    return (binary_walk){
        {compare_piece, 3, 3, CHEAP, {bytes, bytes, 1}, {(char *)x, (char *)y, (char *)z}}, NULL, loop};
}

static int scalar_known(int scalar) { return scalar >= GT_SCALAR_none && scalar <= GT_SCALAR_y; }

GT_API int gt_binary_flat(int op, int dtype, int scalar, int64_t n, const void *x, const void *y, void *z) {
    if (op < 0 || op >= GT_BINARY_COUNT || !gt_dtype_known(dtype) || !scalar_known(scalar)) return GT_BAD_CODE;
    if (n < 0 || (n > 0 && (!x || !y || !z))) return GT_BAD_ARGUMENT;
    gt_binary_loop loop = GT_LOOPS(elementwise)->binary[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if ((double)n * LIBM < ALONE_NANOS) {
        loop(scalar, n, x, y, z);
        return GT_OK;
    }
    binary_walk w = binary_walk_of(loop, op, dtype, x, y, z);
    return gt_walk_flat(&w.walk, n, scalar - GT_SCALAR_x);
}

GT_API int gt_binary(int op, int dtype, const gt_dims *dims, const void *x, const void *y, void *z) {
    if (op < 0 || op >= GT_BINARY_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    gt_binary_loop loop = GT_LOOPS(elementwise)->binary[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!x || !y || !z) return GT_BAD_ARGUMENT;
    binary_walk w = binary_walk_of(loop, op, dtype, x, y, z);
    return gt_walk_run(&w.walk, dims);
}

GT_API int gt_compare_flat(int op, int dtype, int scalar, int64_t n, const void *x, const void *y, uint8_t *z) {
    if (op < 0 || op >= GT_COMPARE_COUNT || !gt_dtype_known(dtype) || !scalar_known(scalar)) return GT_BAD_CODE;
    if (n < 0 || (n > 0 && (!x || !y || !z))) return GT_BAD_ARGUMENT;
    gt_compare_loop loop = GT_LOOPS(elementwise)->compare[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    binary_walk w = compare_walk_of(loop, dtype, x, y, z);
    return gt_walk_flat(&w.walk, n, scalar - GT_SCALAR_x);
}

GT_API int gt_compare(int op, int dtype, const gt_dims *dims, const void *x, const void *y, uint8_t *z) {
    if (op < 0 || op >= GT_COMPARE_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    gt_compare_loop loop = GT_LOOPS(elementwise)->compare[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!x || !y || !z) return GT_BAD_ARGUMENT;
    binary_walk w = compare_walk_of(loop, dtype, x, y, z);
    return gt_walk_run(&w.walk, dims);
}

/* ---- ternary ---- */

typedef struct ternary_walk {
    gt_walk walk;
    gt_ternary_loop loop;
    double a;
} ternary_walk;

static void ternary_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    const ternary_walk *w = (const void *)walk;
    (void)scalar;
    w->loop(n, at[0], at[1], at[2], at[3], w->a);
}

GT_API int gt_ternary(int op, int dtype, const gt_dims *dims, const void *x, const void *y, const void *z, void *out,
                      double a) {
    if (op < 0 || op >= GT_TERNARY_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    gt_ternary_loop loop = GT_LOOPS(elementwise)->ternary[op][dtype];
    if (!loop) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!x || !y || !z || !out) return GT_BAD_ARGUMENT;
    int64_t bytes = gt_dtype_bytes(dtype);
    ternary_walk w = {
        {ternary_piece, 4, 0, CHEAP, {bytes, bytes, bytes, bytes}, {(char *)x, (char *)y, (char *)z, out}}, loop, a};
    return gt_walk_run(&w.walk, dims);
}

/* ---- where ---- */

typedef struct where_walk {
    gt_walk walk;
    gt_where_loop loop;
} where_walk;

static void where_piece(const gt_walk *walk, int64_t n, int scalar, char *const at[]) {
    (void)scalar;
    ((const where_walk *)(const void *)walk)->loop(n, (const uint8_t *)at[0], at[1], at[2], at[3]);
}

GT_API int gt_where(int dtype, const gt_dims *dims, const uint8_t *condition, const void *x, const void *y, void *z) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (!condition || !x || !y || !z) return GT_BAD_ARGUMENT;
    int64_t bytes = gt_dtype_bytes(dtype);
    where_walk w = {
        {where_piece, 4, 0, CHEAP, {1, bytes, bytes, bytes}, {(char *)condition, (char *)x, (char *)y, z}},
        GT_LOOPS(elementwise)->where[dtype]};
    return gt_walk_run(&w.walk, dims);
}
