/*
 * The floor: the arithmetic of a training step and nothing else, as fast as it was made to go.
 *
 *   floor train --blas DIR --data DIR --layers 784,256,10 --batch N --optimizer adam|sgd --lr X --steps N
 *               [--network mlp|bn|tabular] [--threads 1|2]   one timed training, one line of key=value
 *   floor peak  --blas DIR                             what two threads of this machine reach
 *   floor bare  --blas DIR                             an addition and a product, one line of key=value
 *   floor draw  --out DIR                              draws a training set
 *
 * It is run by bench/compare and bench/bare; arguments are checked no further than that needs.
 */
#include "bare.h"
#include "blas.h"
#include "clock.h"
#include "images.h"
#include "mlp.h"
#include "peak.h"
#include "table.h"
#include "team.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EPOCH_SAMPLES = 60000, SCORE_SAMPLES = 9600, WARMUP_CHUNKS = 4 };

static const char *option(int count, char **arguments, const char *name, const char *otherwise) {
    for (int i = 2; i + 1 < count; i += 2)
        if (strcmp(arguments[i], name) == 0) return arguments[i + 1];
    if (otherwise == NULL) {
        fprintf(stderr, "floor: %s is missing\n", name);
        exit(2);
    }
    return otherwise;
}

static struct mlp_shape read_shape(int count, char **arguments) {
    struct mlp_shape shape = {.layers = -1};
    const char *sizes = option(count, arguments, "--layers", NULL);
    while (*sizes != '\0' && shape.layers < MLP_MAX_LAYERS) {
        char *end;
        shape.size[++shape.layers] = (int)strtol(sizes, &end, 10);
        sizes = *end == ',' ? end + 1 : end;
    }
    shape.batch = atoi(option(count, arguments, "--batch", NULL));
    shape.optimizer =
        strcmp(option(count, arguments, "--optimizer", NULL), "sgd") == 0 ? OPTIMIZER_SGD : OPTIMIZER_ADAM;
    shape.lr = strtof(option(count, arguments, "--lr", NULL), NULL);
    const char *network = option(count, arguments, "--network", "mlp");
    int single = shape.batch == 1, tabular = strcmp(network, "tabular") == 0, fits = 1;
    shape.norm = strcmp(network, "bn") == 0;
    for (int l = 1; l < shape.layers; l++) fits &= !shape.norm || shape.size[l] % (2 * NORM_COLUMNS) == 0;
    if (!fits || (shape.norm && single) || (!tabular && !shape.norm && strcmp(network, "mlp") != 0) ||
        shape.layers < 2 || shape.size[0] != (tabular ? TABLE_FEATURES : IMAGE_PIXELS) ||
        shape.size[shape.layers] != (tabular ? 1 : IMAGE_CLASSES) || shape.batch < 1 || (tabular && single) || (single && (shape.layers != 2 || shape.size[1] % 16 != 0))) {
        fprintf(stderr, "floor: --network, --layers and --batch: a network that the floor has no step for\n");
        exit(2);
    }
    return shape;
}

static void train(int count, char **arguments) {
    const struct mlp_shape shape = read_shape(count, arguments);
    struct samples samples = shape.size[0] == TABLE_FEATURES ? table_draw(EPOCH_SAMPLES)
                                                             : images_read(option(count, arguments, "--data", NULL));
    long steps = atol(option(count, arguments, "--steps", NULL));
    team_size = atoi(option(count, arguments, "--threads", "2")) == 1 ? 1 : 2;
    static struct mlp mlp;
    mlp_create(&mlp, shape, &samples);
    if (samples.count < SCORE_SAMPLES || samples.count < shape.batch) {
        fprintf(stderr, "floor: %ld samples are too few\n", samples.count);
        exit(1);
    }

    for (int chunk = 0; chunk < WARMUP_CHUNKS; chunk++) mlp_train(&mlp, (steps + 9) / 10);
    mlp_reset(&mlp); /* what is timed is the training of a new network */
    const long scored = SCORE_SAMPLES / mlp.shape.batch * mlp.shape.batch;
    double loss_before = mlp_score(&mlp, scored).loss;
    double start = seconds_now();
    mlp_train(&mlp, steps);
    double step_seconds = (seconds_now() - start) / (double)steps;
    struct mlp_score after = mlp_score(&mlp, scored);

    char splits[3 * MLP_MAX_LAYERS + 1] = "";
    for (int l = 0, at = 0; l < mlp.shape.layers; l++)
        at += snprintf(splits + at, sizeof splits - (size_t)at, "%c%c%c", "rc"[mlp.forward[l].split],
                       "rc"[mlp.weight_gradient[l].split], "rc"[mlp.input_gradient[l].split]);
    printf("epoch_s=%.6f loss_before=%.4f loss_after=%.4f alive=%.3f gflops=%.1f threads=%d splits=%s core=%s\n",
           step_seconds * EPOCH_SAMPLES / mlp.shape.batch, loss_before, after.loss, after.alive,
           mlp_flops(&mlp.shape) / step_seconds * 1e-9, team_size, splits, blas_core());
}

int main(int count, char **arguments) {
    const char *mode = count > 1 ? arguments[1] : "";
    if (strcmp(mode, "draw") == 0) {
        images_draw(option(count, arguments, "--out", NULL), EPOCH_SAMPLES);
        return 0;
    }
    int trains = strcmp(mode, "train") == 0, bare = strcmp(mode, "bare") == 0;
    if (!trains && !bare && strcmp(mode, "peak") != 0) {
        fprintf(stderr, "floor: usage: floor train|peak|bare|draw --option value ...\n");
        return 2;
    }
    blas_load(option(count, arguments, "--blas", NULL));
    if (bare) {
        bare_report();
        return 0;
    }
    team_start();
    if (trains) train(count, arguments);
    else peak_report();
    return 0;
}
