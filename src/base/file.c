/* Files, read whole. */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

void
file_closep(FILE **f)
{
    if (*f)
        fclose(*f);
}

bool
file_name_is_inside(struct str name)
{
    struct str step;

    if (name.n == 0 || name.n > 1024 || name.p[0] == '/' || memchr(name.p, 0, name.n))
        return false;
    while (str_cut(&name, '/', &step))
        if (step.n == 0 || str_is(step, ".") || str_is(step, ".."))
            return false;
    return true;
}

void
file_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

int
file_open_folder(const char *path, struct error *err)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        error_set(err, ERROR_TRANSPORT, errno, "cannot open folder %s: %m", path);
    return fd;
}

/* What an older kernel, or one whose openat2() a container forbids, has instead: the path of what
 * was opened must begin with the path of the folder. */
static int
open_and_compare(int folder, const char *name)
{
    char    link[64], inside[4096], outside[4096];
    int     fd = openat(folder, name, READ_FLAGS);
    ssize_t n_inside, n_outside;

    if (fd < 0)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n_inside = readlink(link, inside, sizeof inside);
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    n_outside = readlink(link, outside, sizeof outside);
    if (n_outside == 1)
        n_outside = 0; /* the root folder */
    if (n_inside > n_outside && n_outside >= 0 && memcmp(inside, outside, (size_t)n_outside) == 0 &&
        inside[n_outside] == '/')
        return fd;
    close(fd);
    errno = EXDEV;
    return -1;
}

int
file_open_inside(int folder, const char *name, struct error *err)
{
    if (!file_name_is_inside(str_from(name))) {
        error_set(err, ERROR_TRANSPORT, EXDEV, "%s is outside of its folder", name);
        return -1;
    }

    struct open_how how = {
        .flags = READ_FLAGS,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    int fd = (int)syscall(SYS_openat2, folder, name, &how, sizeof how);

    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        fd = open_and_compare(folder, name);
    if (fd < 0 && errno == EXDEV)
        error_set(err, ERROR_TRANSPORT, EXDEV, "%s is outside of its folder", name);
    else if (fd < 0)
        error_set(err, ERROR_TRANSPORT, errno, "cannot open %s: %m", name);
    return fd;
}

bool
file_read(const char *path, size_t offset, size_t size, size_t limit, struct arena *arena,
          struct str *text, struct error *err)
{
    AUTO_FD fd = open(path, READ_FLAGS);

    if (fd < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot open %s: %m", path);
    return file_read_fd(fd, path, offset, size, limit, arena, text, err);
}

bool
file_read_fd(int fd, const char *path, size_t offset, size_t size, size_t limit,
             struct arena *arena, struct str *text, struct error *err)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot read %s: %m", path);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_TRANSPORT, EINVAL, "%s is not a regular file", path);

    size_t total = (size_t)status.st_size;

    if (size == SIZE_MAX)
        size = offset < total ? total - offset : 0;
    if (offset > total || size > total - offset)
        return error_set(err, ERROR_TRANSPORT, EINVAL,
                         "%s has %zu bytes, %zu from byte %zu were expected", path, total, size,
                         offset);
    if (size > limit)
        return error_set(err, ERROR_TRANSPORT, EFBIG, "%s: %zu bytes, more than the limit of %zu",
                         path, size, limit);

    char  *p = arena_alloc(arena, size + 1);
    size_t have = 0;

    while (have < size) {
        ssize_t n = pread(fd, p + have, size - have, (off_t)(offset + have));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, ERROR_TRANSPORT, errno, "cannot read %s: %m", path);
        if (n == 0)
            return error_set(err, ERROR_TRANSPORT, EIO, "%s became shorter while it was read",
                             path);
        have += (size_t)n;
    }
    *text = (struct str){ p, size };
    return true;
}
