/* Writing a recording. Files are made below the folder's descriptor, from names of letters, digits
 * and a few signs, so that no reply can name a place outside. */

#include "transport/recorder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/value.h"
#include "transport/request_key.h"

enum {
    FOLDER_MODE = 0700,
    FILE_MODE = 0600,
    NAME_MAX_SIZE = 100, /* of a step of a file's name */
    COMPLAINT_MAX = 32 << 10,
    HTTP_GOOD = 200,
    HTTP_UNKNOWN = 404,
    MOST_SAME = 1 << 20, /* files of one name */
};

#define ENTRIES "entries.jsonl"

/* A reply that waits until all names are known. */
struct waiting {
    struct request       request;
    struct reply         reply;
    struct recorded_page page;
};

struct recorder {
    struct recorder_options options;
    int                     folder;
    pthread_mutex_t         lock; /* of all that follows */
    bool                    is_released;
    struct arena           *arena; /* of names, and of what waits */
    struct map              names; /* of files, in lower case */
    struct map              asked; /* keys of requests whose answers have been taken */
    FILE                   *entries;
    struct waiting         *waiting;
    size_t                  n_waiting;
    size_t                  capacity;
    struct recorder_counts  counts;
    struct error            error; /* the first */
};

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
open_folder(struct recorder *r, struct error *err)
{
    const char *path = r->options.folder;

    if (mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot make the folder %.150s: %m", path);
    r->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->folder < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot open the folder %.150s: %m", path);
    if (!is_empty_folder(r->folder))
        return error_set(err, ERROR_USAGE, 0,
                         "%.150s is not empty; a recording gets a folder of its own", path);
    if (fchmod(r->folder, FOLDER_MODE) < 0)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot change the folder %.150s: %m", path);

    int fd = make_file(r->folder, ENTRIES);

    r->entries = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!r->entries)
        return error_set(err, ERROR_TRANSPORT, errno, "cannot write %.100s/" ENTRIES ": %m", path);
    return true;
}

bool
recorder_new(const struct recorder_options *options, struct recorder **out, struct error *err)
{
    AUTO_RECORDER r = xcalloc(1, sizeof *r);

    r->options = *options;
    r->folder = -1;
    r->arena = arena_new();
    r->is_released = !options->pseudonym;
    pthread_mutex_init(&r->lock, NULL);
    if (!open_folder(r, err))
        return false;
    if (options->pseudonym) {
        AUTO_ARENA scratch = arena_new();

        pseudonym_learn(options->pseudonym, doc_body(scratch, options->environment));
    }
    *out = TAKE(r);
    return true;
}

void
recorder_free(struct recorder *r)
{
    if (!r)
        return;
    if (r->entries)
        fclose(r->entries);
    file_close_fd(&r->folder);
    map_done(&r->names);
    map_done(&r->asked);
    arena_free(r->arena);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

void
recorder_freep(struct recorder **r)
{
    recorder_free(*r);
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

/* Addresses, commands, complaints. */
static struct str
clean(struct writing *w, struct str text)
{
    const struct pseudonym *p = w->recorder->options.pseudonym;

    text = without_secrets(w, text);
    return p ? without_secrets(w, pseudonym_text(p, w->arena, text)) : text;
}

static struct str
clean_reply(struct writing *w, const struct request *request, struct str text)
{
    const struct pseudonym *p = w->recorder->options.pseudonym;

    if (request->kind == REQUEST_CLI || str_empty(text))
        return clean(w, text);
    text = without_secrets(w, text);
    return p ? without_secrets(w, pseudonym_reply(p, w->arena, text)) : text;
}

static struct str
clean_host(struct writing *w, struct str host)
{
    const struct pseudonym *p = w->recorder->options.pseudonym;

    host = without_secrets(w, host);
    return p ? pseudonym_host(p, w->arena, host) : host;
}

static struct str
clean_region(struct writing *w, struct str region)
{
    const struct pseudonym *p = w->recorder->options.pseudonym;

    region = without_secrets(w, region);
    return p ? pseudonym_region(p, w->arena, region) : region;
}

/* --- names of files --- */

/* Letters, digits and signs that every file system and shell takes; not first a '.' or '-'. */
static void
add_step(struct buf *name, struct str text)
{
    size_t begin = name->n;

    for (size_t i = 0; i < text.n && name->n - begin < NAME_MAX_SIZE; i++) {
        char c = text.p[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || c == '_' || c == '=' ||
                        (i > 0 && (c == '.' || c == '-'));

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

/* A name that no other file has, whatever its case. The lock is held. */
static bool
is_new_name(struct recorder *r, struct arena *arena, struct str name)
{
    struct str lower = arena_lower(arena, name);
    bool       is_new;

    struct map_entry *entry = map_put(&r->names, lower, &is_new);

    if (is_new)
        entry->key = arena_str(r->arena, lower);
    return is_new;
}

static struct str
file_name(struct writing *w, const struct request *request, struct recorded_page page)
{
    struct recorder *r = w->recorder;
    const char      *ending = request->kind == REQUEST_CLI ? ".txt" : ".json";
    AUTO_BUF         base = { 0 };
    struct str       name;

    base_name(&base, request, page);
    name = arena_join(w->arena, buf_str(&base), str_from(ending), STR_NONE);
    pthread_mutex_lock(&r->lock);
    for (unsigned i = 2; i < MOST_SAME && !is_new_name(r, w->arena, name); i++)
        name = arena_printf(w->arena, "%.*s-%u%s", STR_ARG(buf_str(&base)), i, ending);
    pthread_mutex_unlock(&r->lock);
    return name;
}

/* --- writing --- */

static void
give_up(struct recorder *r, const char *file, int code)
{
    pthread_mutex_lock(&r->lock);
    if (r->error.domain == ERROR_NONE)
        error_set(&r->error, ERROR_TRANSPORT, code, "cannot write %.150s: %s", file,
                  strerror(code));
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

static bool
write_file(struct recorder *r, struct str name, struct str text)
{
    int  fd = make_file(r->folder, name.p);
    bool good = fd >= 0 && write_all(fd, text);
    int  code = errno;

    if (fd >= 0 && close(fd) < 0 && good) {
        good = false;
        code = errno;
    }
    if (!good)
        give_up(r, name.p, code);
    return good;
}

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
        doc_set_text(arena, entry, "url", clean(w, url_of(w, request, reply->origin, page)));
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
add_line(struct writing *w, const struct doc *entry, size_t n_bytes)
{
    struct recorder *r = w->recorder;
    struct str       line = doc_body(w->arena, entry);
    bool             good;

    pthread_mutex_lock(&r->lock);
    good = fwrite(line.p, 1, line.n, r->entries) == line.n && putc('\n', r->entries) != EOF;
    r->counts.n_replies++;
    r->counts.n_bytes += n_bytes;
    r->counts.n_secrets += w->n_secrets;
    pthread_mutex_unlock(&r->lock);
    if (!good)
        give_up(r, ENTRIES, errno);
}

static void
write_reply(struct recorder *r, const struct request *asked, const struct reply *reply,
            struct recorded_page page)
{
    AUTO_ARENA     arena = arena_new();
    struct writing w = { .recorder = r, .arena = arena };
    struct doc    *entry = doc_object(arena);
    struct request request = *asked;

    request.host = clean_host(&w, asked->host);
    request.command = clean(&w, asked->command);
    request.region = clean_region(&w, asked->region);

    struct str text = clean_reply(&w, &request, reply->text);
    struct str complaint = str_head(clean(&w, reply->complaint), COMPLAINT_MAX);
    struct str name = file_name(&w, &request, page);

    describe(&w, entry, &request, reply, page);
    if (request.kind == REQUEST_SQL)
        doc_set_int(arena, entry, "rows", n_rows(arena, text));
    doc_set_int(arena, entry, "bytes", (int64_t)text.n);
    if (!str_empty(text) || request.kind != REQUEST_CLI) {
        doc_set_text(arena, entry, "file", name);
        if (!write_file(r, name, text))
            return;
    }
    if (!str_empty(complaint)) {
        struct str stem = str_head(name, (size_t)str_find_last(name, '.'));

        name = arena_join(arena, stem, STR(".stderr"), STR(".txt"));
        doc_set_text(arena, entry, "stderr_file", name);
        if (!write_file(r, name, complaint))
            return;
    }
    add_line(&w, entry, text.n);
}

/* --- adding --- */

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
        write_reply(r, request, reply, page);
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
        write_reply(r, &r->waiting[i].request, &r->waiting[i].reply, r->waiting[i].page);
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

/* The index appears at once, when all that it names is there. */
static bool
write_index(struct recorder *r, struct str text)
{
    int  fd = make_file(r->folder, "index.json.part");
    bool good = fd >= 0 && write_all(fd, text) && fsync(fd) == 0;
    int  code = errno;

    file_close_fd(&fd);
    if (good && renameat(r->folder, "index.json.part", r->folder, "index.json") < 0) {
        good = false;
        code = errno;
    }
    if (!good)
        give_up(r, "index.json", code);
    return good;
}

static bool
close_entries(struct recorder *r)
{
    FILE *f = TAKE(r->entries);
    bool  good = fflush(f) == 0 && fsync(fileno(f)) == 0;
    int   code = errno;

    fclose(f);
    if (!good)
        give_up(r, ENTRIES, code);
    return good;
}

bool
recorder_finish(struct recorder *r, struct str time, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    AUTO_BUF       text = { 0 };
    struct writing w = { .recorder = r, .arena = arena };
    struct doc    *index = doc_object(arena);

    if (!recorder_has_failed(r) && close_entries(r)) {
        struct doc *environment = recorded_environment(&w, err);

        if (!environment)
            return error_prefix(err, "the environment without its secrets: ");
        doc_set_int(arena, index, "format", 2);
        doc_set_text(arena, index, "recorded", str_empty(time) ? now(arena) : time);
        doc_set(arena, index, "environment", environment);
        doc_set_text(arena, index, "files", STR(ENTRIES));
        doc_write_pretty(&text, index);
        buf_char(&text, '\n');
        r->counts.n_secrets += w.n_secrets;
        if (write_index(r, buf_str(&text)))
            return true;
    }
    *err = r->error;
    return false;
}

/* --- a transport that records --- */

struct recording_transport {
    struct transport  transport;
    struct transport *inner;
    struct recorder  *recorder;
    bool              every_form;
};

/* A list that two questions share is one of the recording all the same. */
static bool
is_new_request(struct recorder *r, const struct request *request)
{
    AUTO_BUF key = { 0 };
    bool     is_new;

    request_key(&key, request);
    pthread_mutex_lock(&r->lock);

    struct map_entry *entry = map_put(&r->asked, buf_str(&key), &is_new);

    if (is_new)
        entry->key = arena_str(r->arena, buf_str(&key));
    pthread_mutex_unlock(&r->lock);
    return is_new;
}

static void
record_answer(struct recorder *r, const struct request *form, const struct answer *answer)
{
    bool is_status =
        form->kind == REQUEST_CLI ||
        (form->kind == REQUEST_REST && answer->error.code >= 100 && answer->error.code < 600);
    bool is_failure = answer->kind == ANSWER_FAILED && is_status;

    if ((answer->kind != ANSWER_GOOD && !is_failure) || !is_new_request(r, form))
        return;
    for (size_t i = 0; answer->kind == ANSWER_GOOD && i < answer->n_pages; i++)
        recorder_add(r, form, &answer->pages[i], (struct recorded_page){ i, answer->n_pages });
    if (is_failure) {
        struct reply refused = answer->refused;

        refused.status = answer->error.code;
        recorder_add(r, form, &refused, (struct recorded_page){ 0, 1 });
    }
}

/* What else could have been asked; whether it is answered does not matter. */
static void
record_others(const struct recording_transport *self, const struct request *forms, size_t n_forms)
{
    for (size_t i = 0; i < n_forms; i++) {
        AUTO_ARENA    scratch = arena_new();
        struct answer answer;

        (void)!transport_ask(self->inner, &forms[i], 1, scratch, &answer);
        record_answer(self->recorder, &forms[i], &answer);
    }
}

/* Form by form: of those that fail before one is good an answer would not tell. */
static bool
recorder_ask(struct transport *t, const struct request *forms, size_t n_forms, struct arena *arena,
             struct answer *answer)
{
    const struct recording_transport *self = (const struct recording_transport *)t;
    struct answer                     worst = { .kind = ANSWER_GOOD };

    for (size_t i = 0; i < n_forms; i++) {
        bool good = transport_ask(self->inner, &forms[i], 1, arena, answer);

        answer->form = i;
        record_answer(self->recorder, &forms[i], answer);
        if (good) {
            if (answer->error.domain == ERROR_NONE && worst.kind == ANSWER_BROKEN)
                answer->error = worst.error;
            if (self->every_form)
                record_others(self, &forms[i + 1], n_forms - i - 1);
            return true;
        }
        if (answer->kind > worst.kind ||
            (answer->kind == worst.kind && worst.error.code == HTTP_UNKNOWN))
            worst = *answer; /* that a form is not known here says nothing about the others */
        worst.form = i;
    }
    *answer = worst;
    return false;
}

static bool
recorder_run(struct transport *t, struct str host, struct str script, struct arena *arena,
             struct str *output, struct error *err)
{
    return transport_run(((struct recording_transport *)t)->inner, host, script, arena, output,
                         err);
}

static void
recorder_close(struct transport *t)
{
    transport_close(((struct recording_transport *)t)->inner);
    free(t);
}

struct transport *
recorder_wrap(struct recorder *r, struct transport *inner, bool every_form)
{
    static const struct transport_kind kinds[] = {
        { "recorder", recorder_ask, NULL, recorder_close },
        { "recorder", recorder_ask, recorder_run, recorder_close },
    };
    struct recording_transport *self = xcalloc(1, sizeof *self);

    self->transport.kind = &kinds[transport_has_shells(inner)];
    self->inner = inner;
    self->recorder = r;
    self->every_form = every_form;
    return &self->transport;
}
