#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/gatun.h"
#include "cgroup.h"

#define HUGE_BYTES ((uintptr_t)2 << 20)

/* From 2 MiB on: map 2 MiB more than asked, give back what lies before the aligned start and after the end. */
int gt_pages_map(int64_t bytes, void **address) {
    if (bytes <= 0 || bytes > INT64_MAX - (int64_t)HUGE_BYTES || address == NULL) {
        return GT_BAD_ARGUMENT;
    }
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t size = ((uintptr_t)bytes + page - 1) / page * page;
    const uintptr_t spare = size >= HUGE_BYTES ? HUGE_BYTES : 0;
    void *mapped = mmap(NULL, size + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        return GT_OUT_OF_MEMORY;
    }
    uintptr_t start = (uintptr_t)mapped;
    if (spare != 0) {
        start = (start + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
        const uintptr_t before = start - (uintptr_t)mapped;
        if (before > 0) {
            munmap(mapped, before);
        }
        if (spare > before) {
            munmap((void *)(start + size), spare - before);
        }
        /* Advice only: where the system keeps no huge pages, small ones serve. */
        (void)madvise((void *)start, size, MADV_HUGEPAGE);
    }
    *address = (void *)start;
    return GT_OK;
}

int gt_pages_unmap(void *address, int64_t bytes) {
    if (address == NULL || bytes <= 0) {
        return GT_BAD_ARGUMENT;
    }
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t size = ((uintptr_t)bytes + page - 1) / page * page;
    return munmap(address, size) == 0 ? GT_OK : GT_BAD_ARGUMENT;
}

/* Java's own private mapping asks for a file that may be written, which a served model seldom is. */
int gt_file_map(const char *path, int64_t *bytes, void **address) {
    if (path == NULL || bytes == NULL || address == NULL) {
        return GT_BAD_ARGUMENT;
    }
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return GT_BAD_ARGUMENT;
    }
    struct stat seen;
    if (fstat(file, &seen) != 0 || !S_ISREG(seen.st_mode) || seen.st_size <= 0) {
        close(file);
        return GT_BAD_ARGUMENT;
    }
    void *mapped =
        mmap(NULL, (size_t)seen.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
    close(file);
    if (mapped == MAP_FAILED) {
        return GT_OUT_OF_MEMORY;
    }
    *bytes = (int64_t)seen.st_size;
    *address = mapped;
    return GT_OK;
}

int64_t gt_physical_bytes(void) {
    const int64_t machine = (int64_t)sysconf(_SC_PHYS_PAGES) * (int64_t)sysconf(_SC_PAGESIZE);
    const int64_t group = gt_cgroup_memory_bytes();
    return group < machine ? group : machine;
}
