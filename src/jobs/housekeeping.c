#include "jobs/housekeeping.h"

#include "access/access.h"
#include "base/log.h"
#include "base/ticker.h"

#define SECOND INT64_C(1000000) /* of the store's times */

enum {
    LOOK_EVERY = 60000,    /* ms; for tokens */
    FORGET_SECONDS = 3600, /* for versions and messages */
};

struct housekeeping {
    struct housekeeping_options options;
    struct store               *store;
    int64_t                     forgotten; /* when versions and messages were last looked at */
    struct ticker               ticker;
};

static int64_t
days_ago(int64_t now, unsigned days)
{
    return now - days * INT64_C(86400) * SECOND;
}

static bool
forget_old(struct housekeeping *h, int64_t now, struct error *err)
{
    uint64_t n_versions, n_messages = 0;

    if (!store_prune(h->store, days_ago(now, h->options.history_days), &n_versions, err) ||
        (h->options.messages_days &&
         !store_remove_messages(h->store, STR_NONE, days_ago(now, h->options.messages_days),
                                &n_messages, err)))
        return false;
    if (n_versions + n_messages)
        log_line(LOG_INFO, "old ones are forgotten", LOG_NUMBER("versions", n_versions),
                 LOG_NUMBER("messages", n_messages));
    return true;
}

static void
keep_house(void *context)
{
    struct housekeeping *h = context;
    int64_t              now = store_now();
    struct error         err;

    if (!access_forget_expired(h->store, now, &err))
        log_line(LOG_WARNING, "tokens cannot be cleaned up",
                 LOG_TEXT("error", str_from(err.message)));

    /* Also when the clock has been put back. */
    if (now >= h->forgotten && now - h->forgotten < FORGET_SECONDS * SECOND)
        return;
    if (forget_old(h, now, &err))
        h->forgotten = now;
    else
        log_line(LOG_WARNING, "old versions and messages cannot be forgotten",
                 LOG_TEXT("error", str_from(err.message)));
}

struct housekeeping *
housekeeping_start(const struct housekeeping_options *options, struct error *err)
{
    struct housekeeping *h = xcalloc(1, sizeof *h);

    h->options = *options;
    h->store = store_open(options->store.p, STORE_WRITE, err);
    if (!h->store) {
        free(h);
        return NULL;
    }
    ticker_start(&h->ticker, LOOK_EVERY, keep_house, h);
    return h;
}

void
housekeeping_stop(struct housekeeping *h, unsigned seconds)
{
    if (!h || !ticker_stop(&h->ticker, seconds))
        return;
    ticker_done(&h->ticker);
    store_close(h->store);
    free(h);
}
