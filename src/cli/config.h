/* One INI file for what the command line of the server can say: each key is the long name of one of its
 * options, as --help lists them; what the command line says as well wins.
 *
 *     [serve]
 *     bind = [::]:8443
 *     no-scans = true      ; an option without a value: true or false */

#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <argp.h>

#include "base/arena.h"
#include "base/error.h"

/* Where the options of a file stood in it. */
struct config_places {
    const char *path;
    unsigned   *lines;
    size_t      n;
};

/* Put the options of a file in front of those that were given: '*argc' and '*argv' become others, in
 * the arena. The section is "serve", or none; a key stands there once. ERROR_CONFIG names file, line
 * and key. */
bool config_read(const char *path, const char *section, const struct argp *, struct arena *,
                 int *argc, char ***argv, struct config_places *, struct error *) MUST_CHECK;

/* For what argp finds wrong: "FILE:LINE: " of the option at argv[index] if it came from the file,
 * else "". */
const char *config_place(const struct config_places *, int index, struct arena *);

#endif
