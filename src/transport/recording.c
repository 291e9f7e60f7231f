/* Finding and reading the replies of a recording. Files are opened below the folder's descriptor, so
 * that neither an index nor a link can name anything outside. */

#include "transport/recording.h"

#include <unistd.h>

#include "base/file.h"
#include "transport/recording_index.h"
#include "transport/request_key.h"

enum {
    REPLY_MAX = 512 << 20,
    COUNTS_MAX = 4 << 20,
    STDERR_MAX = 64 << 10,
};

bool
recording_read_file(const struct recording *r, const char *name, size_t limit, struct arena *arena,
                    struct str *text, struct error *err)
{
    AUTO_FD fd = file_open_inside(r->folder, name, err);

    return fd >= 0 && file_read_fd(fd, name, 0, SIZE_MAX, limit, arena, text, err);
}

bool
recording_open(const char *folder, struct recording **out, struct error *err)
{
    AUTO_RECORDING r = xcalloc(1, sizeof *r);

    r->arena = arena_new();
    r->folder = file_open_folder(folder, err);
    if (r->folder < 0)
        return false;
    if (!recording_read_index(r, err))
        return error_prefix(err, "%s: ", folder);
    *out = TAKE(r);
    return true;
}

void
recording_close(struct recording *r)
{
    if (!r)
        return;
    if (r->folder >= 0)
        close(r->folder);
    map_done(&r->last_of_key);
    free(r->entries);
    arena_free(r->arena);
    free(r);
}

void
recording_closep(struct recording **r)
{
    recording_close(*r);
}

const struct str *
recording_faults(const struct recording *r, size_t *n)
{
    *n = r->n_faults;
    return r->faults;
}

struct str
recording_time(const struct recording *r)
{
    return r->head.recorded;
}

size_t
recording_n_entries(const struct recording *r)
{
    return r->n_entries;
}

struct doc *
recording_environment(const struct recording *r, struct arena *arena, struct str name,
                      bool *is_derived, struct error *err)
{
    struct doc *environment = r->head.environment ? doc_deep_copy(arena, r->head.environment)
                                                  : recording_head_derive(&r->head, arena, err);

    if (environment && !str_empty(name))
        doc_set_text(arena, environment, "name", name);
    if (is_derived)
        *is_derived = !r->head.environment;
    return environment;
}

static const struct recorded *
find_exactly(const struct recording *r, const struct request *request)
{
    AUTO_BUF key;

    buf_init(&key, 0);
    request_key(&key, request);

    const struct map_entry *last = map_find(&r->last_of_key, buf_str(&key));

    return last ? &r->entries[r->entries[last->number].next] : NULL;
}

const struct recorded *
recording_find(const struct recording *r, const struct request *request)
{
    const struct recorded *found = find_exactly(r, request);

    /* Recordings of one region need not name it. */
    if (!found && request->kind == REQUEST_REST && !str_empty(request->region)) {
        struct request anywhere = *request;

        anywhere.region = STR_NONE;
        found = find_exactly(r, &anywhere);
    }
    return found;
}

const struct recorded *
recording_next(const struct recording *r, const struct recorded *entry)
{
    return entry->is_last ? NULL : &r->entries[entry->next];
}

bool
recording_read(const struct recording *r, const struct recorded *entry, struct arena *arena,
               struct str *text, struct error *err)
{
    if (!entry->file) {
        *text = entry->is_table ? STR("[]") : STR_NONE;
        return true;
    }

    AUTO_FD fd = file_open_inside(r->folder, entry->file, err);

    return fd >= 0 &&
           file_read_fd(fd, entry->file, entry->offset, entry->size, REPLY_MAX, arena, text, err);
}

struct str
recording_complaint(const struct recording *r, const struct recorded *entry, struct arena *arena)
{
    struct str text = STR_NONE, line = STR_NONE;

    if (entry->stderr_file &&
        recording_read_file(r, entry->stderr_file, STDERR_MAX, arena, &text, NULL))
        while (str_empty(str_trim(line)) && str_line(&text, &line))
            continue;
    return str_trim(line);
}

static bool
count_is_0(const struct recording *r, const struct counts *counts, struct str table,
           struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str text;

    if (!recording_read_file(r, counts->file, COUNTS_MAX, scratch, &text, err))
        return false;

    const struct doc *tables = doc_parse(scratch, text, err);
    const struct doc *count = doc_getn(tables, table);

    if (!tables)
        return error_prefix(err, "%s: ", counts->file);
    return doc_kind(count) == DOC_INT && doc_number(count, 1) == 0;
}

bool
recording_table_is_empty(const struct recording *r, const struct request *request,
                         struct error *err)
{
    *err = (struct error){ 0 };
    for (size_t i = 0; i < r->n_counts; i++) {
        const struct counts *counts = &r->counts[i];

        if (schema_is_same(counts->schema, request->schema) &&
            count_is_0(r, counts, request->table, err)) {
            *err = (struct error){ 0 };
            return true;
        }
    }
    return false;
}
