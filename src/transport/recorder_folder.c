/* Files are made below the folder's descriptor, from names of letters, digits and a few signs, so
 * that no reply can name a place outside. */

#include "transport/recorder_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/file.h"
#include "base/map.h"

enum {
    FOLDER_MODE = 0700,
    FILE_MODE = 0600,
    NAME_MAX_SIZE = 100, /* of a step of a file's name */
    MOST_SAME = 1 << 20, /* files of one name */
};

struct recorder_folder {
    int             fd;
    pthread_mutex_t lock; /* of all that follows */
    struct arena   *arena;
    struct map      names; /* of files, in lower case */
    FILE           *entries;
};

static bool
fail(struct error *err, const char *file, int code)
{
    return error_set(err, ERROR_TRANSPORT, code, "cannot write %.150s: %s", file, strerror(code));
}

static bool
is_empty_folder(int folder)
{
    int  again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    bool is_empty = entries != NULL;

    if (!entries) {
        file_close_fd(&again);
        return false;
    }
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            is_empty = false;
    closedir(entries);
    return is_empty;
}

/* Open a file of the folder for writing, with the folders above it. -1 on failure. */
static int
make_file(int folder, const char *name)
{
    char path[PATH_MAX];

    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(path, sizeof path, "%.*s", (int)(slash - name), name);
        if (mkdirat(folder, path, FOLDER_MODE) < 0 && errno != EEXIST)
            return -1;
    }
    return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
}

static bool
make_folder(struct recorder_folder *f, const char *path, struct error *err)
{
    if (mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot make the folder %.150s: %m", path);
    f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->fd < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot open the folder %.150s: %m", path);
    if (!is_empty_folder(f->fd))
        return error_set(err, ERROR_USAGE, 0,
                         "%.150s is not empty; a recording gets a folder of its own", path);
    if (fchmod(f->fd, FOLDER_MODE) < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot change the folder %.150s: %m", path);

    int fd = make_file(f->fd, RECORDER_ENTRIES);

    f->entries = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f->entries)
        return error_set(err, ERROR_TRANSPORT, errno,
                         "cannot write %.100s/" RECORDER_ENTRIES ": %m", path);
    return true;
}

bool
recorder_folder_open(const char *path, struct recorder_folder **out, struct error *err)
{
    struct recorder_folder *f = xcalloc(1, sizeof *f);

    f->fd = -1;
    f->arena = arena_new();
    pthread_mutex_init(&f->lock, NULL);
    if (make_folder(f, path, err)) {
        *out = f;
        return true;
    }
    recorder_folder_close(f);
    return false;
}

void
recorder_folder_close(struct recorder_folder *f)
{
    if (!f)
        return;
    if (f->entries)
        fclose(f->entries);
    file_close_fd(&f->fd);
    map_done(&f->names);
    arena_free(f->arena);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

/* --- names of files --- */

/* Letters, digits and signs that every file system and shell takes; not first a '.' or '-'. */
static void
add_step(struct buf *name, struct str text)
{
    size_t begin = name->n;

    for (size_t i = 0; i < text.n && name->n - begin < NAME_MAX_SIZE; i++) {
        char c = text.p[i];
        bool is_plain =
            ascii_is_alphanumeric(c) || c == '_' || c == '=' || (i > 0 && (c == '.' || c == '-'));

        buf_char(name, is_plain ? c : '_');
    }
    if (name->n == begin)
        buf_char(name, '_');
}

/* "api/nova/servers_detail_all_tenants=1", without the ending. */
static void
base_name(struct buf *name, const struct request *request, struct recorded_page page)
{
    AUTO_BUF step = { 0 };

    switch (request->kind) {
    case REQUEST_REST:
        buf_add(name, STR("api/"));
        add_step(name, request->service);
        buf_add(&step, str_skip(request->path, 1));
        if (!str_empty(request->query))
            buf_char(&step, '_');
        buf_add(&step, request->query);
        break;
    case REQUEST_SQL:
        buf_add(name, STR("db/"));
        add_step(name, request->schema);
        buf_add(&step, request->table);
        break;
    case REQUEST_CLI:
        buf_add(name, STR("cli/"));
        add_step(name, request->host);
        buf_add(&step, request->command);
        break;
    }
    buf_char(name, '/');
    add_step(name, buf_str(&step));
    if (page.n > 1)
        buf_printf(name, "_page%zu", page.index + 1);
}

/* Has no file this name, in whatever case? The lock is held. */
static bool
is_new_name(struct recorder_folder *f, struct arena *scratch, struct str name)
{
    bool is_new;

    map_put_copy(&f->names, f->arena, arena_lower(scratch, name), &is_new);
    return is_new;
}

struct str
recorder_folder_name(struct recorder_folder *f, struct arena *arena, const struct request *request,
                     struct recorded_page page)
{
    const char *ending = request->kind == REQUEST_CLI ? ".txt" : ".json";
    AUTO_BUF    base = { 0 };
    struct str  name;

    base_name(&base, request, page);
    name = arena_join(arena, buf_str(&base), str_from(ending), STR_NONE);
    pthread_mutex_lock(&f->lock);
    for (unsigned i = 2; i < MOST_SAME && !is_new_name(f, arena, name); i++)
        name = arena_printf(arena, "%.*s-%u%s", STR_ARG(buf_str(&base)), i, ending);
    pthread_mutex_unlock(&f->lock);
    return name;
}

/* --- writing --- */

static bool
write_all(int fd, struct str text)
{
    while (!str_empty(text)) {
        ssize_t n = write(fd, text.p, text.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text = str_skip(text, (size_t)n);
    }
    return true;
}

/* Write a new file and close it; the error is in errno. */
static bool
write_new(struct recorder_folder *f, const char *name, struct str text, bool syncs)
{
    int  fd = make_file(f->fd, name);
    bool good = fd >= 0 && write_all(fd, text) && (!syncs || fsync(fd) == 0);
    int  code = errno;

    if (fd >= 0 && close(fd) < 0 && good)
        return false;
    errno = code;
    return good;
}

bool
recorder_folder_write(struct recorder_folder *f, struct str name, struct str text,
                      struct error *err)
{
    return write_new(f, name.p, text, false) || fail(err, name.p, errno);
}

bool
recorder_folder_enter(struct recorder_folder *f, struct str line, struct error *err)
{
    bool good;
    int  code;

    pthread_mutex_lock(&f->lock);
    good = fwrite(line.p, 1, line.n, f->entries) == line.n && putc('\n', f->entries) != EOF;
    code = errno;
    pthread_mutex_unlock(&f->lock);
    return good || fail(err, RECORDER_ENTRIES, code);
}

static bool
close_entries(struct recorder_folder *f, struct error *err)
{
    FILE *entries = TAKE(f->entries);
    bool  good = fflush(entries) == 0 && fsync(fileno(entries)) == 0;
    int   code = errno;

    fclose(entries);
    return good || fail(err, RECORDER_ENTRIES, code);
}

bool
recorder_folder_finish(struct recorder_folder *f, struct str index, struct error *err)
{
    static const char part[] = "index.json.part", whole[] = "index.json";

    if (!close_entries(f, err))
        return false;
    return (write_new(f, part, index, true) && renameat(f->fd, part, f->fd, whole) == 0) ||
           fail(err, whole, errno);
}
