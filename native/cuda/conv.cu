/* What convolutions have beside cuDNN: bias and relu. */
#include "device.cuh"

/* y [planes, size] += bias of its channel, where there is one; relu: negative elements become 0. */
template <class T> GT_INLINE void conv_finish(long long planes, long long channels, long long size, const T *bias,
                                              bool relu, T *y) {
    const long long count = planes * size;
    const bool small = count <= 0x7fffffff; /* division of 32 bits is several times faster */
    GT_EACH(i, count) {
        T value = y[i];
        if (bias) {
            const long long plane = small ? (long long)((unsigned)i / (unsigned)size) : i / size;
            value += bias[small ? (long long)((unsigned)plane % (unsigned)channels) : plane % channels];
        }
        y[i] = relu && value < 0 ? 0 : value;
    }
}

#define CONV_FINISH_KERNEL(dtype, ...)                                                                                 \
    GT_KERNEL(conv_finish_##dtype, long long planes, long long channels, long long size, const gt_##dtype *bias,       \
              int relu, gt_##dtype *y) {                                                                               \
        conv_finish(planes, channels, size, bias, relu != 0, y);                                                       \
    }
GT_EACH_FLOATS(CONV_FINISH_KERNEL, )
