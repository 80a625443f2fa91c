/* A ReLU network with a linear last layer, trained on batches of samples: forward, backward and update by hand. */
#ifndef GATUN_FLOOR_MLP_H
#define GATUN_FLOOR_MLP_H

#include "blas.h"
#include "norm.h"
#include "ops.h"
#include "samples.h"

#include <stdint.h>

enum { MLP_MAX_LAYERS = 4, MLP_MAX_CLASSES = 16 };

enum optimizer { OPTIMIZER_ADAM, OPTIMIZER_SGD };

struct mlp_shape {
    int layers;                   /* linear layers, 2 to MLP_MAX_LAYERS */
    int size[MLP_MAX_LAYERS + 1]; /* 784, 256, ..., 10 */
    int batch;
    enum optimizer optimizer;
    float lr;
    int norm; /* whether batch normalisation stands before each ReLU; of NORM_COLUMNS hidden neurons a rank at least */
};

/** Parameters, gradients and moments: one array each, with the layers at the same offsets. */
struct mlp {
    struct mlp_shape shape;
    const struct samples *samples; /* with labels the loss is cross-entropy, with values the mean squared error */
    long parameters;
    float *w, *g, *m, *v;
    long weight_at[MLP_MAX_LAYERS]; /* [out, in] */
    long bias_at[MLP_MAX_LAYERS];   /* [out] */
    long scale_at[MLP_MAX_LAYERS], shift_at[MLP_MAX_LAYERS]; /* [out], of a hidden layer's normalisation */

    /* x[0] is the batch, x[l] the output of layer l - 1; dx[l] is the gradient of x[l]. */
    float *x[MLP_MAX_LAYERS + 1];
    float *dx[MLP_MAX_LAYERS + 1];
    struct norm norm[MLP_MAX_LAYERS]; /* of all columns of a hidden layer */
    float *next_batch; /* the other batch: one rank may gather while its peer still reads x[0] */
    void *targets, *next_targets; /* labels or values */
    struct product forward[MLP_MAX_LAYERS], weight_gradient[MLP_MAX_LAYERS], input_gradient[MLP_MAX_LAYERS];

    int *order;       /* the epoch's permutation of the samples */
    long position;    /* where the next batch starts in it */
    uint64_t random;
    long steps;       /* since the weights were made: Adam's t */
    long steps_to_do; /* of the running mlp_train */
};

/** Takes the memory and tunes the products; everything later allocates nothing. */
void mlp_create(struct mlp *mlp, struct mlp_shape shape, const struct samples *samples);

/** New weights, uniform within 1/sqrt(in) as PyTorch's Linear, zero moments, a new order of the samples. */
void mlp_reset(struct mlp *mlp);

/** Trains `steps` steps on the team. */
void mlp_train(struct mlp *mlp, long steps);

struct mlp_score {
    double loss;  /* mean of the samples */
    double alive; /* share of hidden activations above zero */
};

/** Over the first `count` samples, a multiple of the batch. */
struct mlp_score mlp_score(struct mlp *mlp, long count);

/** Multiplications and additions of the matrix products of one step. */
double mlp_flops(const struct mlp_shape *shape);

/** The update of every parameter that this rank owns: the tile of each gradient that it computed. */
void mlp_update(struct mlp *mlp, int rank, int layer, struct adam step);

/** Batch 1: the same step as matrix-vector and outer products. */
void mlp_train_single(int rank, void *mlp);

/** Shuffles the order of the samples for a new epoch. */
void mlp_shuffle(struct mlp *mlp);

struct adam mlp_adam(const struct mlp *mlp, long step);

#endif
