/* The reader of what a probe prints. The frame of a section is
 *
 *     BOUNDARY ask COMMAND
 *     stdout
 *     BOUNDARY exit STATUS
 *     stderr
 *     BOUNDARY end
 *
 * and "BOUNDARY done" ends the whole. A boundary counts only at the beginning of a line; the line
 * end before it belongs to the frame, so that replies come through byte for byte. */

#include "scan/probe.h"

#include <sodium.h>

const struct probe_limits probe_limits_default = {
    .command_time = 15,
    .reply_max = 16 << 20,
};

enum {
    MOST_SECTIONS = 100000,
    STATUS_TIMEOUT = 124, /* what timeout(1) exits with, */
    STATUS_KILLED = 137,  /* also when it had to kill */
};

void
probe_boundary(char boundary[static PROBE_BOUNDARY_SIZE])
{
    static const char prefix[] = "calipso-";
    unsigned char     random[16];

    randombytes_buf(random, sizeof random);
    memcpy(boundary, prefix, sizeof prefix - 1);
    sodium_bin2hex(boundary + sizeof prefix - 1, 2 * sizeof random + 1, random, sizeof random);
}

/* Cut '*rest' at the next line that begins with the boundary and 'word': '*before' is the text
 * before it without the frame's line end, '*line' what follows 'word' on the line. */
static bool
cut_at(struct str *rest, struct str boundary, struct str word, struct str *before, struct str *line)
{
    struct str begin = *rest;

    for (struct str scan = begin; scan.n;) {
        ptrdiff_t at = str_find(scan, boundary);

        if (at < 0)
            return false;

        const char *found = scan.p + at;
        struct str  after = str_skip(scan, (size_t)at + boundary.n);

        if ((found == begin.p || found[-1] == '\n') && str_starts(after, word)) {
            *before = str_range(begin.p, found == begin.p ? found : found - 1);
            after = str_skip(after, word.n);
            *rest = after;
            return str_line(rest, line) || word.n == 0;
        }
        scan = after;
    }
    return false;
}

static bool
add_section(struct arena *arena, struct probe_replies *out, struct probe_section section,
            const struct probe_limits *limits)
{
    if (section.text.n > limits->reply_max) {
        section.text = STR_NONE;
        section.status = 1;
        section.complaint =
            arena_printf(arena, "the reply is longer than %u bytes", limits->reply_max);
    } else if ((section.status == STATUS_TIMEOUT || section.status == STATUS_KILLED) &&
               str_empty(str_trim(section.complaint))) {
        section.complaint = arena_printf(arena, "no end within %u s", limits->command_time);
    }
    if (out->n_sections == MOST_SECTIONS)
        return false;
    arena_grow(arena, out->sections, out->n_sections, out->capacity);
    out->sections[out->n_sections++] = section;
    return true;
}

/* The sections stay where they are once the last one is read, so the map is made then. Of two
 * sections with one command the later one counts: it was asked again. */
static void
index_sections(struct probe_replies *out)
{
    for (size_t i = 0; i < out->n_sections; i++)
        map_put(&out->by_command, out->sections[i].command, NULL)->pointer = &out->sections[i];
}

bool
probe_read(struct arena *arena, struct str output, const char *boundary,
           const struct probe_limits *limits, struct probe_replies *out, struct error *err)
{
    struct str           mark = str_from(boundary), before, line;
    struct probe_replies read = { 0 };

    if (!cut_at(&output, mark, STR(" ask "), &before, &line))
        return error_set(err, ERROR_TRANSPORT, 0, "no sign of the probe in %zu bytes of output",
                         output.n);
    for (;;) {
        struct probe_section section = { .command = line };
        struct str           rest = output;
        uint32_t             status;

        if (!cut_at(&rest, mark, STR(" exit "), &section.text, &line) ||
            !str_to_u32(line, &status) || status > 255 ||
            !cut_at(&rest, mark, STR(" end"), &section.complaint, &line))
            break;
        section.status = (int)status;
        if (!add_section(arena, &read, section, limits))
            break;
        output = rest;
        if (cut_at(&rest, mark, STR(" ask "), &before, &line)) {
            output = rest;
        } else {
            read.is_complete = cut_at(&output, mark, STR(" done"), &before, &line);
            break;
        }
    }
    index_sections(&read);
    *out = read;
    return true;
}

void
probe_replies_done(struct probe_replies *replies)
{
    map_done(&replies->by_command);
    *replies = (struct probe_replies){ 0 };
}

static struct str
first_line(struct str text)
{
    struct str line = STR_NONE;

    while (str_empty(str_trim(line)) && str_line(&text, &line))
        continue;
    return str_trim(line);
}

bool
probe_ask(const struct probe_replies *replies, const struct request *forms, size_t n_forms,
          struct arena *arena, struct answer *answer)
{
    *answer = (struct answer){ .kind = ANSWER_UNKNOWN };
    for (size_t i = 0; i < n_forms; i++) {
        const struct probe_section *section = map_get(&replies->by_command, forms[i].command);

        if (!section)
            continue;
        answer->form = i;
        if (section->status == 0) {
            answer->kind = ANSWER_GOOD;
            answer->error = (struct error){ 0 };
            answer->pages = arena_new_of(arena, struct reply);
            answer->pages[0] = (struct reply){ .text = section->text, .origin = section->command };
            answer->n_pages = 1;
            return true;
        }
        if (answer->kind == ANSWER_UNKNOWN) {
            struct str complaint = first_line(section->complaint);

            answer->kind = ANSWER_FAILED;
            error_set(&answer->error, ERROR_TRANSPORT, section->status,
                      "%.110s: exit status %d%s%.*s", request_text(&forms[i], arena).p,
                      section->status, str_empty(complaint) ? "" : ": ", STR_ARG(complaint));
        }
    }
    if (answer->kind == ANSWER_UNKNOWN && n_forms > 0)
        error_set(&answer->error, ERROR_TRANSPORT, 0, "%.110s: %s",
                  request_text(&forms[0], arena).p,
                  replies->is_complete ? "not asked" : "the probe ended before it");
    return false;
}
