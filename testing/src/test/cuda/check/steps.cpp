/* Checks of update.cu, random.cu and linalg.cu. */
#include "check.h"

#include "../../../../../native/common/philox.h"

/* As in update.cu. */
struct update_table {
    long long count;
    double scalars[GT_UPDATE_SCALARS];
    long long parts[64];
    gt_parameter parameters[64];
};

void check_update() {
    const size_t sizes[] = {1, 1023, 1024, 2500};
    update_table table = {};
    table.count = 4;
    const double lr = 0.1, momentum = 0.9;
    const double scalars[] = {1, 0, lr, momentum, 1};
    memcpy(table.scalars, scalars, sizeof scalars);
    std::vector<device<float> *> p, g, s;
    long long parts = 0;
    for (int k = 0; k < 4; k++) {
        p.push_back(new device<float>(numbers<float>(sizes[k], 10 + (uint64_t)k)));
        g.push_back(new device<float>(numbers<float>(sizes[k], 20 + (uint64_t)k)));
        s.push_back(new device<float>(numbers<float>(sizes[k], 30 + (uint64_t)k)));
        parts += (long long)(sizes[k] + 1023) / 1024;
        table.parts[k] = parts;
        table.parameters[k] = {(int64_t)sizes[k], p.back()->at, g.back()->at, {s.back()->at, nullptr, nullptr}};
    }
    std::vector<std::vector<double>> expected_p, expected_s;
    for (size_t k = 0; k < 4; k++) {
        std::vector<double> ep, es;
        for (size_t i = 0; i < sizes[k]; i++) {
            es.push_back(momentum * s[k]->at[i] + g[k]->at[i]);
            ep.push_back(p[k]->at[i] - lr * es.back());
        }
        expected_p.push_back(ep);
        expected_s.push_back(es);
    }
    launch("update_momentum_F32", 3, 1, table);
    for (size_t k = 0; k < 4; k++) {
        near("parameter", p[k]->values(), expected_p[k], 1e-5);
        near("state", s[k]->values(), expected_s[k], 1e-5);
        delete p[k];
        delete g[k];
        delete s[k];
    }
}

void check_random() {
    for (size_t n : {1, 2, 7, 1001}) {
        device<float> y(n);
        device<int64_t> whole(n);
        std::vector<double> expected(n), integers(n);
        for (size_t i = 0; i < n; i++) {
            const gt_philox_words w = gt_philox_block(42, 5 + i / 4), v = gt_philox_block(42, 5 + i / 2);
            const uint32_t word[] = {w.w0, w.w1, w.w2, w.w3};
            expected[i] = gt_uniform_f32(word[i % 4]) * 2.0f + 1.0f;
            integers[i] = (double)(i % 2 ? gt_scale64(v.w2, v.w3, 1000) : gt_scale64(v.w0, v.w1, 1000));
        }
        launch("uniform_F32", 1, 1, 42LL, 5LL, (long long)n, 1.0f, 2.0f, 3.0f, y.at);
        near("uniform", y.values(), expected, 0);
        launch("randint", 1, 1, 42LL, 5LL, (long long)n, 0LL, 1000LL, whole.at);
        near("randint", whole.values(), integers, 0);
    }
}

struct steps {
    long long batch, row, column;
};

void check_linalg() {
    for (int64_t m : {1, 17, 40})
        for (int64_t n : {1, 16, 33})
            for (int64_t k : {0, 1, 20}) {
                const auto a = numbers<int32_t>((size_t)(m * k), 1), b = numbers<int32_t>((size_t)(k * n), 2);
                device<int32_t> da(a), db(b), dc((size_t)(m * n));
                std::vector<double> expected((size_t)(m * n));
                for (int64_t i = 0; i < m; i++)
                    for (int64_t j = 0; j < n; j++)
                        for (int64_t l = 0; l < k; l++)
                            expected[(size_t)(i * n + j)] += (double)a[(size_t)(i * k + l)] * b[(size_t)(l * n + j)];
                launch("product_I32", 2, 1, 1LL, (long long)m, (long long)n, (long long)k, (const int32_t *)da.at,
                       steps{0, k, 1}, (const int32_t *)db.at, steps{0, n, 1}, 0, dc.at, 0LL, (long long)n);
                near("product of integers", dc.values(), expected, 0);
            }
    const auto c = numbers<float>(7 * 40, 3), bias = numbers<float>(37, 4);
    device<float> dc(c), db(bias);
    std::vector<double> expected(c.begin(), c.end());
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 37; j++) expected[i * 40 + j] = fmax(0, (double)c[i * 40 + j] + bias[j]);
    launch("bias_relu_F32", 2, 1, 7LL, 37LL, dc.at, 40LL, (const float *)db.at, 0.0);
    near("bias and relu", dc.values(), expected, 1e-6);
}
