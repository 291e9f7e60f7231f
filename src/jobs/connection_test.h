/* Connection tests: documents of the collection "connection_tests", with the original's fields and
 * statuses. Each names an environment, which need not be there yet, the targets to try, and how they
 * are reached, with sealed secrets.
 *
 * A test waits as "request", is "running", and ends as "response":
 *
 *     "test_results": {"CLI": true, "mysql": false}, "errors": {"mysql": "..."},
 *     "results": [{"target": "CLI", "part": "cmp1", "good": true, "ms": 12, "what": "..."}]
 *
 * or as "failed", when it was cut off. */

#ifndef JOBS_CONNECTION_TEST_H
#define JOBS_CONNECTION_TEST_H

#include "jobs/queue.h"
#include "jobs/run.h"

extern const struct queue connection_tests;

struct new_connection_test {
    struct str        environment;
    const struct doc *document; /* of the environment; its secrets may be open */
    const struct doc *targets;  /* names */
    struct str        user;     /* "_id" of who asks */
    bool              is_saved; /* it is the document of an environment that is there */
};

bool connection_test_add(struct store *, const struct new_connection_test *, struct arena *,
                         struct str *id, struct error *) MUST_CHECK;

/* The one that has waited longest; it is "running" then. */
bool connection_test_take(struct store *, struct arena *, struct queued *, bool *found,
                          struct error *) MUST_CHECK;

/* From beginning to end. The targets are tried beside each other, each as if there were no other; one
 * that does not come to its end is given up. One that was cancelled waits again.
 *
 * The keys of hosts that an environment trusts, and its "operational", belong to those who may edit
 * it: a test of anybody else runs as if it were not there. */
void connection_test_run(const struct run_scope *, const struct queued *);

/* Those that a crash cut off become "failed". */
bool connection_tests_recover(struct store *, uint64_t *n, struct error *) MUST_CHECK;

/* Remove those that ended a day before 'now'. Imported ones stay. */
bool connection_tests_forget(struct store *, int64_t now, struct error *) MUST_CHECK;

#endif
