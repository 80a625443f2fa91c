/* Start, devices, contexts, and what tests may change. */
#include "driver.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

std::recursive_mutex stub_lock;

namespace {

const int MOST_DEVICES = 4;
const int CAPABILITY_MAJOR = 9, CAPABILITY_MINOR = 0;

bool started;
stub_context contexts[MOST_DEVICES];
thread_local stub_context *current;

/* A call that fails on purpose: the status, and how many calls go well before. */
struct planned_failure {
    int status;
    long after;
};
std::map<std::string, planned_failure> planned;

long setting(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text && *text ? atol(text) : otherwise;
}

int devices() { return (int)setting("GATUN_STUB_DEVICES", 3); }

int planned_status(const char *call) {
    const auto found = planned.find(call);
    if (found == planned.end() || found->second.after-- > 0) return CUDA_SUCCESS;
    const int status = found->second.status;
    planned.erase(found);
    return status;
}

}

int stub_enter(const char *call) {
    if (!started) return CUDA_ERROR_NOT_INITIALIZED;
    return planned_status(call);
}

int stub_enter_context(const char *call, stub_context **context) {
    if (!started) return CUDA_ERROR_NOT_INITIALIZED;
    if (!current) return CUDA_ERROR_INVALID_CONTEXT;
    *context = current;
    return current->sticky ? current->sticky : planned_status(call);
}

/* ---- for tests ---- */

/* The call fails once with a status, after it went well so many times. */
STUB void gatun_stub_fail(const char *call, int status, long after) {
    std::lock_guard<std::recursive_mutex> guard(stub_lock);
    planned[call] = {status, after};
}

/* ---- the driver ---- */

STUB int cuInit(unsigned) {
    std::lock_guard<std::recursive_mutex> guard(stub_lock);
    if (devices() <= 0) return CUDA_ERROR_NO_DEVICE;
    for (int i = 0; i < MOST_DEVICES; i++) contexts[i].device = i;
    started = true;
    return CUDA_SUCCESS;
}

STUB int cuDriverGetVersion(int *version) {
    *version = (int)setting("GATUN_STUB_VERSION", 13000);
    return CUDA_SUCCESS;
}

STUB int cuDeviceGetCount(int *count) {
    ENTER("cuDeviceGetCount");
    *count = devices();
    return CUDA_SUCCESS;
}

STUB int cuDeviceGet(int *device, int index) {
    ENTER("cuDeviceGet");
    if (index < 0 || index >= devices() || index >= MOST_DEVICES) return CUDA_ERROR_INVALID_DEVICE;
    *device = index;
    return CUDA_SUCCESS;
}

STUB int cuDeviceGetName(char *name, int length, int) {
    ENTER("cuDeviceGetName");
    strncpy(name, "Emulated card", (size_t)length);
    return CUDA_SUCCESS;
}

STUB int cuDeviceTotalMem_v2(size_t *bytes, int device) {
    ENTER("cuDeviceTotalMem");
    *bytes = stub_total_bytes(device);
    return CUDA_SUCCESS;
}

STUB int cuDeviceGetAttribute(int *value, int attribute, int) {
    ENTER("cuDeviceGetAttribute");
    switch (attribute) {
        case 8: *value = EMU_MOST_SHARED; return CUDA_SUCCESS;   /* MAX_SHARED_MEMORY_PER_BLOCK */
        case 16: *value = 2; return CUDA_SUCCESS;                /* MULTIPROCESSOR_COUNT */
        case 75: *value = CAPABILITY_MAJOR; return CUDA_SUCCESS; /* COMPUTE_CAPABILITY_MAJOR */
        case 76: *value = CAPABILITY_MINOR; return CUDA_SUCCESS; /* COMPUTE_CAPABILITY_MINOR */
        case 97: *value = EMU_MOST_SHARED; return CUDA_SUCCESS;  /* MAX_SHARED_MEMORY_PER_BLOCK_OPTIN */
        default: return CUDA_ERROR_INVALID_VALUE;
    }
}

STUB int cuDevicePrimaryCtxRetain(stub_context **context, int device) {
    ENTER("cuDevicePrimaryCtxRetain");
    *context = &contexts[device];
    return CUDA_SUCCESS;
}

STUB int cuCtxSetCurrent(stub_context *context) {
    ENTER("cuCtxSetCurrent");
    current = context;
    return CUDA_SUCCESS;
}

STUB int cuCtxGetCurrent(stub_context **context) {
    ENTER("cuCtxGetCurrent");
    *context = current;
    return CUDA_SUCCESS;
}

STUB int cuGetErrorName(int status, const char **name) {
    switch (status) {
        case CUDA_SUCCESS: *name = "CUDA_SUCCESS"; break;
        case CUDA_ERROR_INVALID_VALUE: *name = "CUDA_ERROR_INVALID_VALUE"; break;
        case CUDA_ERROR_OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
        case CUDA_ERROR_NOT_INITIALIZED: *name = "CUDA_ERROR_NOT_INITIALIZED"; break;
        case CUDA_ERROR_NO_DEVICE: *name = "CUDA_ERROR_NO_DEVICE"; break;
        case CUDA_ERROR_INVALID_DEVICE: *name = "CUDA_ERROR_INVALID_DEVICE"; break;
        case CUDA_ERROR_INVALID_IMAGE: *name = "CUDA_ERROR_INVALID_IMAGE"; break;
        case CUDA_ERROR_INVALID_CONTEXT: *name = "CUDA_ERROR_INVALID_CONTEXT"; break;
        case CUDA_ERROR_INVALID_HANDLE: *name = "CUDA_ERROR_INVALID_HANDLE"; break;
        case CUDA_ERROR_NOT_FOUND: *name = "CUDA_ERROR_NOT_FOUND"; break;
        case CUDA_ERROR_NOT_READY: *name = "CUDA_ERROR_NOT_READY"; break;
        case CUDA_ERROR_ILLEGAL_ADDRESS: *name = "CUDA_ERROR_ILLEGAL_ADDRESS"; break;
        case CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED: *name = "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"; break;
        case CUDA_ERROR_STREAM_CAPTURE_INVALIDATED: *name = "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"; break;
        case CUDA_ERROR_STREAM_CAPTURE_ISOLATION: *name = "CUDA_ERROR_STREAM_CAPTURE_ISOLATION"; break;
        case CUDA_ERROR_LAUNCH_FAILED: *name = "CUDA_ERROR_LAUNCH_FAILED"; break;
        default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

/* What the emulator saw, where work has failed. */
STUB int cuGetErrorString(int status, const char **text) {
    const bool ofWork = status == CUDA_ERROR_ILLEGAL_ADDRESS || status == CUDA_ERROR_LAUNCH_FAILED;
    *text = ofWork ? emu_error() : "said by the stub";
    return CUDA_SUCCESS;
}
