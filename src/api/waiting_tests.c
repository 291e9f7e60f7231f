#include "api/waiting_tests.h"

enum { MOST_WAITING = 20 };

struct waiting {
    struct str user;
    size_t     n;
};

static bool
count_waiting(void *context, struct str id UNUSED, struct str text)
{
    struct waiting *w = context;
    AUTO_ARENA      scratch = arena_new();

    w->n += str_equal(doc_get_text(doc_parse(scratch, text, NULL), "user"), w->user);
    return true;
}

bool
waiting_tests_have_room(struct call *call, struct store *writer)
{
    struct waiting w = { .user = call->user->id };
    struct error   err;

    if (!collection_list_status(writer, STR("connection_tests"), STR("request"), count_waiting, &w,
                                &err)) {
        reply_failure(call, &err);
        return false;
    }
    if (w.n < MOST_WAITING)
        return true;
    reply_error(call, 429, "%zu of your connection tests are waiting already", w.n);
    return false;
}
