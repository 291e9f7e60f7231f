/* Can a host answer what a scan will ask: are the tools there, may they be run as root?
 *
 * A small script in the place of the probe; nothing of the host's network is asked. */

#ifndef SCAN_HOST_CHECK_H
#define SCAN_HOST_CHECK_H

#include "model/environment.h"
#include "transport/transport.h"

/* The script for a host with these roles (0: a master host, which is only passed through). */
struct str host_check_script(struct arena *, const struct environment *, unsigned roles);

/* Read what it printed: is all well? '*what' says what was found, or what is wrong. */
bool host_check_read(struct arena *, struct str output, struct str *what) MUST_CHECK;

#endif
