/*
 * What C and CUDA say in different words. The headers of this folder are read by the C loops, by the CUDA kernels (nvcc or
 * NVRTC, which has no headers), and by the emulation of these in the tests, as C++.
 */
#ifndef GT_PORTABLE_H
#define GT_PORTABLE_H

#if defined(__CUDACC_RTC__)
typedef signed char int8_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
#define INT32_MIN (-2147483647 - 1)
#define INT32_MAX 2147483647
#define INT64_MIN (-9223372036854775807LL - 1)
#define INT64_MAX 9223372036854775807LL
#define UINT8_MAX 255
#define INFINITY __int_as_float(0x7f800000)
#define NAN __int_as_float(0x7fffffff)
#define M_LN2 0.69314718055994530942
#define M_LOG2E 1.4426950408889634074
#define M_LOG10E 0.43429448190325182765
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT1_2 0.70710678118654752440
#else
#include <math.h>
#include <stdint.h>
#include <string.h>
#endif

#if defined(__CUDACC__)
#define GT_INLINE static __device__ inline
#define GT_SHARED static __device__ __forceinline__
#define GT_CALL static __device__ __noinline__
#define GT_TABLE static __device__ const
#define GT_MEMBER __device__
#else
#define GT_INLINE static inline
/* Inlined wherever it is called, so that a loop around it is a straight line. */
#define GT_SHARED static inline __attribute__((always_inline))
/* Never inlined. */
#define GT_CALL __attribute__((noinline, unused)) static
#define GT_TABLE static const
#define GT_MEMBER
#endif

#endif
