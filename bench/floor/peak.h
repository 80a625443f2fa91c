#ifndef GATUN_FLOOR_PEAK_H
#define GATUN_FLOOR_PEAK_H

/** Prints what two threads reach: sgemm at 1024^3 and at the works' own shapes, and the update's bandwidth. */
void peak_report(void);

#endif
