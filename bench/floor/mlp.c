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
 * mislead: a cut also decides which core's cache holds the result and the weights. Normalisation takes whole columns.
 */
static void tune(struct mlp *mlp) {
    for (int i = 0; i < (mlp->shape.norm ? 1 : 3) * mlp->shape.layers; i++) {
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

/* Barriers cost a small step more than the second thread gives it: keeps the faster of one and two. */
static void tune_team(struct mlp *mlp) {
    const int most = team_size;
    double best[3] = {0, 1e9, 1e9};
    for (int repeat = 0; repeat < TUNE_REPEATS; repeat++)
        for (team_size = 1; team_size <= most; team_size++) {
            double start = seconds_now();
            mlp_train(mlp, TUNE_STEPS);
            best[team_size] = fmin(best[team_size], seconds_now() - start);
        }
    team_size = best[most] < best[1] ? most : 1;
}

void mlp_create(struct mlp *mlp, struct mlp_shape shape, const struct samples *samples) {
    memset(mlp, 0, sizeof *mlp);
    mlp->shape = shape;
    mlp->samples = samples;
    const int last = shape.layers - 1, batch = shape.batch;
    for (int l = 0; l <= last; l++) {
        mlp->weight_at[l] = mlp->parameters;
        mlp->bias_at[l] = mlp->weight_at[l] + padded((long)shape.size[l] * shape.size[l + 1]);
        mlp->parameters = mlp->bias_at[l] + padded(shape.size[l + 1]);
        if (shape.norm && l < last) {
            mlp->scale_at[l] = mlp->parameters;
            mlp->shift_at[l] = mlp->scale_at[l] + padded(shape.size[l + 1]);
            mlp->parameters = mlp->shift_at[l] + padded(shape.size[l + 1]);
        }
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
    mlp->targets = memory_take((size_t)batch);
    mlp->next_targets = memory_take((size_t)batch);
    for (int l = 0; l < last && shape.norm; l++) {
        const size_t columns = (size_t)shape.size[l + 1];
        mlp->norm[l] = (struct norm){mlp->w + mlp->scale_at[l],     mlp->w + mlp->shift_at[l],
                                     memory_take(columns),          memory_take(columns),
                                     memory_take((size_t)batch * columns), memory_take(columns)};
    }
    mlp->order = memory_take((size_t)samples->count);
    for (long i = 0; i < samples->count; i++) mlp->order[i] = (int)i;
    mlp->random = 1;

    for (int l = 0; l <= last; l++) {
        int in = shape.size[l], out = shape.size[l + 1];
        const float *weight = mlp->w + mlp->weight_at[l];
        mlp->forward[l] = product(0, 1, batch, out, in, mlp->x[l], weight, mlp->x[l + 1]);
        mlp->weight_gradient[l] = product(1, 0, out, in, batch, mlp->dx[l + 1], mlp->x[l], mlp->g + mlp->weight_at[l]);
        mlp->input_gradient[l] = product(0, 0, batch, in, out, mlp->dx[l + 1], weight, mlp->dx[l]);
        /* To begin with, a thread's neurons are those whose weights it updates. */
        mlp->forward[l].split = SPLIT_COLUMNS;
        if (shape.norm) mlp->input_gradient[l].split = SPLIT_COLUMNS;
    }
    mlp_reset(mlp);
    if (batch > 1) {
        tune(mlp);
        tune_team(mlp);
    }
}

void mlp_reset(struct mlp *mlp) {
    for (int l = 0; l < mlp->shape.layers; l++) {
        float bound = 1 / sqrtf((float)mlp->shape.size[l]);
        long end = mlp->bias_at[l] + mlp->shape.size[l + 1];
        for (long i = mlp->weight_at[l]; i < end; i++)
            mlp->w[i] = bound * (2 * random_unit(&mlp->random) - 1);
        if (!mlp->shape.norm || l + 1 == mlp->shape.layers) continue;
        for (long j = 0; j < mlp->shape.size[l + 1]; j++) {
            mlp->w[mlp->scale_at[l] + j] = mlp->norm[l].running_var[j] = 1;
            mlp->w[mlp->shift_at[l] + j] = mlp->norm[l].running_mean[j] = 0;
        }
    }
    memset(mlp->m, 0, (size_t)mlp->parameters * sizeof(float));
    memset(mlp->v, 0, (size_t)mlp->parameters * sizeof(float));
    mlp->steps = 0;
    mlp_shuffle(mlp);
}

void mlp_shuffle(struct mlp *mlp) {
    for (long i = mlp->samples->count - 1; i > 0; i--) {
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
static void gather(const struct mlp *mlp, int rank, long position, float *batch, void *targets) {
    enum { LINE = 16 };
    const struct samples *samples = mlp->samples;
    const long width = samples->width;
    long from, to;
    team_part(rank, mlp->shape.batch, 1, &from, &to);
    for (long i = from; i < to; i++) {
        long sample = mlp->order[position + i], next = mlp->order[position + (i + 1 < to ? i + 1 : i)];
        const float *source = samples->data + sample * width, *ahead = samples->data + next * width;
        long j = 0;
        for (; j + LINE <= width; j += LINE) {
            __builtin_prefetch(ahead + j);
            memcpy(batch + i * width + j, source + j, LINE * sizeof(float));
        }
        if (j < width) __builtin_prefetch(ahead + j);
        for (; j < width; j++) batch[i * width + j] = source[j];
        if (samples->labels != NULL) ((int *)targets)[i] = samples->labels[sample];
        else ((float *)targets)[i] = samples->values[sample];
    }
}

/* The part of a layer's normalisation that begins at a column. */
static struct norm norm_at(const struct mlp *mlp, int layer, long column) {
    struct norm n = mlp->norm[layer];
    n.scale += column;
    n.shift += column;
    n.running_mean += column;
    n.running_var += column;
    n.standard += column;
    n.inverse += column;
    return n;
}

/* x[layer + 1] = relu(x[layer] w' + b), normalised before it or not, while the rank's tile is in its cache. */
static void forward_hidden(const struct mlp *mlp, int rank, int layer, const float *input) {
    struct product p = mlp->forward[layer];
    p.a = input;
    product_run(&p, rank);
    struct tile t = product_tile(&p, rank);
    for (long j = t.column_from; mlp->shape.norm && j < t.column_to; j += NORM_COLUMNS) {
        const struct norm n = norm_at(mlp, layer, j);
        norm_relu(p.c + j, p.n, mlp->w + mlp->bias_at[layer] + j, p.m, &n);
    }
    if (mlp->shape.norm) return;
    bias_relu(p.c + t.row_from * p.n + t.column_from, p.n, mlp->w + mlp->bias_at[layer] + t.column_from,
              t.row_to - t.row_from, t.column_to - t.column_from);
}

/* The loss of sample i of a batch, and its gradient times `scale`. */
static float loss_of(const struct mlp *mlp, const float *output, const void *targets, long i, float scale, float *d) {
    const int last = mlp->shape.layers - 1;
    const float *bias = mlp->w + mlp->bias_at[last];
    if (mlp->samples->labels != NULL)
        return cross_entropy(output, bias, ((const int *)targets)[i], mlp->shape.size[last + 1], scale, d);
    const float apart = output[0] + bias[0] - ((const float *)targets)[i];
    d[0] = 2 * scale * apart;
    return apart * apart;
}

/* From the gradient of a layer's outputs, masked by ReLU, to that of its product: this rank's columns. */
static void norm_backward(const struct mlp *mlp, int rank, int layer) {
    const struct product *p = &mlp->forward[layer];
    const struct tile t = product_tile(p, rank);
    for (long j = t.column_from; j < t.column_to; j += NORM_COLUMNS) {
        const struct norm n = norm_at(mlp, layer, j);
        norm_gradient(mlp->dx[layer + 1] + j, p->n, p->m, &n, mlp->g + mlp->scale_at[layer] + j,
                      mlp->g + mlp->shift_at[layer] + j);
    }
}

/* Last layer, loss and the gradient of the last hidden layer: all row by row, so a rank needs only its own rows. */
static void last_layer(const struct mlp *mlp, int rank, const void *targets) {
    const int last = mlp->shape.layers - 1;
    const struct product *forward = &mlp->forward[last];
    long from, to;
    team_part(rank, mlp->shape.batch, 1, &from, &to);
    product_rows(forward, from, to);
    for (long i = from; i < to; i++)
        loss_of(mlp, forward->c + i * forward->n, targets, i, 1 / (float)mlp->shape.batch,
                mlp->dx[last + 1] + i * forward->n);
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
    if (mlp->shape.norm) norm_backward(mlp, rank, layer - 1);
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
    if (!mlp->shape.norm || layer + 1 == mlp->shape.layers) return;
    const struct tile own = product_tile(&mlp->forward[layer], rank);
    update(mlp, mlp->scale_at[layer] + own.column_from, own.column_to - own.column_from, step);
    update(mlp, mlp->shift_at[layer] + own.column_from, own.column_to - own.column_from, step);
}

/*
 * The steps of one rank. Each rank updates what it computed the gradient of, so that no barrier stands between
 * backward and update and the gradient is still in the rank's cache.
 */
static void train_batches(int rank, void *argument) {
    struct mlp *mlp = argument;
    const int last = mlp->shape.layers - 1, batch = mlp->shape.batch;
    float *input = mlp->x[0], *other_input = mlp->next_batch;
    void *targets = mlp->targets, *other_targets = mlp->next_targets;
    for (long step = 0; step < mlp->steps_to_do; step++) {
        gather(mlp, rank, mlp->position, input, targets);
        struct adam adam = mlp_adam(mlp, mlp->steps + 1);
        team_barrier(rank);
        for (int l = 0; l < last; l++) {
            forward_hidden(mlp, rank, l, l == 0 ? input : mlp->x[l]);
            team_barrier(rank);
        }
        if (rank == 0) { /* both have read them, neither reads them again before the next barrier but one */
            mlp->steps++;
            mlp->position += batch;
            if (mlp->position + batch > mlp->samples->count) mlp_shuffle(mlp);
        }
        last_layer(mlp, rank, targets);
        team_barrier(rank);
        if (mlp->shape.norm) {
            norm_backward(mlp, rank, last - 1);
            team_barrier(rank);
        }
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
        void *swapped_targets = targets;
        targets = other_targets;
        other_targets = swapped_targets;
    }
}

void mlp_train(struct mlp *mlp, long steps) {
    mlp->steps_to_do = steps;
    team_run(mlp->shape.batch == 1 ? mlp_train_single : train_batches, mlp);
}

struct mlp_score mlp_score(struct mlp *mlp, long count) {
    const int layers = mlp->shape.layers, batch = mlp->shape.batch, outputs = mlp->shape.size[layers];
    const struct samples *samples = mlp->samples;
    double loss = 0;
    long alive = 0, hidden = 0;
    for (long first = 0; first < count; first += batch) {
        for (int l = 0; l < layers; l++) {
            struct product p = mlp->forward[l];
            if (l == 0) p.a = samples->data + first * samples->width;
            product_rows(&p, 0, batch);
            if (l == layers - 1) continue;
            for (long j = 0; mlp->shape.norm && j < p.n; j += NORM_COLUMNS) {
                const struct norm n = norm_at(mlp, l, j);
                norm_relu_fixed(p.c + j, p.n, mlp->w + mlp->bias_at[l] + j, batch, &n);
            }
            if (!mlp->shape.norm) bias_relu(p.c, p.n, mlp->w + mlp->bias_at[l], batch, p.n);
            for (long i = 0; i < (long)batch * p.n; i++) alive += p.c[i] > 0;
            hidden += (long)batch * p.n;
        }
        for (long i = 0; i < batch; i++)
            loss += loss_of(mlp, mlp->x[layers] + i * outputs,
                            samples->labels != NULL ? (void *)samples->labels : (void *)samples->values, first + i, 1,
                            mlp->dx[layers] + i * outputs);
    }
    return (struct mlp_score){loss / (double)count, (double)alive / (double)hidden};
}

double mlp_flops(const struct mlp_shape *shape) {
    double flops = 0;
    for (int l = 0; l < shape->layers; l++) /* forward, weight gradient and, but for the first layer, input gradient */
        flops += (l == 0 ? 2 : 3) * 2.0 * shape->batch * shape->size[l] * shape->size[l + 1];
    return flops;
}
