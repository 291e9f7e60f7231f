/* Trying the ways into a cloud. */

#ifndef CLI_ENV_TEST_H
#define CLI_ENV_TEST_H

#include "cli/cli.h"
#include "model/environment.h"
#include "scan/host_keys.h"

/* Try the targets named, or all there are, of an environment whose secrets are open, and print a
 * table of what came of it: of CLI a row for the master host and one for each host. Returns an exit
 * status: EXIT_FAILED when one failed. */
int test_environment(const struct environment *, struct host_keys *, const char *const *targets,
                     size_t n, struct arena *);

#endif
