/*
 * A stub of the CUDA driver for tests without a card: the entries of cuda.h that Gatun calls, over memory of the host and
 * the emulator. It is stricter than a card where a card forgives: streams are queues that run only when somebody waits for
 * them, so that a missing wait fails each time; memory of the device lies behind pages that the host may not touch; what
 * is allocated or given back is filled with NaN. cuda.h is not needed: types are declared as the driver's ABI has them.
 */
#ifndef GATUN_STUB_DRIVER_H
#define GATUN_STUB_DRIVER_H

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "../emulator/emulator.h"

#define STUB extern "C" __attribute__((visibility("default")))

typedef unsigned long long CUdeviceptr;

/* Statuses of cuda.h. */
enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_ILLEGAL_STATE = 401,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
    CUDA_ERROR_STREAM_CAPTURE_UNMATCHED = 903,
    CUDA_ERROR_STREAM_CAPTURE_UNJOINED = 904,
    CUDA_ERROR_STREAM_CAPTURE_ISOLATION = 905,
    CUDA_ERROR_CAPTURED_EVENT = 907,
    CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD = 908
};

/* Work of a stream; returns a status. */
typedef std::function<int()> stub_task;

struct stub_context {
    int device;
    int sticky; /* the status that every call returns once work has failed */
    size_t used;
};

/* Arguments of a launch, each copied. */
typedef std::vector<std::vector<char>> stub_arguments;

/* Work in a graph: a launch, whose arguments may be set anew, or anything else, without a function. */
struct stub_node {
    std::function<int(std::shared_ptr<stub_arguments>)> run;
    std::shared_ptr<stub_arguments> arguments;
    void *function;
    unsigned grid[3], block[3], shared_bytes;
};

struct stub_graph {
    stub_context *context;
    std::vector<std::shared_ptr<stub_node>> nodes;
    bool spoiled; /* by a call that a capture does not allow */
};

struct stub_stream {
    stub_context *context;
    std::deque<stub_task> tasks;
    stub_graph *capture; /* what is put on the stream goes there instead; null where it runs */
};

/* An event as it was put on a stream once: who waits for it, waits for that, whatever the event is used for next. */
struct stub_record {
    stub_stream *stream;
    bool happened;
    double seconds;
};

struct stub_event {
    stub_context *context;
    std::shared_ptr<stub_record> last; /* null until it is recorded */
    bool is_captured; /* on a stream that was being captured */
};

/* One call at a time. */
extern std::recursive_mutex stub_lock;

/* Whether cuInit was called and tests let this call through; the status to return else. */
int stub_enter(const char *call);
/* The same, and the thread has a context whose work has not failed. */
int stub_enter_context(const char *call, stub_context **context);

#define ENTER(call)                                                                                                    \
    std::lock_guard<std::recursive_mutex> guard(stub_lock);                                                            \
    if (const int entered = stub_enter(call)) return entered
#define ENTER_CONTEXT(call)                                                                                            \
    std::lock_guard<std::recursive_mutex> guard(stub_lock);                                                            \
    stub_context *context = nullptr;                                                                                   \
    if (const int entered = stub_enter_context(call, &context)) return entered

/* Memory: how large a device is, whether bytes lie inside of one block of it, and the pages of all blocks. */
size_t stub_total_bytes(int device);
bool stub_is_device_memory(CUdeviceptr address, size_t bytes, const stub_context *context);
bool stub_is_pinned(const void *address, size_t bytes);
void stub_open_pages();
void stub_close_pages();

/* Streams: a stream by its handle, null where there is none of this context; and running what is on it. */
stub_stream *stub_stream_of(void *handle, const stub_context *context);
int stub_put(stub_stream *stream, stub_task task);
int stub_drain(stub_stream *stream);
int stub_drain_all(stub_context *context);
std::shared_ptr<stub_arguments> stub_copy_arguments(void *function, void **arguments);

/* Captures: a status where the driver refuses, 0 else. Calls that allocate; that wait for a stream; a wait of a stream. */
int stub_refuse_unsafe();
int stub_refuse_waiting(stub_stream *stream);
int stub_refuse_uncaptured(stub_stream *stream, const stub_event *event);
void stub_capture(stub_stream *stream, std::shared_ptr<stub_node> node);

#endif
