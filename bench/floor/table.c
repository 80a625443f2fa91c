#include "table.h"

#include "memory.h"
#include "random.h"

#include <math.h>

/* A normal number, by Box and Muller. */
static float normal(uint64_t *random) {
    const float radius = sqrtf(-2 * logf(1 - random_unit(random)));
    return radius * cosf(2 * (float)M_PI * random_unit(random));
}

struct samples table_draw(long count) {
    struct samples table = {.count = count, .width = TABLE_FEATURES};
    table.data = memory_take((size_t)count * TABLE_FEATURES);
    table.values = memory_take((size_t)count);
    uint64_t random = 1;
    for (long i = 0; i < count; i++) {
        float *row = table.data + i * TABLE_FEATURES, sum = 0;
        for (int j = 0; j < TABLE_FEATURES; j++) {
            row[j] = normal(&random);
            sum += row[j] * (float)(j % 3 - 1) * 0.5f;
        }
        table.values[i] = sum + fabsf(row[0]) + 0.1f * normal(&random);
    }
    return table;
}
