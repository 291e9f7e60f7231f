#include "api/page.h"

#include <sodium.h>

#include "api/lines.h"

enum { MOST_CURSOR = 4096 };

/* What the cursors of a list begin with: its name and order. The latest first is the order of lists
 * that know "time", whether one says so or not. */
static struct str
kind_of(const struct call *call)
{
    struct str sort = param_get(&call->query, "sort");

    return arena_join(call->arena, str_from(call->route->list), STR(" "),
                      str_is(sort, "-time") ? STR_NONE : sort);
}

static struct str
make_cursor(struct arena *arena, struct str kind, struct str first, struct str second)
{
    struct str plain =
        arena_printf(arena, "%.*s\n%.*s\n%.*s", STR_ARG(kind), STR_ARG(first), STR_ARG(second));
    size_t size = sodium_base64_encoded_len(plain.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char  *text = arena_alloc(arena, size);

    sodium_bin2base64(text, size, (const unsigned char *)plain.p, plain.n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(text);
}

/* A place always says something: at none the list would begin again, and never end. Only a key
 * (page_key) may stand alone, behind an empty value that the list is sorted by. */
static bool
decode_cursor(struct arena *arena, struct str kind, struct str text, struct page *page)
{
    char      *plain = arena_alloc(arena, text.n + 1);
    size_t     n;
    struct str rest, piece;

    if (text.n > MOST_CURSOR ||
        sodium_base642bin((unsigned char *)plain, text.n, text.p, text.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) < 0)
        return false;
    rest = (struct str){ plain, n };
    if (!str_cut(&rest, '\n', &piece) || !str_equal(piece, kind))
        return false;
    for (size_t i = 0; i < CURSOR_PARTS; i++)
        if (!str_cut(&rest, '\n', &page->after[i]))
            return false;
    return !rest.p && (!str_empty(page->after[0]) || str_find_char(page->after[1], '\t') >= 0);
}

static bool
read_cursor(struct call *call, struct page *page)
{
    struct str text = param_get(&call->query, "cursor");

    if (!text.p || decode_cursor(call->arena, kind_of(call), text, page))
        return true;
    reply_error(call, 400, "cursor: this is none of this list");
    return false;
}

struct str
page_key(struct arena *arena, struct str type, struct str id)
{
    return arena_printf(arena, "%.*s\t%.*s", STR_ARG(type), STR_ARG(id));
}

bool
page_read_key(struct call *call, const struct page *page, struct str *type, struct str *id)
{
    *id = page->after[1];
    if (str_empty(page->after[0]) && str_empty(*id))
        return true;
    if (str_cut(id, '\t', type) && id->p)
        return true;
    reply_error(call, 400, "cursor: this is none of a list that is sorted so");
    return false;
}

static bool
read_fields(struct call *call, struct page *page)
{
    struct str rest = param_get(&call->query, "fields"), field;

    while (str_cut(&rest, ',', &field)) {
        if (page->n_fields == N_ELEMENTS(page->fields)) {
            reply_error(call, 400, "fields: more than %zu", N_ELEMENTS(page->fields));
            return false;
        }
        if (!str_empty(str_trim(field)))
            page->fields[page->n_fields++] = str_trim(field);
    }
    return true;
}

bool
page_read(struct call *call, struct page *page)
{
    *page = (struct page){ .limit = (size_t)param_number(&call->query, "limit", PAGE_DEFAULT) };
    return read_cursor(call, page) && read_fields(call, page);
}

/* --- writing --- */

void
page_begin(struct page_list *list, struct call *call, const struct page *page)
{
    *list = (struct page_list){
        .call = call,
        .page = page,
        .is_behind = str_empty(page->after[0]),
    };
    buf_clear(&call->reply->body);
    if (!call->lines)
        buf_printf(&call->reply->body, "{\"%s\":[", call->route->list);
}

/* Only the wanted members, in the order of the document. */
static void
add_fields(struct page_list *list, struct str document)
{
    AUTO_ARENA         arena = arena_new();
    const struct doc  *all = doc_parse(arena, document, NULL);
    struct doc        *some = doc_object(arena);
    const struct page *page = list->page;

    for (size_t i = 0; i < page->n_fields; i++) {
        struct doc *value = doc_getn(all, page->fields[i]);

        if (value)
            doc_setn(arena, some, page->fields[i], value);
    }
    doc_write(&list->call->reply->body, some);
}

bool
page_add(struct page_list *list, struct str document, struct str first, struct str second)
{
    struct buf *out = &list->call->reply->body;

    if (list->n == list->page->limit) {
        list->has_more = true;
        return false;
    }
    if (list->n++ && !list->call->lines)
        buf_add(out, STR(",\n"));
    if (list->page->n_fields)
        add_fields(list, document);
    else
        buf_add(out, document);
    if (list->call->lines)
        buf_char(out, '\n');
    if (list->n == list->page->limit) {
        list->last[0] = arena_str(list->call->arena, first);
        list->last[1] = arena_str(list->call->arena, second);
    }
    return true;
}

bool
page_is_behind(struct page_list *list, struct str place)
{
    list->is_walked = true;
    if (list->is_behind)
        return true;
    list->is_behind = str_equal(place, list->page->after[0]);
    return false;
}

bool
page_is_before(struct page_list *list, struct str place)
{
    list->is_walked = true;
    return !list->is_behind && !str_equal(place, list->page->after[0]);
}

void
page_end(struct page_list *list)
{
    struct call *call = list->call;
    struct buf  *out = &call->reply->body;
    struct str   next = STR_NONE;

    if (list->is_walked && !list->is_behind) {
        reply_error(call, 400, "cursor: what it stood at is gone; begin anew");
        return;
    }
    if (list->has_more)
        next = make_cursor(call->arena, kind_of(call), list->last[0], list->last[1]);
    call->reply->status = 200;
    if (call->lines) {
        call->lines->next = next;
        return;
    }
    buf_add(out, STR("],\"next\":"));
    if (list->has_more)
        doc_write_text(out, next);
    else
        buf_add(out, STR("null"));
    buf_char(out, '}');
}
