#include "cli/interrupt.h"

#include <signal.h>
#include <stdbool.h>

static atomic_bool is_interrupted;

static void
note(int number)
{
    atomic_store(&is_interrupted, true);
    signal(number, SIG_DFL);
}

const atomic_bool *
catch_interrupts(void)
{
    const struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &is_interrupted;
}

void
interrupt(void)
{
    atomic_store(&is_interrupted, true);
}
