/*
 * What a .cu file sees when g++ compiles it as C++ for the emulator: the words of CUDA's language, its vector types and
 * the functions that the kernels use, and GT_KERNEL, which also registers the kernel with its signature. Included before
 * the source by build.sh. A word of CUDA that is missing here is a compile error.
 */
#ifndef GATUN_EMULATOR_SHIM_H
#define GATUN_EMULATOR_SHIM_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernel_calls.h"

#define GT_EMULATED 1

#define __global__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define GT_UNROLL

/* One block runs at a time, so its shared memory can be static variables, which are the only ones that are not constant. */
#define __shared__ static
#define DYN_SHARED(T, name) T *name = (T *)emu_dynamic_shared()

/* Functions of this file are never instrumented: they are the machine, not the program. */
#define EMU_PLAIN __attribute__((no_sanitize_thread)) inline

#define threadIdx emu_here.thread
#define blockIdx emu_here.block
#define blockDim emu_here.block_size
#define gridDim emu_here.grid_size
#define warpSize 32

#define __syncthreads() emu_barrier(__LINE__)

static EMU_PLAIN void __syncwarp(unsigned mask = ~0u, int line = __builtin_LINE()) {
    emu_warp(EMU_BALLOT, mask, 0, 0, line);
}

static EMU_PLAIN void __threadfence_system(void) {}

/* ---- warps ---- */

static EMU_PLAIN int emu_lane(void) {
    const emu_index t = emu_here.thread, n = emu_here.block_size;
    return (int)((t.x + n.x * (t.y + n.y * t.z)) & 31);
}

template <class T> static EMU_PLAIN T emu_shuffle(unsigned mask, T value, int source, int line) {
    static_assert(sizeof(T) <= 8, "shuffles move 8 bytes at most");
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    bits = emu_warp(EMU_SHUFFLE, mask, bits, source, line);
    memcpy(&value, &bits, sizeof value);
    return value;
}

template <class T>
static EMU_PLAIN T __shfl_sync(unsigned mask, T value, int lane, int width = 32, int line = __builtin_LINE()) {
    return emu_shuffle(mask, value, (emu_lane() & ~(width - 1)) + (lane & (width - 1)), line);
}

template <class T>
static EMU_PLAIN T __shfl_down_sync(unsigned mask, T value, int by, int width = 32, int line = __builtin_LINE()) {
    const int lane = emu_lane();
    return emu_shuffle(mask, value, (lane & (width - 1)) + by < width ? lane + by : lane, line);
}

template <class T>
static EMU_PLAIN T __shfl_up_sync(unsigned mask, T value, int by, int width = 32, int line = __builtin_LINE()) {
    const int lane = emu_lane();
    return emu_shuffle(mask, value, (lane & (width - 1)) - by >= 0 ? lane - by : lane, line);
}

template <class T>
static EMU_PLAIN T __shfl_xor_sync(unsigned mask, T value, int by, int width = 32, int line = __builtin_LINE()) {
    const int lane = emu_lane(), source = lane ^ by;
    return emu_shuffle(mask, value, (source & ~(width - 1)) <= (lane & ~(width - 1)) ? source : lane, line);
}

static EMU_PLAIN unsigned __ballot_sync(unsigned mask, int condition, int line = __builtin_LINE()) {
    return (unsigned)emu_warp(EMU_BALLOT, mask, condition != 0, 0, line);
}

/* ---- atomics: a thread gives its turn away at barriers alone, so that plain code is atomic ---- */

#define EMU_ATOMIC(name, result)                                                                                       \
    template <class T> static EMU_PLAIN T name(T *address, std::common_type_t<T> value) {                             \
        emu_atomic(address, sizeof(T));                                                                                \
        const T old = *address;                                                                                        \
        *address = result;                                                                                             \
        return old;                                                                                                    \
    }
EMU_ATOMIC(atomicAdd, old + value)
EMU_ATOMIC(atomicMin, value < old ? value : old)
EMU_ATOMIC(atomicMax, old < value ? value : old)
EMU_ATOMIC(atomicOr, old | value)
EMU_ATOMIC(atomicExch, value)

template <class T> static EMU_PLAIN T atomicCAS(T *address, std::common_type_t<T> expected, std::common_type_t<T> value) {
    emu_atomic(address, sizeof(T));
    const T old = *address;
    if (old == expected) *address = value;
    return old;
}

/* ---- numbers ---- */

template <class To, class From> static EMU_PLAIN To emu_bits(From from) {
    static_assert(sizeof(To) == sizeof(From), "sizes differ");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

static EMU_PLAIN unsigned __float_as_uint(float x) { return emu_bits<unsigned>(x); }
static EMU_PLAIN float __uint_as_float(unsigned x) { return emu_bits<float>(x); }
static EMU_PLAIN int __popc(unsigned x) { return __builtin_popcount(x); }
static EMU_PLAIN int __ffs(int x) { return __builtin_ffs(x); }
static EMU_PLAIN int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned)x); }

/* ---- kernels ---- */

/* Calls a kernel with arguments from a list of pointers, and registers it with where each lies in a packed list. */
template <auto Kernel, class... A> struct emu_registration {
    template <size_t... I> static EMU_PLAIN void call(void **arguments, std::index_sequence<I...>) {
        Kernel(*(std::remove_cv_t<A> *)arguments[I]...);
    }

    static EMU_PLAIN void thunk(void **arguments) { call(arguments, std::index_sequence_for<A...>()); }

    explicit emu_registration(const char *name) {
        const size_t bytes[] = {sizeof(A)...}, alignment[] = {alignof(A)...};
        emu_argument_place places[sizeof...(A)];
        size_t end = 0;
        for (size_t i = 0; i < sizeof...(A); i++) {
            const size_t offset = (end + alignment[i] - 1) / alignment[i] * alignment[i];
            places[i] = {offset, bytes[i]};
            end = offset + bytes[i];
        }
        emu_register(name, thunk, places, sizeof...(A));
    }
};

template <auto Kernel, class... A> emu_registration<Kernel, A...> emu_registration_of(void (*)(A...), const char *name) {
    return emu_registration<Kernel, A...>(name);
}

#define GT_KERNEL(name, ...)                                                                                           \
    extern "C" void name(__VA_ARGS__);                                                                                 \
    static const auto emu_registered_##name = emu_registration_of<&name>(&name, #name);                                \
    extern "C" void name(__VA_ARGS__)

#endif
