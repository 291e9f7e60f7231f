/* calipso messages: what scans had to say. */

#include "cli/cli.h"

struct message_query {
    struct query query;
    const char  *level;
};

enum { KEY_LEVEL = 'l' };

static const struct argp_option message_options[] = {
    { "level", KEY_LEVEL, "LEVEL", 0,
      "This level and graver ones: debug, info (default), warn, error", 1 },
    { 0 },
};

static error_t
parse_messages(int key, char *argument, struct argp_state *state)
{
    struct message_query *m = state->input;

    if (key != KEY_LEVEL)
        return parse_plain(key, argument, state);
    m->level = argument;
    return 0;
}

static const struct argp messages_argp = {
    .options = message_options,
    .parser = parse_messages,
    .doc = "List messages: start, end, warnings and errors of every scan, the latest last.\v"
           "Examples:\n"
           "  calipso messages -e lab\n"
           "  calipso messages -e lab -l error -o json",
    .children = query_children,
};

struct listing {
    struct query    *query;
    struct table    *table;
    struct json_list json;
};

static bool
take_message(void *context, const struct message *message)
{
    struct listing *listing = context;
    AUTO_BUF        text = { 0 };

    if (listing->query->host && !str_is(message->related_object, listing->query->host))
        return true;
    if (listing->query->output == OUTPUT_JSON || listing->query->n_where) {
        AUTO_ARENA scratch = arena_new();

        message_write(&text, message);
        if (!query_matches(listing->query, doc_parse(scratch, buf_str(&text), NULL)))
            return true;
    }
    if (listing->query->output == OUTPUT_JSON) {
        json_list_add(&listing->json, buf_str(&text));
        return true;
    }
    buf_clear(&text);
    store_write_time(&text, message->timestamp);

    const struct str cells[] = {
        buf_str(&text),       str_from(message_level_name(message->level)),
        message->environment, message->related_object,
        message->text,
    };

    table_add(listing->table, cells);
    return true;
}

int
command_messages(int argc, char **argv)
{
    static const char *const titles[] = { "TIME", "LEVEL", "ENVIRONMENT", "OBJECT", "MESSAGE" };
    AUTO_ARENA               arena = arena_new();
    struct message_query     m = { 0 };
    struct message_filter    filter = { .least = MESSAGE_INFO };
    struct listing           listing = { .query = &m.query };
    struct error             err;

    query_parse(&m.query, arena, &messages_argp, argc, argv);
    if (m.query.space)
        return usage_error("messages does not know -y: they are of all inventories");
    if (m.level && !message_level_from_name(str_from(m.level), &filter.least))
        return usage_error("-l knows debug, info, warn, error and crit, not '%s'", m.level);

    AUTO_STORE store = query_open(&m.query, STORE_READ);

    if (!store)
        return EXIT_FAILED;
    filter.environment = str_from(m.query.environment);
    if (m.query.output == OUTPUT_TABLE)
        listing.table = table_new(titles, N_ELEMENTS(titles));

    bool good = store_messages(store, &filter, take_message, &listing, &err);

    if (listing.table)
        table_print(listing.table);
    else
        json_list_end(&listing.json);
    return finish_output(good ? EXIT_COMPLETED : fail(&err));
}
