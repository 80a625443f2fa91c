/* Streams as queues that run when somebody waits, events, modules and launches. */
#include <elf.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "driver.h"

namespace {

std::vector<stub_stream *> streams;
std::vector<stub_event *> events;

const unsigned MOST_BLOCKS_YZ = 65535;

double now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

stub_event *event_of(void *handle) {
    const auto found = std::find(events.begin(), events.end(), (stub_event *)handle);
    return found == events.end() ? nullptr : *found;
}

bool is_pending(const stub_event *event) { return event->last && !event->last->happened; }

/* The stream of a context whose handle is null: other libraries put their work there. */
stub_stream *default_stream(const stub_context *context) {
    static std::vector<stub_stream *> defaults;
    for (stub_stream *stream : defaults)
        if (stream->context == context) return stream;
    defaults.push_back(new stub_stream{const_cast<stub_context *>(context), {}, nullptr});
    streams.push_back(defaults.back());
    return defaults.back();
}

/* What a card would say of the emulator's finding. */
int status_of(int emulated) {
    return emulated == EMU_OK ? CUDA_SUCCESS
                              : emulated == EMU_BAD_ADDRESS ? CUDA_ERROR_ILLEGAL_ADDRESS : CUDA_ERROR_LAUNCH_FAILED;
}

/* How long an ELF file is: its table of sections lies at its end. */
size_t image_bytes(const void *image) {
    const auto *header = (const Elf64_Ehdr *)image;
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return 0;
    return header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
}

}

stub_stream *stub_stream_of(void *handle, const stub_context *context) {
    if (!handle) return default_stream(context);
    const auto found = std::find(streams.begin(), streams.end(), (stub_stream *)handle);
    return found == streams.end() || (*found)->context != context ? nullptr : *found;
}

int stub_put(stub_stream *stream, stub_task task) {
    if (stream->capture) {
        auto node = std::make_shared<stub_node>();
        node->run = [=](const std::shared_ptr<stub_arguments> &) { return task(); };
        stub_capture(stream, node);
        return CUDA_SUCCESS;
    }
    stream->tasks.push_back(std::move(task));
    return CUDA_SUCCESS;
}

int stub_drain(stub_stream *stream) {
    int &sticky = stream->context->sticky;
    if (stream->tasks.empty()) return sticky;
    stub_open_pages();
    while (!stream->tasks.empty()) {
        const stub_task task = std::move(stream->tasks.front());
        stream->tasks.pop_front();
        const int status = sticky ? sticky : task();
        if (status) sticky = status;
    }
    stub_close_pages();
    return sticky;
}

/* What is captured does not run, so nobody waits for it. */
int stub_drain_all(stub_context *context) {
    for (stub_stream *stream : streams)
        if (stream->context == context) stub_drain(stream);
    return context->sticky;
}

/* For the stubs of other libraries: whether a matrix lies in memory of this thread's device, and putting work on a stream. */
STUB int gatun_stub_is_device_memory(const void *address, size_t bytes) {
    ENTER_CONTEXT("cuPointerGetAttribute");
    return stub_is_device_memory((CUdeviceptr)address, bytes, context) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

STUB int gatun_stub_repeatable(void *handle, void (*work)(void *), void (*release)(void *), void *data) {
    ENTER_CONTEXT("cuLaunchHostFunc");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    const std::shared_ptr<void> shared(data, release); /* a graph does the work again and again */
    return stub_put(stream, [=] {
        work(shared.get());
        return CUDA_SUCCESS;
    });
}

STUB int cuStreamCreate(void **handle, unsigned) {
    ENTER_CONTEXT("cuStreamCreate");
    if (const int refused = stub_refuse_unsafe()) return refused;
    streams.push_back(new stub_stream{context, {}, nullptr});
    *handle = streams.back();
    return CUDA_SUCCESS;
}

STUB int cuStreamSynchronize(void *handle) {
    ENTER_CONTEXT("cuStreamSynchronize");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (const int refused = stub_refuse_waiting(stream)) return refused;
    return stub_drain(stream);
}

/* Who asks lets the work go on, so that asking again and again comes to an end. */
STUB int cuStreamQuery(void *handle) {
    ENTER_CONTEXT("cuStreamQuery");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (const int refused = stub_refuse_waiting(stream)) return refused;
    if (stream->tasks.empty()) return CUDA_SUCCESS;
    const int status = stub_drain(stream);
    return status ? status : (int)CUDA_ERROR_NOT_READY;
}

STUB int cuStreamWaitEvent(void *handle, void *event_handle, unsigned) {
    ENTER_CONTEXT("cuStreamWaitEvent");
    stub_stream *stream = stub_stream_of(handle, context);
    stub_event *event = event_of(event_handle);
    if (!stream || !event) return CUDA_ERROR_INVALID_HANDLE;
    if (const int refused = stub_refuse_uncaptured(stream, event)) return refused;
    const std::shared_ptr<stub_record> awaited = event->last;
    if (!awaited) return CUDA_SUCCESS;
    return stub_put(stream, [=] { return awaited->happened ? (int)CUDA_SUCCESS : stub_drain(awaited->stream); });
}

STUB int cuEventCreate(void **handle, unsigned) {
    ENTER_CONTEXT("cuEventCreate");
    events.push_back(new stub_event{context, nullptr, false});
    *handle = events.back();
    return CUDA_SUCCESS;
}

STUB int cuEventDestroy_v2(void *handle) {
    ENTER("cuEventDestroy");
    const auto found = std::find(events.begin(), events.end(), (stub_event *)handle);
    if (found == events.end()) return CUDA_ERROR_INVALID_HANDLE;
    delete *found;
    events.erase(found);
    return CUDA_SUCCESS;
}

STUB int cuEventRecord(void *handle, void *stream_handle) {
    ENTER_CONTEXT("cuEventRecord");
    stub_event *event = event_of(handle);
    stub_stream *stream = stub_stream_of(stream_handle, context);
    if (!event || !stream || event->context != context) return CUDA_ERROR_INVALID_HANDLE;
    event->is_captured = stream->capture != nullptr;
    if (event->is_captured) return stub_put(stream, [] { return (int)CUDA_SUCCESS; });
    const auto record = std::make_shared<stub_record>(stub_record{stream, false, 0});
    event->last = record;
    return stub_put(stream, [=] {
        record->happened = true;
        record->seconds = now();
        return CUDA_SUCCESS;
    });
}

STUB int cuEventSynchronize(void *handle) {
    ENTER_CONTEXT("cuEventSynchronize");
    stub_event *event = event_of(handle);
    if (!event) return CUDA_ERROR_INVALID_HANDLE;
    if (event->is_captured) return CUDA_ERROR_CAPTURED_EVENT;
    if (const int refused = stub_refuse_unsafe()) return refused;
    return is_pending(event) ? stub_drain(event->last->stream) : (int)CUDA_SUCCESS;
}

STUB int cuEventQuery(void *handle) {
    ENTER_CONTEXT("cuEventQuery");
    stub_event *event = event_of(handle);
    if (!event) return CUDA_ERROR_INVALID_HANDLE;
    if (!is_pending(event)) return CUDA_SUCCESS;
    const int status = stub_drain(event->last->stream);
    return status ? status : (int)CUDA_ERROR_NOT_READY;
}

STUB int cuEventElapsedTime(float *milliseconds, void *start_handle, void *end_handle) {
    ENTER_CONTEXT("cuEventElapsedTime");
    stub_event *start = event_of(start_handle), *end = event_of(end_handle);
    if (!start || !end) return CUDA_ERROR_INVALID_HANDLE;
    if (!start->last || !end->last) return CUDA_ERROR_INVALID_HANDLE;
    if (is_pending(start) || is_pending(end)) return CUDA_ERROR_NOT_READY;
    *milliseconds = (float)((end->last->seconds - start->last->seconds) * 1e3);
    return CUDA_SUCCESS;
}

/* ---- modules and launches ---- */

/* The image is a library for the emulator, which the stub of NVRTC made. */
STUB int cuModuleLoadData(void **module, const void *image) {
    ENTER_CONTEXT("cuModuleLoadData");
    if (const int refused = stub_refuse_unsafe()) return refused;
    const size_t bytes = image_bytes(image);
    if (bytes == 0) return CUDA_ERROR_INVALID_IMAGE;
    char path[] = "/tmp/gatun-stub-XXXXXX";
    const int file = mkstemp(path);
    if (file < 0) return CUDA_ERROR_INVALID_IMAGE;
    const bool written = write(file, image, bytes) == (ssize_t)bytes;
    close(file);
    *module = written ? emu_load(path) : nullptr;
    unlink(path);
    return *module ? CUDA_SUCCESS : CUDA_ERROR_INVALID_IMAGE;
}

STUB int cuModuleGetFunction(void **function, void *module, const char *name) {
    ENTER_CONTEXT("cuModuleGetFunction");
    *function = emu_find((emu_module *)module, name);
    return *function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

STUB int cuFuncGetParamInfo(void *function, size_t index, size_t *offset, size_t *bytes) {
    ENTER_CONTEXT("cuFuncGetParamInfo");
    return emu_argument((emu_kernel *)function, (int)index, offset, bytes) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

STUB int cuFuncSetAttribute(void *, int, int value) {
    ENTER_CONTEXT("cuFuncSetAttribute");
    return value <= EMU_MOST_SHARED ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* Arguments are copied by the launch, as the driver does; what the caller does with them later is not seen. */
std::shared_ptr<stub_arguments> stub_copy_arguments(void *function, void **arguments) {
    auto packed = std::make_shared<stub_arguments>();
    size_t offset, bytes;
    for (int i = 0; emu_argument((const emu_kernel *)function, i, &offset, &bytes); i++)
        packed->emplace_back((char *)arguments[i], (char *)arguments[i] + bytes);
    return packed;
}

STUB int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                        unsigned block_y, unsigned block_z, unsigned shared_bytes, void *handle, void **arguments,
                        void **extra) {
    ENTER_CONTEXT("cuLaunchKernel");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    const uint64_t threads = (uint64_t)block_x * block_y * block_z;
    if (extra || grid_x == 0 || grid_y == 0 || grid_z == 0 || grid_y > MOST_BLOCKS_YZ || grid_z > MOST_BLOCKS_YZ ||
        threads == 0 || threads > EMU_MOST_THREADS || shared_bytes > EMU_MOST_SHARED)
        return CUDA_ERROR_INVALID_VALUE;
    const auto *kernel = (const emu_kernel *)function;
    const auto packed = stub_copy_arguments(function, arguments);
    const auto run = [=](const std::shared_ptr<stub_arguments> &given) {
        std::vector<void *> pointers;
        for (std::vector<char> &each : *given) pointers.push_back(each.data());
        const unsigned grid[3] = {grid_x, grid_y, grid_z}, block[3] = {block_x, block_y, block_z};
        static unsigned launches;
        emu_set_order(launches++ % 2); /* nothing may depend on who comes first */
        return status_of(emu_launch(kernel, grid, block, shared_bytes, pointers.data()));
    };
    if (!stream->capture) return stub_put(stream, [=] { return run(packed); });
    stub_capture(stream, std::make_shared<stub_node>(stub_node{run, packed, function, {grid_x, grid_y, grid_z},
                                                               {block_x, block_y, block_z}, shared_bytes}));
    return CUDA_SUCCESS;
}
