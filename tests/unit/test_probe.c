/* The probe: the script runs under the local /bin/sh with commands that print what real hosts
 * printed, and what comes back is compared with it. */

#include "testing.h"
#include "folder.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "scan/probe.h"
#include "transport/replay.h"

/* One program under many names: it prints the file that is named like its command line, with '_'
 * for '/', and exits with what stands in that file's ".rc". Asked again, it prints ".then". */
static const char stub[] =
    "#!/bin/sh\n"
    "cd \"$(/usr/bin/dirname \"$0\")/..\" || exit 99\n"
    "name=$(printf '%s' \"${0##*/} $*\" | /usr/bin/tr / _)\n"
    "[ ! -f \"replies/$name.slow\" ] || sleep 20\n"
    "[ ! -f \"replies/$name.err\" ] || /bin/cat \"replies/$name.err\" >&2\n"
    "[ ! -f \"replies/$name\" ] || /bin/cat \"replies/$name\"\n"
    "[ ! -f \"replies/$name.then\" ] || /bin/mv \"replies/$name.then\" \"replies/$name\"\n"
    "[ ! -f \"replies/$name.rc\" ] || exit \"$(/bin/cat \"replies/$name.rc\")\"\n"
    "[ -f \"replies/$name\" ] || { echo \"${0##*/}: what?\" >&2; exit 64; }\n";

static const char *const stubbed[] = { "arch",  "brctl", "bridge",     "cat",       "ethtool",
                                       "ip",    "ls",    "ovs-appctl", "ovs-dpctl", "ovs-vsctl",
                                       "uname", "virsh", "id" };

struct fixture {
    struct arena        *arena;
    char                 folder[FOLDER_SIZE];
    struct recording    *recording; /* of a real host, in the tests that have one */
    struct transport    *recorded;
    char                 boundary[PROBE_BOUNDARY_SIZE];
    struct probe_limits  limits;
    struct environment   environment;
    struct str           script;
    struct str           output;
    struct probe_replies replies;
    struct answer        answer;
    struct error         err;
};

static const char *
path_of(struct fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->folder, name).p;
}

/* What a command is to print. */
static void
reply(struct fixture *f, const char *command, struct str text)
{
    char *name = (char *)(uintptr_t)arena_printf(f->arena, "replies/%s", command).p;

    for (char *c = name + strlen("replies/"); *c; c++)
        *c = *c == '/' ? '_' : *c;
    folder_write(f->folder, name, text);
}

static int
set_up(void **state)
{
    static const struct str drivers[] = { STR("OVS") }, nics[] = { STR("esac"), STR("eth*") };
    struct fixture         *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    f->limits = probe_limits_default;
    f->environment = (struct environment){
        .mechanism_drivers = drivers,
        .n_mechanism_drivers = 1,
        .host_pnics = nics,
        .n_host_pnics = 2,
    };
    if (folder_make(f->folder, "probe") < 0 || mkdir(path_of(f, "bin"), 0700) < 0 ||
        mkdir(path_of(f, "replies"), 0700) < 0)
        return -1;
    for (size_t i = 0; i < N_ELEMENTS(stubbed); i++) {
        const char *name = arena_printf(f->arena, "bin/%s", stubbed[i]).p;

        folder_write(f->folder, name, str_from(stub));
        if (chmod(path_of(f, name), 0700) < 0)
            return -1;
    }
    reply(f, "id -u", STR("0\n"));
    reply(f, "cat /etc/os-release", STR("ID=debian\n"));
    reply(f, "uname -m", STR("x86_64\n"));
    reply(f, "ip -j -d link", STR("[]"));
    reply(f, "ip -j address", STR("[]"));
    reply(f, "ls -l /sys/class/net", STR(""));
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    transport_close(f->recorded);
    recording_close(f->recording);
    probe_replies_done(&f->replies);
    if (folder_remove(f->folder) < 0)
        return -1;
    arena_free(f->arena);
    free(f);
    return 0;
}

/* Write the script, feed it to sh in the folder, read what it prints. */
static void
run(struct fixture *f, unsigned roles)
{
    probe_boundary(f->boundary);
    f->script = probe_script(f->arena, &f->environment, roles, f->boundary, &f->limits);
    folder_write(f->folder, "script", f->script);

    const char *command =
        arena_printf(f->arena, "cd '%s' && PATH='%s/bin:/usr/bin:/bin' /bin/sh <script >output",
                     f->folder, f->folder)
            .p;
    int status = system(command);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(
        file_read(path_of(f, "output"), 0, SIZE_MAX, 64 << 20, f->arena, &f->output, &f->err));
    probe_replies_done(&f->replies);
    assert_true(probe_read(f->arena, f->output, f->boundary, &f->limits, &f->replies, &f->err));
    assert_true(f->replies.is_complete);
}

static bool
ask(struct fixture *f, enum host_ask id, const char *word)
{
    return host_ask(NULL, &f->replies, STR("h"), &host_requests[id], str_from(word), f->arena,
                    &f->answer);
}

static bool
was_asked(struct fixture *f, const char *command)
{
    return map_find(&f->replies.by_command, str_from(command)) != NULL;
}

static const struct probe_section *
section(struct fixture *f, const char *command)
{
    const struct probe_section *found = map_get(&f->replies.by_command, str_from(command));

    if (!found)
        fail_msg("%s was not asked", command);
    return found;
}

static bool
exists(struct fixture *f, const char *name)
{
    return access(path_of(f, name), F_OK) == 0;
}

/* --- a real host --- */

/* What a shipped recording has of a host, except one form that is to fail. */
static void
take_host(struct fixture *f, const char *host, const char *without)
{
    static const char *const words[] = { "eth0", "eth1", "eth2", "instance-00000001",
                                         "instance-00000002" };

    assert_true(recording_open(TESTS_FOLDER "/clouds/ovs-direct", &f->recording, &f->err));
    f->recorded = replay_open(f->recording);
    assert_int_equal(unlink(path_of(f, "replies/ip -j -d link")), 0);
    for (size_t i = 0; i < N_HOST_ASKS; i++) {
        for (size_t w = 0; w < N_ELEMENTS(words); w++) {
            for (size_t n = 0; n < host_request_n_forms(&host_requests[i]); n++) {
                struct str command =
                    host_command(host_requests[i].forms[n], str_from(words[w]), f->arena);
                struct request request = request_command(str_from(host), command);

                if (!str_is(command, without ? without : "") &&
                    transport_ask(f->recorded, &request, 1, f->arena, &f->answer))
                    reply(f, arena_str(f->arena, command).p, answer_text(&f->answer));
            }
        }
    }
}

static void
test_a_real_host_comes_through(void **state)
{
    struct fixture *f = *state;
    unsigned        n_compared = 0;

    take_host(f, "cmp1", NULL);
    run(f, HOST_COMPUTE);
    for (size_t i = 0; i < f->replies.n_sections; i++) {
        const struct probe_section *s = &f->replies.sections[i];
        struct request              request = request_command(STR("cmp1"), s->command);

        /* Of a domain only a part comes; what the host does not have comes as a failure. */
        if (str_starts(s->command, STR("virsh dumpxml")) || s->status != 0 ||
            map_get(&f->replies.by_command, s->command) != s)
            continue;
        if (transport_ask(f->recorded, &request, 1, f->arena, &f->answer)) {
            assert_true(str_equal(s->text, answer_text(&f->answer)));
            n_compared++;
        }
    }
    assert_int_equal(n_compared, 12);
    assert_true(ask(f, ASK_LINKS, "") && f->answer.form == 0);
    assert_true(ask(f, ASK_OVS_PORTS, ""));
    assert_false(was_asked(f, "ovs-vsctl show"));
    assert_true(ask(f, ASK_ETHTOOL, "eth1"));
    assert_false(ask(f, ASK_ETHTOOL, "lo"));
    assert_int_equal(f->answer.kind, ANSWER_UNKNOWN);
    assert_false(ask(f, ASK_BONDS, ""));
    assert_int_equal(f->answer.kind, ANSWER_FAILED);
    assert_false(was_asked(f, "ip netns list"));      /* a compute node only */
    assert_false(was_asked(f, "bridge -j fdb show")); /* not with this driver */
}

/* Of the XML that libvirt writes only what identifies the domain comes, and its interfaces whole. */
static void
test_of_a_domain_a_part_comes(void **state)
{
    struct fixture *f = *state;
    struct str      whole;

    assert_true(file_read(TESTS_FOLDER "/golden/domain/ovs-cmp1.in", 0, SIZE_MAX, 1 << 20, f->arena,
                          &whole, &f->err));
    assert_true(str_has(whole, STR("nova:")) && str_has(whole, STR("<disk")));
    reply(f, "virsh list --all",
          STR(" Id   Name                State\n-----------------------------------\n"
              " 1    instance-00000002   running\n"));
    reply(f, "virsh dumpxml instance-00000002", whole);
    run(f, HOST_COMPUTE);
    assert_true(ask(f, ASK_DOMAIN, "instance-00000002"));

    struct str xml = answer_text(&f->answer);

    assert_true(str_starts(xml, STR("<domain type='qemu' id='1'>\n"
                                    "  <name>instance-00000002</name>\n"
                                    "  <uuid>aece5df5-313b-48f1-a8e5-fc4b2862ebbf</uuid>\n")));
    assert_true(str_ends(xml, STR("    </interface>\n  </devices>\n</domain>\n")));
    assert_true(str_has(xml, STR("      <target dev='tape195276e-3e'/>\n")));
    assert_true(str_has(xml, STR("      <mac address='fa:16:3e:c5:f9:e4'/>\n")));
    assert_false(str_has(xml, STR("nova:")));
    assert_false(str_has(xml, STR("<disk")));
    assert_false(str_has(xml, STR("<serial")));
}

static void
test_what_stands_in_is_asked_when_needed(void **state)
{
    struct fixture *f = *state;

    take_host(f, "cmp1", "ovs-vsctl --format=json --columns=_uuid,name,tag,interfaces list Port");
    run(f, HOST_COMPUTE);
    assert_true(ask(f, ASK_OVS_BRIDGES, ""));
    assert_false(ask(f, ASK_OVS_PORTS, ""));
    assert_true(ask(f, ASK_OVS_SHOW, ""));
    assert_true(str_has(answer_text(&f->answer), STR("Bridge br-int")));
    assert_false(was_asked(f, "brctl show"));
}

/* --- odd hosts --- */

static void
test_forms_are_tried_in_order(void **state)
{
    struct fixture *f = *state;

    reply(f, "ip -j -d link.rc", STR("255"));
    reply(f, "ip -j -d link.err", STR("Option \"-j\" is unknown, try \"ip -help\".\n"));
    reply(f, "ip -d link show", STR("1: lo: <UP>\n"));
    run(f, 0);
    assert_int_equal(section(f, "ip -j -d link")->status, 255);
    assert_text(section(f, "ip -j -d link")->complaint,
                "Option \"-j\" is unknown, try \"ip -help\".\n");
    assert_int_equal(section(f, "ip -d -j link")->status, 64);
    assert_false(was_asked(f, "ip -d link"));
    assert_true(ask(f, ASK_LINKS, ""));
    assert_int_equal(f->answer.form, 2);
    assert_true(str_is(answer_text(&f->answer), "1: lo: <UP>\n"));
}

static void
test_failures_are_told(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(unlink(path_of(f, "replies/uname -m")), 0);
    assert_int_equal(unlink(path_of(f, "bin/virsh")), 0);
    run(f, HOST_COMPUTE);
    assert_false(ask(f, ASK_ARCHITECTURE, ""));
    assert_string_equal(f->answer.error.message, "uname -m on h: exit status 64: uname: what?");
    if (access("/usr/bin/virsh", X_OK) != 0) {
        assert_false(ask(f, ASK_DOMAINS, ""));
        assert_int_equal(section(f, "virsh list --all")->status, 127);
    }
}

/* What goes away between the list and its own question is not in the list that counts; what came
 * meanwhile is asked, and nothing is asked twice. */
static void
test_what_is_gone_is_not_missed(void **state)
{
    struct fixture *f = *state;
    unsigned        n_asked = 0;

    reply(f, "ip netns list", STR("qdhcp-1 (id: 1)\nqdhcp-2\nqrouter-3 (id: 0)\n"));
    reply(f, "ip netns list.then", STR("qdhcp-1 (id: 1)\nqrouter-3 (id: 0)\nqdhcp-4\n"));
    reply(f, "ip netns exec qdhcp-1 ip -j address", STR("[]"));
    reply(f, "ip netns exec qdhcp-4 ip -j address", STR("[]"));
    run(f, HOST_NETWORK);
    assert_true(ask(f, ASK_NAMESPACES, ""));
    assert_true(str_is(answer_text(&f->answer), "qdhcp-1 (id: 1)\nqrouter-3 (id: 0)\nqdhcp-4\n"));
    assert_true(ask(f, ASK_NAMESPACE_ADDRESSES, "qdhcp-1"));
    assert_true(ask(f, ASK_NAMESPACE_ADDRESSES, "qdhcp-4"));
    /* Still listed and without an answer: a fault. */
    assert_false(ask(f, ASK_NAMESPACE_ADDRESSES, "qrouter-3"));
    assert_int_equal(f->answer.kind, ANSWER_FAILED);
    for (size_t i = 0; i < f->replies.n_sections; i++)
        n_asked += str_starts(f->replies.sections[i].command, STR("ip netns exec"));
    assert_int_equal(n_asked, 1 + 3 + 3 + 1); /* two words failed in all three forms */
}

/* A list that fails the second time leaves what it listed first unknown, not gone. */
static void
test_a_list_that_fails_later(void **state)
{
    struct fixture *f = *state;

    reply(f, "virsh list --all", STR(" Id Name State\n---\n 1 a running\n"));
    reply(f, "virsh list --all.then", STR(""));
    reply(f, "virsh dumpxml a.err", STR("error: failed to get domain 'a'\n"));
    run(f, HOST_COMPUTE);
    assert_true(ask(f, ASK_DOMAINS, ""));
    assert_true(str_is(answer_text(&f->answer), ""));
    reply(f, "virsh list --all", STR(" Id Name State\n---\n 1 a running\n"));
    reply(f, "virsh list --all.then", STR(""));
    reply(f, "virsh list --all.rc", STR("1"));
    run(f, HOST_COMPUTE);
    assert_false(ask(f, ASK_DOMAINS, ""));
}

static void
test_every_byte_comes_through(void **state)
{
    static const char odd[] =
        "no line end, a NUL \0, \xff\xfe, \\n, %s\n\ncalipso-0 exit 0\n\n\ncalipso-0";
    struct fixture *f = *state;

    reply(f, "ip -j -d link", (struct str){ odd, sizeof odd - 1 });
    reply(f, "ip -j address", STR("\n\n"));
    reply(f, "ls -l /sys/class/net.err", STR("\n\nsays\n\n"));
    run(f, 0);
    assert_true(ask(f, ASK_LINKS, ""));
    assert_true(str_equal(answer_text(&f->answer), (struct str){ odd, sizeof odd - 1 }));
    assert_true(ask(f, ASK_ADDRESSES, "") && str_is(answer_text(&f->answer), "\n\n"));
    run(f, HOST_NETWORK);
    assert_text(section(f, "ls -l /sys/class/net")->complaint, "\n\nsays\n\n");
}

static void
test_hostile_names_do_nothing(void **state)
{
    struct fixture *f = *state;

    reply(f, "virsh list --all",
          STR(" Id   Name   State\n----\n"
              " 1    $(touch${IFS}harm)   running\n"
              " 2    `touch harm`   running\n"
              " 3    x;touch harm running\n"
              " 4    -c running\n"
              " 5    ../../etc/passwd running\n"
              " 6    * running\n"
              " 7    good-1.2_3 running\n"
              " -    *off* shut off\n"
              " -    quiet shut off\n\n"));
    reply(f, "virsh dumpxml good-1.2_3", STR("<domain>\n</domain>\n"));
    reply(f, "virsh dumpxml quiet", STR("<domain>\n</domain>\n"));
    reply(f, "ip netns list", STR("qdhcp-1 (id: 1)\nqrouter-$(touch harm)\nother\nqrouter-2\n"));
    reply(f, "ip netns exec qdhcp-1 ip -j address", STR("[]"));
    reply(f, "ip netns exec qrouter-2 ip -j address", STR("[]"));
    reply(f, "ls -l /sys/class/net",
          STR("l 1 eth0;touch${IFS}harm -> x\nl 1 eth$(touch harm) -> x\nl 1 eth1 -> x\n"
              "l 1 wlan0 -> ../virtual/wlan0\n"));
    reply(f, "ls -1 /proc/net/bonding", STR("..\nbond0\n"));
    reply(f, "cat /proc/net/bonding/bond0", STR("Ethernet Channel Bonding Driver: v6\n"));
    reply(f, "ethtool eth1", STR("Settings for eth1:\n"));
    run(f, HOST_COMPUTE | HOST_NETWORK);
    assert_false(exists(f, "harm"));
    assert_true(ask(f, ASK_DOMAIN, "good-1.2_3"));
    assert_true(ask(f, ASK_DOMAIN, "quiet"));
    assert_true(ask(f, ASK_NAMESPACE_ADDRESSES, "qdhcp-1"));
    assert_true(ask(f, ASK_NAMESPACE_ADDRESSES, "qrouter-2"));
    assert_true(ask(f, ASK_ETHTOOL, "eth1"));
    assert_true(ask(f, ASK_BONDING, "bond0"));
    for (size_t i = 0; i < f->replies.n_sections; i++) {
        struct str command = f->replies.sections[i].command;

        assert_false(str_has(command, STR("harm")) || str_has(command, STR("passwd")) ||
                     str_has(command, STR("..")) || str_has(command, STR("wlan0")));
    }
}

static void
test_physical_nics_by_sysfs(void **state)
{
    struct fixture *f = *state;

    f->environment.n_host_pnics = 0;
    reply(f, "ls -l /sys/class/net",
          STR("total 0\n"
              "-rw-r--r-- 1 root root 4096 Nov 22 10:00 bonding_masters\n"
              "lrwxrwxrwx 1 root root 0 Nov 22 10:00 eno1 -> ../../devices/pci0000:00/0/net/eno1\n"
              "lrwxrwxrwx 1 root root 0 Nov 22 10:00 eth9 -> ../../devices/virtual/net/eth9\n"));
    reply(f, "ethtool eno1", STR("Settings for eno1:\n"));
    run(f, HOST_NETWORK);
    assert_true(ask(f, ASK_ETHTOOL, "eno1"));
    assert_false(was_asked(f, "ethtool eth9"));
    assert_false(was_asked(f, "ethtool bonding_masters"));
}

static void
test_limits(void **state)
{
    struct fixture *f = *state;
    AUTO_BUF        long_text = { 0 };

    f->limits = (struct probe_limits){ .command_time = 1, .reply_max = 100000 };
    while (long_text.n < 100000)
        buf_char(&long_text, 'x');
    reply(f, "ip -j address", buf_str(&long_text));
    buf_char(&long_text, 'x');
    reply(f, "ip -j -d link", buf_str(&long_text));
    reply(f, "uname -m.slow", STR(""));
    run(f, 0);
    assert_true(ask(f, ASK_ADDRESSES, ""));
    assert_int_equal(answer_text(&f->answer).n, 100000);
    assert_false(ask(f, ASK_LINKS, ""));
    assert_string_equal(f->answer.error.message,
                        "ip -j -d link on h: exit status 1: the reply is longer than 100000 bytes");
    assert_false(ask(f, ASK_ARCHITECTURE, ""));
    assert_string_equal(f->answer.error.message,
                        "uname -m on h: exit status 124: no end within 1 s");
}

/* Run as somebody who has a sudo that does 'body', and read how it was called. */
static struct str
run_with_sudo(struct fixture *f, const char *body)
{
    struct str said;

    reply(f, "id -u", STR("1000\n"));
    folder_write(f->folder, "bin/sudo",
                 arena_printf(f->arena,
                              "#!/bin/sh\nprintf '%%s\\n' \"$*\" >>\"${0%%/*}/../sudo\"\n"
                              "shift\n%s\nexec \"$@\"\n",
                              body));
    assert_int_equal(chmod(path_of(f, "bin/sudo"), 0700), 0);
    reply(f, "virsh list --all", STR(" Id Name State\n---\n 1 a running\n"));
    reply(f, "virsh dumpxml a", STR("<domain>\n</domain>\n"));
    run(f, HOST_COMPUTE);
    assert_true(file_read(path_of(f, "sudo"), 0, SIZE_MAX, 1 << 20, f->arena, &said, &f->err));
    return said;
}

/* Who is not root cannot kill what runs as root: timeout has to. */
static void
test_sudo_where_it_is_needed(void **state)
{
    struct fixture *f = *state;
    struct str      said = run_with_sudo(f, "");

    assert_true(ask(f, ASK_DOMAIN, "a"));
    assert_true(str_has(said, STR("-n timeout -k 2 15 virsh dumpxml a\n")));
    assert_true(str_has(said, STR("-n timeout -k 2 15 ovs-appctl dpctl/show\n")));
    assert_false(str_has(said, STR("os-release")) || str_has(said, STR("ip ")));
}

/* One that lets only some commands through. */
static void
test_sudo_without_timeout(void **state)
{
    struct fixture *f = *state;
    struct str      said = run_with_sudo(
             f, "case $1 in timeout) echo 'sudo: a password is required' >&2; exit 1; esac");

    assert_true(ask(f, ASK_DOMAIN, "a"));
    assert_true(str_has(said, STR("-n virsh dumpxml a\n")));
}

static void
test_sudo_that_wants_a_password(void **state)
{
    struct fixture *f = *state;

    run_with_sudo(f, "echo 'sudo: a password is required' >&2; exit 1");
    assert_false(ask(f, ASK_DOMAINS, ""));
    assert_has(f->answer.error.message, "sudo: a password is required");
}

/* --- reading --- */

static void
test_broken_output(void **state)
{
    static const char    whole[] = "Welcome to host h!\n"
                                   "B ask uname -m\nx86\n\nB exit 0\n\nB end\n"
                                   "B ask arch\n\nB exit 1\nno\n\nB end\n"
                                   "\nB done\n";
    struct fixture      *f = *state;
    struct str           output = { whole, sizeof whole - 1 };
    struct probe_replies r;

    assert_true(probe_read(f->arena, output, "B", &f->limits, &r, &f->err));
    assert_true(r.is_complete);
    assert_int_equal(r.n_sections, 2);
    assert_text(r.sections[0].text, "x86\n");
    assert_int_equal(r.sections[1].status, 1);
    assert_text(r.sections[1].complaint, "no\n");
    probe_replies_done(&r);

    /* Cut anywhere it yields the whole sections, or says that there is none. */
    for (size_t n = 0; n < output.n - 1; n++) {
        char *cut = xmalloc(n);
        bool  good;

        memcpy(cut, whole, n);
        good = probe_read(f->arena, (struct str){ cut, n }, "B", &f->limits, &r, &f->err);
        assert_int_equal(good, n > strlen("Welcome to host h!\nB ask "));
        if (good) {
            assert_true(r.n_sections <= 2);
            assert_true(!r.is_complete || n >= output.n - 2);
            probe_replies_done(&r);
        }
        free(cut);
    }

    static const char *const bad[] = {
        "B ask x\n\nB exit 256\n\nB end\n",
        "B ask x\n\nB exit -1\n\nB end\n",
        "B ask x\n\nB exit\n\nB end\n",
        "B ask x\nB end\nB done\n",
    };

    for (size_t i = 0; i < N_ELEMENTS(bad); i++) {
        assert_true(probe_read(f->arena, str_from(bad[i]), "B", &f->limits, &r, &f->err));
        assert_int_equal(r.n_sections, 0);
        assert_false(r.is_complete);
        probe_replies_done(&r);
    }
    assert_false(probe_read(f->arena, STR("sh: not found\n"), "B", &f->limits, &r, &f->err));
    assert_string_equal(f->err.message, "no sign of the probe in 14 bytes of output");
}

static void
test_what_a_dead_probe_did_not_ask(void **state)
{
    struct fixture *f = *state;

    assert_true(probe_read(f->arena, STR("B ask uname -m\nx86\n\nB exit 0\n\nB end\n"), "B",
                           &f->limits, &f->replies, &f->err));
    assert_true(ask(f, ASK_ARCHITECTURE, ""));
    assert_false(ask(f, ASK_LINKS, ""));
    assert_string_equal(f->answer.error.message, "ip -j -d link on h: the probe ended before it");
}

/* --- the table --- */

static void
test_requests_apply(void **state)
{
    static const struct str lxb[] = { STR("LXB") };
    struct fixture         *f = *state;

    for (size_t i = 0; i < N_HOST_ASKS; i++) {
        assert_int_equal(host_requests[i].id, i);
        assert_true(host_request_n_forms(&host_requests[i]) > 0);
    }
    assert_true(host_request_applies(&host_requests[ASK_LINKS], &f->environment, HOST_CONTROLLER));
    assert_false(host_request_applies(&host_requests[ASK_DOMAIN], &f->environment, HOST_NETWORK));
    assert_true(host_request_applies(&host_requests[ASK_OVS_SHOW], &f->environment, HOST_NETWORK));
    assert_false(host_request_applies(&host_requests[ASK_FDB], &f->environment, HOST_NETWORK));
    f->environment.mechanism_drivers = lxb;
    assert_true(host_request_applies(&host_requests[ASK_FDB], &f->environment, HOST_NETWORK));
    assert_false(host_request_applies(&host_requests[ASK_OVS_SHOW], &f->environment, HOST_NETWORK));
}

static void
test_words_and_host_names(void **state UNUSED)
{
    static const char *const words[] = { "qdhcp-1", "eth0.100", "a:b", "vm@1", "x+y", "_x" };
    static const char *const no_words[] = { "",    "-c", ".",   "..",      "a b",
                                            "a;b", "$x", "a/b", "\xc3\xa4" };
    static const char *const hosts[] = { "cmp1", "a.b.c", "node-1_x", "1" };
    static const char *const no_hosts[] = {
        "", "-oProxyCommand=x", ".x", "_x", "a b", "a;b", "a:1", "u@h"
    };
    char long_name[256];

    for (size_t i = 0; i < N_ELEMENTS(words); i++)
        assert_true(host_word_is_valid(str_from(words[i])));
    for (size_t i = 0; i < N_ELEMENTS(no_words); i++)
        assert_false(host_word_is_valid(str_from(no_words[i])));
    for (size_t i = 0; i < N_ELEMENTS(hosts); i++)
        assert_true(host_name_is_valid(str_from(hosts[i])));
    for (size_t i = 0; i < N_ELEMENTS(no_hosts); i++)
        assert_false(host_name_is_valid(str_from(no_hosts[i])));
    memset(long_name, 'a', sizeof long_name);
    assert_true(host_name_is_valid((struct str){ long_name, 255 }));
    assert_false(host_name_is_valid((struct str){ long_name, 256 }));
    assert_false(host_word_is_valid((struct str){ "a\0b", 3 }));
}

static void
test_boundaries_differ(void **state UNUSED)
{
    char a[PROBE_BOUNDARY_SIZE], b[PROBE_BOUNDARY_SIZE];

    probe_boundary(a);
    probe_boundary(b);
    assert_int_equal(strlen(a), PROBE_BOUNDARY_SIZE - 1);
    assert_string_not_equal(a, b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_real_host_comes_through),
        TEST(of_a_domain_a_part_comes),
        TEST(what_stands_in_is_asked_when_needed),
        TEST(forms_are_tried_in_order),
        TEST(failures_are_told),
        TEST(what_is_gone_is_not_missed),
        TEST(a_list_that_fails_later),
        TEST(every_byte_comes_through),
        TEST(hostile_names_do_nothing),
        TEST(physical_nics_by_sysfs),
        TEST(limits),
        TEST(sudo_where_it_is_needed),
        TEST(sudo_without_timeout),
        TEST(sudo_that_wants_a_password),
        TEST(broken_output),
        TEST(what_a_dead_probe_did_not_ask),
        TEST(requests_apply),
        TEST(words_and_host_names),
        TEST(boundaries_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
