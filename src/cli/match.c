/* An attribute has a word when the store would find an object by it that had no other attribute:
 * "a1" is in the name "vm-a1", but not in the middle of an id that happens to hold it. */

#include "cli/match.h"

#include "base/doc.h"
#include "store/members.h"
#include "store/terms.h"

enum { LONGEST_VALUE = 40 };

struct match {
    struct arena     *arena;
    struct str        searched;
    struct str        key;
    const struct doc *value;
    size_t            n_words; /* of those searched, that the value has */
    struct str        word;    /* the first of them */
};

static bool
has_term(struct str terms, struct str word)
{
    for (struct str term; str_word(&terms, &term);)
        if (str_equal_nocase(str_head(term, word.n), word))
            return true;
    return false;
}

/* Takes the attribute if it has more of the words than the one before it. */
static void
consider(struct match *best, struct str key, struct doc *value)
{
    struct match here = *best;
    struct doc  *alone = doc_object(best->arena);
    struct str   rest = best->searched, word;
    AUTO_BUF     terms = { 0 };

    if (!value)
        return;
    here.key = key;
    here.value = value;
    here.n_words = 0;
    doc_setn(best->arena, alone, key, value);
    terms_of_body(&terms, doc_body(best->arena, alone));
    while (term_next(&rest, &word))
        if (has_term(buf_str(&terms), word) && here.n_words++ == 0)
            here.word = word;
    if (here.n_words > best->n_words)
        *best = here;
}

/* Where a word stands in a text, whatever its case; the text's length when it is not there. */
static size_t
position(struct str text, struct str word)
{
    for (size_t i = 0; i + word.n <= text.n; i++)
        if (str_equal_nocase(str_head(str_skip(text, i), word.n), word))
            return i;
    return text.n;
}

/* Of a list or an object the string that has the word. */
static struct str
string_with(struct arena *arena, const struct doc *value, struct str word)
{
    struct str rest, string;

    if (doc_kind(value) != DOC_ARRAY && doc_kind(value) != DOC_OBJECT)
        return doc_scalar(value, arena);
    rest = doc_body(arena, value);
    while (string_next(&rest, &string))
        if (position(string, word) < string.n)
            return string;
    return STR_NONE;
}

static bool
is_inside_character(struct str text, size_t i)
{
    return i < text.n && ((unsigned char)text.p[i] & 0xc0) == 0x80;
}

/* The beginning of a long text, or what follows the word when that would not be seen. */
static struct str
shortened(struct arena *arena, struct str text, struct str word)
{
    size_t begin = position(text, word), end;

    if (text.n <= LONGEST_VALUE)
        return text;
    if (begin == text.n || begin + word.n <= LONGEST_VALUE)
        begin = 0;
    end = begin + LONGEST_VALUE < text.n ? begin + LONGEST_VALUE : text.n;
    while (is_inside_character(text, end))
        end--;
    return arena_join(arena, begin ? STR("...") : STR_NONE,
                      str_head(str_skip(text, begin), end - begin),
                      end < text.n ? STR("...") : STR_NONE);
}

struct str
match_of(struct arena *arena, struct str searched, struct str body)
{
    const struct doc *document = doc_parse(arena, body, NULL);
    struct match      best = { .arena = arena, .searched = searched };
    struct doc_iter   it = { 0 };

    consider(&best, STR("id"), doc_get(document, "id"));
    consider(&best, STR("name"), doc_get(document, "name"));
    while (doc_next(document, &it))
        consider(&best, it.key, it.value);
    if (best.n_words == 0)
        return STR_NONE;

    struct str value = string_with(arena, best.value, best.word);

    return arena_join(arena, best.key, STR(": "), shortened(arena, value, best.word));
}
