/*
 * Reductions of one block, from reduce_ops.def. The order of additions is PyTorch's, so sums of up to GT_REDUCE_BLOCK
 * floats have its bits, on every function version:
 *
 * - A sum has four accumulators (ways), which take its terms in turn and are joined at the end.
 * - A contiguous row: a term is a vector of neighbouring elements (8 for F32, 4 for F64). The elements beyond the last
 *   whole vector are added up first, then the lanes. A row of less than a vector: a term is an element.
 * - Columns, four vectors of them at a time: one accumulator each, and a term is an element. What is left over, of
 *   columns or of vectors of them, has four accumulators each again.
 * - Every accumulator is a cascade: sixteen terms are added up, then sixteen such sums, and so on, so that a long sum
 *   loses no digits.
 *
 * Fast because four vectors of accumulators stay in registers and hide the latency of the addition.
 */
#include "../reduce.h"

#include <math.h>

#include "../../common/maths.h"
#include "../../common/reduce_rows.h"

/* U8 is compared with itself and with numbers it cannot be, in rows that are written for all numbers. */
#pragma GCC diagnostic ignored "-Wtype-limits"

#define VECTOR_F32 8
#define VECTOR_F64 4
#define VECTOR_I64 4
#define VECTOR_I32 8
#define VECTOR_U8 32

#define CASCADE 16
#define LEVELS 4 /* 16^3 * 2 terms and more: a block has 8192 */
#define WAYS 4

/* Vectors are spelled out, as the compiler finds them in some of these loops only. A term is one or more registers. */
#if defined(__AVX2__)
#define REGISTER 32
#else
#define REGISTER 16
#endif

/* ---- accumulators, terms and steps; the table is read for single elements and for vectors, where SELECT blends ---- */

#define SINGLE_STEP(dtype, name, kinds, term, value)                                                                         \
    typedef GT_TYPE_##kinds(dtype) single_##name##_##dtype;                                                            \
    typedef single_##name##_##dtype vector_##name##_##dtype __attribute__((vector_size(REGISTER)));                    \
    enum { single_in_##name##_##dtype = 1, vector_in_##name##_##dtype = REGISTER / sizeof(single_##name##_##dtype) };  \
    static inline single_##name##_##dtype single_step_##name##_##dtype(single_##name##_##dtype r,                      \
                                                                       single_##name##_##dtype x) {                    \
        return (single_##name##_##dtype)(value);                                                                       \
    }                                                                                                                  \
    static inline single_##name##_##dtype single_load_##name##_##dtype(const gt_##dtype *at) {                         \
        const single_##name##_##dtype x = *at, zero = 0;                                                               \
        (void)zero;                                                                                                    \
        return (single_##name##_##dtype)(term);                                                                        \
    }
#define TRUTH(name, result, start, step)
#define REDUCE(name, kinds, start, term, step, finish) GT_EACH_##kinds(SINGLE_STEP, name, kinds, term, step)
#include "../../common/reduce_ops.def"
#undef REDUCE

#undef SELECT
#define SELECT(condition, yes, no)                                                                                     \
    (((condition) & (__typeof__(condition))(yes)) | (~(condition) & (__typeof__(condition))(no)))

#define VECTOR_STEP(dtype, name, term, value)                                                                                \
    static inline vector_##name##_##dtype vector_step_##name##_##dtype(vector_##name##_##dtype r,                      \
                                                                       vector_##name##_##dtype x) {                    \
        return (vector_##name##_##dtype)(value);                                                                       \
    }                                                                                                                  \
    static inline vector_##name##_##dtype vector_load_##name##_##dtype(const gt_##dtype *at) {                         \
        gt_##dtype in __attribute__((vector_size(sizeof(gt_##dtype) * vector_in_##name##_##dtype)));                   \
        memcpy(&in, at, sizeof in);                                                                                    \
        const vector_##name##_##dtype x = __builtin_convertvector(in, vector_##name##_##dtype), zero = {0};            \
        (void)zero;                                                                                                    \
        return (vector_##name##_##dtype)(term);                                                                        \
    }
#define REDUCE(name, kinds, start, term, step, finish) GT_EACH_##kinds(VECTOR_STEP, name, term, step)
#include "../../common/reduce_ops.def"
#undef REDUCE

/* ---- one accumulator per way and lane ---- */

#define UNROLL _Pragma("GCC unroll 16")
#define EACH_WAY UNROLL for (int k = 0; k < WAYS; k++)
#define EACH_PART UNROLL for (int l = 0; l < parts; l++)

/*
 * r [WAYS, parts] = cascades over n terms, `next` elements apart; a way's terms lie `way` elements after those of the
 * way before. unit: vector or single; a term has `parts` units.
 */
#define CASCADE_OF(unit, dtype, name, start, PARTS)                                                                    \
    static __attribute__((noinline)) void unit##_cascade_##name##_##dtype(                                             \
        int64_t n, const gt_##dtype *x, int64_t next, int64_t way, unit##_##name##_##dtype r[WAYS][PARTS]) {           \
        typedef unit##_##name##_##dtype U;                                                                             \
        enum { parts = PARTS, in = unit##_in_##name##_##dtype };                                                       \
        const U none = (U){0} + start;                                                                                 \
        U level[LEVELS][WAYS][parts], sum[WAYS][parts];                                                                \
        for (int j = 1; j < LEVELS; j++) EACH_WAY EACH_PART level[j][k][l] = none;                                     \
        int64_t i = 0;                                                                                                 \
        while (i + CASCADE <= n) {                                                                                     \
            EACH_WAY EACH_PART sum[k][l] = none;                                                                       \
            for (int c = 0; c < CASCADE; c++, x += next)                                                               \
                EACH_WAY EACH_PART sum[k][l] =                                                                         \
                    unit##_step_##name##_##dtype(sum[k][l], unit##_load_##name##_##dtype(x + k * way + l * in));       \
            EACH_WAY EACH_PART level[1][k][l] = unit##_step_##name##_##dtype(level[1][k][l], sum[k][l]);               \
            i += CASCADE;                                                                                              \
            for (int j = 2; j < LEVELS && (i >> (4 * (j - 1)) & (CASCADE - 1)) == 0; j++) {                            \
                EACH_WAY EACH_PART level[j][k][l] = unit##_step_##name##_##dtype(level[j][k][l], level[j - 1][k][l]);  \
                EACH_WAY EACH_PART level[j - 1][k][l] = none;                                                          \
            }                                                                                                          \
        }                                                                                                              \
        EACH_WAY EACH_PART sum[k][l] = none;                                                                           \
        for (; i < n; i++, x += next)                                                                                  \
            EACH_WAY EACH_PART sum[k][l] =                                                                             \
                unit##_step_##name##_##dtype(sum[k][l], unit##_load_##name##_##dtype(x + k * way + l * in));           \
        for (int j = 1; j < LEVELS; j++)                                                                               \
            EACH_WAY EACH_PART sum[k][l] = unit##_step_##name##_##dtype(sum[k][l], level[j][k][l]);                    \
        EACH_WAY EACH_PART r[k][l] = sum[k][l];                                                                        \
    }                                                                                                                  \
                                                                                                                       \
    /* r[0] = the reduction of n terms, by four ways that are joined. */                                               \
    static inline void unit##_ways_##name##_##dtype(int64_t n, const gt_##dtype *x, int64_t next,                      \
                                                    unit##_##name##_##dtype r[WAYS][PARTS]) {                          \
        typedef unit##_##name##_##dtype U;                                                                             \
        enum { parts = PARTS, in = unit##_in_##name##_##dtype };                                                       \
        EACH_PART r[0][l] = (U){0} + start;                                                                            \
        if (n >= WAYS) unit##_cascade_##name##_##dtype(n / WAYS, x, WAYS * next, next, r);                             \
        for (int64_t i = n / WAYS * WAYS; i < n; i++)                                                                  \
            EACH_PART r[0][l] =                                                                                        \
                unit##_step_##name##_##dtype(r[0][l], unit##_load_##name##_##dtype(x + i * next + l * in));            \
        for (int k = 1; k < WAYS && n >= WAYS; k++)                                                                    \
            EACH_PART r[0][l] = unit##_step_##name##_##dtype(r[0][l], r[k][l]);                                        \
    }

#define CASCADES(dtype, name, start)                                                                                   \
    CASCADE_OF(vector, dtype, name, (single_##name##_##dtype)GT_START_##start(dtype),                                     \
               VECTOR_##dtype / vector_in_##name##_##dtype)                                                            \
    CASCADE_OF(single, dtype, name, (single_##name##_##dtype)GT_START_##start(dtype), 1)

/* ---- what the table holds ---- */

#define ROW_LOOP(dtype, name, start)                                                                                   \
    static gt_##dtype one_##name##_##dtype(int64_t n, const gt_##dtype *x, int64_t next) {                             \
        single_##name##_##dtype r[WAYS][1];                                                                            \
        single_ways_##name##_##dtype(n, x, next, r);                                                                   \
        return (gt_##dtype)r[0][0];                                                                                    \
    }                                                                                                                  \
                                                                                                                       \
    static void row_##name##_##dtype(int64_t n, const void *x_, void *y) {                                             \
        enum { VECTOR = VECTOR_##dtype };                                                                              \
        const gt_##dtype *x = x_;                                                                                      \
        if (n < VECTOR) {                                                                                              \
            *(gt_##dtype *)y = one_##name##_##dtype(n, x, 1);                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        vector_##name##_##dtype r[WAYS][VECTOR / vector_in_##name##_##dtype];                                          \
        vector_ways_##name##_##dtype(n / VECTOR, x, VECTOR, r);                                                        \
        single_##name##_##dtype total = GT_START_##start(dtype), lane[VECTOR];                                            \
        memcpy(lane, r[0], sizeof lane);                                                                               \
        for (int64_t i = n / VECTOR * VECTOR; i < n; i++)                                                              \
            total = single_step_##name##_##dtype(total, single_load_##name##_##dtype(x + i));                          \
        for (int l = 0; l < VECTOR; l++) total = single_step_##name##_##dtype(total, lane[l]);                         \
        *(gt_##dtype *)y = (gt_##dtype)total;                                                                          \
    }

#define COLUMNS_LOOP(dtype, name, ...)                                                                                 \
    static inline void put_##name##_##dtype(const vector_##name##_##dtype *r, gt_##dtype *y) {                         \
        single_##name##_##dtype lane[VECTOR_##dtype];                                                                  \
        memcpy(lane, r, sizeof lane);                                                                                  \
        for (int l = 0; l < VECTOR_##dtype; l++) y[l] = (gt_##dtype)lane[l];                                           \
    }                                                                                                                  \
                                                                                                                       \
    static void columns_##name##_##dtype(int64_t rows, int64_t width, const void *x_, int64_t row_step, void *y_) {    \
        enum { VECTOR = VECTOR_##dtype };                                                                              \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_;                                                                                            \
        vector_##name##_##dtype r[WAYS][VECTOR / vector_in_##name##_##dtype];                                          \
        single_##name##_##dtype s[WAYS][1];                                                                            \
        int64_t j = 0;                                                                                                 \
        for (; j + WAYS * VECTOR <= width; j += WAYS * VECTOR) {                                                       \
            vector_cascade_##name##_##dtype(rows, x + j, row_step, VECTOR, r);                                         \
            for (int k = 0; k < WAYS; k++) put_##name##_##dtype(r[k], y + j + k * VECTOR);                             \
        }                                                                                                              \
        for (; j + VECTOR <= width; j += VECTOR) {                                                                     \
            vector_ways_##name##_##dtype(rows, x + j, row_step, r);                                                    \
            put_##name##_##dtype(r[0], y + j);                                                                         \
        }                                                                                                              \
        for (; width < VECTOR && j + WAYS <= width; j += WAYS) {                                                       \
            single_cascade_##name##_##dtype(rows, x + j, row_step, 1, s);                                              \
            for (int k = 0; k < WAYS; k++) y[j + k] = (gt_##dtype)s[k][0];                                             \
        }                                                                                                              \
        for (; j < width; j++) y[j] = one_##name##_##dtype(rows, x + j, row_step);                                     \
    }

#define JOIN_LOOP(dtype, name, ...)                                                                                    \
    static void join_##name##_##dtype(int64_t n, const void *x_, void *y_) {                                           \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *y = y_;                                                                                            \
        GT_INDEPENDENT                                                                                                 \
        for (int64_t i = 0; i < n; i++) y[i] = (gt_##dtype)single_step_##name##_##dtype(y[i], x[i]);                   \
    }

#define FINISH_LOOP(dtype, name, finished)                                                                             \
    static void finish_##name##_##dtype(int64_t width, int64_t n, void *y_) {                                          \
        typedef gt_##dtype T;                                                                                          \
        T *y = y_;                                                                                                     \
        (void)n;                                                                                                       \
        for (int64_t i = 0; i < width; i++) {                                                                          \
            const T r = y[i];                                                                                          \
            y[i] = (finished);                                                                                         \
        }                                                                                                              \
    }

#define REDUCE(name, kinds, start, term, step, finish)                                                                 \
    GT_EACH_##kinds(CASCADES, name, start)                                                                             \
    GT_EACH_##kinds(ROW_LOOP, name, start)                                                                             \
    GT_EACH_##kinds(COLUMNS_LOOP, name, )                                                                              \
    GT_EACH_##kinds(JOIN_LOOP, name, )                                                                                 \
    GT_EACH_##kinds(FINISH_LOOP, name, finish)
#include "../../common/reduce_ops.def"
#undef REDUCE

/* ---- truth: exact in any order. Lanes are of the element's size, so that the loops vectorise ---- */

typedef int32_t lane_F32;
typedef int64_t lane_F64;
typedef int64_t lane_I64;
typedef int32_t lane_I32;
typedef uint16_t lane_U8; /* counts more than a block has */
typedef uint16_t lane_BOOL;

#define EACH_COMPUTABLE(row, ...) GT_EACH_NUMBERS(row, __VA_ARGS__) row(BOOL, __VA_ARGS__)

#define TRUTH_LOOPS(dtype, name, result, start, step)                                                                  \
    static void row_##name##_##dtype(int64_t n, const void *x_, void *y) {                                             \
        const gt_##dtype *x = x_;                                                                                      \
        lane_##dtype r = start;                                                                                        \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const lane_##dtype t = x[i] != 0;                                                                          \
            r = (lane_##dtype)(step);                                                                                  \
        }                                                                                                              \
        *(gt_##result *)y = (gt_##result)r;                                                                            \
    }                                                                                                                  \
                                                                                                                       \
    static void columns_##name##_##dtype(int64_t rows, int64_t width, const void *x_, int64_t row_step, void *y_) {    \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##result *y = y_;                                                                                           \
        lane_##dtype lane[GT_REDUCE_STRIP];                                                                            \
        for (int64_t j = 0; j < width; j++) lane[j] = start;                                                           \
        for (int64_t i = 0; i < rows; i++, x += row_step)                                                              \
            for (int64_t j = 0; j < width; j++) {                                                                      \
                const lane_##dtype t = x[j] != 0, r = lane[j];                                                         \
                lane[j] = (lane_##dtype)(step);                                                                        \
            }                                                                                                          \
        for (int64_t j = 0; j < width; j++) y[j] = (gt_##result)lane[j];                                               \
    }

#define TRUTH_JOIN(name, result, step)                                                                                 \
    static void join_##name(int64_t n, const void *x_, void *y_) {                                                     \
        const gt_##result *x = x_;                                                                                     \
        gt_##result *y = y_;                                                                                           \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const gt_##result t = x[i], r = y[i];                                                                      \
            y[i] = (gt_##result)(step);                                                                                \
        }                                                                                                              \
    }

#undef TRUTH
#define REDUCE(name, kinds, start, term, step, finish)
#define TRUTH(name, result, start, step)                                                                               \
    EACH_COMPUTABLE(TRUTH_LOOPS, name, result, start, step)                                                            \
    TRUTH_JOIN(name, result, step)
#include "../../common/reduce_ops.def"
#undef REDUCE
#undef TRUTH

#define REDUCE_CELL(dtype, name)                                                                                       \
    [GT_##dtype] = {row_##name##_##dtype, columns_##name##_##dtype, join_##name##_##dtype, finish_##name##_##dtype},
#define TRUTH_CELL(dtype, name) [GT_##dtype] = {row_##name##_##dtype, columns_##name##_##dtype, join_##name, NULL},

GT_DEFINE_LOOPS(reduce) = {
    .reduce = {
#define REDUCE(name, kinds, start, term, step, finish) [GT_REDUCE_##name] = {GT_EACH_##kinds(REDUCE_CELL, name)},
#define TRUTH(name, result, start, step) [GT_REDUCE_##name] = {EACH_COMPUTABLE(TRUTH_CELL, name)},
#include "../../common/reduce_ops.def"
#undef REDUCE
#undef TRUTH
    },
};
