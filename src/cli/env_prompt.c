/* Asking people on the terminal for what a document lacks. */

#include <stdio.h>

#include "cli/ask.h"
#include "cli/env.h"
#include "model/defaults.h"

/* --- what to propose --- */

static void
add_choice(struct arena *arena, struct doc *choices, const struct doc *value)
{
    for (size_t i = 0; i < doc_count(choices); i++)
        if (doc_equal(doc_at(choices, i), value))
            return;
    doc_push_text(arena, choices, doc_text(value));
}

static bool
has(const struct doc *one_or_list, struct str text)
{
    for (size_t i = 0; i < doc_count(one_or_list); i++)
        if (str_equal(doc_text(doc_at(one_or_list, i)), text))
            return true;
    return str_equal(doc_text(one_or_list), text);
}

/* What the table of supported environments has for a field of the document, in the rows that fit what
 * was answered before. */
static struct doc *
choices_of(struct arena *arena, const struct doc *document, const char *key)
{
    static const char *const keys[] = { "distribution", "distribution_version", "mechanism_drivers",
                                        "type_drivers" };
    const struct doc *rows = doc_parse(arena, default_collection("supported_environments"), NULL);
    struct doc       *choices = doc_array(arena);

    for (size_t i = 0; i < doc_count(rows); i++) {
        const struct doc *row = doc_get(doc_at(rows, i), "environment"), *value;
        size_t            k = 0;

        for (; k < N_ELEMENTS(keys) && strcmp(keys[k], key) != 0; k++) {
            value = doc_get(document, keys[k]);
            value = doc_kind(value) == DOC_ARRAY ? doc_at(value, 0) : value;
            if (!has(doc_get(row, keys[k]), doc_text(value)))
                break;
        }
        if (k == N_ELEMENTS(keys) || strcmp(keys[k], key) != 0)
            continue;
        value = doc_get(row, key);
        if (doc_kind(value) == DOC_STRING)
            add_choice(arena, choices, value);
        for (size_t j = 0; doc_kind(value) == DOC_ARRAY && j < doc_count(value); j++)
            add_choice(arena, choices, doc_at(value, j));
    }
    return choices;
}

static struct str
joined(struct arena *arena, const struct doc *value)
{
    struct str text = doc_scalar(value, arena);

    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++)
        text = arena_join(arena, text, i ? STR(",") : STR_NONE, doc_text(doc_at(value, i)));
    return text;
}

/* The value that is there, else what most clouds have; a host is mostly the one of Keystone. */
static struct str
proposal(struct arena *arena, const struct doc *document, const struct env_field *field,
         const struct doc *choices)
{
    static const struct env_field keystone_host = { .target = "OpenStack", .key = "host" };

    const struct doc *value = env_field_value(document, field);
    struct str        fallback = str_from(field->fallback);

    if (value)
        return joined(arena, value);
    if (doc_count(choices) > 0 && !has(choices, fallback))
        return doc_text(doc_at(choices, 0));
    if (field->target && strcmp(field->key, "host") == 0)
        return doc_text(env_field_value(document, &keystone_host));
    return fallback;
}

/* --- questions --- */

static void
put_question(struct arena *arena, const struct env_field *field, const struct doc *choices,
             struct str proposed)
{
    fputs(field->question, stderr);
    if (doc_count(choices) > 0) {
        fputs(" (", stderr);
        print_safely(stderr, joined(arena, choices));
        fputs(")", stderr);
    }
    if (!str_empty(proposed)) {
        fputs(" [", stderr);
        print_safely(stderr, field->kind == ENV_SECRET ? STR("as it is") : proposed);
        fputs("]", stderr);
    }
    fputs(": ", stderr);
    fflush(stderr);
}

static bool
ask_field(struct arena *arena, struct doc *document, const struct env_field *field,
          struct error *err)
{
    const struct doc *choices = field->target ? NULL : choices_of(arena, document, field->key);
    struct str        proposed = proposal(arena, document, field, choices), text = STR_NONE;
    bool              is_there = env_field_value(document, field) != NULL;
    char              line[LONGEST_ANSWER];
    struct doc       *value;

    for (;;) {
        put_question(arena, field, choices, proposed);
        if (!(field->kind == ENV_SECRET ? ask_hidden : ask_line)(line, &text)) {
            fputc('\n', stderr);
            return error_set(err, ERROR_CONFIG, 0, "the input ended; nothing was changed");
        }
        if (field->kind != ENV_SECRET)
            text = str_trim(text);
        if (str_empty(text) && (is_there || env_field_has_alternative(field)))
            return true;
        value = env_field_read(arena, field, str_empty(text) ? proposed : arena_str(arena, text));
        explicit_bzero(line, sizeof line);
        if (str_empty(text) && str_empty(proposed))
            fputs("something is needed here\n", stderr);
        else if (!environment_check_field(field->target, field->key, value, err))
            fprintf(stderr, "%s\n", err->message);
        else
            break;
    }
    env_field_set(arena, document, field, value);
    return true;
}

bool
env_ask(struct arena *arena, struct doc *document, bool everything, struct error *err)
{
    for (size_t i = 0; i < N_ENV_FIELDS; i++) {
        const struct env_field *field = &env_fields[i];
        bool                    is_there = env_field_value(document, field) != NULL;

        if (env_field_lacks(document, field) || (everything && is_there && field->question))
            if (!ask_field(arena, document, field, err))
                return false;
    }
    return true;
}
