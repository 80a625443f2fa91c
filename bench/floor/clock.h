#ifndef GATUN_FLOOR_CLOCK_H
#define GATUN_FLOOR_CLOCK_H

#include <time.h>

/** Seconds of a clock that only moves forward. */
static inline double seconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
