/* Whole lists, one element a line (application/x-ndjson): what a page would be is made piece by piece
 * while it is sent, all of one revision. */

#ifndef API_LINES_H
#define API_LINES_H

#include "api/api.h"

/* Where the list goes on; kept by page_end(). */
struct lines {
    struct str next; /* cursor, "" at the end */
};

/* Does whoever asks want the whole list? */
bool lines_wanted(const struct call *);

/* Answer with all pages of the call's route. */
void lines_answer(struct call *);

#endif
