/* How an object is, as people want to see it at a glance. */

#include "api/v1.h"
#include "store/members.h"

const char *
object_state_name(enum object_state state)
{
    static const char *const names[N_OBJECT_STATES] = {
        [OBJECT_OK] = "ok",
        [OBJECT_STALE] = "stale",
        [OBJECT_ERROR] = "error",
        [OBJECT_MISSING] = "missing",
    };

    return names[state];
}

/* What the cloud itself says of an object; its words differ by type. The text is enough: bodies are
 * long, and there may be thousands. */
static bool
is_in_error(struct str body)
{
    static const struct {
        const char *key, *value;
    } signs[] = {
        { "status", "\"ERROR\"" }, { "status", "\"DOWN\"" },      { "state", "\"ERROR\"" },
        { "state", "\"DOWN\"" },   { "Link detected", "\"no\"" }, { "vm_state", "\"error\"" },
    };
    struct str rest = body, key, value;

    while (member_next(&rest, &key, &value))
        for (size_t i = 0; i < N_ELEMENTS(signs); i++)
            if (str_is(key, signs[i].key) && str_is(value, signs[i].value))
                return true;
    return false;
}

enum object_state
object_state(struct str body, bool is_stale)
{
    if (is_in_error(body))
        return OBJECT_ERROR;
    return is_stale ? OBJECT_STALE : OBJECT_OK;
}
