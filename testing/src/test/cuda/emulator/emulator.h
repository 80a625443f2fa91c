/*
 * CUDA kernels on the CPU, for tests on machines without a card. A .cu file compiled as C++ behind shim.h becomes a shared
 * library whose kernels register themselves here when it is loaded; emu_launch runs one, block after block, each CUDA
 * thread on a stack of its own. What a stub of the CUDA driver needs stands here, and nothing else: link
 * libgatun-emulator.so. One launch runs at a time, and in the calling thread.
 */
#ifndef GATUN_EMULATOR_H
#define GATUN_EMULATOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EMU_API __attribute__((visibility("default")))

enum emu_status {
    EMU_OK = 0,
    EMU_BAD_LAUNCH,  /* a grid, block or amount of shared memory that no card takes; nothing ran */
    EMU_BAD_ADDRESS, /* checked: an access outside of device memory, or a misaligned one */
    EMU_FAILED       /* a barrier that not all reach, warp operations that do not meet or, checked, a race */
};

/* Limits of a launch, as of compute capability 7.5 and later; shared memory is what every card gives without asking. */
#define EMU_MOST_THREADS 1024
#define EMU_MOST_SHARED (48 * 1024)

typedef struct emu_module emu_module;
typedef struct emu_kernel emu_kernel;

/* Loads a library of kernels, made by build.sh; null where that fails, and emu_error says why. */
EMU_API emu_module *emu_load(const char *path);
EMU_API void emu_unload(emu_module *module);
/* A kernel by its name; null where there is none. */
EMU_API emu_kernel *emu_find(emu_module *module, const char *name);
/* Where argument `index` lies in a list packed as the driver packs it, and how long it is; 0 where there is no such. */
EMU_API int emu_argument(const emu_kernel *kernel, int index, size_t *offset, size_t *bytes);

/* Runs a kernel to its end. arguments: a pointer to each, as cuLaunchKernel takes them. Returns an emu_status. */
EMU_API int emu_launch(const emu_kernel *kernel, const unsigned grid[3], const unsigned block[3], size_t shared_bytes,
                       void **arguments);
/* What was wrong in the last call that failed, in one line. */
EMU_API const char *emu_error(void);

/* The order in which threads and blocks take turns: 0 ascending, 1 descending, another number shuffled by it. */
EMU_API void emu_set_order(unsigned order);
/* Whether kernels compiled with checks stop at wrong accesses and races; at first they do. */
EMU_API void emu_set_checks(int on);
/* Declares device memory, which kernels may touch if it lies there; the second takes the declaration back. */
EMU_API void emu_track(const void *memory, size_t bytes);
EMU_API void emu_untrack(const void *memory);

#ifdef __cplusplus
}
#endif

#endif
