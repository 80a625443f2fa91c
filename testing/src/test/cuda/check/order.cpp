/* Checks of sort.cu, conv.cu, scan.cu and recurrent.cu. */
#include <algorithm>
#include <numeric>

#include "check.h"

static constexpr long long TILE = 1024; /* as in sort.cu */

/* The first k of each row of x [rows, n] in order, many of which are equal; one block does all. */
static void sorted(long long rows, long long n, long long k, bool descending) {
    auto x = numbers<float>((size_t)(rows * n), 6);
    for (float &value : x) value = std::floor(value * 5);
    x[(size_t)n / 2] = NAN;
    std::vector<double> expected, places;
    for (long long row = 0; row < rows; row++) {
        const float *own = &x[(size_t)(row * n)];
        std::vector<int64_t> at((size_t)n);
        std::iota(at.begin(), at.end(), 0);
        std::stable_sort(at.begin(), at.end(), [&](int64_t i, int64_t j) {
            const float a = own[descending ? j : i], b = own[descending ? i : j];
            return b != b ? a == a : a < b;
        });
        for (long long i = 0; i < k; i++) {
            expected.push_back(own[at[(size_t)i]]);
            places.push_back((double)at[(size_t)i]);
        }
    }
    device<float> dx(x), values(expected.size());
    device<int64_t> order(expected.size());
    const float *const px = dx.at;
    int length = 1;
    while (length < n && length < TILE) length *= 2;
    const long long flip = descending ? 0xffffffffLL : 0;
    const auto left = [](long long count, long long run, long long keep) {
        return count / run * keep + std::min(keep, count % run);
    };
    if (n <= TILE) {
        launch("sort_runs_F32", 1, 1, rows, n, length, flip, k, px, (void *)nullptr, values.at, order.at);
    } else {
        long long keep = std::min(k, TILE), count = left(n, TILE, keep), runs = (n + TILE - 1) / TILE;
        auto from = std::make_unique<device<uint64_t>>((size_t)(rows * count));
        launch("sort_runs_F32", 1, 1, rows, n, length, flip, keep, px, (void *)from->at, (float *)nullptr,
               (int64_t *)nullptr);
        for (; runs > 1; runs = (runs + 1) / 2) {
            const long long longer = std::min(k, 2 * keep), fewer = left(count, 2 * keep, longer);
            auto to = std::make_unique<device<uint64_t>>((size_t)(rows * fewer));
            launch("merge_runs_32", 2, 1, rows, count, keep, (const void *)from->at, fewer, longer, (void *)to->at);
            from = std::move(to);
            keep = longer;
            count = fewer;
        }
        launch("sort_store_F32", 1, 1, rows, n, k, (const void *)from->at, px, values.at, order.at);
    }
    near("sorted", values.values(), expected, 0);
    near("order", order.values(), places, 0);
}

static void counted(long long n, long long bins) {
    const auto x = numbers<float>((size_t)n, 7);
    std::vector<double> expected((size_t)bins);
    for (const float value : x)
        if (value >= -2 && value <= 2) expected[std::min((size_t)bins - 1, (size_t)((value + 2) * (float)bins / 4))]++;
    device<float> dx(x);
    device<int64_t> counts(std::vector<int64_t>((size_t)bins));
    launch("histogram_F32", 2, 1, n, bins, -2.0, 2.0, (const float *)dx.at, counts.at);
    near("histogram", counts.values(), expected, 0);
}

void check_sort() {
    for (const bool descending : {false, true}) {
        sorted(5, 3, 2, descending);
        sorted(3, 700, 700, descending);
        sorted(2, 2500, 2500, descending);
        sorted(1, 3100, 40, descending);
    }
    counted(3000, 7);
    counted(3000, 3000);
}

void check_conv() {
    const long long images = 3, channels = 5, size = 77;
    const auto y = numbers<float>((size_t)(images * channels * size), 8), bias = numbers<float>((size_t)channels, 9);
    std::vector<double> expected;
    for (size_t i = 0; i < y.size(); i++)
        expected.push_back(std::max(0.0f, y[i] + bias[i / (size_t)size % (size_t)channels]));
    device<float> dy(y), db(bias);
    launch("conv_finish_F32", 2, 1, images * channels, channels, size, (const float *)db.at, 1, dy.at);
    near("bias and relu", dy.values(), expected, 0);
}

/* Sums along the middle of [3, n, 2], by a thread for each line or by all of a block. */
static void running(int64_t n, bool alone, bool reverse) {
    const auto x = numbers<float>((size_t)(3 * n * 2), 10);
    std::vector<double> expected(x.size());
    for (int64_t outer = 0; outer < 3; outer++)
        for (int64_t inner = 0; inner < 2; inner++) {
            double sum = 0;
            for (int64_t k = 0; k < n; k++) {
                const size_t at = (size_t)((outer * n + (reverse ? n - 1 - k : k)) * 2 + inner);
                expected[at] = sum += x[at];
            }
        }
    device<float> dx(x), dy(x.size());
    launch("scan_sum_F32", 2, 1, alone ? 1 : 0, reverse ? 1 : 0, 3LL, (long long)n, 2LL, (const float *)dx.at, dy.at);
    near("running sum", dy.values(), expected, 1e-5);
}

void check_scan() {
    for (int64_t n : {1, 300, 700})
        for (const bool reverse : {false, true}) {
            running(n, true, reverse);
            running(n, false, reverse);
        }
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* A step of an LSTM: input, forget, fresh and output gates of each row lie one behind the other. */
void check_recurrent() {
    const int64_t n = 5, hidden = 67;
    const auto gates = numbers<float>((size_t)(n * 4 * hidden), 11), sums = numbers<float>(gates.size(), 12);
    const auto before = numbers<float>((size_t)(n * hidden), 13);
    std::vector<double> cell, output, values(gates.size());
    for (int64_t i = 0; i < n * hidden; i++) {
        const size_t first = (size_t)(i / hidden * 4 * hidden + i % hidden);
        double gate[4];
        for (size_t k = 0; k < 4; k++) {
            const size_t at = first + k * (size_t)hidden;
            const double sum = (double)gates[at] + sums[at];
            values[at] = gate[k] = k == 2 ? tanh(sum) : sigmoid(sum);
        }
        cell.push_back(gate[1] * before[(size_t)i] + gate[0] * gate[2]);
        output.push_back(gate[3] * tanh(cell.back()));
    }
    device<float> dsums(sums), dgates(gates), dbefore(before), kept(before.size()), h(before.size());
    launch("recurrent_lstm_F32", 2, 1, (long long)n, (long long)hidden, (const float *)dsums.at, dgates.at,
           (const float *)dbefore.at, kept.at, h.at);
    near("gates", dgates.values(), values, 1e-5);
    near("cell", kept.values(), cell, 1e-5);
    near("output", h.values(), output, 1e-5);
}
