/* What compiled kernels and the emulator know of each other. */
#ifndef GATUN_EMULATOR_KERNEL_CALLS_H
#define GATUN_EMULATOR_KERNEL_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "emulator.h"

struct emu_index {
    unsigned x, y, z;
};

/* Where the running thread is. */
struct emu_place {
    emu_index thread, block, block_size, grid_size;
};

/* Where an argument lies in a packed list. */
struct emu_argument_place {
    size_t offset, bytes;
};

enum emu_warp_operation { EMU_SHUFFLE, EMU_BALLOT };

extern "C" {
extern EMU_API emu_place emu_here;
EMU_API void *emu_dynamic_shared(void);
EMU_API void emu_barrier(int line);
EMU_API uint64_t emu_warp(int operation, unsigned mask, uint64_t value, int source, int line);
/* Before an atomic operation on so many bytes. */
EMU_API void emu_atomic(const volatile void *address, int bytes);
/* A kernel of the library that is being loaded. */
EMU_API void emu_register(const char *name, void (*thunk)(void **), const emu_argument_place *places, int count);
}

#endif
