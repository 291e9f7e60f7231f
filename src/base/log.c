#include "base/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

enum {
    MOST_TEXT = 2048, /* of a field; a line needs no limit of its own, which would cut its end */
    MOST_GATHERED = 16384,
    AT_ONCE = 10, /* ms since the last line was written: this one does not wait for others */
};

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

static struct {
    pthread_mutex_t lock;
    bool            is_on;
    struct timespec written; /* when it last was */
    struct buf      lines;
} gathered = { .lock = PTHREAD_MUTEX_INITIALIZER };

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
    bool is_ascii = true;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
            return false;
        is_ascii &= c < 0x80;
    }
    return is_ascii || utf8_invalid_at(text) == text.n;
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
add_key(struct buf *line, const char *key)
{
    buf_char(line, ' ');
    buf_add(line, str_from(key));
    buf_char(line, '=');
}

static void
add_text(struct buf *line, const char *key, struct str text)
{
    text = str_head(text, MOST_TEXT);
    add_key(line, key);
    if (is_plain(text))
        buf_add(line, text);
    else
        add_quoted(line, text);
}

/* Written for each request: what stays for a second is kept for the next line. */
static void
add_time(struct buf *line, const struct timespec *now)
{
    static thread_local time_t second = -1;
    static thread_local char   text[32];

    if (now->tv_sec != second) {
        struct tm utc;

        second = now->tv_sec;
        gmtime_r(&second, &utc);
        strftime(text, sizeof text, "time=%Y-%m-%dT%H:%M:%S.", &utc);
    }

    long ms = now->tv_nsec / 1000000;
    char end[] = { (char)('0' + ms / 100), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10), 'Z',
                   ' ' };

    buf_add(line, str_from(text));
    buf_add(line, (struct str){ end, sizeof end });
}

/* One call for whole lines, so that those of several threads and processes do not mix. */
static void
write_lines(const struct buf *lines)
{
    (void)!write(STDERR_FILENO, lines->p, lines->n);
}

static void
write_gathered(void)
{
    if (gathered.lines.n > 0)
        write_lines(&gathered.lines);
    buf_clear(&gathered.lines);
}

void
log_gather(bool is_on)
{
    pthread_mutex_lock(&gathered.lock);
    gathered.is_on = is_on;
    write_gathered();
    if (!is_on)
        buf_done(&gathered.lines);
    pthread_mutex_unlock(&gathered.lock);
}

void
log_flush(void)
{
    pthread_mutex_lock(&gathered.lock);
    write_gathered();
    pthread_mutex_unlock(&gathered.lock);
}

static void
gather(enum log_level level, const struct timespec *now, const struct buf *line)
{
    int64_t ms = (int64_t)(now->tv_sec - gathered.written.tv_sec) * 1000 +
                 (now->tv_nsec - gathered.written.tv_nsec) / 1000000;
    bool waits = level >= LOG_INFO && ms >= 0 && ms < AT_ONCE;

    if (gathered.lines.n + line->n > MOST_GATHERED)
        write_gathered();
    buf_add(&gathered.lines, buf_str(line));
    if (waits)
        return;
    write_gathered();
    gathered.written = *now;
}

void
log_fields(enum log_level level, const char *message, const struct log_field *fields)
{
    AUTO_BUF        line = { 0 };
    struct timespec now;

    if ((int)level > atomic_load(&level_shown))
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    if (getenv("JOURNAL_STREAM"))
        buf_printf(&line, "<%d>", levels[level].priority);
    else
        add_time(&line, &now);
    buf_add(&line, STR("level="));
    buf_add(&line, str_from(levels[level].name));
    add_text(&line, "msg", str_from(message));
    for (; fields->key; fields++) {
        if (fields->is_number) {
            add_key(&line, fields->key);
            buf_number(&line, fields->number);
        } else if (!str_empty(fields->text)) {
            add_text(&line, fields->key, fields->text);
        }
    }
    buf_char(&line, '\n');

    pthread_mutex_lock(&gathered.lock);
    if (gathered.is_on)
        gather(level, &now, &line);
    else
        write_lines(&line);
    pthread_mutex_unlock(&gathered.lock);
}
