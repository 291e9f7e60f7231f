/* calipso: the table of subcommands. */

#include <signal.h>

#include "cli/cli.h"

struct command {
    const char *name;
    command_fn *run;
    const char *help;
};

static const struct command commands[] = {
    { "scan", command_scan, "discover an environment, connect it, keep what changed" },
    { "record", command_record, "keep what a scan asks of a cloud, to look at it elsewhere" },
    { "env", command_env, "list, show, add, change, test or remove environments" },
    { "user", command_user, "list, show, add, change or remove users of the server" },
    { "list", command_list, "list all objects of a type" },
    { "show", command_show, "show one object with all its attributes" },
    { "tree", command_tree, "show what lies below an object, as a tree" },
    { "search", command_search, "find objects by name, id or address" },
    { "links", command_links, "list links" },
    { "clique", command_clique, "show what an object depends on, from the VM to the wire" },
    { "types", command_types, "list the types of objects" },
    { "serve", command_serve, "serve the REST API, run scans that are asked for" },
    { "messages", command_messages, "list what scans had to say" },
    { "backup", command_backup, "copy the store while others work with it" },
    { "import", command_import, "read a collection of JSON lines" },
    { "export", command_export, "write a collection as JSON lines" },
};

static void
print_help(FILE *f)
{
    fputs("calipso: see the virtual network of a cloud\n\n"
          "usage: calipso COMMAND [OPTION...]\n\n",
          f);
    for (size_t i = 0; i < N_ELEMENTS(commands); i++)
        fprintf(f, "  %-10s %s\n", commands[i].name, commands[i].help);
    fputs("\nFirst steps:\n"
          "  calipso scan -e demo --replay tests/clouds/ovs   scan the recording of a real cloud\n"
          "  calipso list instance -e demo                    what is there\n"
          "  calipso clique vm-a1 -e demo                     what one of them hangs on\n"
          "  calipso COMMAND --help                           options and examples\n\n"
          "Inventories are kept in $CALIPSO_STORE (sqlite:FILE), else in a file of the user's.\n",
          f);
}

static int
no_command(const char *name)
{
    AUTO_ARENA         arena = arena_new();
    struct known_names names = { .arena = arena };

    for (size_t i = 0; i < N_ELEMENTS(commands); i++)
        known_names_add(&names, str_from(commands[i].name));
    return usage_error(
        "there is no command '%s'; %.*s", name,
        STR_ARG(did_you_mean(&names, str_from(name), "`calipso --help` lists them")));
}

int
main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return finish_output(EXIT_COMPLETED);
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("calipso " CALIPSO_VERSION);
        return finish_output(EXIT_COMPLETED);
    }
    for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;

        /* argp names the program by argv[0] in its messages. */
        AUTO_BUF name = { 0 };

        buf_printf(&name, "calipso %s", commands[i].name);
        argv[1] = (char *)(uintptr_t)buf_c(&name);
        return commands[i].run(argc - 1, argv + 1);
    }
    return no_command(argv[1]);
}
