/* Secrets of environments, sealed: what the database holds of a password is
 *
 *     "sealed:" base64(nonce, box)
 *
 * a box of libsodium's secretbox (XSalsa20, Poly1305) around the value's JSON text. The key lies
 * outside the database, in $CALIPSO_KEY_FILE or else in "<store>.key": 64 hexadecimal digits,
 * readable by its owner alone, made when the first secret is sealed. The nonce is a keyed digest of
 * the value, so that the same secret is sealed to the same text and writing it again changes
 * nothing.
 *
 * Errors:  ERROR_CONFIG says which file, and what to do. */

#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "base/doc.h"

/* The document of an environment with its secrets sealed. Those that are sealed already stay, when
 * the key opens them. NULL on failure. 'has_sealed': some are in the store, so the key must be
 * there. */
struct doc *seal_secrets(const char *store_path, bool has_sealed, struct arena *,
                         const struct doc *document, struct error *err) MUST_CHECK;

/* The document with its secrets as they were given. NULL on failure. */
struct doc *open_secrets(const char *store_path, struct arena *, const struct doc *document,
                         struct error *err) MUST_CHECK;

#endif
