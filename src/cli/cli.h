/* The subcommands, and what they share: common options, tables, JSON lists, exit statuses.
 *
 * Every command is one row of the table in main.c and one file here. It returns the exit status;
 * usage errors end in argp with EXIT_USAGE. */

#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <argp.h>

#include "cli/nearest.h"
#include "model/environment.h"
#include "store/store.h"

enum {
    EXIT_COMPLETED = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_WITH_ERRORS = 3,
    EXIT_CANCELLED = 130, /* as shells have it for SIGINT */
};

typedef int command_fn(int argc, char **argv);

command_fn command_scan, command_record, command_env, command_user, command_list, command_show,
    command_tree, command_search, command_links, command_clique, command_types, command_messages,
    command_backup, command_import, command_export, command_serve;

enum output { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_DOT };

/* What reading commands are given. Their own options' structs begin with it. */
struct query {
    struct arena      *arena;
    const struct argp *argp;        /* the command's own */
    const char        *environment; /* -e */
    const char        *store_uri;   /* --store, $CALIPSO_STORE, or the user's own file */
    const char        *space;       /* -y */
    const char        *host;        /* --host */
    const char        *output_name; /* -o */
    enum output        output;
    bool               dot_allowed;
    struct condition  *where; /* --where */
    size_t             n_where;
    size_t             where_capacity;
    const char       **arguments; /* NULL where there are no more */
    size_t             n_arguments;
    size_t             least_arguments;
    size_t             most_arguments;
};

/* The common options as children of a command's argp; their parser's input is the query, which is
 * what a command's own parser hands on at ARGP_KEY_INIT. A command takes those that it heeds: others
 * are refused, never ignored. */
extern const struct argp_child query_children[];  /* all of them, and the arguments */
extern const struct argp_child export_children[]; /* --store, -e, -y, and the arguments */
extern const struct argp_child output_children[]; /* --store, -o, and the arguments */
extern const struct argp_child store_children[];  /* --store, and the arguments */

/* A parser for commands that have no options of their own. Input: the query. */
error_t parse_plain(int key, char *argument, struct argp_state *);

/* Parse the line into the query (and what follows it); ends the program on usage errors. */
void query_parse(struct query *, struct arena *, const struct argp *, int argc, char **argv);

/* Open the query's store; NULL after saying on stderr what is wrong. */
struct store *query_open(const struct query *, enum store_mode);

/* Which store the query means. */
struct str query_uri(const struct query *);

/* Is the query's store there already? */
bool query_has_store(const struct query *);

/* Open the store for reading and find the inventory that is asked about. The environment must be
 * named unless the store has only one. Returns an exit status; the caller closes the store. */
int query_begin(struct query *, struct store **, struct inventory *) MUST_CHECK;

/* --host and --where as a filter of objects, and on a document that no filter of the store sees. */
struct object_filter query_filter(const struct query *);
bool                 query_is_filtered(const struct query *);
bool                 query_matches(const struct query *, const struct doc *document);

/* Find an object by "ID" or "TYPE ID" among those of the filter (NULL: all); returns an exit status,
 * EXIT_COMPLETED with the row. An id that several types share is listed, EXIT_USAGE. */
int find_object(struct query *, struct store *, const struct inventory *,
                const struct object_filter *among, const char *type, const char *id,
                struct object_row *);

/* What to say of a name that is none: "did you mean 'host'?", else where to find those there are. */
struct str suggest_type(struct arena *, struct str wanted);
struct str suggest_environment(struct store *, struct arena *, struct str wanted,
                               const char *otherwise);

/* Say that there is no such environment, and which might have been meant; return EXIT_FAILED. */
int no_environment(struct query *, struct store *, struct str name);

/* An environment with its secrets open, fit to be asked; returns an exit status. */
int open_environment(struct query *, struct store *, const char *name,
                     struct environment *) MUST_CHECK;

/* "calipso: ..." on stderr; return EXIT_FAILED and EXIT_USAGE. */
int fail(const struct error *);
int usage_error(const char *format, ...) PRINTF(1, 2);

/* --- output --- */

/* A JSON array of documents, one a line. */
struct json_list {
    size_t n;
};

void json_list_add(struct json_list *, struct str document);
void json_list_end(struct json_list *);

/* A table for people; plain text when stdout is no terminal. */
struct table;

struct table *table_new(const char *const *titles, size_t n_titles);
void          table_add(struct table *, const struct str *cells);
void          table_print(struct table *); /* and free it */

/* Text of clouds and recordings, without what would move the cursor of a terminal. */
void print_safely(FILE *, struct str);

/* "calipso: error: ..." or "calipso: warning: ..." on stderr. */
void print_message(enum message_level, struct str text);

/* End of all output: EXIT_FAILED when it could not be written (a closed pipe is no failure). */
int finish_output(int status);

#endif
