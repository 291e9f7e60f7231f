#include "api/query.h"

#include "api/page.h"

const struct parameter page_parameters[] = {
    PAGE_LIMIT(""),
    PARAMETER("cursor", "where to go on: \"next\" of the page before"),
    PARAMETER("fields", "only these members of each element, with commas between them; the others "
                        "are left out, also those that are always there"),
    { 0 },
};

static bool
fits(const char *name, struct str key)
{
    size_t n = strlen(name);

    return name[n - 1] == '*' ? key.n > n - 1 && str_starts(key, (struct str){ name, n - 1 })
                              : str_is(key, name);
}

static const struct parameter *
find_in(const struct parameter *list, struct str key)
{
    for (; list && list->name; list++)
        if (fits(list->name, key))
            return list;
    return NULL;
}

static const struct parameter *
find(const struct route *route, struct str key)
{
    const struct parameter *found = find_in(route->query, key);

    return found || !route->list ? found : find_in(page_parameters, key);
}

static bool
is_choice(const char *choices, struct str value)
{
    struct str rest = str_from(choices), one;

    while (str_cut(&rest, '|', &one))
        if (str_equal(one, value))
            return true;
    return false;
}

static const char *
wrong_number(struct arena *arena, const struct parameter *parameter, struct str value)
{
    int64_t number;

    if (str_to_i64(value, &number) && number >= parameter->least &&
        (parameter->most == 0 || number <= parameter->most))
        return NULL;
    if (parameter->most == 0)
        return "a number from 0";
    return arena_printf(arena, "a number from %lld to %lld", (long long)parameter->least,
                        (long long)parameter->most)
        .p;
}

/* What was expected; NULL: it is that. */
static const char *
wrong(struct arena *arena, const struct parameter *parameter, struct str value)
{
    struct oid oid;
    int64_t    time;

    switch (parameter->kind) {
    case PARAMETER_TEXT:
        return !parameter->choices || is_choice(parameter->choices, value) ? NULL
                                                                           : parameter->choices;
    case PARAMETER_BOOL:
        return str_is(value, "true") || str_is(value, "false") ? NULL : "true or false";
    case PARAMETER_NUMBER:
        return wrong_number(arena, parameter, value);
    case PARAMETER_ID:
        return oid_from_text(value, &oid) ? NULL : "an _id of 24 hexadecimal digits";
    case PARAMETER_TIME:
        return store_read_time(value, &time) ? NULL : "a time like 2026-03-04T10:00:00Z";
    }
    return NULL;
}

static bool
check_param(struct call *call, size_t index)
{
    const struct param     *param = &call->query.items[index];
    const struct parameter *parameter = find(call->route, param->key);
    struct str              key = str_head(param->key, 60);
    const char             *expected;

    if (!parameter) {
        reply_error(call, 400, "there is no parameter %.*s here", STR_ARG(key));
        return false;
    }
    for (size_t i = 0; i < index; i++) {
        if (str_equal(call->query.items[i].key, param->key) && !parameter->is_repeatable) {
            reply_error(call, 400, "%.*s: once is enough", STR_ARG(key));
            return false;
        }
    }
    expected = wrong(call->arena, parameter, param->value);
    if (expected)
        reply_error(call, 400, "%.*s: %s was expected", STR_ARG(key), expected);
    return !expected;
}

bool
query_check(struct call *call)
{
    const struct parameter *list = call->route->query;

    for (size_t i = 0; i < call->query.n; i++)
        if (!check_param(call, i))
            return false;
    for (; list && list->name; list++) {
        if (!list->is_required || !str_empty(str_trim(param_get(&call->query, list->name))))
            continue;
        reply_error(call, 400, "%s is missing: %s", list->name, list->what);
        return false;
    }
    return true;
}
