#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ARENA_BYTES = 64 << 20, LARGE_BYTES = 16 << 20, STAGGER_BYTES = 1088 };

static void *take_pages(size_t bytes) {
    const size_t page = (size_t)2 << 20;
    bytes = (bytes + page - 1) / page * page;
    void *memory = aligned_alloc(page, bytes);
    if (memory == NULL) {
        fprintf(stderr, "floor: no memory: asked for %zu bytes\n", bytes);
        exit(1);
    }
    madvise(memory, bytes, MADV_HUGEPAGE);
    memset(memory, 0, bytes);
    return memory;
}

void *memory_take(size_t count) {
    static char *next;
    static size_t left;
    size_t bytes = (count * 4 + 63) / 64 * 64;
    if (bytes >= LARGE_BYTES) return take_pages(bytes);
    if (next == NULL || left < bytes) {
        next = take_pages(ARENA_BYTES);
        left = ARENA_BYTES;
    }
    void *memory = next;
    /* An odd number of lines between neighbours: streams read side by side must not fall on the same cache sets. */
    size_t step = bytes + STAGGER_BYTES < left ? bytes + STAGGER_BYTES : left;
    next += step;
    left -= step;
    return memory;
}
