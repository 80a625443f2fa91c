/* The one thread pool of the process. Its workers start at the first job that is worth sharing. */
#ifndef GATUN_THREADS_H
#define GATUN_THREADS_H

#include <stdint.h>

typedef void (*gt_job)(void *arg, int64_t index);

/*
 * Runs job(arg, i) for every i in 0..count-1 and returns when all have ended; the caller works too. Which thread runs
 * which index is not defined, so a job's result must not depend on it. Runs on the caller alone, in order of i, where
 * the estimated total is not worth a hand-over, inside another job, and while another user thread has the pool.
 */
void gt_parallel(int64_t count, double estimated_ns_per_item, gt_job job, void *arg);

#endif
