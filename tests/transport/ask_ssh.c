/* Ask hosts by src/transport/shell.h, for tests/e2e/test_ssh.py:
 *
 *     ask_ssh NAME=VALUE... run|key HOST... <SCRIPT
 *
 * Each host is asked at the same time as the others; with turns=1 one after another, each when SIGUSR1
 * comes. For each it prints a line "INDEX FAULT SIZE
 * MESSAGE" (FAULT: -1 is success, otherwise enum remote_fault) and SIZE bytes: what the host said. SIGINT
 * cancels. At the end it says on stderr how many descriptors are open that were not at the beginning. */

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "transport/shell.h"

enum { MOST = 256 };

struct ask {
    struct shell *shell;
    struct str    host, script;
    bool          is_key;
    int           index;
};

struct trust {
    struct str host, key;
};

static struct shell_options options;
static struct trust         trusted[MOST];
static size_t               n_trusted;
static struct shell_host    hosts[MOST];
static atomic_bool          cancelled;
static bool                 takes_turns;
static pthread_mutex_t      printing = PTHREAD_MUTEX_INITIALIZER;

static struct str
key_of(void *context UNUSED, struct str host)
{
    for (size_t i = 0; i < n_trusted; i++)
        if (str_equal(trusted[i].host, host))
            return trusted[i].key;
    return STR_NONE;
}

static unsigned
number(struct str text)
{
    uint32_t n = 0;

    if (!str_to_u32(text, &n))
        exit(2);
    return n;
}

/* "NAME,ADDRESS,PORT", with the login that was named before. */
static void
add_host(struct str value)
{
    struct shell_host *h = &hosts[options.n_hosts++];
    struct str         port;

    if (options.n_hosts == MOST || !str_cut(&value, ',', &h->name) ||
        !str_cut(&value, ',', &h->address) || !str_cut(&value, ',', &port))
        exit(2);
    h->port = number(port);
    h->login = options.login;
}

/* "HOST KEY" */
static void
add_trust(struct str value)
{
    struct trust *t = &trusted[n_trusted++];

    if (n_trusted == MOST || !str_cut(&value, ' ', &t->host))
        exit(2);
    t->key = value;
}

static void
set(struct str name, struct str value)
{
    const struct {
        const char *name;
        struct str *value;
    } texts[] = { { "master", &options.master },
                  { "user", &options.login.user },
                  { "key", &options.login.key },
                  { "passphrase", &options.login.passphrase },
                  { "password", &options.login.password } };
    const struct {
        const char *name;
        unsigned   *value;
    } numbers[] = { { "port", &options.port },
                    { "connect_time", &options.connect_time },
                    { "host_time", &options.host_time } };

    for (size_t i = 0; i < N_ELEMENTS(texts); i++)
        if (str_is(name, texts[i].name))
            *texts[i].value = value;
    for (size_t i = 0; i < N_ELEMENTS(numbers); i++)
        if (str_is(name, numbers[i].name))
            *numbers[i].value = number(value);
    if (str_is(name, "largest"))
        options.largest = number(value);
    else if (str_is(name, "agent"))
        options.login.agent = true;
    else if (str_is(name, "direct"))
        options.is_direct = true;
    else if (str_is(name, "turns"))
        takes_turns = true;
    else if (str_is(name, "host"))
        add_host(value);
    else if (str_is(name, "trust"))
        add_trust(value);
}

static void *
ask(void *context)
{
    const struct ask *a = context;
    AUTO_ARENA        arena = arena_new();
    struct str        said = STR_NONE;
    struct error      err = { 0 };
    bool              is_good = a->is_key ? shell_server_key(a->shell, a->host, arena, &said, &err)
                                          : shell_run(a->shell, a->host, a->script, arena, &said, &err);

    pthread_mutex_lock(&printing);
    printf("%d %d %zu %s\n", a->index, is_good ? -1 : err.code, said.n, err.message);
    fwrite(said.p, 1, said.n, stdout);
    fflush(stdout);
    pthread_mutex_unlock(&printing);
    return NULL;
}

static void
cancel(int signal_number UNUSED)
{
    atomic_store(&cancelled, true);
}

static int
n_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int  n = 0;

    while (folder && readdir(folder))
        n++;
    if (folder)
        closedir(folder);
    return n;
}

/* SIGUSR1 is blocked; whoever sends it waits for the line. */
static void
wait_for_turn(void)
{
    sigset_t turn;
    int      came;

    sigemptyset(&turn);
    sigaddset(&turn, SIGUSR1);
    fputs("waiting\n", stderr);
    sigwait(&turn, &came);
}

static void
ask_all(struct shell *shell, bool is_key, struct str script, char **names, int n)
{
    struct ask *asks = xcalloc((size_t)n + 1, sizeof *asks);
    pthread_t  *threads = xcalloc((size_t)n + 1, sizeof *threads);

    for (int i = 0; i < n; i++) {
        if (takes_turns)
            wait_for_turn();
        asks[i] = (struct ask){ shell, str_from(names[i]), script, is_key, i };
        if (pthread_create(&threads[i], NULL, ask, &asks[i]) != 0)
            abort();
        if (takes_turns)
            pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < n && !takes_turns; i++)
        pthread_join(threads[i], NULL);
    free(asks);
    free(threads);
}

/* It is kept for as long as the program runs. */
static struct str
read_all(void)
{
    static struct buf text;
    char              piece[4096];
    size_t            n;

    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
        buf_add(&text, (struct str){ piece, n });
    return buf_str(&text);
}

int
main(int argc, char **argv)
{
    struct str    script = STR_NONE, name, value;
    struct shell *shell;
    sigset_t      turn;
    int           i = 1, before = n_descriptors();

    for (; i < argc && strchr(argv[i], '='); i++) {
        value = str_from(argv[i]);
        if (str_cut(&value, '=', &name))
            set(name, value);
    }
    if (i == argc)
        return 2;
    options.hosts = hosts;
    options.host_key = key_of;
    options.cancelled = &cancelled;
    if (strcmp(argv[i], "run") == 0)
        script = read_all();
    signal(SIGINT, cancel);
    sigemptyset(&turn);
    sigaddset(&turn, SIGUSR1);
    sigprocmask(SIG_BLOCK, &turn, NULL);
    shell = shell_new(&options);
    ask_all(shell, strcmp(argv[i], "key") == 0, script, argv + i + 1, argc - i - 1);
    shell_free(shell);
    fprintf(stderr, "%d descriptors more\n", n_descriptors() - before);
    return 0;
}
