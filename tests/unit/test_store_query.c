/* Questions and documents that fuzz_query found to go wrong. */

#include "store_world.h"

static void
import_vnic(struct world *w, const char *attributes)
{
    struct import *import;
    struct str     document =
        arena_printf(w->arena,
                     "{\"environment\":\"lab\",\"type\":\"vnic\",\"id\":\"v\",\"name\":\"v\","
                     "\"id_path\":\"/lab/v\",%s}",
                     attributes);

    must(w, store_import_begin(w->store, STR("inventory"), &import, &w->err));
    must(w, import_document(import, document, &w->err));
    must(w, import_finish(import, NULL, &w->err));
}

/* SQLite compares the label of a path with the text of the body, where these are escaped. */
static void
test_keys_with_escapes_are_found(void **state)
{
    struct world *w = *state;

    import_vnic(w, "\"a\\\\b\":\"1\",\"tab\\there\":\"2\",\"c\":{\"line\\nend\":[\"3\"]},"
                   "\"\\u0001\":\"4\",\"a\\\\\\\\b\":\"5\",\"Gr\xc3\xb6\xc3\x9f\x65\":\"6\"");
    WHERE(w, "a\\b", "1", "v");
    WHERE(w, "tab\there", "2", "v");
    WHERE(w, "c.line\nend", "3", "v");
    WHERE(w, "\001", "4", "v");
    WHERE(w, "a\\\\b", "5", "v");
    WHERE(w, "Gr\xc3\xb6\xc3\x9f\x65", "6", "v");
    WHERE(w, "a\\b", "5", "");
    WHERE(w, "tab\\there", "2", "");
}

static struct str
nested_vnic(struct world *w, size_t depth)
{
    AUTO_BUF text = { 0 };

    buf_add(&text,
            STR("{\"environment\":\"lab\",\"type\":\"vnic\",\"id\":\"deep\",\"name\":\"deep\","
                "\"id_path\":\"/lab/deep\",\"b\":\"x\",\"brackets\":\"\\\"[[[\",\"a\":"));
    for (size_t i = 1; i < depth; i++)
        buf_char(&text, '[');
    for (size_t i = 1; i < depth; i++)
        buf_char(&text, ']');
    buf_char(&text, '}');
    return arena_str(w->arena, buf_str(&text));
}

/* jansson takes 2048 levels, SQLite's functions fewer: one such row, and no condition on any
 * attribute worked any more ("malformed JSON"). */
static void
test_deep_documents_do_not_spoil_conditions(void **state)
{
    struct world  *w = *state;
    struct import *import;

    import_vnic(w, "\"b\":\"x\"");
    must(w, store_import_begin(w->store, STR("inventory"), &import, &w->err));
    must(w, import_document(import, nested_vnic(w, 500), &w->err));
    must(w, import_finish(import, NULL, &w->err));
    must(w, store_import_begin(w->store, STR("inventory"), &import, &w->err));
    must_fail(w, import_document(import, nested_vnic(w, 2040), &w->err), ERROR_PARSE,
              "document 1: nested more than 500 deep");
    import_abort(import);
    WHERE(w, "b", "x", "deep v");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_with_escapes_are_found),
        TEST(deep_documents_do_not_spoil_conditions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
