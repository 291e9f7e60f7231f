/* Files, read whole. */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

bool
file_read(const char *path, size_t offset, size_t size, size_t limit, struct arena *arena,
          struct str *text, struct error *err)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat           status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot open %s: %m", path);
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
