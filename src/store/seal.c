#include "store/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "model/environment.h"

enum {
    KEY_SIZE = crypto_secretbox_KEYBYTES,
    NONCE_SIZE = crypto_secretbox_NONCEBYTES,
    MAC_SIZE = crypto_secretbox_MACBYTES,
    BASE64 = sodium_base64_VARIANT_ORIGINAL,
};

struct key {
    unsigned char bytes[KEY_SIZE];
    struct str    path;
};

static const struct str mark = STR("sealed:");

/* --- the key --- */

static struct str
key_path(const char *store_path, struct arena *arena)
{
    const char *path = getenv("CALIPSO_KEY_FILE");

    return path && *path ? str_from(path) : arena_printf(arena, "%s.key", store_path);
}

static void
forget(struct key *key)
{
    sodium_memzero(key->bytes, sizeof key->bytes);
}

static bool
write_key(int fd)
{
    unsigned char bytes[KEY_SIZE];
    char          line[2 * KEY_SIZE + 1];
    bool          good;

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(line, sizeof line, bytes, sizeof bytes);
    line[2 * KEY_SIZE] = '\n';
    good = write(fd, line, sizeof line) == sizeof line && fsync(fd) == 0;
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(line, sizeof line);
    return good;
}

/* The file gets its name when it is whole: one who is killed leaves none, and of two who make one at
 * the same time the second takes the first one's. */
static bool
make_key_file(struct str path, struct arena *arena, struct error *err)
{
    struct str name = arena_printf(arena, "%s.new-%ld", path.p, (long)getpid());
    AUTO_FD    fd = open(name.p, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool       good = fd >= 0 && write_key(fd) && (link(name.p, path.p) == 0 || errno == EEXIST);
    int        why = errno;

    if (fd >= 0)
        unlink(name.p);
    return good || error_set(err, ERROR_CONFIG, why, "cannot make the key file %s: %s", path.p,
                             strerror(why));
}

static bool
read_key_file(int fd, struct key *key, struct error *err)
{
    char        line[2 * KEY_SIZE + 2];
    ssize_t     n = read(fd, line, sizeof line);
    size_t      size = 0;
    struct stat file;
    bool        good;

    if (n < 0 || fstat(fd, &file) != 0)
        return error_set(err, ERROR_CONFIG, errno, "cannot read the key file %s: %s", key->path.p,
                         strerror(errno));
    if (file.st_mode & 077)
        return error_set(err, ERROR_CONFIG, 0,
                         "the key file %s can be read by others: run chmod 600 on it", key->path.p);
    while (n > 0 && line[n - 1] == '\n')
        n--;
    good = n == 2 * KEY_SIZE &&
           sodium_hex2bin(key->bytes, sizeof key->bytes, line, (size_t)n, NULL, &size, NULL) == 0;
    sodium_memzero(line, sizeof line);
    return (good && size == KEY_SIZE) ||
           error_set(err, ERROR_CONFIG, 0,
                     "the key file %s holds no key: 64 hexadecimal digits were expected",
                     key->path.p);
}

static bool
load_key(struct str path, bool may_make, struct arena *arena, struct key *key, struct error *err)
{
    *key = (struct key){ .path = path };
    if (sodium_init() < 0)
        return error_set(err, ERROR_CONFIG, 0, "no random numbers for keys on this machine");

    AUTO_FD fd = open(path.p, O_RDONLY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT && may_make) {
        if (!make_key_file(path, arena, err))
            return false;
        fd = open(path.p, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0)
        return error_set(err, ERROR_CONFIG, errno,
                         "cannot open the key file %s: %s; passwords of environments were sealed "
                         "with it: bring it back, or name it in $CALIPSO_KEY_FILE",
                         path.p, strerror(errno));
    return read_key_file(fd, key, err);
}

/* --- one value --- */

static struct str
seal(const struct key *key, struct arena *arena, struct str plain)
{
    size_t         n = NONCE_SIZE + MAC_SIZE + plain.n;
    size_t         n_text = sodium_base64_encoded_len(n, BASE64);
    unsigned char *box = arena_take(arena, n);
    char          *text = arena_take(arena, mark.n + n_text);

    crypto_generichash(box, NONCE_SIZE, (const unsigned char *)plain.p, plain.n, key->bytes,
                       sizeof key->bytes);
    crypto_secretbox_easy(box + NONCE_SIZE, (const unsigned char *)plain.p, plain.n, box,
                          key->bytes);
    memcpy(text, mark.p, mark.n);
    sodium_bin2base64(text + mark.n, n_text, box, n, BASE64);
    return str_from(text);
}

/* False when the text was not sealed with this key. */
static bool
unseal(const struct key *key, struct arena *arena, struct str sealed, struct str *plain)
{
    struct str     text = str_skip(sealed, mark.n);
    unsigned char *box = arena_take(arena, text.n + 1);
    char          *out = arena_take(arena, text.n + 1);
    size_t         n = 0;

    if (sodium_base642bin(box, text.n + 1, text.p, text.n, NULL, &n, NULL, BASE64) != 0 ||
        n < NONCE_SIZE + MAC_SIZE ||
        crypto_secretbox_open_easy((unsigned char *)out, box + NONCE_SIZE, n - NONCE_SIZE, box,
                                   key->bytes) != 0)
        return false;
    *plain = (struct str){ out, n - NONCE_SIZE - MAC_SIZE };
    return true;
}

static bool
is_sealed(const struct doc *value)
{
    return str_starts(doc_text(value), mark);
}

/* There is nothing to hide in an empty one, and whether there is one shall be seen. */
static bool
is_empty(const struct doc *value)
{
    return doc_kind(value) == DOC_NULL ||
           (doc_kind(value) == DOC_STRING && str_empty(doc_text(value)));
}

/* --- documents --- */

struct sealing {
    struct key    key;
    struct str    path;
    bool          may_make;
    bool          is_loaded;
    struct arena *arena;
    struct error *err;
};

static bool
need_key(struct sealing *s)
{
    s->is_loaded = s->is_loaded || load_key(s->path, s->may_make, s->arena, &s->key, s->err);
    return s->is_loaded;
}

static struct doc *
refuse(const struct sealing *s, struct str name)
{
    error_set(s->err, ERROR_CONFIG, 0,
              "%.*s was sealed with another key than that in %.*s; name the right key file in "
              "$CALIPSO_KEY_FILE, or give the secret anew",
              STR_ARG(name), STR_ARG(s->path));
    return NULL;
}

static struct doc *
seal_one(void *context, struct str name, const struct doc *value)
{
    struct sealing *s = context;
    struct str      plain;

    if (is_empty(value))
        return doc_deep_copy(s->arena, value);
    if (!need_key(s))
        return NULL;
    if (is_sealed(value))
        return unseal(&s->key, s->arena, doc_text(value), &plain) ? doc_deep_copy(s->arena, value)
                                                                  : refuse(s, name);
    return doc_string(s->arena, seal(&s->key, s->arena, doc_body(s->arena, value)));
}

static struct doc *
open_one(void *context, struct str name, const struct doc *value)
{
    struct sealing *s = context;
    struct str      plain;

    if (!is_sealed(value))
        return doc_deep_copy(s->arena, value);
    if (!need_key(s))
        return NULL;
    if (!unseal(&s->key, s->arena, doc_text(value), &plain))
        return refuse(s, name);
    return doc_parse(s->arena, plain, s->err);
}

struct doc *
seal_secrets(const char *store_path, bool has_sealed, struct arena *arena,
             const struct doc *document, struct error *err)
{
    struct sealing s = {
        .path = key_path(store_path, arena), .may_make = !has_sealed, .arena = arena, .err = err
    };
    struct doc *sealed = environment_with_secrets(arena, document, seal_one, &s);

    forget(&s.key);
    return sealed;
}

struct doc *
open_secrets(const char *store_path, struct arena *arena, const struct doc *document,
             struct error *err)
{
    struct sealing s = { .path = key_path(store_path, arena), .arena = arena, .err = err };
    struct doc    *opened = environment_with_secrets(arena, document, open_one, &s);

    forget(&s.key);
    return opened;
}
