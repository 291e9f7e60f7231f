/* Other names: by kind and number, "host-1", "instance-7".
 *
 * Ownership:  names and what they become live in the arena.
 * Threads:    learning in one; finding from many, after it. */

#ifndef TRANSPORT_PSEUDONYM_NAME_H
#define TRANSPORT_PSEUDONYM_NAME_H

#include "base/map.h"

enum name_kind {
    NAME_NONE,
    NAME_HOST,
    NAME_DOMAIN, /* what follows the first '.' of a host's name */
    NAME_PROJECT,
    NAME_USER,
    NAME_INSTANCE,
    NAME_NETWORK,
    NAME_SUBNET,
    NAME_ROUTER,
    NAME_PORT,
    NAME_AGGREGATE,
    NAME_ZONE,
    NAME_REGION,
    NAME_GROUP,
    NAME_FLAVOR,
    NAME_KEY,
    NAME_PHYSNET,
    N_NAME_KINDS
};

struct renaming {
    struct arena *arena;
    struct map    by_kind; /* kind and name -> what it becomes, a struct str */
    struct map    by_word; /* first word -> struct renamed, of names that texts are searched for */
    unsigned      n[N_NAME_KINDS];
};

/* A name that texts are searched for; those that begin with the same word are a chain, the longest
 * first. */
struct renamed {
    struct str      name; /* from its first letter or digit on */
    struct str      other;
    struct renamed *next;
};

void renaming_done(struct renaming *);

/* Names that every cloud has, addresses and names that say nothing are passed over. */
void renaming_learn(struct renaming *, enum name_kind, struct str name);

/* What a name of this kind becomes, NULL when it was not learned. */
const struct str *renaming_find(const struct renaming *, enum name_kind, struct str name);

/* The names that begin with a word. */
const struct renamed *renaming_of_word(const struct renaming *, struct str word);

/* A host by name and domain: "cmp1.example.com" and "cmp1" stay the same host. */
bool name_cut_domain(enum name_kind, struct str name, struct str *host, struct str *domain);

/* Is it one that every cloud has? It stays. */
bool name_is_common(struct str name);

/* Letters, digits, '_', '-' and all that is no ASCII make words. */
bool word_may_have(char);

/* The word at the beginning of a text, "" when there is none. */
struct str word_at(struct str text);

#endif
