/* What commands that ask a whole cloud show meanwhile and at the end: a line that moves, when stderr
 * is a terminal, and messages. */

#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <argp.h>

#include "scan/scan.h"

/* --jobs; ends the program on a bad number. */
uint32_t parse_jobs(const char *argument, struct argp_state *);

/* For the 'progress' of options: NULL when there is no terminal to show it on. */
progress_fn *progress_shown(void);

/* Take the line away. */
void progress_end(void);

/* The first 1000 on stderr, of at least that level (MESSAGE_WARN, MESSAGE_ERROR). 'rest' says where
 * to find all of them, NULL: nowhere. */
void print_messages(const struct scan_messages *, enum message_level least, const char *rest);

/* Say why it failed; the exit status, which tells a cancelled run from others. */
int run_failed(const struct error *);

#endif
