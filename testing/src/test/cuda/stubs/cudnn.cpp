/*
 * A stub of cuDNN for tests without a card: convolutions as in the textbook, on the stream of the stub of the driver, with
 * cuDNN's own checks of sizes and one more: every array lies inside of one block of memory. Of the two algorithms that it
 * advises the first one's results do not repeat, and the second one wants scratch.
 */
#include <cmath>
#include <cstddef>
#include <vector>

#define STUB extern "C" __attribute__((visibility("default")))

extern "C" int gatun_stub_is_device_memory(const void *address, size_t bytes);
extern "C" int gatun_stub_repeatable(void *stream, void (*work)(void *), void (*release)(void *), void *data);

namespace {

enum {
    CUDNN_STATUS_SUCCESS = 0,
    CUDNN_STATUS_BAD_PARAM = 2000,
    CUDNN_STATUS_NOT_SUPPORTED = 3000,
    CUDNN_STATUS_EXECUTION_FAILED = 5000
};

const int LEAST_DIMS = 4, MOST_DIMS = 5, DATA_FLOAT = 0, DATA_DOUBLE = 1, CROSS_CORRELATION = 1, ALGORITHM = 1;
const int DEFAULT_MATH = 0, FMA_MATH = 3;
const size_t SCRATCH = 1024;

struct dnn_handle {
    void *stream;
};

/* Of tensors and filters. */
struct sizes {
    int type;
    std::vector<int> of;
    size_t count() const {
        size_t count = 1;
        for (const int size : of) count *= (size_t)size;
        return count;
    }
};

struct window {
    std::vector<int> padding, stride, dilation;
    int groups, type, math;
};

/* As in cudnn.h. */
struct advice {
    int algorithm, status;
    float time;
    size_t memory;
    int deterministic, math, reserved[3];
};

enum pass { FORWARD, INPUT, WEIGHT };

/* All three arrays of a convolution; the pass writes one of them. */
template <class T> struct convolution {
    pass what;
    sizes x_is, w_is, y_is;
    window by;
    T *x, *w, *y;

    void run() const {
        T *result = what == FORWARD ? y : what == INPUT ? x : w;
        std::vector<double> sums((what == FORWARD ? y_is : what == INPUT ? x_is : w_is).count());
        const int rank = (int)x_is.of.size() - 2, out = y_is.of[1], in = w_is.of[1];
        size_t y_plane = 1, window_size = 1;
        for (int d = 2; d < rank + 2; d++) {
            y_plane *= (size_t)y_is.of[d];
            window_size *= (size_t)w_is.of[d];
        }
        for (int n = 0; n < y_is.of[0]; n++)
            for (int o = 0; o < out; o++)
                for (size_t place = 0; place < y_plane; place++)
                    for (int i = 0; i < in; i++)
                        for (size_t at = 0; at < window_size; at++) {
                            const long from = input_place(place, at, rank);
                            if (from < 0 && what == INPUT) continue;
                            const int channel = o / (out / by.groups) * in + i;
                            const size_t xi = ((size_t)n * x_is.of[1] + channel) * x_plane(rank) + (size_t)from;
                            const double given = from < 0 ? 0 : flushed(x[xi]); /* padding is multiplied, too */
                            const size_t wi = ((size_t)o * in + i) * window_size + at;
                            const size_t yi = ((size_t)n * out + o) * y_plane + place;
                            if (what == FORWARD) sums[yi] += given * flushed(w[wi]);
                            if (what == INPUT) sums[xi] += flushed(w[wi]) * flushed(y[yi]);
                            if (what == WEIGHT) sums[wi] += given * flushed(y[yi]);
                        }
        for (size_t i = 0; i < sums.size(); i++) result[i] = (T)sums[i];
    }

    /* Denormals count as zeros, as on the CPU. */
    static double flushed(T value) { return std::fpclassify(value) == FP_SUBNORMAL ? 0 : (double)value; }

    size_t x_plane(int rank) const {
        size_t plane = 1;
        for (int d = 2; d < rank + 2; d++) plane *= (size_t)x_is.of[d];
        return plane;
    }

    /* Where in x's plane an element of the window of an output is; -1 in the padding. */
    long input_place(size_t place, size_t at, int rank) const {
        long result = 0, step = 1;
        for (int d = rank - 1; d >= 0; d--) {
            const int y_size = y_is.of[d + 2], w_size = w_is.of[d + 2], x_size = x_is.of[d + 2];
            const long p = (long)(place % (size_t)y_size) * by.stride[d] - by.padding[d] +
                           (long)(at % (size_t)w_size) * by.dilation[d];
            if (p < 0 || p >= x_size) return -1;
            result += p * step;
            step *= x_size;
            place /= (size_t)y_size;
            at /= (size_t)w_size;
        }
        return result;
    }
};

template <class T> void run_convolution(void *data) { ((convolution<T> *)data)->run(); }

template <class T> void release_convolution(void *data) { delete (convolution<T> *)data; }

/* Whether descriptions fit each other, as cuDNN asks. */
bool fit(const sizes &x, const sizes &w, const sizes &y, const window &by) {
    const size_t dims = x.of.size();
    if (w.of.size() != dims || y.of.size() != dims || by.stride.size() != dims - 2) return false;
    if (x.type != by.type || w.type != by.type || y.type != by.type) return false;
    if (x.of[0] != y.of[0] || x.of[1] != w.of[1] * by.groups || y.of[1] != w.of[0] || w.of[0] % by.groups != 0) return false;
    for (size_t d = 0; d < dims - 2; d++) {
        const int reach = by.dilation[d] * (w.of[d + 2] - 1) + 1;
        if (y.of[d + 2] != (x.of[d + 2] + 2 * by.padding[d] - reach) / by.stride[d] + 1) return false;
    }
    return true;
}

int advise(dnn_handle *handle, const sizes &x, const sizes &w, const sizes &y, const window &by, int wanted, int *count,
           advice *to) {
    if (!handle || wanted < 2 || !fit(x, w, y, by)) return CUDNN_STATUS_BAD_PARAM;
    to[0] = {0, CUDNN_STATUS_SUCCESS, -1, 0, 0, by.math, {}};
    to[1] = {ALGORITHM, CUDNN_STATUS_SUCCESS, -1, SCRATCH, 1, by.math, {}};
    *count = 2;
    return CUDNN_STATUS_SUCCESS;
}

bool is_there(const void *at, const sizes &is, size_t element) {
    return gatun_stub_is_device_memory(at, is.count() * element) == 0;
}

template <class T> int put(dnn_handle *handle, const convolution<T> &work, const T *alpha, const T *beta) {
    if (*alpha != 1 || *beta != 0) return CUDNN_STATUS_NOT_SUPPORTED;
    return gatun_stub_repeatable(handle->stream, run_convolution<T>, release_convolution<T>, new convolution<T>(work))
               ? CUDNN_STATUS_EXECUTION_FAILED
               : CUDNN_STATUS_SUCCESS;
}

int convolve(dnn_handle *handle, pass what, const sizes &x_is, const void *x, const sizes &w_is, const void *w,
             const sizes &y_is, const void *y, const window &by, int algorithm, void *scratch, size_t scratch_bytes,
             const void *alpha, const void *beta) {
    const size_t element = by.type == DATA_DOUBLE ? sizeof(double) : sizeof(float);
    if (!handle || algorithm != ALGORITHM || !fit(x_is, w_is, y_is, by) || !is_there(x, x_is, element) ||
        !is_there(w, w_is, element) || !is_there(y, y_is, element) || scratch_bytes < SCRATCH ||
        gatun_stub_is_device_memory(scratch, scratch_bytes))
        return CUDNN_STATUS_BAD_PARAM;
    if (by.type == DATA_DOUBLE)
        return put<double>(handle, {what, x_is, w_is, y_is, by, (double *)x, (double *)w, (double *)y},
                           (const double *)alpha, (const double *)beta);
    return put<float>(handle, {what, x_is, w_is, y_is, by, (float *)x, (float *)w, (float *)y}, (const float *)alpha,
                      (const float *)beta);
}

bool is_type(int type) { return type == DATA_FLOAT || type == DATA_DOUBLE; }

int set(sizes *to, int type, int count, const int *of) {
    if (!is_type(type) || count < LEAST_DIMS || count > MOST_DIMS) return CUDNN_STATUS_BAD_PARAM;
    for (int d = 0; d < count; d++)
        if (of[d] <= 0) return CUDNN_STATUS_BAD_PARAM;
    *to = {type, {of, of + count}};
    return CUDNN_STATUS_SUCCESS;
}

template <class T> int create(T **made) {
    *made = new T();
    return CUDNN_STATUS_SUCCESS;
}

}

STUB int cudnnCreate(dnn_handle **handle) { return create(handle); }

STUB int cudnnSetStream(dnn_handle *handle, void *stream) {
    handle->stream = stream;
    return CUDNN_STATUS_SUCCESS;
}

STUB size_t cudnnGetVersion() { return 90500; }

STUB const char *cudnnGetErrorString(int status) {
    switch (status) {
        case CUDNN_STATUS_SUCCESS: return "CUDNN_STATUS_SUCCESS";
        case CUDNN_STATUS_BAD_PARAM: return "CUDNN_STATUS_BAD_PARAM";
        case CUDNN_STATUS_NOT_SUPPORTED: return "CUDNN_STATUS_NOT_SUPPORTED";
        default: return "CUDNN_STATUS_EXECUTION_FAILED";
    }
}

STUB int cudnnCreateTensorDescriptor(sizes **made) { return create(made); }

STUB int cudnnCreateFilterDescriptor(sizes **made) { return create(made); }

STUB int cudnnCreateConvolutionDescriptor(window **made) { return create(made); }

/* Only what is row-major, without gaps. */
STUB int cudnnSetTensorNdDescriptor(sizes *to, int type, int count, const int *of, const int *strides) {
    const int status = set(to, type, count, of);
    if (status) return status;
    int step = 1;
    for (int d = count - 1; d >= 0; d--) {
        if (strides[d] != step) return CUDNN_STATUS_NOT_SUPPORTED;
        step *= of[d];
    }
    return CUDNN_STATUS_SUCCESS;
}

STUB int cudnnSetFilterNdDescriptor(sizes *to, int type, int format, int count, const int *of) {
    return format == 0 ? set(to, type, count, of) : (int)CUDNN_STATUS_NOT_SUPPORTED;
}

STUB int cudnnSetConvolutionNdDescriptor(window *to, int count, const int *padding, const int *stride, const int *dilation,
                                         int mode, int type) {
    if (count < LEAST_DIMS - 2 || count > MOST_DIMS - 2 || mode != CROSS_CORRELATION || !is_type(type))
        return CUDNN_STATUS_BAD_PARAM;
    *to = {{padding, padding + count}, {stride, stride + count}, {dilation, dilation + count}, 1, type, DEFAULT_MATH};
    return CUDNN_STATUS_SUCCESS;
}

STUB int cudnnSetConvolutionGroupCount(window *to, int groups) {
    to->groups = groups;
    return groups > 0 ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_BAD_PARAM;
}

STUB int cudnnSetConvolutionMathType(window *to, int math) {
    to->math = math;
    return math == DEFAULT_MATH || math == FMA_MATH ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_BAD_PARAM;
}

STUB int cudnnGetConvolutionForwardAlgorithm_v7(dnn_handle *handle, sizes *x, sizes *w, window *by, sizes *y, int wanted,
                                                int *count, advice *to) {
    return advise(handle, *x, *w, *y, *by, wanted, count, to);
}

STUB int cudnnGetConvolutionBackwardDataAlgorithm_v7(dnn_handle *handle, sizes *w, sizes *y, window *by, sizes *x,
                                                     int wanted, int *count, advice *to) {
    return advise(handle, *x, *w, *y, *by, wanted, count, to);
}

STUB int cudnnGetConvolutionBackwardFilterAlgorithm_v7(dnn_handle *handle, sizes *x, sizes *y, window *by, sizes *w,
                                                       int wanted, int *count, advice *to) {
    return advise(handle, *x, *w, *y, *by, wanted, count, to);
}

STUB int cudnnConvolutionForward(dnn_handle *handle, const void *alpha, sizes *x_is, const void *x, sizes *w_is,
                                 const void *w, window *by, int algorithm, void *scratch, size_t bytes, const void *beta,
                                 sizes *y_is, void *y) {
    return convolve(handle, FORWARD, *x_is, x, *w_is, w, *y_is, y, *by, algorithm, scratch, bytes, alpha, beta);
}

STUB int cudnnConvolutionBackwardData(dnn_handle *handle, const void *alpha, sizes *w_is, const void *w, sizes *y_is,
                                      const void *y, window *by, int algorithm, void *scratch, size_t bytes,
                                      const void *beta, sizes *x_is, void *x) {
    return convolve(handle, INPUT, *x_is, x, *w_is, w, *y_is, y, *by, algorithm, scratch, bytes, alpha, beta);
}

STUB int cudnnConvolutionBackwardFilter(dnn_handle *handle, const void *alpha, sizes *x_is, const void *x, sizes *y_is,
                                        const void *y, window *by, int algorithm, void *scratch, size_t bytes,
                                        const void *beta, sizes *w_is, void *w) {
    return convolve(handle, WEIGHT, *x_is, x, *w_is, w, *y_is, y, *by, algorithm, scratch, bytes, alpha, beta);
}
