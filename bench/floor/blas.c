#include "blas.h"

#include "clock.h"
#include "team.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

typedef void (*sgemm_function)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                               const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);

static sgemm_function sgemm;
static char *(*core_name)(void);
static void (*set_threads)(int);

static void *open_library(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        fprintf(stderr, "floor: could not load OpenBLAS: %s\n", dlerror());
        exit(1);
    }
    return library;
}

void blas_load(const char *folder) {
    /* Before loading: otherwise OpenBLAS starts a thread of its own, which then spins beside ours. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    open_library(folder, "libgcc_s.so.1");
    open_library(folder, "libquadmath.so.0");
    open_library(folder, "libgfortran.so.5");
    void *library = open_library(folder, "libopenblas.so.0");
    *(void **)&sgemm = dlsym(library, "cblas_sgemm");
    *(void **)&core_name = dlsym(library, "openblas_get_corename");
    *(void **)&set_threads = dlsym(library, "openblas_set_num_threads");
    if (sgemm == NULL || core_name == NULL || set_threads == NULL) {
        fprintf(stderr, "floor: %s/libopenblas.so.0 lacks cblas_sgemm or its settings\n", folder);
        exit(1);
    }
}

const char *blas_core(void) {
    return core_name();
}

void blas_threads(int count) {
    set_threads(count);
}

static void compute(const struct product *p, struct tile t) {
    if (t.row_from >= t.row_to || t.column_from >= t.column_to) return;
    int lda = p->transpose_a ? p->m : p->k;
    int ldb = p->transpose_b ? p->k : p->n;
    const float *a = p->a + (p->transpose_a ? t.row_from : t.row_from * lda);
    const float *b = p->b + (p->transpose_b ? t.column_from * ldb : t.column_from);
    sgemm(ROW_MAJOR, p->transpose_a ? TRANSPOSE : NO_TRANSPOSE, p->transpose_b ? TRANSPOSE : NO_TRANSPOSE,
          (int)(t.row_to - t.row_from), (int)(t.column_to - t.column_from), p->k, 1, a, lda, b, ldb, 0,
          p->c + t.row_from * p->n + t.column_from, p->n);
}

void product_row_part(const struct product *p, int rank, long *from, long *to) {
    team_part(rank, p->m, p->m >= 32 ? 16 : 1, from, to);
}

struct tile product_tile(const struct product *p, int rank) {
    struct tile tile = {0, p->m, 0, p->n};
    if (p->split == SPLIT_ROWS) product_row_part(p, rank, &tile.row_from, &tile.row_to);
    else team_part(rank, p->n, p->n >= 32 ? 16 : 1, &tile.column_from, &tile.column_to);
    return tile;
}

void product_run(const struct product *p, int rank) {
    compute(p, product_tile(p, rank));
}

void product_rows(const struct product *p, long from, long to) {
    compute(p, (struct tile){from, to, 0, p->n});
}

enum { TUNE_REPEATS = 60 };

struct tuning {
    const struct product *product;
    double best;
};

static void tune_job(int rank, void *argument) {
    struct tuning *tuning = argument;
    team_barrier(rank);
    double start = seconds_now();
    product_run(tuning->product, rank);
    team_barrier(rank);
    double taken = seconds_now() - start;
    if (rank == 0 && taken < tuning->best) tuning->best = taken;
}

double product_tune(struct product *p) {
    struct product candidate[2] = {*p, *p};
    candidate[SPLIT_ROWS].split = SPLIT_ROWS;
    candidate[SPLIT_COLUMNS].split = SPLIT_COLUMNS;
    struct tuning tuning[2] = {{&candidate[0], 1e9}, {&candidate[1], 1e9}};
    for (int repeat = 0; repeat < TUNE_REPEATS; repeat++) /* in turn: the machine's speed changes within seconds */
        for (int split = 0; split < 2; split++) team_run(tune_job, &tuning[split]);
    p->split = tuning[SPLIT_COLUMNS].best < tuning[SPLIT_ROWS].best ? SPLIT_COLUMNS : SPLIT_ROWS;
    return tuning[p->split].best;
}
