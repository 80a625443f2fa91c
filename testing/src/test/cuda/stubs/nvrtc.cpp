/*
 * A stub of NVRTC for tests without a card: it compiles for the emulator, by build.sh, and what it calls machine code is
 * that library's file. build.sh passes where it lies (STUB_BUILD), where the emulator does (STUB_FOLDER), and a number
 * made of the emulator's sources (STUB_NUMBER), so that what was compiled for another one is not taken from a cache.
 */
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#define STUB extern "C" __attribute__((visibility("default")))

namespace {

enum { NVRTC_SUCCESS = 0, NVRTC_ERROR_INVALID_OPTION = 5, NVRTC_ERROR_COMPILATION = 6, NVRTC_ERROR_INTERNAL_ERROR = 11 };

const int ARCHITECTURES[] = {75, 80, 90};

struct program {
    std::string source, log, image;
};

std::string contents(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/* Words of a shell are letters, digits and these; nothing else comes from Gatun. */
bool is_plain(const char *text) { return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-=+.,") == strlen(text); }

/* The options of g++ for those of NVRTC; false where one is unknown. */
bool translate(int count, const char *const *options, std::string &words) {
    bool machine_code = false;
    for (int i = 0; i < count; i++) {
        const std::string option = options[i];
        if (!is_plain(options[i])) return false;
        if (option.rfind("-D", 0) == 0)
            words += " '" + option + "'";
        else if (option.rfind("--gpu-architecture=sm_", 0) == 0)
            machine_code = true;
        else if (option != "--std=c++17" && option != "--fmad=false")
            return false;
    }
    return machine_code;
}

int put(const std::string &text, char *target) {
    memcpy(target, text.data(), text.size());
    return NVRTC_SUCCESS;
}

}

STUB int nvrtcVersion(int *major, int *minor) {
    *major = 13;
    *minor = STUB_NUMBER;
    return NVRTC_SUCCESS;
}

STUB int nvrtcGetNumSupportedArchs(int *count) {
    *count = (int)std::size(ARCHITECTURES);
    return NVRTC_SUCCESS;
}

STUB int nvrtcGetSupportedArchs(int *architectures) {
    memcpy(architectures, ARCHITECTURES, sizeof ARCHITECTURES);
    return NVRTC_SUCCESS;
}

STUB int nvrtcCreateProgram(program **made, const char *source, const char *, int headers, const char *const *,
                            const char *const *) {
    *made = new program{source, "", ""};
    return headers == 0 ? NVRTC_SUCCESS : NVRTC_ERROR_INTERNAL_ERROR;
}

STUB int nvrtcDestroyProgram(program **made) {
    delete *made;
    *made = nullptr;
    return NVRTC_SUCCESS;
}

STUB int nvrtcCompileProgram(program *made, int count, const char *const *options) {
    std::string words;
    if (!translate(count, options, words)) return NVRTC_ERROR_INVALID_OPTION;
    char folder[] = "/tmp/gatun-nvrtc-XXXXXX";
    if (!mkdtemp(folder)) return NVRTC_ERROR_INTERNAL_ERROR;
    const std::string base = folder, in = base + "/kernels.cu", out = base + "/kernels.so", log = base + "/log";
    std::ofstream(in, std::ios::binary) << made->source;
    const char *checked = getenv("GATUN_STUB_UNCHECKED") ? "" : " checked";
    const std::string command = std::string("'" STUB_BUILD "' kernels '" STUB_FOLDER "' ") + in + " " + out + checked +
                                words + " > " + log + " 2>&1";
    const bool compiled = system(command.c_str()) == 0;
    made->log = contents(log);
    made->image = compiled ? contents(out) : "";
    for (const std::string &file : {in, out, log}) unlink(file.c_str());
    rmdir(folder);
    return compiled ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

STUB int nvrtcGetCUBINSize(program *made, size_t *bytes) {
    *bytes = made->image.size();
    return NVRTC_SUCCESS;
}

STUB int nvrtcGetCUBIN(program *made, char *image) { return put(made->image, image); }

STUB int nvrtcGetPTXSize(program *, size_t *) { return NVRTC_ERROR_INTERNAL_ERROR; }

STUB int nvrtcGetPTX(program *, char *) { return NVRTC_ERROR_INTERNAL_ERROR; }

STUB int nvrtcGetProgramLogSize(program *made, size_t *bytes) {
    *bytes = made->log.size() + 1;
    return NVRTC_SUCCESS;
}

STUB int nvrtcGetProgramLog(program *made, char *log) {
    log[made->log.size()] = 0;
    return put(made->log, log);
}

STUB const char *nvrtcGetErrorString(int status) {
    switch (status) {
        case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
        case NVRTC_ERROR_INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
        case NVRTC_ERROR_COMPILATION: return "NVRTC_ERROR_COMPILATION";
        default: return "NVRTC_ERROR_INTERNAL_ERROR";
    }
}
