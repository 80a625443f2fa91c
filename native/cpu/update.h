/* The optimizers' loops over n elements of one parameter; cpu/loops/update.c, one table for each function version. */
#ifndef GATUN_UPDATE_H
#define GATUN_UPDATE_H

#include <stdint.h>

#include "dispatch.h"

/* Scalars are computed once in double and rounded to the dtype by the loop, as PyTorch does. sign is -1 to maximise. */
typedef struct {
    double sign, lr, weight_decay, momentum, grad_share; /* grad_share: 1 - dampening */
    int nesterov, first;
} gt_sgd_scalars;

typedef struct {
    double sign;
    double l2;    /* added to the gradient, times the parameter; 0 for AdamW */
    double keep;  /* what decoupled decay leaves of the parameter; 1 for Adam */
    double beta1, rest1, beta2, rest2; /* rest: 1 - beta */
    double step_size;                  /* lr / (1 - beta1^step) */
    double root_scale;                 /* 1 / sqrt(1 - beta2^step) */
    double eps;
} gt_adam_scalars;

struct gt_update_loops {
    void (*sgd_f32)(int64_t n, float *param, const float *grad, const gt_sgd_scalars *s);
    void (*sgd_f64)(int64_t n, double *param, const double *grad, const gt_sgd_scalars *s);
    void (*momentum_f32)(int64_t n, float *param, const float *grad, float *buffer, const gt_sgd_scalars *s);
    void (*momentum_f64)(int64_t n, double *param, const double *grad, double *buffer, const gt_sgd_scalars *s);
    void (*adam_f32)(int64_t n, float *param, const float *grad, float *mean, float *square, const gt_adam_scalars *s);
    void (*adam_f64)(int64_t n, double *param, const double *grad, double *mean, double *square,
                     const gt_adam_scalars *s);
};

GT_DECLARE_LOOPS(update)

#endif
