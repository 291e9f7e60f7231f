/* Replies of virsh(1). `virsh list --all` is a table:
 *
 *      Id   Name                State
 *     -----------------------------------
 *      1    instance-00000002   running
 *      -    instance-00000003   shut off
 *
 * `virsh dumpxml` is XML (libvirt's formatdomain.html): we want name, uuid and the interfaces, as
 * documents by the rule of the reference: an attribute becomes "@name", an element with nothing but
 * text a string, text beside attributes or elements "#text", a repeated element a list, an empty
 * one null. The probe may have left out everything else, <devices> included. */

#include <expat.h>
#include <limits.h>

#include "parse/parse.h"
#include "parse/reply.h"

/* --- virsh list --- */

/* A number, or "-" of a domain that does not run. */
static bool
is_id(struct str word)
{
    uint32_t number;

    return str_is(word, "-") || str_to_u32(word, &number);
}

/* 'text' without one of the states at its end; with none of them, up to a wide gap. */
static struct str
without_state(struct str text)
{
    static const char *const states[] = {
        "no state",    "running",  "idle",    "paused",
        "in shutdown", "shut off", "crashed", "pmsuspended",
    };

    for (size_t i = 0; i < N_ELEMENTS(states); i++) {
        struct str state = str_from(states[i]);

        if (text.n > state.n && str_ends(text, state) && text.p[text.n - state.n - 1] == ' ')
            return str_trim(str_head(text, text.n - state.n));
    }

    ptrdiff_t gap = str_find(text, STR("  "));

    return gap < 0 ? text : str_head(text, (size_t)gap);
}

bool
parse_virsh_list(struct arena *arena, struct str reply, struct names *names,
                 struct error *err UNUSED)
{
    struct names found = { 0 };
    struct str   rest = reply_plain(arena, reply), line, id;
    bool         in_table = false;

    while (str_line(&rest, &line)) {
        if (str_starts(line, STR("---"))) {
            in_table = true;
        } else if (in_table && str_word(&line, &id) && is_id(id)) {
            struct str name = without_state(str_trim(line));

            if (!str_empty(name))
                names_add(arena, &found, name);
        }
    }
    *names = found;
    return true;
}

/* --- virsh dumpxml --- */

enum {
    MAX_DEPTH = 32,        /* of elements within an interface */
    MAX_ELEMENTS = 100000, /* within all interfaces of a domain */
};

/* An element that is being read. */
struct element {
    struct str  name;
    struct doc *members; /* NULL as long as it has neither attributes nor elements */
    size_t      text;    /* where its own text begins in reader.text */
};

struct reader {
    XML_Parser     parser;
    struct arena  *arena;
    struct domain  domain;
    size_t         capacity;   /* of domain.interfaces */
    size_t         depth;      /* of the current element, 1 = <domain> */
    bool           in_devices; /* depth 2 is <devices> */
    struct str    *target;     /* domain.name or .uuid, when we are in that element */
    struct element stack[MAX_DEPTH];
    size_t         n_stack; /* 0: outside interfaces */
    size_t         n_elements;
    struct buf     text;
    bool           failed;
    struct error  *err;
};

static void
reader_done(struct reader *r)
{
    if (r->parser)
        XML_ParserFree(r->parser);
    buf_done(&r->text);
}

static void
fail(struct reader *r, const char *why)
{
    if (!r->failed)
        error_set(r->err, ERROR_PARSE, 0, "line %lu: %s",
                  (unsigned long)XML_GetCurrentLineNumber(r->parser), why);
    r->failed = true;
    XML_StopParser(r->parser, XML_FALSE);
}

static struct doc *
members_of(struct reader *r, struct element *e)
{
    if (!e->members)
        e->members = doc_object(r->arena);
    return e->members;
}

static void
push_element(struct reader *r, const char *name, const char **attributes)
{
    if (r->n_stack == MAX_DEPTH || ++r->n_elements > MAX_ELEMENTS) {
        fail(r, "too many elements in an interface");
        return;
    }

    struct element *e = &r->stack[r->n_stack++];

    *e = (struct element){ .name = arena_str(r->arena, str_from(name)), .text = r->text.n };
    for (size_t i = 0; attributes[i]; i += 2) {
        struct str key = arena_join(r->arena, STR("@"), str_from(attributes[i]), STR_NONE);

        doc_set_text(r->arena, members_of(r, e), key.p, str_from(attributes[i + 1]));
    }
}

static void XMLCALL
on_start(void *user, const char *name, const char **attributes)
{
    struct reader *r = user;

    r->depth++;
    if (r->failed)
        return;
    if (r->depth == 1 && strcmp(name, "domain") != 0) {
        fail(r, "expected <domain>");
    } else if (r->n_stack) {
        push_element(r, name, attributes);
    } else if (r->depth == 2) {
        r->in_devices = strcmp(name, "devices") == 0;
        if (strcmp(name, "name") == 0)
            r->target = &r->domain.name;
        else if (strcmp(name, "uuid") == 0)
            r->target = &r->domain.uuid;
        else if (strcmp(name, "interface") == 0)
            push_element(r, name, attributes);
    } else if (r->depth == 3 && r->in_devices && strcmp(name, "interface") == 0) {
        push_element(r, name, attributes);
    }
}

static void XMLCALL
on_text(void *user, const char *text, int n)
{
    struct reader *r = user;

    if (r->n_stack || r->target)
        buf_add(&r->text, (struct str){ text, (size_t)n });
}

/* The finished element as a value. */
static struct doc *
value_of(struct reader *r, const struct element *e, struct str text)
{
    if (!e->members)
        return str_empty(text) ? doc_null() : doc_string(r->arena, text);
    if (!str_empty(text))
        doc_set_text(r->arena, e->members, "#text", text);
    return e->members;
}

static void
add_child(struct reader *r, struct element *parent, struct str name, struct doc *value)
{
    struct doc *members = members_of(r, parent);
    struct doc *old = doc_getn(members, name);

    if (!old) {
        doc_setn(r->arena, members, name, value);
        return;
    }
    if (doc_kind(old) != DOC_ARRAY) {
        struct doc *list = doc_array(r->arena);

        doc_push(r->arena, list, old);
        doc_setn(r->arena, members, name, list);
        old = list;
    }
    doc_push(r->arena, old, value);
}

static void
pop_element(struct reader *r)
{
    struct element *e = &r->stack[--r->n_stack];
    struct doc     *value = value_of(r, e, str_trim(str_skip(buf_str(&r->text), e->text)));
    struct domain  *domain = &r->domain;

    r->text.n = e->text;
    if (r->n_stack) {
        add_child(r, &r->stack[r->n_stack - 1], e->name, value);
    } else if (doc_kind(value) == DOC_OBJECT) {
        arena_grow(r->arena, domain->interfaces, domain->n_interfaces, r->capacity);
        domain->interfaces[domain->n_interfaces++] = value;
    }
}

static void XMLCALL
on_end(void *user, const char *name UNUSED)
{
    struct reader *r = user;

    if (r->failed)
        return;
    if (r->n_stack) {
        pop_element(r);
    } else if (r->target && r->depth == 2) {
        if (str_empty(*r->target))
            *r->target = arena_str(r->arena, str_trim(buf_str(&r->text)));
        r->target = NULL;
        buf_clear(&r->text);
    }
    r->depth--;
}

/* Only a document type can declare entities; libvirt never writes one. */
static void XMLCALL
on_doctype(void *user, const char *name UNUSED, const char *system UNUSED,
           const char *public UNUSED, int has_subset UNUSED)
{
    fail(user, "a document type is not accepted");
}

bool
parse_domain(struct arena *arena, struct str reply, struct domain *domain, struct error *err)
{
    CLEANUP(reader_done) struct reader r = { .arena = arena, .err = err };

    if (reply.n > INT_MAX)
        return error_set(err, ERROR_PARSE, 0, "too long: %zu bytes", reply.n);
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser)
        return error_set(err, ERROR_PARSE, 0, "out of memory");
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    if (XML_Parse(r.parser, reply.p ? reply.p : "", (int)reply.n, true) != XML_STATUS_OK) {
        if (!r.failed)
            error_set(err, ERROR_PARSE, 0, "line %lu: %s",
                      (unsigned long)XML_GetCurrentLineNumber(r.parser),
                      XML_ErrorString(XML_GetErrorCode(r.parser)));
        return false;
    }
    if (str_empty(r.domain.uuid))
        return error_set(err, ERROR_PARSE, 0, "a domain without uuid");
    *domain = r.domain;
    return true;
}
