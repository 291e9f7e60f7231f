/* The names of files are those of a table, or of a folder that nothing leads out of. */

#include "web/files.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/file.h"

enum { MOST_BYTES = 16 << 20, GZIP = 16 };

/* Of the program, with their sizes as they are and packed; all packed ones stand one behind the
 * other. */
struct packed {
    const char *name;
    size_t      offset, size, whole;
};

#include "web_files.h"

extern const char web_files_packed[]; /* web_files.S */

struct web_files {
    int folder; /* -1: those that the program carries */
};

/* Files in it have a digest of their content in their name. */
#define LASTING STR("assets/")

static const struct {
    const char *ending, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json; charset=utf-8" },
    { ".webmanifest", "application/manifest+json; charset=utf-8" },
    { ".svg", "image/svg+xml; charset=utf-8" },
    { ".png", "image/png" },
    { ".ico", "image/vnd.microsoft.icon" },
    { ".woff2", "font/woff2" },
    { ".txt", "text/plain; charset=utf-8" },
};

static const char *
type_of(struct str name)
{
    for (size_t i = 0; i < N_ELEMENTS(types); i++)
        if (str_ends(name, str_from(types[i].ending)))
            return types[i].type;
    return "application/octet-stream";
}

struct web_files *
web_files_open(struct str folder, struct error *err)
{
    struct web_files *files = xcalloc(1, sizeof *files);

    files->folder = -1;
    if (str_empty(folder) || (files->folder = file_open_folder(folder.p, err)) >= 0)
        return files;
    free(files);
    return NULL;
}

void
web_files_close(struct web_files *files)
{
    if (!files)
        return;
    file_close_fd(&files->folder);
    free(files);
}

/* --- of a folder --- */

/* What the build makes has such names; whatever else lies in the folder is nobody's business. */
static bool
is_name(struct str name)
{
    return str_holds_only(name, "-_./") && name.p[0] != '.' && !str_has(name, STR("/."));
}

static bool
read_from_folder(int folder, struct str name, struct arena *arena, struct str *bytes)
{
    struct error err;
    AUTO_FD      fd = -1;

    if (!is_name(name))
        return false;
    name = arena_str(arena, name);
    fd = file_open_inside(folder, name.p, &err);
    return fd >= 0 && file_read_fd(fd, name.p, 0, SIZE_MAX, MOST_BYTES, arena, bytes, &err);
}

/* --- of the program --- */

static const struct packed *
find_packed(struct str name)
{
    for (size_t i = 0; i < N_ELEMENTS(packed); i++)
        if (packed[i].name && str_is(name, packed[i].name))
            return &packed[i];
    return NULL;
}

static struct str
inflate_all(const struct packed *p, struct arena *arena)
{
    char    *out = arena_alloc(arena, p->whole + 1);
    z_stream z = { .next_in = (Bytef *)(uintptr_t)(web_files_packed + p->offset),
                   .avail_in = (uInt)p->size,
                   .next_out = (Bytef *)out,
                   .avail_out = (uInt)p->whole };

    if (inflateInit2(&z, MAX_WBITS + GZIP) != Z_OK || inflate(&z, Z_FINISH) != Z_STREAM_END ||
        z.total_out != p->whole)
        abort(); /* the program is damaged */
    inflateEnd(&z);
    return (struct str){ out, p->whole };
}

/* --- both --- */

bool
web_files_have(const struct web_files *files, struct str name)
{
    AUTO_ARENA arena = arena_new();
    struct str bytes;

    if (files->folder >= 0)
        return read_from_folder(files->folder, name, arena, &bytes);
    return find_packed(name);
}

bool
web_files_find(const struct web_files *files, struct str name, bool accepts_gzip,
               struct arena *arena, struct web_file *file)
{
    const struct packed *p;

    *file = (struct web_file){ .type = type_of(name) };
    if (files->folder >= 0)
        return read_from_folder(files->folder, name, arena, &file->bytes);
    p = find_packed(name);
    if (!p)
        return false;
    file->is_lasting = str_starts(name, LASTING);
    file->has_gzip = p->size < p->whole;
    file->is_gzip = file->has_gzip && accepts_gzip;
    if (file->has_gzip && !accepts_gzip)
        file->bytes = inflate_all(p, arena);
    else
        file->bytes = (struct str){ web_files_packed + p->offset, p->size };
    return true;
}
