/* Lists of a cloud, page by page: asked, parsed on many threads, taken in order. */

#include "scan/cloud_lists.h"

#include "base/work.h"
#include "build/cloud_read.h"
#include "parse/parse.h"
#include "scan/partition.h"

/* The forms of a request that this environment has, in 'region'. */
static size_t
forms_of(const struct discovery *d, const struct cloud_request *list, struct str region,
         struct request *forms)
{
    size_t n = 0;

    for (size_t i = 0; i < CLOUD_FORMS && list->forms[i]; i++) {
        struct request form;

        if (!request_from_text(str_from(list->forms[i]), &form) ||
            (form.kind == REQUEST_SQL && !d->environment->has_sql))
            continue;
        form.region = region;
        forms[n++] = form;
    }
    return n;
}

static void
missed(struct discovery *d, const struct cloud_request *list)
{
    d->own.failed_types |= list->missing;
    d->own.partial_types |= list->partial;
}

void
cloud_ask(const struct discovery *d, const struct cloud_request *list, struct str region,
          struct arena *arena, struct asked *asked)
{
    struct request forms[CLOUD_FORMS] = { 0 };
    size_t         n_forms = forms_of(d, list, region, forms);

    *asked = (struct asked){ .list = list, .answer = { .kind = ANSWER_UNKNOWN } };
    if (n_forms == 0)
        return;
    asked->good = transport_ask(d->transport, forms, n_forms, arena, &asked->answer);
    asked->form = forms[asked->answer.form < n_forms ? asked->answer.form : 0];
}

bool
cloud_answered(struct discovery *d, const struct asked *asked)
{
    const struct answer *answer = &asked->answer;
    bool is_missed = !asked->good && (!asked->list->is_optional || answer->kind == ANSWER_BROKEN);

    d->n_good += asked->good;
    if (answer->error.domain != ERROR_NONE && (asked->good || is_missed)) {
        partition_say(&d->own, SEVERITY_ERROR, "%s", answer->error.message);
        missed(d, asked->list);
    }
    return asked->good;
}

/* Recorded tables may have more columns than are asked for; those must not get into objects. */
static void
keep_columns(const struct request *form, struct arena *arena, struct docs *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct doc     *kept = doc_object(arena);
        struct doc_iter it = { 0 };

        while (doc_next(rows->items[i], &it))
            if (request_has_column(form, it.key))
                doc_setn(arena, kept, it.key, it.value);
        rows->items[i] = kept;
    }
}

/* A page while it is read: parsing needs nothing but the page, so several are parsed at once. */
struct page {
    const struct cloud_request *list;
    const struct request       *form;
    const struct reply         *reply;
    struct arena               *arena;
    struct docs                 docs;
    struct partition            own; /* objects that were built with it */
    bool                        good;
    size_t                      n_unsound;
    struct error                first, err;
};

static void
parse_page_alone(struct page *page)
{
    const struct cloud_request *list = page->list;

    page->good =
        parse_list_sound(page->arena, page->reply->text, list->key ? list->key : "rows",
                         list->required, &page->docs, &page->n_unsound, &page->first, &page->err);
    if (page->good && page->form->kind == REQUEST_SQL)
        keep_columns(page->form, page->arena, &page->docs);
}

/* What was wrong with a parsed page; elements of no use have been left out. */
static bool
check_page(struct discovery *d, const struct page *page)
{
    struct str origin = page->reply->origin;

    if (!page->good)
        partition_say(&d->own, SEVERITY_ERROR, "%s (%.*s): %s", page->list->name, STR_ARG(origin),
                      page->err.message);
    else if (page->n_unsound)
        partition_say(&d->own, SEVERITY_ERROR, "%s (%.*s): %zu left out; %s", page->list->name,
                      STR_ARG(origin), page->n_unsound, page->first.message);
    if (!page->good || page->n_unsound)
        missed(d, page->list);
    return page->good;
}

/* An element counts once: pages of a list that changes meanwhile may overlap, and regions may share
 * a service. */
static void
drop_repeated(struct discovery *d, const struct cloud_request *list, struct docs *docs)
{
    size_t n = 0, n_repeated = 0;

    if (!str_starts(str_from(list->required), STR("id")))
        return;
    for (size_t i = 0; i < docs->n; i++) {
        struct str id = doc_scalar(doc_get(docs->items[i], "id"), d->arena);
        struct str key = arena_printf(d->arena, "%s %.*s", list->name, STR_ARG(id));
        bool       is_new;

        map_put(&d->seen, key, &is_new);
        if (is_new)
            docs->items[n++] = docs->items[i];
        else
            n_repeated++;
    }
    docs->n = n;
    if (n_repeated)
        partition_say(&d->own, SEVERITY_WARNING, "%s: %zu were given twice", list->name,
                      n_repeated);
}

bool
cloud_parse_page(struct discovery *d, const struct asked *asked, const struct reply *reply,
                 struct arena *arena, struct docs *docs)
{
    struct page page = {
        .list = asked->list, .form = &asked->form, .reply = reply, .arena = arena
    };

    parse_page_alone(&page);
    *docs = page.docs;
    if (!check_page(d, &page))
        return false;
    drop_repeated(d, asked->list, docs);
    return true;
}

void
cloud_place(struct discovery *d, const struct built *built, const struct place *scanned)
{
    partition_place(&d->own, &d->tree, built, scanned);
}

void
cloud_finish_batch(struct discovery *d)
{
    partition_finish(&d->own, &d->tree, d->jobs);
    tree_clear_documents(&d->tree);
}

void
cloud_recall(struct discovery *d, const char *type, struct arena *arena, struct docs *docs)
{
    *docs = (struct docs){ 0 };
    if (!d->recall || !d->recall->documents(d->recall->context, type, arena, docs))
        return;
    for (size_t i = 0; i < docs->n; i++)
        tree_add_place(&d->tree, docs->items[i]);
}

/* What builders look up of a list that failed, as an earlier scan saw it. */
static void
recall_list(struct discovery *d, const struct cloud_request *list, cloud_add_fn *add)
{
    AUTO_ARENA   scratch = arena_new();
    struct built notes = { .arena = scratch };
    struct docs  docs;

    if (!list->recalled)
        return;
    cloud_recall(d, list->recalled, scratch, &docs);
    add(&d->cloud, &docs, &notes);
}

/* A list while its pages are read: made by several threads, taken in order. */
struct list_reading {
    struct discovery           *d;
    const struct cloud_request *list;
    const struct request       *form;
    const struct answer        *answer;
    cloud_add_fn               *add;
    cloud_build_fn             *build;
    const struct place         *scanned;
    struct page                *pages;
};

/* Objects below which nothing hangs are built and finished with their page, on its thread: all they
 * need is there before. */
static void
build_apart(const struct list_reading *r, struct page *page)
{
    const struct discovery *d = r->d;
    struct built            built = { .arena = page->arena };
    struct tree             tree;

    page->own.arena = arena_new();
    r->build(&d->cloud, &page->docs, &built);
    tree_init(&tree, page->arena, d->environment->name, &d->tree);
    partition_place(&page->own, &tree, &built, r->scanned);
    partition_finish(&page->own, &tree, 1);
    tree_done(&tree);
}

static void
make_page(void *context, size_t index)
{
    const struct list_reading *r = context;
    struct page               *page = &r->pages[index];

    *page = (struct page){
        .list = r->list, .form = r->form, .reply = &r->answer->pages[index], .arena = arena_new()
    };
    parse_page_alone(page);
    if (page->good && r->list->is_leaf)
        build_apart(r, page);
}

/* Add what builders look up of a page, and build its objects below 'scanned'. */
static void
read_page(const struct list_reading *r, struct page *page)
{
    struct discovery *d = r->d;
    struct built      notes = { .arena = page->arena }, built = { .arena = page->arena };

    if (r->add)
        r->add(&d->cloud, &page->docs, &notes);
    cloud_place(d, &notes, NULL);
    if (page->own.arena) {
        partition_take(&d->own, &page->own);
    } else if (r->build) {
        d->tree.scratch = page->arena;
        r->build(&d->cloud, &page->docs, &built);
        cloud_place(d, &built, r->scanned);
        cloud_finish_batch(d);
        d->tree.scratch = d->arena;
    }
}

static bool
take_page(void *context, size_t index)
{
    const struct list_reading *r = context;
    struct page               *page = &r->pages[index];
    size_t                     n = page->docs.n;

    if (check_page(r->d, page)) {
        drop_repeated(r->d, r->list, &page->docs);
        if (page->docs.n < n) /* it was built with them */
            partition_done(&page->own);
        read_page(r, page);
    }
    partition_done(&page->own);
    arena_free(page->arena);
    return true;
}

void
cloud_read_list(struct discovery *d, const struct asked *asked, cloud_add_fn *add,
                cloud_build_fn *build, const struct place *scanned)
{
    AUTO_ARENA          scratch = arena_new();
    struct list_reading r = { d,   asked->list, &asked->form, &asked->answer,
                              add, build,       scanned,      NULL };

    if (!cloud_answered(d, asked)) {
        recall_list(d, asked->list, add);
        return;
    }
    r.pages = arena_array(scratch, struct page, asked->answer.n_pages);
    if (!work_in_order(d->jobs, asked->answer.n_pages, make_page, take_page, &r))
        abort(); /* take_page() takes all */
}
