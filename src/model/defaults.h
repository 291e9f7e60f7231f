/* The collections that come with the program: the files of data/, embedded.
 *
 * Ownership:  the text is the program's own and lives as long as it. */

#ifndef MODEL_DEFAULTS_H
#define MODEL_DEFAULTS_H

#include "base/str.h"

/* The text of data/<name>.json; empty when there is no such file. */
struct str default_collection(const char *name);

#endif
