#ifndef GATUN_FLOOR_BARE_H
#define GATUN_FLOOR_BARE_H

/**
 * Times an addition of 4 Mi floats and a product 1024^3, and prints one line of key=value in seconds: add_s; blas_s, the
 * product by OpenBLAS's own two threads; tiles_s, by the team's two, a tile each. Starts the team itself.
 */
void bare_report(void);

#endif
