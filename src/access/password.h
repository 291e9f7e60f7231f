/* Passwords, kept as argon2id hashes (libsodium): three passes over 19 MiB, some 30 ms.
 *
 * Threads:    any. A hash takes a turn; two threads of the process have one at once, others wait:
 *             without that many sign-ins at once would be an attack on memory.
 * Errors:     ERROR_USAGE for a password that may not be one; ERROR_CONFIG when memory is out. */

#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include "base/arena.h"
#include "base/error.h"

enum { PASSWORD_LEAST = 8, PASSWORD_MOST = 1024 };

bool password_is_valid(struct str password, struct error *err) MUST_CHECK;

/* Takes a turn of its own. */
bool password_hash(struct str password, struct arena *, struct str *hash,
                   struct error *err) MUST_CHECK;

void password_turn_begin(void);
void password_turn_end(void);

/* Within a turn. Hash "": of nobody; it takes the same time and is never right. */
bool password_verify(struct str hash, struct str password, bool *is_right,
                     struct error *err) MUST_CHECK;

#endif
