/* Checks of reduce.cu and norm.cu. */
#include "check.h"

/* The sums of x [m, n] over one of its dimensions, with several shapes of teams and numbers of parts. */
static void sums() {
    for (int64_t m : {1, 40})
        for (int64_t n : {10, 300}) {
            const auto x = numbers<float>((size_t)(m * n), 1);
            std::vector<double> rows((size_t)m), columns((size_t)n), largest((size_t)m);
            for (int64_t i = 0; i < m; i++)
                for (int64_t j = 0; j < n; j++) {
                    const double value = x[(size_t)(i * n + j)];
                    rows[(size_t)i] += value;
                    columns[(size_t)j] += value;
                    if (value > x[(size_t)(i * n) + (size_t)largest[(size_t)i]]) largest[(size_t)i] = (double)j;
                }
            device<float> dx(x), by_row((size_t)m), by_column((size_t)n);
            device<int64_t> place((size_t)m);
            const gt_dims over_row = dims({m, n}, {{n, 1}, {1, 0}}), over_column = dims({n, m}, {{1, n}, {1, 0}});
            for (int lanes : {1, 64})
                for (int parts : {1, 5}) {
                    device<char> room((size_t)((m > n ? m : n) * parts * 24));
                    const unsigned p = (unsigned)parts;
                    launch("reduce_sum_F32", 2, p, over_row, 1LL, (long long)m, (long long)n, lanes, 0,
                           (const float *)dx.at, by_row.at, (void *)room.at);
                    if (parts > 1)
                        launch("reduce_sum_F32_parts", 2, 1, over_row, 1LL, (long long)m, (long long)n, parts,
                               (const void *)room.at, by_row.at);
                    near("sum of rows", by_row.values(), rows, 1e-4);
                    launch("reduce_sum_F32", 2, p, over_column, 1LL, (long long)n, (long long)m, lanes, 1,
                           (const float *)dx.at, by_column.at, (void *)room.at);
                    if (parts > 1)
                        launch("reduce_sum_F32_parts", 2, 1, over_column, 1LL, (long long)n, (long long)m, parts,
                               (const void *)room.at, by_column.at);
                    near("sum of columns", by_column.values(), columns, 1e-4);
                    launch("argmax_F32", 2, p, over_row, 1LL, (long long)m, (long long)n, lanes, 0, (const float *)dx.at,
                           place.at, (void *)room.at);
                    if (parts > 1)
                        launch("argmax_F32_parts", 2, 1, over_row, 1LL, (long long)m, (long long)n, parts,
                               (const void *)room.at, place.at);
                    near("argmax", place.values(), largest, 0);
                }
        }
}

/* Twice the same bits. */
static void repeated() {
    const auto x = numbers<float>(5000, 2);
    device<float> dx(x), first(1), second(1);
    device<char> room(7 * 24);
    for (device<float> *y : {&first, &second}) {
        launch("reduce_sum_F32", 1, 7, dims({5000}, {{1}, {0}}), 0LL, 1LL, 5000LL, 64, 0, (const float *)dx.at, y->at,
               (void *)room.at);
        launch("reduce_sum_F32_parts", 1, 1, dims({5000}, {{1}, {0}}), 0LL, 1LL, 5000LL, 7, (const void *)room.at, y->at);
    }
    if (*first.at != *second.at) wrong("a sum differs from itself");
}

void check_reduce() {
    sums();
    repeated();
}

static void softmax(int64_t outer, int64_t n, int64_t inner, int lanes) {
    const auto x = numbers<float>((size_t)(outer * n * inner), 3);
    device<float> dx(x), dy(x.size());
    std::vector<double> expected(x.size());
    for (int64_t o = 0; o < outer; o++)
        for (int64_t j = 0; j < inner; j++) {
            double total = 0;
            for (int64_t i = 0; i < n; i++) total += exp((double)x[(size_t)((o * n + i) * inner + j)]);
            for (int64_t i = 0; i < n; i++) {
                const size_t at = (size_t)((o * n + i) * inner + j);
                expected[at] = exp((double)x[at]) / total;
            }
        }
    launch("softmax_F32", 2, 1, 0, (long long)outer, (long long)n, (long long)inner, lanes, (const float *)dx.at, dy.at);
    near("softmax", dy.values(), expected, 1e-5);
    launch("softmax_F32", 2, 1, 0, (long long)outer, (long long)n, (long long)inner, lanes, (const float *)dx.at, dx.at);
    near("softmax in place", dx.values(), expected, 1e-5);
}

static void cross_entropy(int64_t rows, int64_t n, bool good) {
    const auto x = numbers<float>((size_t)(rows * n), 4);
    std::vector<int64_t> target((size_t)rows);
    for (int64_t i = 0; i < rows; i++) target[(size_t)i] = i % 5 == 4 ? -100 : i * 7 % n;
    double loss = 0, counted = 0;
    for (int64_t i = 0; i < rows; i++) {
        double total = 0;
        for (int64_t j = 0; j < n; j++) total += exp((double)x[(size_t)(i * n + j)]);
        if (target[(size_t)i] < 0) continue;
        loss += log(total) - x[(size_t)(i * n + target[(size_t)i])];
        counted++;
    }
    if (!good) target[(size_t)rows - 1] = n, target[(size_t)rows / 2] = n + 3;
    device<float> dx(x), prob(x.size()), dloss(1);
    device<int64_t> dt(target);
    device<double> losses((size_t)rows), weight(1);
    device<bad_index> bad(std::vector<bad_index>(1, {0, LLONG_MAX, 0}));
    launch("cross_entropy_F32", 2, 1, (long long)rows, (long long)n, 4, (const float *)dx.at, (const int64_t *)dt.at,
           -100LL, prob.at, losses.at, bad.at);
    if (!good) {
        if (bad.at->place != rows / 2 || bad.at->value != n + 3) wrong("another bad target is noted");
        return;
    }
    if (bad.at->place != LLONG_MAX) wrong("a good target is noted");
    launch("total_loss_F32", 1, 1, (int)GT_REDUCTION_mean, (long long)rows, (const double *)losses.at,
           (const int64_t *)dt.at, -100LL, dloss.at, weight.at);
    near("rows that count", weight.values(), {counted}, 0);
    near("cross entropy", dloss.values(), {loss / counted}, 1e-5);
}

void check_norm() {
    for (int64_t n : {1, 10, 300}) {
        softmax(70, n, 1, 4);
        softmax(2, n, 1, 256);
        softmax(3, n, 21, 8);
        cross_entropy(300, n, true);
    }
    cross_entropy(300, 10, false);
}
