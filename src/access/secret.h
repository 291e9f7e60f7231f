/* Secrets that we make ourselves: 32 random bytes, given away once as 64 hexadecimal digits. Kept is
 * their BLAKE2b digest, which is enough to know them again: unlike passwords they cannot be guessed. */

#ifndef ACCESS_SECRET_H
#define ACCESS_SECRET_H

#include "base/arena.h"
#include "base/error.h"

bool secret_make(struct arena *, struct str *secret, struct str *digest,
                 struct error *err) MUST_CHECK;

/* False when the text is no such secret. */
bool secret_digest(struct str secret, struct arena *, struct str *digest) MUST_CHECK;

/* Takes the same time wherever they differ. */
bool secret_digests_equal(struct str, struct str);

#endif
