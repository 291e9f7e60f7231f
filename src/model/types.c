/* The names of the object types, and of the link types made of them. */

#include "model/types.h"

static const struct {
    struct str  name;
    const char *help;
} types[] = {
#define OBJECT_TYPE_ROW(constant, name, help) { STR(name), help },
    OBJECT_TYPES(OBJECT_TYPE_ROW)
#undef OBJECT_TYPE_ROW
};

struct str
object_type_name(enum object_type type)
{
    return types[type].name;
}

const char *
object_type_help(enum object_type type)
{
    return types[type].help;
}

bool
object_type_is_folder(enum object_type type)
{
    return str_ends(types[type].name, STR("_folder"));
}

bool
object_type_from_name(struct str name, enum object_type *type)
{
    for (size_t i = 0; i < N_ELEMENTS(types); i++) {
        if (str_equal(types[i].name, name)) {
            *type = (enum object_type)i;
            return true;
        }
    }
    return false;
}

bool
link_type_from_name(struct str name, struct link_type *type)
{
    struct str       rest = name, from;
    enum object_type a, b;

    if (!str_cut(&rest, '-', &from) || !rest.p || !object_type_from_name(from, &a) ||
        !object_type_from_name(rest, &b))
        return false;
    *type = (struct link_type){ (uint8_t)a, (uint8_t)b };
    return true;
}
