/* The web UI: its files, and which requests are for it. */

#ifndef API_PAGES_H
#define API_PAGES_H

#include "api/route.h"

struct api;

/* Is this the path of a page or file, whatever the method and the browser? */
bool pages_are_at(const struct api *, struct str path, enum route_found found);

/* Is this request for the web UI (page_routes)? 'found' and 'route' are what the API has at the path.
 * It is for the name of a file, and for every address that a browser is sent to and that the API
 * does not answer: what is shown there is up to the scripts of the UI. */
bool pages_answer(const struct api *, const struct http_request *, enum route_found found,
                  const struct route *route);

#endif
