/* Rows as the documents that people know: what is stored apart is spliced into the text, members
 * in byte order of their keys, without parsing it. */

#include "base/ascii.h"
#include "store/members.h"
#include "store/store.h"

#define YEAR_10000 INT64_C(253402300800) /* seconds since 1970 */

/* A member to splice in; of a document that has the key already it takes the place. */
struct member {
    struct str key;
    struct str value; /* JSON text */
};

static int
compare_members(const void *a, const void *b)
{
    return str_compare(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void
put_member(struct buf *out, size_t *n, struct str key, struct str value)
{
    if ((*n)++)
        buf_char(out, ',');
    buf_char(out, '"');
    buf_add(out, key);
    buf_add(out, STR("\":"));
    buf_add(out, value);
}

/* Members as they stand, from the bracket or comma in front of the first. */
static void
put_run(struct buf *out, size_t *n, const char *begin, const char *end)
{
    if (end - begin < 2)
        return;
    if ((*n)++)
        buf_char(out, ',');
    buf_add(out, str_range(begin + 1, end));
}

/* Only as far as members have to go in is the document looked at. */
static void
splice(struct buf *out, struct str document, struct member *more, size_t n_more)
{
    const char *end = document.p + document.n - str_ends(document, STR("}"));
    const char *run = document.p; /* not copied yet */
    struct str  rest = document, key, value;
    size_t      n = 0, i = 0;

    qsort(more, n_more, sizeof *more, compare_members);
    buf_char(out, '{');
    while (i < n_more) {
        const char *member = rest.p;

        if (!member_next(&rest, &key, &value))
            break;
        for (; i < n_more && str_compare(more[i].key, key) <= 0; i++) {
            put_run(out, &n, run, member);
            put_member(out, &n, more[i].key, more[i].value);
            run = str_equal(more[i].key, key) ? rest.p : member;
        }
    }
    put_run(out, &n, run, end);
    for (; i < n_more; i++)
        put_member(out, &n, more[i].key, more[i].value);
    buf_char(out, '}');
}

struct oid_literal {
    char p[2 * sizeof(struct oid) + 3];
};

static struct str
write_oid(struct oid_literal *text, struct oid oid)
{
    char *end = text->p;

    *end++ = '"';
    end = ascii_write_hex(end, oid.bytes, sizeof oid.bytes);
    *end++ = '"';
    return str_range(text->p, end);
}

/* With as many digits as it has room for. */
static void
put_number(char *text, size_t n, int number)
{
    for (; n > 0; number /= 10)
        text[--n] = (char)('0' + number % 10);
}

void
store_write_time(struct buf *out, int64_t time)
{
    char      text[] = "1970-01-01T00:00:00.000+0000";
    time_t    seconds = time / 1000000;
    struct tm tm;

    /* Before 1970 the rest would be negative; years have four digits. */
    if (time >= 0 && seconds < YEAR_10000 && gmtime_r(&seconds, &tm)) {
        put_number(text, 4, tm.tm_year + 1900);
        put_number(text + 5, 2, tm.tm_mon + 1);
        put_number(text + 8, 2, tm.tm_mday);
        put_number(text + 11, 2, tm.tm_hour);
        put_number(text + 14, 2, tm.tm_min);
        put_number(text + 17, 2, tm.tm_sec);
        put_number(text + 20, 3, (int)(time / 1000 % 1000));
    }
    buf_add(out, (struct str){ text, sizeof text - 1 });
}

/* 'n' digits at the head of '*rest'. */
static bool
read_digits(struct str *rest, size_t n, int *number)
{
    *number = 0;
    for (size_t i = 0; i < n; i++) {
        if (i >= rest->n || rest->p[i] < '0' || rest->p[i] > '9')
            return false;
        *number = *number * 10 + (rest->p[i] - '0');
    }
    *rest = str_skip(*rest, n);
    return true;
}

static bool
read_char(struct str *rest, const char *any_of)
{
    if (rest->n == 0 || !rest->p[0] || !strchr(any_of, rest->p[0]))
        return false;
    *rest = str_skip(*rest, 1);
    return true;
}

/* "Z", "+01:00", "-0530", or nothing, which is UTC: seconds that local time is ahead. */
static bool
read_zone(struct str rest, int64_t *offset)
{
    int sign = str_starts(rest, STR("-")) ? -1 : 1, hours, minutes;

    *offset = 0;
    if (str_empty(rest) || str_is(rest, "Z"))
        return true;
    if (!read_char(&rest, "+-") || !read_digits(&rest, 2, &hours))
        return false;
    read_char(&rest, ":");
    if (!read_digits(&rest, 2, &minutes) || rest.n > 0 || hours > 23 || minutes > 59)
        return false;
    *offset = sign * (hours * 60 + minutes) * INT64_C(60);
    return true;
}

/* Seconds since 1970; false when there is no such day or time of the day. The 60th second of a minute
 * (RFC 3339 has it for leap seconds) is none: no clock that is asked here shows it. */
static bool
to_seconds(struct tm tm, int64_t *seconds)
{
    struct tm given = tm;

    *seconds = timegm(&tm); /* makes the 30th of February one of March */
    return tm.tm_year == given.tm_year && tm.tm_mon == given.tm_mon &&
           tm.tm_mday == given.tm_mday && tm.tm_hour == given.tm_hour &&
           tm.tm_min == given.tm_min && tm.tm_sec == given.tm_sec;
}

bool
store_read_time(struct str text, int64_t *time)
{
    struct str rest = text;
    struct tm  tm = { 0 };
    int64_t    microseconds = 0, offset, seconds;
    int        digit;

    if (!read_digits(&rest, 4, &tm.tm_year) || !read_char(&rest, "-") ||
        !read_digits(&rest, 2, &tm.tm_mon) || !read_char(&rest, "-") ||
        !read_digits(&rest, 2, &tm.tm_mday) || !read_char(&rest, "T ") ||
        !read_digits(&rest, 2, &tm.tm_hour) || !read_char(&rest, ":") ||
        !read_digits(&rest, 2, &tm.tm_min) || !read_char(&rest, ":") ||
        !read_digits(&rest, 2, &tm.tm_sec))
        return false;
    if (read_char(&rest, "."))
        for (int64_t unit = 100000; read_digits(&rest, 1, &digit); unit /= 10)
            microseconds += unit * digit;
    tm.tm_year -= 1900;
    tm.tm_mon--;
    if (!read_zone(rest, &offset) || !to_seconds(tm, &seconds))
        return false;
    seconds -= offset;
    if (seconds < 0 || seconds >= YEAR_10000)
        return false;
    *time = seconds * 1000000 + microseconds;
    return true;
}

static void
write_time_literal(struct buf *out, int64_t time)
{
    buf_char(out, '"');
    store_write_time(out, time);
    buf_char(out, '"');
}

void
object_row_write(struct buf *out, const struct object_row *row)
{
    AUTO_ARENA         arena = str_empty(row->extra) ? NULL : arena_new();
    struct str         body = arena ? body_with_extra(arena, row->body, row->extra) : row->body;
    struct oid_literal oid;
    AUTO_BUF           scanned = { 0 };
    AUTO_BUF           seen = { 0 };
    struct member      more[5];
    size_t             n = 0;

    more[n++] = (struct member){ STR("_id"), write_oid(&oid, row->oid) };
    if (row->clique)
        more[n++] = (struct member){ STR("clique"), STR("true") };
    if (row->last_scanned || row->stale) {
        write_time_literal(&scanned, row->stale ? row->last_seen : row->last_scanned);
        more[n++] = (struct member){ STR("last_scanned"), buf_str(&scanned) };
    }
    if (row->stale) {
        write_time_literal(&seen, row->last_seen);
        more[n++] = (struct member){ STR("last_seen"), buf_str(&seen) };
        more[n++] = (struct member){ STR("stale"), STR("true") };
    }
    splice(out, body, more, n);
}

struct str
object_row_label(struct arena *arena, const struct object_row *row)
{
    struct str text = STR_NONE;

    if (str_ends(row->type, STR("_folder")))
        text = doc_get_text(doc_parse(arena, row->body, NULL), "text");
    return str_empty(text) ? row->name : text;
}

static void
write_end(struct buf *out, const struct link_end *end)
{
    const struct member members[] = {
        { STR("host"), end->host },
        { STR("id"), end->id },
        { STR("name"), end->name },
        { STR("type"), end->type },
    };

    if (str_empty(end->type)) {
        buf_add(out, STR("null"));
        return;
    }
    for (size_t i = 0; i < N_ELEMENTS(members); i++) {
        buf_printf(out, "%c\"%.*s\":", i ? ',' : '{', STR_ARG(members[i].key));
        doc_write_text(out, members[i].value);
    }
    buf_char(out, '}');
}

void
link_row_write(struct buf *out, const struct link_row *row)
{
    struct oid_literal oid;
    struct member      more[3];
    AUTO_BUF           source = { 0 };
    AUTO_BUF           target = { 0 };
    size_t             n = 0;

    more[n++] = (struct member){ STR("_id"), write_oid(&oid, row->oid) };
    if (row->has_ends) {
        write_end(&source, &row->source_end);
        write_end(&target, &row->target_end);
        more[n++] = (struct member){ STR("source_object"), buf_str(&source) };
        more[n++] = (struct member){ STR("target_object"), buf_str(&target) };
    }
    splice(out, row->body, more, n);
}

void
clique_row_write(struct buf *out, const struct clique_row *row)
{
    struct oid_literal oid, focal_point;
    AUTO_BUF           type = { 0 };
    AUTO_BUF           clique_type = { 0 };
    AUTO_BUF           environment = { 0 };

    doc_write_text(&environment, row->environment);
    doc_write_text(&type, row->focal_point_type);
    doc_write_text(&clique_type, row->clique_type);

    struct member more[] = {
        { STR("_id"), write_oid(&oid, row->oid) },
        { STR("clique_type"), buf_str(&clique_type) },
        { STR("environment"), buf_str(&environment) },
        { STR("focal_point"), write_oid(&focal_point, row->focal_point) },
        { STR("focal_point_type"), buf_str(&type) },
    };

    /* An imported clique says all but its "_id" itself. */
    splice(out, row->body, more, str_empty(row->body) ? N_ELEMENTS(more) : 1);
}

/* --- messages --- */

static const struct str levels[] = {
    [MESSAGE_DEBUG] = STR("debug"), [MESSAGE_INFO] = STR("info"), [MESSAGE_WARN] = STR("warn"),
    [MESSAGE_ERROR] = STR("error"), [MESSAGE_CRIT] = STR("crit"),
};

const char *
message_level_name(enum message_level level)
{
    return levels[level].p;
}

bool
message_level_from_name(struct str name, enum message_level *level)
{
    for (size_t i = 0; i < N_ELEMENTS(levels); i++) {
        if (str_equal(levels[i], name)) {
            *level = (enum message_level)i;
            return true;
        }
    }
    return false;
}

static void
put_text(struct buf *out, const char *key, struct str text)
{
    buf_printf(out, ",\"%s\":", key);
    if (str_empty(text))
        buf_add(out, STR("null"));
    else
        doc_write_text(out, text);
}

static void
put_time(struct buf *out, const char *key, int64_t time)
{
    buf_printf(out, ",\"%s\":", key);
    if (time)
        write_time_literal(out, time);
    else
        buf_add(out, STR("null"));
}

void
message_write(struct buf *out, const struct message *m)
{
    struct oid_literal literal;

    buf_add(out, STR("{\"_id\":"));
    buf_add(out, write_oid(&literal, OID(STR("message"), m->id)));
    put_text(out, "display_context", m->display_context);
    put_text(out, "environment", m->environment);
    put_time(out, "finished_timestamp", m->finished);
    put_text(out, "id", m->id);
    put_text(out, "level", levels[m->level]);
    put_text(out, "message", m->text);
    put_text(out, "origin_id", m->origin_id);
    put_text(out, "origin_type", m->origin_type);
    put_time(out, "received_timestamp", m->received);
    put_text(out, "related_object", m->related_object);
    put_text(out, "related_object_type", m->related_object_type);
    put_text(out, "source_system", m->source_system);
    put_time(out, "timestamp", m->timestamp);
    buf_add(out, m->viewed ? STR(",\"viewed\":true}") : STR(",\"viewed\":false}"));
}
