/* Any bytes as what strangers write: an index, an index of lines, the output of a probe, an
 * environment document, an address. The first byte of an input says which.
 *
 * An index needs a folder; one is made when the program starts, and each input overwrites its
 * files. */

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "model/environment.h"
#include "scan/probe.h"
#include "transport/replay.h"
#include "transport/request_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[64];

static void
remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        _exit(1);
}

static void
write_file(const char *name, struct str text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);

    AUTO_FILE f = fopen(path, "w");

    if (!f || fwrite(text.p, 1, text.n, f) != text.n)
        abort();
}

int
LLVMFuzzerInitialize(int *argc UNUSED, char ***argv UNUSED)
{
    bool in_memory = access("/dev/shm", W_OK) == 0;

    snprintf(folder, sizeof folder, "%s/calipso-fuzz-XXXXXX", in_memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        abort();
    atexit(remove_folder);
    write_file("reply", STR("[{\"id\": 1}]"));
    return 0;
}

/* A failure always says why. */
static void
check(bool good, const struct error *err)
{
    if (!good && err->message[0] == '\0')
        abort();
}

static void
read_recording(struct arena *arena)
{
    static const char *const forms[] = { "nova:/servers/detail?all_tenants=1", "neutron.agents",
                                         "n.t", "keystone:/projects" };
    AUTO_RECORDING           recording = NULL;
    struct error             err = { 0 };
    struct answer            answer;
    struct request           requests[N_ELEMENTS(forms) + 1];
    size_t                   n;

    if (!recording_open(folder, &recording, &err)) {
        check(false, &err);
        return;
    }

    struct transport *transport = replay_open(recording);

    for (n = 0; n < N_ELEMENTS(forms); n++)
        if (!request_from_text(str_from(forms[n]), &requests[n]))
            abort();
    requests[n++] = request_command(STR("h"), STR("c"));
    for (size_t i = 0; i < n; i++)
        check(transport_ask(transport, &requests[i], n - i, arena, &answer), &answer.error);
    check(recording_environment(recording, arena, STR("x"), NULL, &err) != NULL, &err);
    transport_close(transport);
}

static void
read_probe(struct arena *arena, struct str text)
{
    AUTO_PROBE_REPLIES replies = { 0 };
    struct error       err = { 0 };
    struct answer      answer;
    bool               good = probe_read(arena, text, "B", &probe_limits_default, &replies, &err);

    check(good, &err);
    for (size_t i = 0; good && i < N_HOST_ASKS; i++)
        check(host_ask(NULL, &replies, STR("h"), &host_requests[i], STR("w"), arena, &answer),
              &answer.error);
}

static void
read_environment(struct arena *arena, struct str text)
{
    struct environment environment;
    struct error       err = { 0 };
    struct doc        *document = doc_parse(arena, text, &err);
    struct str         why;

    if (!document)
        return;

    /* What environment_read() lets in makes a script without surprises. */
    if (environment_read(arena, document, &environment, &err)) {
        check(environment_check_access(&environment, &err), &err);
        if (!environment_is_supported(&environment, arena, &why) && str_empty(why))
            abort();
        if (str_empty(probe_script(arena, &environment, UINT32_MAX, "B", &probe_limits_default)))
            abort();
    } else {
        check(false, &err);
    }
    doc_body(arena, environment_masked(arena, document));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA     arena = arena_new();
    AUTO_BUF       key = { 0 };
    struct request request = { .kind = REQUEST_REST };

    if (size == 0)
        return 0;

    struct str text = { (const char *)data + 1, size - 1 };

    switch (data[0] % 5) {
    case 0:
        write_file("index.json", text);
        read_recording(arena);
        break;
    case 1:
        write_file("index.json",
                   STR("{\"format\": 2, \"driver\": \"ovs\", \"files\": \"entries\"}"));
        write_file("entries", text);
        read_recording(arena);
        break;
    case 2:
        read_probe(arena, text);
        break;
    case 3:
        read_environment(arena, text);
        break;
    default:
        request_set_url(&request, text);
        request_key(&key, &request);
        if (request_from_text(text, &request))
            request_key(&key, &request);
        break;
    }
    return 0;
}
