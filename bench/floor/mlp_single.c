/*
 * Batch 1 with one hidden layer. Matrix products of one row are bound by reading the weight, so each rank keeps to
 * its half of the hidden neurons: it alone reads and writes their rows of the first weight, which stay in its cache.
 */
#include "mlp.h"
#include "images.h"

#include "team.h"

#include <string.h>

enum { LANES = 16 };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

static float lane_sum(lanes x) {
    float sum = 0;
    for (int i = 0; i < LANES; i++) sum += x[i];
    return sum;
}

/* y[rows] = relu(w x + bias), four rows at a time so that x is read once for four; columns a multiple of LANES. */
static void matrix_vector(float *y, const float *w, const float *x, const float *bias, long rows, long columns,
                          int relu) {
    long i = 0;
    for (; i + 4 <= rows; i += 4) {
        const float *w0 = w + i * columns, *w1 = w0 + columns, *w2 = w1 + columns, *w3 = w2 + columns;
        lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        for (long j = 0; j < columns; j += LANES) {
            lanes xj = *(const lanes *)(x + j);
            s0 += *(const lanes *)(w0 + j) * xj;
            s1 += *(const lanes *)(w1 + j) * xj;
            s2 += *(const lanes *)(w2 + j) * xj;
            s3 += *(const lanes *)(w3 + j) * xj;
        }
        y[i] = lane_sum(s0) + bias[i];
        y[i + 1] = lane_sum(s1) + bias[i + 1];
        y[i + 2] = lane_sum(s2) + bias[i + 2];
        y[i + 3] = lane_sum(s3) + bias[i + 3];
    }
    for (; i < rows; i++) {
        lanes sum = {0};
        for (long j = 0; j < columns; j += LANES) sum += *(const lanes *)(w + i * columns + j) * *(const lanes *)(x + j);
        y[i] = lane_sum(sum) + bias[i];
    }
    if (!relu) return;
    for (i = 0; i < rows; i++) y[i] = y[i] > 0 ? y[i] : 0;
}

/* g[rows, columns] = a b', rows `stride` apart. */
static void outer(float *restrict g, long stride, const float *a, const float *restrict b, long rows, long columns) {
    for (long i = 0; i < rows; i++, g += stride)
        for (long j = 0; j < columns; j++) g[j] = a[i] * b[j];
}

void mlp_train_single(int rank, void *argument) {
    struct mlp *mlp = argument;
    const int in = mlp->shape.size[0], hidden = mlp->shape.size[1], classes = mlp->shape.size[2];
    const float *w0 = mlp->w + mlp->weight_at[0], *b0 = mlp->w + mlp->bias_at[0];
    const float *w1 = mlp->w + mlp->weight_at[1], *b1 = mlp->w + mlp->bias_at[1];
    float *g0 = mlp->g + mlp->weight_at[0], *gb0 = mlp->g + mlp->bias_at[0];
    float *g1 = mlp->g + mlp->weight_at[1], *gb1 = mlp->g + mlp->bias_at[1];
    float *h = mlp->x[1], *dh = mlp->dx[1];
    _Alignas(64) float x[IMAGE_PIXELS];
    _Alignas(64) float logits[MLP_MAX_CLASSES], dlogits[MLP_MAX_CLASSES];
    long from, to;
    team_part(rank, hidden, LANES, &from, &to);
    const long own = to - from;

    for (long step = 0; step < mlp->steps_to_do; step++) {
        long image = mlp->order[mlp->position];
        memcpy(x, mlp->samples->data + image * IMAGE_PIXELS, sizeof x);
        struct adam adam = mlp_adam(mlp, mlp->steps + 1);
        matrix_vector(h + from, w0 + from * in, x, b0 + from, own, in, 1);
        const int label = mlp->samples->labels[image];
        team_barrier(rank); /* h is whole, the last step's update of layer 1 is done, the position is read */
        if (rank == 0) {
            mlp->steps++;
            if (++mlp->position == mlp->samples->count) mlp_shuffle(mlp);
        }

        /* Ten dot products: both ranks compute them, which is cheaper than handing them over. */
        matrix_vector(logits, w1, h, b1, classes, hidden, 0);
        static const float no_bias[MLP_MAX_CLASSES];
        cross_entropy(logits, no_bias, label, classes, 1, dlogits);
        for (long j = from; j < to; j++) dh[j] = 0;
        for (long k = 0; k < classes; k++)
            for (long j = from; j < to; j++) dh[j] += dlogits[k] * w1[k * hidden + j];
        for (long j = from; j < to; j++) dh[j] = h[j] > 0 ? dh[j] : 0;
        outer(g1 + from, hidden, dlogits, h + from, classes, own);
        if (rank == 0) memcpy(gb1, dlogits, (size_t)classes * sizeof(float));
        outer(g0 + from * in, in, dh + from, x, own, in);
        memcpy(gb0 + from, dh + from, (size_t)own * sizeof(float));

        team_barrier(rank); /* neither reads layer 1 or its peer's h any more in this step */
        mlp_update(mlp, rank, 0, adam);
        mlp_update(mlp, rank, 1, adam);
    }
}
