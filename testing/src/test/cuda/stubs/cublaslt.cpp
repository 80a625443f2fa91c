/*
 * A stub of cuBLASLt for tests without a card: products of F32 with bias and relu, on the stream of the stub of the driver.
 * An algorithm is the description that it was chosen for, and a call with another one is refused; so are pointers less
 * aligned than was promised. Leading dimensions of 1000 and more have no algorithm, so that tests meet that.
 */
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>

#include "product.h"

namespace {

const int DESC_TRANSA = 3, DESC_TRANSB = 4, DESC_EPILOGUE = 7, DESC_BIAS_POINTER = 8;
const int PREF_SCRATCH = 1, PREF_ALIGNMENT = 5, PREF_ALIGNMENT_END = 8;
const int EPILOGUE_DEFAULT = 1, EPILOGUE_RELU = 2, EPILOGUE_BIAS = 4;
const int COMPUTE_32F = 68, COMPUTE_32F_FAST_TF32 = 77, R_32F = 0;
const int64_t NO_ALGORITHM_FROM = 1000;
const size_t SCRATCH = 512;

struct product_description {
    int compute, turn_a, turn_b, epilogue;
    const float *bias;
};

struct matrix {
    uint64_t rows, columns;
    int64_t leading;
};

struct preference {
    uint64_t scratch;
    uint32_t alignment[4];
};

/* What a heuristic was asked for. */
struct chosen {
    int compute, turn_a, turn_b, epilogue;
    matrix a, b, c;
};

/* As in cublasLt.h. */
struct algorithm {
    uint64_t data[8];
};
struct heuristic {
    algorithm algo;
    size_t workspace;
    int state;
    float waves;
    int reserved[4];
};

/* Of what does not fit an algorithm's 64 bytes: a number that differs where the descriptions do. */
uint64_t number_of(const chosen &c) {
    uint64_t hash = 14695981039346656037ull;
    const auto *bytes = (const unsigned char *)&c;
    for (size_t i = 0; i < sizeof c; i++) hash = (hash ^ bytes[i]) * 1099511628211ull;
    return hash;
}

chosen description(const product_description &p, const matrix &a, const matrix &b, const matrix &c) {
    return {p.compute, p.turn_a, p.turn_b, p.epilogue, a, b, c};
}

struct fused_product {
    product<float> plain;
    const float *bias; /* for each row, or null */
    bool relu;

    void run() const {
        plain.run();
        for (int column = 0; column < plain.n; column++)
            for (int row = 0; row < plain.m; row++) {
                float &z = plain.c[row + (long long)column * plain.ldc];
                if (bias) z += bias[row];
                if (relu && z < 0) z = 0;
            }
    }
};

void run_fused(void *data) { ((fused_product *)data)->run(); }

void release_fused(void *data) { delete (fused_product *)data; }

template <class T> int create(T **made, const T &value = T()) {
    *made = new T(value);
    return CUBLAS_STATUS_SUCCESS;
}

template <class T> int destroy(T *made) {
    delete made;
    return CUBLAS_STATUS_SUCCESS;
}

/* Sets an attribute, if there is such a one and it is that long. */
template <class T> int set(T *to, const void *value, size_t bytes) {
    if (!to || bytes != sizeof *to) return CUBLAS_STATUS_INVALID_VALUE;
    memcpy(to, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}

bool is_aligned(const void *pointer, uint64_t to) { return (uintptr_t)pointer % to == 0; }

}

STUB int cublasLtCreate(int **handle) { return create(handle); }

STUB size_t cublasLtGetVersion() { return 130002; }

STUB int cublasLtMatmulDescCreate(product_description **made, int compute, int scale) {
    if (scale != R_32F || (compute != COMPUTE_32F && compute != COMPUTE_32F_FAST_TF32)) return CUBLAS_STATUS_INVALID_VALUE;
    return create(made, {compute, 0, 0, EPILOGUE_DEFAULT, nullptr});
}

STUB int cublasLtMatmulDescDestroy(product_description *description) { return destroy(description); }

STUB int cublasLtMatmulDescSetAttribute(product_description *description, int attribute, const void *value, size_t bytes) {
    if (attribute == DESC_BIAS_POINTER) return set(&description->bias, value, bytes);
    int *to = attribute == DESC_TRANSA   ? &description->turn_a
              : attribute == DESC_TRANSB ? &description->turn_b
              : attribute == DESC_EPILOGUE ? &description->epilogue
                                           : nullptr;
    return set(to, value, bytes);
}

STUB int cublasLtMatrixLayoutCreate(matrix **made, int type, uint64_t rows, uint64_t columns, int64_t leading) {
    if (type != R_32F || rows == 0 || columns == 0 || leading < (int64_t)rows) return CUBLAS_STATUS_INVALID_VALUE;
    return create(made, {rows, columns, leading});
}

STUB int cublasLtMatrixLayoutDestroy(matrix *layout) { return destroy(layout); }

STUB int cublasLtMatmulPreferenceCreate(preference **made) { return create(made, {0, {256, 256, 256, 256}}); }

STUB int cublasLtMatmulPreferenceDestroy(preference *wish) { return destroy(wish); }

STUB int cublasLtMatmulPreferenceSetAttribute(preference *wish, int attribute, const void *value, size_t bytes) {
    if (attribute == PREF_SCRATCH) return set(&wish->scratch, value, bytes);
    const bool aligns = attribute >= PREF_ALIGNMENT && attribute <= PREF_ALIGNMENT_END;
    return set(aligns ? &wish->alignment[attribute - PREF_ALIGNMENT] : nullptr, value, bytes);
}

STUB int cublasLtMatmulAlgoGetHeuristic(int *handle, product_description *p, matrix *a, matrix *b, matrix *c, matrix *d,
                                        preference *wish, int wanted, heuristic *results, int *found) {
    *found = 0;
    if (!handle || wanted < 1 || c != d) return CUBLAS_STATUS_INVALID_VALUE;
    if (std::max({a->leading, b->leading, c->leading}) >= NO_ALGORITHM_FROM) return CUBLAS_STATUS_NOT_SUPPORTED;
    memset(results, 0, sizeof *results);
    results->algo.data[0] = number_of(description(*p, *a, *b, *c));
    memcpy(&results->algo.data[1], wish->alignment, sizeof wish->alignment);
    results->workspace = wish->scratch >= SCRATCH ? SCRATCH : 0;
    *found = 1;
    return CUBLAS_STATUS_SUCCESS;
}

STUB int cublasLtMatmul(int *handle, product_description *p, const float *alpha, const float *a, matrix *a_is, const float *b,
                        matrix *b_is, const float *beta, const float *c, matrix *c_is, float *d, matrix *d_is,
                        const algorithm *by, void *scratch, size_t scratch_bytes, void *stream) {
    uint32_t alignment[4];
    memcpy(alignment, &by->data[1], sizeof alignment);
    if (!handle || c != d || c_is != d_is || by->data[0] != number_of(description(*p, *a_is, *b_is, *c_is)) ||
        !is_aligned(a, alignment[0]) || !is_aligned(b, alignment[1]) || !is_aligned(c, alignment[2]) ||
        scratch_bytes < SCRATCH || gatun_stub_is_device_memory(scratch, scratch_bytes))
        return CUBLAS_STATUS_INVALID_VALUE;
    const int m = (int)c_is->rows, n = (int)c_is->columns, k = (int)(p->turn_a ? a_is->rows : a_is->columns);
    const bool biased = p->epilogue & EPILOGUE_BIAS;
    const bool relu = p->epilogue & EPILOGUE_RELU;
    const product<float> plain = {p->turn_a != 0, p->turn_b != 0, m, n, k, *alpha, a, (int)a_is->leading, 0, b,
                                  (int)b_is->leading, 0, *beta, d, (int)c_is->leading, 0, 1};
    if (!are_there(plain) || (biased && gatun_stub_is_device_memory(p->bias, (size_t)m * sizeof(float))))
        return CUBLAS_STATUS_INVALID_VALUE;
    auto *work = new fused_product{plain, biased ? p->bias : nullptr, relu};
    return gatun_stub_repeatable(stream, run_fused, release_fused, work) ? CUBLAS_STATUS_EXECUTION_FAILED : CUBLAS_STATUS_SUCCESS;
}
