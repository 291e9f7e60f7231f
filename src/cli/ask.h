/* Answers of people, and passwords from files. Questions go to stderr; the caller puts them.
 *
 * Ownership:  lines are the caller's, who wipes those that held a secret. */

#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "base/arena.h"
#include "base/error.h"

enum { LONGEST_ANSWER = 4096 };

/* A line of standard input without its end; false at the end of the input. */
bool ask_line(char line[LONGEST_ANSWER], struct str *answer) MUST_CHECK;

/* The same without echo; the terminal gets its echo back however the question ends. False also when
 * standard input is no terminal. */
bool ask_hidden(char line[LONGEST_ANSWER], struct str *answer) MUST_CHECK;

/* The first line of a file ("-": of standard input); says on stderr when others may read it, too. */
bool ask_file(const char *path, struct arena *, struct str *secret, struct error *err) MUST_CHECK;

#endif
