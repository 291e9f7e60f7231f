/* Asks REST lists of an environment and prints what came of it, for tests/e2e/test_rest.py.
 *
 * Standard input is a JSON object:
 *
 *   environment   its document, with the target OpenStack
 *   ask           the requests, each an array of forms: [["nova:/os-services"], ...]
 *   jobs          asked at the same time; 1
 *   region, microversion            of every request
 *   tries, list_time, total_time, largest, most_pages, most_bytes    as in rest.h and http.h
 *   cancel_after  ms
 *
 * Standard output: {"answers": [{"kind", "form", "code", "message", "pages": [{"text", "origin"}]}],
 * "sign_ins": N}. */

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/work.h"
#include "scan/login.h"
#include "transport/rest.h"

enum { MOST_FORMS = 8, MOST_INPUT = 1 << 20 };

struct asked {
    struct arena  *arena;
    struct request forms[MOST_FORMS];
    size_t         n_forms;
    struct answer  answer;
};

struct asking {
    struct rest       *rest;
    struct environment environment;
    struct asked      *items;
    size_t             n;
    atomic_bool        cancelled;
    unsigned           cancel_after;
    int                n_sign_ins;
};

static NORETURN void
die(const char *what, const struct error *err)
{
    fprintf(stderr, "ask_rest: %s: %s\n", what, err->message);
    exit(2);
}

static bool
sign_in(void *context, struct arena *arena, struct rest_session *session, struct error *err)
{
    struct asking *asking = context;
    struct login   login;

    asking->n_sign_ins++;
    if (!keystone_login(&asking->environment, NULL, arena, &login, err))
        return false;
    session->token = login.id;
    session->expires = login.token.expires_at;
    session->places = arena_array(arena, struct rest_place, login.catalog.n);
    for (size_t i = 0; i < login.catalog.n; i++) {
        const struct doc *entry = login.catalog.items[i];

        session->places[session->n_places++] = (struct rest_place){
            .service = doc_get_text(entry, "service"),
            .region = doc_get_text(entry, "region"),
            .url = doc_text(doc_path(entry, "endpoint.adminURL")),
        };
    }
    return true;
}

static struct str
read_input(struct arena *arena)
{
    char  *text = arena_take(arena, MOST_INPUT);
    size_t n = fread(text, 1, MOST_INPUT, stdin);

    return (struct str){ text, n };
}

static void
read_requests(struct asking *asking, const struct doc *input, struct arena *arena)
{
    const struct doc *ask = doc_get(input, "ask");

    asking->n = doc_count(ask);
    asking->items = arena_array(arena, struct asked, asking->n);
    for (size_t i = 0; i < asking->n; i++) {
        struct asked     *item = &asking->items[i];
        const struct doc *forms = doc_at(ask, i);

        item->n_forms = doc_count(forms);
        if (item->n_forms > MOST_FORMS)
            die("ask", &(struct error){ .message = "too many forms" });
        for (size_t k = 0; k < item->n_forms; k++) {
            struct request *form = &item->forms[k];

            if (!request_from_text(doc_text(doc_at(forms, k)), form))
                die("ask", &(struct error){ .message = "no request" });
            form->region = doc_get_text(input, "region");
            form->microversion = doc_get_text(input, "microversion");
        }
    }
}

static unsigned
number(const struct doc *input, const char *key)
{
    return (unsigned)doc_number(doc_get(input, key), 0);
}

static void
ask_one(void *context, size_t index)
{
    struct asking *asking = context;
    struct asked  *item = &asking->items[index];

    item->arena = arena_new();
    if (!rest_ask(asking->rest, item->forms, item->n_forms, item->arena, &item->answer) &&
        item->answer.error.domain == ERROR_NONE)
        die("answer", &(struct error){ .message = "it failed without a reason" });
}

static void *
cancel_later(void *context)
{
    struct asking *asking = context;

    usleep(asking->cancel_after * 1000);
    atomic_store(&asking->cancelled, true);
    return NULL;
}

static struct doc *
answer_doc(struct arena *arena, const struct answer *answer)
{
    static const char *const kinds[] = { "good", "unknown", "failed", "broken" };
    struct doc              *d = doc_object(arena), *pages = doc_array(arena);

    doc_set_text(arena, d, "kind", str_from(kinds[answer->kind]));
    doc_set_int(arena, d, "form", (int64_t)answer->form);
    doc_set_int(arena, d, "code", answer->error.code);
    doc_set_text(arena, d, "message", str_from(answer->error.message));
    for (size_t i = 0; i < answer->n_pages; i++) {
        struct doc *page = doc_object(arena);

        doc_set_text(arena, page, "text", answer->pages[i].text);
        doc_set_text(arena, page, "origin", answer->pages[i].origin);
        doc_push(arena, pages, page);
    }
    doc_set(arena, d, "pages", pages);
    return d;
}

static void
print_answers(const struct asking *asking, struct arena *arena)
{
    struct doc *d = doc_object(arena), *answers = doc_array(arena);
    AUTO_BUF    text = { 0 };

    for (size_t i = 0; i < asking->n; i++)
        doc_push(arena, answers, answer_doc(arena, &asking->items[i].answer));
    doc_set(arena, d, "answers", answers);
    doc_set_int(arena, d, "sign_ins", asking->n_sign_ins);
    doc_write(&text, d);
    printf("%s\n", buf_c(&text));
}

int
main(void)
{
    AUTO_ARENA    arena = arena_new();
    struct error  err = { 0 };
    struct doc   *input = doc_parse(arena, read_input(arena), &err);
    struct asking asking = { .cancel_after = number(input, "cancel_after") };
    pthread_t     canceller;

    if (!input ||
        !environment_read(arena, doc_get(input, "environment"), &asking.environment, &err))
        die("input", &err);
    read_requests(&asking, input, arena);
    asking.rest = rest_new(&(struct rest_options){
        .http = { .ca = doc_get_text(asking.environment.document, "ca"),
                  .total_time = number(input, "total_time"),
                  .largest = number(input, "largest") },
        .sign_in = sign_in,
        .context = &asking,
        .list_time = number(input, "list_time"),
        .tries = number(input, "tries"),
        .cancelled = &asking.cancelled,
        .most_pages = number(input, "most_pages"),
        .most_bytes = number(input, "most_bytes"),
    });
    if (asking.cancel_after && pthread_create(&canceller, NULL, cancel_later, &asking) != 0)
        abort();
    work_each(number(input, "jobs"), asking.n, ask_one, &asking);
    if (asking.cancel_after)
        pthread_join(canceller, NULL);
    print_answers(&asking, arena);
    for (size_t i = 0; i < asking.n; i++)
        arena_free(asking.items[i].arena);
    rest_free(asking.rest);
    return 0;
}
