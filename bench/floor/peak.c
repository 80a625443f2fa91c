#include "peak.h"

#include "blas.h"
#include "clock.h"
#include "memory.h"
#include "ops.h"
#include "team.h"

#include <stdio.h>

enum { LARGEST = 1024 * 1024, UPDATE_COUNT = 269322, REPEATS = 400 };

struct shape {
    const char *what;
    int transpose_a, transpose_b, m, n, k;
};

static const struct shape shapes[] = {
    {"1024^3", 0, 0, 1024, 1024, 1024},
    {"b100 forward 784-256", 0, 1, 100, 256, 784},
    {"b100 weight gradient 784-256", 1, 0, 256, 784, 100},
    {"b100 forward 256-256", 0, 1, 100, 256, 256},
    {"b100 weight gradient 256-256", 1, 0, 256, 256, 100},
    {"b100 input gradient 256-256", 0, 0, 100, 256, 256},
    {"b32 forward 784-256", 0, 1, 32, 256, 784},
    {"b32 weight gradient 784-256", 1, 0, 256, 784, 32},
    {"b32 forward 256-256", 0, 1, 32, 256, 256},
    {"b32 weight gradient 256-256", 1, 0, 256, 256, 32},
    {"b32 input gradient 256-256", 0, 0, 32, 256, 256},
    {"b32 forward 784-32", 0, 1, 32, 32, 784},
    {"b32 weight gradient 784-32", 1, 0, 32, 784, 32},
};

/* All that one rank does to its half of a parameter group, or the same bytes moved without arithmetic. */
struct pass {
    float *w, *g, *m, *v;
    int arithmetic;
    double best;
};

static void pass_job(int rank, void *argument) {
    struct pass *pass = argument;
    long from, to;
    team_part(rank, UPDATE_COUNT, 16, &from, &to);
    team_barrier(rank);
    double start = seconds_now();
    if (pass->arithmetic) {
        adam_update(pass->w + from, pass->g + from, pass->m + from, pass->v + from, to - from,
                    (struct adam){1e-3f, 1});
    } else {
        float *restrict w = pass->w, *restrict m = pass->m, *restrict v = pass->v;
        const float *restrict g = pass->g;
        for (long i = from; i < to; i++) {
            w[i] += g[i];
            m[i] += g[i];
            v[i] += g[i];
        }
    }
    team_barrier(rank);
    double taken = seconds_now() - start;
    if (rank == 0 && taken < pass->best) pass->best = taken;
}

static double best_pass(struct pass pass, int arithmetic) {
    pass.arithmetic = arithmetic;
    pass.best = 1e9;
    for (int i = 0; i < REPEATS; i++) team_run(pass_job, &pass);
    return pass.best;
}

void peak_report(void) {
    float *a = memory_take(LARGEST), *b = memory_take(LARGEST), *c = memory_take(LARGEST);
    for (long i = 0; i < LARGEST; i++) {
        a[i] = (float)(i % 13) * 0.1f;
        b[i] = (float)(i % 7) * 0.1f;
    }
    printf("OpenBLAS kernels: %s, %d threads\n", blas_core(), team_size);
    for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct shape *s = &shapes[i];
        struct product p = {s->transpose_a, s->transpose_b, s->m, s->n, s->k, a, b, c, SPLIT_ROWS};
        double seconds = product_tune(&p);
        printf("%-30s %8.1f us %6.0f GF/s, cut by %s\n", s->what, seconds * 1e6,
               2.0 * s->m * s->n * s->k / seconds * 1e-9, p.split == SPLIT_ROWS ? "rows" : "columns");
    }
    struct pass pass = {a, c, b, memory_take(UPDATE_COUNT), 0, 0};
    for (long i = 0; i < UPDATE_COUNT; i++) c[i] = 1e-3f;
    double moved = best_pass(pass, 0), adam = best_pass(pass, 1);
    const double bytes = 7.0 * sizeof(float) * UPDATE_COUNT; /* reads w, g, m, v; writes w, m, v */
    printf("%-30s %8.1f us %6.1f GB/s\n", "adam, 269,322 parameters", adam * 1e6, bytes / adam * 1e-9);
    printf("%-30s %8.1f us %6.1f GB/s\n", "the same bytes, three adds", moved * 1e6, bytes / moved * 1e-9);
}
