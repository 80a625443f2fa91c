/* Picks the function version once, when the library is loaded. */
#include "dispatch.h"

#include <string.h>

#include "../common/gatun.h"

_Atomic int gt_isa_current = GT_ISA_VERSION_plain;

static const char *const names[] = {"plain", "avx2", "avx512"};

/* The processor and the system both have it: __builtin_cpu_supports looks at the saved register state too. */
static int supported(int version) {
#if defined(__x86_64__)
    if (version == GT_ISA_VERSION_plain) return 1;
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
    return version == GT_ISA_VERSION_avx2 ||
           (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"));
#else
    return version == GT_ISA_VERSION_plain;
#endif
}

__attribute__((constructor)) static void pick(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (int version = GT_ISA_VERSION_avx512; version >= GT_ISA_VERSION_plain; version--) {
        if (supported(version)) {
            atomic_store(&gt_isa_current, version);
            return;
        }
    }
}

GT_API const char *gt_isa(void) { return names[atomic_load_explicit(&gt_isa_current, memory_order_relaxed)]; }

GT_API int gt_isa_select(const char *name) {
    if (!name) return GT_BAD_ARGUMENT;
    for (int version = GT_ISA_VERSION_plain; version <= GT_ISA_VERSION_avx512; version++) {
        if (strcmp(name, names[version])) continue;
        if (!supported(version)) return GT_UNSUPPORTED;
        atomic_store(&gt_isa_current, version);
        return GT_OK;
    }
    return GT_BAD_ARGUMENT;
}
