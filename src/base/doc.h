/* JSON values ("documents"): replies are parsed into them, objects are built as them, and bodies
 * are written from them.
 *
 * Units:      integers are 64 bits; text is UTF-8.
 * Ownership:  a value lives in the arena it was made in; nothing is freed one by one. A value may
 *             be put into another one whose arena dies no later.
 * Threads:    one at a time per value; values that nobody changes may be read by many.
 * Errors:     ERROR_PARSE with line and column; a NULL value reads as absent everywhere. */

#ifndef BASE_DOC_H
#define BASE_DOC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

struct doc;

enum doc_kind {
    DOC_ABSENT,
    DOC_NULL,
    DOC_BOOL,
    DOC_INT,
    DOC_REAL,
    DOC_STRING,
    DOC_ARRAY,
    DOC_OBJECT
};

/* Strict JSON; nesting is limited (2048), and so is the number of values (2^24). Characters that are
 * no UTF-8, NUL in strings and numbers beyond 64 bits are errors. NULL on failure. */
struct doc *doc_parse(struct arena *, struct str text, struct error *err) MUST_CHECK;

enum doc_kind doc_kind(const struct doc *);

/* --- reading; all accept NULL --- */

struct doc *doc_get(const struct doc *object, const char *key);
struct doc *doc_getn(const struct doc *object, struct str key);
struct doc *doc_path(const struct doc *object, const char *path); /* "linkinfo.info_kind" */
struct doc *doc_at(const struct doc *array, size_t index);
size_t      doc_count(const struct doc *); /* elements or members */

/* The text of a string, "" for anything else. */
struct str doc_text(const struct doc *);
struct str doc_get_text(const struct doc *object, const char *key);

/* Strings as they are, numbers and booleans as text, "" for the rest. */
struct str doc_scalar(const struct doc *, struct arena *);

/* A number, or a string that is one; else 'otherwise'. */
int64_t doc_number(const struct doc *, int64_t otherwise);

/* true, a number that is not 0, or the text "1" or "true" in any case. */
bool doc_truth(const struct doc *);

bool doc_equal(const struct doc *, const struct doc *);

/* Members in the order they were set:
 *     struct doc_iter it = { 0 };
 *     while (doc_next(object, &it))
 *         use(it.key, it.value); */
struct doc_iter {
    struct str  key;
    struct doc *value;
    uint32_t    position; /* of the next */
};

bool doc_next(const struct doc *object, struct doc_iter *);

/* --- making --- */

struct doc *doc_object(struct arena *);
struct doc *doc_array(struct arena *);
struct doc *doc_null(void);
struct doc *doc_bool(bool);
struct doc *doc_int(struct arena *, int64_t);
struct doc *doc_string(struct arena *, struct str); /* bytes that are no UTF-8 become U+FFFD */

/* Set a member, replacing an old one. */
void doc_set(struct arena *, struct doc *object, const char *key, struct doc *value);
void doc_setn(struct arena *, struct doc *object, struct str key, struct doc *value);
void doc_set_text(struct arena *, struct doc *object, const char *key, struct str text);
void doc_set_int(struct arena *, struct doc *object, const char *key, int64_t value);
void doc_set_bool(struct arena *, struct doc *object, const char *key, bool value);
void doc_remove(struct doc *object, const char *key);
void doc_removen(struct doc *object, struct str key);
void doc_push(struct arena *, struct doc *array, struct doc *value);
void doc_push_text(struct arena *, struct doc *array, struct str text);

/* Set in 'object' every member of 'from'. */
void doc_merge(struct arena *, struct doc *object, const struct doc *from);

/* A new object with the same members (the values are shared). */
struct doc *doc_copy(struct arena *, const struct doc *object);

/* A copy of the whole value that shares nothing. */
struct doc *doc_deep_copy(struct arena *, const struct doc *);

/* --- writing --- */

/* Canonical text: no blanks, members in byte order of their keys. */
void       doc_write(struct buf *, const struct doc *);
struct str doc_body(struct arena *, const struct doc *);
void       doc_write_pretty(struct buf *, const struct doc *); /* for people, two blanks deep */

/* A string literal with its quotes. */
void doc_write_text(struct buf *, struct str);

/* A member behind others: a comma, its key, its text. */
void doc_write_member(struct buf *, const char *key, struct str);

#endif
