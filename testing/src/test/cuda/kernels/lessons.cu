/* Kernels for tests of launches: what arguments arrive, and mistakes that a card reports late. */
#include "device.cuh"

GT_KERNEL(add_number, long long n, float *x, float number) {
    GT_EACH(i, n) x[i] += number;
}

/* Every kind of argument, each to a place of its own. */
GT_KERNEL(echo, int a, long long b, float c, double d, double *out) {
    if (threadIdx.x == 0 && blockIdx.x == 0) {
        out[0] = a;
        out[1] = (double)b;
        out[2] = c;
        out[3] = d;
        out[4] = blockDim.x;
        out[5] = gridDim.x;
    }
}

/* Far out of all memory. */
GT_KERNEL(write_outside, float *x) {
    if (threadIdx.x == 0) x[(long long)1 << 44] = 1;
}
