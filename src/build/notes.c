/* What builders have to say beside their documents. */

#include "build/build.h"

#include <stdarg.h>

void
built_note(struct built *out, bool is_error, const char *format, ...)
{
    char    text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    arena_grow(out->arena, out->notes, out->n_notes, out->notes_capacity);
    out->notes[out->n_notes++] =
        (struct note){ .is_error = is_error, .text = arena_str(out->arena, str_from(text)) };
}
