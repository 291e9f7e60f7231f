/* A recording in memory, and the reader of its index: between recording.c and recording_index.c. */

#ifndef TRANSPORT_RECORDING_INDEX_H
#define TRANSPORT_RECORDING_INDEX_H

#include "base/map.h"
#include "transport/recording.h"
#include "transport/recording_head.h"

/* A list of row counts: {"agents": 6, "ml2_gre_endpoints": 0}. It is read when it is needed. */
struct counts {
    struct str  schema;
    const char *file;
};

struct recording {
    struct arena         *arena;
    int                   folder;
    struct recording_head head;
    struct recorded      *entries;
    size_t                n_entries;
    size_t                capacity;
    struct map            last_of_key; /* key -> index of its last entry */
    struct counts        *counts;
    size_t                n_counts;
    size_t                counts_capacity;
    struct str           *faults;
    size_t                n_faults;
    size_t                faults_capacity;
};

/* Read a whole file of the folder, at most 'limit' bytes. */
bool recording_read_file(const struct recording *, const char *name, size_t limit, struct arena *,
                         struct str *text, struct error *) MUST_CHECK;

/* Fill the recording, whose folder is open. */
bool recording_read_index(struct recording *, struct error *) MUST_CHECK;

#endif
