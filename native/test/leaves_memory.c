#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

/* What is written to the mapping stays in it. */
static void map_file(void) {
    char path[] = "/tmp/gatun-leaves-XXXXXX";
    const int made = mkstemp(path);
    CHECK(made >= 0, "no file");
    FILE *file = fdopen(made, "w");
    CHECK(file != NULL && fputs("abc", file) >= 0 && fclose(file) == 0, "write");
    int64_t bytes = 0;
    void *address = NULL;
    CHECK(gt_file_map(path, &bytes, &address) == GT_OK && bytes == 3, "%lld bytes", (long long)bytes);
    CHECK(memcmp(address, "abc", 3) == 0, "contents");
    memset(address, 'x', 3);
    char now[4] = "";
    file = fopen(path, "r");
    CHECK(file != NULL && fread(now, 1, 3, file) == 3 && fclose(file) == 0, "read");
    CHECK(strcmp(now, "abc") == 0, "the file became %s", now);
    CHECK(gt_pages_unmap(address, bytes) == GT_OK, "unmap");
    file = fopen(path, "w");
    CHECK(file != NULL && fclose(file) == 0, "truncate");
    CHECK(gt_file_map(path, &bytes, &address) == GT_BAD_ARGUMENT, "an empty file");
    CHECK(remove(path) == 0, "remove");
    CHECK(gt_file_map(path, &bytes, &address) == GT_BAD_ARGUMENT, "no file");
    CHECK(gt_file_map("/", &bytes, &address) == GT_BAD_ARGUMENT, "a folder");
    CHECK(gt_file_map(NULL, &bytes, &address) == GT_BAD_ARGUMENT, "no path");
    CHECK(gt_file_map("/", NULL, &address) == GT_BAD_ARGUMENT, "no place for the size");
    CHECK(gt_file_map("/", &bytes, NULL) == GT_BAD_ARGUMENT, "no place for the address");
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
    map_file();
    CHECK(gt_physical_bytes() > 1 << 20, "%lld bytes of memory", (long long)gt_physical_bytes());
}
