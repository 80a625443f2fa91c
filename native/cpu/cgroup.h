/* What the Linux control groups of this process allow: version 2, or version 1 where that is mounted. */
#ifndef GATUN_CGROUP_H
#define GATUN_CGROUP_H

#include <stdint.h>

/* Bytes of memory, INT64_MAX where nothing limits them. */
int64_t gt_cgroup_memory_bytes(void);
/* CPUs' worth of time per period, rounded up; INT64_MAX where nothing limits it. */
int64_t gt_cgroup_cpus(void);

#endif
