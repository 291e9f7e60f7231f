/* Ask a cloud: REST lists, SQL tables, shell commands; live or from a recording.
 *
 * A request is given as its equivalent forms, best first ("ip -j -d link", "ip -d link show"): the
 * first that has an answer is taken, and the answer says which one it was.
 *
 * Ownership:  requests borrow their text from the caller, answers live in the arena passed in.
 * Threads:    once opened, many workers may ask at the same time, each with its own arena.
 * Errors:     ERROR_TRANSPORT in the answer; answer_kind tells the cases apart. */

#ifndef TRANSPORT_TRANSPORT_H
#define TRANSPORT_TRANSPORT_H

#include "base/arena.h"
#include "base/error.h"

enum request_kind { REQUEST_REST, REQUEST_SQL, REQUEST_CLI };

struct request {
    enum request_kind kind;

    /* REST: a GET as administrator. */
    struct str service;      /* "keystone", "nova", "neutron" */
    struct str path;         /* below the version: "/servers/detail" */
    struct str query;        /* "all_tenants=1"; paging is the transport's concern */
    struct str microversion; /* "" = the lowest, 2.1 */
    struct str region;       /* "" = the only one */

    /* SQL: a whole table. */
    struct str schema;  /* "neutron" */
    struct str table;   /* "agents" */
    struct str columns; /* "id,host"; more may come; "" = all */

    /* CLI: a command on a host. */
    struct str host;
    struct str command; /* without sudo, ssh and quotes */
};

/* Read a form as tables write it: "nova:/servers/detail?all_tenants=1" (REST), or
 * "neutron.agents" and "neutron.agents(id,host)" (SQL). False when it is neither. */
bool request_from_text(struct str form, struct request *) MUST_CHECK;

struct request request_command(struct str host, struct str command);

/* Is this column asked for? Recorded tables may hold more, and then other columns must not count. */
bool request_has_column(const struct request *, struct str column);

/* For people: "nova:/servers/detail?all_tenants=1", "neutron.agents", "ip -d link on cmp1". */
struct str request_text(const struct request *, struct arena *);

/* One reply, as it came. */
struct reply {
    struct str text;
    int        status;    /* HTTP status, exit status; 0 for SQL */
    struct str complaint; /* first line of what a command wrote to stderr */
    struct str origin;    /* for messages: the file or the address it came from */
};

enum answer_kind {
    ANSWER_GOOD,    /* 'pages' hold it */
    ANSWER_UNKNOWN, /* not recorded in any form, nothing to ask */
    ANSWER_FAILED,  /* every form that was tried failed: exit or HTTP status, first stderr line */
    ANSWER_BROKEN,  /* there is an answer that cannot be had: file missing, too big, outside */
};

struct answer {
    enum answer_kind kind;
    size_t           form;  /* which form was taken; of bad answers the last one tried */
    struct reply    *pages; /* of a paged list all pages in order, else one */
    size_t           n_pages;

    /* Of ANSWER_FAILED: status and complaint of the form that 'error' speaks of; zeroes where the
     * transport does not tell. */
    struct reply refused;

    /* Why there is no good answer. Of a good one: ERROR_NONE, or that a better form is listed but
     * cannot be read, which is a fault of the recording and has to be reported too. */
    struct error error;
};

/* The text of an answer that is never paged (shell commands, tables). */
static inline struct str
answer_text(const struct answer *answer)
{
    return answer->n_pages ? answer->pages[0].text : STR_NONE;
}

struct transport;

/* What a kind of transport does; recordings: replay.h. */
struct transport_kind {
    const char *name;

    bool (*ask)(struct transport *, const struct request *forms, size_t n_forms, struct arena *,
                struct answer *);

    /* Run a POSIX sh script on a host in one session and return all it wrote to stdout. NULL: there
     * is no shell; commands are asked for one by one. */
    bool (*run)(struct transport *, struct str host, struct str script, struct arena *,
                struct str *output, struct error *);

    void (*close)(struct transport *);
};

struct transport {
    const struct transport_kind *kind;
};

/* Is there a good answer? 'answer' is filled in either case. */
static inline bool MUST_CHECK
transport_ask(struct transport *t, const struct request *forms, size_t n_forms, struct arena *arena,
              struct answer *answer)
{
    return t->kind->ask(t, forms, n_forms, arena, answer);
}

/* Can a script be run on a host? If so, that is the way to ask a host, not command by command. */
static inline bool
transport_has_shells(const struct transport *t)
{
    return t->kind->run != NULL;
}

/* Run a POSIX sh script on a host, in one session. When it does not come to its end, '*output' is
 * what it wrote until then. */
static inline bool MUST_CHECK
transport_run(struct transport *t, struct str host, struct str script, struct arena *arena,
              struct str *output, struct error *err)
{
    return t->kind->run(t, host, script, arena, output, err);
}

void transport_close(struct transport *);

#endif
