#include "api/openapi.h"

#include "api/query.h"
#include "api/route.h"
#include "api/schema.h"
#include "api/session.h"

/* --- small pieces --- */

static struct doc *
reference(struct arena *arena, const char *schema)
{
    struct doc *object = doc_object(arena);

    doc_set_text(arena, object, "$ref", arena_printf(arena, "#/components/schemas/%s", schema));
    return object;
}

static struct doc *
of_type(struct arena *arena, const char *type)
{
    struct doc *schema = doc_object(arena);

    doc_set_text(arena, schema, "type", str_from(type));
    return schema;
}

static void
add_content(struct arena *arena, struct doc *content, const char *media, struct doc *schema)
{
    struct doc *one = doc_object(arena);

    doc_set(arena, one, "schema", schema);
    doc_set(arena, content, media, one);
}

/* {"application/json": {"schema": ...}} */
static struct doc *
content(struct arena *arena, const char *media, struct doc *schema)
{
    struct doc *all = doc_object(arena);

    add_content(arena, all, media, schema);
    return all;
}

/* --- parameters --- */

static struct doc *
choices(struct arena *arena, const char *text)
{
    struct doc *values = doc_array(arena);
    struct str  rest = str_from(text), one;

    while (str_cut(&rest, '|', &one))
        doc_push_text(arena, values, one);
    return values;
}

static struct doc *
parameter_schema(struct arena *arena, const struct parameter *parameter)
{
    struct doc *schema;

    switch (parameter->kind) {
    case PARAMETER_BOOL:
        return of_type(arena, "boolean");
    case PARAMETER_NUMBER:
        schema = of_type(arena, "integer");
        doc_set_int(arena, schema, "minimum", parameter->least);
        if (parameter->most)
            doc_set_int(arena, schema, "maximum", parameter->most);
        return schema;
    case PARAMETER_ID:
        return reference(arena, "Id");
    case PARAMETER_TIME:
        return reference(arena, "Time");
    case PARAMETER_TEXT:
        break;
    }
    schema = of_type(arena, "string");
    if (parameter->is_required)
        doc_set_text(arena, schema, "pattern", STR("\\S"));
    if (parameter->choices)
        doc_set(arena, schema, "enum", choices(arena, parameter->choices));
    return schema;
}

static struct doc *
list_of(struct arena *arena, struct doc *items)
{
    struct doc *schema = of_type(arena, "array");

    doc_set(arena, schema, "items", items);
    return schema;
}

/* "where.*" is an object whose members are sent as where[KEY] by programs that follow OpenAPI; there
 * is no style for dots, so it is told in words. */
static void
add_parameter(struct arena *arena, struct doc *all, const struct parameter *parameter)
{
    struct doc *object = doc_object(arena), *schema = parameter_schema(arena, parameter);

    if (strchr(parameter->name, '*'))
        return;
    doc_set_text(arena, object, "name", str_from(parameter->name));
    doc_set_text(arena, object, "in", STR("query"));
    doc_set_text(arena, object, "description", str_from(parameter->what));
    if (parameter->is_required)
        doc_set_bool(arena, object, "required", true);
    doc_set(arena, object, "schema", parameter->is_repeatable ? list_of(arena, schema) : schema);
    doc_push(arena, all, object);
}

static void
add_path_parameters(struct arena *arena, struct doc *all, const char *path)
{
    struct str rest = str_from(path), piece, name;

    while (str_cut(&rest, '/', &piece)) {
        struct doc *object;

        if (str_empty(piece) || piece.p[0] != '{')
            continue;
        object = doc_object(arena);
        name = str_head(str_skip(piece, 1), piece.n - 2);
        doc_set_text(arena, object, "name", name);
        doc_set_text(arena, object, "in", STR("path"));
        doc_set_bool(arena, object, "required", true);
        doc_set(arena, object, "schema", of_type(arena, "string"));
        doc_push(arena, all, object);
    }
}

static struct doc *
parameters(struct arena *arena, const struct route *route)
{
    struct doc             *all = doc_array(arena);
    const struct parameter *p;

    add_path_parameters(arena, all, route->path);
    for (p = route->query; p && p->name; p++)
        add_parameter(arena, all, p);
    for (p = page_parameters; route->list && p->name; p++)
        add_parameter(arena, all, p);
    return all;
}

/* What the table says in a word, for people. */
static struct str
description(struct arena *arena, const struct route *route)
{
    AUTO_BUF text = { 0 };

    for (const struct parameter *p = route->query; p && p->name; p++)
        if (strchr(p->name, '*'))
            buf_printf(&text, "Parameters `%s`: %s.", p->name, p->what);
    if (route->list)
        buf_printf(&text, "%sWith `Accept: application/x-ndjson` the whole list, one a line.",
                   text.n ? " " : "");
    return arena_str(arena, buf_str(&text));
}

/* --- answers --- */

static struct doc *
page_schema(struct arena *arena, const struct route *route)
{
    static const char *const nullable[] = { "string", "null" };
    struct doc              *schema = of_type(arena, "object"), *properties = doc_object(arena);
    struct doc              *required = doc_array(arena), *next = doc_object(arena);
    struct doc              *types = doc_array(arena);
    struct doc              *items = reference(arena, route->reply);

    for (size_t i = 0; i < N_ELEMENTS(nullable); i++)
        doc_push_text(arena, types, str_from(nullable[i]));
    doc_set(arena, next, "type", types);
    doc_set_text(arena, next, "description", STR("the next page's cursor; null: this is the last"));
    doc_set(arena, properties, route->list, list_of(arena, items));
    doc_set(arena, properties, "next", next);
    doc_push_text(arena, required, str_from(route->list));
    doc_push_text(arena, required, STR("next"));
    doc_set(arena, schema, "required", required);
    doc_set(arena, schema, "properties", properties);
    return schema;
}

static struct doc *
success(struct arena *arena, const struct route *route)
{
    struct doc *answer = doc_object(arena), *list;

    doc_set_text(arena, answer, "description", str_from(route->summary));
    if (route->list) {
        list = content(arena, "application/json", page_schema(arena, route));
        add_content(arena, list, "application/x-ndjson", reference(arena, route->reply));
        doc_set(arena, answer, "content", list);
    } else if (route->media) {
        doc_set(arena, answer, "content", content(arena, route->media, of_type(arena, "string")));
    } else if (route->reply) {
        doc_set(arena, answer, "content",
                content(arena, "application/json", reference(arena, route->reply)));
    }
    return answer;
}

static struct doc *
answers(struct arena *arena, const struct route *route)
{
    struct doc *all = doc_object(arena), *problem = doc_object(arena), *unchanged;
    struct str  status = arena_printf(arena, "%u", route_success(route));

    doc_setn(arena, all, status, success(arena, route));
    if (route->method == HTTP_GET) {
        unchanged = doc_object(arena);
        doc_set_text(arena, unchanged, "description",
                     STR("It is still what If-None-Match has the ETag of"));
        doc_set(arena, all, "304", unchanged);
    }
    doc_set_text(arena, problem, "description", STR("It did not work, and why"));
    doc_set(arena, problem, "content",
            content(arena, "application/problem+json", reference(arena, "Problem")));
    doc_set(arena, all, "default", problem);
    return all;
}

/* --- operations --- */

/* What it is about: "scans" of /api/v1/scans/{id} and /api/v1/environments/{environment}/scans. */
static struct str
tag(const char *path)
{
    struct str rest = str_from(path), piece, last = STR("service");

    if (!str_starts(rest, STR("/api/v1/")))
        return last;
    rest = str_skip(rest, strlen("/api/v1/"));
    for (size_t i = 0; str_cut(&rest, '/', &piece) && i < 3; i++)
        if (i == 0 || (i == 2 && str_is(last, "environments")))
            last = piece;
    return last;
}

static struct doc *
operation(struct arena *arena, const struct route *route)
{
    struct doc *object = doc_object(arena), *tags = doc_array(arena), *body;
    struct str  text = description(arena, route);

    doc_push_text(arena, tags, tag(route->path));
    doc_set(arena, object, "tags", tags);
    doc_set_text(arena, object, "operationId", str_from(route->name));
    doc_set_text(arena, object, "summary", str_from(route->summary));
    if (!str_empty(text))
        doc_set_text(arena, object, "description", text);
    doc_set_text(arena, object, "x-right", str_from(right_name(route->right)));
    doc_set(arena, object, "parameters", parameters(arena, route));
    if (route->body) {
        body = doc_object(arena);
        doc_set_bool(arena, body, "required", !(route->flags & ROUTE_NEEDS_NO_BODY));
        doc_set(arena, body, "content",
                content(arena, "application/json", reference(arena, route->body)));
        doc_set(arena, object, "requestBody", body);
    }
    doc_set(arena, object, "responses", answers(arena, route));
    if (route->right == RIGHT_NONE)
        doc_set(arena, object, "security", doc_array(arena));
    return object;
}

static struct doc *
paths(struct arena *arena)
{
    static const char *const methods[] = {
        [HTTP_GET] = "get",     [HTTP_POST] = "post",     [HTTP_PUT] = "put",
        [HTTP_PATCH] = "patch", [HTTP_DELETE] = "delete",
    };
    struct doc *all = doc_object(arena), *path;

    for (const struct route *route = v1_routes; route->path; route++) {
        path = doc_get(all, route->path);
        if (!path) {
            path = doc_object(arena);
            doc_set(arena, all, route->path, path);
        }
        doc_set(arena, path, methods[route->method], operation(arena, route));
    }
    return all;
}

/* --- the whole --- */

static const char ways_in[] =
    "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
    "\"password\":{\"type\":\"http\",\"scheme\":\"basic\"},"
    "\"header\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-Auth-Token\"},"
    "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"" SESSION_COOKIE "\"}}";

static const char info[] =
    "{\"title\":\"Calipso\",\"version\":\"" CALIPSO_VERSION
    "\",\"summary\":\"The virtual networks of clouds: what "
    "there is, what it hangs on, what changed\",\"description\":\"All text is UTF-8 without NUL; "
    "whole numbers have 64 bits. What goes wrong is answered as "
    "application/problem+json.\",\"license\":{\"name\":\"Apache-2.0\","
    "\"identifier\":\"Apache-2.0\"}}";

static struct doc *
security(struct arena *arena, const struct doc *schemes)
{
    struct doc     *all = doc_array(arena);
    struct doc_iter it = { 0 };

    while (doc_next(schemes, &it)) {
        struct doc *one = doc_object(arena);

        doc_setn(arena, one, it.key, doc_array(arena));
        doc_push(arena, all, one);
    }
    return all;
}

void
openapi_write(struct buf *out, struct arena *arena)
{
    struct doc *all = doc_object(arena), *components = doc_object(arena);
    struct doc *schemes = doc_parse(arena, str_from(ways_in), NULL);

    doc_set_text(arena, all, "openapi", STR("3.1.0"));
    doc_set(arena, all, "info", doc_parse(arena, str_from(info), NULL));
    doc_set(arena, all, "security", security(arena, schemes));
    doc_set(arena, all, "paths", paths(arena));
    doc_set(arena, components, "schemas", doc_deep_copy(arena, schemas()));
    doc_set(arena, components, "securitySchemes", schemes);
    doc_set(arena, all, "components", components);
    doc_write(out, all);
}
