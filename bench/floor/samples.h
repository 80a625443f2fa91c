/* What the floor's networks train on. */
#ifndef GATUN_FLOOR_SAMPLES_H
#define GATUN_FLOOR_SAMPLES_H

struct samples {
    long count;
    int width;
    float *data;   /* [count, width] */
    int *labels;   /* [count], or NULL */
    float *values; /* [count], or NULL where there are labels */
};

#endif
