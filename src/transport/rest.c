/* Lists, page by page.
 *
 * Services give pages in the order of ids, each with a link to the next. A service that is ill may
 * link in circles or for ever: no page is asked twice, and there are limits of pages, bytes and
 * time. A list is whole or it is none, since what is missing in it counts as gone from the cloud.
 * When the element that a page begins behind is deleted meanwhile, Neutron knows no such page any
 * more: then the list is asked again from its beginning. */

#include "transport/rest.h"

#include "base/map.h"
#include "transport/rest_address.h"
#include "transport/rest_http.h"

enum {
    LIST_TIME = 600000,
    MOST_PAGES = 100000,
    MOST_BYTES = 512 << 20,
    BEGINNINGS = 3,
};

struct rest {
    struct rest_options options;
    struct rest_http   *http;
};

struct rest *
rest_new(const struct rest_options *options)
{
    struct rest *rest = xcalloc(1, sizeof *rest);

    rest->options = *options;
    if (!rest->options.list_time)
        rest->options.list_time = LIST_TIME;
    if (!rest->options.most_pages)
        rest->options.most_pages = MOST_PAGES;
    if (!rest->options.most_bytes)
        rest->options.most_bytes = MOST_BYTES;
    rest->http = rest_http_new(&rest->options);
    return rest;
}

void
rest_free(struct rest *rest)
{
    if (!rest)
        return;
    rest_http_free(rest->http);
    free(rest);
}

/* A list while its pages are asked for. */
struct list {
    const struct rest    *rest;
    const struct request *request;
    int64_t               deadline;
    struct arena         *arena;
    struct reply         *pages;
    size_t                n, capacity;
    size_t                n_bytes;
    struct error         *err;
};

static bool
check_limits(const struct list *list)
{
    const struct rest_options *o = &list->rest->options;

    if (list->n_bytes > o->most_bytes)
        return error_set(list->err, ERROR_TRANSPORT, HTTP_FAULT_SIZE,
                         "the list is larger than %zu bytes", o->most_bytes);
    if (list->n >= o->most_pages)
        return error_set(list->err, ERROR_TRANSPORT, HTTP_FAULT_SIZE,
                         "the list has no end: there is more behind page %zu", list->n);
    if (rest_now() >= list->deadline)
        return error_set(list->err, ERROR_TRANSPORT, HTTP_FAULT_TIME,
                         "the list did not come to its end in %g s; %zu pages came",
                         o->list_time / 1000.0, list->n);
    return true;
}

static bool
ask_pages(struct list *list)
{
    AUTO_MAP   asked = { 0 };
    struct str query = rest_first_query(list->request, list->arena);

    list->n = list->n_bytes = 0;
    do {
        bool is_new;

        map_put(&asked, query, &is_new);
        if (!is_new)
            return error_set(list->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                             "the list goes in a circle: page %zu links to one that came before",
                             list->n);
        if (!check_limits(list))
            return false;
        arena_grow(list->arena, list->pages, list->n, list->capacity);
        if (!rest_http_get(list->rest->http, list->request, query, list->deadline, list->arena,
                           &list->pages[list->n], &query, list->err))
            return list->n ? error_prefix(list->err, "page %zu: ", list->n + 1) : false;
        list->n_bytes += list->pages[list->n++].text.n;
    } while (!str_empty(query));
    return list->n_bytes <= list->rest->options.most_bytes || check_limits(list);
}

static bool
ask_list(struct list *list)
{
    for (unsigned i = 1; !ask_pages(list); i++) {
        bool has_lost_its_place =
            list->n && (list->err->code == 400 || list->err->code == 404) && i < BEGINNINGS;

        if (!has_lost_its_place)
            return false;
    }
    return true;
}

/* Keep the most telling reason: that another form is not known here says nothing about this one. */
static void
note_failure(struct answer *answer, const struct request *request, const struct error *why,
             struct arena *arena)
{
    if (answer->error.domain != ERROR_NONE && answer->error.code != 404 &&
        why->code != HTTP_FAULT_CANCELLED)
        return;
    error_set(&answer->error, ERROR_TRANSPORT, why->code, "%.110s: %s",
              request_text(request, arena).p, why->message);
}

bool
rest_ask(struct rest *rest, const struct request *forms, size_t n_forms, struct arena *arena,
         struct answer *answer)
{
    int64_t deadline = rest_now() + rest->options.list_time;

    *answer = (struct answer){ .kind = n_forms ? ANSWER_FAILED : ANSWER_UNKNOWN };
    for (size_t i = 0; i < n_forms; i++) {
        struct error why;
        struct list  list = {
             .rest = rest, .request = &forms[i], .deadline = deadline, .arena = arena, .err = &why
        };

        answer->form = i;
        if (ask_list(&list)) {
            answer->kind = ANSWER_GOOD;
            answer->pages = list.pages;
            answer->n_pages = list.n;
            answer->error = (struct error){ 0 };
            return true;
        }
        note_failure(answer, &forms[i], &why, arena);
        if (why.code == HTTP_FAULT_CANCELLED || rest_now() >= deadline)
            break;
    }
    return false;
}
