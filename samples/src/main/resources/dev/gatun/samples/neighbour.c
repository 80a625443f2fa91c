/*
 * A library that knows DLPack and nothing of Gatun: samples/run zero-copy compiles it, loads it and trades memory with it.
 * The declarations are those of DLPack's C API (the first form, DLManagedTensor).
 */
#include <stdint.h>
#include <stdlib.h>

typedef struct {
    int32_t type; /* 1: CPU */
    int32_t id;
} DLDevice;

typedef struct {
    uint8_t code; /* 2: floating */
    uint8_t bits;
    uint16_t lanes;
} DLDataType;

typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;
    int64_t *strides; /* null: row-major */
    uint64_t byte_offset;
} DLTensor;

typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

static int64_t given_out; /* tensors of ours that others have */

/* Doubles a matrix of floats where it is, and lets it go; says where it was, or null where it is something else. */
void *neighbour_double(DLManagedTensor *managed) {
    const DLTensor *x = &managed->dl_tensor;
    void *at = NULL;
    if (x->device.type == 1 && x->ndim == 2 && x->dtype.code == 2 && x->dtype.bits == 32 && x->dtype.lanes == 1) {
        at = (char *)x->data + x->byte_offset;
        const int64_t down = x->strides ? x->strides[0] : x->shape[1], right = x->strides ? x->strides[1] : 1;
        for (int64_t i = 0; i < x->shape[0]; i++)
            for (int64_t j = 0; j < x->shape[1]; j++) ((float *)at)[i * down + j * right] *= 2;
    }
    if (managed->deleter) managed->deleter(managed);
    return at;
}

static void delete_own(DLManagedTensor *managed) {
    free(managed->dl_tensor.data);
    free(managed->dl_tensor.shape);
    free(managed);
    given_out--;
}

/* A vector 0, 1, 2, ... of floats, or null where memory is out. */
DLManagedTensor *neighbour_count_up(int64_t count) {
    DLManagedTensor *managed = calloc(1, sizeof *managed);
    float *values = malloc((size_t)count * sizeof *values);
    int64_t *shape = malloc(sizeof *shape);
    if (!managed || !values || !shape) {
        free(managed);
        free(values);
        free(shape);
        return NULL;
    }
    for (int64_t i = 0; i < count; i++) values[i] = (float)i;
    *shape = count;
    managed->dl_tensor = (DLTensor){.data = values, .device = {1, 0}, .ndim = 1, .dtype = {2, 32, 1}, .shape = shape};
    managed->deleter = delete_own;
    given_out++;
    return managed;
}

/* Where the elements of a tensor are. */
void *neighbour_address(const DLManagedTensor *managed) { return managed->dl_tensor.data; }

int64_t neighbour_given_out(void) { return given_out; }
