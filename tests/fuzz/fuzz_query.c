/* Any bytes as what somebody asks the store, or has it import.
 *
 * An input is pieces with a byte 0xff behind each (it is in no UTF-8; other bytes that are in none
 * remain). A piece's first byte says which option the rest is (take_text(), take_piece()). What
 * objects, links and cliques come back, and in which order, is compared with what query_model.c
 * finds by plain comparison. An import must leave no trace when it is given up; when it ends, what is
 * exported then must import and be exported as the same text. Of the errors only those may come
 * that blame the asker: never SQL's. */

#include <unistd.h>

#include "base/file.h"
#include "fuzz/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char               folder[64], path[80], uri[96];
static struct store      *store;
static struct arena      *memory; /* of the next two */
static struct known_world world;
static struct str         pristine; /* the store's file as it was filled */

/* --- set-up --- */

static void
remove_folder(void)
{
    char command[128];

    store_close(store);
    arena_free(memory);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        _exit(1);
}

static void
open_store(enum store_mode mode)
{
    struct error err;

    store = store_open(uri, mode, &err);
    if (!store)
        finding("open", err.message);
}

/* Put the file back as it was; closing leaves no log beside it. */
static void
restore(void)
{
    store_close(store);

    AUTO_FILE f = fopen(path, "w");

    if (!f || fwrite(pristine.p, 1, pristine.n, f) != pristine.n || fflush(f) != 0)
        finding("restore", "cannot write");
    open_store(STORE_WRITE);
}

int
LLVMFuzzerInitialize(int *argc UNUSED, char ***argv UNUSED)
{
    bool         in_memory = access("/dev/shm", W_OK) == 0;
    struct error err;

    memory = arena_new();
    snprintf(folder, sizeof folder, "%s/calipso-fuzz-XXXXXX", in_memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        abort();
    atexit(remove_folder);
    snprintf(path, sizeof path, "%s/store", folder);
    snprintf(uri, sizeof uri, "sqlite:%s", path);
    open_store(STORE_CREATE);
    query_world_fill(store, memory, &world);
    store_close(store);
    store = NULL;
    if (!file_read(path, 0, SIZE_MAX, 16 << 20, memory, &pristine, &err))
        finding("read", err.message);
    open_store(STORE_WRITE);
    return 0;
}

/* --- the input --- */

static size_t
number_of(struct str text)
{
    int64_t number;

    return str_to_i64(text, &number) ? (size_t)number : SIZE_MAX;
}

static void
take_condition(struct query *q, struct str text)
{
    ptrdiff_t at = str_find_char(text, '=');

    if (at < 0 || q->objects.n_where == N_ELEMENTS(q->where))
        return;
    q->where[q->objects.n_where++] =
        (struct condition){ str_head(text, (size_t)at), str_skip(text, (size_t)at + 1) };
    q->asks_objects = true;
}

/* An "_id", or the number of an object. */
static void
take_link_end(struct query *q, struct str text)
{
    uint32_t i;

    if (str_to_u32(text, &i))
        q->of = world.objects[i % world.n_objects].oid;
    else if (!oid_from_text(text, &q->of))
        return;
    q->links.of = &q->of;
    q->asks_links = true;
}

/* An "_id", or the number of a link and of a clique. */
static void
take_after(struct query *q, struct str text)
{
    const struct known_inventory *known = &world.inventories[0];
    struct oid                    oid;
    uint32_t                      i;

    if (oid_from_text(text, &oid)) {
        q->links.after_oid = q->cliques.after = oid;
    } else if (str_to_u32(text, &i)) {
        q->links.after_oid = known->links[i % known->n_links].oid;
        q->cliques.after = known->cliques[i % known->n_cliques].focal_point;
    }
}

/* Pieces that are a text; what is asked follows from which there are. */
static bool
take_text(struct query *q, char option, struct str text)
{
    const struct {
        char        option;
        struct str *value;
        bool       *asks; /* NULL: of every question */
    } options[] = {
        { 'e', &q->inventory.environment, NULL },
        { 'y', &q->inventory.space, NULL },
        { 't', &q->objects.type, &q->asks_objects },
        { 'i', &q->objects.id, &q->asks_objects },
        { 'n', &q->objects.name, &q->asks_objects },
        { 'h', &q->objects.host, &q->asks_objects },
        { 'p', &q->objects.parent_type, &q->asks_objects },
        { 'q', &q->objects.parent_id, &q->asks_objects },
        { '/', &q->objects.id_path, &q->asks_objects },
        { 'T', &q->objects.after_type, &q->asks_objects },
        { 'I', &q->objects.after_id, &q->asks_objects },
        { 'k', &q->links.type, &q->asks_links },
        { 'H', &q->links.host, &q->asks_links },
        { 'K', &q->links.after_type, &q->asks_links },
        { 'f', &q->cliques.focal_point_type, &q->asks_cliques },
        { 'g', &q->cliques.clique_type, &q->asks_cliques },
        { 's', &q->search, &q->asks_search },
        { 'c', &q->collection, NULL },
        { 'C', &q->document_id, NULL },
    };

    for (size_t i = 0; i < N_ELEMENTS(options); i++) {
        if (options[i].option == option) {
            *options[i].value = text;
            if (options[i].asks)
                *options[i].asks = true;
            return true;
        }
    }
    return false;
}

static void
take_piece(struct query *q, struct str piece)
{
    char       option = piece.p[0];
    struct str text = str_skip(piece, 1);

    if (take_text(q, option, text))
        return;
    if (option == 'l')
        q->limit = number_of(text);
    else if (option == 'w')
        take_condition(q, text);
    else if (option == 'x')
        q->links.explicit_only = true;
    else if (option == '<' || option == '>')
        q->links.side = option == '<' ? LINK_SOURCE : LINK_TARGET;
    else if (option == 'o')
        take_link_end(q, text);
    else if (option == 'A')
        take_after(q, text);
    else if (option == 'j')
        q->documents[q->n_documents++] = text;
    else if (option == 'F')
        q->finish = true;
}

static void
read_query(struct query *q, struct str input)
{
    struct str rest = input, piece;

    *q = (struct query){ .inventory = { STR("lab"), STR_NONE } };
    for (size_t n = 0; n < PIECES_MAX && str_cut(&rest, '\xff', &piece); n++)
        if (!str_empty(piece))
            take_piece(q, piece);
    q->objects.where = q->where;
    q->objects.limit = q->links.limit = q->cliques.limit = q->limit;
}

/* --- import and export --- */

struct lines {
    struct arena *arena;
    struct str   *lines;
    size_t        n, capacity;
    bool          checked; /* the same lines were looked at before */
};

static bool
see_document(void *context, struct str id, struct str text)
{
    struct lines *l = context;
    struct error  err;

    if (!l->checked) {
        struct doc *d = doc_parse(l->arena, text, &err);

        if (doc_kind(d) != DOC_OBJECT || str_empty(id) || !doc_get(d, "_id"))
            finding("export", "no document with an _id");
    }
    arena_grow(l->arena, l->lines, l->n, l->capacity);
    l->lines[l->n++] = arena_str(l->arena, text);
    return true;
}

static void
export_lines(const struct query *q, struct lines *l)
{
    struct error err = { 0 };

    if (!store_export(store, q->collection, STR_NONE, see_document, l, &err))
        finding("export", err.message);
}

static int
compare_lines(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Messages with one time have no order of their own, so lines are compared sorted. */
static void
expect_same_lines(const char *what, struct lines *a, struct lines *b)
{
    if (a->n != b->n)
        finding(what, "another number of documents");
    if (a->n == 0)
        return;
    qsort(a->lines, a->n, sizeof *a->lines, compare_lines);
    qsort(b->lines, b->n, sizeof *b->lines, compare_lines);
    for (size_t i = 0; i < a->n; i++) {
        if (!str_equal(a->lines[i], b->lines[i])) {
            fprintf(stderr, "%.*s\n%.*s\n", STR_ARG(a->lines[i]), STR_ARG(b->lines[i]));
            finding(what, "another document");
        }
    }
}

static bool
import_lines(struct str collection, const struct str *lines, size_t n, bool finish)
{
    struct import_counts counts;
    struct import       *import;
    struct error         err = { 0 };
    bool                 good = store_import_begin(store, collection, &import, &err);

    if (!good) {
        check_error("import", &err);
        return false;
    }
    for (size_t i = 0; good && i < n; i++)
        good = import_document(import, lines[i], &err);
    if (!good)
        check_error("import", &err);
    if (!good || !finish) {
        import_abort(import);
        return good;
    }
    if (!import_finish(import, &counts, &err))
        finding("import", err.message);
    if (counts.n_documents != n)
        finding("import", "another number of documents");
    return true;
}

/* The store is sound, answers, and what it gives out it takes back unchanged. */
static void
check_imported(const struct query *q, struct arena *arena)
{
    struct lines first = { .arena = arena }, second = { .arena = arena, .checked = true };
    struct error err = { 0 };

    if (!store_check(store, &err))
        finding("imported", err.message);
    export_lines(q, &first);
    if (first.n == 0)
        finding("imported", "nothing is exported");
    if (!import_lines(q->collection, first.lines, first.n, true))
        finding("imported", "what was exported is refused");
    export_lines(q, &second);
    expect_same_lines("export, import, export", &first, &second);
}

/* Rows that are not known: no comparison, but no error and nothing that cannot be written. */
static bool
see_any(void *context UNUSED, const struct object_row *row)
{
    write_object(row);
    return true;
}

static void
ask_imported(const struct query *q)
{
    struct error err = { 0 };

    if (!store_objects(store, &q->inventory, &q->objects, see_any, NULL, &err))
        check_error("imported objects", &err);
    if (q->asks_search &&
        !store_search(store, &q->inventory, q->search, q->limit, see_any, NULL, &err))
        check_error("imported search", &err);
}

/* What was given up leaves no trace. */
static void
import_and_abort(const struct query *q, struct arena *arena)
{
    struct lines before = { .arena = arena, .checked = true };
    struct lines after = { .arena = arena, .checked = true };

    export_lines(q, &before);
    import_lines(q->collection, q->documents, q->n_documents, false);
    export_lines(q, &after);
    expect_same_lines("import and abort", &before, &after);
}

static void
import_documents(const struct query *q)
{
    AUTO_ARENA arena = arena_new();

    if (!q->finish) {
        import_and_abort(q, arena);
    } else if (import_lines(q->collection, q->documents, q->n_documents, true)) {
        check_imported(q, arena);
        ask_imported(q);
        restore();
    }
}

static void
export_documents(const struct query *q)
{
    AUTO_ARENA   arena = arena_new();
    struct lines all = { .arena = arena };
    struct lines some = { .arena = arena };
    struct str   document;
    struct error err = { 0 };

    export_lines(q, &all);
    if (!store_export(store, q->collection, q->inventory.environment, see_document, &some, &err))
        finding("export", err.message);
    if (some.n > all.n)
        finding("export", "one environment has more than all");
    if (!collection_get(store, q->collection, q->document_id, arena, &document, &err))
        check_error("collection_get", &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct query q;

    read_query(&q, (struct str){ (const char *)data, size });
    if (q.n_documents > 0)
        import_documents(&q);
    else if (!str_empty(q.collection))
        export_documents(&q);
    if (q.asks_objects)
        ask_objects(store, &world, &q);
    if (q.asks_links)
        ask_links(store, &world, &q);
    if (q.asks_cliques)
        ask_cliques(store, &world, &q);
    if (q.asks_search)
        ask_search(store, &world, &q);
    return 0;
}
