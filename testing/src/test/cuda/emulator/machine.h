/* What the emulator's files know of each other: the running launch. */
#ifndef GATUN_EMULATOR_MACHINE_H
#define GATUN_EMULATOR_MACHINE_H

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "kernel_calls.h"

struct emu_kernel {
    std::string name;
    void (*thunk)(void **);
    std::vector<emu_argument_place> arguments;
    emu_module *module;
};

struct emu_module {
    std::string path;
    void *library;
    int users;
    std::vector<emu_kernel *> kernels;
    char *shared, *shared_end; /* variables that begin as 0: all are __shared__ */
    char *begin, *end;         /* everything that was loaded: constants may be read */
};

/* Serialises launches, loads and declarations of memory. */
extern std::mutex emu_lock;

/* The running launch. Barriers and warp operations end an epoch each: what lies before one is over when it ends. */
struct emu_run {
    const emu_kernel *kernel; /* null: none runs */
    long launch, block; /* numbers of the running launch and block, from the first launch on */
    int thread;         /* its number in the block */
    unsigned epoch;
    std::vector<unsigned> warp_epoch;
    char *dynamic;
    size_t dynamic_bytes;
    char *stacks;
    size_t stacks_bytes;
};
extern emu_run emu_now;

/* Notes what is wrong, and that the launch ends with this status; the first word counts. */
void emu_fail(int status, const char *what, int line);
/* The same, and gives up the thread for ever. */
[[noreturn]] void emu_die(int status, const char *what, int line);
/* The text that emu_error gives. */
void emu_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
