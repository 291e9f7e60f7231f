/* What the parts of `calipso env` share: its options, and how a document comes to be.
 *
 * env.c is the command and its small verbs, env_document.c adds and edits, env_fields.c has the table
 * of options that are fields of a document, env_prompt.c asks people, env_import.c reads what other
 * tools know of a cloud. */

#ifndef CLI_ENV_H
#define CLI_ENV_H

#include "cli/cli.h"
#include "model/environment.h"

enum { N_ENV_FIELDS = 31 };

struct env_query {
    struct query query;
    bool         purge;
    bool         yes, replace;
    const char  *file;               /* "-": standard input */
    const char  *name;               /* -e */
    const char  *cloud;              /* --cloud */
    const char *given[N_ENV_FIELDS]; /* arguments of the options in env_fields[], NULL: not given */
    const char **removed;            /* --remove-target */
    size_t       n_removed, removed_capacity;
};

int add_environment(struct env_query *, struct store *);
int edit_environment(struct env_query *, struct store *);
int import_environment(struct env_query *, struct store *);

/* The one that was named might not be there. */
int failed_for(struct query *, struct store *, const char *name, const struct error *);

/* --- documents (env_document.c) --- */

/* Read a file; a larger one than an environment or a clouds.yaml may be is an error. */
bool env_read_file(const char *name, struct arena *, struct str *text,
                   struct error *err) MUST_CHECK;

/* Bring a new document to its end: what was given by options, what has a default, what is asked for;
 * then check and keep it. */
int env_keep_new(struct env_query *, struct store *, struct doc *document);

/* The same for one that is there; of a whole document nothing is missing. */
int env_keep_changed(struct env_query *, struct store *, struct doc *document, bool is_whole);

/* --- fields (env_fields.c) --- */

enum env_kind { ENV_TEXT, ENV_LIST, ENV_NUMBER, ENV_TRUE, ENV_FALSE, ENV_SECRET };

struct env_field {
    const char   *target; /* NULL: of the document itself */
    const char   *key;
    const char   *option;
    const char   *argument; /* what it wants, for --help; NULL: nothing */
    enum env_kind kind;
    const char   *fallback; /* proposed when people are asked; "" = the next field will do */
    const char   *question; /* NULL: nobody is asked for it */
    const char   *help;
};

extern const struct env_field env_fields[N_ENV_FIELDS];

/* The target of a document, made when it is not there. */
struct doc *env_target(struct arena *, struct doc *document, const char *name);

/* A field's value, NULL when it has none. */
const struct doc *env_field_value(const struct doc *document, const struct env_field *);

/* What text stands for in a field; secrets are taken as they are. */
struct doc *env_field_read(struct arena *, const struct env_field *, struct str text);
void        env_field_set(struct arena *, struct doc *document, const struct env_field *,
                          struct doc *value);

/* Does an environment like this one need the field, and lacks it? */
bool env_field_lacks(const struct doc *document, const struct env_field *);

/* May it be left out for the field that follows? */
bool env_field_has_alternative(const struct env_field *);

/* Set what was given on the command line: options, and targets that go. */
bool env_apply(const struct env_query *, struct doc *document, struct error *err) MUST_CHECK;

/* --- prompts (env_prompt.c) --- */

/* Ask on the terminal for what is missing, or for everything with present values proposed. False when
 * the input ends. */
bool env_ask(struct arena *, struct doc *document, bool everything, struct error *err) MUST_CHECK;

#endif
