#include "base/log.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { MOST_LINE = 8192, MOST_TEXT = 2048 };

static const struct {
    const char *name;
    int         priority; /* of syslog(3) */
} levels[] = {
    [LOG_ERROR] = { "error", 3 },
    [LOG_WARNING] = { "warning", 4 },
    [LOG_INFO] = { "info", 6 },
    [LOG_DEBUG] = { "debug", 7 },
};

static atomic_int level_shown = LOG_INFO;

void
log_set_level(enum log_level level)
{
    atomic_store(&level_shown, (int)level);
}

bool
log_level_from_name(struct str name, enum log_level *level)
{
    for (size_t i = 0; i < N_ELEMENTS(levels); i++) {
        if (!str_equal_nocase(name, str_from(levels[i].name)))
            continue;
        *level = (enum log_level)i;
        return true;
    }
    return false;
}

static bool
is_plain(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
            return false;
    }
    return utf8_invalid_at(text) == text.n;
}

/* Peers write much of it: no byte of theirs ends a line or makes it unreadable. */
static void
add_quoted(struct buf *line, struct str text)
{
    buf_char(line, '"');
    while (!str_empty(text)) {
        unsigned char c = (unsigned char)text.p[0];
        size_t        n = utf8_length(text);

        if (c == '"' || c == '\\')
            buf_printf(line, "\\%c", c);
        else if (n == 0 || c < ' ' || c == 0x7f)
            buf_printf(line, "\\x%02x", c);
        else
            buf_add(line, str_head(text, n));
        text = str_skip(text, n ? n : 1);
    }
    buf_char(line, '"');
}

static void
add_text(struct buf *line, const char *key, struct str text)
{
    text = str_head(text, MOST_TEXT);
    buf_printf(line, " %s=", key);
    if (is_plain(text))
        buf_add(line, text);
    else
        add_quoted(line, text);
}

static void
add_time(struct buf *line)
{
    struct timespec now;
    struct tm       utc;
    char            text[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    buf_printf(line, "time=%s.%03ldZ ", text, now.tv_nsec / 1000000);
}

void
log_fields(enum log_level level, const char *message, const struct log_field *fields)
{
    AUTO_BUF line = { .max = MOST_LINE };

    if ((int)level > atomic_load(&level_shown))
        return;
    if (getenv("JOURNAL_STREAM"))
        buf_printf(&line, "<%d>", levels[level].priority);
    else
        add_time(&line);
    buf_printf(&line, "level=%s", levels[level].name);
    add_text(&line, "msg", str_from(message));
    for (; fields->key; fields++) {
        if (fields->is_number)
            buf_printf(&line, " %s=%lld", fields->key, (long long)fields->number);
        else if (!str_empty(fields->text))
            add_text(&line, fields->key, fields->text);
    }
    buf_char(&line, '\n');

    /* One call, so that lines of several threads and processes do not mix. */
    (void)!write(STDERR_FILENO, line.p, line.n);
}
