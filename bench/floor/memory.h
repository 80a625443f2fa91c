#ifndef GATUN_FLOOR_MEMORY_H
#define GATUN_FLOOR_MEMORY_H

#include <stddef.h>

/** `count` zeroed 4-byte elements, 64-byte aligned, on huge pages where the system gives them, kept to the end of the
    program; a line and the end of the program when memory is out. */
void *memory_take(size_t count);

#endif
