/* Text of /etc/os-release (os-release(5)): shell assignments, the value bare or quoted. A line
 * ARCHITECURE=x86_64 behind it comes from recordings of the original tool, which spelt it so. And
 * the machine word of uname(1) or arch(1). */

#include "parse/parse.h"
#include "parse/reply.h"

/* The value without its quotes; in double quotes a backslash protects the next character. */
static struct str
unquote(struct arena *arena, struct str value)
{
    value = str_trim(value);

    bool is_double = str_starts(value, STR("\""));

    if (!is_double && !str_starts(value, STR("'")))
        return value;
    value = str_skip(value, 1);
    if (value.n && value.p[value.n - 1] == (is_double ? '"' : '\''))
        value.n--;
    if (!is_double || str_find_char(value, '\\') < 0)
        return value;

    AUTO_BUF plain;

    buf_init(&plain, 0);
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\\' && i + 1 < value.n)
            i++;
        buf_char(&plain, value.p[i]);
    }
    return arena_str(arena, buf_str(&plain));
}

bool
parse_os_release(struct arena *arena, struct str reply, struct os_release *release,
                 struct error *err UNUSED)
{
    struct os_release found = { 0 };
    const struct {
        const char *key;
        struct str *value;
    } fields[] = {
        { "NAME", &found.name },
        { "VERSION", &found.version },
        { "ID", &found.id },
        { "ID_LIKE", &found.id_like },
        { "ARCHITECURE", &found.architecture },
        { "ARCHITECTURE", &found.architecture },
    };
    struct str rest = reply_plain(arena, reply), line, key;

    while (str_line(&rest, &line)) {
        if (!str_cut(&line, '=', &key) || !line.p)
            continue;
        for (size_t i = 0; i < N_ELEMENTS(fields); i++)
            if (str_is(key, fields[i].key) && !fields[i].value->p)
                *fields[i].value = unquote(arena, line);
    }
    *release = found;
    return true;
}

static bool
is_machine(struct str word)
{
    return word.n <= 32 && str_holds_only(word, "_-.");
}

/* "x86_64", or the word before "GNU/Linux" in "Linux cmp1 6.1.0 #1 SMP ... x86_64 GNU/Linux". */
bool
parse_architecture(struct arena *arena, struct str reply, struct str *architecture,
                   struct error *err)
{
    struct str rest = reply_plain(arena, reply), line = STR_NONE;
    struct str word, machine = STR_NONE;

    while (str_empty(str_trim(line)))
        if (!str_line(&rest, &line))
            break;
    while (str_word(&line, &word))
        if (!str_has(word, STR("/")))
            machine = word;
    if (!is_machine(machine))
        return error_set(err, ERROR_PARSE, 0, "no machine name");
    *architecture = machine;
    return true;
}
