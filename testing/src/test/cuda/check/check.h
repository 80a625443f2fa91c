/* What the checks of kernels are written with: device memory of exact size, launches by name, and comparisons. */
#ifndef GATUN_CHECK_H
#define GATUN_CHECK_H

#include <limits.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "../../../../../native/common/gatun.h"
#include "../emulator/emulator.h"

constexpr int BLOCK = 256;

/* The library under test. */
extern emu_module *kernels;

/* Ends the check with a line that says what was wrong. */
[[noreturn]] inline void wrong(const std::string &what) {
    fprintf(stderr, "%s\n", what.c_str());
    exit(1);
}

/* Device memory, full of NaN; exactly as long as it must be, `shift` elements behind an aligned address. */
template <class T> class device {
    char *block;

public:
    T *at;
    size_t count;

    explicit device(size_t n, size_t shift = 0) : count(n) {
        block = (char *)aligned_alloc(64, ((n + shift) * sizeof(T) + 127) / 64 * 64);
        at = (T *)block + shift;
        memset((void *)at, 0xff, n * sizeof(T));
        emu_track(at, n * sizeof(T));
    }

    device(const std::vector<T> &values, size_t shift = 0) : device(values.size(), shift) {
        if (!values.empty()) memcpy((void *)at, values.data(), values.size() * sizeof(T));
    }

    device(const device &) = delete;
    device &operator=(const device &) = delete;

    ~device() {
        emu_untrack(at);
        free(block);
    }

    std::vector<T> values() const { return {at, at + count}; }
};

/* Runs a kernel; each argument must have its parameter's size. */
template <class... A> void launch(const std::string &name, unsigned x, unsigned y, A... arguments) {
    emu_kernel *kernel = emu_find(kernels, name.c_str());
    if (!kernel) wrong(name + ": no such kernel");
    void *list[] = {&arguments...};
    const size_t sizes[] = {sizeof(A)...};
    size_t offset, bytes;
    for (int i = 0; i < (int)sizeof...(A); i++)
        if (!emu_argument(kernel, i, &offset, &bytes) || bytes != sizes[i])
            wrong(name + ": argument " + std::to_string(i) + " is of another size");
    if (emu_argument(kernel, sizeof...(A), &offset, &bytes)) wrong(name + ": more arguments");
    const unsigned grid[3] = {x, y, 1}, block[3] = {BLOCK, 1, 1};
    if (emu_launch(kernel, grid, block, 0, list) != EMU_OK) wrong(emu_error());
}

/* Some numbers, the same on each run. */
template <class T> std::vector<T> numbers(size_t n, uint64_t seed) {
    std::vector<T> values(n);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const double unit = (double)(seed >> 40) / (1 << 24);
        values[i] = std::is_integral<T>::value ? (T)(unit * 100) : (T)(unit * 6 - 3);
    }
    return values;
}

/* Fails unless all are near; NaN is near nothing but NaN. */
template <class T>
void near(const std::string &what, const std::vector<T> &actual, const std::vector<double> &expected, double tolerance) {
    if (actual.size() != expected.size()) wrong(what + ": sizes differ");
    for (size_t i = 0; i < actual.size(); i++) {
        const double a = (double)actual[i], e = expected[i];
        const bool same = (a != a && e != e) || a == e;
        if (!same && !(fabs(a - e) <= tolerance * fmax(1, fabs(e))))
            wrong(what + ": element " + std::to_string(i) + " is " + std::to_string(a) + ", expected " + std::to_string(e));
    }
}

/* As in device.cuh. */
struct bad_index {
    unsigned long long lock;
    long long place, value;
};

/* Dimensions for a strided call: sizes, then a row of strides for each operand. */
inline gt_dims dims(const std::vector<int64_t> &sizes, const std::vector<std::vector<int64_t>> &strides) {
    gt_dims made = {};
    made.rank = (int64_t)sizes.size();
    for (size_t d = 0; d < sizes.size(); d++) made.size[d] = sizes[d];
    for (size_t k = 0; k < strides.size(); k++)
        for (size_t d = 0; d < sizes.size(); d++) made.stride[k][d] = strides[k][d];
    return made;
}

void check_elementwise();
void check_cast();
void check_reduce();
void check_norm();
void check_update();
void check_random();
void check_linalg();
void check_index();
void check_normalize();
void check_pool();
void check_sort();
void check_conv();
void check_scan();
void check_recurrent();

#endif
