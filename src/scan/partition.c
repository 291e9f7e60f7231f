/* From built documents to the objects of a partition. */

#include "scan/partition.h"

#include <stdarg.h>

#include "topology/facts.h"

void
partition_say(struct partition *p, enum severity severity, const char *format, ...)
{
    char    text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    arena_grow(p->arena, p->messages, p->n_messages, p->messages_capacity);
    p->messages[p->n_messages++] =
        (struct discovered_message){ severity, arena_str(p->arena, str_from(text)) };
}

void
partition_place(struct partition *p, struct tree *tree, const struct built *built,
                const struct place *scanned)
{
    for (size_t i = 0; i < built->n_notes; i++)
        partition_say(p, built->notes[i].is_error ? SEVERITY_ERROR : SEVERITY_WARNING, "%.*s",
                      STR_ARG(built->notes[i].text));
    for (size_t i = 0; i < built->docs.n; i++) {
        struct error err;
        struct str   note;

        if (!tree_place(tree, built->docs.items[i], scanned, &note, &err))
            partition_say(p, SEVERITY_ERROR, "not stored: %s", err.message);
        else if (!str_empty(note))
            partition_say(p, SEVERITY_WARNING, "%.*s", STR_ARG(note));
    }
}

void
partition_finish(struct partition *p, const struct tree *tree)
{
    for (size_t i = 0; i < tree->n_documents; i++) {
        struct facts *facts = facts_from_doc(p->arena, tree->documents[i]);
        struct object object;
        struct error  err;

        if (!object_from_doc(p->arena, tree->environment, tree->documents[i], &object, &err)) {
            partition_say(p, SEVERITY_ERROR, "not stored: %s", err.message);
            continue;
        }
        object.facts = facts;
        arena_grow(p->arena, p->objects, p->n_objects, p->capacity);
        p->objects[p->n_objects++] = object;
    }
}
