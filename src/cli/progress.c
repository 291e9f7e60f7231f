#include "cli/progress.h"

#include <unistd.h>

#include "cli/cli.h"

enum { MOST_JOBS = 256, MOST_SHOWN = 1000 };

uint32_t
parse_jobs(const char *argument, struct argp_state *state)
{
    uint32_t jobs;

    if (!str_to_u32(str_from(argument), &jobs) || jobs == 0 || jobs > MOST_JOBS)
        argp_error(state, "--jobs wants a number from 1 to %d, not '%s'", MOST_JOBS, argument);
    return jobs;
}

static void
show_progress(void *context UNUSED, const struct scan_progress *p)
{
    fprintf(stderr, "\r\033[K%s %zu/%zu, %zu %s, %zu errors", p->phase, p->n_done, p->n_total,
            p->n_found, p->found, p->n_errors);
    fflush(stderr);
}

progress_fn *
progress_shown(void)
{
    return isatty(STDERR_FILENO) ? show_progress : NULL;
}

void
progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

void
print_messages(const struct scan_messages *messages, enum message_level least, const char *rest)
{
    size_t n_shown = 0;

    for (size_t i = 0; i < messages->n; i++) {
        const struct scan_message *m = &messages->items[i];

        if (least == MESSAGE_ERROR && m->level != MESSAGE_ERROR)
            continue;
        if (++n_shown <= MOST_SHOWN)
            print_message(m->level, m->text);
    }
    if (n_shown > MOST_SHOWN)
        fprintf(stderr, "calipso: ... and %zu more%s%s\n", n_shown - MOST_SHOWN, rest ? "; " : "",
                rest ? rest : "");
}

int
run_failed(const struct error *err)
{
    int status = fail(err);

    return err->domain == ERROR_CANCELLED ? EXIT_CANCELLED : status;
}
