/* The optimizers, several steps each: two against their formulas in double, all of them against single elements. */
#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"

#define PARAMETERS 4
#define STATES 3
#define STEPS 5

/* Sizes that miss the vector width, one that needs several chunks with the others, one empty. */
static const int64_t sizes[PARAMETERS] = {3, 0, 40001, 129};

typedef struct {
    int dtype;
    gt_parameter parameters[PARAMETERS];
    double *param[PARAMETERS], *state[PARAMETERS][2]; /* the oracle's */
} model;

static int64_t bytes_of(int dtype) {
    return dtype == GT_F32 ? 4 : 8;
}

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

static void open_model(model *m, int dtype, double state) {
    const int64_t size = bytes_of(dtype);
    uint64_t seed = 1;
    m->dtype = dtype;
    for (int i = 0; i < PARAMETERS; i++) {
        gt_parameter *p = &m->parameters[i];
        *p = (gt_parameter){sizes[i], test_buffer(sizes[i], size), test_buffer(sizes[i], size),
                            {test_buffer(sizes[i], size), test_buffer(sizes[i], size), test_buffer(sizes[i], size)}};
        m->param[i] = test_buffer(sizes[i], 8);
        m->state[i][0] = test_buffer(sizes[i], 8);
        m->state[i][1] = test_buffer(sizes[i], 8);
        for (int64_t j = 0; j < sizes[i]; j++) {
            set(dtype, p->param, j, test_uniform(&seed) * 2 - 1);
            m->param[i][j] = get(dtype, p->param, j);
            for (int k = 0; k < STATES; k++) set(dtype, p->state[k], j, state);
            m->state[i][0][j] = m->state[i][1][j] = state;
        }
    }
}

static void close_model(model *m) {
    for (int i = 0; i < PARAMETERS; i++) {
        free(m->parameters[i].param);
        free((void *)m->parameters[i].grad);
        for (int k = 0; k < STATES; k++) free(m->parameters[i].state[k]);
        free(m->param[i]);
        free(m->state[i][0]);
        free(m->state[i][1]);
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

/* nesterov: the row of that name, else momentum. */
static void momentum(int dtype, int nesterov, double sign, double decay, double share) {
    const double lr = 0.1, momentum = 0.9, scalars[] = {sign, decay, lr, momentum, share};
    model m;
    open_model(&m, dtype, 0);
    for (int step = 1; step <= STEPS; step++) {
        new_gradients(&m, (uint64_t)step);
        CHECK(gt_update(nesterov ? GT_UPDATE_nesterov : GT_UPDATE_momentum, dtype, PARAMETERS, m.parameters, scalars) == GT_OK,
              "momentum");
        for (int i = 0; i < PARAMETERS; i++) {
            for (int64_t j = 0; j < sizes[i]; j++) {
                const double g = sign * get(dtype, m.parameters[i].grad, j) + decay * m.param[i][j];
                double *b = &m.state[i][0][j];
                *b = momentum * *b + share * g;
                m.param[i][j] -= lr * (nesterov ? g + momentum * *b : *b);
            }
        }
        compare(&m, "momentum", step);
    }
    close_model(&m);
}

static void adam(int dtype, double sign, double decay, double keep) {
    const double lr = 1e-2, beta1 = 0.8, beta2 = 0.99, eps = 1e-6;
    model m;
    open_model(&m, dtype, 0);
    for (int step = 1; step <= STEPS; step++) {
        const double left1 = 1 - pow(beta1, step), left2 = 1 - pow(beta2, step);
        const double scalars[] = {sign, decay, lr / left1, keep, beta1, 1 - beta1, beta2, 1 - beta2, 1 / sqrt(left2), eps};
        new_gradients(&m, (uint64_t)step);
        CHECK(gt_update(GT_UPDATE_adam, dtype, PARAMETERS, m.parameters, scalars) == GT_OK, "adam");
        for (int i = 0; i < PARAMETERS; i++) {
            for (int64_t j = 0; j < sizes[i]; j++) {
                double *p = &m.param[i][j], *mean = &m.state[i][0][j], *square = &m.state[i][1][j];
                const double g = sign * get(dtype, m.parameters[i].grad, j) + decay * *p;
                *mean = beta1 * *mean + (1 - beta1) * g;
                *square = beta2 * *square + (1 - beta2) * g * g;
                *p = keep * *p - lr / left1 * *mean / (sqrt(*square) / sqrt(left2) + eps);
            }
        }
        compare(&m, "adam", step);
    }
    close_model(&m);
}

/* Numbers that every row can live with: shares, and a largest above a smallest. */
static const double any_scalars[GT_UPDATE_SCALARS] = {1, 0.01, 0.125, 0.5, 0.25, 0.75, 0.875, 0.375, 0.625, 1e-3};

/* A row gives each element what it gives it alone, and the same bits for any number of threads. */
static void apart(int op, int dtype) {
    const int before = gt_threads_count();
    const int64_t size = bytes_of(dtype);
    for (int threads = 1; threads <= 3; threads++) {
        model whole, single;
        gt_threads_set(threads);
        open_model(&whole, dtype, 0.5);
        open_model(&single, dtype, 0.5);
        new_gradients(&whole, 7);
        new_gradients(&single, 7);
        CHECK(gt_update(op, dtype, PARAMETERS, whole.parameters, any_scalars) == GT_OK, "row %d", op);
        for (int i = 0; i < PARAMETERS; i++) {
            const gt_parameter *p = &single.parameters[i];
            for (int64_t j = 0; j < sizes[i] && j < 200; j++) {
                const gt_parameter one = {1, (char *)p->param + j * size, (const char *)p->grad + j * size,
                                          {(char *)p->state[0] + j * size, (char *)p->state[1] + j * size,
                                           (char *)p->state[2] + j * size}};
                CHECK(gt_update(op, dtype, 1, &one, any_scalars) == GT_OK, "row %d alone", op);
            }
            const size_t compared = (size_t)((sizes[i] < 200 ? sizes[i] : 200) * size);
            CHECK(memcmp(p->param, whole.parameters[i].param, compared) == 0, "row %d, parameter %d", op, i);
            for (int k = 0; k < STATES; k++) {
                CHECK(memcmp(p->state[k], whole.parameters[i].state[k], compared) == 0, "row %d, state %d", op, k);
            }
        }
        close_model(&whole);
        close_model(&single);
    }
    gt_threads_set(before);
}

static void threads(void) {
    const int before = gt_threads_count();
    model alone, shared;
    open_model(&alone, GT_F32, 0);
    new_gradients(&alone, 1);
    gt_threads_set(1);
    gt_update(GT_UPDATE_adam, GT_F32, PARAMETERS, alone.parameters, any_scalars);
    for (int count = 2; count <= 4; count++) {
        open_model(&shared, GT_F32, 0);
        new_gradients(&shared, 1);
        gt_threads_set(count);
        gt_update(GT_UPDATE_adam, GT_F32, PARAMETERS, shared.parameters, any_scalars);
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
    const gt_parameter p = {1, &param, &grad, {&mean, &square, NULL}};
    const double scalars[] = {1, 0, 1e-3, 1, 0.9, 0.1, 0.999, 0.001, 1, 1e-8};
    CHECK(gt_update(GT_UPDATE_adam, GT_F32, 1, &p, scalars) == GT_OK, "adam");
#if defined(__x86_64__)
    CHECK(mean == 0, "the moment is %g", (double)mean);
#endif
    CHECK(tiny * 0.5f > 0, "the mode leaked");
}

static void refusals(void) {
    float x[2] = {1, 2};
    const gt_parameter p = {2, x, x, {NULL, NULL, NULL}}, negative = {-1, x, x, {x, x, x}}, two = {2, x, x, {x, x, NULL}};
    const double *s = any_scalars;
    CHECK(gt_update(GT_UPDATE_COUNT, GT_F32, 1, &p, s) == GT_BAD_CODE && gt_update(-1, GT_F32, 1, &p, s) == GT_BAD_CODE, "op");
    CHECK(gt_update(GT_UPDATE_sgd, 99, 1, &p, s) == GT_BAD_CODE && gt_update(GT_UPDATE_sgd, -1, 1, &p, s) == GT_BAD_CODE, "code");
    CHECK(gt_update(GT_UPDATE_sgd, GT_I32, 1, &p, s) == GT_UNSUPPORTED, "dtype");
    CHECK(gt_update(GT_UPDATE_adam, GT_F16, 1, &p, s) == GT_UNSUPPORTED, "dtype");
    CHECK(gt_update(GT_UPDATE_momentum, GT_F32, 1, &p, s) == GT_BAD_ARGUMENT, "no buffer");
    CHECK(gt_update(GT_UPDATE_amsgrad, GT_F32, 1, &two, s) == GT_BAD_ARGUMENT, "no third buffer");
    CHECK(gt_update(GT_UPDATE_sgd, GT_F32, 1, &negative, s) == GT_BAD_ARGUMENT, "n");
    CHECK(gt_update(GT_UPDATE_sgd, GT_F32, -1, &p, s) == GT_BAD_ARGUMENT, "count");
    CHECK(gt_update(GT_UPDATE_sgd, GT_F32, 1, NULL, s) == GT_BAD_ARGUMENT, "no parameters");
    CHECK(gt_update(GT_UPDATE_sgd, GT_F32, 1, &p, NULL) == GT_BAD_ARGUMENT, "no scalars");
    CHECK(gt_update(GT_UPDATE_adam, GT_F32, 0, NULL, s) == GT_OK, "nothing");
    CHECK(x[0] == 1 && x[1] == 2, "changed by a refused call");
}

void test_update(void) {
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++) {
        for (int nesterov = 0; nesterov < 2; nesterov++) {
            momentum(dtype, nesterov, 1, 0, 1);
            momentum(dtype, nesterov, -1, 0.01, 0.7);
        }
        adam(dtype, 1, 0, 1);
        adam(dtype, -1, 0.1, 1);
        adam(dtype, 1, 0, 0.999);
        for (int op = 0; op < GT_UPDATE_COUNT; op++) apart(op, dtype);
    }
    threads();
    denormals();
    refusals();
}
