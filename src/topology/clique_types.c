/* Choosing clique types and constraints for one environment.
 *
 * They are few and are read once a scan, so they stay documents until the choice is made. */

#include "topology/clique_types.h"

#include <stdarg.h>

struct reader {
    struct arena             *arena;
    const struct environment *environment;
    enum policy               policy;
    struct clique_types      *out;
    size_t                    notes_capacity;
    size_t                    attributes_capacity;
};

static void note(struct reader *, const char *format, ...) PRINTF(2, 3);

static void
note(struct reader *r, const char *format, ...)
{
    char    text[300];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    arena_grow(r->arena, r->out->notes, r->out->n_notes, r->notes_capacity);
    r->out->notes[r->out->n_notes++] = arena_str(r->arena, str_from(text));
}

/* "_id" as text, also in the form of database dumps. */
static struct str
oid_of_doc(const struct doc *document)
{
    const struct doc *given = doc_get(document, "_id");

    return doc_text(doc_kind(given) == DOC_OBJECT ? doc_get(given, "$oid") : given);
}

/* A document that names a policy counts only under it. */
static bool
has_policy(const struct doc *document, enum policy policy)
{
    struct str named = doc_get_text(document, "policy");

    return str_empty(named) || str_is(named, policy_name(policy));
}

static bool
is_general(struct str environment)
{
    return str_empty(environment) || str_is(environment, "ANY");
}

/* --- the score --- */

static bool
is_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

/* The successor reads a version of digits as the least one. */
static bool
suits_version(struct str wanted, struct str ours, enum policy policy)
{
    if (policy == POLICY_CLASSIC || !is_number(wanted) || !is_number(ours))
        return str_equal(wanted, ours);
    while (wanted.n && wanted.p[0] == '0')
        wanted = str_skip(wanted, 1);
    while (ours.n && ours.p[0] == '0')
        ours = str_skip(ours, 1);
    return wanted.n < ours.n || (wanted.n == ours.n && str_compare(wanted, ours) <= 0);
}

static bool
has_driver(const struct environment *environment, struct str driver)
{
    for (size_t i = 0; i < environment->n_mechanism_drivers; i++)
        if (str_equal(environment->mechanism_drivers[i], driver))
            return true;
    return false;
}

/* One driver, or a list of which each must be there. */
static bool
suits_drivers(const struct doc *wanted, const struct environment *environment)
{
    if (doc_kind(wanted) != DOC_ARRAY)
        return has_driver(environment, doc_text(wanted));
    for (size_t i = 0; i < doc_count(wanted); i++)
        if (!has_driver(environment, doc_text(doc_at(wanted, i))))
            return false;
    return true;
}

static bool
is_given(const struct doc *value)
{
    return doc_kind(value) == DOC_ARRAY ? doc_count(value) > 0 : !str_empty(doc_text(value));
}

int
clique_type_score(const struct doc *type, const struct environment *environment, enum policy policy)
{
    struct str        named = doc_get_text(type, "environment");
    struct str        kind = doc_get_text(type, "environment_type");
    struct str        distribution = doc_get_text(type, "distribution");
    struct str        version = doc_get_text(type, "distribution_version");
    const struct doc *drivers = doc_get(type, "mechanism_drivers");
    struct str        type_drivers = doc_get_text(type, "type_drivers");
    int               score = 0;

    if (!has_policy(type, policy))
        return 0;
    if (!str_empty(named))
        return str_equal(named, environment->name) ? 64 : str_is(named, "ANY") ? 1 : 0;
    if (!str_empty(kind) && !str_equal(kind, environment->type))
        return 0;
    if (!str_empty(distribution)) {
        if (!str_equal(distribution, environment->distribution))
            return 0;
        score += 32;
        if (!str_empty(version)) {
            if (!suits_version(version, environment->version, policy))
                return 0;
            score += 16;
        }
    }
    if (is_given(drivers)) {
        if (!suits_drivers(drivers, environment))
            return 0;
        score += 8;
    }
    if (!str_empty(type_drivers)) {
        if (!str_equal(type_drivers, environment->type_drivers))
            return 0;
        score += 4;
    }
    return score > 2 ? score : 2;
}

/* --- clique types --- */

static const struct clique_type *
read_type(struct reader *r, const struct doc *document, enum object_type focal, int score)
{
    struct clique_type *type = arena_new_of(r->arena, struct clique_type);
    const struct doc   *names = doc_get(document, "link_types");
    struct clique_step *steps = arena_array(r->arena, struct clique_step, doc_count(names));

    *type = (struct clique_type){
        .oid = arena_str(r->arena, oid_of_doc(document)),
        .name = arena_str(r->arena, doc_get_text(document, "name")),
        .focal_point_type = focal,
        .use_implicit_links = doc_truth(doc_get(document, "use_implicit_links")),
        .steps = steps,
        .score = score,
    };
    for (size_t i = 0; doc_kind(names) == DOC_ARRAY && i < doc_count(names); i++) {
        struct str          name = doc_text(doc_at(names, i));
        struct clique_step *step = &steps[type->n_steps++];

        step->is_valid = link_type_from_name(name, &step->type);
        if (!step->is_valid)
            note(r, "clique type %.*s: '%.*s' is no link type and finds nothing",
                 STR_ARG(type->name), STR_ARG(name));
    }
    return type;
}

struct candidate {
    const struct doc *document;
    struct str        oid;
    size_t            position;
};

static int
compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    int                     order = str_compare(x->oid, y->oid);

    return order ? order : x->position < y->position ? -1 : 1;
}

/* By "_id" when all have one, else in the order of the file: of equals the first is taken. */
static struct candidate *
candidates_in_order(struct reader *r, const struct doc *documents)
{
    size_t            n = doc_count(documents);
    struct candidate *all = arena_array(r->arena, struct candidate, n);
    bool              all_have_ids = true;

    for (size_t i = 0; i < n; i++) {
        all[i] = (struct candidate){ doc_at(documents, i), oid_of_doc(doc_at(documents, i)), i };
        all_have_ids &= !str_empty(all[i].oid);
    }
    if (n && all_have_ids)
        qsort(all, n, sizeof *all, compare_candidates);
    return all;
}

static void
choose_types(struct reader *r, const struct doc *documents)
{
    size_t            n = doc_kind(documents) == DOC_ARRAY ? doc_count(documents) : 0;
    struct candidate *all = n ? candidates_in_order(r, documents) : NULL;
    int               best[N_OBJECT_TYPES] = { 0 };

    for (size_t i = 0; i < n; i++) {
        const struct doc *document = all[i].document;
        struct str        focal_name = doc_get_text(document, "focal_point_type");
        int               score = clique_type_score(document, r->environment, r->policy);
        enum object_type  focal;

        if (!score)
            continue;
        if (!object_type_from_name(focal_name, &focal)) {
            note(r, "clique type %.*s: '%.*s' is no type of object",
                 STR_ARG(doc_get_text(document, "name")), STR_ARG(focal_name));
            continue;
        }

        int rank = 2 * score + !str_empty(doc_get_text(document, "policy"));

        if (rank > best[focal]) {
            best[focal] = rank;
            r->out->of[focal] = read_type(r, document, focal, score);
        }
    }
}

/* --- constraints --- */

static void
add_attribute(struct reader *r, struct str name)
{
    struct str *attributes = (struct str *)(uintptr_t)r->out->attributes;

    for (size_t i = 0; i < r->out->n_attributes; i++)
        if (str_equal(attributes[i], name))
            return;
    arena_grow(r->arena, attributes, r->out->n_attributes, r->attributes_capacity);
    attributes[r->out->n_attributes++] = name;
    r->out->attributes = attributes;
}

static struct constraint_set
read_constraints(struct reader *r, const struct doc *document)
{
    const struct doc     *names = doc_get(document, "constraints");
    size_t                n = doc_kind(names) == DOC_ARRAY ? doc_count(names) : 0;
    struct str           *all = arena_array(r->arena, struct str, n);
    struct constraint_set set = { .names = all };

    for (size_t i = 0; i < n; i++) {
        struct str name = arena_str(r->arena, doc_text(doc_at(names, i)));

        if (str_is(name, "network"))
            set.has[CONSTRAINT_NETWORK] = true;
        else if (str_is(name, "physical_network"))
            set.has[CONSTRAINT_PHYSICAL_NETWORK] = true;
        else
            note(r, "clique constraint '%.*s' of %.*s: no link has it", STR_ARG(name),
                 STR_ARG(doc_get_text(document, "focal_point_type")));
        all[set.n_names++] = name;
        add_attribute(r, name);
    }
    return set;
}

static void
choose_constraints(struct reader *r, const struct doc *documents)
{
    size_t n = doc_kind(documents) == DOC_ARRAY ? doc_count(documents) : 0;
    int    best[N_OBJECT_TYPES] = { 0 };

    for (size_t i = 0; i < n; i++) {
        const struct doc *document = doc_at(documents, i);
        struct str        environment = doc_get_text(document, "environment");
        bool              is_ours = str_equal(environment, r->environment->name);
        enum object_type  focal;

        if (!has_policy(document, r->policy) || !(is_ours || is_general(environment)))
            continue;

        struct constraint_set set = read_constraints(r, document);
        int                   rank = 1 + 2 * is_ours + !str_empty(doc_get_text(document, "policy"));

        if (object_type_from_name(doc_get_text(document, "focal_point_type"), &focal) &&
            rank >= best[focal]) {
            best[focal] = rank;
            r->out->constraints[focal] = set;
        }
    }
}

void
clique_types_choose(struct arena *arena, const struct environment *environment, enum policy policy,
                    const struct doc *types, const struct doc *constraints,
                    struct clique_types *out)
{
    struct reader r = { .arena = arena, .environment = environment, .policy = policy, .out = out };

    *out = (struct clique_types){ 0 };
    choose_types(&r, types);
    choose_constraints(&r, constraints);
}
