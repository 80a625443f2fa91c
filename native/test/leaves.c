/*
 * Runs every leaf of the library: zero sizes, bad codes, aliasing, odd sizes, strided and broadcast operands, under
 * each function version that this processor has. Built with sanitizers; buffers are exact, so one element too far is seen.
 */
#include "leaves.h"

#include <string.h>

#include "../common/gatun.h"

int64_t test_checks;
int64_t test_failures;

static void test_dispatch(void) {
    CHECK(gt_isa_select("") == GT_BAD_ARGUMENT, "an unknown version is refused");
    CHECK(gt_isa_select(NULL) == GT_BAD_ARGUMENT, "no name is refused");
    CHECK(gt_isa_select("plain") == GT_OK && strcmp(gt_isa(), "plain") == 0, "plain is everywhere");
}

int main(void) {
    static const struct {
        const char *name;
        void (*run)(void);
    } families[] = {{"elementwise", test_elementwise},
                    {"reduce", test_reduce},
                    {"scan", test_scan},
                    {"norm", test_norm},
                    {"linalg", test_linalg},
                    {"lapack", test_lapack},
                    {"conv", test_conv},
                    {"pool", test_pool},
                    {"recurrent", test_recurrent},
                    {"index", test_index},
                    {"sort", test_sort},
                    {"random", test_random},
                    {"update", test_update}};
    static const char *const versions[] = {"plain", "avx2", "avx512"};
    test_dispatch();
    test_memory();
    test_threads();
    for (size_t v = 0; v < sizeof versions / sizeof *versions; v++) {
        if (gt_isa_select(versions[v]) != GT_OK) {
            printf("%s: not on this processor\n", versions[v]);
            continue;
        }
        for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
            const int64_t before = test_failures;
            families[f].run();
            if (test_failures > before) printf("%s, %s: failed\n", families[f].name, versions[v]);
        }
    }
    printf("%lld checks, %lld failures\n", (long long)test_checks, (long long)test_failures);
    return test_failures ? 1 : 0;
}
