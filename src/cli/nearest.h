/* "Did you mean ...?": of the names there are, the one that somebody probably meant.
 *
 * Ownership:  the names are copied into the arena that the list is made with. */

#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include "base/arena.h"

struct known_names {
    struct arena *arena;
    struct str   *items;
    size_t        n, capacity;
};

void known_names_add(struct known_names *, struct str name);

/* The name that is one typing error away, else the one that begins like this, else one that is two
 * errors away; "" when there is none, or when 'wanted' is itself one of them. */
struct str nearest_name(const struct known_names *, struct str wanted);

/* "did you mean 'NAME'?", or 'otherwise' when no name is near. */
struct str did_you_mean(const struct known_names *, struct str wanted, const char *otherwise);

#endif
