#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

int statuscast_syncfs(int descriptor) { return syncfs(descriptor); }

int statuscast_fallocate(int descriptor, off_t offset, off_t length) {
    return fallocate(descriptor, 0, offset, length);
}

int64_t statuscast_filesystem_type(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 ? (int64_t)status.f_type : -1;
}

int64_t statuscast_free_bytes(const char *path) {
    struct statvfs status;
    return statvfs(path, &status) == 0 ? (int64_t)(status.f_bavail * status.f_frsize) : -1;
}

int64_t statuscast_total_bytes(const char *path) {
    struct statvfs status;
    return statvfs(path, &status) == 0 ? (int64_t)(status.f_blocks * status.f_frsize) : -1;
}

int statuscast_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int statuscast_set_thread_nice(int nice) { return setpriority(PRIO_PROCESS, (id_t)gettid(), nice); }
