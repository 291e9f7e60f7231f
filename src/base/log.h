/* Lines on stderr for whoever runs the server: key=value, one event a line.
 *
 *     log_line(LOG_INFO, "listening", LOG_TEXT("address", address), LOG_NUMBER("workers", 4));
 *     time=2026-03-04T10:00:00.000Z level=info msg=listening address=127.0.0.1:8000 workers=4
 *
 * A server that writes one for each request lets them gather: see log_gather().
 *
 * Under systemd (JOURNAL_STREAM) the time is left to the journal, and "<6>" stands in front.
 *
 * Threads:  a line is written whole, from any thread. */

#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

struct log_field {
    const char *key; /* NULL: the end */
    struct str  text;
    int64_t     number;
    bool        is_number;
};

#define LOG_TEXT(name, value) ((struct log_field){ .key = (name), .text = (value) })
#define LOG_NUMBER(name, value)                                                                    \
    ((struct log_field){ .key = (name), .number = (int64_t)(value), .is_number = true })

/* Graver lines and those of this level are written; LOG_INFO from the start. */
void log_set_level(enum log_level);
bool log_level_from_name(struct str name, enum log_level *) MUST_CHECK;

/* From now on lines that come fast are gathered and written together, by the next line that does not
 * or by log_flush(), which somebody then has to call a few times a second. Warnings and errors never
 * wait, nor do those before them. Not gathering any more flushes. */
void log_gather(bool);
void log_flush(void);

/* At least one field. Empty texts are left out. Bytes that could end or forge a line are escaped. */
#define log_line(level, message, ...)                                                              \
    log_fields(level, message, (const struct log_field[]){ __VA_ARGS__, { 0 } })
void log_fields(enum log_level, const char *message, const struct log_field *fields);

#endif
