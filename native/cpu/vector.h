/* The vectors of loops that are written for registers: GT_VECTOR is defined where this version has any. */
#ifndef GATUN_VECTOR_H
#define GATUN_VECTOR_H

#if defined(__AVX512F__)
#include <immintrin.h>
#define GT_VECTOR
typedef __m512 vector;
#define LANES 16
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define SAME _mm512_set1_ps
#define MULTIPLY_ADD _mm512_fmadd_ps
#define ADD _mm512_add_ps
#elif defined(__AVX2__)
#include <immintrin.h>
#define GT_VECTOR
typedef __m256 vector;
#define LANES 8
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define SAME _mm256_set1_ps
#define MULTIPLY_ADD _mm256_fmadd_ps
#define ADD _mm256_add_ps
#endif

#endif
