/* Why a search found an object: the attribute that has the words. */

#ifndef CLI_MATCH_H
#define CLI_MATCH_H

#include "base/arena.h"

/* "mac_address: fa:16:3e:aa:bb:01", the value not longer than some 40 bytes. Of several attributes
 * it is the one with the most of the words, id and name first; "" when none has any. */
struct str match_of(struct arena *, struct str searched, struct str body);

#endif
