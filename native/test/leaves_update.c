/* The optimizers, several steps each, against PyTorch's formulas in double, one element at a time. */
#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"

#define PARAMETERS 4
#define STEPS 5

/* Sizes that miss the vector width, one that needs several chunks with the others, one empty. */
static const int64_t sizes[PARAMETERS] = {3, 0, 40001, 129};

typedef struct {
    int dtype;
    gt_parameter parameters[PARAMETERS];
    double *param[PARAMETERS], *state0[PARAMETERS], *state1[PARAMETERS]; /* the oracle's */
} model;

static double get(int dtype, const void *p, int64_t i) {
    return dtype == GT_F32 ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

static void set(int dtype, void *p, int64_t i, double x) {
    if (dtype == GT_F32) {
        ((float *)p)[i] = (float)x;
    } else {
        ((double *)p)[i] = x;
    }
}

static void open_model(model *m, int dtype) {
    const int64_t size = dtype == GT_F32 ? 4 : 8;
    uint64_t seed = 1;
    m->dtype = dtype;
    for (int i = 0; i < PARAMETERS; i++) {
        gt_parameter *p = &m->parameters[i];
        *p = (gt_parameter){sizes[i], test_buffer(sizes[i], size), test_buffer(sizes[i], size),
                            test_buffer(sizes[i], size), test_buffer(sizes[i], size)};
        m->param[i] = test_buffer(sizes[i], 8);
        m->state0[i] = test_buffer(sizes[i], 8);
        m->state1[i] = test_buffer(sizes[i], 8);
        for (int64_t j = 0; j < sizes[i]; j++) {
            set(dtype, p->param, j, test_uniform(&seed) * 2 - 1);
            m->param[i][j] = get(dtype, p->param, j);
            set(dtype, p->state0, j, 0);
            set(dtype, p->state1, j, 0);
            m->state0[i][j] = m->state1[i][j] = 0;
        }
    }
}

static void close_model(model *m) {
    for (int i = 0; i < PARAMETERS; i++) {
        free(m->parameters[i].param);
        free((void *)m->parameters[i].grad);
        free(m->parameters[i].state0);
        free(m->parameters[i].state1);
        free(m->param[i]);
        free(m->state0[i]);
        free(m->state1[i]);
    }
}

static void new_gradients(model *m, uint64_t seed) {
    for (int i = 0; i < PARAMETERS; i++) {
        for (int64_t j = 0; j < sizes[i]; j++) {
            set(m->dtype, (void *)m->parameters[i].grad, j, test_uniform(&seed) * 2 - 1);
        }
    }
}

static void compare(const model *m, const char *what, int step) {
    const double tolerance = m->dtype == GT_F32 ? 2e-6 : 2e-15;
    for (int i = 0; i < PARAMETERS; i++) {
        for (int64_t j = 0; j < sizes[i]; j++) {
            const double got = get(m->dtype, m->parameters[i].param, j);
            CHECK(fabs(got - m->param[i][j]) <= tolerance, "%s, step %d, parameter %d at %lld: %.17g, not %.17g", what, step,
                  i, (long long)j, got, m->param[i][j]);
        }
    }
}

static void sgd(int dtype, gt_sgd_args args) {
    model m;
    open_model(&m, dtype);
    for (int step = 1; step <= STEPS; step++) {
        args.first = step == 1;
        new_gradients(&m, (uint64_t)step);
        CHECK(gt_sgd(dtype, PARAMETERS, m.parameters, &args) == GT_OK, "sgd");
        for (int i = 0; i < PARAMETERS; i++) {
            for (int64_t j = 0; j < sizes[i]; j++) {
                double g = get(dtype, m.parameters[i].grad, j) * (args.maximize ? -1 : 1);
                g += args.weight_decay * m.param[i][j];
                if (args.momentum != 0) {
                    double *b = &m.state0[i][j];
                    *b = step == 1 ? g : args.momentum * *b + (1 - args.dampening) * g;
                    g = args.nesterov ? g + args.momentum * *b : *b;
                }
                m.param[i][j] -= args.lr * g;
            }
        }
        compare(&m, "sgd", step);
    }
    close_model(&m);
}

static void adam(int dtype, gt_adam_args args) {
    model m;
    open_model(&m, dtype);
    for (int step = 1; step <= STEPS; step++) {
        args.step = step;
        new_gradients(&m, (uint64_t)step);
        CHECK(gt_adam(dtype, PARAMETERS, m.parameters, &args) == GT_OK, "adam");
        const double left1 = 1 - pow(args.beta1, step), left2 = 1 - pow(args.beta2, step);
        for (int i = 0; i < PARAMETERS; i++) {
            for (int64_t j = 0; j < sizes[i]; j++) {
                double *p = &m.param[i][j], *mean = &m.state0[i][j], *square = &m.state1[i][j];
                double g = get(dtype, m.parameters[i].grad, j) * (args.maximize ? -1 : 1);
                if (args.decoupled) {
                    *p *= 1 - args.lr * args.weight_decay;
                } else {
                    g += args.weight_decay * *p;
                }
                *mean = args.beta1 * *mean + (1 - args.beta1) * g;
                *square = args.beta2 * *square + (1 - args.beta2) * g * g;
                *p -= args.lr / left1 * *mean / (sqrt(*square) / sqrt(left2) + args.eps);
            }
        }
        compare(&m, args.decoupled ? "adamw" : "adam", step);
    }
    close_model(&m);
}

/* The same bits for any number of threads. */
static void threads(void) {
    const gt_adam_args args = {1e-3, 0.9, 0.999, 1e-8, 0, 0, 0, 1};
    const int before = gt_threads_count();
    model alone, shared;
    open_model(&alone, GT_F32);
    new_gradients(&alone, 1);
    gt_threads_set(1);
    gt_adam(GT_F32, PARAMETERS, alone.parameters, &args);
    for (int count = 2; count <= 4; count++) {
        open_model(&shared, GT_F32);
        new_gradients(&shared, 1);
        gt_threads_set(count);
        gt_adam(GT_F32, PARAMETERS, shared.parameters, &args);
        CHECK(memcmp(alone.parameters[2].param, shared.parameters[2].param, (size_t)sizes[2] * 4) == 0, "%d threads", count);
        close_model(&shared);
    }
    gt_threads_set(before);
    close_model(&alone);
}

/* A moment that decays goes to 0 where it would stick at a denormal; the thread's own mode stays as it was. */
static void denormals(void) {
    float param = 1, grad = 0, mean = 1e-38f, square = 0;
    volatile float tiny = 1e-38f;
    const gt_parameter p = {1, &param, &grad, &mean, &square};
    const gt_adam_args args = {1e-3, 0.9, 0.999, 1e-8, 0, 0, 0, 1};
    CHECK(gt_adam(GT_F32, 1, &p, &args) == GT_OK, "adam");
#if defined(__x86_64__)
    CHECK(mean == 0, "the moment is %g", (double)mean);
#endif
    CHECK(tiny * 0.5f > 0, "the mode leaked");
}

static void refusals(void) {
    float x[2] = {1, 2};
    const gt_parameter p = {2, x, x, NULL, NULL}, negative = {-1, x, x, x, x};
    const gt_sgd_args plain = {0.1, 0, 0, 0, 0, 0, 0}, momentum = {0.1, 0.9, 0, 0, 0, 0, 1};
    gt_adam_args args = {1e-3, 0.9, 0.999, 1e-8, 0, 0, 0, 0};
    CHECK(gt_sgd(99, 1, &p, &plain) == GT_BAD_CODE && gt_adam(-1, 1, &p, &args) == GT_BAD_CODE, "code");
    CHECK(gt_sgd(GT_I32, 1, &p, &plain) == GT_UNSUPPORTED && gt_adam(GT_F16, 1, &p, &args) == GT_UNSUPPORTED, "dtype");
    CHECK(gt_sgd(GT_F32, 1, &p, &momentum) == GT_BAD_ARGUMENT, "no buffer");
    CHECK(gt_sgd(GT_F32, 1, &negative, &plain) == GT_BAD_ARGUMENT, "n");
    CHECK(gt_sgd(GT_F32, 1, NULL, &plain) == GT_BAD_ARGUMENT && gt_sgd(GT_F32, 1, &p, NULL) == GT_BAD_ARGUMENT, "null");
    CHECK(gt_adam(GT_F32, 1, &p, &args) == GT_BAD_ARGUMENT, "step 0");
    args.step = 1;
    CHECK(gt_adam(GT_F32, 1, &p, &args) == GT_BAD_ARGUMENT, "no moments");
    CHECK(gt_adam(GT_F32, 0, NULL, &args) == GT_OK && gt_sgd(GT_F32, 0, NULL, &plain) == GT_OK, "nothing");
    CHECK(x[0] == 1 && x[1] == 2, "changed by a refused call");
}

void test_update(void) {
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++) {
        sgd(dtype, (gt_sgd_args){.lr = 0.1});
        sgd(dtype, (gt_sgd_args){.lr = 0.1, .weight_decay = 0.01, .maximize = 1});
        sgd(dtype, (gt_sgd_args){.lr = 0.1, .momentum = 0.9});
        sgd(dtype, (gt_sgd_args){.lr = 0.1, .momentum = 0.9, .dampening = 0.3, .weight_decay = 0.01});
        sgd(dtype, (gt_sgd_args){.lr = 0.1, .momentum = 0.9, .nesterov = 1});
        sgd(dtype, (gt_sgd_args){.lr = 0.1, .momentum = 0.9, .nesterov = 1, .weight_decay = 0.01, .maximize = 1});
        adam(dtype, (gt_adam_args){.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8});
        adam(dtype, (gt_adam_args){.lr = 1e-2, .beta1 = 0.8, .beta2 = 0.99, .eps = 1e-6, .weight_decay = 0.1, .maximize = 1});
        adam(dtype, (gt_adam_args){.lr = 1e-2, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.1, .decoupled = 1});
    }
    threads();
    denormals();
    refusals();
}
