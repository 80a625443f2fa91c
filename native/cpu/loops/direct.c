/*
 * Convolution straight from a padded copy of a few rows of x. Forward: outputs of one channel are neighbours in y as in x,
 * so a vector of outputs is the sum of unaligned vectors of x, each times one weight: ROWS channels by two vectors stay in
 * registers. Rows of y keep x's pitch meanwhile, so that they need no edges. Backward, with the channels of x innermost:
 * what belongs to one output in one row of the window is a contiguous span of x.
 */
#include "../direct.h"

#include <stddef.h>

#include "../largest.h"
#include "../vector.h"

#if defined(GT_VECTOR)

#if defined(__AVX512F__)
#define ROWS 14
#define EACH_HEIGHT(row) \
    row(1) row(2) row(3) row(4) row(5) row(6) row(7) row(8) row(9) row(10) row(11) row(12) row(13) row(14)
#define OUTER_ROWS 4
#define OUTER_VECTORS 6
#define EACH_OUTER(cell, rows) \
    cell(rows, 1) cell(rows, 2) cell(rows, 3) cell(rows, 4) cell(rows, 5) cell(rows, 6)
#define EACH_OUTER_ROW(row) row(1) row(2) row(3) row(4)
#else
#define ROWS 6
#define EACH_HEIGHT(row) row(1) row(2) row(3) row(4) row(5) row(6)
#define OUTER_ROWS 3
#define OUTER_VECTORS 4
#define EACH_OUTER(cell, rows) cell(rows, 1) cell(rows, 2) cell(rows, 3) cell(rows, 4)
#define EACH_OUTER_ROW(row) row(1) row(2) row(3)
#endif

/* ---- forward ---- */

static inline __attribute__((always_inline)) void tile(const int rows, int64_t depth, const float *weight,
                                                       const int32_t *offset, const float *x, float *y, int64_t ldy) {
    vector sum[ROWS][2];
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = SAME(0);
    for (int64_t k = 0; k < depth; k++, weight += rows) {
        const vector x0 = LOAD(x + offset[k]), x1 = LOAD(x + offset[k] + LANES);
#pragma GCC unroll 14
        for (int i = 0; i < rows; i++) {
            const vector w = SAME(weight[i]);
            sum[i][0] = MULTIPLY_ADD(w, x0, sum[i][0]);
            sum[i][1] = MULTIPLY_ADD(w, x1, sum[i][1]);
        }
    }
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
        STORE(y + i * ldy, sum[i][0]);
        STORE(y + i * ldy + LANES, sum[i][1]);
    }
}

#define TILE(rows)                                                                                                     \
    static void tiles_##rows(int64_t depth, const float *weight, const int32_t *offset, const float *x,                \
                             int64_t positions, float *y, int64_t ldy) {                                               \
        for (int64_t p = 0; p < positions; p += 2 * LANES) tile(rows, depth, weight, offset, x + p, y + p, ldy);       \
    }
EACH_HEIGHT(TILE)

typedef void (*tiles_function)(int64_t depth, const float *weight, const int32_t *offset, const float *x,
                               int64_t positions, float *y, int64_t ldy);

#define TILE_CELL(rows) [rows] = tiles_##rows,
static const tiles_function tiles[ROWS + 1] = {EACH_HEIGHT(TILE_CELL)};

static void forward(int64_t rows, int64_t depth, const float *weight, const int32_t *offset, const float *x,
                    int64_t positions, float *y, int64_t ldy) {
    tiles[rows](depth, weight, offset, x, positions, y, ldy);
}

static void finish(int64_t width, const float *restrict x, float bias, int relu, float *restrict y) {
    if (relu) {
        for (int64_t i = 0; i < width; i++) {
            const float v = x[i] + bias;
            y[i] = v < 0 ? 0 : v;
        }
    } else {
        for (int64_t i = 0; i < width; i++) y[i] = x[i] + bias;
    }
}

/* ---- the weight's gradient, dense ---- */

static inline __attribute__((always_inline)) void outer_block(const int rows, const int vectors,
                                                              const gt_direct_outer *o, int64_t row, int64_t from) {
    vector sum[OUTER_ROWS][OUTER_VECTORS];
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 6
        for (int v = 0; v < vectors; v++) sum[i][v] = LOAD(o->c + (row + i) * o->ldc + from + v * LANES);
    for (int64_t o1 = 0; o1 < o->height; o1++) {
        const float *x = o->x + o1 * o->x_line + from, *dy = o->dy + row * o->dy_row + o1 * o->width;
        for (int64_t o2 = 0; o2 < o->width; o2++, x += o->x_step) {
            vector g[OUTER_ROWS];
#pragma GCC unroll 4
            for (int i = 0; i < rows; i++) g[i] = SAME(dy[i * o->dy_row + o2]);
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++) {
                const vector part = LOAD(x + v * LANES);
#pragma GCC unroll 4
                for (int i = 0; i < rows; i++) sum[i][v] = MULTIPLY_ADD(g[i], part, sum[i][v]);
            }
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 6
        for (int v = 0; v < vectors; v++) STORE(o->c + (row + i) * o->ldc + from + v * LANES, sum[i][v]);
}

typedef void (*outer_function)(const gt_direct_outer *o, int64_t row, int64_t from);

#define OUTER(rows, vectors)                                                                                           \
    static void outer_##rows##_##vectors(const gt_direct_outer *o, int64_t row, int64_t from) {                        \
        outer_block(rows, vectors, o, row, from);                                                                      \
    }
#define OUTER_ROW(rows) EACH_OUTER(OUTER, rows)
EACH_OUTER_ROW(OUTER_ROW)

#define OUTER_CELL(rows, vectors) [rows][vectors] = outer_##rows##_##vectors,
#define OUTER_CELLS(rows) EACH_OUTER(OUTER_CELL, rows)
static const outer_function outers[OUTER_ROWS + 1][OUTER_VECTORS + 1] = {EACH_OUTER_ROW(OUTER_CELLS)};

static void outer(const gt_direct_outer *o) {
    const int64_t vectors = (o->span + LANES - 1) / LANES;
    for (int64_t v = 0; v < vectors; v += OUTER_VECTORS) {
        const int64_t here = vectors - v < OUTER_VECTORS ? vectors - v : OUTER_VECTORS;
        for (int64_t row = 0; row < o->rows; row += OUTER_ROWS) {
            const int64_t rows = o->rows - row < OUTER_ROWS ? o->rows - row : OUTER_ROWS;
            outers[rows][here](o, row, v * LANES);
        }
    }
}

/* ---- gradients that arrive at few places: a line of the window is a row here ---- */

static inline __attribute__((always_inline)) void gather_block(const int lines, const int vectors,
                                                               const gt_direct_list *list, const float *x,
                                                               int64_t x_line, float *c, int64_t ldc) {
    vector sum[OUTER_ROWS][OUTER_VECTORS];
#pragma GCC unroll 4
    for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
        for (int v = 0; v < vectors; v++) sum[i][v] = LOAD(c + i * ldc + v * LANES);
    int64_t e = 0;
    if (lines * vectors <= 6) { /* two sets of sums, so that additions wait less for one another */
        vector other[OUTER_ROWS][OUTER_VECTORS];
#pragma GCC unroll 4
        for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++) other[i][v] = SAME(0);
        for (; e + 2 <= list->count; e += 2) {
            const vector g = SAME(list->value[e]), h = SAME(list->value[e + 1]);
            const float *from = x + list->at[e], *next = x + list->at[e + 1];
#pragma GCC unroll 4
            for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
                for (int v = 0; v < vectors; v++) {
                    sum[i][v] = MULTIPLY_ADD(g, LOAD(from + i * x_line + v * LANES), sum[i][v]);
                    other[i][v] = MULTIPLY_ADD(h, LOAD(next + i * x_line + v * LANES), other[i][v]);
                }
        }
#pragma GCC unroll 4
        for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++) sum[i][v] = ADD(sum[i][v], other[i][v]);
    }
    for (; e < list->count; e++) {
        const vector g = SAME(list->value[e]);
        const float *from = x + list->at[e];
#pragma GCC unroll 4
        for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++)
                sum[i][v] = MULTIPLY_ADD(g, LOAD(from + i * x_line + v * LANES), sum[i][v]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
        for (int v = 0; v < vectors; v++) STORE(c + i * ldc + v * LANES, sum[i][v]);
}

static inline __attribute__((always_inline)) void scatter_block(const int lines, const int vectors,
                                                                const gt_direct_list *list, const float *weight,
                                                                int64_t ldw, float *dx, int64_t x_line) {
    vector w[OUTER_ROWS][OUTER_VECTORS];
#pragma GCC unroll 4
    for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
        for (int v = 0; v < vectors; v++) w[i][v] = LOAD(weight + i * ldw + v * LANES);
    for (int64_t e = 0; e < list->count; e++) {
        const vector g = SAME(list->value[e]);
        float *to = dx + list->at[e];
#pragma GCC unroll 4
        for (int i = 0; i < lines; i++)
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++) {
                float *place = to + i * x_line + v * LANES;
                STORE(place, MULTIPLY_ADD(g, w[i][v], LOAD(place)));
            }
    }
}

typedef void (*gather_function)(const gt_direct_list *list, const float *x, int64_t x_line, float *c, int64_t ldc);
typedef void (*scatter_function)(const gt_direct_list *list, const float *weight, int64_t ldw, float *dx,
                                 int64_t x_line);

#define SPARSE(lines, vectors)                                                                                         \
    static void gather_##lines##_##vectors(const gt_direct_list *list, const float *x, int64_t x_line, float *c,       \
                                           int64_t ldc) {                                                              \
        gather_block(lines, vectors, list, x, x_line, c, ldc);                                                         \
    }                                                                                                                  \
    static void scatter_##lines##_##vectors(const gt_direct_list *list, const float *weight, int64_t ldw, float *dx,   \
                                            int64_t x_line) {                                                          \
        scatter_block(lines, vectors, list, weight, ldw, dx, x_line);                                                  \
    }
#define SPARSE_ROW(lines) EACH_OUTER(SPARSE, lines)
EACH_OUTER_ROW(SPARSE_ROW)

#define GATHER_CELL(lines, vectors) [lines][vectors] = gather_##lines##_##vectors,
#define GATHER_CELLS(lines) EACH_OUTER(GATHER_CELL, lines)
#define SCATTER_CELL(lines, vectors) [lines][vectors] = scatter_##lines##_##vectors,
#define SCATTER_CELLS(lines) EACH_OUTER(SCATTER_CELL, lines)
static const gather_function gathers[OUTER_ROWS + 1][OUTER_VECTORS + 1] = {EACH_OUTER_ROW(GATHER_CELLS)};
static const scatter_function scatters[OUTER_ROWS + 1][OUTER_VECTORS + 1] = {EACH_OUTER_ROW(SCATTER_CELLS)};

static void gather(const gt_direct_list *list, int64_t lines, int64_t span, const float *x, int64_t x_line, float *c,
                   int64_t ldc) {
    const int64_t vectors = (span + LANES - 1) / LANES;
    for (int64_t i = 0; i < lines; i += OUTER_ROWS) {
        const int64_t rows = lines - i < OUTER_ROWS ? lines - i : OUTER_ROWS;
        for (int64_t v = 0; v < vectors; v += OUTER_VECTORS) {
            const int64_t here = vectors - v < OUTER_VECTORS ? vectors - v : OUTER_VECTORS;
            gathers[rows][here](list, x + i * x_line + v * LANES, x_line, c + i * ldc + v * LANES, ldc);
        }
    }
}

static void scatter(const gt_direct_list *list, int64_t lines, int64_t span, const float *weight, int64_t ldw,
                    float *dx, int64_t x_line) {
    const int64_t vectors = (span + LANES - 1) / LANES;
    for (int64_t i = 0; i < lines; i += OUTER_ROWS) {
        const int64_t rows = lines - i < OUTER_ROWS ? lines - i : OUTER_ROWS;
        for (int64_t v = 0; v < vectors; v += OUTER_VECTORS) {
            const int64_t here = vectors - v < OUTER_VECTORS ? vectors - v : OUTER_VECTORS;
            scatters[rows][here](list, weight + i * ldw + v * LANES, ldw, dx + i * x_line + v * LANES, x_line);
        }
    }
}

/* ---- relu and max pool ---- */

static void pool(int64_t width, const float *x0, const float *x1, float bias, float *y, uint8_t *winner) {
    for (int64_t j = 0; j < width; j += LANES, x0 += 2 * LANES, x1 += 2 * LANES) {
        const vector a = LOAD(x0), b = LOAD(x0 + LANES), c = LOAD(x1), d = LOAD(x1 + LANES); /* into the slack, at the end */
        vector most = evens(a, b);
        numbers which = SAME_NUMBER(0);
        challenge(odds(a, b), 1, &most, &which);
        challenge(evens(c, d), 2, &most, &which);
        challenge(odds(c, d), 3, &most, &which);
        settle(ADD(most, SAME(bias)), which, width - j, y + j, winner + j);
    }
}

static int64_t list(int64_t n, const float *dy, const uint8_t *winner, const int32_t *base, const int32_t *step,
                    float *value, int32_t *at) {
    int64_t count = 0, i = 0;
#if defined(__AVX512F__)
    const __m512i steps = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)step));
    for (; i + LANES <= n; i += LANES) {
        const __m512i which = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(winner + i)));
        const __mmask16 alive = _mm512_cmplt_epi32_mask(which, _mm512_set1_epi32(4));
        const __m512i places =
            _mm512_add_epi32(_mm512_loadu_si512(base + i), _mm512_permutexvar_epi32(which, steps));
        STORE(value + count, _mm512_maskz_compress_ps(alive, LOAD(dy + i)));
        _mm512_storeu_si512(at + count, _mm512_maskz_compress_epi32(alive, places));
        count += __builtin_popcount(alive);
    }
#endif
    for (; i < n; i++) {
        value[count] = dy[i];
        at[count] = base[i] + step[winner[i] & 3];
        count += winner[i] < 4;
    }
    return count;
}

GT_DEFINE_LOOPS(direct) = {
    .rows = ROWS, .forward = forward, .finish = finish, .outer = outer, .gather = gather, .scatter = scatter, .pool = pool, .list = list,
};

#else

GT_DEFINE_LOOPS(direct) = {0};

#endif
