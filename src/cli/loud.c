#include "cli/loud.h"

#include "cli/cli.h"

struct loud {
    struct transport  transport;
    struct transport *inner;
};

static bool
loud_ask(struct transport *t, const struct request *forms, size_t n_forms, struct arena *arena,
         struct answer *answer)
{
    struct loud *loud = (struct loud *)t;
    bool         good = transport_ask(loud->inner, forms, n_forms, arena, answer);

    for (size_t i = 0; good && i < answer->n_pages; i++) {
        struct str request = request_text(&forms[answer->form], arena);

        struct str line = arena_join(arena, answer->pages[i].origin, STR(": "), request);

        flockfile(stderr); /* hosts are asked in parallel */
        fprintf(stderr, "debug %s: ", loud->inner->kind->name);
        print_safely(stderr, line);
        putc('\n', stderr);
        funlockfile(stderr);
    }
    return good;
}

static bool
loud_run(struct transport *t, struct str host, struct str script, struct arena *arena,
         struct str *output, struct error *err)
{
    struct loud *loud = (struct loud *)t;
    bool         good = transport_run(loud->inner, host, script, arena, output, err);

    flockfile(stderr);
    fputs("debug probe: ", stderr);
    print_safely(stderr, host);
    fprintf(stderr, ": script of %zu bytes, output of %zu\n", script.n, output->n);
    funlockfile(stderr);
    return good;
}

static void
loud_close(struct transport *t)
{
    struct loud *loud = (struct loud *)t;

    transport_close(loud->inner);
    free(loud);
}

struct transport *
loud_open(struct transport *inner)
{
    static const struct transport_kind replay = { "loud", loud_ask, NULL, loud_close };
    static const struct transport_kind live = { "loud", loud_ask, loud_run, loud_close };
    struct loud                       *loud = xcalloc(1, sizeof *loud);

    loud->transport.kind = transport_has_shells(inner) ? &live : &replay;
    loud->inner = inner;
    return &loud->transport;
}
