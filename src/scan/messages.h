/* What a scan or a recording has to tell its caller: warnings and errors, in a stable order. */

#ifndef SCAN_MESSAGES_H
#define SCAN_MESSAGES_H

#include "store/store.h"

struct partition;

struct scan_message {
    enum message_level level;
    struct str         text;
    struct str         host; /* "" when it concerns the whole cloud */
};

struct scan_messages {
    struct scan_message *items;
    size_t               n;
    size_t               capacity;
    size_t               n_errors;
    size_t               n_warnings;
};

/* The texts are copied to the arena, where the list lives too. */
void scan_messages_add(struct scan_messages *, struct arena *, enum message_level, struct str text,
                       struct str host);

/* All that a partition has to say, and how many errors are among it. */
void   scan_messages_add_all(struct scan_messages *, struct arena *, const struct partition *);
size_t partition_errors(const struct partition *);

#endif
