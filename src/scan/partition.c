/* From built documents to the objects of a partition. */

#include "scan/partition.h"

#include <stdarg.h>

#include "base/work.h"
#include "topology/facts.h"

enum { LOOK_BACK = 32 }; /* messages */

/* What stops many requests alike, such as a wrong password, is said once. */
static bool
is_said(const struct partition *p, const char *text)
{
    for (size_t i = p->n_messages; i-- > 0 && p->n_messages - i <= LOOK_BACK;)
        if (str_is(p->messages[i].text, text))
            return true;
    return false;
}

void
partition_say(struct partition *p, enum severity severity, const char *format, ...)
{
    char    text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (is_said(p, text))
        return;
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

/* A piece of the documents, finished by one worker in an arena of its own. */
struct slice {
    const struct tree *tree;
    size_t             first, n;
    struct arena      *arena;
    struct object     *objects; /* as many as documents; those that failed have no body */
    struct error      *errors;
};

static void
finish_slice(void *context, size_t index)
{
    struct slice *s = &((struct slice *)context)[index];

    for (size_t i = 0; i < s->n; i++) {
        struct doc   *document = s->tree->documents[s->first + i];
        struct facts *facts = facts_from_doc(s->arena, document);

        if (object_from_doc(s->arena, s->tree->environment, document, &s->objects[i],
                            &s->errors[i]))
            s->objects[i].facts = facts;
        else
            s->objects[i].body = STR_NONE;
    }
}

static void
keep_slice(struct partition *p, const struct slice *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (str_empty(s->objects[i].body)) {
            partition_say(p, SEVERITY_ERROR, "not stored: %s", s->errors[i].message);
            continue;
        }
        arena_grow(p->arena, p->objects, p->n_objects, p->capacity);
        p->objects[p->n_objects++] = s->objects[i];
    }
}

void
partition_finish(struct partition *p, const struct tree *tree, unsigned jobs)
{
    enum { SMALLEST_SLICE = 128, MOST_SLICES = 16 };
    AUTO_ARENA   scratch = arena_new();
    struct slice slices[MOST_SLICES];
    size_t       n_slices = tree->n_documents / SMALLEST_SLICE;
    size_t       first = 0;

    n_slices = n_slices > jobs ? jobs : n_slices;
    n_slices = n_slices > MOST_SLICES ? MOST_SLICES : n_slices ? n_slices : 1;
    for (size_t i = 0; i < n_slices; i++) {
        size_t n = (tree->n_documents - first) / (n_slices - i);

        slices[i] = (struct slice){
            .tree = tree,
            .first = first,
            .n = n,
            .arena = n_slices == 1 ? p->arena : arena_new(),
            .objects = arena_array(scratch, struct object, n),
            .errors = arena_array(scratch, struct error, n),
        };
        first += n;
        if (n_slices > 1) {
            arena_grow(p->arena, p->slices, p->n_slices, p->slices_capacity);
            p->slices[p->n_slices++] = slices[i].arena;
        }
    }
    work_each(jobs, n_slices, finish_slice, slices);
    for (size_t i = 0; i < n_slices; i++)
        keep_slice(p, &slices[i]);
}

static void
keep_arena(struct partition *p, struct arena *arena)
{
    arena_grow(p->arena, p->slices, p->n_slices, p->slices_capacity);
    p->slices[p->n_slices++] = arena;
}

void
partition_take(struct partition *p, struct partition *from)
{
    for (size_t i = 0; i < from->n_messages; i++)
        partition_say(p, from->messages[i].severity, "%.*s", STR_ARG(from->messages[i].text));
    for (size_t i = 0; i < from->n_objects; i++) {
        arena_grow(p->arena, p->objects, p->n_objects, p->capacity);
        p->objects[p->n_objects++] = from->objects[i];
    }
    for (size_t i = 0; i < from->n_slices; i++)
        keep_arena(p, from->slices[i]);
    keep_arena(p, from->arena);
    *from = (struct partition){ 0 };
}

void
partition_done(struct partition *p)
{
    for (size_t i = 0; i < p->n_slices; i++)
        arena_free(p->slices[i]);
    arena_free(p->arena);
    *p = (struct partition){ 0 };
}
