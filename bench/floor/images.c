#include "images.h"

#include "memory.h"
#include "random.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, STROKES = 3, IMAGES_MAGIC = 2051, LABELS_MAGIC = 2049 };

static FILE *open_file(const char *folder, const char *name, const char *mode) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        fprintf(stderr, "floor: cannot open %s\n", path);
        exit(1);
    }
    return file;
}

static void fail(const char *name, const char *problem) {
    fprintf(stderr, "floor: %s: %s\n", name, problem);
    exit(1);
}

static uint32_t read_number(FILE *file, const char *name) {
    uint8_t b[4];
    if (fread(b, 1, 4, file) != 4) fail(name, "the header is cut off");
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void write_number(FILE *file, uint32_t value) {
    uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    fwrite(b, 1, 4, file);
}

static const char *const images_name = "train-images-idx3-ubyte";
static const char *const labels_name = "train-labels-idx1-ubyte";

struct samples images_read(const char *folder) {
    FILE *images = open_file(folder, images_name, "rb");
    FILE *labels = open_file(folder, labels_name, "rb");
    if (read_number(images, images_name) != IMAGES_MAGIC) fail(images_name, "not a file of IDX images");
    if (read_number(labels, labels_name) != LABELS_MAGIC) fail(labels_name, "not a file of IDX labels");
    long count = read_number(images, images_name);
    if (read_number(labels, labels_name) != count) fail(labels_name, "not as many labels as images");
    if (read_number(images, images_name) != SIDE || read_number(images, images_name) != SIDE)
        fail(images_name, "images are not 28x28");

    struct samples set = {.count = count, .width = IMAGE_PIXELS};
    set.data = memory_take((size_t)count * IMAGE_PIXELS);
    set.labels = memory_take((size_t)count);
    for (long i = 0; i < count; i++) {
        uint8_t row[IMAGE_PIXELS];
        if (fread(row, 1, IMAGE_PIXELS, images) != IMAGE_PIXELS) fail(images_name, "images are missing");
        for (int j = 0; j < IMAGE_PIXELS; j++) set.data[i * IMAGE_PIXELS + j] = (float)row[j] / 255;
        int label = fgetc(labels);
        if (label < 0 || label >= IMAGE_CLASSES) fail(labels_name, "a label is missing or above 9");
        set.labels[i] = label;
    }
    fclose(images);
    fclose(labels);
    return set;
}

/* Ink of a class at a place: bright within about a pixel and a half of one of its strokes. */
static void draw_class(float figure[SIDE][SIDE], uint64_t *state) {
    memset(figure, 0, SIDE * SIDE * sizeof(float));
    for (int stroke = 0; stroke < STROKES; stroke++) {
        float x0 = 6 + 16 * random_unit(state), y0 = 6 + 16 * random_unit(state);
        float x1 = 6 + 16 * random_unit(state), y1 = 6 + 16 * random_unit(state);
        float length2 = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0) + 1e-3f;
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                float along = (((float)x - x0) * (x1 - x0) + ((float)y - y0) * (y1 - y0)) / length2;
                along = fminf(fmaxf(along, 0), 1);
                float dx = (float)x - x0 - along * (x1 - x0), dy = (float)y - y0 - along * (y1 - y0);
                float ink = 2.2f - sqrtf(dx * dx + dy * dy);
                figure[y][x] = fmaxf(figure[y][x], fminf(fmaxf(ink, 0), 1));
            }
    }
}

void images_draw(const char *folder, long count) {
    uint64_t state = 777;
    static float figure[IMAGE_CLASSES][SIDE][SIDE];
    for (int c = 0; c < IMAGE_CLASSES; c++) draw_class(figure[c], &state);

    FILE *images = open_file(folder, images_name, "wb");
    FILE *labels = open_file(folder, labels_name, "wb");
    write_number(images, IMAGES_MAGIC);
    write_number(images, (uint32_t)count);
    write_number(images, SIDE);
    write_number(images, SIDE);
    write_number(labels, LABELS_MAGIC);
    write_number(labels, (uint32_t)count);
    for (long i = 0; i < count; i++) {
        int label = (int)random_below(&state, IMAGE_CLASSES);
        int right = (int)random_below(&state, 7) - 3, down = (int)random_below(&state, 7) - 3;
        float strength = 120 + 135 * random_unit(&state);
        uint8_t row[IMAGE_PIXELS];
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                int fx = x - right, fy = y - down;
                int inside = fx >= 0 && fx < SIDE && fy >= 0 && fy < SIDE;
                float ink = inside ? figure[label][fy][fx] * strength : 0;
                /* Paper stays blank where MNIST's is, four pixels in five: noise only on the ink. */
                row[y * SIDE + x] = (uint8_t)(ink * (0.6f + 0.4f * random_unit(&state)));
            }
        fwrite(row, 1, IMAGE_PIXELS, images);
        fputc(label, labels);
    }
    if (fclose(images) != 0 || fclose(labels) != 0) fail(folder, "could not write the drawn digits");
}
