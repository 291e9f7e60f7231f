/* Trusting the keys of an environment's hosts. */

#ifndef CLI_ENV_TRUST_H
#define CLI_ENV_TRUST_H

#include "cli/cli.h"
#include "model/environment.h"

struct trust_options {
    const char *const *hosts; /* only these; none = the master host and every host of the cloud */
    size_t             n_hosts;
    bool               yes;     /* do not ask */
    bool               replace; /* also keys that have changed */
};

/* Look at the keys that hosts show now, show them, ask, and keep what is answered with yes. Returns
 * an exit status: EXIT_WITH_ERRORS when some host showed none or a changed one was left. */
int trust_environment(struct store *, const struct environment *, const struct trust_options *,
                      struct arena *);

#endif
