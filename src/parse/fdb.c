/* Replies of `bridge -j fdb show` and `bridge fdb show` (bridge(8)):
 *
 *     fa:16:3e:52:0a:86 dev tapc9aa580b-d4 master brq677c74f3-cc
 *     00:00:00:00:00:00 dev vxlan-70 dst 10.78.0.11 via eth1 self permanent
 *
 * iproute2 writes the members of a JSON entry in the order of the words of text, so 'rest' is made
 * from whatever follows "dst". */

#include "base/value.h"
#include "parse/parse.h"
#include "parse/reply.h"

static bool
read_line(struct arena *arena, struct str line, struct fdb_entry *entry)
{
    struct str rest = str_trim(line), word, value;

    if (!str_word(&rest, &word) || !mac_read(arena, word, &entry->mac))
        return false;
    while (str_word(&rest, &word)) {
        if (str_is(word, "dev")) {
            if (!str_word(&rest, &entry->device))
                return false;
        } else if (str_is(word, "dst")) {
            entry->rest = str_trim(rest);
            return !str_empty(entry->device) && str_word(&rest, &entry->dst);
        } else if (str_is(word, "master") || str_is(word, "vlan")) {
            str_word(&rest, &value);
        }
    }
    return !str_empty(entry->device);
}

static void
read_text(struct arena *arena, struct str reply, struct fdb *fdb)
{
    struct str rest = reply_plain(arena, reply), line;

    while (str_line(&rest, &line)) {
        struct fdb_entry entry = { 0 };

        if (!read_line(arena, line, &entry))
            continue;
        arena_grow(arena, fdb->items, fdb->n, fdb->capacity);
        fdb->items[fdb->n++] = entry;
    }
}

static void
write_word(struct buf *b, const char *title, struct str word)
{
    if (str_empty(word))
        return;
    buf_char(b, ' ');
    buf_add(b, str_from(title));
    buf_add(b, word);
}

/* What text says behind "dst ". */
static struct str
rest_of_entry(struct arena *arena, struct buf *b, const struct value *element)
{
    static const struct {
        const char *key, *title;
    } words[] = {
        { "nhid", "nhid " },
        { "vlan", "vlan " },
        { "port", "port " },
        { "vni", "vni " },
        { "src_vni", "src_vni " },
        { "viaIf", "via " },
        { "viaIfIndex", "via ifindex " },
        { "linkNetNsId", "link-netnsid " },
        { "flags", "" },
        { "master", "master " },
        { "state", "" },
    };

    buf_clear(b);
    buf_add(b, value_get_text(element, "dst"));
    for (size_t i = 0; i < N_ELEMENTS(words); i++) {
        const struct value *v = value_get(element, words[i].key);
        struct value_iter   it = { 0 };

        write_word(b, words[i].title, value_scalar(v));
        while (value_next(v, &it))
            write_word(b, words[i].title, value_scalar(it.value));
    }
    return arena_str(arena, buf_str(b));
}

static bool
read_element(struct arena *arena, const struct value *element, struct fdb_entry *entry,
             struct error *err)
{
    struct str mac = STR_NONE;

    *entry = (struct fdb_entry){ 0 };
    if (value_kind(element) != VALUE_OBJECT)
        return error_set(err, ERROR_PARSE, 0, "expected an object");
    if (!field_text(element, "mac", &mac, err) ||
        !field_text(element, "ifname", &entry->device, err) ||
        !field_text(element, "dev", &entry->device, err) || /* before iproute2 4.17 */
        !field_text(element, "dst", &entry->dst, err))
        return false;
    if (str_empty(entry->device))
        return error_set(err, ERROR_PARSE, 0, "ifname: expected a name");
    mac_read(arena, mac, &entry->mac);
    return true;
}

static bool
read_json(struct arena *arena, struct str reply, struct fdb *fdb, struct error *err)
{
    AUTO_BUF            text;
    const struct value *list = value_read(arena, reply, err);
    struct value_iter   it = { 0 };

    buf_init(&text, 0);
    if (!list)
        return false;
    fdb->capacity = value_count(list);
    fdb->items = arena_array(arena, struct fdb_entry, fdb->capacity);
    for (size_t n = 0; value_next(list, &it); n++) {
        struct fdb_entry *entry = &fdb->items[fdb->n];

        if (!read_element(arena, it.value, entry, err))
            return error_prefix(err, "element %zu: ", n);
        if (str_empty(entry->mac))
            continue; /* of a device whose addresses are of another kind */
        if (!str_empty(entry->dst))
            entry->rest = rest_of_entry(arena, &text, it.value);
        fdb->n++;
    }
    return true;
}

bool
parse_fdb(struct arena *arena, struct str reply, struct fdb *fdb, struct error *err)
{
    struct fdb found = { 0 };

    if (!reply_is_json(reply))
        read_text(arena, reply, &found);
    else if (!read_json(arena, reply, &found, err))
        return false;
    *fdb = found;
    return true;
}
