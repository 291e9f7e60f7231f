/* The commands are one line that every login shell reads alike, csh and fish too: words in single
 * quotes, and within them neither quotes, backslashes nor exclamation marks.
 *
 * The script itself comes on standard input, so that nothing of it stands in a list of processes,
 * and its size does not matter. Behind it standard input stays open: its end means that nobody waits
 * any more, however that came about, and then a watchdog ends all that runs in the session.
 * Commands that run as root are ended as root, if sudo allows pkill; where it does not, or where it
 * gives them a session of their own, the script's own `timeout` bounds them. */

#include "transport/shell_script.h"

#include <assert.h>
#include <sodium.h>

/* $1: the mark, $2: the watchdog below. The script runs in a subshell, so that its `exit` ends only
 * that. The watchdog has a session of its own, to outlive what it ends; where there is no setsid it
 * ends itself with the rest. It holds neither stdout nor stderr open. */
static const char body[] =
    "s=$(sed \"/^$1/q\"); case $s in *\"$1\") ;; *) exit 1;; esac; s=${s%\"$1\"}; "
    "echo \"$1 begun\" >&2; exec 3<&0 </dev/null; "
    "command -v setsid >/dev/null || setsid() { exec \"$@\"; }; "
    "setsid sh -c \"$2\" sh $$ <&3 3<&- >/dev/null 2>&1 & w=$!; "
    "( eval \"$s\" ) 3<&-; r=$?; exec 2>/dev/null; kill -9 $w; exit $r";

/* $1: the session to be ended, which is a group, too. SIGTERM comes first: sudo and timeout hand it
 * on to what is theirs. A process that is just being started escapes pkill, one in another group
 * escapes kill, one that is root's may escape both: so all are tried until nothing was there twice.
 * That takes 5 s at most, and sudo is not troubled after it has refused. */
static const char watchdog[] = "while read -r x; do :; done; trap \"\" TERM; kill -TERM -$1; "
                               "q=0; n=0; f=0; if [ \"$(id -u)\" = 0 ]; then f=2; fi; "
                               "while [ $q -lt 2 ] && [ $n -lt 50 ]; do q=$((q+1)); n=$((n+1)); "
                               "if [ $f -lt 2 ]; then sudo -n pkill -KILL -s $1 || f=$((f+1)); fi; "
                               "pkill -KILL -s $1; kill -KILL -$1; if pgrep -s $1; then q=0; fi; "
                               "sleep 0.1 || sleep 1; done";

/* $1: the body above, $2: the mark, $3: the host, $4: its key, $5: a quote, $6, $7: seconds, $8: the
 * watchdog. The key goes to ssh in a file that has no name any more when ssh reads it, so that none
 * is left behind; what follows ssh keeps the shell, whose open file that is, from becoming ssh.
 * KnownHostsCommand would need OpenSSH 8.5. ssh itself prefers the kinds of key that it knows of the
 * host. */
static const char via_body[] =
    "if [ \"$(uname -n)\" = \"$3\" ]; then exec sh -c \"$1\" sh \"$2\" \"$8\"; fi; "
    "if [ -z \"$4\" ]; then echo \"$2 unknown\" >&2; exit 1; fi; "
    "umask 077; f=$(mktemp) || exit 1; exec 5<\"$f\"; echo \"$3 $4\" >\"$f\"; rm -f \"$f\"; "
    "t=; if timeout 9 true 2>/dev/null; then t=\"timeout $7\"; fi; "
    "LC_ALL=C $t ssh -T -o LogLevel=ERROR -o BatchMode=yes -o ConnectTimeout=$6 "
    "-o ServerAliveInterval=5 -o ServerAliveCountMax=3 -o StrictHostKeyChecking=yes "
    "-o UserKnownHostsFile=/proc/$$/fd/5 -o GlobalKnownHostsFile=/dev/null -o HostKeyAlias=\"$3\" "
    "-o CheckHostIP=no -- \"$3\" \"exec sh -c $5$1$5 sh $2 $5$8$5\"; exit $?";

/* $1: the mark, $2: the host, $3: seconds. */
static const char keys_body[] =
    "if [ \"$(uname -n)\" = \"$2\" ]; then echo \"$1 self\" >&2; exit 0; fi; "
    "exec ssh-keyscan -T $3 -t ed25519,ecdsa,rsa -- \"$2\"";

void
shell_mark(char mark[static SHELL_MARK_SIZE])
{
    unsigned char bytes[SHELL_MARK_SIZE / 2];

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(mark, SHELL_MARK_SIZE, bytes, sizeof bytes);
}

struct str
shell_input(struct arena *arena, struct str script, const char *mark)
{
    return arena_printf(arena, "%.*s\n%s\n", STR_ARG(script), mark);
}

struct str
shell_command(struct arena *arena, const char *mark)
{
    return arena_printf(arena, "exec sh -c '%s' sh %s '%s'", body, mark, watchdog);
}

/* Host names and keys are made of harmless characters; whoever calls has seen to that. */
static void
check_word(struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        assert(!strchr("'\\!\n", word.p[i]));
}

struct str
shell_command_via(struct arena *arena, const char *mark, struct str host, struct str key,
                  unsigned connect_time, unsigned time)
{
    check_word(host);
    check_word(key);
    return arena_printf(arena, "exec sh -c '%s' sh '%s' %s '%.*s' '%.*s' \"'\" %u %u '%s'",
                        via_body, body, mark, STR_ARG(host), STR_ARG(key), connect_time, time,
                        watchdog);
}

struct str
shell_command_keys(struct arena *arena, const char *mark, struct str host, unsigned time)
{
    check_word(host);
    return arena_printf(arena, "exec sh -c '%s' sh %s '%.*s' %u", keys_body, mark, STR_ARG(host),
                        time);
}
