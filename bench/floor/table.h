/* Drawn rows of numbers with a number to predict. */
#ifndef GATUN_FLOOR_TABLE_H
#define GATUN_FLOOR_TABLE_H

#include "samples.h"

enum { TABLE_FEATURES = 11 };

/** Rows of normal features; the value depends on them, not only linearly, with noise. */
struct samples table_draw(long count);

#endif
