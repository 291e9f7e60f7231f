/* Keys of requests. Each part is brought to one form and written behind a letter for the kind, so
 * that a hash table finds what a recording calls slightly otherwise. */

#include "transport/request_key.h"

#include "base/ascii.h"

enum {
    MOST_PARAMETERS = 32, /* a longer query is compared as it is */
    PROJECT_ID_SIZE = 32,
    VERSION_DEPTH = 3, /* a version may be the third step: "/openstack/compute/v2.1" */
};

static bool
is_parameter(struct str parameter, struct str name)
{
    return str_starts(parameter, name) && (parameter.n == name.n || parameter.p[name.n] == '=');
}

static bool
is_paging(struct str parameter)
{
    return is_parameter(parameter, STR("limit")) || is_parameter(parameter, STR("marker")) ||
           is_parameter(parameter, STR("page_reverse"));
}

bool
query_is_page(struct str query)
{
    struct str parameter;

    while (str_cut(&query, '&', &parameter))
        if (is_paging(parameter))
            return true;
    return false;
}

static void
add_query(struct buf *key, struct str query)
{
    struct str kept[MOST_PARAMETERS], parameter, rest = query;
    size_t     n = 0;

    while (str_cut(&rest, '&', &parameter)) {
        if (str_empty(parameter) || is_paging(parameter) || is_parameter(parameter, STR("fields")))
            continue;
        if (n == MOST_PARAMETERS) {
            buf_add(key, query);
            return;
        }

        size_t i = n++;

        for (; i > 0 && str_compare(kept[i - 1], parameter) > 0; i--)
            kept[i] = kept[i - 1];
        kept[i] = parameter;
    }
    for (size_t i = 0; i < n; i++) {
        buf_char(key, i ? '&' : '?');
        buf_add(key, kept[i]);
    }
}

/* "compute 2.93" and "2.93" are the same; 2.1 is what is asked when nothing is said. */
static struct str
plain_microversion(struct str text)
{
    ptrdiff_t at = str_find_last(text, ' ');

    if (at >= 0)
        text = str_skip(text, (size_t)at + 1);
    return str_is(text, "2.1") ? STR_NONE : text;
}

/* One blank between words, no quotes, no "sudo". */
static void
add_command(struct buf *key, struct str command)
{
    struct str word;
    bool       is_first = true;

    while (str_word(&command, &word)) {
        if (is_first && (str_is(word, "sudo") || str_is(word, "-n")))
            continue;
        if (!is_first)
            buf_char(key, ' ');
        is_first = false;
        for (struct str rest = word, piece; str_cut(&rest, '"', &piece);)
            for (struct str inner = piece, plain; str_cut(&inner, '\'', &plain);)
                buf_add(key, plain);
    }
}

/* Neutron's schema has other names in some clouds (ovs_neutron, neutron_ml2). */
static struct str
plain_schema(struct str schema)
{
    return str_has(schema, STR("neutron")) ? STR("neutron") : schema;
}

bool
schema_is_same(struct str a, struct str b)
{
    return str_equal(plain_schema(a), plain_schema(b));
}

void
request_key(struct buf *key, const struct request *r)
{
    struct str path = r->path;

    switch (r->kind) {
    case REQUEST_REST:
        while (str_ends(path, STR("/")))
            path.n--;
        buf_char(key, 'R');
        buf_add(key, r->service);
        buf_char(key, ' ');
        buf_add(key, path);
        add_query(key, r->query);
        buf_char(key, ' ');
        buf_add(key, plain_microversion(r->microversion));
        buf_char(key, ' ');
        buf_add(key, r->region);
        break;
    case REQUEST_SQL:
        buf_char(key, 'S');
        buf_add(key, plain_schema(r->schema));
        buf_char(key, '.');
        buf_add(key, r->table);
        break;
    case REQUEST_CLI:
        buf_char(key, 'C');
        buf_add(key, r->host);
        buf_char(key, ' ');
        add_command(key, r->command);
        break;
    }
}

bool
step_is_version(struct str step)
{
    if (step.n < 2 || step.p[0] != 'v')
        return false;
    for (size_t i = 1; i < step.n; i++)
        if (!ascii_is_digit(step.p[i]) && step.p[i] != '.')
            return false;
    return true;
}

static bool
is_project_id(struct str step)
{
    if (step.n != PROJECT_ID_SIZE)
        return false;
    for (size_t i = 0; i < step.n; i++)
        if (!strchr("0123456789abcdef", step.p[i]) || step.p[i] == '\0')
            return false;
    return true;
}

/* What follows "scheme://host:port". */
static struct str
skip_authority(struct str url)
{
    ptrdiff_t at = str_find(url, STR("://"));

    if (at >= 0)
        url = str_skip(url, (size_t)at + 3);
    at = str_find_char(url, '/');
    return at >= 0 ? str_skip(url, (size_t)at) : STR_NONE;
}

void
url_authority(struct str url, struct str *host, struct str *port)
{
    ptrdiff_t at = str_find(url, STR("://"));

    if (at >= 0)
        url = str_skip(url, (size_t)at + 3);
    url = str_head(url, url.n - skip_authority(url).n);

    ptrdiff_t colon = str_find_last(url, ':');

    if (colon >= 0 && str_find_char(str_skip(url, (size_t)colon), ']') < 0) {
        *host = str_head(url, (size_t)colon);
        *port = str_skip(url, (size_t)colon + 1);
    } else {
        *host = url;
        *port = STR_NONE;
    }
    if (str_starts(*host, STR("[")) && str_ends(*host, STR("]")))
        *host = (struct str){ host->p + 1, host->n - 2 };
}

void
request_set_url(struct request *r, struct str url)
{
    struct str path = skip_authority(url), step;
    ptrdiff_t  question = str_find_char(path, '?');

    r->query = question >= 0 ? str_skip(path, (size_t)question + 1) : STR_NONE;
    r->path = path = question >= 0 ? str_head(path, (size_t)question) : path;

    struct str rest = str_skip(path, 1);

    for (unsigned depth = 0; depth < VERSION_DEPTH && str_cut(&rest, '/', &step); depth++) {
        if (!step_is_version(step))
            continue;

        struct str below = rest;

        if (rest.p && str_cut(&below, '/', &step) && is_project_id(step))
            rest = below;

        /* From the '/' before it on. */
        r->path = rest.p ? (struct str){ rest.p - 1, rest.n + 1 } : STR_NONE;
        return;
    }
}
