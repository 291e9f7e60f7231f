/* Deriving an environment. Only public facts are used: which program versions ran, which driver,
 * where Keystone answered; never the credentials that a raw recording may hold. */

#include "transport/recording_head.h"

#include "base/ascii.h"

/* The release of Debian as its package versions spell it: "2:25.1.0-2+deb12u5" is of Debian 12. */
static struct str
debian_release(const struct doc *packages)
{
    struct doc_iter it = { 0 };

    while (doc_next(packages, &it)) {
        struct str version = doc_text(it.value);
        ptrdiff_t  at = str_find(version, STR("deb"));

        if (at < 0)
            continue;

        struct str digits = str_skip(version, (size_t)at + 3);
        size_t     n = 0;

        while (n < digits.n && ascii_is_digit(digits.p[n]))
            n++;
        if (n > 0)
            return str_head(digits, n);
    }
    return STR("unknown");
}

static const char *
mechanism_of(struct str driver)
{
    static const char *const mechanisms[][2] = {
        { "ovs", "OVS" },
        { "lxb", "LXB" },
        { "vpp", "VPP" },
    };

    for (size_t i = 0; i < N_ELEMENTS(mechanisms); i++)
        if (str_is(driver, mechanisms[i][0]))
            return mechanisms[i][1];
    return NULL;
}

static struct doc *
target(struct arena *arena, const char *name)
{
    struct doc *target = doc_object(arena);

    doc_set_text(arena, target, "name", str_from(name));
    return target;
}

struct doc *
recording_head_derive(const struct recording_head *head, struct arena *arena, struct error *err)
{
    const char *mechanism = mechanism_of(head->driver);

    if (!mechanism) {
        error_set(err, ERROR_TRANSPORT, 0,
                  "index.json has neither an environment nor a driver that is known");
        return NULL;
    }

    struct doc *environment = doc_object(arena);
    struct doc *mechanisms = doc_array(arena);
    struct doc *nics = doc_array(arena);
    struct doc *targets = doc_array(arena);
    struct doc *openstack = target(arena, "OpenStack");

    doc_set_text(arena, environment, "type", STR("environment"));
    doc_set_text(arena, environment, "environment_type", STR("OpenStack"));
    doc_set_text(arena, environment, "distribution", STR("Debian"));
    doc_set_text(arena, environment, "distribution_version", debian_release(head->packages));
    doc_push_text(arena, mechanisms, str_from(mechanism));
    doc_set(arena, environment, "mechanism_drivers", mechanisms);
    doc_set_text(arena, environment, "type_drivers", STR("vxlan"));
    doc_push_text(arena, nics, STR("eth*"));
    doc_set(arena, environment, "host_pnics", nics);

    if (!str_empty(head->keystone_host))
        doc_set_text(arena, openstack, "host", head->keystone_host);
    if (!str_empty(head->keystone_port))
        doc_set_text(arena, openstack, "port", head->keystone_port);
    doc_push(arena, targets, openstack);
    if (head->has_tables)
        doc_push(arena, targets, target(arena, "mysql"));
    doc_push(arena, targets, target(arena, "CLI"));
    doc_set(arena, environment, "configuration", targets);
    return environment;
}
