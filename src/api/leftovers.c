/* Names that are used again. */

#include "api/api.h"

bool
call_may_take_name(struct call *call, struct store *writer, struct str name)
{
    struct error err;
    bool         found;

    if (access_may(call->user, RIGHT_EDIT, NULL))
        return true;
    if (!store_has_leftovers(writer, name, &found, &err)) {
        reply_failure(call, &err);
        return false;
    }
    if (found)
        reply_error(call, 409,
                    "an earlier environment %.*s has left something: who has the role edit-env can "
                    "add it again, and remove it with all it has",
                    STR_ARG(name));
    return !found;
}
