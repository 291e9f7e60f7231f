/* Taking secrets out of texts before they are written: those that are known, in whatever way they
 * are written (as they are, in JSON, in XML, in an address, in base64), and what looks like one:
 * fields with names of secrets, tokens, digests of passwords, private keys, logins in addresses.
 *
 * Ownership:  texts that change are copied into the arena given; others are returned as they are.
 * Threads:    constant once the secrets are added. */

#ifndef TRANSPORT_SCRUB_H
#define TRANSPORT_SCRUB_H

#include "base/arena.h"

enum { SCRUB_LEAST = 4 }; /* bytes; what is shorter stands everywhere by chance */

struct scrub;

struct scrub *scrub_new(void) MUST_CHECK;
void          scrub_free(struct scrub *);
void          scrub_freep(struct scrub **);

#define AUTO_SCRUB CLEANUP(scrub_freep) struct scrub *

/* False when it is too short to be looked for. */
bool scrub_add(struct scrub *, struct str secret) MUST_CHECK;

/* The text with "***" for every secret; '*n' grows by their number. */
struct str scrub_text(const struct scrub *, struct arena *, struct str text, size_t *n);

#endif
