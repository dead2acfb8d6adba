/* Stands between a load and the system: counts the calls that change the disk below a folder, over all processes of
 * the load, and kills or fails at the one that is asked for. Loaded by LD_PRELOAD; tests/support/interposing.py has
 * the variables that it obeys. Everything goes straight to the kernel, so that nothing is intercepted twice. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct shared { long count; int parent; int fired; };

static struct shared *shared;
static const char *folder, *victim, *list;
static long kill_at, full_at, clock_shift;
static int full_once;
static __thread char about[PATH_MAX]; /* the file that the call in hand is about */

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_COUNTER");
    folder = getenv("FAULT_FOLDER");
    victim = getenv("FAULT_KILL");
    list = getenv("FAULT_LIST");
    kill_at = number("FAULT_KILL_AT");
    full_at = number("FAULT_ENOSPC_AT");
    full_once = (int)number("FAULT_ENOSPC_ONCE");
    clock_shift = number("FAULT_CLOCK");
    if (!path || !folder) return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) return;
    void *made = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (made == MAP_FAILED) return;
    shared = made;
    int nobody = 0; /* the first process is the one that loads, the others are its workers */
    __atomic_compare_exchange_n(&shared->parent, &nobody, getpid(), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* -- which calls count ------------------------------------------------------------------------------------------ */

static int is_below(const char *path) {
    size_t length = strlen(folder);
    if (path != about) snprintf(about, sizeof about, "%s", path);
    return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int is_ours_fd(int fd) {
    char link[64];
    if (!shared || fd < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, about, sizeof about - 1);
    if (length < 0) return 0;
    about[length] = 0;
    return is_below(about);
}

static int is_ours(int at, const char *path) {
    if (!shared || !path) return 0;
    if (path[0] == '/') return is_below(path);
    if (at != AT_FDCWD) return is_ours_fd(at);
    char here[PATH_MAX];
    return syscall(SYS_getcwd, here, sizeof here) > 0 && is_below(here);
}

static void end_whom(void) {
    if (!victim || !strcmp(victim, "group")) kill(0, SIGKILL);
    else if (!strcmp(victim, "parent")) kill(shared->parent, SIGKILL);
    else kill(getpid(), SIGKILL);
}

/* Write down which call it was, so that a test can tell the steps of a load apart. */
static void tell(const char *name, int takes_room) {
    char line[PATH_MAX + 64];
    const char *who = getpid() == shared->parent ? "parent" : "worker", *room = takes_room ? "room" : "none";
    int length = snprintf(line, sizeof line, "%s %s %s %s\n", who, room, name, about);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, list, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return;
    syscall(SYS_write, fd, line, length);
    syscall(SYS_close, fd);
}

/* Count a call; return whether it shall fail for want of room. takes_room: a full disk can refuse it. Kills come at
 * calls that change names or wait for the disk; between two writes they come at random moments. */
static int fails(const char *name, int takes_room) {
    int saved = errno, is_write = strstr(name, "write") != NULL;
    if (list) tell(name, takes_room);
    if (full_at ? !takes_room : is_write) return 0;
    if (victim && !strcmp(victim, "worker") && getpid() == shared->parent) return 0; /* a worker's own calls */
    long now = __atomic_add_fetch(&shared->count, 1, __ATOMIC_SEQ_CST);
    if (kill_at && now == kill_at) {
        __atomic_store_n(&shared->fired, 1, __ATOMIC_SEQ_CST);
        end_whom();
    }
    if (full_at && (full_once ? now == full_at : now >= full_at)) {
        __atomic_store_n(&shared->fired, 1, __ATOMIC_SEQ_CST);
        errno = ENOSPC;
        return 1;
    }
    errno = saved;
    return 0;
}

/* -- files ------------------------------------------------------------------------------------------------------ */

static int opened(int at, const char *path, int flags, mode_t mode) {
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_ours(at, path)) {
        int makes = (flags & O_CREAT) && syscall(SYS_faccessat, at, path, F_OK) < 0;
        if (fails("open", makes)) return -1;
    }
    return (int)syscall(SYS_openat, at, path, flags, mode);
}

#define MODE_OF(flags)                                     \
    mode_t mode = 0;                                       \
    if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) { \
        va_list rest;                                      \
        va_start(rest, flags);                             \
        mode = va_arg(rest, mode_t);                       \
        va_end(rest);                                      \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags) return opened(at, path, flags, mode); }
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    if ((is_ours(from, old) || is_ours(to, new)) && fails("rename", 1)) return -1;
    return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}
int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
    if (is_ours(to, new) && fails("link", 1)) return -1;
    return (int)syscall(SYS_linkat, from, old, to, new, flags);
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int at, const char *path, int flags) {
    if (is_ours(at, path) && fails("unlink", 0)) return -1;
    return (int)syscall(SYS_unlinkat, at, path, flags);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int at, const char *path, mode_t mode) {
    if (is_ours(at, path) && fails("mkdir", 1)) return -1;
    return (int)syscall(SYS_mkdirat, at, path, mode);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* -- bytes ------------------------------------------------------------------------------------------------------ */

int fsync(int fd) {
    if (is_ours_fd(fd) && fails("fsync", 1)) return -1;
    return (int)syscall(SYS_fsync, fd);
}
int fdatasync(int fd) {
    if (is_ours_fd(fd) && fails("fdatasync", 1)) return -1;
    return (int)syscall(SYS_fdatasync, fd);
}
int ftruncate(int fd, off_t length) {
    struct stat found;
    if (is_ours_fd(fd)) {
        int grows = fstat(fd, &found) == 0 && length > found.st_size; /* to cut a file takes no room */
        if (fails("ftruncate", grows)) return -1;
    }
    return (int)syscall(SYS_ftruncate, fd, length);
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

ssize_t write(int fd, const void *bytes, size_t size) {
    if (is_ours_fd(fd) && fails("write", 1)) return -1;
    return syscall(SYS_write, fd, bytes, size);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
    if (is_ours_fd(fd) && fails("pwrite", 1)) return -1;
    return syscall(SYS_pwrite64, fd, bytes, size, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return pwrite64(fd, bytes, size, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (is_ours_fd(fd) && fails("writev", 1)) return -1;
    return syscall(SYS_writev, fd, parts, count);
}

/* -- the clock -------------------------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *now) {
    int code = (int)syscall(SYS_clock_gettime, clock, now);
    if (!code && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += clock_shift;
    return code;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int code = (int)syscall(SYS_gettimeofday, now, zone);
    if (!code) now->tv_sec += clock_shift;
    return code;
}
time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}
