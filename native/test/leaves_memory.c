#include <stdint.h>
#include <string.h>

#include "../common/gatun.h"
#include "leaves.h"

static void map(int64_t bytes) {
    void *address = NULL;
    CHECK(gt_pages_map(bytes, &address) == GT_OK, "map %lld", (long long)bytes);
    uint8_t *p = address;
    CHECK(p[0] == 0 && p[bytes - 1] == 0, "not zeroed");
    CHECK(bytes < 2 << 20 || (uintptr_t)p % (2 << 20) == 0, "%p is not aligned", address);
    memset(p, 1, (size_t)bytes);
    CHECK(gt_pages_unmap(address, bytes) == GT_OK, "unmap");
}

void test_memory(void) {
    void *address = NULL;
    map(1);
    map(4096);
    map((2 << 20) - 1);
    map(2 << 20);
    map((2 << 20) + 1);
    map((5 << 20) + 12345);
    CHECK(gt_pages_map(0, &address) == GT_BAD_ARGUMENT && gt_pages_map(-1, &address) == GT_BAD_ARGUMENT, "bytes");
    CHECK(gt_pages_map(1, NULL) == GT_BAD_ARGUMENT && gt_pages_unmap(NULL, 1) == GT_BAD_ARGUMENT, "null");
    CHECK(gt_pages_map(INT64_MAX, &address) == GT_BAD_ARGUMENT, "more than there are addresses");
    CHECK(gt_pages_map((int64_t)1 << 50, &address) == GT_OUT_OF_MEMORY, "a pebibyte");
    CHECK(gt_physical_bytes() > 1 << 20, "%lld bytes of memory", (long long)gt_physical_bytes());
}
