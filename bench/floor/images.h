/* Labelled 28x28 images from the two uncompressed IDX files of a training set. */
#ifndef GATUN_FLOOR_IMAGES_H
#define GATUN_FLOOR_IMAGES_H

#include "samples.h"

enum { IMAGE_PIXELS = 784, IMAGE_CLASSES = 10 };

/** Reads train-images-idx3-ubyte and train-labels-idx1-ubyte, pixels from 0 to 1; ends the program with a line on failure. */
struct samples images_read(const char *folder);

/**
 * Writes the same two files with `count` drawn digits: per class a fixed figure of strokes, moved by up to three
 * pixels, of random strength, with noise. Classes can be learnt, so that ReLUs stay alive as on real data.
 */
void images_draw(const char *folder, long count);

#endif
