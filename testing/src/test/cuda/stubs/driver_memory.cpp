/* Memory of devices, behind pages that the host may not touch, and pinned memory of the host. */
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>

#include "driver.h"

namespace {

const size_t PAGE = 4096;
const size_t REGION_BYTES = (size_t)1 << 36; /* addresses, not memory */
const size_t NEAR = (size_t)1 << 18;         /* between blocks whose pages change together */
const size_t FEW = 64;
const unsigned OFTEN = 64;
const int LARGE_DEVICE = 1; /* for tests with very many arrays */
const size_t DEFAULT_TOTAL = (size_t)512 << 20;
const int FILLED_WITH = 0xff;                /* NaN in every floating dtype */

struct block {
    size_t bytes;
    stub_context *context;
};

char *region;   /* all blocks of all devices; addresses are not used twice, so that a late use is noticed */
size_t region_end;
int open_count; /* how many calls need the pages open */
bool open;
unsigned left_open;
std::map<CUdeviceptr, block> blocks;
std::map<char *, size_t> pinned;

size_t whole_pages(size_t bytes) { return (bytes + PAGE - 1) / PAGE * PAGE; }

/*
 * The number of all blocks' pages with which a thread opens and closes them by an instruction, where processor and system
 * have such; else -1. What a thread has not opened is closed.
 */
int key() {
    static const int made = pkey_alloc(0, PKEY_DISABLE_ACCESS);
    return made;
}

/* Of every block; of what lies between two only where they are neighbours, since the region grows for ever. */
void protect(int protection) {
    auto next = blocks.begin();
    while (next != blocks.end()) {
        const CUdeviceptr start = next->first;
        CUdeviceptr end = start;
        for (; next != blocks.end() && next->first - end <= NEAR; ++next) end = next->first + whole_pages(next->second.bytes);
        if (mprotect((void *)start, end - start, protection) != 0) abort();
    }
}

/* A gap of a page follows each block. */
char *take_pages(size_t bytes) {
    if (!region) {
        void *got = mmap(nullptr, REGION_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (got == MAP_FAILED) return nullptr;
        region = (char *)got;
    }
    const size_t length = whole_pages(bytes) + PAGE;
    if (length > REGION_BYTES - region_end) return nullptr;
    char *start = region + region_end;
    region_end += length;
    return start;
}

}

size_t stub_total_bytes(int device) {
    const char *text = getenv("GATUN_STUB_MEMORY");
    return text && *text ? strtoull(text, nullptr, 10) : device == LARGE_DEVICE ? 4 * DEFAULT_TOTAL : DEFAULT_TOTAL;
}

void stub_open_pages() {
    if (open_count++ > 0) return;
    if (key() >= 0)
        pkey_set(key(), 0);
    else if (!open)
        protect(PROT_READ | PROT_WRITE);
    open = true;
}

/* Where there are many blocks and no key, the host finds the pages closed only now and then: it takes its time. */
void stub_close_pages() {
    if (--open_count > 0) return;
    if (key() >= 0) {
        pkey_set(key(), PKEY_DISABLE_ACCESS);
    } else {
        if (blocks.size() > FEW && ++left_open % OFTEN != 0) return;
        protect(PROT_NONE);
    }
    open = false;
}

bool stub_is_device_memory(CUdeviceptr address, size_t bytes, const stub_context *context) {
    auto found = blocks.upper_bound(address);
    if (found == blocks.begin()) return false;
    --found;
    return found->second.context == context && address - found->first <= found->second.bytes &&
           bytes <= found->second.bytes - (address - found->first);
}

bool stub_is_pinned(const void *address, size_t bytes) {
    auto found = pinned.upper_bound((char *)address);
    if (found == pinned.begin()) return false;
    --found;
    const size_t at = (size_t)((const char *)address - found->first);
    return at <= found->second && bytes <= found->second - at;
}

STUB int cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes) {
    ENTER_CONTEXT("cuMemGetInfo");
    *total_bytes = stub_total_bytes(context->device);
    *free_bytes = *total_bytes - context->used;
    return CUDA_SUCCESS;
}

STUB int cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
    ENTER_CONTEXT("cuMemAlloc");
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    if (const int refused = stub_refuse_unsafe()) return refused;
    if (bytes > stub_total_bytes(context->device) - context->used) return CUDA_ERROR_OUT_OF_MEMORY;
    char *start = take_pages(bytes);
    if (!start) return CUDA_ERROR_OUT_OF_MEMORY;
    if (mprotect(start, bytes, PROT_READ | PROT_WRITE) != 0) abort();
    memset(start, FILLED_WITH, bytes);
    if (key() >= 0) {
        if (pkey_mprotect(start, bytes, PROT_READ | PROT_WRITE, key()) != 0) abort();
    } else if (!open && mprotect(start, bytes, PROT_NONE) != 0) {
        abort();
    }
    emu_track(start, bytes);
    blocks[(CUdeviceptr)start] = {bytes, context};
    context->used += bytes;
    *address = (CUdeviceptr)start;
    return CUDA_SUCCESS;
}

/* The driver waits for what still uses the memory, but promises it nowhere: here that finds the memory gone. */
STUB int cuMemFree_v2(CUdeviceptr address) {
    ENTER_CONTEXT("cuMemFree");
    if (const int refused = stub_refuse_unsafe()) return refused;
    const auto found = blocks.find(address);
    if (found == blocks.end() || found->second.context != context) return CUDA_ERROR_INVALID_VALUE;
    const size_t bytes = found->second.bytes;
    context->used -= bytes;
    blocks.erase(found);
    emu_untrack((void *)address);
    /* Without the key again: what is alike is one mapping, of which a process may have 65,530. */
    const size_t length = whole_pages(bytes) + PAGE;
    if ((key() >= 0 ? pkey_mprotect((void *)address, length, PROT_NONE, 0)
                    : mprotect((void *)address, length, PROT_NONE)) != 0)
        abort();
    madvise((void *)address, whole_pages(bytes), MADV_DONTNEED);
    return CUDA_SUCCESS;
}

STUB int cuMemHostAlloc(void **address, size_t bytes, unsigned) {
    ENTER_CONTEXT("cuMemHostAlloc");
    if (const int refused = stub_refuse_unsafe()) return refused;
    char *start = (char *)aligned_alloc(PAGE, whole_pages(bytes));
    if (!start) return CUDA_ERROR_OUT_OF_MEMORY;
    memset(start, FILLED_WITH, bytes);
    pinned[start] = bytes;
    emu_track(start, bytes); /* kernels reach it, too */
    *address = start;
    return CUDA_SUCCESS;
}

STUB int cuMemFreeHost(void *address) {
    ENTER_CONTEXT("cuMemFreeHost");
    if (!pinned.erase((char *)address)) return CUDA_ERROR_INVALID_VALUE;
    emu_untrack(address);
    free(address);
    return CUDA_SUCCESS;
}

/* Of memory that this driver gave out: whose it is. */
STUB int cuPointerGetAttribute(void *answer, int attribute, CUdeviceptr address) {
    ENTER_CONTEXT("cuPointerGetAttribute");
    auto found = blocks.upper_bound(address);
    const bool ofDevice = found != blocks.begin() && address - (--found)->first < found->second.bytes;
    if (!ofDevice && !stub_is_pinned((const void *)address, 1)) return CUDA_ERROR_INVALID_VALUE;
    switch (attribute) {
        case 2: *(int *)answer = ofDevice ? 2 : 1; return CUDA_SUCCESS;                      /* MEMORY_TYPE */
        case 9: *(int *)answer = ofDevice ? found->second.context->device : 0; return CUDA_SUCCESS; /* DEVICE_ORDINAL */
        default: return CUDA_ERROR_INVALID_VALUE;
    }
}

/* ---- copies ---- */

STUB int cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void *source, size_t bytes, void *handle) {
    ENTER_CONTEXT("cuMemcpyHtoDAsync");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (!stub_is_device_memory(target, bytes, context)) return CUDA_ERROR_INVALID_VALUE;
    if (stub_is_pinned(source, bytes))
        return stub_put(stream, [=] {
            memcpy((void *)target, source, bytes);
            return CUDA_SUCCESS;
        });
    /* What is not pinned is copied before the call returns. */
    auto staged = std::make_shared<std::vector<char>>((const char *)source, (const char *)source + bytes);
    return stub_put(stream, [=] {
        memcpy((void *)target, staged->data(), bytes);
        return CUDA_SUCCESS;
    });
}

STUB int cuMemcpyDtoHAsync_v2(void *target, CUdeviceptr source, size_t bytes, void *handle) {
    ENTER_CONTEXT("cuMemcpyDtoHAsync");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (!stub_is_device_memory(source, bytes, context)) return CUDA_ERROR_INVALID_VALUE;
    return stub_put(stream, [=] {
        memcpy(target, (const void *)source, bytes);
        return CUDA_SUCCESS;
    });
}

STUB int cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, void *handle) {
    ENTER_CONTEXT("cuMemcpyDtoDAsync");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (!stub_is_device_memory(target, bytes, context) || !stub_is_device_memory(source, bytes, context))
        return CUDA_ERROR_INVALID_VALUE;
    return stub_put(stream, [=] {
        memmove((void *)target, (const void *)source, bytes);
        return CUDA_SUCCESS;
    });
}

STUB int cuMemsetD8Async(CUdeviceptr target, unsigned char value, size_t bytes, void *handle) {
    ENTER_CONTEXT("cuMemsetD8Async");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (!stub_is_device_memory(target, bytes, context)) return CUDA_ERROR_INVALID_VALUE;
    return stub_put(stream, [=] {
        memset((void *)target, value, bytes);
        return CUDA_SUCCESS;
    });
}
