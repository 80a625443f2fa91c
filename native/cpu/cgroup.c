#define _GNU_SOURCE
#include "cgroup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 1024

/* Up to bytes - 1 characters of a file, ended by a zero; 0 where it cannot be read. No stdio: leaves do not allocate. */
static int read_text(const char *path, char *text, size_t bytes) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    size_t used = 0;
    ssize_t got;
    while (used + 1 < bytes && (got = read(file, text + used, bytes - 1 - used)) > 0) {
        used += (size_t)got;
    }
    close(file);
    text[used] = 0;
    return used > 0;
}

/* The first number of a file, INT64_MAX for "max", a negative one or none. */
static int64_t read_limit(const char *path) {
    char text[64];
    char *end;
    if (!read_text(path, text, sizeof text)) {
        return INT64_MAX;
    }
    const long long value = strtoll(text, &end, 10);
    return end == text || value < 0 ? INT64_MAX : value;
}

static int64_t memory_v2(const char *folder) {
    char path[PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/memory.max", folder);
    return read_limit(path);
}

static int64_t memory_v1(const char *folder) {
    char path[PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/memory.limit_in_bytes", folder);
    return read_limit(path);
}

static int64_t cpus_of(int64_t quota, int64_t period) {
    return quota == INT64_MAX || period <= 0 || period == INT64_MAX ? INT64_MAX : (quota + period - 1) / period;
}

/* cpu.max holds "quota period" or "max period", in microseconds. */
static int64_t cpus_v2(const char *folder) {
    char path[PATH_BYTES + 32];
    char text[64];
    long long quota, period;
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    if (!read_text(path, text, sizeof text) || sscanf(text, "%lld %lld", &quota, &period) != 2) {
        return INT64_MAX;
    }
    return cpus_of(quota, period);
}

static int64_t cpus_v1(const char *folder) {
    char quota[PATH_BYTES + 32];
    char period[PATH_BYTES + 32];
    snprintf(quota, sizeof quota, "%s/cpu.cfs_quota_us", folder);
    snprintf(period, sizeof period, "%s/cpu.cfs_period_us", folder);
    return cpus_of(read_limit(quota), read_limit(period));
}

/*
 * Smallest limit on the way from this process's group up to the mount's root. A container often shows its own group as
 * the root while /proc/self/cgroup still names the outer path: levels that do not exist count as unlimited.
 */
static int64_t smallest(const char *mount, const char *group, int64_t (*limit_of)(const char *folder)) {
    char folder[PATH_BYTES];
    const int used = snprintf(folder, sizeof folder, "%s%s", mount, group);
    if (used < 0 || (size_t)used >= sizeof folder) {
        return limit_of(mount);
    }
    int64_t limit = INT64_MAX;
    for (;;) {
        const int64_t here = limit_of(folder);
        limit = here < limit ? here : limit;
        char *slash = strrchr(folder, '/');
        if (slash == NULL || (size_t)(slash - folder) < strlen(mount)) {
            return limit;
        }
        *slash = 0;
    }
}

/* Lines of /proc/self/cgroup: "0::/path" for version 2, "4:cpu,cpuacct:/path" for version 1. */
static int64_t limit_of(const char *controller, const char *mount_v1, int64_t (*v2)(const char *),
                        int64_t (*v1)(const char *)) {
    char text[4096];
    int64_t limit = INT64_MAX;
    if (!read_text("/proc/self/cgroup", text, sizeof text)) {
        return limit;
    }
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *names = strchr(line, ':');
        char *group = names == NULL ? NULL : strchr(names + 1, ':');
        if (group == NULL) {
            continue;
        }
        *group++ = 0;
        int64_t here = INT64_MAX;
        if (names[1] == 0) {
            here = smallest("/sys/fs/cgroup", group, v2);
        } else if (strstr(names + 1, controller) != NULL) {
            here = smallest(mount_v1, group, v1);
        }
        limit = here < limit ? here : limit;
    }
    return limit;
}

int64_t gt_cgroup_memory_bytes(void) {
    return limit_of("memory", "/sys/fs/cgroup/memory", memory_v2, memory_v1);
}

int64_t gt_cgroup_cpus(void) {
    /* "cpuset" contains "cpu" too; its folder has no quota, so it counts as unlimited. */
    return limit_of("cpu", "/sys/fs/cgroup/cpu", cpus_v2, cpus_v1);
}
