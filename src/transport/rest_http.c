/* What a request may meet, and what is done:
 *
 *   429, 502, 503, 504, a connection that is lost or refused   'tries' times, as long apart as
 *                                                              Retry-After says, else ever longer
 *   500, no answer in time                                     once more: such answers are dear
 *   401                                                        once more with a new token
 *   anything else                                              fails at once */

#include "transport/rest_http.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/rng.h"
#include "transport/rest_page.h"

enum {
    TRIES = 4,
    DEAR_TRIES = 2,
    FIRST_WAIT = 500, /* ms; then twice as long each time */
    MOST_WAIT = 30000,
    LOOK_UP = 250, /* ms between looks whether somebody has cancelled */
    MOST_OF_PLACE = 60,
};

struct rest_http {
    const struct rest_options *options;
    struct rest_keeper        *keeper;

    pthread_mutex_t lock; /* of all below */
    struct http   **idle; /* handles that nobody uses, with their connections */
    size_t          n_idle, capacity;
};

struct rest_http *
rest_http_new(const struct rest_options *options)
{
    struct rest_http *r = xcalloc(1, sizeof *r);

    r->options = options;
    r->keeper = rest_keeper_new(options);
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void
rest_http_free(struct rest_http *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_idle; i++)
        http_free(r->idle[i]);
    free(r->idle);
    pthread_mutex_destroy(&r->lock);
    rest_keeper_free(r->keeper);
    free(r);
}

int64_t
rest_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- handles --- */

static struct http *
take_handle(struct rest_http *r)
{
    struct http        *http = NULL;
    struct http_options options = r->options->http;

    pthread_mutex_lock(&r->lock);
    if (r->n_idle)
        http = r->idle[--r->n_idle];
    pthread_mutex_unlock(&r->lock);
    options.cancelled = r->options->cancelled;
    return http ? http : http_new(&options);
}

static void
give_handle(struct rest_http *r, struct http *http)
{
    pthread_mutex_lock(&r->lock);
    if (r->n_idle == r->capacity) {
        r->capacity = r->capacity ? 2 * r->capacity : 8;
        r->idle = xrealloc(r->idle, r->capacity * sizeof *r->idle);
    }
    r->idle[r->n_idle++] = http;
    pthread_mutex_unlock(&r->lock);
}

/* --- one attempt --- */

struct get {
    struct rest_http     *rest;
    const struct request *request;
    struct str            query;
    int64_t               deadline;
    struct arena         *arena; /* of what is returned */
    struct reply         *page;
    struct str           *next;
    bool                  is_signed_in;
    bool                  is_final; /* no other try will help */
    uint64_t              session;  /* whose token was sent */
    uint64_t              refused;  /* the session whose token a service did not take */
    unsigned              retry_after;
    struct error         *err;
};

static bool
fail_redirected(const struct get *g, struct str place, const struct http_answer *answer)
{
    struct str to = http_answer_header(answer, "Location");

    to = str_has(to, STR("://")) ? str_head(http_place(to), MOST_OF_PLACE) : STR("another path");
    return error_set(g->err, ERROR_TRANSPORT, answer->status,
                     "%.*s: HTTP status %d leads to %.*s, which is not followed (check the address "
                     "in the catalog)",
                     STR_ARG(place), answer->status, STR_ARG(to));
}

static bool
fail_by_status(const struct get *g, struct str place, struct str token,
               const struct http_answer *answer, struct arena *arena)
{
    struct str  says = rest_page_says(arena, answer->body, token);
    const char *why = answer->status == 401   ? "it does not take a new token"
                      : answer->status == 403 ? "the user may not see this (it takes the role "
                                                "admin, or reader where the cloud allows it)"
                      : answer->status == 429 ? "it is asked too often"
                                              : NULL;

    if (answer->status >= 300 && answer->status < 400)
        return fail_redirected(g, place, answer);
    return error_set(g->err, ERROR_TRANSPORT, answer->status, "%.*s: HTTP status %d: %s%s%.*s",
                     STR_ARG(place), answer->status, why ? why : "", why ? ": " : "",
                     STR_ARG(says));
}

static bool
take_answer(struct get *g, const struct rest_pass *pass, const struct http_answer *answer,
            struct arena *scratch, struct str url)
{
    struct str place = http_place(url);

    g->retry_after = answer->retry_after;
    if (answer->status != 200)
        return fail_by_status(g, place, pass->token, answer, scratch);
    if (!rest_page_check(g->arena, answer->body, g->request->path, pass->token, g->next, g->err))
        return error_prefix(g->err, "%.*s: ", STR_ARG(place));
    *g->page = (struct reply){
        .text = arena_str(g->arena, answer->body),
        .status = answer->status,
        .origin = arena_str(g->arena, url),
    };
    return true;
}

static size_t
make_headers(struct str *headers, const struct request *request, const struct rest_pass *pass,
             struct arena *arena)
{
    struct str version = request->microversion;
    size_t     n = 0;

    headers[n++] = arena_join(arena, STR("X-Auth-Token: "), pass->token, STR_NONE);
    if (str_is(request->service, "nova") && !str_empty(version)) {
        headers[n++] = arena_join(arena, STR("OpenStack-API-Version: compute "), version, STR_NONE);
        headers[n++] = arena_join(arena, STR("X-OpenStack-Nova-API-Version: "), version, STR_NONE);
    }
    return n;
}

/* Of the time of the list, in the range that a request takes: 0 would be no limit. */
static unsigned
time_left(const struct get *g)
{
    int64_t left = g->deadline - rest_now();

    return left < 1 ? 1 : left > INT32_MAX ? INT32_MAX : (unsigned)left;
}

static bool
ask_with(struct get *g, struct http *http, const struct rest_pass *pass, struct arena *scratch)
{
    struct str url = arena_join(scratch, pass->address, g->query.n ? STR("?") : STR_NONE, g->query);
    struct str headers[3];
    const struct http_request request = {
        .method = "GET",
        .url = url,
        .headers = headers,
        .n_headers = make_headers(headers, g->request, pass, scratch),
        .time = time_left(g),
    };
    struct http_answer answer;

    return http_ask(http, &request, scratch, &answer, g->err) &&
           take_answer(g, pass, &answer, scratch, url);
}

static bool
attempt(struct get *g)
{
    AUTO_ARENA       scratch = arena_new();
    struct rest_pass pass;
    struct http     *http;
    bool             good;

    g->retry_after = 0;
    g->is_signed_in =
        rest_keeper_pass(g->rest->keeper, g->refused, g->request, scratch, &pass, g->err);
    g->is_final = pass.is_final;
    if (!g->is_signed_in)
        return false;
    g->session = pass.session;
    http = take_handle(g->rest);
    good = ask_with(g, http, &pass, scratch);
    give_handle(g->rest, http);
    return good;
}

/* --- patience --- */

static unsigned
tries_of(const struct get *g, int code)
{
    unsigned tries = g->rest->options->tries ? g->rest->options->tries : TRIES;

    if (!rest_fault_may_pass(code))
        return 1;
    if ((code == 500 || code == HTTP_FAULT_TIME) && tries > DEAR_TRIES)
        return DEAR_TRIES;
    return tries;
}

/* Half of it by chance, so that those whom a server sent away do not come back all at once. */
static int64_t
wait_of(const struct get *g, unsigned n_tried)
{
    struct rng rng = { (uint64_t)rest_now() ^ (uintptr_t)g };
    int64_t    wait = n_tried < 7 ? (int64_t)FIRST_WAIT << (n_tried - 1) : MOST_WAIT;

    if (g->retry_after)
        return g->retry_after < MOST_WAIT / 1000 ? (int64_t)g->retry_after * 1000 : MOST_WAIT;
    return wait / 2 + (int64_t)rng_below(&rng, (size_t)wait / 2 + 1);
}

static bool
is_cancelled(const struct get *g)
{
    return g->rest->options->cancelled && atomic_load(g->rest->options->cancelled);
}

/* False when somebody cancelled meanwhile. */
static bool
rest_a_while(const struct get *g, int64_t until)
{
    for (int64_t now; (now = rest_now()) < until;) {
        int64_t         part = until - now < LOOK_UP ? until - now : LOOK_UP;
        struct timespec time = { 0, (long)part * 1000000 };

        if (is_cancelled(g))
            return false;
        nanosleep(&time, NULL);
    }
    return !is_cancelled(g);
}

/* After the last try. A Keystone that nobody could reach is not tried again by each who comes. */
static bool
give_up(const struct get *g, unsigned n_tried)
{
    if (n_tried > 1)
        error_prefix(g->err, "tried %u times: ", n_tried);
    if (!g->is_signed_in && rest_fault_may_pass(g->err->code))
        rest_keeper_give_up(g->rest->keeper, g->err);
    return false;
}

/* Before another try; false when there is to be none. */
static bool
wait_for_another(const struct get *g, unsigned n_tried)
{
    int64_t until = rest_now() + wait_of(g, n_tried);

    if (g->is_final)
        return false;
    if (n_tried >= tries_of(g, g->err->code))
        return give_up(g, n_tried);
    if (until >= g->deadline)
        return error_prefix(g->err, "no time is left for another try: ");
    if (!rest_a_while(g, until))
        return error_set(g->err, ERROR_TRANSPORT, HTTP_FAULT_CANCELLED, "cancelled");
    return true;
}

static bool
get_patiently(struct get *g)
{
    for (unsigned n_tried = 1; !attempt(g); n_tried++) {
        if (g->err->code == 401 && g->session && !g->refused) {
            g->refused = g->session;
            n_tried--;
        } else if (!wait_for_another(g, n_tried)) {
            return false;
        }
    }
    return true;
}

bool
rest_http_get(struct rest_http *rest, const struct request *request, struct str query,
              int64_t deadline, struct arena *arena, struct reply *page, struct str *next,
              struct error *err)
{
    struct error why = { 0 };
    struct get   get = { .rest = rest,
                         .request = request,
                         .query = query,
                         .deadline = deadline,
                         .arena = arena,
                         .page = page,
                         .next = next,
                         .err = &why };

    if (get_patiently(&get))
        return true;
    *err = why;
    return false;
}
