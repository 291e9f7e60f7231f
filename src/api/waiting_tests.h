/* How many connection tests of one user may wait, in both APIs: nobody fills the queue for all
 * others. */

#ifndef API_WAITING_TESTS_H
#define API_WAITING_TESTS_H

#include "api/api.h"

/* May whoever asks have one more? False after replying 429. */
bool waiting_tests_have_room(struct call *, struct store *writer);

#endif
