/* A recorded cloud: a folder of replies and index.json, which says where each came from.
 *
 * Units:      sizes and offsets in bytes.
 * Ownership:  all that is returned belongs to the recording, replies to the arena passed in.
 * Threads:    constant once opened; many threads may find and read.
 * Errors:     ERROR_TRANSPORT, naming the file or the entry of the index.
 * Source:     docs/formats/recording.md, formats 1 and 2. */

#ifndef TRANSPORT_RECORDING_H
#define TRANSPORT_RECORDING_H

#include "base/doc.h"
#include "transport/transport.h"

struct recording;

/* False when there is no usable index. Entries that make no sense are left out and become faults;
 * the rest stays usable. */
bool recording_open(const char *folder, struct recording **, struct error *) MUST_CHECK;
void recording_close(struct recording *);
void recording_closep(struct recording **);

#define AUTO_RECORDING CLEANUP(recording_closep) struct recording *

/* What is wrong with the index, a line each. */
const struct str *recording_faults(const struct recording *, size_t *n);

/* When it was recorded: "2026-11-22T08:20:44+00:00", "" unknown. */
struct str recording_time(const struct recording *);

/* The environment document, without secrets, under the name given ("": its own). Recordings of
 * format 1 have none: it is derived from what they say about themselves; '*is_derived' (may be
 * NULL) tells. NULL when they say too little. */
struct doc *recording_environment(const struct recording *, struct arena *, struct str name,
                                  bool *is_derived, struct error *) MUST_CHECK;

/* One recorded reply. */
struct recorded {
    const char *file;        /* relative to the folder; NULL: an empty reply that has none */
    const char *stderr_file; /* NULL: none */
    uint64_t    offset;      /* the slice of the file that is the reply; */
    uint64_t    size;        /* UINT64_MAX: to its end */
    int32_t     status;      /* HTTP status, exit status */
    uint32_t    next;        /* index of the next entry with the same key, of the last the first */
    bool        is_good;     /* status 200, exit status 0, a table */
    bool        is_page;     /* asked with limit or marker: one of several */
    bool        is_table;
    bool        is_last; /* of those with the same key */
};

size_t recording_n_entries(const struct recording *);

/* The entries of a request in index order: the first, then the next until NULL. */
const struct recorded *recording_find(const struct recording *, const struct request *);
const struct recorded *recording_next(const struct recording *, const struct recorded *);

bool recording_read(const struct recording *, const struct recorded *, struct arena *,
                    struct str *text, struct error *) MUST_CHECK;

/* First line of what a command wrote to stderr, "" when that was not kept. */
struct str recording_complaint(const struct recording *, const struct recorded *, struct arena *);

/* Tables without rows need no entry: a list of row counts may say that they are empty. Does one? If
 * not, 'err' tells whether there is a list that cannot be read (ERROR_NONE: there is none). */
bool recording_table_is_empty(const struct recording *, const struct request *,
                              struct error *err) MUST_CHECK;

#endif
