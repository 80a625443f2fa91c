/* Where extreme values are: along a row the value first, then its place, both at vector speed; of columns both at once. */
#include "../positions.h"

#include "../../common/dtype.h"
#include "../reduce.h"

/* Looks at 64 elements without a branch, then for the one among them. */
#define FIND_LOOP(dtype, ...)                                                                                          \
    static int64_t find_##dtype(int64_t n, const void *x_, const void *value) {                                        \
        const gt_##dtype *x = x_, v = *(const gt_##dtype *)value;                                                      \
        int64_t i = 0;                                                                                                 \
        for (; i + 64 <= n; i += 64) {                                                                                 \
            int hit = 0;                                                                                               \
            for (int l = 0; l < 64; l++) hit |= x[i + l] == v || (v != v && x[i + l] != x[i + l]);                     \
            if (hit) break;                                                                                            \
        }                                                                                                              \
        while (i < n && !(x[i] == v || (v != v && x[i] != x[i]))) i++;                                                 \
        return i;                                                                                                      \
    }
GT_EACH_NUMBERS(FIND_LOOP, )

/* Rows of a block, in lanes of the element's size, so that the loops vectorise. A block has fewer than 2^15. */
typedef int32_t place_F32;
typedef int64_t place_F64;
typedef int64_t place_I64;
typedef int32_t place_I32;
typedef int16_t place_U8;
_Static_assert(GT_REDUCE_BLOCK < INT16_MAX, "places of U8 are too narrow");

/* Better is strictly so: the first of equal ones stays, and the first NaN. */
#define BETTER(own, than, best) (((own)than(best)) | (((own) != (own)) & ((best) == (best))))

#define EXTREME_LOOPS(dtype, name, than)                                                                               \
    static void name##_columns_##dtype(int64_t rows, int64_t width, const void *x_, int64_t row_step, int64_t first,   \
                                       void *value_, int64_t *at) {                                                    \
        typedef gt_##dtype T;                                                                                          \
        const T *x = x_;                                                                                               \
        T *value = value_;                                                                                             \
        place_##dtype place[GT_POSITIONS_STRIP];                                                                       \
        for (int64_t j = 0; j < width; j++) {                                                                          \
            place[j] = first > 0 ? -1 : 0;                                                                             \
            if (first == 0) value[j] = x[j];                                                                           \
        }                                                                                                              \
        for (int64_t i = 0; i < rows; i++, x += row_step) {                                                            \
            GT_INDEPENDENT                                                                                             \
            for (int64_t j = 0; j < width; j++) {                                                                      \
                const T own = x[j], best = value[j];                                                                   \
                const int takes = BETTER(own, than, best);                                                             \
                value[j] = takes ? own : best;                                                                         \
                place[j] = takes ? (place_##dtype)i : place[j];                                                        \
            }                                                                                                          \
        }                                                                                                              \
        for (int64_t j = 0; j < width; j++) at[j] = place[j] < 0 ? at[j] : first + place[j];                           \
    }                                                                                                                  \
                                                                                                                       \
    static void name##_join_##dtype(int64_t width, const void *x_, const int64_t *found_at, void *value_,              \
                                    int64_t *at) {                                                                     \
        const gt_##dtype *x = x_;                                                                                      \
        gt_##dtype *value = value_;                                                                                    \
        for (int64_t j = 0; j < width; j++) {                                                                          \
            const int takes = BETTER(x[j], than, value[j]);                                                            \
            value[j] = takes ? x[j] : value[j];                                                                        \
            at[j] = takes ? found_at[j] : at[j];                                                                       \
        }                                                                                                              \
    }
GT_EACH_NUMBERS(EXTREME_LOOPS, max, >)
GT_EACH_NUMBERS(EXTREME_LOOPS, min, <)

#define CELL(dtype, name) [GT_##dtype] = {name##_columns_##dtype, name##_join_##dtype},
#define FIND_CELL(dtype, ...) [GT_##dtype] = find_##dtype,

GT_DEFINE_LOOPS(positions) = {
    .max = {GT_EACH_NUMBERS(CELL, max)},
    .min = {GT_EACH_NUMBERS(CELL, min)},
    .find = {GT_EACH_NUMBERS(FIND_CELL, )},
};
