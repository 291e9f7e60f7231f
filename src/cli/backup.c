/* calipso backup FILE: a whole copy of the store as it is at one moment, while others work with it. */

#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/interrupt.h"

static const struct argp backup_argp = {
    .parser = parse_plain,
    .args_doc = "FILE",
    .doc = "Copy the store, as it is at this moment, into a new file; scans and the server go on.\v"
           "The copy is a store of its own: --store sqlite:FILE reads it, and to restore it is put "
           "in the place of the other one while nobody works with that. Passwords in it are sealed "
           "with the key of the store (STORE.key, or $CALIPSO_KEY_FILE), which is to be kept "
           "elsewhere.\n\n"
           "Example:\n  calipso backup /backup/calipso-$(date +%F).db",
    .children = store_children,
};

int
command_backup(int argc, char **argv)
{
    AUTO_ARENA   arena = arena_new();
    struct query q = { .least_arguments = 1, .most_arguments = 1 };
    struct stat  file;
    struct error err;

    query_parse(&q, arena, &backup_argp, argc, argv);
    AUTO_STORE store = query_open(&q, STORE_READ);

    if (!store)
        return EXIT_FAILED;
    if (!store_backup(store, q.arguments[0], catch_interrupts(), &err))
        return fail(&err);
    if (stat(q.arguments[0], &file) == 0)
        printf("%s: %lld bytes\n", q.arguments[0], (long long)file.st_size);
    return finish_output(EXIT_COMPLETED);
}
