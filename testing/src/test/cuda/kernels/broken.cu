/* Does not compile. */
#include "device.cuh"

GT_KERNEL(any, float *x) {
    x[0] = not_declared;
}
