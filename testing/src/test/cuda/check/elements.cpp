/* Checks of elementwise.cu and cast.cu. */
#include "check.h"

static const size_t COUNTS[] = {1, 3, 31, 257, 1003};

static void flat() {
    for (size_t n : COUNTS)
        for (size_t shift : {0, 1}) {
            const auto x = numbers<float>(n, 1), y = numbers<float>(n, 2);
            device<float> dx(x, shift), dy(y), dz(n, shift);
            std::vector<double> power(n), sum(n), less(n);
            for (size_t i = 0; i < n; i++) {
                power[i] = exp((double)x[i]);
                sum[i] = (double)x[i] + y[i];
                less[i] = x[i] < 1.5f;
            }
            launch("unary_exp_F32", 2, 1, (long long)n, (const float *)dx.at, dz.at, 0.0, 0.0);
            near("exp", dz.values(), power, 1e-6);
            launch("binary_add_F32", 2, 1, (long long)n, (const float *)dx.at, (const float *)dy.at, dz.at, 0, 0LL);
            near("add", dz.values(), sum, 1e-6);
            long long bits = 0;
            const float bound = 1.5f;
            memcpy(&bits, &bound, sizeof bound);
            device<uint8_t> truth(n);
            launch("compare_lt_F32", 2, 1, (long long)n, (const float *)dx.at, (const float *)nullptr, truth.at, 4, bits);
            near("less than a number", truth.values(), less, 0);
            launch("unary_exp_F32", 2, 1, (long long)n, (const float *)dx.at, dx.at, 0.0, 0.0);
            near("exp in place", dx.values(), power, 1e-6);
        }
}

/* z [5, 67] = x, transposed, + y, a row for all. */
static void strided() {
    const int64_t m = 5, n = 67;
    const auto x = numbers<float>((size_t)(m * n), 3), y = numbers<float>((size_t)n, 4);
    device<float> dx(x), dy(y), dz((size_t)(m * n));
    std::vector<double> sum((size_t)(m * n));
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) sum[(size_t)(i * n + j)] = (double)x[(size_t)(j * m + i)] + y[(size_t)j];
    launch("binary_add_F32_strided", 2, 1, dims({m, n}, {{1, m}, {0, 1}, {n, 1}}), (const float *)dx.at,
           (const float *)dy.at, dz.at, 0, 0LL);
    near("strided add", dz.values(), sum, 1e-6);
}

void check_elementwise() {
    flat();
    strided();
}

static void transposed() {
    for (int64_t m : {1, 33, 64})
        for (int64_t n : {1, 31, 70}) {
            const auto x = numbers<float>((size_t)(m * n), 5);
            device<float> dx(x), dy((size_t)(m * n));
            std::vector<double> expected((size_t)(m * n));
            for (int64_t i = 0; i < m; i++)
                for (int64_t j = 0; j < n; j++) expected[(size_t)(i * n + j)] = x[(size_t)(j * m + i)];
            launch("transpose_32", 3, 1, (long long)m, (long long)n, (const uint32_t *)dx.at, (long long)m,
                   (uint32_t *)dy.at, (long long)n);
            near("transpose", dy.values(), expected, 0);
        }
}

void check_cast() {
    transposed();
    for (size_t n : COUNTS) {
        auto x = numbers<float>(n, 6);
        x[0] = 1e30f;
        if (n > 1) x[1] = NAN;
        device<float> dx(x);
        device<int64_t> whole(n);
        device<uint16_t> half(n);
        std::vector<double> expected(n);
        for (size_t i = 0; i < n; i++) expected[i] = x[i] != x[i] ? 0 : x[i] > 1e20f ? 9223372036854775807.0 : trunc(x[i]);
        launch("cast_F32_I64", 2, 1, (long long)n, (const float *)dx.at, whole.at);
        near("cast to I64", whole.values(), expected, 0);
        launch("fill_16", 2, 1, (long long)n, half.at, 0x3f80LL);
        near("fill", half.values(), std::vector<double>(n, 0x3f80), 0);
    }
}
