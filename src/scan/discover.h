/* The inventory half of a scan: ask, parse, build, place.
 *
 * The cloud's own objects are one partition, each host's another; a partition is built by one
 * worker and has an arena of its own.
 *
 * Threads:    discover_cloud() first, in one thread; then hosts in any order from many.
 * Errors:     every failure is a message of its partition; sources that failed are named, so that
 *             the commit leaves what they said before. */

#ifndef SCAN_DISCOVER_H
#define SCAN_DISCOVER_H

#include "build/cloud.h"
#include "model/place.h"
#include "scan/host_requests.h"

struct recorder;

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct discovered_message {
    enum severity severity;
    struct str    text;
};

struct partition {
    struct arena **slices; /* further arenas, of objects that several workers finished */
    size_t         n_slices;
    size_t         slices_capacity;
    struct arena  *arena;
    struct str     host; /* "" for the cloud's own */
    struct object *objects;
    size_t         n_objects;
    size_t         capacity;
    struct discovered_message *messages;
    size_t                     n_messages;
    size_t                     messages_capacity;
    uint64_t                   failed_types;  /* TYPE_BIT()s of which objects may be missing */
    uint64_t                   partial_types; /* ... whose objects lack attributes */
    bool                       is_silent;     /* a host that answered nothing */
    double                     parse_seconds; /* of processor time: asking and parsing */
    double                     build_seconds; /* ... building and placing */
};

/* What an earlier scan saw, for lists that fail now: others are built upon them. */
struct recall {
    void *context;
    bool (*documents)(void *context, const char *type, struct arena *, struct docs *);
};

/* What all partitions of one scan share. The caller sets the first group. */
struct discovery {
    const struct environment *environment;
    struct transport         *transport;
    const struct recall      *recall;     /* NULL: there was no earlier scan */
    unsigned                  jobs;       /* 0: as 1 */
    struct recorder          *recorder;   /* takes what probes of hosts bring; NULL: nobody does */
    bool                      every_form; /* ask in every way there is, for a recording */

    struct cloud     cloud;
    struct arena    *arena;  /* of the cloud's lists and places */
    struct tree      tree;   /* the cloud's places, above those of the hosts */
    struct partition own;    /* the cloud's own objects */
    struct map       seen;   /* "<list> <id>" of the elements that came */
    size_t           n_good; /* lists that were answered */
};

/* Only which hosts there are and what they are for: d->cloud.hosts. False when nothing was answered;
 * in either case discovery_done() ends it. */
bool discover_hosts(struct discovery *, struct error *err) MUST_CHECK;

/* The tables that a scan reads where there is a database: fills 'tables', returns how many. */
enum { MOST_TABLES = 8 };

size_t discover_tables(struct request tables[static MOST_TABLES]);

/* False when there is nothing to scan: no list was answered. */
bool discover_cloud(struct discovery *, struct error *err) MUST_CHECK;
void discovery_done(struct discovery *);

/* One host's partition; the caller owns its arena. */
void discover_host(const struct discovery *, const struct cloud_host *, struct partition *);

void partition_done(struct partition *);
void partition_say(struct partition *, enum severity, const char *format, ...) PRINTF(3, 4);

#endif
