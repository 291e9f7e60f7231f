/* What is written of replies and of the environment. Nothing is handed to the folder before it was
 * cleaned of secrets and names. */

#include "transport/recorder.h"

#include <pthread.h>

#include "base/value.h"
#include "transport/recorder_folder.h"
#include "transport/request_key.h"

enum {
    COMPLAINT_MAX = 32 << 10,
    HTTP_GOOD = 200,
};

/* A reply that waits until all names are known. */
struct waiting {
    struct request       request;
    struct reply         reply;
    struct recorded_page page;
};

struct recorder {
    struct recorder_options options;
    struct recorder_folder *folder;
    pthread_mutex_t         lock; /* of all that follows */
    bool                    is_released;
    struct arena           *arena; /* of what waits */
    struct waiting         *waiting;
    size_t                  n_waiting;
    size_t                  capacity;
    struct recorder_counts  counts;
    struct error            error; /* the first */
};

bool
recorder_new(const struct recorder_options *options, struct recorder **out, struct error *err)
{
    struct recorder_folder *folder;
    struct recorder        *r;

    if (!recorder_folder_open(options->folder, &folder, err))
        return false;
    r = xcalloc(1, sizeof *r);
    r->options = *options;
    r->folder = folder;
    r->arena = arena_new();
    r->is_released = !options->pseudonym;
    pthread_mutex_init(&r->lock, NULL);
    if (options->pseudonym)
        pseudonym_learn(options->pseudonym, doc_body(r->arena, options->environment));
    *out = r;
    return true;
}

void
recorder_free(struct recorder *r)
{
    if (!r)
        return;
    recorder_folder_close(r->folder);
    arena_free(r->arena);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

void
recorder_freep(struct recorder **r)
{
    recorder_free(*r);
}

static void
give_up(struct recorder *r, const struct error *err)
{
    pthread_mutex_lock(&r->lock);
    if (r->error.domain == ERROR_NONE)
        r->error = *err;
    pthread_mutex_unlock(&r->lock);
}

bool
recorder_has_failed(struct recorder *r)
{
    pthread_mutex_lock(&r->lock);

    bool has_failed = r->error.domain != ERROR_NONE;

    pthread_mutex_unlock(&r->lock);
    return has_failed;
}

struct recorder_counts
recorder_counts(struct recorder *r)
{
    pthread_mutex_lock(&r->lock);

    struct recorder_counts counts = r->counts;

    pthread_mutex_unlock(&r->lock);
    return counts;
}

/* --- what may be written --- */

/* One reply on its way into the folder. */
struct writing {
    struct recorder *recorder;
    struct arena    *arena;
    size_t           n_secrets;
};

static struct str
without_secrets(struct writing *w, struct str text)
{
    return scrub_text(w->recorder->options.scrub, w->arena, text, &w->n_secrets);
}

typedef struct str rename_fn(const struct pseudonym *, struct arena *, struct str);

/* Without secrets, and under other names where that is wanted, which must bring none back. */
static struct str
clean(struct writing *w, rename_fn *rename, struct str text)
{
    const struct pseudonym *p = w->recorder->options.pseudonym;

    text = without_secrets(w, text);
    return p ? without_secrets(w, rename(p, w->arena, text)) : text;
}

static struct str
clean_reply(struct writing *w, enum request_kind kind, struct str text)
{
    bool is_document = kind != REQUEST_CLI && !str_empty(text);

    return clean(w, is_document ? pseudonym_reply : pseudonym_text, text);
}

/* --- an entry and its files --- */

/* The address as it was asked; where there is none, what stands below the version of one. Of a list
 * in several pages each address has to show that it is one of them. */
static struct str
url_of(struct writing *w, const struct request *request, struct str origin,
       struct recorded_page page)
{
    struct str url = origin;

    if (!str_has(origin, STR("://")))
        url = arena_join(w->arena, request->path, str_empty(request->query) ? STR_NONE : STR("?"),
                         request->query);

    struct request asked = { 0 };

    request_set_url(&asked, url);
    if (page.n > 1 && !query_is_page(asked.query))
        url = arena_printf(w->arena, "%.*s%cmarker=%zu", STR_ARG(url),
                           str_find_char(url, '?') < 0 ? '?' : '&', page.index);
    return url;
}

static void
describe(struct writing *w, struct doc *entry, const struct request *request,
         const struct reply *reply, struct recorded_page page)
{
    struct arena *arena = w->arena;

    switch (request->kind) {
    case REQUEST_REST:
        doc_set_text(arena, entry, "kind", STR("rest"));
        doc_set_text(arena, entry, "service", request->service);
        doc_set_text(arena, entry, "method", STR("GET"));
        doc_set_text(arena, entry, "url",
                     clean(w, pseudonym_text, url_of(w, request, reply->origin, page)));
        doc_set_int(arena, entry, "status", reply->status ? reply->status : HTTP_GOOD);
        if (!str_empty(request->region))
            doc_set_text(arena, entry, "region", request->region);
        if (!str_empty(request->microversion)) {
            struct doc *headers = doc_object(arena);

            doc_set_text(arena, headers, "OpenStack-API-Version", request->microversion);
            doc_set(arena, entry, "request_headers", headers);
        }
        break;
    case REQUEST_SQL:
        doc_set_text(arena, entry, "kind", STR("db"));
        doc_set_text(arena, entry, "database", request->schema);
        doc_set_text(arena, entry, "table", request->table);
        break;
    case REQUEST_CLI:
        doc_set_text(arena, entry, "kind", STR("cli"));
        doc_set_text(arena, entry, "host", request->host);
        doc_set_text(arena, entry, "command", request->command);
        doc_set_int(arena, entry, "rc", reply->status);
        break;
    }
}

static int64_t
n_rows(struct arena *arena, struct str text)
{
    struct error ignored;

    return (int64_t)value_count(value_read(arena, text, &ignored));
}

static void
count(struct writing *w, size_t n_bytes)
{
    struct recorder *r = w->recorder;

    pthread_mutex_lock(&r->lock);
    r->counts.n_replies++;
    r->counts.n_bytes += n_bytes;
    r->counts.n_secrets += w->n_secrets;
    pthread_mutex_unlock(&r->lock);
}

static bool
write_complaint(struct writing *w, struct doc *entry, struct str name, struct str complaint,
                struct error *err)
{
    struct str stem = str_head(name, (size_t)str_find_last(name, '.'));

    name = arena_join(w->arena, stem, STR(".stderr"), STR(".txt"));
    doc_set_text(w->arena, entry, "stderr_file", name);
    return recorder_folder_write(w->recorder->folder, name, complaint, err);
}

static bool
write_reply(struct writing *w, const struct request *asked, const struct reply *reply,
            struct recorded_page page, struct error *err)
{
    struct recorder_folder *folder = w->recorder->folder;
    struct arena           *arena = w->arena;
    struct doc             *entry = doc_object(arena);
    struct request          request = *asked;

    request.host = clean(w, pseudonym_host, asked->host);
    request.command = clean(w, pseudonym_text, asked->command);
    request.region = clean(w, pseudonym_region, asked->region);

    struct str text = clean_reply(w, request.kind, reply->text);
    struct str complaint = str_head(clean(w, pseudonym_text, reply->complaint), COMPLAINT_MAX);
    struct str name = recorder_folder_name(folder, arena, &request, page);

    describe(w, entry, &request, reply, page);
    if (request.kind == REQUEST_SQL)
        doc_set_int(arena, entry, "rows", n_rows(arena, text));
    doc_set_int(arena, entry, "bytes", (int64_t)text.n);
    if (!str_empty(text) || request.kind != REQUEST_CLI) {
        doc_set_text(arena, entry, "file", name);
        if (!recorder_folder_write(folder, name, text, err))
            return false;
    }
    if (!str_empty(complaint) && !write_complaint(w, entry, name, complaint, err))
        return false;
    count(w, text.n);
    return recorder_folder_enter(folder, doc_body(arena, entry), err);
}

/* --- adding --- */

static void
add_now(struct recorder *r, const struct request *request, const struct reply *reply,
        struct recorded_page page)
{
    AUTO_ARENA     arena = arena_new();
    struct writing w = { .recorder = r, .arena = arena };
    struct error   err;

    if (!write_reply(&w, request, reply, page, &err))
        give_up(r, &err);
}

static void
keep_waiting(struct recorder *r, const struct request *q, const struct reply *reply,
             struct recorded_page page)
{
    struct arena *a = r->arena;

    arena_grow(a, r->waiting, r->n_waiting, r->capacity);
    r->waiting[r->n_waiting++] = (struct waiting){
        .request = {
            .kind = q->kind,
            .service = arena_str(a, q->service),
            .path = arena_str(a, q->path),
            .query = arena_str(a, q->query),
            .microversion = arena_str(a, q->microversion),
            .region = arena_str(a, q->region),
            .schema = arena_str(a, q->schema),
            .table = arena_str(a, q->table),
            .host = arena_str(a, q->host),
            .command = arena_str(a, q->command),
        },
        .reply = {
            .text = arena_str(a, reply->text),
            .status = reply->status,
            .complaint = arena_str(a, reply->complaint),
            .origin = arena_str(a, reply->origin),
        },
        .page = page,
    };
    if (q->kind != REQUEST_CLI)
        pseudonym_learn(r->options.pseudonym, reply->text);
}

void
recorder_add(struct recorder *r, const struct request *request, const struct reply *reply,
             struct recorded_page page)
{
    pthread_mutex_lock(&r->lock);

    bool is_written = r->is_released && r->error.domain == ERROR_NONE;

    if (!r->is_released)
        keep_waiting(r, request, reply, page);
    pthread_mutex_unlock(&r->lock);
    if (is_written)
        add_now(r, request, reply, page);
}

void
recorder_add_cli(struct recorder *r, struct str host, struct str command, int status,
                 struct str text, struct str complaint)
{
    const struct request request = request_command(host, command);
    const struct reply   reply = { .text = text, .status = status, .complaint = complaint };

    recorder_add(r, &request, &reply, (struct recorded_page){ 0, 1 });
}

void
recorder_release(struct recorder *r)
{
    pthread_mutex_lock(&r->lock);
    r->is_released = true;
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < r->n_waiting && !recorder_has_failed(r); i++)
        add_now(r, &r->waiting[i].request, &r->waiting[i].reply, r->waiting[i].page);
    r->n_waiting = 0;
}

/* --- the index --- */

/* What is taken of an environment's document: nothing that could be a secret, nor how to get in. */
static const char *const environment_members[] = {
    "name",
    "type",
    "environment_type",
    "distribution",
    "distribution_version",
    "mechanism_drivers",
    "type_drivers",
    "host_pnics",
    "regions",
    "admin_project",
    "policy",
};
static const char *const target_members[] = { "name", "host", "port" };
static const char *const other_members[] = { "regions", "admin_project", "configuration" };

static void
copy_members(struct arena *arena, struct doc *to, const struct doc *from, const char *const *names,
             size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (doc_get(from, names[i]))
            doc_set(arena, to, names[i], doc_deep_copy(arena, doc_get(from, names[i])));
}

static struct doc *
recorded_environment(struct writing *w, struct error *err)
{
    const struct recorder_options *options = &w->recorder->options;
    const struct doc              *targets = doc_get(options->environment, "configuration");
    struct doc                    *copy = doc_object(w->arena), *kept = doc_array(w->arena), *other;

    copy_members(w->arena, copy, options->environment, environment_members,
                 N_ELEMENTS(environment_members));
    for (size_t i = 0; i < doc_count(targets); i++) {
        struct doc *target = doc_object(w->arena);

        copy_members(w->arena, target, doc_at(targets, i), target_members,
                     N_ELEMENTS(target_members));
        doc_push(w->arena, kept, target);
    }
    doc_set(w->arena, copy, "configuration", kept);
    if (options->pseudonym) {
        other = doc_object(w->arena);
        copy_members(w->arena, other, copy, other_members, N_ELEMENTS(other_members));
        other = doc_parse(w->arena,
                          pseudonym_reply(options->pseudonym, w->arena, doc_body(w->arena, other)),
                          err);
        doc_merge(w->arena, copy, other);
        doc_set_text(w->arena, copy, "name", STR("cloud"));
    }
    return doc_parse(w->arena, without_secrets(w, doc_body(w->arena, copy)), err);
}

static struct str
now(struct arena *arena)
{
    time_t    seconds = time(NULL);
    struct tm utc;
    char      text[32];

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &utc);
    return arena_str(arena, str_from(text));
}

bool
recorder_finish(struct recorder *r, struct str time, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    AUTO_BUF       text = { 0 };
    struct writing w = { .recorder = r, .arena = arena };
    struct doc    *index = doc_object(arena), *environment;

    if (recorder_has_failed(r)) {
        *err = r->error;
        return false;
    }
    environment = recorded_environment(&w, err);
    if (!environment)
        return error_prefix(err, "the environment without its secrets: ");
    doc_set_int(arena, index, "format", 2);
    doc_set_text(arena, index, "recorded", str_empty(time) ? now(arena) : time);
    doc_set(arena, index, "environment", environment);
    doc_set_text(arena, index, "files", STR(RECORDER_ENTRIES));
    doc_write_pretty(&text, index);
    buf_char(&text, '\n');
    r->counts.n_secrets += w.n_secrets;
    return recorder_folder_finish(r->folder, buf_str(&text), err);
}
