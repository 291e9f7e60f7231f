/* Secrets of environments: what is sealed can be opened with the same key, and with no other. */

#include "testing.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/seal.h"

static char folder[] = "/tmp/calipso-seal-XXXXXX", store_path[64];

static int
set_up(void **state UNUSED)
{
    unsetenv("CALIPSO_KEY_FILE");
    snprintf(store_path, sizeof store_path, "%s", mkdtemp(folder) ? folder : "");
    snprintf(store_path + strlen(folder), sizeof store_path - strlen(folder), "/store");
    return 0;
}

static int
tear_down(void **state UNUSED)
{
    char command[96];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char plain[] =
    "{\"configuration\":[{\"host\":\"h\",\"name\":\"mysql\",\"port\":1,\"pwd\":\"pass \\u00e9\"},"
    "{\"hosts\":{\"cmp1\":{\"key\":\"/etc/key\",\"pwd\":12},\"cmp2\":{\"token\":[\"a\",\"b\"]}},"
    "\"name\":\"CLI\",\"pwd\":\"\"}],\"name\":\"lab\",\"secret\":null}";

static struct doc *
parsed(struct arena *arena, const char *text)
{
    return doc_parse(arena, str_from(text), NULL);
}

static void
test_what_is_sealed_opens(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct error err;
    struct doc  *document = parsed(arena, plain), *sealed, *again, *opened;

    sealed = seal_secrets(store_path, false, arena, document, &err);
    assert_non_null(sealed);

    struct str text = doc_body(arena, sealed);

    assert_true(str_find(text, STR("pass")) < 0);
    assert_true(str_has(text, STR("\"pwd\":\"\""))); /* nothing to hide */
    assert_true(str_has(text, STR("\"key\":\"/etc/key\"")));
    assert_true(str_has(text, STR("\"secret\":null")));

    /* Sealed again it stays, and the same secret has the same seal. */
    again = seal_secrets(store_path, true, arena, sealed, &err);
    assert_true(doc_equal(again, sealed));
    assert_true(doc_equal(seal_secrets(store_path, true, arena, document, &err), sealed));

    opened = open_secrets(store_path, arena, sealed, &err);
    assert_true(doc_equal(opened, document));
    assert_true(doc_equal(open_secrets(store_path, arena, document, &err), document));
}

static void
test_another_key_opens_nothing(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct error err;
    struct doc  *sealed = seal_secrets(store_path, true, arena, parsed(arena, plain), &err);
    struct str   other = arena_printf(arena, "%s.other", store_path);

    assert_non_null(sealed);
    assert_int_equal(setenv("CALIPSO_KEY_FILE", other.p, 1), 0);
    assert_null(open_secrets(store_path, arena, sealed, &err)); /* never made to open */
    assert_non_null(strstr(err.message, other.p));
    assert_int_equal(access(other.p, F_OK), -1);
    assert_non_null(seal_secrets(store_path, false, arena, parsed(arena, plain), &err));
    assert_null(open_secrets(store_path, arena, sealed, &err));
    assert_non_null(strstr(err.message, "another key"));
    assert_non_null(strstr(err.message, "pwd"));
    unsetenv("CALIPSO_KEY_FILE");
}

/* Many who seal their first secret at the same time end with one key, and nothing else lies about. */
static void
test_keys_made_at_once(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();
    struct str path = arena_printf(arena, "%s.race", store_path), sealed[16];
    int        pipes[2], n_files = 0;

    assert_int_equal(setenv("CALIPSO_KEY_FILE", path.p, 1), 0);
    assert_int_equal(pipe(pipes), 0);
    for (size_t i = 0; i < N_ELEMENTS(sealed); i++) {
        pid_t child = fork();

        if (child == 0) {
            struct error err;
            struct doc  *d =
                seal_secrets(store_path, false, arena, parsed(arena, "{\"pwd\":\"word\"}"), &err);
            struct str text = doc_get_text(d, "pwd");

            _exit(d && write(pipes[1], text.p, text.n) == (ssize_t)text.n ? 0 : 1);
        }
    }
    for (size_t i = 0; i < N_ELEMENTS(sealed); i++) {
        int status = 0;

        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    close(pipes[1]);

    struct str expected = doc_get_text(
        seal_secrets(store_path, true, arena, parsed(arena, "{\"pwd\":\"word\"}"), NULL), "pwd");
    char text[128];

    for (size_t i = 0; i < N_ELEMENTS(sealed); i++) {
        assert_int_equal(read(pipes[0], text, expected.n), (ssize_t)expected.n);
        assert_memory_equal(text, expected.p, expected.n);
    }
    close(pipes[0]);
    unsetenv("CALIPSO_KEY_FILE");

    DIR           *all = opendir(folder);
    struct dirent *entry;

    assert_non_null(all);
    while ((entry = readdir(all)))
        n_files += str_has(str_from(entry->d_name), STR("race"));
    closedir(all);
    assert_int_equal(n_files, 1);
}

/* A damaged seal is told, not opened to something else. */
static void
test_damage_is_seen(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct error err;
    struct doc  *sealed =
        seal_secrets(store_path, true, arena, parsed(arena, "{\"pwd\":\"word\"}"), &err);
    struct str text = arena_str(arena, doc_get_text(sealed, "pwd"));
    size_t     n_opened = 0;

    for (size_t i = STR("sealed:").n; i < text.n; i++) {
        struct str  damaged = arena_str(arena, text);
        struct doc *d = doc_object(arena), *opened;

        ((char *)(uintptr_t)damaged.p)[i] = damaged.p[i] == 'A' ? 'B' : 'A';
        doc_set_text(arena, d, "pwd", damaged);
        opened = open_secrets(store_path, arena, d, &err);
        n_opened += opened != NULL;
    }
    assert_int_equal(n_opened, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_sealed_opens),
        cmocka_unit_test(test_another_key_opens_nothing),
        cmocka_unit_test(test_keys_made_at_once),
        cmocka_unit_test(test_damage_is_seen),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
