/* Writing the probe.
 *
 * The script uses nothing but POSIX sh and tools that every host has. It is written for hosts whose
 * names of devices, domains and namespaces nobody has vetted: such a word stands in quotes, only
 * when it is one that host_word_is_valid() knows too, and pathname expansion is off. It creates no
 * file: stderr and the exit status of a command come back through the command substitution of
 * ask(), while stdout goes straight on through a filter that limits it. */

#include "scan/probe.h"

#include <assert.h>

#include "base/buf.h"

static const char prelude[] =
    "LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n"
    "export LC_ALL PATH\n"
    "set -f\n"
    "newline='\n'\n"
    "limited=\n"
    "if timeout -k 2 9 true 2>/dev/null; then limited=\"timeout -k 2 $time\"\n"
    "elif timeout 9 true 2>/dev/null; then limited=\"timeout $time\"\n"
    "fi\n"
    /* Who is not root cannot kill what sudo started: a command that hangs would outlive the scan.
     * So timeout runs as root, too, where sudo allows it. */
    "root=$limited\n"
    "if [ \"$(id -u)\" != 0 ]; then\n"
    "    root=\"$limited sudo -n\"\n"
    "    if $root $limited true >/dev/null 2>&1 </dev/null; then root=\"sudo -n $limited\"; fi\n"
    "fi\n"
    "\n"
    /* One byte more than allowed tells the reader that there was more. */
    "whole() {\n"
    "    head -c \"$((most + 1))\"\n"
    "}\n"
    "\n"
    /* Of a domain's description: its name, its uuid, its network interfaces. */
    "interfaces() {\n"
    "    sed -n -e '/^ *<interface /,/^ *<\\/interface>/{' -e p -e d -e '}' \\\n"
    "        -e '/^<domain[ >]/p' -e '/^ *<name>/p' -e '/^ *<uuid>/p' -e '/^ *<devices>/p' \\\n"
    "        -e '/^ *<\\/devices>/p' -e '/^<\\/domain>/p' | whole\n"
    "}\n"
    "\n"
    /* What the list that answered says, without the frames of its sections. */
    "listed() {\n"
    "    printf '%s\\n' \"$list\" |\n"
    "        sed -e 1d -e \"/^$boundary exit /,/^$boundary ask /d\"\n"
    "}\n"
    "\n"
    "is_word() {\n"
    "    case $1 in '' | [-.]* | *[!A-Za-z0-9._:@+-]*) return 1 ;; esac\n"
    "}\n"
    "\n"
    /* ask TEXT FILTER COMMAND... */
    "ask() {\n"
    "    printf '%s ask %s\\n' \"$boundary\" \"$1\"\n"
    "    filter=$2\n"
    "    shift 2\n"
    "    { said=$({ { \"$@\" </dev/null 2>&4 3>&- 4>&-; printf '\\n%s' \"$?\" >&4; } |\n"
    "        \"$filter\" >&3; } 4>&1); } 3>&1\n"
    "    status=${said##*\"$newline\"}\n"
    "    case $status in '' | *[!0-9]*) status=126 ;; esac\n"
    "    printf '\\n%s exit %s\\n%s\\n%s end\\n' \\\n"
    "        \"$boundary\" \"$status\" \"${said%\"$newline\"*}\" \"$boundary\"\n"
    "    return \"$status\"\n"
    "}\n"
    "\n";

/* Which question lists the words of a loop, and how sed takes them from its reply. */
static const struct {
    enum host_ask list;
    const char   *words;
} loops[] = {
    [LOOP_NICS] = { ASK_SYSFS, "-e 's/^l.* \\([^ ]*\\) -> .*/\\1/p'" },
    [LOOP_BONDS] = { ASK_BONDS, "-e p" },
    [LOOP_NAMESPACES] = { ASK_NAMESPACES, "-e 's/^\\(qdhcp-[^ ]*\\).*/\\1/p' "
                                          "-e 's/^\\(qrouter-[^ ]*\\).*/\\1/p'" },
    [LOOP_DOMAINS] = { ASK_DOMAINS, "-e 's/^ *[-0-9][0-9]*  *\\([^ ]*\\).*/\\1/p'" },
};

/* The loop that this question lists the words of. */
static const struct host_request *
loop_over(enum host_ask list)
{
    for (size_t i = 0; i < N_HOST_ASKS; i++)
        if (host_requests[i].each && loops[host_requests[i].each].list == list)
            return &host_requests[i];
    return NULL;
}

/* Forms are ours: they need no quotes but for the word. */
static void
add_words(struct buf *b, const char *form)
{
    assert(!strpbrk(form, "\"'$`\\;&|<>()*?[]#~!"));
    for (struct str rest = str_from(form), word; str_word(&rest, &word);) {
        ptrdiff_t at = str_find(word, STR("{}"));

        buf_char(b, ' ');
        if (at >= 0)
            buf_printf(b, "\"%.*s$word%.*s\"", (int)at, word.p,
                       STR_ARG(str_skip(word, (size_t)at + 2)));
        else
            buf_add(b, word);
    }
}

static void
add_form(struct buf *b, const struct host_request *request, const char *form, const char *indent)
{
    struct str text = str_from(form);
    ptrdiff_t  at = str_find(text, STR("{}"));

    buf_printf(b, "%sask \"", indent);
    if (at >= 0)
        buf_printf(b, "%.*s$word%s", (int)at, form, form + at + 2);
    else
        buf_add(b, text);
    buf_printf(b, "\" %s%s", request->id == ASK_DOMAIN ? "interfaces" : "whole",
               request->needs_root ? " $root" : " $limited");
    add_words(b, form);
}

/* How the script remembers that a question was answered: for what may stand in for it, or that a
 * word is still there. */
static void
add_memory(struct buf *b, const struct host_request *request)
{
    bool has_substitute = false;

    for (size_t i = 0; i < N_HOST_ASKS; i++)
        has_substitute |= (host_requests[i].instead_of & ASK_BIT(request->id)) != 0;
    if (request->each)
        buf_add(b, STR(" && good=1"));
    else if (has_substitute)
        buf_printf(b, " && answer_%u=1", (unsigned)request->id);
}

/* The forms until one works, or all of them. */
static void
add_forms(struct buf *b, const struct host_request *request, bool every_form, const char *indent)
{
    size_t n_forms = host_request_n_forms(request);

    for (size_t i = 0; i < n_forms; i++) {
        bool goes_on = i > 0 && !every_form;

        add_form(b, request, request->forms[i], goes_on ? "" : indent);
        if (every_form || i + 1 == n_forms) {
            add_memory(b, request);
            buf_char(b, '\n');
        } else {
            buf_printf(b, " ||\n%s    ", indent);
        }
    }
}

/* Is this a pattern that may stand in a case of the shell? environment_read() lets no other in. */
static bool
is_pattern(struct str pattern)
{
    for (size_t i = 0; i < pattern.n; i++) {
        struct str one = { &pattern.p[i], 1 };

        if (!host_word_is_valid(one) && !(one.p[0] && strchr("*?-.", one.p[0])))
            return false;
    }
    return !str_empty(pattern);
}

/* Physical is what sysfs does not call virtual, and what the environment's patterns name. The empty
 * quotes before a pattern keep a device called "esac" from ending the case. */
static void
add_nic_test(struct buf *b, const struct environment *environment)
{
    buf_add(b, STR("    case $word in "));
    for (size_t i = 0; i < environment->n_host_pnics; i++)
        if (is_pattern(environment->host_pnics[i]))
            buf_printf(b, "\"\"%.*s) ;; ", STR_ARG(environment->host_pnics[i]));
    buf_add(b, STR("*) case \" $physical \" in *\" $word \"*) ;; *) continue ;; esac ;; esac\n"));
}

/* A list, and a question for each of its words. What is listed may be gone when its turn comes: if a
 * word has no answer, the list is asked again, and so are the words that are new in it. The reader
 * takes the last list, so that who is not in it is not missed. */
static void
add_loop(struct buf *b, const struct host_request *list, const struct host_request *request,
         const struct environment *environment, bool every_form)
{
    const char *words = loops[request->each].words;

    buf_add(b, STR("known=' '\n"
                   "for pass in 1 2 3; do\n"
                   "list=$(\n"));
    add_forms(b, list, every_form, "");
    buf_add(b, STR(")\n"
                   "printf '%s\\n' \"$list\"\n"
                   "again=\n"));
    if (request->each == LOOP_NICS)
        buf_printf(b, "physical=$(echo $(listed | sed -n -e '/\\/virtual\\//d' %s))\n", words);
    buf_printf(b, "for word in $(listed | sed -n %s); do\n", words);
    buf_add(b, STR("    is_word \"$word\" || continue\n"));
    if (request->each == LOOP_NICS)
        add_nic_test(b, environment);
    buf_add(b, STR("    case $known in *\" $word \"*) continue ;; esac\n"
                   "    known=\"$known$word \"\n"
                   "    good=\n"));
    add_forms(b, request, every_form, "    ");
    buf_add(b, STR("    [ \"$good\" ] || again=1\n"
                   "done\n"
                   "[ \"$again\" ] || break\n"
                   "done\n"));
}

/* Asked only when one of the questions it stands in for has no answer. */
static void
add_condition(struct buf *b, unsigned instead_of)
{
    struct buf ones = { 0 };

    buf_add(b, STR("if [ \""));
    for (unsigned i = 0; i < N_HOST_ASKS; i++) {
        if (instead_of & ASK_BIT(i)) {
            buf_printf(b, "$answer_%u", i);
            buf_char(&ones, '1');
        }
    }
    buf_printf(b, "\" != %s ]; then\n", buf_c(&ones));
    buf_done(&ones);
}

struct str
probe_script(struct arena *arena, const struct environment *environment, unsigned roles,
             const char *boundary, const struct probe_limits *limits)
{
    AUTO_BUF b = { 0 };

    buf_printf(&b, "boundary=%s time=%u most=%u\n", boundary, limits->command_time,
               limits->reply_max);
    buf_add(&b, str_from(prelude));
    for (size_t i = 0; i < N_HOST_ASKS; i++) {
        const struct host_request *request = &host_requests[i];

        if (!host_request_applies(request, environment, roles))
            continue;
        const struct host_request *loop = loop_over(request->id);
        bool                       is_conditional = request->instead_of && !limits->every_form;

        if (request->each)
            continue;
        if (is_conditional)
            add_condition(&b, request->instead_of);
        if (loop && host_request_applies(loop, environment, roles))
            add_loop(&b, request, loop, environment, limits->every_form);
        else
            add_forms(&b, request, limits->every_form, "");
        if (is_conditional)
            buf_add(&b, STR("fi\n"));
    }
    buf_add(&b, STR("printf '\\n%s done\\n' \"$boundary\"\n"));
    return arena_str(arena, buf_str(&b));
}
