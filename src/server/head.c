/* Pure: texts in, verdicts out. */

#include "server/head.h"

#include "base/ascii.h"

enum {
    MOST_ID = 64,
    MOST_SHOWN = 255, /* bytes of a path that is refused */
};

enum http_method
head_method(const char *name)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",        [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",        [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS"
    };
    enum http_method m = HTTP_GET;

    while (m < N_HTTP_METHODS && strcmp(names[m], name) != 0)
        m++;
    return m;
}

static bool
is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
is_hex(char c)
{
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9');
}

static bool
is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

/* No blanks and control characters; bytes above 127 should be encoded, but often are not. */
static bool
is_printable(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_control(s.p[i]) || s.p[i] == ' ')
            return false;
    return true;
}

/* Whole escapes, and none of NUL. */
static bool
is_encoded_well(struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] != '%')
            continue;
        if (path.n - i < 3 || !is_hex(path.p[i + 1]) || !is_hex(path.p[i + 2]))
            return false;
        if (path.p[i + 1] == '0' && path.p[i + 2] == '0')
            return false;
    }
    return true;
}

/* What comes after "http://host", which is for proxies but must be taken (RFC 9112, 3.2.2). */
static struct str
without_host(struct str target)
{
    static const struct str schemes[] = { { "http://", 7 }, { "https://", 8 } };

    for (size_t i = 0; i < N_ELEMENTS(schemes); i++) {
        struct str rest = str_skip(target, schemes[i].n);
        ptrdiff_t  slash = str_find_char(rest, '/');

        if (str_equal_nocase(str_head(target, schemes[i].n), schemes[i]))
            return slash < 0 ? STR("/") : str_skip(rest, (size_t)slash);
    }
    return target;
}

bool
head_target(struct str target, struct str *path, struct str *query)
{
    struct str rest = without_host(target);
    struct str p;

    if (!is_printable(target) || !str_cut(&rest, '?', &p) || !is_encoded_well(p))
        return false;
    if (!str_starts(p, STR("/")) && !str_is(p, "*"))
        return false;
    *path = p;
    *query = rest.p ? rest : STR_NONE;
    return true;
}

struct str
head_path(struct str target)
{
    struct str rest = without_host(target), path;
    size_t     n = 0;

    if (!str_cut(&rest, '?', &path))
        return STR_NONE;
    while (n < path.n && n < MOST_SHOWN && !is_control(path.p[n]) && path.p[n] != ' ')
        n++;
    return str_head(path, n);
}

/* A "token" of RFC 9110, 5.6.2. */
static bool
is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_letter_or_digit(s.p[i]) && str_find_char(STR("!#$%&'*+-.^_`|~"), s.p[i]) < 0)
            return false;
    return s.n > 0;
}

static bool
is_value(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_control(s.p[i]) && s.p[i] != '\t')
            return false;
    return true;
}

static bool
is_id(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_letter_or_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != '_' && s.p[i] != '-')
            return false;
    return s.n > 0 && s.n <= MOST_ID;
}

static bool
read_length(struct str value, uint64_t *out)
{
    int64_t n;

    for (size_t i = 0; i < value.n; i++)
        if (!ascii_is_digit(value.p[i]))
            return false;
    if (!str_to_i64(value, &n))
        return false;
    *out = (uint64_t)n;
    return true;
}

struct head
head_read(const struct http_header *headers, bool is_http_1_1)
{
    struct head h = { .is_valid = true };
    unsigned    n_hosts = 0, n_lengths = 0, n_encodings = 0;

    for (; headers; headers = headers->next) {
        struct str name = headers->name, value = str_trim(headers->value);

        h.is_valid = h.is_valid && is_name(name) && is_value(value);
        if (str_equal_nocase(name, STR("Host"))) {
            n_hosts++;
        } else if (str_equal_nocase(name, STR("Content-Length"))) {
            n_lengths++;
            h.is_valid = h.is_valid && read_length(value, &h.length);
        } else if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
            n_encodings++;
            h.is_chunked = str_equal_nocase(value, STR("chunked"));
        } else if (str_equal_nocase(name, STR("Expect"))) {
            h.expects = str_equal_nocase(value, STR("100-continue"));
        } else if (str_equal_nocase(name, STR("X-Request-Id")) && is_id(value)) {
            h.id = value;
        }
    }
    if (n_hosts > 1 || (n_hosts == 0 && is_http_1_1) || n_lengths + n_encodings > 1 ||
        (n_encodings && (!h.is_chunked || !is_http_1_1)))
        h.is_valid = false;
    h.has_body = h.is_chunked || h.length > 0;
    return h;
}
