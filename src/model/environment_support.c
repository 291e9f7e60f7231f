/* Which variances of clouds are supported: the default collection supported_environments. */

#include "model/environment.h"

#include "model/defaults.h"

/* A field of a variance holds one value, or several. */
static bool
holds(const struct doc *field, struct str value)
{
    for (size_t i = 0; doc_kind(field) == DOC_ARRAY && i < doc_count(field); i++)
        if (str_equal(doc_text(doc_at(field, i)), value))
            return true;
    return str_equal(doc_text(field), value);
}

/* How many of distribution, version, mechanism driver and type driver, in this order, the best row
 * has in common with the environment. */
static unsigned
best_match(const struct doc *rows, const struct environment *environment, struct str driver)
{
    unsigned best = 0;

    for (size_t i = 0; i < doc_count(rows); i++) {
        const struct doc *row = doc_at(rows, i), *variance = doc_get(row, "environment");
        unsigned          n = 0;

        if (!doc_truth(doc_path(row, "features.scanning")))
            continue;
        if (holds(doc_get(variance, "distribution"), environment->distribution) && ++n &&
            holds(doc_get(variance, "distribution_version"), environment->version) && ++n &&
            holds(doc_get(variance, "mechanism_drivers"), driver) && ++n &&
            holds(doc_get(variance, "type_drivers"), environment->type_drivers))
            n++;
        best = n > best ? n : best;
    }
    return best;
}

bool
environment_is_supported(const struct environment *environment, struct arena *arena,
                         struct str *why)
{
    const struct doc *rows = doc_parse(arena, default_collection("supported_environments"), NULL);

    for (size_t i = 0; i < environment->n_mechanism_drivers; i++) {
        struct str driver = environment->mechanism_drivers[i];

        switch (best_match(rows, environment, driver)) {
        case 0:
            *why = arena_printf(arena, "distribution %.*s", STR_ARG(environment->distribution));
            return false;
        case 1:
            *why = arena_printf(arena, "version %.*s of %.*s", STR_ARG(environment->version),
                                STR_ARG(environment->distribution));
            return false;
        case 2:
            *why = arena_printf(arena, "mechanism driver %.*s on %.*s %.*s", STR_ARG(driver),
                                STR_ARG(environment->distribution), STR_ARG(environment->version));
            return false;
        case 3:
            *why = arena_printf(arena, "type driver %.*s with %.*s on %.*s %.*s",
                                STR_ARG(environment->type_drivers), STR_ARG(driver),
                                STR_ARG(environment->distribution), STR_ARG(environment->version));
            return false;
        default:
            break;
        }
    }
    return true;
}
