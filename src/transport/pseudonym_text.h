/* Any text under other names: what a host wrote, a command, a complaint, and names themselves. */

#ifndef TRANSPORT_PSEUDONYM_TEXT_H
#define TRANSPORT_PSEUDONYM_TEXT_H

#include "transport/pseudonym_address.h"
#include "transport/pseudonym_name.h"

/* What texts are rewritten by. */
struct pseudonym {
    struct arena      *arena;
    struct permutation addresses;
    struct renaming    names;
    struct map         tunnels; /* addresses in the names of tunnel devices, as 4 bytes */
};

/* From now on the names of tunnel devices are searched for this address. */
void pseudonym_learn_tunnel(struct pseudonym *, struct str address);

/* What a name of this kind becomes; one that was not learned is a text like any other. */
struct str pseudonym_name(const struct pseudonym *, struct arena *, enum name_kind,
                          struct str name);

#endif
