/* Typing errors are counted as a letter too many, one missing, a wrong one, and two neighbours the
 * wrong way round (the last is the most frequent, and would be two errors otherwise). */

#include "cli/nearest.h"

enum {
    MOST_ERRORS = 2,
    LONGEST_NAME = 64, /* of types, commands, environments: no longer one is near to anything */
};

void
known_names_add(struct known_names *names, struct str name)
{
    arena_grow(names->arena, names->items, names->n, names->capacity);
    names->items[names->n++] = arena_str(names->arena, name);
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Errors between two names of at most LONGEST_NAME bytes; row[0] is for the letters of 'a' so far,
 * row[1] and row[2] for one and two letters less. */
static size_t
count_errors(struct str a, struct str b)
{
    size_t rows[3][LONGEST_NAME + 1], *row[3] = { rows[0], rows[1], rows[2] };

    for (size_t j = 0; j <= b.n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *oldest = row[2];

        row[2] = row[1];
        row[1] = row[0];
        row[0] = oldest;
        row[0][0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            char   x = lower(a.p[i - 1]), y = lower(b.p[j - 1]);
            size_t one_less = least(row[1][j], row[0][j - 1]) + 1;

            row[0][j] = least(one_less, row[1][j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b.p[j - 2]) && lower(a.p[i - 2]) == y)
                row[0][j] = least(row[0][j], row[2][j - 2] + 1);
        }
    }
    return row[0][b.n];
}

/* More errors than half of a name's letters make another word of it. */
static bool
is_near(struct str wanted, struct str name, size_t *n_errors)
{
    if (wanted.n > LONGEST_NAME || name.n > LONGEST_NAME)
        return false;
    *n_errors = count_errors(wanted, name);
    return *n_errors <= MOST_ERRORS && 2 * *n_errors <= name.n;
}

static bool
begins_with(struct str name, struct str beginning)
{
    return str_equal_nocase(str_head(name, beginning.n), beginning);
}

/* The name that begins like this. Of several one is meant when all others are longer forms of it:
 * "inst" is "instance", though there is "instances_folder". */
static struct str
completed(const struct known_names *names, struct str beginning)
{
    struct str shortest = STR_NONE;

    for (size_t i = 0; i < names->n; i++)
        if (begins_with(names->items[i], beginning) &&
            (str_empty(shortest) || names->items[i].n < shortest.n))
            shortest = names->items[i];
    for (size_t i = 0; i < names->n; i++)
        if (begins_with(names->items[i], beginning) && !begins_with(names->items[i], shortest))
            return STR_NONE;
    return shortest;
}

struct str
nearest_name(const struct known_names *names, struct str wanted)
{
    struct str best = STR_NONE;
    size_t     fewest = MOST_ERRORS + 1, n_errors;

    if (str_empty(wanted))
        return STR_NONE;
    for (size_t i = 0; i < names->n; i++) {
        if (str_equal(names->items[i], wanted))
            return STR_NONE;
        if (is_near(wanted, names->items[i], &n_errors) && n_errors < fewest) {
            fewest = n_errors;
            best = names->items[i];
        }
    }

    /* "inst" is the beginning of "instance" rather than two letters away from "host". */
    struct str whole = fewest > 1 ? completed(names, wanted) : STR_NONE;

    return str_empty(whole) ? best : whole;
}

struct str
did_you_mean(const struct known_names *names, struct str wanted, const char *otherwise)
{
    struct str name = nearest_name(names, wanted);

    return str_empty(name) ? str_from(otherwise)
                           : arena_printf(names->arena, "did you mean '%.*s'?", STR_ARG(name));
}
