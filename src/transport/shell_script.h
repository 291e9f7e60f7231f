/* The commands by which a host runs a script that comes on standard input. */

#ifndef TRANSPORT_SHELL_SCRIPT_H
#define TRANSPORT_SHELL_SCRIPT_H

#include "base/arena.h"

enum { SHELL_MARK_SIZE = 33 };

/* A random word: ends the script, and begins what our commands say on stderr. */
void shell_mark(char mark[static SHELL_MARK_SIZE]);

/* What is fed to such a command: the script and its end. */
struct str shell_input(struct arena *, struct str script, const char *mark);

/* Run it here. Says "MARK begun" before it does. */
struct str shell_command(struct arena *, const char *mark);

/* Run it on 'host', which may be the one where this command runs. 'key' is the host's trusted key;
 * when it is needed and "", the command says "MARK unknown". 'time' is in seconds. */
struct str shell_command_via(struct arena *, const char *mark, struct str host, struct str key,
                             unsigned connect_time, unsigned time);

/* The host's keys as ssh-keyscan(1) prints them; "MARK self" when the host is the one where this
 * command runs. */
struct str shell_command_keys(struct arena *, const char *mark, struct str host, unsigned time);

#endif
