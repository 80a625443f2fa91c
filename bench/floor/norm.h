/* Batch normalisation of NORM_COLUMNS columns: one register of each row, whole columns on one rank. */
#ifndef GATUN_FLOOR_NORM_H
#define GATUN_FLOOR_NORM_H

#include <math.h>

enum { NORM_COLUMNS = 16 };

/** What a block of columns has: parameters, statistics, and the standardised values for backward. */
struct norm {
    const float *scale, *shift;         /* [NORM_COLUMNS] */
    float *running_mean, *running_var;  /* [NORM_COLUMNS], moved by a tenth */
    float *standard;                    /* [rows, stride] */
    float *inverse;                     /* [NORM_COLUMNS], 1 / deviation */
};

/** y[rows, NORM_COLUMNS] = relu(standardised(y + bias) * scale + shift), rows `stride` apart. */
static inline void norm_relu(float *y, long stride, const float *bias, long rows, const struct norm *n) {
    float mean[NORM_COLUMNS] = {0}, square[NORM_COLUMNS] = {0}, inverse[NORM_COLUMNS];
    const float share = 1 / (float)rows;
    for (long i = 0; i < rows; i++)
        for (int j = 0; j < NORM_COLUMNS; j++) mean[j] += y[i * stride + j] += bias[j];
    for (int j = 0; j < NORM_COLUMNS; j++) mean[j] *= share;
    for (long i = 0; i < rows; i++)
        for (int j = 0; j < NORM_COLUMNS; j++) {
            float apart = y[i * stride + j] - mean[j];
            square[j] += apart * apart;
        }
    for (int j = 0; j < NORM_COLUMNS; j++) {
        inverse[j] = n->inverse[j] = 1 / sqrtf(square[j] * share + 1e-5f);
        n->running_mean[j] += 0.1f * (mean[j] - n->running_mean[j]);
        n->running_var[j] += 0.1f * (square[j] / (float)(rows - 1) - n->running_var[j]);
    }
    for (long i = 0; i < rows; i++)
        for (int j = 0; j < NORM_COLUMNS; j++) {
            float x = (y[i * stride + j] - mean[j]) * inverse[j], value = x * n->scale[j] + n->shift[j];
            n->standard[i * stride + j] = x;
            y[i * stride + j] = value > 0 ? value : 0;
        }
}

/** The same with the running statistics, and nothing for backward. */
static inline void norm_relu_fixed(float *y, long stride, const float *bias, long rows, const struct norm *n) {
    for (long i = 0; i < rows; i++)
        for (int j = 0; j < NORM_COLUMNS; j++) {
            float x = (y[i * stride + j] + bias[j] - n->running_mean[j]) / sqrtf(n->running_var[j] + 1e-5f);
            float value = x * n->scale[j] + n->shift[j];
            y[i * stride + j] = value > 0 ? value : 0;
        }
}

/** dy[rows, NORM_COLUMNS] = gradient of what was normalised, from that of the ReLU's input; dscale, dshift likewise. */
static inline void norm_gradient(float *dy, long stride, long rows, const struct norm *n, float *dscale,
                                 float *dshift) {
    float sum[NORM_COLUMNS] = {0}, product[NORM_COLUMNS] = {0}, factor[NORM_COLUMNS];
    const float share = 1 / (float)rows;
    for (long i = 0; i < rows; i++)
        for (int j = 0; j < NORM_COLUMNS; j++) {
            sum[j] += dy[i * stride + j];
            product[j] += dy[i * stride + j] * n->standard[i * stride + j];
        }
    for (int j = 0; j < NORM_COLUMNS; j++) {
        dshift[j] = sum[j];
        dscale[j] = product[j];
        factor[j] = n->scale[j] * n->inverse[j];
    }
    for (long i = 0; i < rows; i++)
        for (int j = 0; j < NORM_COLUMNS; j++)
            dy[i * stride + j] = factor[j] * (dy[i * stride + j] - share * (sum[j] + n->standard[i * stride + j] * product[j]));
}

#endif
