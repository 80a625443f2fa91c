/* The pool: every index once, whoever asks, while it grows and shrinks. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "../common/gatun.h"
#include "../cpu/threads.h"
#include "leaves.h"

#define COUNT 1000
#define USERS 4
/* An estimate that makes any job worth sharing. */
#define LONG_NS 1e9

typedef struct {
    _Atomic int runs[COUNT];
} tally;

static void note(void *arg, int64_t index) {
    tally *t = arg;
    atomic_fetch_add(&t->runs[index], 1);
}

static void note_nested(void *arg, int64_t index) {
    tally *t = arg;
    gt_parallel(2, LONG_NS, note, &(tally){0});
    note(t, index);
}

static int each_once(tally *t, int64_t count, int times) {
    for (int64_t i = 0; i < COUNT; i++) {
        if (atomic_load(&t->runs[i]) != (i < count ? times : 0)) {
            return 0;
        }
    }
    return 1;
}

static void *user(void *arg) {
    for (int i = 0; i < 50; i++) {
        tally t = {0};
        gt_parallel(COUNT, LONG_NS, note, &t);
        atomic_fetch_add((_Atomic int *)arg, each_once(&t, COUNT, 1));
    }
    return NULL;
}

void test_threads(void) {
    const int before = gt_threads_count();
    CHECK(before >= 1 && before <= 256, "%d threads", before);
    CHECK(gt_threads_set(0) == GT_BAD_ARGUMENT && gt_threads_set(257) == GT_BAD_ARGUMENT, "count");
    static const int counts[] = {1, 4, 2, 3, 1, 2};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        CHECK(gt_threads_set(counts[c]) == GT_OK && gt_threads_count() == counts[c], "set %d", counts[c]);
        for (int64_t count = 0; count <= 5; count++) {
            tally t = {0};
            gt_parallel(count, LONG_NS, note, &t);
            CHECK(each_once(&t, count, 1), "%lld indexes on %d threads", (long long)count, counts[c]);
        }
        tally t = {0};
        for (int i = 0; i < 200; i++) {
            gt_parallel(COUNT, LONG_NS, note, &t);
        }
        CHECK(each_once(&t, COUNT, 200), "200 jobs on %d threads", counts[c]);
        /* Long enough for the workers to park. */
        nanosleep(&(struct timespec){0, 2000000}, NULL);
        gt_parallel(7, LONG_NS, note_nested, &(tally){0});
        tally small = {0};
        gt_parallel(COUNT, 0, note, &small);
        CHECK(each_once(&small, COUNT, 1), "a job too small to share");
    }
    gt_threads_set(3);
    pthread_t users[USERS];
    _Atomic int whole = 0;
    for (int i = 0; i < USERS; i++) {
        CHECK(pthread_create(&users[i], NULL, user, &whole) == 0, "user");
    }
    for (int i = 0; i < USERS; i++) {
        pthread_join(users[i], NULL);
    }
    CHECK(atomic_load(&whole) == USERS * 50, "%d jobs of %d were whole", atomic_load(&whole), USERS * 50);
    gt_threads_set(before);
}
