/*
 * One or two threads that run the same function and meet at barriers.
 *
 * The waiting side spins: a hand-over then costs about 100 ns instead of the microseconds of a futex, and the
 * floor has the machine to itself.
 */
#ifndef GATUN_FLOOR_TEAM_H
#define GATUN_FLOOR_TEAM_H

typedef void (*team_job)(int rank, void *argument);

/** Number of threads of the team, 1 or 2. */
extern int team_size;

/** Starts the second thread. Called once, before the first team_run. */
void team_start(void);

/** Runs job(rank, argument) on every rank below team_size and returns when all have returned. */
void team_run(team_job job, void *argument);

/** Inside a job: returns when every rank has called it as often as this one. */
void team_barrier(int rank);

/** This rank's part [*from, *to) of count items, cut at a multiple of `unit` (both halves equal where possible). */
static inline void team_part(int rank, long count, long unit, long *from, long *to) {
    if (team_size == 1) {
        *from = 0;
        *to = count;
        return;
    }
    long cut = (count / 2 + unit - 1) / unit * unit;
    if (cut > count) cut = count;
    *from = rank == 0 ? 0 : cut;
    *to = rank == 0 ? cut : count;
}

#endif
