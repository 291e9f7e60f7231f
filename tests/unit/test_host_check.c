/* The check of a host: the script runs under the local /bin/sh with stand-ins for a host's programs.
 * What sudo says is what sudo 1.9.13 says. */

#include "testing.h"
#include "folder.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "build/cloud.h"
#include "scan/host_check.h"

struct fixture {
    struct arena      *arena;
    char               folder[FOLDER_SIZE];
    struct environment environment;
    struct str         output;
    struct str         what;
    bool               is_good;
};

/* A program of the host, as a shell script. */
static void
program(struct fixture *f, const char *name, const char *script)
{
    struct str text = arena_join(f->arena, STR("#!/bin/sh\n"), str_from(script), STR("\n"));

    folder_write(f->folder, name, text);
    assert_int_equal(chmod(arena_printf(f->arena, "%s/%s", f->folder, name).p, 0700), 0);
}

static void
lacks(struct fixture *f, const char *name)
{
    assert_int_equal(unlink(arena_printf(f->arena, "%s/%s", f->folder, name).p), 0);
}

static int
set_up(void **state)
{
    static const struct str  drivers[] = { STR("OVS") };
    static const char *const tools[] = { "cat",  "ethtool",    "ip",        "ls",
                                         "arch", "ovs-appctl", "ovs-vsctl", "virsh" };
    struct fixture          *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    f->environment = (struct environment){ .mechanism_drivers = drivers, .n_mechanism_drivers = 1 };
    if (folder_make(f->folder, "check") < 0)
        return -1;
    for (size_t i = 0; i < N_ELEMENTS(tools); i++)
        program(f, tools[i], "echo 1.0");
    program(f, "head", "exec /bin/head \"$@\"");
    program(f, "sed", "exec /bin/sed \"$@\"");
    program(f, "id", "echo 1000");
    program(f, "uname", "echo cmp1");
    program(f, "sudo", "[ \"$1\" = -n ] || exit 99\nshift\nexec \"$@\"");
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;
    int             status = folder_remove(f->folder);

    arena_free(f->arena);
    free(f);
    return status;
}

static void
check(struct fixture *f, unsigned roles)
{
    struct error err;
    const char  *name = arena_printf(f->arena, "%s/output", f->folder).p;
    const char  *command;
    int          status;

    folder_write(f->folder, "script", host_check_script(f->arena, &f->environment, roles));
    command =
        arena_printf(f->arena, "PATH='%s' /bin/sh '%s/script' >'%s'", f->folder, f->folder, name).p;
    status = system(command);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(file_read(name, 0, SIZE_MAX, 1 << 20, f->arena, &f->output, &err));
    f->is_good = host_check_read(f->arena, f->output, &f->what);
}

static void
test_all_is_well(void **state)
{
    struct fixture *f = *state;

    check(f, HOST_COMPUTE | HOST_NETWORK);
    assert_text(f->what, "calls itself cmp1");
    assert_true(f->is_good);
}

static void
test_a_tool_is_missing(void **state)
{
    struct fixture *f = *state;

    lacks(f, "virsh");
    lacks(f, "ovs-vsctl");
    check(f, HOST_COMPUTE);
    assert_text(f->what, "not installed: ovs-vsctl, virsh");
    assert_false(f->is_good);
    check(f, HOST_CONTROLLER); /* where nobody asks for them */
    assert_true(f->is_good);
}

/* One of two programs that tell the same suffices. */
static void
test_another_tool_does(void **state)
{
    struct fixture *f = *state;

    lacks(f, "ovs-appctl");
    program(f, "ovs-dpctl", "echo 1.0");
    check(f, HOST_COMPUTE);
    assert_true(f->is_good);
}

static void
test_sudo_refuses(void **state)
{
    static const char *const says[] = {
        "sudo: a password is required",
        "Sorry, user calipso is not allowed to execute '/usr/bin/virsh --version' as root on cmp1.",
        "calipso is not in the sudoers file.",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(says); i++) {
        const char *refusal = arena_printf(f->arena,
                                           "[ \"$2\" = virsh ] || exit 0\n"
                                           "echo \"%s\" >&2\nexit 1",
                                           says[i])
                                  .p;

        program(f, "sudo", refusal);
        check(f, HOST_COMPUTE);
        assert_false(f->is_good);
        assert_text(f->what, arena_printf(f->arena,
                                          "may not run as root: virsh %s (sudo must not ask for a "
                                          "password)",
                                          says[i])
                                 .p);
    }
}

/* A host whose own name is not resolved: sudo complains, and runs the command. */
static void
test_sudo_warns(void **state)
{
    struct fixture *f = *state;

    program(f, "sudo",
            "echo 'sudo: unable to resolve host cmp1: Name or service not known' >&2\n"
            "shift\nexec \"$@\"");
    check(f, HOST_COMPUTE);
    assert_text(f->what, "calls itself cmp1");
    assert_true(f->is_good);
}

static void
test_there_is_no_sudo(void **state)
{
    struct fixture *f = *state;

    lacks(f, "sudo");
    check(f, HOST_COMPUTE);
    assert_text(f->what, "not installed: sudo");
    assert_false(f->is_good);
    check(f, 0); /* a master host runs nothing but SSH */
    assert_true(f->is_good);
    program(f, "id", "echo 0");
    check(f, HOST_COMPUTE);
    assert_true(f->is_good);
}

static void
test_the_end_is_missing(void **state)
{
    static const char *const outputs[] = { "", "name cmp1\n", "name cmp1\nmissing virsh\nche",
                                           "This account is currently not available.\n" };
    struct fixture          *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(outputs); i++) {
        assert_false(host_check_read(f->arena, str_from(outputs[i]), &f->what));
        assert_text(f->what, "the shell there did not run the check to its end");
    }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(all_is_well), TEST(a_tool_is_missing), TEST(another_tool_does),  TEST(sudo_refuses),
        TEST(sudo_warns),  TEST(there_is_no_sudo),  TEST(the_end_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
