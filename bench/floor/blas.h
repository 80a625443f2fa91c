/* OpenBLAS on one thread, loaded from a folder, and a matrix product cut into one tile per rank of the team. */
#ifndef GATUN_FLOOR_BLAS_H
#define GATUN_FLOOR_BLAS_H

/** Loads OpenBLAS and what it needs from `folder`, set to one thread; ends the program with a line on failure. */
void blas_load(const char *folder);

/** The name of the kernels that OpenBLAS picked for this CPU. */
const char *blas_core(void);

/** Sets how many threads of its own OpenBLAS uses in a product from now on; one after blas_load. */
void blas_threads(int count);

enum split { SPLIT_ROWS, SPLIT_COLUMNS };

/** c[m, n] = op(a) op(b), row-major and dense; `split` says which side of c is cut in two. */
struct product {
    int transpose_a, transpose_b;
    int m, n, k;
    const float *a, *b;
    float *c;
    enum split split;
};

/** The part of c that a rank computes. */
struct tile {
    long row_from, row_to, column_from, column_to;
};

struct tile product_tile(const struct product *product, int rank);

/** The part of c's rows that is this rank's when rows are cut, whatever the split: also for a bias of m elements. */
void product_row_part(const struct product *product, int rank, long *from, long *to);

/** Computes this rank's tile; no barrier. */
void product_run(const struct product *product, int rank);

/** Rows [from, to) of the product on the calling thread. */
void product_rows(const struct product *product, long from, long to);

/** Times both splits on the whole team and keeps the faster in the product; returns its best time in seconds. */
double product_tune(struct product *product);

#endif
