/* The values that link rules compare, as slices of an object's facts. */

#include "topology/link_rules.h"

static struct str
without_vlan(struct str device)
{
    ptrdiff_t dot = str_find_char(device, '.');

    return dot < 0 ? device : str_head(device, (size_t)dot);
}

/* What follows a prefix, "" without it. */
static struct str
behind(struct str s, struct str prefix)
{
    return str_starts(s, prefix) ? str_skip(s, prefix.n) : STR_NONE;
}

/* "<host>-<device>", in the successor "<host>|<device>". */
static struct str
without_host(struct str id, struct str host)
{
    if (str_empty(host) || !str_starts(id, host) || id.n <= host.n)
        return STR_NONE;
    return id.p[host.n] == '-' || id.p[host.n] == '|' ? str_skip(id, host.n + 1) : STR_NONE;
}

static struct str
head_before_last_hyphen(struct str s)
{
    ptrdiff_t at = str_find_last(s, '-');

    return at < 0 ? STR_NONE : str_head(s, (size_t)at);
}

/* Devices in namespaces are named by two letters, a hyphen and the head of their port's id. */
static struct str
service_port(struct str device)
{
    return device.n > 3 && device.p[2] == '-' ? str_skip(device, 3) : STR_NONE;
}

/* tapX in a bridge, and qvbX of the veth to Open vSwitch, where X is the head of the port's id. */
static bool
is_named_after_port(struct str interface)
{
    return str_starts(interface, STR("tap")) || str_starts(interface, STR("qvb"));
}

static bool
one(size_t i, struct str from, struct str *value)
{
    *value = from;
    return i == 0;
}

static bool
vnic_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    const struct vnic_facts *vnic = vnic_facts(object);

    if (key == KEY_DEVICE)
        return one(i, without_host(object->id, object->host), value);
    if (key == KEY_MAC)
        return one(i, vnic->mac, value);
    if (key == KEY_SOURCE_BRIDGE)
        return one(i, vnic->source_bridge, value);
    if (key == KEY_INSTANCE_ID)
        return one(i, vnic->kind == VNIC_OF_INSTANCE ? vnic->instance_id : STR_NONE, value);
    if (vnic->kind != VNIC_OF_SERVICE)
        return false;
    if (key == KEY_SERVICE_ID)
        return one(i, head_before_last_hyphen(object->parent_id), value);
    return key == KEY_SERVICE_PORT && one(i, service_port(object->name), value);
}

static bool
vconnector_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    const struct vconnector_facts *vconnector = vconnector_facts(object);

    if (key == KEY_BRIDGE_NAME)
        return one(i, vconnector->bridge_name, value);
    if (key == KEY_MAPPED)
        return one(i,
                   vconnector->interface_mappings.n || vconnector->bridge_mappings.n ? STR("yes")
                                                                                     : STR_NONE,
                   value);
    if (i >= vconnector->n_interfaces)
        return false;

    const struct interface *interface = &vconnector->interfaces[i];

    *value = key == KEY_INTERFACES       ? interface->name
             : key == KEY_INTERFACE_MACS ? interface->mac
             : key == KEY_UNNAMED_MACS
                 ? (is_named_after_port(interface->name) ? STR_NONE : interface->mac)
             : key == KEY_INTERFACE_DEVICES ? without_vlan(interface->name)
             : key == KEY_INTERFACE_TAPS    ? behind(interface->name, STR("tap"))
             : key == KEY_INTERFACE_VETHS   ? behind(interface->name, STR("qvb"))
                                            : STR_NONE;
    return true;
}

static bool
vedge_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    const struct vedge_facts *vedge = vedge_facts(object);

    if (i >= vedge->n_ports)
        return false;

    struct str name = vedge->ports[i].name;

    *value = key == KEY_PORTS        ? name
             : key == KEY_PORT_TAPS  ? behind(name, STR("tap"))
             : key == KEY_PORT_VETHS ? (str_starts(name, STR("qv")) ? str_skip(name, 3) : STR_NONE)
             : key == KEY_PORT_DEVICES && str_find_char(name, '.') > 0 ? without_vlan(name)
                                                                       : STR_NONE;
    return true;
}

static bool
otep_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    const struct otep_facts *otep = otep_facts(object);
    struct str               bridge = otep->vconnector.p ? otep->vconnector : STR_NONE;

    if (key == KEY_IP)
        return one(i, otep->ip_address, value);
    if (key == KEY_VCONNECTOR)
        return one(i, bridge, value);
    return key == KEY_TUNNEL_DEVICE &&
           one(i, without_vlan(without_host(bridge, object->host)), value);
}

static bool
host_pnic_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    const struct host_pnic_facts *pnic = host_pnic_facts(object);

    if (key == KEY_IP)
        return one(i, pnic->ip_address, value);
    return key == KEY_MAC && one(i, pnic->mac, value);
}

static bool
switch_pnic_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    const struct switch_pnic_facts *pnic = switch_pnic_facts(object);

    if (key == KEY_CONNECTED_TO)
        return one(i, pnic->is_uplink ? pnic->connected_to : STR_NONE, value);
    return key == KEY_MAC && one(i, pnic->mac, value);
}

static bool
named_by_id_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    return key == KEY_ID_HEAD && one(i, str_head(object->id, ID_HEAD), value);
}

typedef bool value_fn(const struct object *, enum fact_key, size_t, struct str *);

static value_fn *const values[N_OBJECT_TYPES] = {
    [OBJECT_VNIC] = vnic_value,           [OBJECT_VCONNECTOR] = vconnector_value,
    [OBJECT_VEDGE] = vedge_value,         [OBJECT_OTEP] = otep_value,
    [OBJECT_HOST_PNIC] = host_pnic_value, [OBJECT_SWITCH_PNIC] = switch_pnic_value,
    [OBJECT_NETWORK] = named_by_id_value, [OBJECT_PORT] = named_by_id_value,
};

bool
key_value(const struct object *object, enum fact_key key, size_t i, struct str *value)
{
    if (!object->facts)
        return false;
    if (key == KEY_ID)
        return one(i, object->id, value);
    if (key == KEY_NAME)
        return one(i, object->name, value);
    if (key == KEY_PARENT_ID)
        return one(i, object->parent_id, value);
    return values[object->type] && values[object->type](object, key, i, value);
}
