/* Looking up the embedded collections; there are a handful. */

#include "model/defaults.h"

#include "model/defaults_data.h"

struct str
default_collection(const char *name)
{
    for (size_t i = 0; i < N_ELEMENTS(defaults); i++)
        if (str_is(defaults[i].name, name))
            return defaults[i].text;
    return STR_NONE;
}
