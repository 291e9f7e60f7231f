/* What an endpoint takes: a table of keys, which one validator reads, so that no function of an
 * endpoint checks by hand. The messages are those of the original, word for word, and come in a
 * fixed order: keys that are not known, then key by key as in the table whether it is there, its
 * type, its value. The first one ends it.
 *
 * Ownership:  values that are converted are made in the arena.
 * Errors:     false with '*why', the message; false with '*why' empty when the store failed. */

#ifndef API_CHECK_H
#define API_CHECK_H

#include "store/store.h"

/* Types that a key may have. */
enum {
    CHECK_TEXT = 1 << 0,
    CHECK_BOOL = 1 << 1,
    CHECK_INT = 1 << 2,
    CHECK_LIST = 1 << 3,
    CHECK_DICT = 1 << 4,
    CHECK_OID = 1 << 5,
    CHECK_TIME = 1 << 6, /* a text that is a time; it becomes one as the store writes it */
};

enum {
    CHECK_CONVERT = 1 << 0, /* "1", "true", " 7 " are taken for what they say */
    CHECK_NEEDED = 1 << 1,
    CHECK_EMPTY = 1 << 2,  /* may be there without a value */
    CHECK_PREFIX = 1 << 3, /* 'key' is what the names of several begin with; a word follows */
};

/* What a value may look like: any of these. */
enum {
    FORM_PORT = 1 << 0,
    FORM_ADDRESS = 1 << 1,
    FORM_HOST_NAME = 1 << 2,
    FORM_PATH = 1 << 3,
    FORM_COUNT = 1 << 4, /* not below zero */
};

struct check_key {
    const char        *key;
    unsigned           types;
    unsigned           flags;
    const char        *constant; /* its values are those of this constant ... */
    const char *const *values;   /* ... or these, ended by NULL */
    unsigned           forms;
    const char        *field; /* as a filter: documents have the value there */
};

/* 'keys' ends with a row without a key. Values are converted in place. */
bool check_data(struct store *, struct arena *, struct doc *data, const struct check_key *keys,
                struct str *why, struct error *) MUST_CHECK;

/* "a or b" from a list. */
struct str check_join(struct arena *, const struct doc *list, const char *separator);

#endif
