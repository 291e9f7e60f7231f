/* What the tests of recordings share: a folder that becomes one, and questions to it. */

#ifndef TESTS_UNIT_RECORDING_WORLD_H
#define TESTS_UNIT_RECORDING_WORLD_H

#include "testing.h"
#include "folder.h"

#include "transport/replay.h"

/* A folder that a test fills with a recording, and the answer to what it asks last. */
struct fixture {
    struct arena     *arena;
    char              folder[FOLDER_SIZE];
    struct recording *recording;
    struct transport *transport;
    struct answer     answer;
    struct error      err;
};

static inline int
set_up(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    if (folder_make(f->folder, "recording") < 0)
        return -1;
    *state = f;
    return 0;
}

static inline void
close_recording(struct fixture *f)
{
    transport_close(f->transport);
    recording_close(f->recording);
    f->transport = NULL;
    f->recording = NULL;
}

static inline int
tear_down(void **state)
{
    struct fixture *f = *state;

    close_recording(f);
    if (folder_remove(f->folder) < 0)
        return -1;
    arena_free(f->arena);
    free(f);
    return 0;
}

static inline const char *
path_of(struct fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->folder, name).p;
}

static inline void
write_file(struct fixture *f, const char *name, const char *text)
{
    folder_write(f->folder, name, str_from(text));
}

static inline bool
open_folder(struct fixture *f, const char *folder)
{
    close_recording(f);
    f->err = (struct error){ 0 };
    if (!recording_open(folder, &f->recording, &f->err))
        return false;
    f->transport = replay_open(f->recording);
    return true;
}

/* An index.json with these members, and the recording opened. */
static inline bool
open_index(struct fixture *f, const char *members)
{
    write_file(f, "index.json", arena_printf(f->arena, "{%s}", members).p);
    return open_folder(f, f->folder);
}

static inline void
open_entries(struct fixture *f, const char *entries)
{
    assert_true(
        open_index(f, arena_printf(f->arena, "\"driver\": \"ovs\", \"files\": [%s]", entries).p));
}

static inline size_t
n_faults(struct fixture *f)
{
    size_t n;

    recording_faults(f->recording, &n);
    return n;
}

/* Ask for forms as tables write them, separated by '|'; a command is "HOST> COMMAND". */
static inline bool
ask(struct fixture *f, const char *text)
{
    struct request forms[8];
    struct str     rest = str_from(text), form, host;
    size_t         n = 0;

    while (str_cut(&rest, '|', &form)) {
        form = str_trim(form);
        if (str_find_char(form, '>') < 0) {
            assert_true(request_from_text(form, &forms[n++]));
        } else {
            str_cut(&form, '>', &host);
            forms[n++] = request_command(host, str_trim(form));
        }
    }
    return transport_ask(f->transport, forms, n, f->arena, &f->answer);
}

static inline bool
answer_is(struct fixture *f, const char *text)
{
    return f->answer.kind == ANSWER_GOOD && str_is(answer_text(&f->answer), text);
}

static inline bool
error_has(struct fixture *f, const char *text)
{
    return strstr(f->answer.error.message, text) != NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

#endif
