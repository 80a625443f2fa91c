/*
 * Capture of streams, and graphs. As strict as a driver: what waits, or allocates without saying that it is not meant for the
 * capture, is refused and spoils it; so does a wait for what was not captured.
 */
#include <algorithm>
#include <map>

#include "driver.h"

struct stub_executable {
    std::vector<std::shared_ptr<stub_node>> nodes;
    std::map<const stub_node *, std::shared_ptr<stub_arguments>> renewed;
};

namespace {

enum { MODE_GLOBAL = 0, MODE_THREAD_LOCAL = 1, MODE_RELAXED = 2 };
enum { CAPTURE_NONE = 0, CAPTURE_ACTIVE = 1, CAPTURE_INVALIDATED = 2 };

/* CUDA_KERNEL_NODE_PARAMS_v2 of cuda.h. */
struct kernel_node_params {
    void *function;
    unsigned grid[3], block[3], shared_bytes;
    void **arguments, **extra;
    void *kernel, *context;
};

thread_local int thread_mode = MODE_GLOBAL;
thread_local std::vector<stub_stream *> begun; /* captures of this thread */
std::vector<stub_graph *> graphs;
std::vector<stub_executable *> executables;

int spoil(stub_stream *stream, int status) {
    stream->capture->spoiled = true;
    return status;
}

template <class T> bool is_known(const std::vector<T *> &all, void *handle) {
    return std::find(all.begin(), all.end(), (T *)handle) != all.end();
}

}

int stub_refuse_unsafe() {
    if (thread_mode == MODE_RELAXED || begun.empty()) return CUDA_SUCCESS;
    return spoil(begun.back(), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

int stub_refuse_waiting(stub_stream *stream) {
    return stream->capture ? spoil(stream, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) : (int)CUDA_SUCCESS;
}

int stub_refuse_uncaptured(stub_stream *stream, const stub_event *event) {
    if (stream->capture) return event->is_captured ? (int)CUDA_SUCCESS : spoil(stream, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    return event->is_captured ? (int)CUDA_ERROR_STREAM_CAPTURE_UNJOINED : (int)CUDA_SUCCESS;
}

void stub_capture(stub_stream *stream, std::shared_ptr<stub_node> node) {
    stream->capture->nodes.push_back(std::move(node));
}

STUB int cuThreadExchangeStreamCaptureMode(int *mode) {
    ENTER("cuThreadExchangeStreamCaptureMode");
    if (*mode < MODE_GLOBAL || *mode > MODE_RELAXED) return CUDA_ERROR_INVALID_VALUE;
    std::swap(*mode, thread_mode);
    return CUDA_SUCCESS;
}

STUB int cuStreamBeginCapture_v2(void *handle, int mode) {
    ENTER_CONTEXT("cuStreamBeginCapture");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream || !handle) return CUDA_ERROR_INVALID_HANDLE;
    if (mode != MODE_THREAD_LOCAL) return CUDA_ERROR_INVALID_VALUE; /* other modes are not emulated */
    if (stream->capture) return spoil(stream, CUDA_ERROR_ILLEGAL_STATE);
    stream->capture = new stub_graph{context, {}, false};
    begun.push_back(stream);
    return CUDA_SUCCESS;
}

STUB int cuStreamEndCapture(void *handle, stub_graph **graph) {
    ENTER_CONTEXT("cuStreamEndCapture");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    *graph = nullptr;
    if (!stream->capture) return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    const auto own = std::find(begun.begin(), begun.end(), stream);
    if (own == begun.end()) return spoil(stream, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    begun.erase(own);
    stub_graph *captured = stream->capture;
    stream->capture = nullptr;
    if (captured->spoiled) {
        delete captured;
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    graphs.push_back(captured);
    *graph = captured;
    return CUDA_SUCCESS;
}

STUB int cuStreamGetCaptureInfo_v2(void *handle, int *status, uint64_t *id, stub_graph **graph, void ***dependencies,
                                   size_t *count) {
    ENTER_CONTEXT("cuStreamGetCaptureInfo");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    static void *last; /* valid until the next call on the stream, as the driver says */
    *status = !stream->capture ? CAPTURE_NONE : stream->capture->spoiled ? CAPTURE_INVALIDATED : CAPTURE_ACTIVE;
    if (!stream->capture) return CUDA_SUCCESS;
    *id = (uint64_t)(uintptr_t)stream->capture;
    *graph = stream->capture;
    *count = stream->capture->nodes.empty() ? 0 : 1;
    last = stream->capture->nodes.empty() ? nullptr : stream->capture->nodes.back().get();
    *dependencies = &last;
    return CUDA_SUCCESS;
}

STUB int cuGraphInstantiateWithFlags(stub_executable **executable, stub_graph *graph, unsigned long long flags) {
    ENTER_CONTEXT("cuGraphInstantiate");
    if (!is_known(graphs, graph) || flags != 0) return CUDA_ERROR_INVALID_VALUE;
    executables.push_back(new stub_executable{graph->nodes, {}});
    *executable = executables.back();
    return CUDA_SUCCESS;
}

STUB int cuGraphExecKernelNodeSetParams_v2(stub_executable *executable, const stub_node *node,
                                           const kernel_node_params *params) {
    ENTER_CONTEXT("cuGraphExecKernelNodeSetParams");
    if (!is_known(executables, executable)) return CUDA_ERROR_INVALID_VALUE;
    const bool isIn = std::any_of(executable->nodes.begin(), executable->nodes.end(),
                                  [=](const std::shared_ptr<stub_node> &each) { return each.get() == node; });
    /* A kernel may not turn into another, nor does Gatun launch it on another grid. */
    if (!isIn || params->function != node->function || params->extra ||
        !std::equal(params->grid, params->grid + 3, node->grid) ||
        !std::equal(params->block, params->block + 3, node->block) || params->shared_bytes != node->shared_bytes)
        return CUDA_ERROR_INVALID_VALUE;
    executable->renewed[node] = stub_copy_arguments(params->function, params->arguments);
    return CUDA_SUCCESS;
}

/* What the graph is now is what runs, however late, and whatever is set meanwhile. */
STUB int cuGraphLaunch(stub_executable *executable, void *handle) {
    ENTER_CONTEXT("cuGraphLaunch");
    stub_stream *stream = stub_stream_of(handle, context);
    if (!stream) return CUDA_ERROR_INVALID_HANDLE;
    if (!is_known(executables, executable)) return CUDA_ERROR_INVALID_VALUE;
    if (stream->capture) return spoil(stream, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    const stub_executable now = *executable;
    return stub_put(stream, [=] {
        for (const std::shared_ptr<stub_node> &node : now.nodes) {
            const auto renewed = now.renewed.find(node.get());
            const int status = node->run(renewed == now.renewed.end() ? node->arguments : renewed->second);
            if (status) return status;
        }
        return (int)CUDA_SUCCESS;
    });
}

STUB int cuGraphExecDestroy(stub_executable *executable) {
    ENTER("cuGraphExecDestroy");
    const auto found = std::find(executables.begin(), executables.end(), executable);
    if (found == executables.end()) return CUDA_ERROR_INVALID_VALUE;
    executables.erase(found);
    delete executable;
    return CUDA_SUCCESS;
}

STUB int cuGraphDestroy(stub_graph *graph) {
    ENTER("cuGraphDestroy");
    const auto found = std::find(graphs.begin(), graphs.end(), graph);
    if (found == graphs.end()) return CUDA_ERROR_INVALID_VALUE;
    graphs.erase(found);
    delete graph;
    return CUDA_SUCCESS;
}
