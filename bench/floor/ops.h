/* The loops of a training step that are not matrix products. The compiler vectorises every one of them. */
#ifndef GATUN_FLOOR_OPS_H
#define GATUN_FLOOR_OPS_H

#include <math.h>

/** y[rows, columns] = relu(y + bias) on a tile whose rows are `stride` apart. */
static inline void bias_relu(float *y, long stride, const float *bias, long rows, long columns) {
    for (long i = 0; i < rows; i++, y += stride)
        for (long j = 0; j < columns; j++) {
            float sum = y[j] + bias[j];
            y[j] = sum > 0 ? sum : 0;
        }
}

/** dx[rows, columns] = y > 0 ? dx : 0, both tiles with rows `stride` apart. */
static inline void relu_mask(float *restrict dx, const float *restrict y, long stride, long rows, long columns) {
    for (long i = 0; i < rows; i++, dx += stride, y += stride)
        for (long j = 0; j < columns; j++) dx[j] = y[j] > 0 ? dx[j] : 0;
}

/** sum[columns] = the sum over the rows of x, whose rows are `stride` apart. */
static inline void sum_rows(float *restrict sum, const float *restrict x, long stride, long rows, long columns) {
    for (long j = 0; j < columns; j++) sum[j] = 0;
    for (long i = 0; i < rows; i++, x += stride)
        for (long j = 0; j < columns; j++) sum[j] += x[j];
}

/**
 * Softmax cross-entropy of one row: dlogits = (softmax(logits + bias) - onehot(label)) * scale; returns the loss.
 * dlogits may be logits.
 */
static inline float cross_entropy(const float *logits, const float *bias, int label, long classes, float scale,
                                  float *dlogits) {
    float largest = -INFINITY, total = 0, of_label = logits[label] + bias[label];
    for (long j = 0; j < classes; j++) largest = fmaxf(largest, logits[j] + bias[j]);
    for (long j = 0; j < classes; j++) {
        dlogits[j] = expf(logits[j] + bias[j] - largest);
        total += dlogits[j];
    }
    for (long j = 0; j < classes; j++) dlogits[j] *= scale / total;
    dlogits[label] -= scale;
    return largest + logf(total) - of_label;
}

/** One step's numbers of Adam (Kingma and Ba 2015), with the bias corrections folded into two factors. */
struct adam {
    float rate;  /* lr / (1 - beta1^t) */
    float scale; /* 1 / sqrt(1 - beta2^t) */
};

/** w, m, v after one step with gradient g; betas 0.9 and 0.999, eps 1e-8. */
static inline void adam_update(float *restrict w, const float *restrict g, float *restrict m, float *restrict v,
                               long count, struct adam step) {
    for (long i = 0; i < count; i++) {
        m[i] = 0.9f * m[i] + 0.1f * g[i];
        v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
        w[i] -= step.rate * m[i] / (sqrtf(v[i]) * step.scale + 1e-8f);
    }
}

static inline void sgd_update(float *restrict w, const float *restrict g, long count, float lr) {
    for (long i = 0; i < count; i++) w[i] -= lr * g[i];
}

#endif
