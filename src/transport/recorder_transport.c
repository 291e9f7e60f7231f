/* A transport that records what another one answers, form by form: of forms that fail before one is
 * good an answer would not tell. */

#include "transport/recorder.h"

#include <pthread.h>

#include "base/map.h"
#include "transport/request_key.h"

enum { HTTP_UNKNOWN = 404 };

struct recording_transport {
    struct transport  transport;
    struct transport *inner;
    struct recorder  *recorder;
    bool              every_form;

    pthread_mutex_t lock; /* of all below */
    struct arena   *arena;
    struct map      asked; /* keys of requests whose answers have been taken */
};

/* A list that two questions share is one of the recording all the same. */
static bool
is_new_request(struct recording_transport *self, const struct request *request)
{
    AUTO_BUF key = { 0 };
    bool     is_new;

    request_key(&key, request);
    pthread_mutex_lock(&self->lock);
    map_put_copy(&self->asked, self->arena, buf_str(&key), &is_new);
    pthread_mutex_unlock(&self->lock);
    return is_new;
}

static void
record_answer(struct recording_transport *self, const struct request *form,
              const struct answer *answer)
{
    bool is_status =
        form->kind == REQUEST_CLI ||
        (form->kind == REQUEST_REST && answer->error.code >= 100 && answer->error.code < 600);
    bool is_failure = answer->kind == ANSWER_FAILED && is_status;

    if ((answer->kind != ANSWER_GOOD && !is_failure) || !is_new_request(self, form))
        return;
    for (size_t i = 0; answer->kind == ANSWER_GOOD && i < answer->n_pages; i++)
        recorder_add(self->recorder, form, &answer->pages[i],
                     (struct recorded_page){ i, answer->n_pages });
    if (is_failure) {
        struct reply refused = answer->refused;

        refused.status = answer->error.code;
        recorder_add(self->recorder, form, &refused, (struct recorded_page){ 0, 1 });
    }
}

/* What else could have been asked; whether it is answered does not matter. */
static void
record_others(struct recording_transport *self, const struct request *forms, size_t n_forms)
{
    for (size_t i = 0; i < n_forms; i++) {
        AUTO_ARENA    scratch = arena_new();
        struct answer answer;

        (void)!transport_ask(self->inner, &forms[i], 1, scratch, &answer);
        record_answer(self, &forms[i], &answer);
    }
}

static bool
recorder_ask(struct transport *t, const struct request *forms, size_t n_forms, struct arena *arena,
             struct answer *answer)
{
    struct recording_transport *self = (struct recording_transport *)t;
    struct answer               worst = { .kind = ANSWER_GOOD };

    for (size_t i = 0; i < n_forms; i++) {
        bool good = transport_ask(self->inner, &forms[i], 1, arena, answer);

        answer->form = i;
        record_answer(self, &forms[i], answer);
        if (good) {
            if (answer->error.domain == ERROR_NONE && worst.kind == ANSWER_BROKEN)
                answer->error = worst.error;
            if (self->every_form)
                record_others(self, &forms[i + 1], n_forms - i - 1);
            return true;
        }
        if (answer->kind > worst.kind ||
            (answer->kind == worst.kind && worst.error.code == HTTP_UNKNOWN))
            worst = *answer; /* that a form is not known here says nothing about the others */
        worst.form = i;
    }
    *answer = worst;
    return false;
}

static bool
recorder_run(struct transport *t, struct str host, struct str script, struct arena *arena,
             struct str *output, struct error *err)
{
    return transport_run(((struct recording_transport *)t)->inner, host, script, arena, output,
                         err);
}

static void
recorder_close(struct transport *t)
{
    struct recording_transport *self = (struct recording_transport *)t;

    transport_close(self->inner);
    map_done(&self->asked);
    arena_free(self->arena);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

struct transport *
recorder_wrap(struct recorder *r, struct transport *inner, bool every_form)
{
    static const struct transport_kind kinds[] = {
        { "recorder", recorder_ask, NULL, recorder_close },
        { "recorder", recorder_ask, recorder_run, recorder_close },
    };
    struct recording_transport *self = xcalloc(1, sizeof *self);

    self->transport.kind = &kinds[transport_has_shells(inner)];
    self->inner = inner;
    self->recorder = r;
    self->every_form = every_form;
    self->arena = arena_new();
    pthread_mutex_init(&self->lock, NULL);
    return &self->transport;
}
