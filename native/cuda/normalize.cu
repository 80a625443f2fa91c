/*
 * Batch normalisation of x [n, channels, inner]: a block for each channel, whose threads take its elements in turn. Sums
 * are kept in double, as on the CPU.
 */
#include "device.cuh"

/* for the place of every element of a channel that is this thread's */
#define EACH_OF_CHANNEL(at, n, channels, inner, channel)                                                               \
    for (long long i = threadIdx.x, at = gt_channel_place(i, channels, inner, channel); i < (n) * (inner);             \
         i += GT_BLOCK, at = gt_channel_place(i, channels, inner, channel))

GT_INLINE long long gt_channel_place(long long i, long long channels, long long inner, long long channel) {
    return inner <= 1 ? i * channels + channel : (i / inner * channels + channel) * inner + i % inner;
}

GT_INLINE double gt_block_sum(double mine) {
    return gt_join(gt_team_of(GT_BLOCK, false), mine, [](double a, double b) { return a + b; });
}

/* What batch normalisation has for its channels; null where there is none. */
template <class T> struct channel_arrays {
    const T *weight, *bias;
    T *running_mean, *running_var, *mean, *invstd;
};

/* y = (x - mean) * invstd * weight + bias; training: mean and biased variance are x's, and move the running ones. */
template <class T>
GT_INLINE void batch_norm(bool training, double momentum, double eps, long long n, long long channels, long long inner,
                          const T *x, channel_arrays<T> a, T *y) {
    const double count = (double)(n * inner);
    for (long long c = blockIdx.x; c < channels; c += gridDim.x) {
        double mean, var;
        if (training) {
            double sum = 0, squares = 0;
            EACH_OF_CHANNEL(at, n, channels, inner, c) sum += (double)x[at];
            mean = gt_block_sum(sum) / count;
            EACH_OF_CHANNEL(at, n, channels, inner, c) squares += ((double)x[at] - mean) * ((double)x[at] - mean);
            squares = gt_block_sum(squares);
            var = squares / count;
            if (threadIdx.x == 0 && a.running_mean)
                a.running_mean[c] = (T)((1 - momentum) * (double)a.running_mean[c] + momentum * mean);
            if (threadIdx.x == 0 && a.running_var)
                a.running_var[c] = (T)((1 - momentum) * (double)a.running_var[c] + momentum * squares / (count - 1));
        } else {
            mean = (double)a.running_mean[c];
            var = (double)a.running_var[c];
        }
        const double invstd = 1 / sqrt(var + eps);
        if (threadIdx.x == 0) {
            a.mean[c] = (T)mean;
            a.invstd[c] = (T)invstd;
        }
        const T centre = (T)mean, scale = (T)(invstd * (a.weight ? (double)a.weight[c] : 1));
        const T shift = a.bias ? a.bias[c] : 0;
        EACH_OF_CHANNEL(at, n, channels, inner, c) y[at] = (x[at] - centre) * scale + shift;
    }
}

/* dx, dweight, dbias = gradients, each may be null. */
template <class T>
GT_INLINE void batch_norm_grad(bool training, long long n, long long channels, long long inner, const T *x,
                               const T *weight, const T *mean, const T *invstd, const T *dy, T *dx, T *dweight, T *dbias) {
    const double count = (double)(n * inner);
    for (long long c = blockIdx.x; c < channels; c += gridDim.x) {
        const double centre = (double)mean[c], spread = (double)invstd[c];
        double sum = 0, product = 0;
        EACH_OF_CHANNEL(at, n, channels, inner, c) {
            sum += (double)dy[at];
            product += (double)dy[at] * ((double)x[at] - centre);
        }
        sum = gt_block_sum(sum);
        product = gt_block_sum(product);
        if (threadIdx.x == 0 && dweight) dweight[c] = (T)(product * spread);
        if (threadIdx.x == 0 && dbias) dbias[c] = (T)sum;
        if (!dx) continue;
        const double scale = spread * (weight ? (double)weight[c] : 1);
        /* Out of training linear in dy alone. */
        const T slope = (T)(training ? -scale * spread * spread * product / count : 0);
        const T shift = (T)(training ? -scale * sum / count : 0), s = (T)scale, m = mean[c];
        EACH_OF_CHANNEL(at, n, channels, inner, c)
        dx[at] = training ? dy[at] * s + (x[at] - m) * slope + shift : dy[at] * s;
    }
}

#define NORMALIZE_KERNELS(dtype, ...)                                                                                  \
    GT_KERNEL(batch_norm_##dtype, int training, double momentum, double eps, long long n, long long channels,          \
              long long inner, const gt_##dtype *x, const gt_##dtype *weight, const gt_##dtype *bias,                  \
              gt_##dtype *running_mean, gt_##dtype *running_var, gt_##dtype *y, gt_##dtype *mean, gt_##dtype *invstd) { \
        const channel_arrays<gt_##dtype> arrays = {weight, bias, running_mean, running_var, mean, invstd};             \
        batch_norm(training != 0, momentum, eps, n, channels, inner, x, arrays, y);                                    \
    }                                                                                                                  \
    GT_KERNEL(batch_norm_grad_##dtype, int training, long long n, long long channels, long long inner,                 \
              const gt_##dtype *x, const gt_##dtype *weight, const gt_##dtype *mean, const gt_##dtype *invstd,         \
              const gt_##dtype *dy, gt_##dtype *dx, gt_##dtype *dweight, gt_##dtype *dbias) {                          \
        batch_norm_grad(training != 0, n, channels, inner, x, weight, mean, invstd, dy, dx, dweight, dbias);           \
    }
GT_EACH_FLOATS(NORMALIZE_KERNELS, )
