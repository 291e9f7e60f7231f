/* calipso serve: the REST API, the web UI, the scans that people ask for, and those on a schedule. */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "access/access.h"
#include "api/service.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "jobs/housekeeping.h"
#include "jobs/jobs.h"

#define SECOND INT64_C(1000000) /* of the store's times */

enum {
    KEY_CERTIFICATE = 0x4000,
    KEY_KEY,
    KEY_SCANS,
    KEY_JOBS,
    KEY_RATE,
    KEY_USER_RATE,
    KEY_NO_SCANS,
    KEY_CONFIG,
    KEY_KEEP_HISTORY,
    KEY_KEEP_MESSAGES,
    KEY_IDLE,
    KEY_HEARTBEAT,
    KEY_WEB,

    ALIVE_SECONDS = 60,
    KEEP_HISTORY = 30, /* days */
    MOST_DAYS = 36500,
    STOP_SECONDS = 20,
    MOST_SCANS = 64,
    MOST_JOBS = 256,
    MOST_LIFETIME = 365 * 86400,
    MOST_RATE = 1000000,
    MOST_SILENCE = 3600,
};

struct serve_arguments {
    struct query                query;
    struct api_options          api;
    struct jobs_options         jobs;
    struct housekeeping_options house;
    const char                 *config;
    struct config_places        places;
    bool                        no_scans;
};

static const struct argp_option serve_options[] = {
    { "bind", 'b', "ADDRESS:PORT[,...]", 0, "Where to listen (default: 127.0.0.1:8000)", 1 },
    { "cert_file", KEY_CERTIFICATE, "FILE", 0, "Serve TLS with this certificate (PEM)", 2 },
    { "key_file", KEY_KEY, "FILE", 0, "... and its private key", 2 },
    { "token-lifetime", 't', "SECONDS", 0, "How long a sign-in lasts (default: 86400)", 3 },
    { "rate", KEY_RATE, "N", 0, "Requests a second of one address (default: no limit)", 3 },
    { "idle", KEY_IDLE, "SECONDS", 0,
      "End connections without a request, and of readers that do not read (default: 60)", 3 },
    { "heartbeat", KEY_HEARTBEAT, "SECONDS", 0,
      "Send something to those who follow the feed at least that often (default: 15)", 3 },
    { "user-rate", KEY_USER_RATE, "N", 0, "Requests a second of one user (default: no limit)", 3 },
    { "scans", KEY_SCANS, "N", 0, "Scans at the same time, of different environments (default: 2)",
      4 },
    { "jobs", KEY_JOBS, "N", 0, "Hosts at the same time of one scan, as for scan", 4 },
    { "no-scans", KEY_NO_SCANS, NULL, 0, "Run no scans and schedules: another process does", 4 },
    { "keep-history", KEY_KEEP_HISTORY, "DAYS", 0,
      "Forget versions of objects that ended before (default: 30)", 5 },
    { "keep-messages", KEY_KEEP_MESSAGES, "DAYS", 0, "Forget messages of before (default: none)",
      5 },
    { "web", KEY_WEB, "FOLDER", 0,
      "Serve the web UI from this folder (default: the one that the program carries)", 6 },
    { "loglevel", 'l', "LEVEL", 0, "DEBUG, INFO (default), WARNING or ERROR", 6 },
    { "config", KEY_CONFIG, "FILE", 0,
      "Read options from an INI file first (default: $CALIPSO_CONFIG, else none); its keys are the "
      "long names of this list, in the section [serve]",
      6 },
    { 0 },
};

/* Of the option that is being read: options of the file are one word each. */
static const char *
place(const struct argp_state *state)
{
    const struct serve_arguments *a = state->input;

    return config_place(&a->places, state->next - 1, a->query.arena);
}

static uint32_t
number(const char *option, char *argument, uint32_t most, struct argp_state *state)
{
    uint32_t n;

    if (!str_to_u32(str_from(argument), &n) || n == 0 || n > most)
        argp_error(state, "%s--%s wants a number from 1 to %u, not '%s'", place(state), option,
                   most, argument);
    return n;
}

static error_t
parse_serve(int key, char *argument, struct argp_state *state)
{
    struct serve_arguments *a = state->input;
    struct server_options  *server = &a->api.server;
    enum log_level          level;

    switch (key) {
    case 'b':
        server->bind = str_from(argument);
        return 0;
    case KEY_CERTIFICATE:
        server->certificate = str_from(argument);
        return 0;
    case KEY_KEY:
        server->key = str_from(argument);
        return 0;
    case 't':
        a->api.token_lifetime = number("token-lifetime", argument, MOST_LIFETIME, state);
        return 0;
    case KEY_RATE:
        server->requests_a_second = number("rate", argument, MOST_RATE, state);
        return 0;
    case KEY_IDLE:
        server->idle_seconds = number("idle", argument, MOST_SILENCE, state);
        return 0;
    case KEY_HEARTBEAT:
        a->api.heartbeat = number("heartbeat", argument, MOST_SILENCE, state);
        return 0;
    case KEY_USER_RATE:
        a->api.user_rate = number("user-rate", argument, MOST_RATE, state);
        return 0;
    case KEY_SCANS:
        a->jobs.most = number("scans", argument, MOST_SCANS, state);
        return 0;
    case KEY_JOBS:
        a->jobs.scan_jobs = number("jobs", argument, MOST_JOBS, state);
        return 0;
    case KEY_WEB:
        a->api.web = str_from(argument);
        return 0;
    case KEY_NO_SCANS:
        a->no_scans = true;
        return 0;
    case KEY_CONFIG:
        /* It was read before: other spellings, which getopt_long(3) takes, were not seen then. */
        if (!a->config || strcmp(a->config, argument) != 0)
            argp_error(state, "write --config in full, and once");
        return 0;
    case KEY_KEEP_HISTORY:
        a->house.history_days = number("keep-history", argument, MOST_DAYS, state);
        return 0;
    case KEY_KEEP_MESSAGES:
        a->house.messages_days = number("keep-messages", argument, MOST_DAYS, state);
        return 0;
    case 'l':
        if (!log_level_from_name(str_from(argument), &level))
            argp_error(state, "%s-l knows DEBUG, INFO, WARNING and ERROR, not '%s'", place(state),
                       argument);
        log_set_level(level);
        return 0;
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp serve_argp = {
    .options = serve_options,
    .parser = parse_serve,
    .doc = "Serve the web UI and the REST API, and run scans that are asked for or scheduled."
           "\vThe first start prints a secret for making the first administrator; there is no "
           "password that comes with the program. SIGTERM and Ctrl-C end it in good order.\n\n"
           "Examples:\n"
           "  calipso serve\n"
           "  calipso serve -b '[::]:8443' --cert_file host.pem --key_file host.key\n"
           "  calipso serve --config /etc/calipso/calipso.ini",
    .children = store_children,
};

/* --- running --- */

/* Where all addresses are listened to, the name of this machine leads there. */
static struct str
reachable(struct arena *arena, struct str address)
{
    ptrdiff_t colon = str_find_last(address, ':');
    char      host[256] = "";

    if ((!str_starts(address, STR("0.0.0.0:")) && !str_starts(address, STR("[::]:"))) ||
        gethostname(host, sizeof host - 1) < 0)
        return address;
    return arena_join(arena, str_from(host), str_skip(address, (size_t)colon), STR_NONE);
}

/* Tell how to make the first administrator, while there is none. */
static bool
offer_setup(struct store *store, struct str address, bool has_tls, struct error *err)
{
    AUTO_ARENA arena = arena_new();
    struct str secret, first;

    if (!access_setup_secret(store, arena, &secret, err))
        return false;
    if (str_empty(secret))
        return true;
    str_cut(&address, ',', &first);
    first = reachable(arena, first);
    fprintf(stderr,
            "There is no administrator yet. Make one, once, with this link:\n\n"
            "    http%s://%.*s/setup#%.*s\n\n"
            "or by POST /api/v1/setup, with this secret:\n\n"
            "    %.*s\n\n"
            "or here: calipso user add admin --roles all\n\n",
            has_tls ? "s" : "", STR_ARG(first), STR_ARG(secret), STR_ARG(secret));
    return true;
}

/* What is written is lost with a file that was moved: that is said, once. */
static void
look_at_file(const struct store *store, bool *was_in_place)
{
    struct error err;
    bool         is_in_place = store_is_in_place(store, &err);

    if (*was_in_place && !is_in_place)
        log_line(LOG_ERROR, "the store is not where it was",
                 LOG_TEXT("error", str_from(err.message)));
    *was_in_place = is_in_place;
}

/* The server lives as long as its store can be read. */
static void
tell_alive(struct store *store)
{
    uint64_t     revision;
    struct error err;

    if (store_revision(store, &revision, &err))
        sd_notify(0, "WATCHDOG=1");
    else
        log_line(LOG_ERROR, "the store cannot be read", LOG_TEXT("error", str_from(err.message)));
}

/* Twice in the time after which systemd thinks that we are stuck. */
static struct timespec
alive_interval(void)
{
    uint64_t us, least = ALIVE_SECONDS * SECOND;

    if (sd_watchdog_enabled(0, &us) > 0 && us / 2 < least)
        least = us / 2;
    return (struct timespec){ .tv_sec = (time_t)(least / SECOND),
                              .tv_nsec = (long)(least % SECOND * 1000) };
}

/* Until somebody wants it to end. */
static void
wait_for_end(const sigset_t *signals, struct store *store)
{
    const struct timespec often = alive_interval();
    int                   number_of;
    bool                  is_in_place = true;

    sd_notify(0, "READY=1");
    do {
        tell_alive(store);
        look_at_file(store, &is_in_place);
    } while ((number_of = sigtimedwait(signals, NULL, &often)) < 0);
    sd_notify(0, "STOPPING=1");
    log_line(LOG_INFO, "stopping", LOG_TEXT("signal", str_from(strsignal(number_of))));
}

static bool
run(const struct serve_arguments *a, struct store *store, const sigset_t *signals,
    const struct api *api, struct error *err)
{
    AUTO_ARENA arena = arena_new();
    struct str address = api_address(api, arena);

    if (!offer_setup(store, address, !str_empty(a->api.server.certificate), err))
        return false;
    log_line(LOG_INFO, "listening", LOG_TEXT("address", address), LOG_TEXT("store", a->api.store));
    wait_for_end(signals, store);
    return true;
}

/* Housekeeping ends last: it may have to wait, and by then nobody is served any more. */
static int
serve(struct serve_arguments *a, struct store *store, const sigset_t *signals)
{
    struct jobs         *jobs = NULL;
    struct housekeeping *house = NULL;
    struct api          *api;
    struct error         err;
    bool                 good;

    if (!a->no_scans && !(jobs = jobs_start(&a->jobs, &err)))
        return fail(&err);
    a->api.jobs = jobs;
    api = api_start(&a->api, &err);
    good =
        api && (house = housekeeping_start(&a->house, &err)) && run(a, store, signals, api, &err);
    if (api)
        api_stop(api, STOP_SECONDS);
    if (jobs)
        jobs_stop(jobs);
    housekeeping_stop(house, STOP_SECONDS);
    return good ? EXIT_COMPLETED : fail(&err);
}

/* The file must be known before the options are read, since they win. */
static const char *
find_config(int argc, char **argv)
{
    const char *found = getenv("CALIPSO_CONFIG");

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--config=", strlen("--config=")) == 0)
            found = argv[i] + strlen("--config=");
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            found = argv[i + 1];
    }
    return found && *found ? found : NULL;
}

int
command_serve(int argc, char **argv)
{
    AUTO_ARENA             arena = arena_new();
    struct serve_arguments a = {
        .api.server.bind = STR("127.0.0.1:8000"),
        .house.history_days = KEEP_HISTORY,
    };
    sigset_t     signals;
    struct error err;

    a.config = find_config(argc, argv);
    if (a.config &&
        !config_read(a.config, "serve", &serve_argp, arena, &argc, &argv, &a.places, &err))
        return usage_error("%s", err.message);
    query_parse(&a.query, arena, &serve_argp, argc, argv);
    if (str_empty(a.api.server.certificate) != str_empty(a.api.server.key))
        return usage_error("--cert_file and --key_file go together");
    a.api.store = query_uri(&a.query);
    a.jobs.store = a.api.store;
    a.house.store = a.api.store;

    /* Taken by wait_for_end() alone: threads inherit that they are blocked. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    AUTO_STORE store = query_open(&a.query, STORE_CREATE);

    return store ? serve(&a, store, &signals) : EXIT_FAILED;
}
