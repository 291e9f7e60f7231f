/* Replies, and errors in the words of the route's edition. */

#include <stdarg.h>
#include <stdio.h>

#include "api/api.h"
#include "api/status.h"

/* The original's titles; of other statuses those of RFC 9110. */
static const struct {
    unsigned    status;
    const char *title;
} titles[] = {
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 410, "Gone" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 415, "Unsupported Media Type" },
    { 422, "Unprocessable Content" },
    { 428, "Precondition Required" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 503, "Service Unavailable" },
};

const char *
status_title(unsigned status)
{
    for (size_t i = 0; i < N_ELEMENTS(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return status < 500 ? "Bad Request" : "Internal Server Error";
}

static void
write_original(struct buf *out, unsigned status, struct str message)
{
    buf_add(out, STR("{\"error\":{\"message\":"));
    doc_write_text(out, message);
    buf_printf(out, ",\"code\":\"%u\",\"title\":\"%s\"}}", status, status_title(status));
}

/* RFC 9457. */
static void
write_problem(struct buf *out, unsigned status, struct str message, struct str request)
{
    buf_printf(out, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":",
               status_title(status), status);
    doc_write_text(out, message);
    buf_add(out, STR(",\"instance\":"));
    doc_write_text(out, request);
    buf_char(out, '}');
}

void
status_write(struct http_reply *reply, const struct http_request *request, bool is_original,
             unsigned status, struct str message)
{
    message = doc_text(doc_string(request->arena, message)); /* what was cut may be no UTF-8 */
    buf_clear(&reply->body);
    reply->status = status;
    if (is_original) {
        write_original(&reply->body, status, message);
    } else {
        reply->type = STR("application/problem+json");
        write_problem(&reply->body, status, message, request->id);
    }
}

void
reply_error(struct call *call, unsigned status, const char *format, ...)
{
    char    message[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    status_write(call->reply, call->request, call_is_original(call), status, str_from(message));
}

void
reply_busy(struct call *call, struct str why)
{
    reply_error(call, 503, "%.*s; try again in a moment", STR_ARG(why));
    http_reply_header(call->reply, call->arena, "Retry-After", STR("5"));
}

void
reply_failure(struct call *call, const struct error *err)
{
    switch (err->domain) {
    case ERROR_USAGE:
    case ERROR_CONFIG:
    case ERROR_PARSE:
        reply_error(call, 400, "%s", err->message);
        return;
    case ERROR_NOT_FOUND:
        reply_error(call, 404, "%s", err->message);
        return;
    case ERROR_AUTH:
        reply_error(call, 401, "%s", err->message);
        return;
    case ERROR_BUSY:
        if (err->code) /* the store, not an environment */
            reply_busy(call, str_from(err->message));
        else
            reply_error(call, 409, "%s", err->message);
        return;
    case ERROR_STORE:
    case ERROR_TRANSPORT:
    case ERROR_CANCELLED:
    case ERROR_NONE:
        break;
    }
    reply_error(call, 503, "%s", err->message);
}

void
reply_json(struct call *call, unsigned status, const struct doc *document)
{
    call->reply->status = status;
    buf_clear(&call->reply->body);
    doc_write(&call->reply->body, document);
}

void
reply_text(struct call *call, unsigned status, struct str json)
{
    call->reply->status = status;
    buf_clear(&call->reply->body);
    buf_add(&call->reply->body, json);
}
