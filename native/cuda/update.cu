/*
 * Steps of optimizers: one launch for up to MOST parameters, each thread a few elements of one of them. The table comes
 * with the arguments, so that nothing has to be copied to the device before. Denormals are flushed to zero, as on the
 * CPU. Rows, see GT_WHEN: update_<op>.
 */
#include "device.cuh"

#include "../common/maths.h"
#include "../common/update_rows.h"

/* Parameters of one launch: what fits the 4 KiB of arguments that every card takes. */
#define MOST 64
/* Elements of one block's part. */
#define PART (4 * GT_BLOCK)

struct update_table {
    long long count;
    double scalars[GT_UPDATE_SCALARS];
    long long parts[MOST]; /* of all parameters before, and of this one */
    gt_parameter parameters[MOST];
};

GT_INLINE float smallest_of(float) { return 0x1p-126f; }
GT_INLINE double smallest_of(double) { return 0x1p-1022; }
template <class T> GT_INLINE T flushed(T x) { return ABS(x) < smallest_of(x) ? x * 0 : x; }

#define UPDATE_KERNEL(dtype, name, states, constants, statements)                                                      \
    GT_KERNEL(update_##name##_##dtype, update_table table) {                                                           \
        typedef gt_##dtype T;                                                                                          \
        const T sign = (T)table.scalars[0], decay = (T)table.scalars[1];                                               \
        const double *listed = table.scalars + 2;                                                                      \
        constants int k = 0;                                                                                           \
        for (long long part = blockIdx.x; part < table.parts[table.count - 1]; part += gridDim.x) {                \
            while (part >= table.parts[k]) k++;                                                                      \
            const gt_parameter &at = table.parameters[k];                                                              \
            const long long first = (part - (k > 0 ? table.parts[k - 1] : 0)) * PART;                               \
            const long long end = first + PART < at.n ? first + PART : at.n;                                         \
            for (long long i = first + threadIdx.x; i < end; i += GT_BLOCK) {                                          \
                T p = ((T *)at.param)[i], s0 = states > 0 ? ((T *)at.state[0])[i] : 0;                                 \
                T s1 = states > 1 ? ((T *)at.state[1])[i] : 0, s2 = states > 2 ? ((T *)at.state[2])[i] : 0;            \
                (void)s0, (void)s1, (void)s2;                                                                          \
                const T given = sign * ((const T *)at.grad)[i];                                                        \
                const T g = decay != 0 ? given + decay * p : given; /* an infinite p makes no NaN of no decay */       \
                statements((T *)at.param)[i] = flushed(p);                                                             \
                if (states > 0) ((T *)at.state[0])[i] = flushed(s0);                                                   \
                if (states > 1) ((T *)at.state[1])[i] = flushed(s1);                                                   \
                if (states > 2) ((T *)at.state[2])[i] = flushed(s2);                                                   \
            }                                                                                                          \
        }                                                                                                              \
    }

#define UPDATE(name, states, constants, statements)                                                                    \
    GT_WHEN(update_##name, UPDATE_KERNEL(F32, name, states, constants, statements)                                     \
                               UPDATE_KERNEL(F64, name, states, constants, statements))
#include "../common/update_ops.def"
#undef UPDATE
