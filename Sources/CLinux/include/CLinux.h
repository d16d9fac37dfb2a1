#ifndef STATUSCAST_CLINUX_H
#define STATUSCAST_CLINUX_H

#include <stdint.h>
#include <sys/types.h>

// Linux calls that Swift's Glibc module hides. Each returns 0 (or a descriptor or a count) or -1 with errno set.

int statuscast_syncfs(int descriptor);
int statuscast_fallocate(int descriptor, off_t offset, off_t length);
// The statfs(2) f_type of the filesystem that holds `path`, or -1.
int64_t statuscast_filesystem_type(const char *path);
// Bytes that an unprivileged process may still write on the filesystem that holds `path`, or -1.
int64_t statuscast_free_bytes(const char *path);
// All bytes of that filesystem, or -1.
int64_t statuscast_total_bytes(const char *path);

// Names the calling thread (15 bytes at most) for top and debuggers.
int statuscast_name_thread(const char *name);
// Gives the calling thread, and no other of its process, this nice value.
int statuscast_set_thread_nice(int nice);

#endif
