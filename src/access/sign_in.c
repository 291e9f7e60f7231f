/* Signing in by name and password. Who fails too often has to wait, by name and by address: then no
 * password is checked at all. It takes as long whether or not there is such a user. */

#include <arpa/inet.h>
#include <time.h>

#include "access/failures.h"
#include "access/password.h"
#include "access/user_document.h"

/* Failures that cost no wait. An address may be that of a whole office. */
enum { MOST_OF_NAME = 5, MOST_OF_ADDRESS = 20 };

static struct failures failures = FAILURES_NONE;

struct attempt {
    struct oid name, address;
    bool       has_address;
};

static int64_t
monotonic(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Of IPv6 the network: its addresses are anybody's who has one of them. */
static struct oid
address_key(struct str address)
{
    char            text[INET6_ADDRSTRLEN];
    struct in6_addr v6;
    struct str      bytes = address;

    snprintf(text, sizeof text, "%.*s", STR_ARG(str_head(address, sizeof text - 1)));
    if (inet_pton(AF_INET6, text, &v6) == 1)
        bytes = (struct str){ (const char *)v6.s6_addr, IN6_IS_ADDR_V4MAPPED(&v6) ? 16 : 8 };
    return OID(STR("address"), bytes);
}

static bool
check_failures(const struct attempt *attempt, struct error *err)
{
    int64_t  now = monotonic();
    unsigned wait = failures_wait(&failures, attempt->name, MOST_OF_NAME, now);

    if (attempt->has_address) {
        unsigned more = failures_wait(&failures, attempt->address, MOST_OF_ADDRESS, now);

        wait = more > wait ? more : wait;
    }
    return wait == 0 || error_set(err, ERROR_AUTH, (int)wait,
                                  "too many failed sign-ins: try again in %u second%s", wait,
                                  wait == 1 ? "" : "s");
}

/* Success is forgiven to the name, not to the address: who has one password may be after others. */
static void
note_outcome(const struct attempt *attempt, bool is_right)
{
    if (is_right) {
        failures_forget(&failures, attempt->name);
        return;
    }
    failures_add(&failures, attempt->name, monotonic());
    if (attempt->has_address)
        failures_add(&failures, attempt->address, monotonic());
}

/* In a turn: of many attempts at once, those that waited see how the ones before them ended. */
static bool
check_password(const struct attempt *attempt, struct str hash, struct str password,
               struct error *err)
{
    bool is_right = false;

    if (!check_failures(attempt, err) || !password_verify(hash, password, &is_right, err))
        return false;
    note_outcome(attempt, is_right);
    return is_right || error_set(err, ERROR_AUTH, 0, "wrong name or password");
}

bool
access_sign_in(struct store *store, struct str name, struct str password, struct str address,
               struct arena *arena, struct user *user, struct error *err)
{
    const struct attempt        attempt = { .name = OID(STR("name"), name),
                                            .address = address_key(address),
                                            .has_address = !str_empty(address) };
    const struct user_document  nobody = { .hash = STR_NONE };
    const struct user_document *found;
    struct user_list            list;
    bool                        good;

    if (!check_failures(&attempt, err) || !users_load(store, arena, &list, err))
        return false;
    found = users_by_name(&list, name);
    found = found ? found : &nobody;
    password_turn_begin();
    good = check_password(&attempt, found->hash, password, err);
    password_turn_end();
    if (good)
        *user = found->user;
    return good;
}
