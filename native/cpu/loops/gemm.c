/*
 * A tile's product: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS 34, 2008), for
 * the sizes of training steps, where BLAS spends its time on copying operands into panels. What makes it fast:
 *   - ROWS x COLUMNS of c stay in registers for a whole block of k; a step of k is 2 loads, ROWS broadcasts and
 *     2 ROWS multiply-adds, so the multiply-add units wait for nothing; where c is wide, with AVX-512, BROAD_ROWS and
 *     twice the columns, which takes fewer loads still;
 *   - rows are dealt out evenly (100 are 4 x 13 + 4 x 12, not 7 x 14 + 2), so that no block is too low to hide the latency;
 *   - b is copied only where it must be turned or is read by more than one block of rows, a only where its rows would
 *     fall on the same lines of L1.
 * GF on one core of 150 (Cascade Lake, AVX-512), against OpenBLAS 0.3.31 for the whole product: x W^T of 100 x 256 x 784
 * 116 and 77, of 32 x 256 x 784 99 and 52, of 32 x 256 x 256 105 and 58; dW of 256 x 784 x 100 107 and 90; 32 x 32 x 32
 * 82 and 33. OpenBLAS is ahead above 512^3, where k is 10 (70 and 108) and where n is 10 (45 and 78).
 */
#include "../gemm.h"

#include "../vector.h"

#if defined(GT_VECTOR)

#include <string.h>

#if defined(__AVX512F__)
#define ROWS 14
#define EACH_HEIGHT(row) \
    row(1) row(2) row(3) row(4) row(5) row(6) row(7) row(8) row(9) row(10) row(11) row(12) row(13) row(14)
/* Rows of a block that is four vectors wide: 10 loads for 24 multiply-adds, where 12 rows of two vectors take 14. dW of
   256 x 784 x 100 takes 340 us instead of 390. */
#define BROAD_ROWS 6
#define EACH_BROAD_HEIGHT(row) row(1) row(2) row(3) row(4) row(5) row(6)
#else
#define ROWS 6
#define EACH_HEIGHT(row) row(1) row(2) row(3) row(4) row(5) row(6)
#endif

#define COLUMNS (2 * LANES)
/* Steps of k between two visits to c: a panel of b (COLUMNS wide) and a block of a stay in L1 and L2. */
#define DEPTH 512
/* Steps of k from which on the columns of a turned a are copied: dW of 512 x 128 x 1024 takes 1.62 ms instead of 1.86. */
#define TURNED_DEPTH 256
/* Columns whose panels are copied at a time: 128 KiB of stack with AVX-512, which L2 holds. */
#define WIDTH 64

/* c [rows, vectors * LANES] = or += a b over `depth` steps; a step of a is a_col elements, of b ldb. Columns of b from
   COLUMNS on lie `far` elements behind the first. */
static inline __attribute__((always_inline)) void block(const int rows, const int vectors, int64_t depth, const float *a,
                                                        int64_t a_row, int64_t a_col, const float *b, int64_t ldb,
                                                        int64_t far, float *c, int64_t ldc, int add) {
    vector sum[ROWS][4];
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            sum[i][v] = SAME(0);
        }
    }
    for (int64_t p = 0; p < depth; p++) {
        vector y[4];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            y[v] = LOAD(b + v / 2 * far + v % 2 * LANES);
        }
#pragma GCC unroll 14
        for (int i = 0; i < rows; i++) {
            const vector x = SAME(a[i * a_row]);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++) {
                sum[i][v] = MULTIPLY_ADD(x, y[v], sum[i][v]);
            }
        }
        a += a_col;
        b += ldb;
    }
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            float *to = c + i * ldc + v * LANES;
            STORE(to, add ? ADD(sum[i][v], LOAD(to)) : sum[i][v]);
        }
    }
}

typedef void (*block_function)(int64_t depth, const float *a, int64_t a_row, int64_t a_col, const float *b, int64_t ldb,
                               float *c, int64_t ldc, int add);

#define BLOCK(rows)                                                                                                    \
    static void block_##rows##_narrow(int64_t depth, const float *a, int64_t a_row, int64_t a_col, const float *b,     \
                                      int64_t ldb, float *c, int64_t ldc, int add) {                                   \
        block(rows, 1, depth, a, a_row, a_col, b, ldb, 0, c, ldc, add);                                                \
    }                                                                                                                  \
    static void block_##rows##_wide(int64_t depth, const float *a, int64_t a_row, int64_t a_col, const float *b,       \
                                    int64_t ldb, float *c, int64_t ldc, int add) {                                     \
        block(rows, 2, depth, a, a_row, a_col, b, ldb, 0, c, ldc, add);                                                \
    }
EACH_HEIGHT(BLOCK)

/* By height, then by vectors - 1. */
#define BLOCK_ROW(rows) [rows] = {block_##rows##_narrow, block_##rows##_wide},
static const block_function blocks[ROWS + 1][2] = {EACH_HEIGHT(BLOCK_ROW)};

#if defined(BROAD_ROWS)
#define BROAD_BLOCK(rows)                                                                                              \
    static void block_##rows##_broad(int64_t depth, const float *a, int64_t a_row, int64_t a_col, const float *b,      \
                                     int64_t ldb, int64_t far, float *c, int64_t ldc, int add) {                       \
        block(rows, 4, depth, a, a_row, a_col, b, ldb, far, c, ldc, add);                                              \
    }
EACH_BROAD_HEIGHT(BROAD_BLOCK)

#define BROAD_BLOCK_ROW(rows) [rows] = block_##rows##_broad,
static void (*const broad_blocks[BROAD_ROWS + 1])(int64_t depth, const float *a, int64_t a_row, int64_t a_col,
                                                  const float *b, int64_t ldb, int64_t far, float *c, int64_t ldc,
                                                  int add) = {EACH_BROAD_HEIGHT(BROAD_BLOCK_ROW)};
#endif

/* panel[j * COLUMNS + i] = b[i * ldb + j] for i, j < LANES, through registers: 0.3 cycles an element with AVX-512, 0.5
   with AVX2, 1.2 one by one. There are n rows; the last stands in for those beyond, whose columns nobody looks at. */
#if defined(__AVX512F__)
static inline __attribute__((always_inline)) void turn(int64_t n, const float *b, int64_t ldb, float *panel) {
    __m512 r[16], t[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        r[i] = LOAD(b + (i < n ? i : n - 1) * ldb);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) { /* pairs of rows */
        t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) { /* fours: r[i + j] holds columns j, 4 + j, 8 + j, 12 + j of rows i..i+3 */
        r[i] = _mm512_shuffle_ps(t[i], t[i + 2], 0x44);
        r[i + 1] = _mm512_shuffle_ps(t[i], t[i + 2], 0xEE);
        r[i + 2] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0x44);
        r[i + 3] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0xEE);
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) { /* quarters of registers, gathered twice */
        const __m512 low_even = _mm512_shuffle_f32x4(r[j], r[4 + j], 0x88);
        const __m512 low_odd = _mm512_shuffle_f32x4(r[j], r[4 + j], 0xDD);
        const __m512 high_even = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0x88);
        const __m512 high_odd = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0xDD);
        STORE(panel + j * COLUMNS, _mm512_shuffle_f32x4(low_even, high_even, 0x88));
        STORE(panel + (4 + j) * COLUMNS, _mm512_shuffle_f32x4(low_odd, high_odd, 0x88));
        STORE(panel + (8 + j) * COLUMNS, _mm512_shuffle_f32x4(low_even, high_even, 0xDD));
        STORE(panel + (12 + j) * COLUMNS, _mm512_shuffle_f32x4(low_odd, high_odd, 0xDD));
    }
}
#else
/* Rows i and i + 4, columns j..j+3, in the halves of a register: the loads do a third of the shuffling. */
static inline __m256 halves(int64_t n, const float *b, int64_t ldb, int64_t i, int64_t j) {
    const __m256 low = _mm256_castps128_ps256(_mm_loadu_ps(b + (i < n ? i : n - 1) * ldb + j));
    return _mm256_insertf128_ps(low, _mm_loadu_ps(b + (i + 4 < n ? i + 4 : n - 1) * ldb + j), 1);
}

static inline __attribute__((always_inline)) void turn(int64_t n, const float *b, int64_t ldb, float *panel) {
#pragma GCC unroll 2
    for (int j = 0; j < 8; j += 4) {
        const __m256 r0 = halves(n, b, ldb, 0, j), r1 = halves(n, b, ldb, 1, j);
        const __m256 r2 = halves(n, b, ldb, 2, j), r3 = halves(n, b, ldb, 3, j);
        const __m256 low01 = _mm256_unpacklo_ps(r0, r1), high01 = _mm256_unpackhi_ps(r0, r1);
        const __m256 low23 = _mm256_unpacklo_ps(r2, r3), high23 = _mm256_unpackhi_ps(r2, r3);
        STORE(panel + j * COLUMNS, _mm256_shuffle_ps(low01, low23, 0x44));
        STORE(panel + (j + 1) * COLUMNS, _mm256_shuffle_ps(low01, low23, 0xEE));
        STORE(panel + (j + 2) * COLUMNS, _mm256_shuffle_ps(high01, high23, 0x44));
        STORE(panel + (j + 3) * COLUMNS, _mm256_shuffle_ps(high01, high23, 0xEE));
    }
}
#endif

/* panel [depth, COLUMNS] = b's block at (0, 0), n columns wide; what lies beyond them is any number. */
static void copy_panel(int64_t depth, int64_t n, const float *b, int64_t ldb, float *panel) {
    if (n == COLUMNS) {
        for (int64_t p = 0; p < depth; p++) {
            memcpy(panel + p * COLUMNS, b + p * ldb, COLUMNS * sizeof *panel);
        }
        return;
    }
    for (int64_t p = 0; p < depth; p++) {
        STORE(panel + p * COLUMNS + n / LANES * LANES, SAME(0));
        memcpy(panel + p * COLUMNS, b + p * ldb, (size_t)n * sizeof *panel);
    }
}

/* The same from the transpose. */
static void turn_panel(int64_t depth, int64_t n, const float *b, int64_t ldb, float *panel) {
    for (int64_t j = 0; j < n; j += LANES) {
        const int64_t rows = n - j < LANES ? n - j : LANES;
        const float *from = b + j * ldb;
        int64_t p = 0;
        if (rows == LANES) {
            for (; p + LANES <= depth; p += LANES) {
                turn(LANES, from + p, ldb, panel + p * COLUMNS + j);
            }
        } else {
            for (; p + LANES <= depth; p += LANES) {
                turn(rows, from + p, ldb, panel + p * COLUMNS + j);
            }
        }
        for (; p < depth; p++) {
            for (int64_t i = 0; i < LANES; i++) {
                panel[p * COLUMNS + j + i] = from[(i < rows ? i : rows - 1) * ldb + p];
            }
        }
    }
}

/* to [depth, LANES] = the columns of a turned a, a_col apart, from some row on: many loads are under way at a time, where
   the product would wait for each. */
static void copy_columns(int64_t depth, const float *a, int64_t a_col, float *to) {
    for (int64_t p = 0; p < depth; p++) {
        STORE(to + p * LANES, LOAD(a + p * a_col));
    }
}

/* The columns j..j+n-1 of b that one round of copying serves, for `depth` steps of k. */
static void product(const gt_gemm_tile *t, int64_t j, int64_t n, int64_t step, int64_t depth, int add) {
    _Alignas(64) float panels[WIDTH * DEPTH];
    _Alignas(64) float rows_of_a[LANES * DEPTH];
    _Alignas(64) float edge[ROWS * COLUMNS];
#if defined(BROAD_ROWS)
    const int broad = n == 2 * COLUMNS, most = broad ? 2 * BROAD_ROWS : ROWS;
#else
    const int most = ROWS;
#endif
    const int64_t heights = (t->m + most - 1) / most;
    const float *b = t->b_trans ? t->b + j * t->ldb + step : t->b + step * t->ldb + j;
    const int copies_b = t->b_trans || n % COLUMNS != 0 || (heights > 4 && t->ldb > 256);
    /* Rows of a that lie a multiple of 2 KiB apart meet on two sets of L1, and more than eight throw one another out. */
    const int turned = t->a_col != 1 && t->m >= LANES && depth >= TURNED_DEPTH;
    const int crowded = t->a_col == 1 && t->a_row % 512 == 0;
    if (copies_b) {
        for (int64_t q = 0; q < n; q += COLUMNS) {
            const int64_t columns = n - q < COLUMNS ? n - q : COLUMNS;
            if (t->b_trans) {
                turn_panel(depth, columns, b + q * t->ldb, t->ldb, panels + q * depth);
            } else {
                copy_panel(depth, columns, b + q, t->ldb, panels + q * depth);
            }
        }
    }
    for (int64_t h = 0; h < heights; h++) {
        const int64_t i = t->m * h / heights;
        const int rows = (int)(t->m * (h + 1) / heights - i);
        const float *a = t->a + i * t->a_row + step * t->a_col;
        int64_t a_row = t->a_row, a_col = t->a_col;
        if (turned) {
            const int64_t back = i + LANES <= t->m ? 0 : i + LANES - t->m; /* as many rows as a register, all inside a */
            copy_columns(depth, a - back, a_col, rows_of_a);
            a_col = LANES;
            a = rows_of_a + back;
        } else if (crowded && rows * (a_row % 1024 == 0 ? 2 : 1) > 8) {
            for (int r = 0; r < rows; r++) {
                memcpy(rows_of_a + r * depth, a + r * a_row, (size_t)depth * sizeof *a);
            }
            a_row = depth;
            a = rows_of_a;
        }
#if defined(BROAD_ROWS)
        if (broad) {
            const int64_t ldb = copies_b ? COLUMNS : t->ldb, far = copies_b ? COLUMNS * depth : COLUMNS;
            for (int upper = 0, height = (rows + 1) / 2; upper < rows; upper += height, height = rows - height) {
                broad_blocks[height](depth, a + upper * a_row, a_row, a_col, copies_b ? panels : b, ldb, far,
                                     t->c + (i + upper) * t->ldc + j, t->ldc, add);
            }
            continue;
        }
#endif
        for (int64_t q = 0; q < n; q += COLUMNS) {
            const int64_t columns = n - q < COLUMNS ? n - q : COLUMNS;
            const float *panel = copies_b ? panels + q * depth : b + q;
            const int64_t ldb = copies_b ? COLUMNS : t->ldb;
            const block_function run = blocks[rows][columns > LANES];
            float *c = t->c + i * t->ldc + j + q;
            if (columns == COLUMNS || columns == LANES) {
                run(depth, a, a_row, a_col, panel, ldb, c, t->ldc, add);
                continue;
            }
            run(depth, a, a_row, a_col, panel, ldb, edge, COLUMNS, 0);
            for (int r = 0; r < rows; r++) {
                for (int64_t s = 0; s < columns; s++) {
                    c[r * t->ldc + s] = edge[r * COLUMNS + s] + (add ? c[r * t->ldc + s] : 0);
                }
            }
        }
    }
}

static void tile(const gt_gemm_tile *t) {
    const int64_t depths = (t->k + DEPTH - 1) / DEPTH;
    for (int64_t j = 0; j < t->n; j += WIDTH) {
        const int64_t n = t->n - j < WIDTH ? t->n - j : WIDTH;
        for (int64_t d = 0; d < depths; d++) {
            const int64_t step = t->k * d / depths;
            product(t, j, n, step, t->k * (d + 1) / depths - step, t->add || d > 0);
        }
    }
}

GT_DEFINE_LOOPS(gemm) = {.tile = tile};

#else

GT_DEFINE_LOOPS(gemm) = {0};

#endif
