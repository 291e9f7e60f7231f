/* What `calipso env test` does. */

#ifndef CLI_ENV_TEST_H
#define CLI_ENV_TEST_H

#include "cli/cli.h"
#include "model/environment.h"

/* Try the targets (n 0: all that there are) of an environment whose secrets are open, and print what
 * came of it. Returns an exit status. */
int test_environment(const struct environment *, const char *const *targets, size_t n,
                     struct arena *);

#endif
