/* Canonical JSON text has no blanks, so a member ends where brackets balance and a comma stands. */

#include "store/members.h"

/* The position behind the string that starts at 'i'. A quotation mark belongs to it behind an odd number
 * of backslashes. */
static size_t
end_of_string(struct str text, size_t i)
{
    const char *begin = text.p + i, *quote = begin;

    while ((quote = memchr(quote + 1, '"', (size_t)(text.p + text.n - quote - 1))) != NULL) {
        const char *slash = quote;

        while (slash > begin && slash[-1] == '\\')
            slash--;
        if ((quote - slash) % 2 == 0)
            return (size_t)(quote - text.p) + 1;
    }
    return text.n;
}

/* The position of the comma or bracket that ends the value at 'i'. */
static size_t
end_of_value(struct str text, size_t i)
{
    size_t depth = 0;

    while (i < text.n) {
        switch (text.p[i]) {
        case '"':
            i = end_of_string(text, i);
            continue;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return i;
            depth--;
            break;
        case ',':
            if (depth == 0)
                return i;
            break;
        }
        i++;
    }
    return i;
}

bool
member_next(struct str *rest, struct str *key, struct str *value)
{
    /* In front of a member stands the object's bracket or a comma. */
    if (rest->n < 2 || rest->p[1] != '"')
        return false;

    size_t colon = end_of_string(*rest, 1);
    size_t end = end_of_value(*rest, colon + 1 < rest->n ? colon + 1 : rest->n);

    if (colon < 3 || colon + 1 > end)
        return false;
    *key = (struct str){ rest->p + 2, colon - 3 };
    *value = (struct str){ rest->p + colon + 1, end - colon - 1 };
    *rest = str_skip(*rest, end);
    return true;
}

bool
string_next(struct str *rest, struct str *string)
{
    while (rest->n > 0) {
        const char *quote = memchr(rest->p, '"', rest->n);

        if (!quote)
            break;

        size_t begin = (size_t)(quote - rest->p);
        size_t end = end_of_string(*rest, begin);

        *string = (struct str){ quote + 1, end - begin >= 2 ? end - begin - 2 : 0 };
        *rest = str_skip(*rest, end);
        if (rest->n == 0 || rest->p[0] != ':')
            return true;
    }
    *rest = STR_NONE;
    return false;
}
