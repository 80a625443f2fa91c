/* Winograd's transforms: a vector holds one element each of tiles that lie side by side. */
#include "../winograd.h"

#include "../largest.h"
#include "../vector.h"

#if defined(GT_VECTOR)

/* One dimension of B^T d B: d0 - d2, d1 + d2, d2 - d1, d1 - d3. */
static inline void into(vector d0, vector d1, vector d2, vector d3, vector to[4]) {
    to[0] = SUBTRACT(d0, d2);
    to[1] = ADD(d1, d2);
    to[2] = SUBTRACT(d2, d1);
    to[3] = SUBTRACT(d1, d3);
}

static void input(int64_t tiles, const float *x, int64_t line, float *point, int64_t step) {
    for (int64_t t = 0; t < tiles; t += LANES, x += 2 * LANES, point += LANES) {
        vector rows[4][4], points[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            const float *row = x + i * line;
            const vector a = LOAD(row), b = LOAD(row + LANES), c = LOAD(row + 2), d = LOAD(row + 2 + LANES);
            into(evens(a, b), odds(a, b), evens(c, d), odds(c, d), rows[i]);
        }
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            into(rows[0][j], rows[1][j], rows[2][j], rows[3][j], points);
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++) store_first(tiles - t, points[i], point + (4 * i + j) * step);
        }
    }
}

/* One dimension of A^T m A: m0 + m1 + m2, m1 - m2 - m3. */
static inline void out_of(vector m0, vector m1, vector m2, vector m3, vector to[2]) {
    to[0] = ADD(ADD(m0, m1), m2);
    to[1] = SUBTRACT(SUBTRACT(m1, m2), m3);
}

/* y = the tiles, row by row; gives 0 where one of the first n is not finite. */
static inline int tile_of(int64_t n, const float *point, int64_t step, vector y[2][2]) {
    vector columns[4][2];
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
        out_of(LOAD(point + j * step), LOAD(point + (4 + j) * step), LOAD(point + (8 + j) * step),
               LOAD(point + (12 + j) * step), columns[j]);
    }
    int finite = 1;
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
        out_of(columns[0][i], columns[1][i], columns[2][i], columns[3][i], y[i]);
        finite &= all_finite(n, y[i][0]) & all_finite(n, y[i][1]);
    }
    return finite;
}

static int output(int64_t tiles, const float *point, int64_t step, float *y, int64_t line) {
    int finite = 1;
    for (int64_t t = 0; t < tiles; t += LANES, y += 2 * LANES) {
        vector tile[2][2];
        finite &= tile_of(tiles - t, point + t, step, tile);
        for (int i = 0; i < 2; i++) {
            STORE(y + i * line, first_of_pairs(tile[i][0], tile[i][1]));
            STORE(y + i * line + LANES, last_of_pairs(tile[i][0], tile[i][1]));
        }
    }
    return finite;
}

static int pool(int64_t tiles, const float *point, int64_t step, float bias, float *y, uint8_t *winner) {
    int finite = 1;
    for (int64_t t = 0; t < tiles; t += LANES) {
        vector tile[2][2];
        finite &= tile_of(tiles - t, point + t, step, tile);
        vector most = tile[0][0];
        numbers which = SAME_NUMBER(0);
        challenge(tile[0][1], 1, &most, &which);
        challenge(tile[1][0], 2, &most, &which);
        challenge(tile[1][1], 3, &most, &which);
        settle(ADD(most, SAME(bias)), which, tiles - t, y + t, winner + t);
    }
    return finite;
}

GT_DEFINE_LOOPS(winograd) = {input, output, pool};

#else

GT_DEFINE_LOOPS(winograd) = {0};

#endif
