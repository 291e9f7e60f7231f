/* How the server is, and what it can. */

#include "api/openapi.h"
#include "api/service.h"
#include "api/v1.h"

/* The process runs and answers. */
void
get_health(struct call *call)
{
    reply_text(call, 200, STR("{\"status\":\"ok\"}"));
}

/* ... and its store can be read, and is where it was. */
void
get_ready(struct call *call)
{
    uint64_t     revision;
    struct error err;

    if (store_revision(call->store, &revision, &err) && api_store_is_in_place(call->api, &err))
        reply_text(call, 200, STR("{\"status\":\"ok\"}"));
    else
        reply_error(call, 503, "%s", err.message);
}

void
get_description(struct call *call)
{
    openapi_write(&call->reply->body, call->arena);
}
