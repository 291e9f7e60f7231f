/* Parameters of queries, as the routes describe them. */

#ifndef API_QUERY_H
#define API_QUERY_H

#include "api/api.h"

/* Those of every route that answers a page. */
extern const struct parameter page_parameters[];

/* Has the query only parameters that the route knows, each once and with a value that it can have?
 * False after replying 400, which names the first that is wrong. */
bool query_check(struct call *) MUST_CHECK;

#endif
