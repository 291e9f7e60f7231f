/* Reading the index of a recording.
 *
 * A cloud of 10,000 hosts has 500,000 entries. Their index is a file of JSON lines, read one by one
 * into an arena that is cleared each time; what stays of an entry is 48 bytes, its place in the
 * table of keys, its key and the name of its file. The small recordings of format 1 have all
 * entries in index.json itself.
 *
 * Entries of one key are a ring: the table of keys knows the last one, whose next is the first, so
 * that appending costs the same however many pages a list has. */

#include "transport/recording_index.h"

#include <errno.h>

#include "base/file.h"
#include "transport/request_key.h"

enum {
    NEWEST_FORMAT = 2,
    INDEX_MAX = 64 << 20, /* of index.json; more goes into JSON lines */
    LINE_SIZE = 64 << 10,
    MOST_ENTRIES = 32 << 20,
    MOST_FAULTS = 100,
};

/* What reading the index needs besides. */
struct indexing {
    struct recording *recording;
    const char       *file;      /* the index file being read */
    size_t            number;    /* of the entry, or of the line */
    const char       *last_file; /* of the entry before: slices share it */
    struct buf        key;
};

static void
add_fault(struct indexing *index, const char *what)
{
    struct recording *r = index->recording;

    if (r->n_faults == MOST_FAULTS)
        return;
    arena_grow(r->arena, r->faults, r->n_faults, r->faults_capacity);

    bool is_last = r->n_faults + 1 == MOST_FAULTS;

    r->faults[r->n_faults++] =
        is_last ? arena_printf(r->arena, "%s: further entries are wrong, too", index->file)
                : arena_printf(r->arena, "%s, entry %zu: %s", index->file, index->number, what);
}

/* --- entries --- */

static void
keep_entry(struct indexing *index, const struct request *request, struct recorded entry)
{
    struct recording *r = index->recording;

    if (r->n_entries == MOST_ENTRIES) {
        add_fault(index, "there are too many entries");
        return;
    }
    if (r->n_entries == r->capacity) {
        r->capacity = r->capacity ? r->capacity * 2 : 1024;
        r->entries = xrealloc(r->entries, r->capacity * sizeof *r->entries);
    }
    buf_clear(&index->key);
    request_key(&index->key, request);

    uint32_t          self = (uint32_t)r->n_entries++;
    bool              is_new;
    struct map_entry *last = map_put_copy(&r->last_of_key, r->arena, buf_str(&index->key), &is_new);

    entry.is_last = true;
    if (is_new) {
        entry.next = self;
    } else {
        struct recorded *before = &r->entries[last->number];

        entry.next = before->next;
        before->next = self;
        before->is_last = false;
    }
    last->number = self;
    r->entries[self] = entry;
}

static const char *
keep_name(struct indexing *index, struct str name)
{
    if (!index->last_file || !str_is(name, index->last_file))
        index->last_file = arena_str(index->recording->arena, name).p;
    return index->last_file;
}

/* A member that has to be text, and not empty. */
static bool
take_text(const struct doc *entry, const char *name, struct str *text, char problem[static 64])
{
    *text = doc_get_text(entry, name);
    if (!str_empty(*text))
        return true;
    snprintf(problem, 64, "%.20s is %s", name, doc_get(entry, name) ? "no text" : "missing");
    return false;
}

static bool
take_number(const struct doc *entry, const char *name, int64_t least, int64_t most, int64_t *number,
            char problem[static 64])
{
    const struct doc *value = doc_get(entry, name);

    *number = doc_number(value, least);
    if (doc_kind(value) == DOC_INT && *number >= least && *number <= most)
        return true;
    snprintf(problem, 64, "%.20s is %s", name, value ? "no number in range" : "missing");
    return false;
}

static bool
is_inside(struct str name, const char *member, char problem[static 64])
{
    if (file_name_is_inside(name))
        return true;
    snprintf(problem, 64, "%.20s is outside of the folder", member);
    return false;
}

/* Where the text of a reply is: a file, a slice of one, or nowhere since it is empty. */
static bool
read_place(struct indexing *index, const struct doc *entry, bool may_lack, struct recorded *out,
           char problem[static 64])
{
    struct str name;
    int64_t    number;

    out->size = UINT64_MAX;
    if (doc_get(entry, "stderr_file")) {
        if (!take_text(entry, "stderr_file", &name, problem) ||
            !is_inside(name, "stderr_file", problem))
            return false;
        out->stderr_file = arena_str(index->recording->arena, name).p;
    }
    if (may_lack && !doc_get(entry, "file"))
        return true;
    if (!take_text(entry, "file", &name, problem) || !is_inside(name, "file", problem))
        return false;
    if (doc_get(entry, "offset")) {
        if (!take_number(entry, "offset", 0, INT64_MAX, &number, problem))
            return false;
        out->offset = (uint64_t)number;

        /* Without an offset "bytes" only informs: a file edited by hand stays readable. */
        if (!take_number(entry, "bytes", 0, INT64_MAX, &number, problem))
            return false;
        out->size = (uint64_t)number;
    }
    out->file = keep_name(index, name);
    return true;
}

static struct str
microversion_of(const struct doc *headers)
{
    struct doc_iter it = { 0 };

    while (doc_next(headers, &it))
        if (str_equal_nocase(it.key, STR("X-OpenStack-Nova-API-Version")) ||
            str_equal_nocase(it.key, STR("OpenStack-API-Version")))
            return doc_text(it.value);
    return STR_NONE;
}

static bool
add_rest(struct indexing *index, const struct doc *entry, char problem[static 64])
{
    struct recording *r = index->recording;
    struct str        method, url, as = doc_get_text(entry, "as");
    struct request    request = { .kind = REQUEST_REST };
    struct recorded   recorded = { 0 };
    int64_t           status;

    if (!take_text(entry, "method", &method, problem) ||
        !take_text(entry, "service", &request.service, problem) ||
        !take_text(entry, "url", &url, problem) ||
        !take_number(entry, "status", 0, 999, &status, problem) ||
        !read_place(index, entry, false, &recorded, problem))
        return false;
    if (str_is(request.service, "keystone") && str_empty(r->head.keystone_host)) {
        struct str host, port;

        url_authority(url, &host, &port);
        r->head.keystone_host = arena_str(r->arena, host);
        r->head.keystone_port = arena_str(r->arena, port);
    }

    /* Tokens, changes, and what a tenant sees are no part of an inventory. */
    if (!str_is(method, "GET") || doc_get(entry, "part") ||
        (!str_empty(as) && !str_is(as, "admin")))
        return true;
    request_set_url(&request, url);
    request.region = doc_get_text(entry, "region");
    request.microversion = microversion_of(doc_get(entry, "request_headers"));
    recorded.status = (int32_t)status;
    recorded.is_good = status == 200;
    recorded.is_page = query_is_page(request.query);
    keep_entry(index, &request, recorded);
    return true;
}

static bool
add_table(struct indexing *index, const struct doc *entry, char problem[static 64])
{
    struct recording *r = index->recording;
    struct request    request = { .kind = REQUEST_SQL };
    struct recorded   recorded = { .is_good = true, .is_table = true };
    bool              is_empty = doc_number(doc_get(entry, "rows"), -1) == 0;

    r->head.has_tables = true;
    if (!doc_get(entry, "database"))
        return true; /* about the server */
    if (!take_text(entry, "database", &request.schema, problem) ||
        !read_place(index, entry, is_empty, &recorded, problem))
        return false;
    if (doc_get(entry, "table")) {
        if (!take_text(entry, "table", &request.table, problem))
            return false;
        keep_entry(index, &request, recorded);
    } else if (recorded.file && str_ends(str_from(recorded.file), STR("/_counts.json"))) {
        arena_grow(r->arena, r->counts, r->n_counts, r->counts_capacity);
        r->counts[r->n_counts++] = (struct counts){
            .schema = arena_str(r->arena, request.schema),
            .file = recorded.file,
        };
    }
    return true;
}

static bool
add_command(struct indexing *index, const struct doc *entry, char problem[static 64])
{
    struct request  request = { .kind = REQUEST_CLI };
    struct recorded recorded = { 0 };
    int64_t         status;
    bool            is_empty = doc_number(doc_get(entry, "bytes"), -1) == 0;

    if (!take_text(entry, "host", &request.host, problem) ||
        !take_text(entry, "command", &request.command, problem) ||
        !take_number(entry, "rc", INT32_MIN, INT32_MAX, &status, problem) ||
        !read_place(index, entry, is_empty, &recorded, problem))
        return false;
    recorded.status = (int32_t)status;
    recorded.is_good = status == 0;
    keep_entry(index, &request, recorded);
    return true;
}

static void
add_entry(struct indexing *index, const struct doc *entry)
{
    struct str kind = doc_get_text(entry, "kind");
    char       problem[64] = "it has no kind";
    bool       good = !str_empty(kind);

    /* Kinds we do not know are for other readers. */
    if (str_is(kind, "rest"))
        good = add_rest(index, entry, problem);
    else if (str_is(kind, "db"))
        good = add_table(index, entry, problem);
    else if (str_is(kind, "cli"))
        good = add_command(index, entry, problem);
    if (!good)
        add_fault(index, problem);
}

/* --- the index --- */

static void
skip_line(FILE *f)
{
    int c;

    do
        c = getc(f);
    while (c != '\n' && c != EOF);
}

static bool
read_lines(struct indexing *index, const char *name, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    char       line[LINE_SIZE];
    int        fd = file_open_inside(index->recording->folder, name, err);
    AUTO_FILE  f = fd >= 0 ? fdopen(fd, "r") : NULL;

    if (!f)
        return false;
    index->file = name;

    char *last = &line[LINE_SIZE - 2]; /* written only by a line that fills the buffer */

    for (*last = '\0'; fgets(line, LINE_SIZE, f); *last = '\0') {
        struct str   text = str_trim(str_from(line));
        struct error why;

        index->number++;
        if (*last != '\0' && *last != '\n') {
            add_fault(index, "the line is too long");
            skip_line(f);
            continue;
        }
        if (str_empty(text))
            continue;

        struct doc *entry = doc_parse(scratch, text, &why);

        if (entry)
            add_entry(index, entry);
        else
            add_fault(index, why.message);
        arena_clear(scratch);
    }
    if (ferror(f))
        return error_set(err, ERROR_TRANSPORT, errno, "cannot read %s: %m", name);
    return true;
}

static bool
read_all(struct indexing *index, struct error *err)
{
    AUTO_ARENA        scratch = arena_new();
    struct recording *r = index->recording;
    struct str        text;

    if (!recording_read_file(r, "index.json", INDEX_MAX, scratch, &text, err))
        return false;

    const struct doc *doc = doc_parse(scratch, text, err);

    if (!doc)
        return error_prefix(err, "index.json: ");

    const struct doc *format = doc_get(doc, "format");
    const struct doc *files = doc_get(doc, "files");

    if (format && (doc_kind(format) != DOC_INT || doc_number(format, 0) < 1))
        return error_set(err, ERROR_TRANSPORT, 0, "index.json: format is no version number");
    if (doc_number(format, 1) > NEWEST_FORMAT)
        return error_set(err, ERROR_TRANSPORT, 0,
                         "index.json: format %lld is newer than this program, which knows %d",
                         (long long)doc_number(format, 1), NEWEST_FORMAT);

    if (doc_kind(doc_get(doc, "environment")) == DOC_OBJECT)
        r->head.environment = doc_deep_copy(r->arena, doc_get(doc, "environment"));
    if (doc_kind(doc_get(doc, "packages")) == DOC_OBJECT)
        r->head.packages = doc_deep_copy(r->arena, doc_get(doc, "packages"));
    r->head.driver = arena_str(r->arena, doc_get_text(doc, "driver"));
    r->head.recorded = arena_str(r->arena, doc_get_text(doc, "recorded"));

    if (doc_kind(files) == DOC_STRING) {
        if (!file_name_is_inside(doc_text(files)))
            return error_set(err, ERROR_TRANSPORT, 0, "index.json: files is outside of the folder");
        return read_lines(index, arena_str(r->arena, doc_text(files)).p, err);
    }
    if (doc_kind(files) != DOC_ARRAY)
        return error_set(err, ERROR_TRANSPORT, 0, "index.json: files is %s",
                         files ? "neither a list nor the name of a file" : "missing");
    index->file = "index.json";
    for (size_t i = 0; i < doc_count(files); i++) {
        index->number = i + 1;
        add_entry(index, doc_at(files, i));
    }
    return true;
}

bool
recording_read_index(struct recording *r, struct error *err)
{
    struct indexing index = { .recording = r };

    buf_init(&index.key, 0);

    bool good = read_all(&index, err);

    buf_done(&index.key);
    return good;
}
