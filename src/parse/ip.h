/* What the two readers of ip(8)'s replies share; the rest of the program calls parse_ip().
 *
 * Ownership:  as parse.h. */

#ifndef PARSE_IP_H
#define PARSE_IP_H

#include "base/value.h"
#include "parse/records.h"

enum { MAX_DEVICES = 100000 }; /* in one reply; no host has that many */

/* "8000.1a:ae:9:da:72:b7", as iproute2 prints it, in brctl's form "8000.1aae09da72b7"; other text
 * comes back as it is. */
struct str bridge_id_read(struct arena *, struct str text);

/* Is 'local' an address of this family, and 'prefix' within its range? */
bool address_is_valid(bool is_ipv6, struct str local, uint32_t prefix);

/* Write what text output says of a device behind "2: eth0: ", one trimmed line each. 'element' is
 * the same device in JSON. */
void ip_write_lines(struct buf *, const struct value *element);

#endif
