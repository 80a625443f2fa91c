/* Recurrent layers against a step by its definition in double, and their gradients against differences of it. */
#include <math.h>

#include "../common/dtype.h"
#include "../common/gatun.h"
#include "leaves.h"
#include "operands.h"

#define STEPS 3

typedef struct {
    gt_recurrent_args args;
    int64_t gates;
    double *x, *weight, *bias, *h0, *c0; /* bias, h0, c0: or null */
} layer;

static double squash(double x) { return 1 / (1 + exp(-x)); }

static double linear(const layer *l, const double *h, int64_t gate, int64_t unit) {
    const int64_t row = gate * l->args.hidden + unit;
    double sum = l->bias ? l->bias[row] : 0;
    for (int64_t k = 0; k < l->args.hidden && h; k++) sum += h[k] * l->weight[row * l->args.hidden + k];
    return sum;
}

/* y and c [n, hidden] after the last step. */
static void run(const layer *l, double *y, double *c) {
    const int64_t n = l->args.n, hidden = l->args.hidden, steps = l->args.steps;
    for (int64_t i = 0; i < n; i++) {
        const double *before = l->h0 ? l->h0 + i * hidden : NULL;
        for (int64_t j = 0; j < hidden; j++) c[i * hidden + j] = l->c0 ? l->c0[i * hidden + j] : 0;
        for (int64_t t = 0; t < steps; t++) {
            const int64_t at = l->args.reverse ? steps - 1 - t : t;
            const double *x = l->x + (at * n + i) * l->gates * hidden;
            double *h = y + (at * n + i) * hidden;
            for (int64_t j = 0; j < hidden; j++) {
                double sum[4], v[4];
                for (int64_t g = 0; g < l->gates; g++) v[g] = x[g * hidden + j] + (sum[g] = linear(l, before, g, j));
                double *cell = c + i * hidden + j;
                switch (l->args.cell) {
                case GT_RECURRENT_tanh:
                    h[j] = tanh(v[0]);
                    break;
                case GT_RECURRENT_relu:
                    h[j] = v[0] > 0 ? v[0] : 0;
                    break;
                case GT_RECURRENT_lstm:
                    *cell = squash(v[1]) * *cell + squash(v[0]) * tanh(v[2]);
                    h[j] = squash(v[3]) * tanh(*cell);
                    break;
                default: {
                    const double fresh = tanh(v[2] - sum[2] + squash(v[0]) * sum[2]);
                    h[j] = ((before ? before[j] : 0) - fresh) * squash(v[1]) + fresh;
                }
                }
            }
            before = h;
        }
    }
}

/* What the gradients below are of: the sum of y dy and, for an LSTM, of the last c times dc. */
static double total(const layer *l, const double *dy, const double *dc, double *y, double *c) {
    const int64_t count = l->args.n * l->args.hidden;
    double sum = 0;
    run(l, y, c);
    for (int64_t i = 0; i < l->args.steps * count; i++) sum += y[i] * dy[i];
    for (int64_t i = 0; i < count && l->args.cell == GT_RECURRENT_lstm; i++) sum += c[i] * dc[i];
    return sum;
}

static double *drawn(int64_t count, double scale, uint64_t *random) {
    double *x = test_buffer(count, 8);
    for (int64_t i = 0; i < count; i++) x[i] = (double)(float)((2 * test_uniform(random) - 1) * scale);
    return x;
}

static void *cast(int dtype, const double *x, int64_t count) {
    if (!x) return NULL;
    void *y = test_buffer(count, gt_dtype_bytes(dtype));
    for (int64_t i = 0; i < count; i++) test_set(dtype, (char *)y + i * gt_dtype_bytes(dtype), x[i]);
    return y;
}

static int differs(int dtype, const void *got, const double *want, int64_t count, double tolerance) {
    int bad = 0;
    for (int64_t i = 0; i < count; i++)
        bad += !test_close(test_get(dtype, (const char *)got + i * gt_dtype_bytes(dtype)), want[i], tolerance);
    return bad;
}

/* Compares a gradient with differences, at some of its places. */
static int wrong_slopes(const layer *l, int dtype, double *input, const void *got, int64_t count, const double *dy,
                        const double *dc, double *y, double *c) {
    const double step = 1e-5, tolerance = dtype == GT_F32 ? 1e-4 : 1e-6;
    int bad = 0;
    for (int64_t i = 0; i < count; i += 1 + count / 40) {
        const double before = input[i];
        input[i] = before + step;
        const double up = total(l, dy, dc, y, c);
        input[i] = before - step;
        const double down = total(l, dy, dc, y, c);
        input[i] = before;
        bad += !test_close(test_get(dtype, (const char *)got + i * gt_dtype_bytes(dtype)), (up - down) / (2 * step), tolerance);
    }
    return bad;
}

static void one(int dtype, int cell, int reverse, int given, int64_t n, int64_t hidden, uint64_t *random) {
    static const int64_t gates_of[] = {1, 1, 4, 3};
    const int64_t gates = gates_of[cell], units = n * hidden, bytes = gt_dtype_bytes(dtype);
    const double tolerance = dtype == GT_F32 ? 1e-5 : 1e-12;
    layer l = {.args = {.cell = cell, .reverse = reverse, .keep = 1, .steps = STEPS, .n = n, .hidden = hidden,
                        .dy_step = units, .dy_row = hidden}, .gates = gates};
    l.x = drawn(STEPS * units * gates, 1, random);
    l.weight = drawn(gates * hidden * hidden, 1 / sqrt((double)hidden), random);
    l.bias = given ? drawn(gates * hidden, 0.5, random) : NULL;
    l.h0 = given ? drawn(units, 1, random) : NULL;
    l.c0 = given ? drawn(units, 1, random) : NULL;
    double *dy = drawn(STEPS * units, 1, random), *dc = drawn(units, 1, random);
    double *want = test_buffer(STEPS * units, 8), *want_c = test_buffer(units, 8);
    void *x = cast(dtype, l.x, STEPS * units * gates), *weight = cast(dtype, l.weight, gates * hidden * hidden);
    void *bias = cast(dtype, l.bias, gates * hidden), *h0 = cast(dtype, l.h0, units), *c0 = cast(dtype, l.c0, units);
    void *y = test_buffer(STEPS * units, bytes), *again = test_buffer(STEPS * units, bytes);
    void *kept = cell >= GT_RECURRENT_lstm ? test_buffer(STEPS * units, bytes) : NULL;
    void *last = cell >= GT_RECURRENT_lstm ? test_buffer(units, bytes) : NULL;
    const int64_t scratch_bytes = gt_recurrent_scratch_bytes(dtype, &l.args);
    void *scratch = aligned_alloc(64, (size_t)((scratch_bytes + 63) / 64 * 64));
    if (!scratch) abort();

    run(&l, want, want_c);
    CHECK(gt_recurrent(dtype, &l.args, x, weight, bias, h0, c0, y, kept, scratch) == GT_OK, "forward");
    CHECK(!differs(dtype, y, want, STEPS * units, tolerance), "cell %d of dtype %d [%d, %d], reverse %d, given %d", cell,
          dtype, (int)n, (int)hidden, reverse, given);
    gt_recurrent_args fleeting = l.args;
    fleeting.keep = 0;
    void *gone = cast(dtype, l.x, STEPS * units * gates);
    CHECK(gt_recurrent(dtype, &fleeting, gone, weight, bias, h0, c0, again, last, scratch) == GT_OK, "forward");
    CHECK(!memcmp(y, again, (size_t)(STEPS * units * bytes)), "cell %d: other bits without keeping", cell);
    if (cell == GT_RECURRENT_lstm) CHECK(!differs(dtype, last, want_c, units, tolerance), "last c");

    double *zero = calloc((size_t)(units > 0 ? units : 1), 8);
    if (!zero) abort();
    void *given_dy = cast(dtype, dy, STEPS * units), *dx = test_buffer(STEPS * units * gates, bytes);
    void *carry = cell >= GT_RECURRENT_lstm ? cast(dtype, cell == GT_RECURRENT_lstm ? dc : zero, units) : NULL;
    void *dg = cell == GT_RECURRENT_gru ? test_buffer(STEPS * units * gates, bytes) : NULL;
    void *dh0 = given ? test_buffer(units, bytes) : NULL;
    CHECK(gt_recurrent_grad(dtype, &l.args, x, weight, h0, c0, y, kept, given_dy, carry, dx, dg, dh0, scratch) == GT_OK,
          "gradient");
    int bad = wrong_slopes(&l, dtype, l.x, dx, STEPS * units * gates, dy, dc, want, want_c);
    if (dh0) bad += wrong_slopes(&l, dtype, l.h0, dh0, units, dy, dc, want, want_c);
    if (given && cell == GT_RECURRENT_lstm) bad += wrong_slopes(&l, dtype, l.c0, carry, units, dy, dc, want, want_c);
    CHECK(!bad, "gradients of cell %d of dtype %d [%d, %d], reverse %d, given %d: %d differ", cell, dtype, (int)n,
          (int)hidden, reverse, given, bad);

    void *all[] = {l.x,  l.weight, l.bias,  l.h0, l.c0,    dy,   dc,       want,  want_c, x,  weight, bias, h0,
                   c0,   y,        again,   kept, last,    zero, scratch,  gone,  given_dy, dx, carry,  dg,   dh0};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void refusals(void) {
    gt_recurrent_args a = {.cell = GT_RECURRENT_lstm, .keep = 1, .steps = 1, .n = 1, .hidden = 1};
    float x[4] = {0};
    CHECK(gt_recurrent_scratch_bytes(GT_I64, &a) == -1, "integers");
    CHECK(gt_recurrent_scratch_bytes(GT_F32, NULL) == -1, "no arguments");
    CHECK(gt_recurrent(GT_DTYPE_COUNT, &a, x, x, NULL, NULL, NULL, x, x, x) == GT_BAD_CODE, "dtype");
    CHECK(gt_recurrent(GT_F32, &a, x, x, NULL, NULL, NULL, x, NULL, x) == GT_BAD_ARGUMENT, "an LSTM without cells");
    CHECK(gt_recurrent_grad(GT_F32, &a, x, x, NULL, NULL, x, x, x, NULL, x, NULL, NULL, x) == GT_BAD_ARGUMENT, "carry");
    CHECK(gt_recurrent_grad(GT_F32, &a, x, x, NULL, NULL, x, x, x, x, x, x, NULL, x) == GT_BAD_ARGUMENT, "dg");
    a.cell = GT_RECURRENT_COUNT;
    CHECK(gt_recurrent(GT_F32, &a, x, x, NULL, NULL, NULL, x, x, x) == GT_BAD_CODE, "cell");
    a.cell = GT_RECURRENT_tanh;
    a.hidden = -1;
    CHECK(gt_recurrent(GT_F32, &a, x, x, NULL, NULL, NULL, x, x, x) == GT_BAD_ARGUMENT, "negative size");
}

void test_recurrent(void) {
    static const int64_t shapes[][2] = {{1, 1}, {2, 5}, {17, 33}, {33, 16}, {3, 70}, {0, 4}};
    uint64_t random = 12;
    for (int dtype = GT_F32; dtype <= GT_F64; dtype++)
        for (int cell = 0; cell < GT_RECURRENT_COUNT; cell++)
            for (int s = 0; s < 6; s++)
                for (int way = 0; way < 4; way++)
                    one(dtype, cell, way & 1, way >> 1, shapes[s][0], shapes[s][1], &random);
    one(GT_F32, GT_RECURRENT_gru, 0, 1, 2, 320, &random); /* weights that are shared out */
    refusals();
}
