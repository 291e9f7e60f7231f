/* Ask tables of a database, for tests/e2e/test_sql.py:
 *
 *     ask_sql OPTION=VALUE... "neutron.agents(id,host)"...
 *
 * Options are those of struct database_options; the password is in SQL_PASSWORD. Each answer is a
 * line of JSON: {"rows": [...]}, or {"fault": "LOST", "message": "..."}. The question "test" is
 * database_test(), "pause" waits until a line can be read, "cancel" sets the flag a second later. */

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/doc.h"
#include "base/file.h"
#include "transport/database.h"

static const char *const faults[] = {
    [DATABASE_FAULT_OTHER] = "OTHER",     [DATABASE_FAULT_NAME] = "NAME",
    [DATABASE_FAULT_REFUSED] = "REFUSED", [DATABASE_FAULT_TIME] = "TIME",
    [DATABASE_FAULT_TLS] = "TLS",         [DATABASE_FAULT_PASSWORD] = "PASSWORD",
    [DATABASE_FAULT_RIGHT] = "RIGHT",     [DATABASE_FAULT_TABLE] = "TABLE",
    [DATABASE_FAULT_LOST] = "LOST",       [DATABASE_FAULT_SIZE] = "SIZE",
};

static atomic_bool cancelled;

static void *
cancel_soon(void *unused UNUSED)
{
    sleep(1);
    atomic_store(&cancelled, true);
    return NULL;
}

static void
cancel(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, cancel_soon, NULL) != 0)
        abort();
    pthread_detach(thread);
}

static void
print_fault(const struct error *err)
{
    AUTO_BUF out = { 0 };

    buf_printf(&out, "{\"fault\":\"%s\",\"message\":", faults[err->code]);
    doc_write_text(&out, str_from(err->message));
    printf("%s}\n", buf_c(&out));
}

static void
print_rows(struct str rows)
{
    printf("{\"rows\":");
    for (size_t i = 0; i < rows.n; i++)
        putchar(rows.p[i] == '\n' ? ' ' : rows.p[i]);
    printf("}\n");
}

/* The most memory there was. getrusage() would count what was before exec(). */
static void
print_memory(void)
{
    AUTO_FILE status = fopen("/proc/self/status", "re");
    char      line[128];
    uint32_t  kb;

    while (status && fgets(line, sizeof line, status)) {
        struct str rest = str_from(line), name, number;

        if (str_word(&rest, &name) && str_is(name, "VmHWM:") && str_word(&rest, &number) &&
            str_to_u32(number, &kb))
            printf("{\"memory_kb\":%u}\n", kb);
    }
}

static void
ask(struct database *database, const char *question)
{
    AUTO_ARENA     arena = arena_new();
    struct request form;
    struct answer  answer;
    struct str     what;
    struct error   err;

    if (strcmp(question, "test") == 0) {
        if (database_test(database, arena, &what, &err))
            printf("{\"what\":\"%.*s\"}\n", STR_ARG(what));
        else
            print_fault(&err);
        return;
    }
    if (!request_from_text(str_from(question), &form))
        abort();
    if (database_ask(database, &form, 1, arena, &answer))
        print_rows(answer_text(&answer));
    else
        print_fault(&answer.error);
}

static bool
set_option(struct database_options *o, const char *argument)
{
    struct str rest = str_from(argument), name;
    uint32_t   number = 0;

    if (!str_cut(&rest, '=', &name) || !rest.p)
        return false;
    if (str_to_u32(rest, &number)) {
        unsigned *const          numbers[] = { &o->port, &o->connect_time, &o->table_time };
        static const char *const names[] = { "port", "connect_time", "table_time" };

        for (size_t i = 0; i < N_ELEMENTS(names); i++)
            if (str_is(name, names[i]))
                *numbers[i] = number;
        if (str_is(name, "largest"))
            o->largest = number;
        if (str_is(name, "wants_tls"))
            o->wants_tls = number != 0;
        if (str_is(name, "trusts_anybody"))
            o->trusts_anybody = number != 0;
    }
    if (str_is(name, "host"))
        o->host = rest;
    else if (str_is(name, "user"))
        o->user = rest;
    else if (str_is(name, "ca"))
        o->ca = rest;
    return true;
}

int
main(int argc, char **argv)
{
    struct database_options o = { .host = STR("127.0.0.1"),
                                  .user = STR("calipso"),
                                  .password = str_from(getenv("SQL_PASSWORD")),
                                  .ca = STR_NONE,
                                  .cancelled = &cancelled };
    struct database        *database;
    int                     i = 1;
    char                    line[8];

    signal(SIGPIPE, SIG_IGN);
    while (i < argc && set_option(&o, argv[i]))
        i++;
    database = database_new(&o);
    for (; i < argc; i++) {
        if (strcmp(argv[i], "pause") == 0) {
            printf("{\"paused\":true}\n");
            fflush(stdout);
            if (!fgets(line, sizeof line, stdin))
                return 1;
        } else if (strcmp(argv[i], "cancel") == 0) {
            cancel();
        } else {
            ask(database, argv[i]);
        }
        fflush(stdout);
    }
    database_free(database);
    print_memory();
    return 0;
}
