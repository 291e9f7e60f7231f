#include "api/body.h"

bool
body_has_only(struct call *call, const char *const *names)
{
    struct doc_iter it = { 0 };

    if (doc_kind(call->body) != DOC_OBJECT) {
        reply_error(call, 400, "a JSON object was expected");
        return false;
    }
    while (doc_next(call->body, &it)) {
        size_t i = 0;

        while (names[i] && !str_is(it.key, names[i]))
            i++;
        if (names[i])
            continue;
        reply_error(call, 400, "%.*s: there is no such member", STR_ARG(str_head(it.key, 60)));
        return false;
    }
    return true;
}

bool
body_text(struct call *call, const char *name, struct str *text)
{
    *text = doc_get_text(call->body, name);
    if (!str_empty(*text))
        return true;
    reply_error(call, 400, "%s: text was expected", name);
    return false;
}

bool
body_optional_text(struct call *call, const char *name, struct str *text)
{
    const struct doc *value = doc_get(call->body, name);

    if (!value)
        return true;
    if (doc_kind(value) != DOC_STRING) {
        reply_error(call, 400, "%s: text was expected", name);
        return false;
    }
    *text = doc_text(value);
    return true;
}

bool
body_optional_bool(struct call *call, const char *name, bool *value)
{
    const struct doc *member = doc_get(call->body, name);

    if (!member)
        return true;
    if (doc_kind(member) != DOC_BOOL) {
        reply_error(call, 400, "%s: true or false was expected", name);
        return false;
    }
    *value = doc_truth(member);
    return true;
}
