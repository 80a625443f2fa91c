#include "mlp.h"

#include "clock.h"
#include "memory.h"
#include "random.h"
#include "team.h"

#include <string.h>

/* Elements between two parameters' starts are a multiple of a cache line. */
static long padded(long count) {
    return (count + 15) / 16 * 16;
}

static struct product product(int transpose_a, int transpose_b, int m, int n, int k, const float *a, const float *b,
                              float *c) {
    return (struct product){transpose_a, transpose_b, m, n, k, a, b, c, SPLIT_ROWS};
}

enum { TUNE_STEPS = 20, TUNE_REPEATS = 5 };

/*
 * Keeps, for one product after the other, the cut that makes the whole step faster. Timing the product alone would
 * mislead: a cut also decides which core's cache holds the result and the weights.
 */
static void tune(struct mlp *mlp) {
    for (int i = 0; i < 3 * mlp->shape.layers; i++) {
        struct product *kinds[] = {mlp->weight_gradient, mlp->forward, mlp->input_gradient};
        struct product *p = &kinds[i / mlp->shape.layers][i % mlp->shape.layers];
        double best[2] = {1e9, 1e9};
        for (int repeat = 0; repeat < TUNE_REPEATS; repeat++)
            for (int split = 0; split < 2; split++) {
                p->split = (enum split)split;
                double start = seconds_now();
                mlp_train(mlp, TUNE_STEPS);
                best[split] = fmin(best[split], seconds_now() - start);
            }
        p->split = best[SPLIT_COLUMNS] < best[SPLIT_ROWS] ? SPLIT_COLUMNS : SPLIT_ROWS;
    }
}

void mlp_create(struct mlp *mlp, struct mlp_shape shape, const struct images *images) {
    memset(mlp, 0, sizeof *mlp);
    mlp->shape = shape;
    mlp->images = images;
    const int last = shape.layers - 1, batch = shape.batch;
    for (int l = 0; l <= last; l++) {
        mlp->weight_at[l] = mlp->parameters;
        mlp->bias_at[l] = mlp->weight_at[l] + padded((long)shape.size[l] * shape.size[l + 1]);
        mlp->parameters = mlp->bias_at[l] + padded(shape.size[l + 1]);
    }
    mlp->w = memory_take((size_t)mlp->parameters);
    mlp->g = memory_take((size_t)mlp->parameters);
    mlp->m = memory_take((size_t)mlp->parameters);
    mlp->v = memory_take((size_t)mlp->parameters);
    for (int l = 0; l <= shape.layers; l++) {
        mlp->x[l] = memory_take((size_t)batch * (size_t)shape.size[l]);
        if (l > 0) mlp->dx[l] = memory_take((size_t)batch * (size_t)shape.size[l]);
    }
    mlp->next_batch = memory_take((size_t)batch * (size_t)shape.size[0]);
    mlp->labels = memory_take((size_t)batch);
    mlp->next_labels = memory_take((size_t)batch);
    mlp->order = memory_take((size_t)images->count);
    for (long i = 0; i < images->count; i++) mlp->order[i] = (int)i;
    mlp->random = 1;

    for (int l = 0; l <= last; l++) {
        int in = shape.size[l], out = shape.size[l + 1];
        const float *weight = mlp->w + mlp->weight_at[l];
        mlp->forward[l] = product(0, 1, batch, out, in, mlp->x[l], weight, mlp->x[l + 1]);
        mlp->weight_gradient[l] = product(1, 0, out, in, batch, mlp->dx[l + 1], mlp->x[l], mlp->g + mlp->weight_at[l]);
        mlp->input_gradient[l] = product(0, 0, batch, in, out, mlp->dx[l + 1], weight, mlp->dx[l]);
        /* To begin with, a thread's neurons are those whose weights it updates. */
        mlp->forward[l].split = SPLIT_COLUMNS;
    }
    mlp_reset(mlp);
    if (batch > 1) tune(mlp);
}

void mlp_reset(struct mlp *mlp) {
    for (int l = 0; l < mlp->shape.layers; l++) {
        float bound = 1 / sqrtf((float)mlp->shape.size[l]);
        long end = mlp->bias_at[l] + mlp->shape.size[l + 1];
        for (long i = mlp->weight_at[l]; i < end; i++)
            mlp->w[i] = bound * (2 * random_unit(&mlp->random) - 1);
    }
    memset(mlp->m, 0, (size_t)mlp->parameters * sizeof(float));
    memset(mlp->v, 0, (size_t)mlp->parameters * sizeof(float));
    mlp->steps = 0;
    mlp_shuffle(mlp);
}

void mlp_shuffle(struct mlp *mlp) {
    for (long i = mlp->images->count - 1; i > 0; i--) {
        long j = (long)random_below(&mlp->random, (uint64_t)i + 1);
        int swapped = mlp->order[i];
        mlp->order[i] = mlp->order[j];
        mlp->order[j] = swapped;
    }
    mlp->position = 0;
}

struct adam mlp_adam(const struct mlp *mlp, long step) {
    return (struct adam){mlp->shape.lr / (float)(1 - pow(0.9, (double)step)),
                         1 / sqrtf((float)(1 - pow(0.999, (double)step)))};
}

/*
 * This rank's share of the batch that starts at `position`, rows copied one by one as a loader must. They lie anywhere in
 * 188 MB: the next one is fetched while one is copied.
 */
static void gather(const struct mlp *mlp, int rank, long position, float *batch, int *labels) {
    enum { LINE = 16 };
    long from, to;
    team_part(rank, mlp->shape.batch, 1, &from, &to);
    for (long i = from; i < to; i++) {
        long image = mlp->order[position + i], next = mlp->order[position + (i + 1 < to ? i + 1 : i)];
        const float *source = mlp->images->pixels + image * IMAGE_PIXELS;
        const float *ahead = mlp->images->pixels + next * IMAGE_PIXELS;
        for (long j = 0; j < IMAGE_PIXELS; j += LINE) {
            __builtin_prefetch(ahead + j);
            memcpy(batch + i * IMAGE_PIXELS + j, source + j, LINE * sizeof(float));
        }
        labels[i] = mlp->images->labels[image];
    }
}

/* x[layer + 1] = relu(x[layer] w' + b): bias and ReLU while the rank's tile is in its cache. */
static void forward_hidden(const struct mlp *mlp, int rank, int layer, const float *input) {
    struct product p = mlp->forward[layer];
    p.a = input;
    product_run(&p, rank);
    struct tile t = product_tile(&p, rank);
    bias_relu(p.c + t.row_from * p.n + t.column_from, p.n, mlp->w + mlp->bias_at[layer] + t.column_from,
              t.row_to - t.row_from, t.column_to - t.column_from);
}

/* Last layer, loss and the gradient of the last hidden layer: all row by row, so a rank needs only its own rows. */
static void last_layer(const struct mlp *mlp, int rank, const int *labels) {
    const int last = mlp->shape.layers - 1;
    const struct product *forward = &mlp->forward[last];
    long from, to;
    team_part(rank, mlp->shape.batch, 1, &from, &to);
    product_rows(forward, from, to);
    for (long i = from; i < to; i++)
        cross_entropy(forward->c + i * forward->n, mlp->w + mlp->bias_at[last], labels[i], forward->n,
                      1 / (float)mlp->shape.batch, mlp->dx[last + 1] + i * forward->n);
    const struct product *back = &mlp->input_gradient[last];
    product_rows(back, from, to);
    relu_mask(back->c + from * back->n, mlp->x[last] + from * back->n, back->n, to - from, back->n);
}

/* Gradients of a layer's weight and bias: the rank's tile of the one, its half of the other. */
static void parameter_gradients(const struct mlp *mlp, int rank, int layer, const float *input) {
    struct product p = mlp->weight_gradient[layer];
    p.b = input;
    product_run(&p, rank);
    long from, to;
    product_row_part(&p, rank, &from, &to);
    sum_rows(mlp->g + mlp->bias_at[layer] + from, mlp->dx[layer + 1] + from, p.m, mlp->shape.batch, to - from);
}

static void input_gradient(const struct mlp *mlp, int rank, int layer) {
    const struct product *p = &mlp->input_gradient[layer];
    product_run(p, rank);
    struct tile t = product_tile(p, rank);
    long at = t.row_from * p->n + t.column_from;
    relu_mask(p->c + at, mlp->x[layer] + at, p->n, t.row_to - t.row_from, t.column_to - t.column_from);
}

static void update(struct mlp *mlp, long from, long count, struct adam step) {
    if (mlp->shape.optimizer == OPTIMIZER_ADAM)
        adam_update(mlp->w + from, mlp->g + from, mlp->m + from, mlp->v + from, count, step);
    else sgd_update(mlp->w + from, mlp->g + from, count, mlp->shape.lr);
}

void mlp_update(struct mlp *mlp, int rank, int layer, struct adam step) {
    const struct product *p = &mlp->weight_gradient[layer];
    struct tile t = product_tile(p, rank);
    if (t.column_to - t.column_from == p->n) {
        update(mlp, mlp->weight_at[layer] + t.row_from * p->n, (t.row_to - t.row_from) * p->n, step);
    } else {
        for (long i = t.row_from; i < t.row_to; i++)
            update(mlp, mlp->weight_at[layer] + i * p->n + t.column_from, t.column_to - t.column_from, step);
    }
    long from, to;
    product_row_part(p, rank, &from, &to);
    update(mlp, mlp->bias_at[layer] + from, to - from, step);
}

/*
 * The steps of one rank. Each rank updates what it computed the gradient of, so that no barrier stands between
 * backward and update and the gradient is still in the rank's cache.
 */
static void train_batches(int rank, void *argument) {
    struct mlp *mlp = argument;
    const int last = mlp->shape.layers - 1, batch = mlp->shape.batch;
    float *input = mlp->x[0], *other_input = mlp->next_batch;
    int *labels = mlp->labels, *other_labels = mlp->next_labels;
    for (long step = 0; step < mlp->steps_to_do; step++) {
        gather(mlp, rank, mlp->position, input, labels);
        struct adam adam = mlp_adam(mlp, mlp->steps + 1);
        team_barrier(rank);
        for (int l = 0; l < last; l++) {
            forward_hidden(mlp, rank, l, l == 0 ? input : mlp->x[l]);
            team_barrier(rank);
        }
        if (rank == 0) { /* both have read them, neither reads them again before the next barrier but one */
            mlp->steps++;
            mlp->position += batch;
            if (mlp->position + batch > mlp->images->count) mlp_shuffle(mlp);
        }
        last_layer(mlp, rank, labels);
        team_barrier(rank);
        for (int l = last; l >= 0; l--) {
            parameter_gradients(mlp, rank, l, l == 0 ? input : mlp->x[l]);
            if (l == last || l == 0) continue;
            input_gradient(mlp, rank, l);
            team_barrier(rank);
        }
        for (int l = 0; l <= last; l++) mlp_update(mlp, rank, l, adam);

        float *swapped = input;
        input = other_input;
        other_input = swapped;
        int *swapped_labels = labels;
        labels = other_labels;
        other_labels = swapped_labels;
    }
}

void mlp_train(struct mlp *mlp, long steps) {
    mlp->steps_to_do = steps;
    team_run(mlp->shape.batch == 1 ? mlp_train_single : train_batches, mlp);
}

struct mlp_score mlp_score(struct mlp *mlp, long count) {
    const int layers = mlp->shape.layers, batch = mlp->shape.batch, classes = mlp->shape.size[layers];
    double loss = 0;
    long alive = 0, hidden = 0;
    for (long first = 0; first < count; first += batch) {
        for (int l = 0; l < layers; l++) {
            struct product p = mlp->forward[l];
            if (l == 0) p.a = mlp->images->pixels + first * IMAGE_PIXELS;
            product_rows(&p, 0, batch);
            if (l == layers - 1) continue;
            bias_relu(p.c, p.n, mlp->w + mlp->bias_at[l], batch, p.n);
            for (long i = 0; i < (long)batch * p.n; i++) alive += p.c[i] > 0;
            hidden += (long)batch * p.n;
        }
        for (long i = 0; i < batch; i++)
            loss += cross_entropy(mlp->x[layers] + i * classes, mlp->w + mlp->bias_at[layers - 1],
                                  mlp->images->labels[first + i], classes, 1, mlp->dx[layers] + i * classes);
    }
    return (struct mlp_score){loss / (double)count, (double)alive / (double)hidden};
}

double mlp_flops(const struct mlp_shape *shape) {
    double flops = 0;
    for (int l = 0; l < shape->layers; l++) /* forward, weight gradient and, but for the first layer, input gradient */
        flops += (l == 0 ? 2 : 3) * 2.0 * shape->batch * shape->size[l] * shape->size[l + 1];
    return flops;
}
