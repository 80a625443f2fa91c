/* What the leaf tests share: a check that counts, exact-size buffers, and a small generator of test values. */
#ifndef GT_TEST_LEAVES_H
#define GT_TEST_LEAVES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern int64_t test_checks;
extern int64_t test_failures;

/* Counts the check; prints what failed, for the first ones only. */
#define CHECK(condition, ...)                                                                                          \
    do {                                                                                                               \
        test_checks++;                                                                                                 \
        if (!(condition) && test_failures++ < 20) {                                                                    \
            fprintf(stderr, "%s:%d: %s [%s]: ", __FILE__, __LINE__, #condition, gt_isa());                             \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fputc('\n', stderr);                                                                                       \
        }                                                                                                              \
    } while (0)

/* count * size bytes exactly, so that a sanitizer sees one element too far; never null. */
static inline void *test_buffer(int64_t count, int64_t size) {
    const int64_t bytes = count * size;
    void *p = malloc(bytes > 0 ? (size_t)bytes : 1);
    if (!p) abort();
    return p;
}

/* Next value of a linear congruential generator, uniform in [0, 1). */
static inline double test_uniform(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

/* One per family; all but memory and threads run under every function version in turn. */
void test_elementwise(void);
void test_reduce(void);
void test_scan(void);
void test_norm(void);
void test_linalg(void);
void test_lapack(void);
void test_conv(void);
void test_pool(void);
void test_recurrent(void);
void test_index(void);
void test_sort(void);
void test_random(void);
void test_update(void);
void test_memory(void);
void test_threads(void);

#endif
