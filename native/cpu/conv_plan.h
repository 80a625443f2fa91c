/*
 * Direct convolution for conv.c: each way says how many bytes of scratch it needs, 0 where it does not take the
 * convolution, and runs, giving 1, or leaves everything as it is, giving 0. Both depend on sizes and version alone.
 */
#ifndef GATUN_CONV_PLAN_H
#define GATUN_CONV_PLAN_H

#include <stdint.h>

#include "../common/gatun.h"

/* y = conv(x, weight) + bias; turned: x is dy, y is dx. */
int64_t gt_direct_forward_bytes(int dtype, const gt_conv_args *args, int turned);
int gt_direct_forward(const gt_conv_args *args, int turned, const void *x, const void *weight, const void *bias,
                      int relu, void *y, void *scratch);
/* dweight, added up by so many parts of the images. */
int64_t gt_direct_weight_bytes(int dtype, const gt_conv_args *args, int64_t parts);
int gt_direct_weight(const gt_conv_args *args, int64_t parts, const void *x, const void *dy, void *dweight,
                     void *scratch);
/* The pooled convolution and its gradients, as gt_conv_pool and gt_conv_pool_grad. */
int64_t gt_direct_pool_bytes(int dtype, const gt_conv_args *args);
int gt_direct_pool(const gt_conv_args *args, const void *x, const void *weight, const void *bias, void *y,
                   uint8_t *winner, void *scratch);
int64_t gt_direct_pool_grad_bytes(int dtype, const gt_conv_args *args, int64_t parts);
int gt_direct_pool_grad(const gt_conv_args *args, int64_t parts, const void *x, const void *weight, const void *dy,
                        const uint8_t *winner, void *dx, void *dweight, void *dbias, void *scratch);

#endif
