/* Checks of index.cu, pool.cu and normalize.cu. */
#include "check.h"

/* x [places, columns] += rows of y [n, columns] at index, of which many are equal. */
static void scattered(int64_t places, int64_t columns, int64_t n, long long ranges, bool good) {
    auto x = numbers<float>((size_t)(places * columns), 1);
    const auto y = numbers<float>((size_t)(n * columns), 2);
    std::vector<int64_t> index((size_t)n);
    for (int64_t i = 0; i < n; i++) index[(size_t)i] = i * i % (places < 4 ? places : 4);
    std::vector<double> expected(x.begin(), x.end());
    for (int64_t i = 0; i < n && good; i++)
        for (int64_t j = 0; j < columns; j++)
            expected[(size_t)(index[(size_t)i] * columns + j)] += y[(size_t)(i * columns + j)];
    if (!good) index[(size_t)n - 1] = -1, index[(size_t)n / 2] = places;
    device<float> dx(x), dy(y);
    device<int64_t> di(index);
    device<bad_index> bad(std::vector<bad_index>(1, {0, LLONG_MAX, 0}));
    /* the dimension of the index last, where x has no stride */
    const gt_dims shape = dims({columns, n}, {{1, 0}, {0, 1}, {1, columns}});
    launch("check_index", 2, 1, shape, (long long)places, (const int64_t *)di.at, bad.at);
    launch("scatter_add_F32", 2, 1, shape, 1LL, (long long)places, (long long)columns, ranges, (const int64_t *)di.at,
           (const float *)dy.at, dx.at, (const bad_index *)bad.at);
    if ((bad.at->place == LLONG_MAX) != good) wrong("a bad index is not noted, or a good one is");
    if (!good && (bad.at->place != n / 2 || bad.at->value != places)) wrong("another bad index is noted");
    near("scatter", dx.values(), expected, 1e-4);
}

static void selected(size_t n) {
    const auto x = numbers<float>(n, 3);
    std::vector<uint8_t> mask(n);
    std::vector<double> expected;
    for (size_t i = 0; i < n; i++) {
        mask[i] = i % 3 == 1 || i % 7 == 2;
        if (mask[i]) expected.push_back(x[i]);
    }
    const size_t chunks = (n + GT_MASK_CHUNK - 1) / GT_MASK_CHUNK;
    device<float> dx(x), dy(expected.size());
    device<uint8_t> dm(mask);
    device<int64_t> starts(chunks + 1);
    launch("mask_counts", 2, 1, (long long)n, (const uint8_t *)dm.at, starts.at);
    launch("mask_sums", 1, 1, (long long)chunks, starts.at);
    if (starts.at[chunks] != (int64_t)expected.size()) wrong("another number of elements is set");
    launch("mask_move_32", 2, 1, 1, (long long)n, (const uint8_t *)dm.at, (const int64_t *)starts.at,
           (uint32_t *)dx.at, (uint32_t *)dy.at);
    near("masked elements", dy.values(), expected, 0);
}

void check_index() {
    for (long long ranges : {1, 3}) {
        scattered(9, 5, 40, ranges, true);
        scattered(2, 300, 7, ranges, true);
        scattered(9, 5, 40, ranges, false);
    }
    for (size_t n : {1, 2048, 5000}) selected(n);
}

void check_normalize() {
    for (int64_t inner : {1, 7}) {
        const int64_t n = 60, channels = 3;
        const auto x = numbers<float>((size_t)(n * channels * inner), 4);
        device<float> dx(x), dy(x.size()), mean(3), invstd(3), running(std::vector<float>(3, 1.0f));
        std::vector<double> expected(x.size()), moved;
        for (int64_t c = 0; c < channels; c++) {
            double sum = 0, squares = 0;
            const auto at = [&](int64_t i) { return (size_t)((i / inner * channels + c) * inner + i % inner); };
            for (int64_t i = 0; i < n * inner; i++) sum += x[at(i)];
            const double centre = sum / (double)(n * inner);
            for (int64_t i = 0; i < n * inner; i++) squares += (x[at(i)] - centre) * (x[at(i)] - centre);
            for (int64_t i = 0; i < n * inner; i++)
                expected[at(i)] = (x[at(i)] - centre) / sqrt(squares / (double)(n * inner) + 1e-5);
            moved.push_back(0.9 + 0.1 * centre);
        }
        const float *none = nullptr;
        launch("batch_norm_F32", 2, 1, 1, 0.1, 1e-5, (long long)n, (long long)channels, (long long)inner,
               (const float *)dx.at, none, none, running.at, (float *)nullptr, dy.at, mean.at, invstd.at);
        near("batch norm", dy.values(), expected, 1e-4);
        near("running mean", running.values(), moved, 1e-5);
    }
}

/* Windows of two by two, side by side, over two planes, which may have more elements than a block threads. */
static void pooled(int64_t height, int64_t width) {
    const int64_t rows = (height - 2) / 2 + 1, columns = (width - 2) / 2 + 1, each = rows * columns;
    const size_t count = (size_t)(2 * each);
    gt_pool_args args = {};
    args.planes = 2;
    args.window = {{1, height, width}, {1, rows, columns}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, {1, 1, 1}};
    const auto x = numbers<float>((size_t)(2 * height * width), 5);
    device<float> dx(x), dy(count), back(x.size());
    device<int64_t> place(count);
    device<bad_index> bad(std::vector<bad_index>(1, {0, LLONG_MAX, 0}));
    std::vector<double> most(count), where(count), gradient(x.size());
    for (int64_t i = 0; i < 2 * each; i++) {
        const int64_t plane = i / each, first = plane * height * width;
        const int64_t row = i % each / columns * 2, column = i % columns * 2;
        most[(size_t)i] = -INFINITY;
        for (int64_t k = 0; k < 4; k++) {
            const int64_t at = (row + k / 2) * width + column + k % 2;
            if (x[(size_t)(first + at)] <= most[(size_t)i]) continue;
            most[(size_t)i] = x[(size_t)(first + at)];
            where[(size_t)i] = (double)at;
        }
        gradient[(size_t)(first + (int64_t)where[(size_t)i])] += most[(size_t)i];
    }
    launch("max_pool_F32", 1, 1, args, (const float *)dx.at, dy.at, place.at);
    near("max pool", dy.values(), most, 0);
    near("places", place.values(), where, 0);
    launch("max_pool_grad_F32", 2, 1, 2LL, (long long)(height * width), (long long)each, (const float *)dy.at,
           (const int64_t *)place.at, back.at, bad.at);
    near("gradient of max pool", back.values(), gradient, 0);
}

void check_pool() {
    pooled(9, 7);
    pooled(20, 17);
}
