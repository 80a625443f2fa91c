/* Strided operands of any dtype for the tests: layouts, exact buffers, elements as double. */
#ifndef GT_TEST_OPERANDS_H
#define GT_TEST_OPERANDS_H

#include <string.h>

#include "../common/dtype.h"
#include "leaves.h"

enum layout_kind { CONTIGUOUS, TRANSPOSED, STEPPED, REVERSED, BROADCAST_FIRST, BROADCAST_LAST, SCALAR, LAYOUTS };
/* Layouts from here on have several elements in one place: no output may. */
#define OUTPUT_LAYOUTS BROADCAST_FIRST

typedef struct operand {
    int dtype;
    int64_t stride[GT_MAX_RANK], extent;
    char *memory, *at; /* at: the first element */
} operand;

static inline double test_get(int dtype, const void *p) {
    switch (dtype) {
    case GT_F32:
        return *(const float *)p;
    case GT_F64:
        return *(const double *)p;
    case GT_BF16:
        return gt_bf16_to_f32(*(const uint16_t *)p);
    case GT_F16:
        return gt_f16_to_f32(*(const uint16_t *)p);
    case GT_I64:
        return (double)*(const int64_t *)p;
    case GT_I32:
        return *(const int32_t *)p;
    default:
        return *(const uint8_t *)p;
    }
}

static inline void test_set(int dtype, void *p, double x) {
    switch (dtype) {
    case GT_F32:
        *(float *)p = (float)x;
        break;
    case GT_F64:
        *(double *)p = x;
        break;
    case GT_BF16:
        *(uint16_t *)p = gt_f32_to_bf16((float)x);
        break;
    case GT_F16:
        *(uint16_t *)p = gt_f32_to_f16((float)x);
        break;
    case GT_I64:
        *(int64_t *)p = (int64_t)x;
        break;
    case GT_I32:
        *(int32_t *)p = (int32_t)x;
        break;
    default:
        *(uint8_t *)p = (uint8_t)(int64_t)x;
        break;
    }
}

/* An operand over dims' shape, its strides also in row `k` of dims; every byte of it is 0x5a. */
static inline operand operand_make(gt_dims *dims, int k, int dtype, int kind) {
    operand o = {.dtype = dtype, .extent = 1};
    int64_t step = kind == STEPPED ? 2 : 1, first = 0;
    for (int64_t e = 0; e < dims->rank; e++) {
        const int64_t d = kind == TRANSPOSED ? e : dims->rank - 1 - e;
        o.stride[d] = step;
        step *= dims->size[d];
        if (kind == SCALAR || (kind == BROADCAST_FIRST && d == 0) || (kind == BROADCAST_LAST && d == dims->rank - 1))
            o.stride[d] = 0;
        o.extent = dims->size[d] ? o.extent + (dims->size[d] - 1) * o.stride[d] : 0;
        if (o.extent == 0) break;
    }
    for (int64_t d = 0; d < dims->rank; d++) {
        if (kind == REVERSED && o.extent) {
            first += (dims->size[d] - 1) * o.stride[d];
            o.stride[d] = -o.stride[d];
        }
        dims->stride[k][d] = o.stride[d];
    }
    const int64_t bytes = gt_dtype_bytes(dtype);
    o.memory = test_buffer(o.extent, bytes);
    memset(o.memory, 0x5a, (size_t)(o.extent * bytes));
    o.at = o.memory + first * bytes;
    return o;
}

/* Element i in row-major order of the shape. */
static inline char *operand_at(const operand *o, const gt_dims *dims, int64_t i) {
    int64_t offset = 0;
    for (int64_t d = dims->rank - 1; d >= 0; d--) {
        offset += i % dims->size[d] * o->stride[d];
        i /= dims->size[d];
    }
    return o->at + offset * gt_dtype_bytes(o->dtype);
}

/* Whole numbers of low..high where the dtype has no others, else multiples of 1/8. */
static inline void operand_fill(operand *o, double low, double high, uint64_t *random) {
    const int64_t bytes = gt_dtype_bytes(o->dtype);
    for (int64_t i = 0; i < o->extent; i++) {
        double x = low + test_uniform(random) * (high - low);
        x = o->dtype <= GT_F16 ? (double)(int64_t)(x * 8) / 8 : (double)(int64_t)x;
        test_set(o->dtype, o->memory + i * bytes, x);
    }
}

/* Whether all bytes but those of the shape's elements are still as they were made. */
static inline int operand_gaps_intact(operand *o, const gt_dims *dims, int64_t total) {
    const int64_t bytes = gt_dtype_bytes(o->dtype);
    for (int64_t i = 0; i < total; i++) memset(operand_at(o, dims, i), 0x5a, (size_t)bytes);
    for (int64_t i = 0; i < o->extent * bytes; i++)
        if (o->memory[i] != 0x5a) return 0;
    return 1;
}

static inline int test_close(double got, double want, double tolerance) {
    if (want != want) return got != got;
    const double gap = got > want ? got - want : want - got, size = want < 0 ? -want : want;
    return got == want || gap <= tolerance * (size > 1 ? size : 1);
}

#endif
