#include "bare.h"

#include "blas.h"
#include "clock.h"
#include "memory.h"
#include "team.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ADD_COUNT = 4 << 20, SIDE = 1024, REPEATS = 101 };

static const double WARMUP_SECONDS = 1;

struct addition {
    const float *a, *b;
    float *c;
};

static void add_job(int rank, void *argument) {
    const struct addition *addition = argument;
    const float *restrict a = addition->a, *restrict b = addition->b;
    float *restrict c = addition->c;
    long from, to;
    team_part(rank, ADD_COUNT, 16, &from, &to);
    for (long i = from; i < to; i++) c[i] = a[i] + b[i];
}

static void tile_job(int rank, void *product) {
    product_run(product, rank);
}

static void add(void *addition) {
    team_run(add_job, addition);
}

static void product_by_tiles(void *product) {
    team_run(tile_job, product);
}

static void product_by_blas(void *argument) {
    const struct product *product = argument;
    product_rows(product, 0, product->m);
}

/* Runs the work until the warm-up is over, then REPEATS times; returns the least in seconds. */
static double least_of(void (*work)(void *), void *argument) {
    double least = INFINITY;
    for (double start = seconds_now(); seconds_now() - start < WARMUP_SECONDS;) work(argument);
    for (int i = 0; i < REPEATS; i++) {
        double start = seconds_now();
        work(argument);
        least = fmin(least, seconds_now() - start);
    }
    return least;
}

static float *some_floats(long count) {
    float *values = memory_take((size_t)count);
    for (long i = 0; i < count; i++) values[i] = (float)(i % 13) * 0.1f;
    return values;
}

void bare_report(void) {
    struct product product = {0, 0, SIDE, SIDE, SIDE, some_floats(SIDE * SIDE), some_floats(SIDE * SIDE),
                              memory_take(SIDE * SIDE), SPLIT_ROWS};
    /* Before the team starts: its second thread spins, and OpenBLAS's needs the core. Idle, OpenBLAS's sleeps. */
    blas_threads(2);
    double blas = least_of(product_by_blas, &product);
    blas_threads(1);

    team_start();
    product_tune(&product);
    double tiles = least_of(product_by_tiles, &product);
    struct addition addition = {some_floats(ADD_COUNT), some_floats(ADD_COUNT), memory_take(ADD_COUNT)};
    double addition_seconds = least_of(add, &addition);
    printf("add_s=%.7f blas_s=%.7f tiles_s=%.7f split=%s core=%s\n", addition_seconds, blas, tiles,
           product.split == SPLIT_ROWS ? "rows" : "columns", blas_core());
}
