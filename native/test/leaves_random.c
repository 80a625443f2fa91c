/* The generator: the published vectors, the layout of gatun.h, the same bits everywhere, and rough statistics. */
#include <math.h>
#include <string.h>

#include "../common/gatun.h"
#include "../common/normal.h"
#include "../common/philox.h"
#include "leaves.h"

/* Random123's known answers for philox4x32-10. */
static void known_answers(void) {
    static const struct {
        gt_philox_words counter;
        uint32_t key0, key1;
        gt_philox_words want;
    } rows[] = {
        {{0, 0, 0, 0}, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         0xffffffff,
         0xffffffff,
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         0xa4093822,
         0x299f31d0,
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const gt_philox_words got = gt_philox(rows[i].counter, rows[i].key0, rows[i].key1);
        CHECK(memcmp(&got, &rows[i].want, sizeof got) == 0, "vector %zu: %08x %08x %08x %08x", i, got.w0, got.w1, got.w2,
              got.w3);
    }
}

static uint32_t word_at(const gt_philox_state *state, int64_t word) {
    const gt_philox_words w = gt_philox_block(state->seed, state->offset + (uint64_t)(word / 4));
    const uint32_t words[4] = {w.w0, w.w1, w.w2, w.w3};
    return words[word % 4];
}

/* Every draw, element by element, from the words that the contract names. */
static void layout(int64_t n) {
    const gt_philox_state state = {0x123456789abcdef, 0xfffffffffffffff0 + (uint64_t)n % 8}; /* the offset may wrap */
    float *f = test_buffer(n, 4), *g = test_buffer(n, 4);
    double *d = test_buffer(n, 8), *e = test_buffer(n, 8);
    int64_t *l = test_buffer(n, 8);
    uint8_t *u = test_buffer(n, 1);
    uint16_t *h = test_buffer(n, 2);
    CHECK(gt_uniform(GT_F32, n, &state, -1, 3, f) == GT_OK, "uniform");
    CHECK(gt_uniform(GT_F64, n, &state, -1, 3, d) == GT_OK, "uniform");
    CHECK(gt_randint(n, &state, -5, 12, l) == GT_OK, "randint");
    CHECK(gt_bernoulli(GT_BOOL, n, &state, 0.3, u) == GT_OK, "bernoulli");
    CHECK(gt_bernoulli(GT_F16, n, &state, 0.3, h) == GT_OK, "bernoulli");
    for (int64_t i = 0; i < n; i++) {
        const uint32_t w = word_at(&state, i), high = word_at(&state, 2 * i), low = word_at(&state, 2 * i + 1);
        const float want = (float)(w >> 8) * 0x1p-24f * 4 - 1;
        const double bits = (double)(((uint64_t)high >> 5 << 26) | low >> 6);
        const unsigned __int128 scaled = (unsigned __int128)((uint64_t)high << 32 | low) * 17;
        CHECK(f[i] == want, "f32 at %lld of %lld", (long long)i, (long long)n);
        CHECK(d[i] == bits * 0x1p-53 * 4 - 1, "f64 at %lld", (long long)i);
        CHECK(l[i] == (int64_t)(scaled >> 64) - 5, "integer at %lld: %lld", (long long)i, (long long)l[i]);
        CHECK(u[i] == ((float)(w >> 8) * 0x1p-24f < 0.3), "bernoulli at %lld", (long long)i);
        CHECK(h[i] == (u[i] ? 0x3c00 : 0), "bernoulli f16 at %lld", (long long)i);
    }
    CHECK(gt_normal(GT_F32, n, &state, 2, 3, f) == GT_OK, "normal");
    CHECK(gt_normal(GT_F64, n, &state, 2, 3, d) == GT_OK, "normal");
    for (int64_t i = 0; i < n; i += 2) {
        const gt_normal_pair_f32 z = gt_normal_f32(word_at(&state, i), word_at(&state, i + 1));
        const gt_philox_words w = {word_at(&state, 2 * i), word_at(&state, 2 * i + 1), word_at(&state, 2 * i + 2),
                                   word_at(&state, 2 * i + 3)};
        const gt_normal_pair_f64 y = gt_normal_f64(w);
        CHECK(f[i] == 2 + 3 * z.z0 && d[i] == 2 + 3 * y.z0, "normal at %lld", (long long)i);
        CHECK(i + 1 == n || (f[i + 1] == 2 + 3 * z.z1 && d[i + 1] == 2 + 3 * y.z1), "normal after %lld", (long long)i);
    }
    for (int64_t i = 0; i < n; i++) {
        g[i] = (float)i + 1;
        e[i] = (double)i + 1;
    }
    CHECK(gt_dropout(GT_F32, n, &state, 0.5, g, g) == GT_OK, "dropout in place");
    CHECK(gt_dropout(GT_F64, n, &state, 0.5, e, d) == GT_OK, "dropout");
    for (int64_t i = 0; i < n; i++) {
        const double want = word_at(&state, i) >> 8 >= 1 << 23 ? 2 * (double)(i + 1) : 0;
        CHECK((double)g[i] == want && d[i] == want, "dropout at %lld", (long long)i);
    }
    free(f);
    free(g);
    free(d);
    free(e);
    free(l);
    free(u);
    free(h);
}

/* normal.h's functions against libm, at the ends of their ranges and over a sample. */
static void functions(void) {
    for (uint64_t i = 0; i < 4000; i++) {
        const gt_philox_words w = i == 0   ? (gt_philox_words){0, 0, 0, 0}
                                  : i == 1 ? (gt_philox_words){~0u, ~0u, ~0u, ~0u}
                                           : gt_philox_block(3, i);
        const double turn = 6.28318530717958648;
        const double r = sqrt(-2 * log(((double)(w.w0 >> 8) + 1) * 0x1p-24)), t = turn * (double)(w.w1 >> 8) * 0x1p-24;
        const gt_normal_pair_f32 z = gt_normal_f32(w.w0, w.w1);
        CHECK(fabs((double)z.z0 - r * cos(t)) < 2e-6 && fabs((double)z.z1 - r * sin(t)) < 2e-6, "f32 draw %d", (int)i);
        const double r2 = sqrt(-2 * log((gt_bits53(w.w0, w.w1) + 1) * 0x1p-53)), t2 = turn * gt_bits53(w.w2, w.w3) * 0x1p-53;
        const gt_normal_pair_f64 y = gt_normal_f64(w);
        CHECK(fabs(y.z0 - r2 * cos(t2)) < 2e-14 && fabs(y.z1 - r2 * sin(t2)) < 2e-14, "f64 draw %d", (int)i);
    }
}

static void statistics(void) {
    enum { N = 100000 };
    const gt_philox_state state = {777, 0};
    double *x = test_buffer(N, 8), sum = 0, squares = 0, fourths = 0, inside = 0;
    CHECK(gt_normal(GT_F64, N, &state, 0, 1, x) == GT_OK, "normal");
    for (int64_t i = 0; i < N; i++) {
        sum += x[i];
        squares += x[i] * x[i];
        fourths += x[i] * x[i] * x[i] * x[i];
        inside += fabs(x[i]) < 1;
    }
    CHECK(fabs(sum / N) < 0.02 && fabs(squares / N - 1) < 0.03 && fabs(fourths / N - 3) < 0.2, "moments");
    CHECK(fabs(inside / N - 0.6827) < 0.01, "within one deviation: %g", inside / N);
    free(x);
}

/* The same bits from every version and any number of threads, over several chunks. */
static void same_bits(void) {
    enum { N = 150001 };
    static const char *const versions[] = {"plain", "avx2", "avx512"};
    const char *version = gt_isa();
    const int threads = gt_threads_count();
    const gt_philox_state state = {99, 1234567};
    double *first[4], *x = test_buffer(N, 8), *ones = test_buffer(N, 8);
    for (int64_t i = 0; i < N; i++) {
        ones[i] = 1;
    }
    for (int kind = 0; kind < 4; kind++) {
        first[kind] = test_buffer(N, 8);
        int seen = 0;
        for (size_t v = 0; v < sizeof versions / sizeof *versions; v++) {
            if (gt_isa_select(versions[v]) != GT_OK) {
                continue;
            }
            for (int count = 1; count <= 4; count++) {
                gt_threads_set(count);
                double *y = seen ? x : first[kind];
                const int status = kind == 0   ? gt_normal(GT_F64, N, &state, 0, 1, y)
                                   : kind == 1 ? gt_normal(GT_F32, N, &state, 0, 1, y)
                                   : kind == 2 ? gt_randint(N, &state, INT64_MIN, INT64_MAX, (int64_t *)y)
                                               : gt_dropout(GT_F64, N, &state, 0.25, ones, y);
                CHECK(status == GT_OK, "kind %d", kind);
                CHECK(!seen || memcmp(first[kind], x, (size_t)N * (kind == 1 ? 4 : 8)) == 0, "kind %d, %s, %d threads",
                      kind, versions[v], count);
                seen = 1;
            }
        }
        free(first[kind]);
    }
    gt_isa_select(version);
    gt_threads_set(threads);
    free(x);
    free(ones);
}

static void permutations(int64_t n) {
    const gt_philox_state state = {42, 7};
    int64_t *y = test_buffer(n, 8), *again = test_buffer(n, 8), moved = 0;
    uint8_t *seen = test_buffer(n, 1);
    void *scratch = test_buffer(gt_permutation_scratch_bytes(n), 1);
    memset(seen, 0, (size_t)n);
    CHECK(gt_permutation(n, &state, y, scratch) == GT_OK && gt_permutation(n, &state, again, scratch) == GT_OK, "permute");
    CHECK(n == 0 || memcmp(y, again, (size_t)n * 8) == 0, "not repeatable");
    for (int64_t i = 0; i < n; i++) {
        CHECK(y[i] >= 0 && y[i] < n && !seen[y[i]], "position %lld holds %lld", (long long)i, (long long)y[i]);
        seen[y[i]] = 1;
        moved += y[i] != i;
        if (i > 0) { /* sorted by their keys: two words each */
            const uint64_t before = (uint64_t)word_at(&state, 2 * y[i - 1]) << 32 | word_at(&state, 2 * y[i - 1] + 1);
            const uint64_t key = (uint64_t)word_at(&state, 2 * y[i]) << 32 | word_at(&state, 2 * y[i] + 1);
            CHECK(before <= key, "order at %lld", (long long)i);
        }
    }
    CHECK(n < 100 || moved > n * 9 / 10, "moved %lld", (long long)moved);
    free(y);
    free(again);
    free(seen);
    free(scratch);
}

static void edges(void) {
    const gt_philox_state state = {1, 0};
    float x[64], y[64];
    int64_t l[64];
    CHECK(gt_uniform(GT_F32, 64, &state, 1, 1 + 0x1p-20, x) == GT_OK, "narrow");
    for (int i = 0; i < 64; i++) {
        CHECK(x[i] >= 1 && x[i] < 1 + 0x1p-20f, "the upper end is open: %a", (double)x[i]);
        x[i] = INFINITY;
    }
    CHECK(gt_uniform(GT_F32, 64, &state, 5, 5, y) == GT_OK && y[63] == 5, "no width");
    CHECK(gt_dropout(GT_F32, 64, &state, 1, x, y) == GT_OK && y[0] == 0 && y[63] == 0, "drop all");
    CHECK(gt_dropout(GT_F32, 64, &state, 0, x, y) == GT_OK && y[0] == INFINITY, "keep all");
    CHECK(gt_bernoulli(GT_F32, 64, &state, 1, y) == GT_OK && y[0] == 1 && y[63] == 1, "always");
    CHECK(gt_bernoulli(GT_F32, 64, &state, 0, y) == GT_OK && y[0] == 0 && y[63] == 0, "never");
    CHECK(gt_randint(64, &state, 3, 4, l) == GT_OK && l[0] == 3 && l[63] == 3, "one choice");
    CHECK(gt_uniform(GT_I64, 1, &state, 0, 1, l) == GT_UNSUPPORTED, "integers");
    CHECK(gt_uniform(99, 1, &state, 0, 1, l) == GT_BAD_CODE && gt_normal(-1, 1, &state, 0, 1, l) == GT_BAD_CODE, "code");
    CHECK(gt_uniform(GT_F32, 1, &state, 2, 1, y) == GT_BAD_ARGUMENT, "ends");
    CHECK(gt_uniform(GT_F32, -1, &state, 0, 1, y) == GT_BAD_ARGUMENT, "n");
    CHECK(gt_uniform(GT_F32, 1, NULL, 0, 1, y) == GT_BAD_ARGUMENT, "state");
    CHECK(gt_uniform(GT_F32, 1, &state, 0, 1, NULL) == GT_BAD_ARGUMENT, "y");
    CHECK(gt_bernoulli(GT_F32, 1, &state, 1.5, y) == GT_BAD_ARGUMENT, "p");
    CHECK(gt_bernoulli(GT_F32, 1, &state, NAN, y) == GT_BAD_ARGUMENT, "p");
    CHECK(gt_randint(1, &state, 4, 4, l) == GT_BAD_ARGUMENT, "range");
    CHECK(gt_permutation(2, &state, l, NULL) == GT_BAD_ARGUMENT, "scratch");
    CHECK(gt_dropout(GT_F32, 1, &state, 0.5, NULL, y) == GT_BAD_ARGUMENT, "x");
}

void test_random(void) {
    known_answers();
    functions();
    static const int64_t sizes[] = {0, 1, 2, 3, 4, 5, 31, 127, 128, 129, 255, 256, 257, 1003};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        layout(sizes[i]);
    }
    statistics();
    same_bits();
    permutations(0);
    permutations(1);
    permutations(5000);
    edges();
}
