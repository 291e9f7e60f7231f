/* Services, and what stands before them, say that something is wrong in many ways, some of them with
 * status 200. None of them may be taken for an empty list: a scan would then remove all that was
 * there.
 *
 *   Nova      {"forbidden": {"code": 403, "message": "..."}}, {"computeFault": {...}} ...
 *   Neutron   {"NeutronError": {"type": "...", "message": "...", "detail": ""}}, or a text in it
 *   Keystone  {"error": {"code": 401, "message": "...", "title": "..."}}
 *   others    {"message": "...", "code": "503 Service Unavailable"}, HTML, nothing at all
 *
 * Next pages: {"servers_links": [{"rel": "next", "href": URL}]} in Nova and Neutron,
 * {"links": {"next": URL or null}} in Keystone. */

#include "transport/rest_page.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "base/value.h"

enum { MOST_SHOWN = 80, MOST_OF_LINK = 60 };

/* --- what it says --- */

/* One line of at most 'most' bytes: blanks for what moves a cursor, '?' for what is no text. */
static struct str
fit_for_a_line(struct arena *arena, struct str text, size_t most)
{
    AUTO_BUF line = { 0 };
    bool     is_blank = true;

    for (struct str rest = str_trim(text); rest.n;) {
        size_t        n = utf8_length(rest);
        unsigned char c = (unsigned char)rest.p[0];
        bool          is_control =
            n == 1 ? c <= ' ' || c == 0x7f : n == 2 && c == 0xc2 && (unsigned char)rest.p[1] < 0xa0;

        if (line.n + (n ? n : 1) > most) {
            buf_add(&line, STR("..."));
            break;
        }
        if (is_control && !is_blank)
            buf_char(&line, ' ');
        else if (!n)
            buf_char(&line, '?');
        else if (!is_control)
            buf_add(&line, str_head(rest, n));
        is_blank = is_control;
        rest = str_skip(rest, n ? n : 1);
    }
    return arena_str(arena, buf_str(&line));
}

/* The message of an error in any of its forms; "" when there is none. */
static struct str
find_message(const struct value *body)
{
    struct str        message = value_get_text(body, "message");
    struct value_iter it = { 0 };

    if (value_kind(body) != VALUE_OBJECT)
        return STR_NONE;
    while (str_empty(message) && value_next(body, &it)) {
        if (value_kind(it.value) == VALUE_OBJECT)
            message = value_get_text(it.value, "message");
        else if (str_is(it.key, "error") || str_is(it.key, "NeutronError"))
            message = value_text(it.value);
    }
    return message;
}

struct str
rest_page_says(struct arena *arena, struct str body, struct str secret)
{
    AUTO_ARENA scratch = arena_new();
    struct str message = find_message(value_read(scratch, body, NULL));

    if (str_empty(message))
        message = body;
    if (str_empty(str_trim(message)))
        return STR("an empty body");
    if (!str_empty(secret) && str_has(message, secret))
        return STR("(it repeats a secret)");
    return fit_for_a_line(arena, message, MOST_SHOWN);
}

/* --- is it a page? --- */

static bool
has_array(const struct value *body)
{
    struct value_iter it = { 0 };

    while (value_next(body, &it))
        if (value_kind(it.value) == VALUE_ARRAY)
            return true;
    return false;
}

static bool
is_error(const struct value *body)
{
    enum value_kind error = value_kind(value_get(body, "error"));

    if (error != VALUE_ABSENT && error != VALUE_NULL)
        return true;
    return !has_array(body) && !str_empty(find_message(body));
}

/* --- is there another? --- */

/* The link of {"rel": "next"} in an array of links. */
static struct str
next_of_array(const struct value *links)
{
    struct value_iter it = { 0 };

    while (value_next(links, &it))
        if (value_kind(it.value) == VALUE_OBJECT && str_is(value_get_text(it.value, "rel"), "next"))
            return value_get_text(it.value, "href");
    return STR_NONE;
}

static struct str
find_next(const struct value *body)
{
    struct value_iter it = { 0 };

    while (value_next(body, &it)) {
        struct str link = STR_NONE;

        if (value_kind(it.value) == VALUE_ARRAY && str_ends(it.key, STR("_links")))
            link = next_of_array(it.value);
        else if (value_kind(it.value) == VALUE_OBJECT && str_is(it.key, "links"))
            link = value_get_text(it.value, "next");
        if (!str_empty(link))
            return link;
    }
    return STR_NONE;
}

/* What stands before the path differs where a proxy hides the service; the list must be the same. */
static bool
query_of_link(struct arena *arena, struct str link, struct str path, struct str *query,
              struct error *err)
{
    ptrdiff_t  question = str_find_char(link, '?');
    struct str before = question < 0 ? link : str_head(link, (size_t)question);

    while (str_ends(before, STR("/")))
        before.n--;
    if (question < 0 || !str_ends(before, path))
        return error_set(err, ERROR_TRANSPORT, 0,
                         "its next page is said to be at \"%.*s\", which is no page of this list",
                         STR_ARG(fit_for_a_line(arena, before, MOST_OF_LINK)));
    *query = str_skip(link, (size_t)question + 1);

    ptrdiff_t hash = str_find_char(*query, '#');

    *query = arena_str(arena, hash < 0 ? *query : str_head(*query, (size_t)hash));
    if (str_empty(*query))
        return error_set(err, ERROR_TRANSPORT, 0, "its next page has no address of its own");
    return true;
}

bool
rest_page_check(struct arena *arena, struct str body, struct str path, struct str secret,
                struct str *next, struct error *err)
{
    AUTO_ARENA          scratch = arena_new();
    const struct value *page;
    struct error        why;
    struct str          link;

    if (str_empty(str_trim(body)))
        return error_set(err, ERROR_TRANSPORT, 0, "an empty body came where a list was asked for");
    page = value_read(scratch, body, &why);
    if (!page)
        return error_set(err, ERROR_TRANSPORT, 0, "no JSON came (%s): \"%.*s\"", why.message,
                         STR_ARG(rest_page_says(scratch, body, secret)));
    if (value_kind(page) != VALUE_OBJECT)
        return error_set(err, ERROR_TRANSPORT, 0, "no JSON object came: \"%.*s\"",
                         STR_ARG(rest_page_says(scratch, body, secret)));
    if (is_error(page))
        return error_set(err, ERROR_TRANSPORT, 0, "an error came with status 200: \"%.*s\"",
                         STR_ARG(rest_page_says(scratch, body, secret)));
    link = find_next(page);
    *next = STR_NONE;
    return str_empty(link) || query_of_link(arena, link, path, next, err);
}
