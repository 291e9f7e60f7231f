/* libcurl, one easy handle: options that hold for every request are set once. */

#include "transport/http.h"

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"

enum {
    CONNECT_TIME = 10000,
    TOTAL_TIME = 60000,
    LARGEST = 64 << 20,
    MOST_HEADERS = 1 << 16, /* bytes */
    SLOW_SECONDS = 30,      /* without a byte */
};

struct http {
    CURL      *curl;
    struct buf body, headers;
    unsigned   total_time;
    char       why[CURL_ERROR_SIZE];

    const atomic_bool *cancelled;
};

static void
set_up(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
}

/* Less than 'n' ends the request with CURLE_WRITE_ERROR. */
static size_t
take(char *bytes, size_t size, size_t n, void *buf)
{
    struct buf *b = buf;

    buf_add(b, (struct str){ bytes, size * n });
    return b->full ? 0 : size * n;
}

/* Called about once a second, also while nothing comes. Not 0 ends the request. */
static int
look_up(void *context, curl_off_t down_total UNUSED, curl_off_t down UNUSED,
        curl_off_t up_total UNUSED, curl_off_t up UNUSED)
{
    const struct http *h = context;

    return atomic_load_explicit(h->cancelled, memory_order_relaxed);
}

struct http *
http_new(const struct http_options *options)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct http          *h = xcalloc(1, sizeof *h);
    unsigned              connect = options->connect_time ? options->connect_time : CONNECT_TIME;

    pthread_once(&once, set_up);
    h->curl = curl_easy_init();
    if (!h->curl)
        abort();
    buf_init(&h->body, options->largest ? options->largest : LARGEST);
    buf_init(&h->headers, MOST_HEADERS);
    h->total_time = options->total_time ? options->total_time : TOTAL_TIME;
    h->cancelled = options->cancelled;
    curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, h->why);
    curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
    curl_easy_setopt(h->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(h->curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
    curl_easy_setopt(h->curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(h->curl, CURLOPT_USERAGENT, "calipso");
    curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, &h->body);
    curl_easy_setopt(h->curl, CURLOPT_HEADERFUNCTION, take);
    curl_easy_setopt(h->curl, CURLOPT_HEADERDATA, &h->headers);
    if (h->cancelled) {
        curl_easy_setopt(h->curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(h->curl, CURLOPT_XFERINFOFUNCTION, look_up);
        curl_easy_setopt(h->curl, CURLOPT_XFERINFODATA, h);
    }
    if (options->trusts_anybody) {
        curl_easy_setopt(h->curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(h->curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!str_empty(options->ca)) {
        AUTO_ARENA scratch = arena_new();

        curl_easy_setopt(h->curl, CURLOPT_CAINFO, arena_str(scratch, options->ca).p); /* copied */
    }
    return h;
}

void
http_free(struct http *h)
{
    if (!h)
        return;
    curl_easy_cleanup(h->curl);
    buf_done(&h->body);
    buf_done(&h->headers);
    free(h);
}

void
http_freep(struct http **h)
{
    http_free(*h);
    *h = NULL;
}

struct str
http_place(struct str url)
{
    ptrdiff_t  scheme = str_find(url, STR("://"));
    size_t     from = scheme < 0 ? 0 : (size_t)scheme + 3;
    ptrdiff_t  path = str_find_char(str_skip(url, from), '/');
    struct str place = path < 0 ? url : str_head(url, from + (size_t)path);

    return str_find_char(place, '@') < 0 ? place : STR("the server");
}

static bool
explain(const struct http *h, CURLcode code, struct str url, struct error *err)
{
    static const struct {
        CURLcode        code;
        enum http_fault fault;
        const char     *text;
    } faults[] = {
        { CURLE_COULDNT_RESOLVE_HOST, HTTP_FAULT_NAME, "the name is not resolved" },
        { CURLE_COULDNT_RESOLVE_PROXY, HTTP_FAULT_NAME, "the proxy's name is not resolved" },
        { CURLE_COULDNT_CONNECT, HTTP_FAULT_REFUSED,
          "nobody answers there (check address, port and "
          "firewall)" },
        { CURLE_OPERATION_TIMEDOUT, HTTP_FAULT_TIME, "no answer in time" },
        { CURLE_PEER_FAILED_VERIFICATION, HTTP_FAULT_TRUST,
          "the certificate is not trusted (name its \"ca\", or set \"verify\": false)" },
        { CURLE_SSL_CACERT_BADFILE, HTTP_FAULT_TRUST,
          "there are no certificates to trust (the file of \"ca\" does not read, or the package "
          "ca-certificates is missing)" },
        { CURLE_SSL_CONNECT_ERROR, HTTP_FAULT_TLS, "no TLS there" },
        { CURLE_GOT_NOTHING, HTTP_FAULT_LOST, "the connection was closed without an answer" },
        { CURLE_RECV_ERROR, HTTP_FAULT_LOST, "the connection was lost" },
        { CURLE_SEND_ERROR, HTTP_FAULT_LOST, "the connection was lost" },
        { CURLE_PARTIAL_FILE, HTTP_FAULT_LOST, "the answer broke off" },
        { CURLE_HTTP2, HTTP_FAULT_LOST, "the connection was lost" },
        { CURLE_HTTP2_STREAM, HTTP_FAULT_LOST, "the connection was lost" },
        { CURLE_ABORTED_BY_CALLBACK, HTTP_FAULT_CANCELLED, "cancelled" },
        { CURLE_UNSUPPORTED_PROTOCOL, HTTP_FAULT_OTHER, "is no address of HTTP" },
        { CURLE_URL_MALFORMAT, HTTP_FAULT_OTHER, "is no address of HTTP" },
    };
    struct str place = http_place(url);

    if (h->body.full || h->headers.full)
        return error_set(err, ERROR_TRANSPORT, HTTP_FAULT_SIZE,
                         "%.*s: the answer is larger than %zu bytes", STR_ARG(place),
                         h->body.full ? h->body.max : h->headers.max);
    for (size_t i = 0; i < N_ELEMENTS(faults); i++)
        if (faults[i].code == code)
            return error_set(err, ERROR_TRANSPORT, (int)faults[i].fault, "%.*s: %s", STR_ARG(place),
                             faults[i].text);
    return error_set(err, ERROR_TRANSPORT, HTTP_FAULT_OTHER, "%.*s: %s", STR_ARG(place),
                     h->why[0] ? h->why : curl_easy_strerror(code));
}

static struct curl_slist *
add_header(struct curl_slist *list, struct str header)
{
    AUTO_ARENA         scratch = arena_new();
    struct curl_slist *longer = curl_slist_append(list, arena_str(scratch, header).p);

    if (!longer)
        abort();
    return longer;
}

static unsigned
time_of(const struct http *h, const struct http_request *request)
{
    return request->time && request->time < h->total_time ? request->time : h->total_time;
}

bool
http_ask(struct http *h, const struct http_request *request, struct arena *arena,
         struct http_answer *answer, struct error *err)
{
    AUTO_ARENA         scratch = arena_new();
    struct curl_slist *headers = add_header(NULL, STR("Accept: application/json"));
    long               status = 0;
    curl_off_t         retry_after = 0;
    CURLcode           code;

    if (!str_empty(request->body))
        headers = add_header(headers, STR("Content-Type: application/json"));
    for (size_t i = 0; i < request->n_headers; i++)
        headers = add_header(headers, request->headers[i]);
    buf_clear(&h->body);
    buf_clear(&h->headers);
    h->why[0] = '\0';
    curl_easy_setopt(h->curl, CURLOPT_URL, arena_str(scratch, request->url).p);
    curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h->curl, CURLOPT_TIMEOUT_MS, (long)time_of(h, request));
    if (str_empty(request->body)) {
        curl_easy_setopt(h->curl, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, request->body.p);
        curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE, (long)request->body.n);
    }
    curl_easy_setopt(h->curl, CURLOPT_CUSTOMREQUEST, request->method);
    code = curl_easy_perform(h->curl);
    curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, NULL);
    curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        return explain(h, code, request->url, err);
    *answer = (struct http_answer){
        .status = (int)status,
        .body = arena_str(arena, buf_str(&h->body)),
        .headers = arena_str(arena, buf_str(&h->headers)),
        .retry_after = retry_after < UINT_MAX ? (unsigned)retry_after : UINT_MAX,
    };
    return true;
}

struct str
http_answer_header(const struct http_answer *answer, const char *name)
{
    struct str rest = answer->headers, line;

    while (rest.n && str_cut(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find_char(line, ':');

        if (colon > 0 && str_equal_nocase(str_head(line, (size_t)colon), str_from(name)))
            return str_trim(str_skip(line, (size_t)colon + 1));
    }
    return STR_NONE;
}
