/*
 * Flushing denormals inside one job: set at its start, restored at its end, so that nothing leaks into Java or depends
 * on the thread. Arithmetic on denormals takes a microcode assist on x86 (an Adam step over stuck moments took twice as
 * long); other architectures have no such cliff, and there this does nothing.
 */
#ifndef GATUN_DENORMALS_H
#define GATUN_DENORMALS_H

#if defined(__x86_64__)
#include <xmmintrin.h>

/* Flush-to-zero (results) and denormals-are-zero (operands) of MXCSR. */
#define GT_MXCSR_FLUSH 0x8040u

static inline unsigned gt_denormals_flush(void) {
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | GT_MXCSR_FLUSH);
    return before;
}

static inline void gt_denormals_restore(unsigned before) {
    _mm_setcsr(before);
}

#else

static inline unsigned gt_denormals_flush(void) {
    return 0;
}

static inline void gt_denormals_restore(unsigned before) {
    (void)before;
}

#endif
#endif
