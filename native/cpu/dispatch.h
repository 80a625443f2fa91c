/*
 * Function versions. Loops (cpu/loops) are compiled once for each version that this processor family knows, entries
 * (cpu) once. A family's header declares `struct gt_<family>_loops`, a table of function pointers, and says
 * GT_DECLARE_LOOPS(family); its loops file says GT_DEFINE_LOOPS(family) = {...}; its entries call GT_LOOPS(family)->...
 */
#ifndef GT_DISPATCH_H
#define GT_DISPATCH_H

#include <stdatomic.h>

enum gt_isa_version { GT_ISA_VERSION_plain, GT_ISA_VERSION_avx2, GT_ISA_VERSION_avx512 };

/* The version in use: chosen once at load, changed by gt_isa_select only. */
extern _Atomic int gt_isa_current;

#if defined(__x86_64__)
#define GT_DECLARE_LOOPS(family)                                                                                       \
    extern const struct gt_##family##_loops gt_##family##_loops_plain;                                                 \
    extern const struct gt_##family##_loops gt_##family##_loops_avx2;                                                  \
    extern const struct gt_##family##_loops gt_##family##_loops_avx512;                                                \
    static inline const struct gt_##family##_loops *gt_##family##_loops(void) {                                        \
        switch (atomic_load_explicit(&gt_isa_current, memory_order_relaxed)) {                                         \
        case GT_ISA_VERSION_avx512:                                                                                    \
            return &gt_##family##_loops_avx512;                                                                        \
        case GT_ISA_VERSION_avx2:                                                                                      \
            return &gt_##family##_loops_avx2;                                                                          \
        default:                                                                                                       \
            return &gt_##family##_loops_plain;                                                                         \
        }                                                                                                              \
    }
#else
#define GT_DECLARE_LOOPS(family)                                                                                       \
    extern const struct gt_##family##_loops gt_##family##_loops_plain;                                                 \
    static inline const struct gt_##family##_loops *gt_##family##_loops(void) {                                        \
        return &gt_##family##_loops_plain;                                                                             \
    }
#endif

/* The family's table for the version in use. */
#define GT_LOOPS(family) gt_##family##_loops()

#define GT_JOIN_(a, b) a##b
#define GT_JOIN(a, b) GT_JOIN_(a, b)

/* GT_ISA (plain, avx2, avx512) is set by the build for every file in cpu/loops. */
#define GT_DEFINE_LOOPS(family) const struct gt_##family##_loops GT_JOIN(gt_##family##_loops_, GT_ISA)

/* Before a loop whose output is the same array as an input or apart from it: no iteration depends on another. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed" /* a loop that calls libm may say so too, it only stays scalar */
#define GT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define GT_INDEPENDENT _Pragma("GCC ivdep")
#endif

#endif
