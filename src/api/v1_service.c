/* How the server is, and what it can. */

#include "api/openapi.h"
#include "api/v1.h"
#include "model/defaults.h"

/* The process runs and answers. */
void
get_health(struct call *call)
{
    reply_text(call, 200, STR("{\"status\":\"ok\"}"));
}

/* ... and its store can be read. */
void
get_ready(struct call *call)
{
    uint64_t     revision;
    struct error err;

    if (store_revision(call->store, &revision, &err))
        reply_text(call, 200, STR("{\"status\":\"ok\"}"));
    else
        reply_error(call, 503, "%s", err.message);
}

/* Pages of ours, and nothing else, may say what they do. */
static void
reply_page(struct call *call, const char *file)
{
    struct str text = default_collection(file);

    buf_add(&call->reply->body, text);
    call->reply->type = str_from(call->route->media);
    http_reply_header(call->reply, call->arena, "Content-Security-Policy",
                      STR("default-src 'none'; script-src 'self'; connect-src 'self'; "
                          "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"));
    http_reply_header(call->reply, call->arena, "Referrer-Policy", STR("no-referrer"));
}

/* Where the link leads that the first start prints. */
void
get_setup_page(struct call *call)
{
    reply_page(call, "setup.html");
}

void
get_setup_script(struct call *call)
{
    reply_page(call, "setup.js");
}

void
get_description(struct call *call)
{
    openapi_write(&call->reply->body, call->arena);
}
