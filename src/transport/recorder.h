/* Writing a recording: every reply in a file with a readable name, a line about it in the index, and
 * at the end index.json, without which it is no recording. Nothing is written before it has been
 * searched for secrets, and given other names where that is wanted.
 *
 * Units:      sizes in bytes.
 * Ownership:  the recorder borrows 'scrub' and 'pseudonym' until it is freed, and keeps copies of
 *             what it must hold back.
 * Threads:    many may add at the same time.
 * Errors:     ERROR_TRANSPORT with errno. After the first, nothing more is written;
 *             recorder_has_failed() tells early, recorder_finish() why.
 * Source:     docs/formats/recording.md, format 2. */

#ifndef TRANSPORT_RECORDER_H
#define TRANSPORT_RECORDER_H

#include "base/doc.h"
#include "transport/pseudonym.h"
#include "transport/scrub.h"

struct recorder;

struct recorder_options {
    const char         *folder; /* made (0700), or empty */
    const struct scrub *scrub;
    struct pseudonym   *pseudonym;   /* NULL: names and addresses stay */
    const struct doc   *environment; /* its document; only what is no secret is taken of it */
};

bool recorder_new(const struct recorder_options *, struct recorder **, struct error *) MUST_CHECK;
void recorder_free(struct recorder *);
void recorder_freep(struct recorder **);

#define AUTO_RECORDER CLEANUP(recorder_freep) struct recorder *

/* What is known of a reply besides its text. */
struct recorded_page {
    size_t index; /* of a list in several pages, from 0 */
    size_t n;     /* 1: not paged */
};

/* A reply to a request. Of REST the origin is the address that was asked, where there is one. */
void recorder_add(struct recorder *, const struct request *, const struct reply *,
                  struct recorded_page);

/* What a command on a host wrote: also one that failed, with its stderr as 'complaint'. */
void recorder_add_cli(struct recorder *, struct str host, struct str command, int status,
                      struct str text, struct str complaint);

/* All lists of the cloud have been added: names are known, and what was held back is written. */
void recorder_release(struct recorder *);

bool recorder_has_failed(struct recorder *);

struct recorder_counts {
    uint64_t n_replies, n_bytes, n_secrets;
};
struct recorder_counts recorder_counts(struct recorder *);

/* Write index.json with the environment and the time of the recording ("": now). False: the folder is
 * no recording. */
bool recorder_finish(struct recorder *, struct str time, struct error *) MUST_CHECK;

/* A transport that adds to the recorder all that 'inner', which it owns, answers; with 'every_form'
 * also the forms that nobody needed. Scripts on hosts are run as they are: whoever reads their
 * output adds what it finds. */
struct transport *recorder_wrap(struct recorder *, struct transport *inner,
                                bool every_form) MUST_CHECK;

#endif
