/* The script prints lines: "name HOST", "missing TOOL", "refused TOOL WHAT SUDO SAID", and "checked"
 * at its end. */

#include "scan/host_check.h"

#include "base/buf.h"
#include "base/map.h"
#include "scan/host_requests.h"

static const char prelude[] =
    "LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n"
    "export LC_ALL PATH\n"
    "printf 'name %s\\n' \"$(uname -n)\"\n"
    "root=\n"
    "[ \"$(id -u)\" = 0 ] || root='sudo -n'\n"
    "has() {\n"
    "    for tool; do command -v \"$tool\" >/dev/null 2>&1 && return; done\n"
    "    printf 'missing %s\\n' \"$1\"\n"
    "    false\n"
    "}\n"
    /* What the tool itself thinks of --version does not matter: that sudo lets it run does. That
     * sudo does not find the host's own name is a warning, and common. */
    "may() {\n"
    "    [ -n \"$root\" ] || return\n"
    "    said=$($root \"$1\" --version 2>&1 </dev/null |\n"
    "        sed -n -e '/^sudo: unable to resolve host/d' \\\n"
    "            -e '/^sudo: /p' -e '/^Sorry, user /p' -e '/ is not in the sudoers file/p')\n"
    "    [ -z \"$said\" ] || printf 'refused %s %s\\n' \"$1\" \"$(printf '%s\\n' \"$said\" | head "
    "-n 1)\"\n"
    "}\n";

/* Without sudo there is no need to say of each tool that it may not be run. */
static const char has_sudo[] = "[ -z \"$root\" ] || has sudo || root=\n";

/* The first word of a form is the program. */
static struct str
program_of(const char *form)
{
    struct str rest = str_from(form), word = STR_NONE;

    (void)str_word(&rest, &word);
    return word;
}

/* "has a b" for a question that either can answer, and whether root may. */
static void
add_check(struct buf *script, const struct host_request *request, struct map *checked,
          struct arena *arena)
{
    AUTO_BUF line = { 0 };
    bool     is_new;
    size_t   n = host_request_n_forms(request);

    buf_add(&line, STR("has"));
    for (size_t i = 0; i < n; i++) {
        struct str program = program_of(request->forms[i]);

        if (i == 0 || !str_equal(program, program_of(request->forms[i - 1])))
            buf_printf(&line, " %.*s", STR_ARG(program));
    }
    if (request->needs_root)
        buf_printf(&line, " && may %.*s", STR_ARG(program_of(request->forms[0])));
    map_put(checked, arena_str(arena, buf_str(&line)), &is_new);
    if (is_new)
        buf_printf(script, "%.*s\n", STR_ARG(buf_str(&line)));
}

struct str
host_check_script(struct arena *arena, const struct environment *environment, unsigned roles)
{
    AUTO_BUF script = { 0 };
    AUTO_MAP checked = { 0 };

    buf_add(&script, str_from(prelude));
    if (roles)
        buf_add(&script, str_from(has_sudo));
    for (size_t i = 0; roles && i < N_HOST_ASKS; i++) {
        const struct host_request *request = &host_requests[i];

        if (host_request_applies(request, environment, roles) && !request->optional &&
            !request->instead_of)
            add_check(&script, request, &checked, arena);
    }
    buf_add(&script, STR("echo checked\n"));
    return arena_str(arena, buf_str(&script));
}

bool
host_check_read(struct arena *arena, struct str output, struct str *what)
{
    AUTO_BUF   missing = { 0 }, refused = { 0 };
    struct str line, word, name = STR_NONE;
    bool       is_checked = false;

    while (str_line(&output, &line)) {
        if (!str_word(&line, &word))
            continue;
        line = str_trim(line);
        if (str_is(word, "name"))
            name = line;
        else if (str_is(word, "missing"))
            buf_printf(&missing, "%s%.*s", missing.n ? ", " : "", STR_ARG(line));
        else if (str_is(word, "refused"))
            buf_printf(&refused, "%s%.*s", refused.n ? "; " : "", STR_ARG(line));
        else if (str_is(word, "checked"))
            is_checked = true;
    }
    if (!is_checked)
        *what = STR("the shell there did not run the check to its end");
    else if (refused.n)
        *what = arena_printf(arena, "may not run as root: %.*s (sudo must not ask for a password)",
                             STR_ARG(buf_str(&refused)));
    else if (missing.n)
        *what = arena_printf(arena, "not installed: %.*s", STR_ARG(buf_str(&missing)));
    else
        *what = arena_printf(arena, "calls itself %.*s", STR_ARG(name));
    return is_checked && refused.n == 0 && missing.n == 0;
}
