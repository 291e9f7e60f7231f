/* What a recording says about itself, and the environment document that follows from it.
 *
 * Ownership:  strings and documents belong to the recording. */

#ifndef TRANSPORT_RECORDING_HEAD_H
#define TRANSPORT_RECORDING_HEAD_H

#include "base/doc.h"

struct recording_head {
    struct str  recorded;      /* time, "" unknown */
    struct str  driver;        /* "ovs", "lxb"; "" unknown */
    struct doc *environment;   /* NULL in format 1 */
    struct doc *packages;      /* package -> version, or NULL */
    struct str  keystone_host; /* where the REST replies came from, "" unknown */
    struct str  keystone_port;
    bool        has_tables;
};

/* The environment of a recording that has no document of it: Debian, version from the packages, the
 * driver's mechanism, vxlan, NICs by name (those of a laboratory are virtual devices). */
struct doc *recording_head_derive(const struct recording_head *, struct arena *,
                                  struct error *) MUST_CHECK;

#endif
