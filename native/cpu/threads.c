#define _GNU_SOURCE
#include "threads.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../common/gatun.h"
#include "cgroup.h"

#define MAX_THREADS 256
/* OpenBLAS keeps panels on the stack. */
#define STACK_BYTES ((size_t)8 << 20)
/* Below this a job stays on its caller. Sharing an empty job with a worker that spins costs 0.07 to 0.4 us, with one that
   has parked 6 to 16 us (two virtual cores, Cascade Lake), once until the workers park again. */
#define HAND_OVER_NS 15000.0
/* How long a thread spins before it parks: longer than the gap between two kernels of a training step, short enough to
   leave the processor to Java's compiler and collector when the step is over. */
#define SPIN_NS 50000
/* Indexes of one round; a longer job runs in several. */
#define ROUND_MAX ((int64_t)1 << 30)

/*
 * What one thread has to do of the running round. `ticket` holds the round's generation (upper half) and how many of the
 * share's indexes nobody has taken yet (lower half) in one word. Taking one swaps the whole word, so it succeeds only
 * while that very round runs, and then end, job, arg and count, read just before, are its own: they change only after
 * every index has ended.
 */
typedef struct share {
    _Alignas(128) _Atomic uint64_t ticket;
    _Atomic uint32_t end; /* the share's indexes end here */
} share;

/*
 * The shared state of the running round. Its indexes are dealt out in order, an equal run to each thread, and whoever has
 * done with its own takes what is left of another's. So a thread meets the same part of an array from one kernel to the
 * next, while it is still in that core's cache. What different threads write lies on cache lines of its own.
 */
static struct {
    share shares[MAX_THREADS]; /* the caller's, then each worker's */
    _Alignas(128) _Atomic(gt_job) job;
    _Atomic(void *) arg;
    _Atomic uint32_t count;
    _Atomic uint32_t threads;                 /* shares in use */
    _Alignas(128) _Atomic uint32_t ended;     /* indexes of this round that have ended; the caller's futex */
    _Atomic uint32_t caller_parked;
    _Alignas(128) _Atomic uint32_t generation; /* as in the tickets; the workers' futex */
    _Atomic uint32_t workers_parked;
    _Atomic uint32_t workers_wanted;           /* workers numbered from here on leave */
    _Atomic uint32_t workers_alive;
} pool;

/* Held by whoever uses or resizes the pool. A second user, and a job inside a job, find it taken and run alone. */
static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t counted = PTHREAD_ONCE_INIT;
static _Atomic int thread_count;

static void futex_wait(_Atomic uint32_t *word, uint32_t while_equal) {
    syscall(SYS_futex, (void *)word, FUTEX_WAIT_PRIVATE, while_equal, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, int waiters) {
    syscall(SYS_futex, (void *)word, FUTEX_WAKE_PRIVATE, waiters, NULL, NULL, 0);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Spins while *word is equal to value, for at most SPIN_NS. Returns 1 when it changed. */
static int spin_while(const _Atomic uint32_t *word, uint32_t value) {
    const int64_t until = now_ns() + SPIN_NS;
    do {
        for (int i = 0; i < 32; i++) {
            if (atomic_load_explicit(word, memory_order_acquire) != value) {
                return 1;
            }
            pause_briefly();
        }
    } while (now_ns() < until);
    return 0;
}

/* Takes and runs indexes of a share until none is left. */
static void work_off(share *from) {
    uint64_t ticket = atomic_load_explicit(&from->ticket, memory_order_acquire);
    while ((uint32_t)ticket != 0) {
        const uint32_t end = atomic_load_explicit(&from->end, memory_order_relaxed);
        const uint32_t count = atomic_load_explicit(&pool.count, memory_order_relaxed);
        const gt_job job = atomic_load_explicit(&pool.job, memory_order_relaxed);
        void *arg = atomic_load_explicit(&pool.arg, memory_order_relaxed);
        if (!atomic_compare_exchange_weak_explicit(&from->ticket, &ticket, ticket - 1, memory_order_acq_rel,
                                                   memory_order_acquire)) {
            continue;
        }
        job(arg, end - (uint32_t)ticket);
        /* seq_cst on both sides: either the caller sees the last count, or we see that it has parked. */
        if (atomic_fetch_add(&pool.ended, 1) + 1 == count && atomic_load(&pool.caller_parked)) {
            futex_wake(&pool.ended, 1);
        }
        ticket = atomic_load_explicit(&from->ticket, memory_order_acquire);
    }
}

/* Works off thread `self`'s share of the current round, then what is left of the others'. */
static void work(uint32_t self) {
    const uint32_t threads = atomic_load_explicit(&pool.threads, memory_order_relaxed);
    for (uint32_t i = 0; i < threads; i++) {
        work_off(&pool.shares[(self + i) % threads]);
    }
}

static void *worker(void *number) {
    uint32_t seen = atomic_load_explicit(&pool.generation, memory_order_acquire);
    for (;;) {
        if ((uint32_t)(uintptr_t)number >= atomic_load(&pool.workers_wanted)) {
            atomic_fetch_sub(&pool.workers_alive, 1);
            return NULL;
        }
        work((uint32_t)(uintptr_t)number + 1);
        if (!spin_while(&pool.generation, seen)) {
            atomic_fetch_add(&pool.workers_parked, 1);
            futex_wait(&pool.generation, seen); /* returns at once if a round began since */
            atomic_fetch_sub(&pool.workers_parked, 1);
        }
        seen = atomic_load_explicit(&pool.generation, memory_order_acquire);
    }
}

/* Starts what is missing of `wanted` workers, under `owner`. Signals stay with Java's threads. Where the system gives no
   thread, the pool goes on with those there are. */
static void start_workers(uint32_t wanted) {
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes) != 0) {
        return;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    atomic_store(&pool.workers_wanted, wanted);
    for (uint32_t number = atomic_load(&pool.workers_alive); number < wanted; number++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, worker, (void *)(uintptr_t)number) != 0) {
            atomic_store(&thread_count, (int)number + 1);
            break;
        }
        atomic_fetch_add(&pool.workers_alive, 1);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

/* Publishes a round of `count` indexes for `threads` threads and wakes as many parked workers as it can use. */
static void post(uint32_t count, uint32_t threads, gt_job job, void *arg) {
    const uint32_t generation = atomic_load_explicit(&pool.generation, memory_order_relaxed) + 1;
    atomic_store_explicit(&pool.ended, 0, memory_order_relaxed);
    atomic_store_explicit(&pool.job, job, memory_order_relaxed);
    atomic_store_explicit(&pool.arg, arg, memory_order_relaxed);
    atomic_store_explicit(&pool.count, count, memory_order_relaxed);
    atomic_store_explicit(&pool.threads, threads, memory_order_relaxed);
    for (uint32_t i = 0, from = 0; i < threads; i++) {
        const uint32_t end = (uint32_t)((uint64_t)count * (i + 1) / threads);
        atomic_store_explicit(&pool.shares[i].end, end, memory_order_relaxed);
        atomic_store_explicit(&pool.shares[i].ticket, (uint64_t)generation << 32 | (end - from), memory_order_release);
        from = end;
    }
    atomic_store(&pool.generation, generation);
    const uint32_t parked = atomic_load(&pool.workers_parked);
    if (parked > 0 && count > 1) {
        futex_wake(&pool.generation, (int)(count - 1));
    }
}

static void wait_until_ended(uint32_t count) {
    uint32_t ended;
    while ((ended = atomic_load_explicit(&pool.ended, memory_order_acquire)) != count) {
        if (spin_while(&pool.ended, ended)) {
            continue;
        }
        atomic_store(&pool.caller_parked, 1);
        while ((ended = atomic_load(&pool.ended)) != count) {
            futex_wait(&pool.ended, ended);
        }
        atomic_store(&pool.caller_parked, 0);
    }
}

/* CPUs of the affinity mask, at most what the control group's quota pays for. */
static void count_processors(void) {
    cpu_set_t mask;
    int64_t count = sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : sysconf(_SC_NPROCESSORS_ONLN);
    const int64_t quota = gt_cgroup_cpus();
    count = quota < count ? quota : count;
    count = count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : count;
    atomic_store(&thread_count, (int)count);
}

static void run_alone(int64_t count, gt_job job, void *arg) {
    for (int64_t i = 0; i < count; i++) {
        job(arg, i);
    }
}

/* A round of a longer job: indexes first.. of it. */
typedef struct {
    gt_job job;
    void *arg;
    int64_t first;
} round_of;

static void run_shifted(void *arg, int64_t index) {
    const round_of *round = arg;
    round->job(round->arg, round->first + index);
}

void gt_parallel(int64_t count, double estimated_ns_per_item, gt_job job, void *arg) {
    if (count < 2 || (double)count * estimated_ns_per_item < HAND_OVER_NS || gt_threads_count() < 2 ||
        pthread_mutex_trylock(&owner) != 0) {
        run_alone(count, job, arg);
        return;
    }
    const uint32_t wanted = (uint32_t)gt_threads_count() - 1;
    if (atomic_load(&pool.workers_alive) < wanted) {
        start_workers(wanted);
    }
    round_of shifted = {job, arg, 0};
    for (; shifted.first < count; shifted.first += ROUND_MAX) {
        const int64_t left = count - shifted.first;
        const uint32_t size = (uint32_t)(left < ROUND_MAX ? left : ROUND_MAX);
        if (size == count) {
            post(size, wanted + 1, job, arg);
        } else {
            post(size, wanted + 1, run_shifted, &shifted);
        }
        work(0);
        wait_until_ended(size);
    }
    pthread_mutex_unlock(&owner);
}

int gt_threads_set(int count) {
    if (count < 1 || count > MAX_THREADS) {
        return GT_BAD_ARGUMENT;
    }
    pthread_once(&counted, count_processors);
    pthread_mutex_lock(&owner);
    atomic_store(&thread_count, count);
    const uint32_t wanted = (uint32_t)count - 1;
    if (atomic_load(&pool.workers_alive) > wanted) {
        atomic_store(&pool.workers_wanted, wanted);
        post(0, 1, NULL, NULL); /* a round without work, only to be seen */
        futex_wake(&pool.generation, INT_MAX);
        while (atomic_load(&pool.workers_alive) > wanted) {
            sched_yield();
        }
    }
    pthread_mutex_unlock(&owner);
    return GT_OK;
}

int gt_threads_count(void) {
    pthread_once(&counted, count_processors);
    return atomic_load(&thread_count);
}
