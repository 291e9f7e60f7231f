/* Try a message bus, for tests/e2e/test_amqp.py: ask_amqp OPTION=VALUE...
 *
 * Options are those of struct bus_options; the password is in AMQP_PASSWORD. The answer is a line
 * of JSON: {"what": "..."}, or {"fault": "PASSWORD", "message": "..."}. */

#include <signal.h>

#include "base/doc.h"
#include "transport/bus.h"

static const char *const faults[] = {
    [BUS_FAULT_OTHER] = "OTHER",       [BUS_FAULT_NAME] = "NAME",
    [BUS_FAULT_REFUSED] = "REFUSED",   [BUS_FAULT_TIME] = "TIME",
    [BUS_FAULT_STRANGER] = "STRANGER", [BUS_FAULT_TLS] = "TLS",
    [BUS_FAULT_PASSWORD] = "PASSWORD", [BUS_FAULT_VHOST] = "VHOST",
    [BUS_FAULT_LOST] = "LOST",
};

static void
set_option(struct bus_options *o, struct str name, struct str value)
{
    struct str *const        texts[] = { &o->host, &o->user, &o->vhost, &o->ca };
    static const char *const text_names[] = { "host", "user", "vhost", "ca" };
    bool *const              truths[] = { &o->wants_tls, &o->trusts_anybody };
    static const char *const truth_names[] = { "wants_tls", "trusts_anybody" };
    unsigned *const          numbers[] = { &o->port, &o->connect_time };
    static const char *const number_names[] = { "port", "connect_time" };
    uint32_t                 number = 0;

    for (size_t i = 0; i < N_ELEMENTS(texts); i++)
        if (str_is(name, text_names[i]))
            *texts[i] = value;
    for (size_t i = 0; i < N_ELEMENTS(truths); i++)
        if (str_is(name, truth_names[i]))
            *truths[i] = str_is(value, "1");
    for (size_t i = 0; i < N_ELEMENTS(numbers); i++)
        if (str_is(name, number_names[i]) && str_to_u32(value, &number))
            *numbers[i] = number;
}

int
main(int argc, char **argv)
{
    AUTO_ARENA         arena = arena_new();
    AUTO_BUF           out = { 0 };
    struct bus_options options = { .host = STR("127.0.0.1"),
                                   .user = STR("calipso"),
                                   .password = str_from(getenv("AMQP_PASSWORD")),
                                   .vhost = STR_NONE,
                                   .ca = STR_NONE };
    struct str         what;
    struct error       err;

    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        struct str rest = str_from(argv[i]), name;

        if (!str_cut(&rest, '=', &name) || !rest.p)
            return 2;
        set_option(&options, name, rest);
    }
    if (bus_test(&options, arena, &what, &err)) {
        buf_add(&out, STR("{\"what\":"));
        doc_write_text(&out, what);
    } else {
        buf_printf(&out, "{\"fault\":\"%s\",\"message\":", faults[err.code]);
        doc_write_text(&out, str_from(err.message));
    }
    printf("%s}\n", buf_c(&out));
    return 0;
}
