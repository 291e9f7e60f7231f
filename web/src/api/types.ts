/* Made by `npm run types` from data/api_schemas.json. */

export type Id = string;
export type Name = string;
/**
 * As 2026-03-04T10:00:00.000+0000; read are also other fractions and zones.
 */
export type Time = string;
export type Password = string;
export type Roles = (
    | "view-env"
    | "edit-env"
    | "manage-users"
    | "manage-link-types"
    | "manage-clique-types"
    | "manage-clique-constraints"
)[];
export type UserName = string;
export type EnvironmentName = string;
export type Text = string | null;
export type Flag = boolean | null;
export type Path = string | null;
export type Port = number | string | null;
export type Seconds = number | string | null;
export type HostName = string | null;
export type Texts = string[] | null;
export type TextOrTexts = string | string[];
export type ScanStatus = "pending" | "running" | "completed" | "completed_with_errors" | "failed" | "aborted";
/**
 * The object at an end, where links are asked for themselves; null: it is not there.
 */
export type LinkEnd = {
    id: string;
    name: string;
    type: string;
    host: string;
} & LinkEnd1;
export type LinkEnd1 = {
    id: string;
    name: string;
    type: string;
    host: string;
} | null;
/**
 * All that can be tried, unless some are named.
 */
export type Targets = ("OpenStack" | "mysql" | "CLI" | "AMQP")[];
export type ObjectType =
    | "environment"
    | "region"
    | "project"
    | "availability_zone"
    | "aggregate"
    | "host_ref"
    | "host"
    | "network"
    | "port"
    | "instance"
    | "vservice"
    | "vnic"
    | "vconnector"
    | "vedge"
    | "otep"
    | "host_pnic"
    | "network_agent"
    | "switch"
    | "switch_pnic"
    | "namespace"
    | "regions_folder"
    | "projects_folder"
    | "namespaces_folder"
    | "aggregates_folder"
    | "availability_zones_folder"
    | "networks_folder"
    | "ports_folder"
    | "network_services_folder"
    | "vservices_folder"
    | "vservice_dhcps_folder"
    | "vservice_routers_folder"
    | "vservice_miscellenaous_folder"
    | "instances_folder"
    | "pnics_folder"
    | "vconnectors_folder"
    | "vedges_folder"
    | "network_agents_folder"
    | "vnics_folder"
    | "switches_folder";
/**
 * The types of its ends with a '-' between them: instance-vnic.
 */
export type LinkTypeName = string;

/**
 * What went wrong (RFC 9457).
 */
export interface Problem {
    type: string;
    title: string;
    status: number;
    /**
     * For people: what is wrong, and where.
     */
    detail: string;
    /**
     * The id of the request, as in the log.
     */
    instance: string;
}
export interface Status {
    status: string;
}
export interface Setup {
    /**
     * There is no administrator yet.
     */
    needed: boolean;
}
export interface FirstUser {
    /**
     * As the server printed it when it started.
     */
    secret: string;
    name: UserName;
    password: Password;
}
export interface SignIn {
    name: string;
    password: string;
}
export interface Session {
    user: User;
    /**
     * To be sent as X-CSRF-Token with all that changes something, by those who come with the cookie.
     */
    csrf?: string;
}
export interface User {
    _id: Id;
    name: string;
    roles: Roles;
    /**
     * What was granted to them in environments besides their roles: those that whoever asks may see. For those who manage users.
     */
    grants?: {
        environment: string;
        view: boolean;
        edit: boolean;
    }[];
}
export interface NewPassword {
    old: string;
    new: Password;
}
export interface NewToken {
    note?: string;
    days?: number;
}
export interface Token {
    id: string;
    note: string;
    method: string;
    issued: Time;
    expires: Time;
    last_used: string | null;
    /**
     * In a list: it is the one with which this was asked.
     */
    current?: boolean;
    /**
     * Shown once, when it is made.
     */
    token?: string;
}
export interface NewUser {
    name: UserName;
    password: Password;
    roles?: Roles;
}
export interface UserChange {
    password?: Password;
    roles?: Roles;
}
export interface Grant {
    view?: boolean;
    /**
     * Who may edit may view.
     */
    edit?: boolean;
}
export interface HostLogin {
    host: HostName;
    port?: Port;
    user?: Text;
    pwd?: Text;
    key?: Path;
    passphrase?: Text;
    agent?: Flag;
}
/**
 * A way into the cloud; which members there are depends on its name (docs/environments.md).
 */
export interface Target {
    name:
        | "OpenStack"
        | "CLI"
        | "mysql"
        | "AMQP"
        | "Monitoring"
        | "ACI"
        | "Kubernetes"
        | "NFV_provider"
        | "VMware"
        | "Bare-metal";
    host?: HostName;
    port?: Port;
    scheme?: "http" | "https" | null;
    path?: Path;
    interface?: "admin" | "internal" | "public" | null;
    verify?: Flag;
    tls?: Flag;
    agent?: Flag;
    ca?: Path;
    key?: Path;
    config_folder?: Path;
    connect_timeout?: Seconds;
    timeout?: Seconds;
    user?: Text;
    pwd?: Text;
    user_domain?: Text;
    user_domain_id?: Text;
    project_id?: Text;
    project_domain?: Text;
    project_domain_id?: Text;
    application_credential_id?: Text;
    application_credential_secret?: Text;
    admin_token?: Text;
    admin_project?: Text;
    schema?: Text;
    passphrase?: Text;
    vhost?: Text;
    token?: Text;
    nfv_token?: Text;
    type?: Text;
    provision?: Text;
    env_type?: Text;
    server_name?: Text;
    rabbitmq_user?: Text;
    rabbitmq_pass?: Text;
    ssh_user?: Text;
    ssh_password?: Text;
    server_ip?: HostName;
    api_port?: Port;
    rabbitmq_port?: Port;
    ssh_port?: Port;
    install_monitoring_client?: Flag;
    /**
     * Ways in of their own, by the names of hosts; what is not said is as above.
     */
    hosts?: {
        [k: string]: HostLogin;
    } | null;
}
/**
 * As it was shown, or new. "***" keeps the secret that is there. Other members are kept, and have no effect.
 */
export interface EnvironmentDocument {
    name: EnvironmentName;
    type?: string | null;
    environment_type?: "OpenStack" | "Kubernetes" | "VMware" | "Bare-metal";
    distribution: string;
    distribution_version: TextOrTexts;
    mechanism_drivers: Texts;
    type_drivers: TextOrTexts;
    regions?: Texts;
    host_pnics?: string[] | null;
    domain?: Text;
    access?: "master" | "direct" | null;
    verify?: Flag;
    ca?: Path;
    listen?: Flag;
    aci_enabled?: Flag;
    enable_monitoring?: Flag;
    app_path?: Text;
    configuration: Target[];
    [k: string]: unknown;
}
/**
 * A cloud and the ways into it. Secrets are shown as "***".
 */
export interface Environment {
    _id: Id;
    name: EnvironmentName;
    type?: string | null;
    environment_type?: "OpenStack" | "Kubernetes" | "VMware" | "Bare-metal";
    distribution?: string;
    distribution_version?: TextOrTexts;
    mechanism_drivers?: Texts;
    type_drivers?: TextOrTexts;
    regions?: Texts;
    host_pnics?: string[] | null;
    domain?: Text;
    access?: "master" | "direct" | null;
    verify?: Flag;
    ca?: Path;
    listen?: Flag;
    aci_enabled?: Flag;
    enable_monitoring?: Flag;
    app_path?: Text;
    configuration?: Target[];
    operational?: string;
    scanned?: boolean;
    last_scanned?: Time;
    /**
     * The scan that runs, else the one that was asked for last; null: there is none.
     */
    last_scan?: {
        _id: Id;
        status: ScanStatus;
        /**
         * Why it failed.
         */
        reason?: string;
        submit_timestamp?: Time;
        start_timestamp?: Time;
        end_timestamp?: Time;
        progress?: ScanProgress;
    } | null;
    /**
     * Who made it.
     */
    user?: string;
    /**
     * Who may see and change it besides those who have the role: ids of users.
     */
    auth?: {
        "view-env"?: string[];
        "edit-env"?: string[];
    };
    /**
     * Ids of its services, by which it is known again.
     */
    cloud?: string[];
    /**
     * Whether whoever asks may change it.
     */
    may_edit: boolean;
}
/**
 * How far it is; of a scan that the server itself runs.
 */
export interface ScanProgress {
    phase: string;
    done: number;
    total: number;
    objects: number;
    errors: number;
    /**
     * Of those that are asked at this moment the one that has taken longest.
     */
    host?: string;
}
export interface Objects {
    objects: CloudObject[];
}
/**
 * What its source says of it: the APIs of OpenStack, or the commands on a host. Other clouds may have further members.
 */
export interface CloudObject {
    _id: Id;
    /**
     * Unique among the objects of its type.
     */
    id: string;
    /**
     * instance, vnic, host_pnic ...
     */
    type: string;
    name?: string;
    /**
     * For people.
     */
    object_name?: string;
    environment: string;
    /**
     * The id of the host it is on.
     */
    host?: string;
    parent_id?: string;
    parent_type?: string;
    parent_text?: string;
    /**
     * The ids from the environment down to it.
     */
    id_path?: string;
    /**
     * The names from the environment down to it.
     */
    name_path?: string;
    /**
     * Of a folder: what it holds.
     */
    text?: string;
    create_object?: boolean;
    show_in_tree?: boolean;
    /**
     * It is the focal point of a clique.
     */
    clique?: boolean;
    /**
     * The last scan could not see it.
     */
    stale?: boolean;
    last_scanned?: Time;
    /**
     * Of vnic.
     */
    "@type"?: string;
    /**
     * Of vnic.
     */
    address?: {};
    /**
     * Of network, network_agent, port, vedge, vservice.
     */
    admin_state_up?: boolean;
    /**
     * Of network_agent, vedge.
     */
    agent_type?: string | null;
    /**
     * Of vnic.
     */
    alias?: {};
    /**
     * Of network_agent, vedge.
     */
    alive?: boolean;
    /**
     * Of port.
     */
    allowed_address_pairs?: unknown[];
    /**
     * Of instance, network_agent, vedge.
     */
    availability_zone?: string | null;
    /**
     * Of network.
     */
    availability_zone_hints?: unknown[];
    /**
     * Of network.
     */
    availability_zones?: string[];
    /**
     * Of availability_zone.
     */
    available?: boolean;
    /**
     * Of network_agent, vedge.
     */
    binary?: string | null;
    /**
     * Of port.
     */
    "binding:host_id"?: string | null;
    /**
     * Of port.
     */
    "binding:profile"?: {};
    /**
     * Of port.
     */
    "binding:vif_details"?: {};
    /**
     * Of port.
     */
    "binding:vif_type"?: string | null;
    /**
     * Of port.
     */
    "binding:vnic_type"?: string | null;
    /**
     * Of otep.
     */
    "bridge dst"?: string;
    /**
     * Of vconnector.
     */
    bridge_name?: string;
    /**
     * Of vnic.
     */
    cidr?: string;
    /**
     * Of network.
     */
    cidrs?: string[];
    /**
     * Of host.
     */
    config?: {};
    /**
     * Of network_agent, vconnector, vedge.
     */
    configurations?: {};
    /**
     * Of vconnector.
     */
    connector_type?: string;
    /**
     * Of network, network_agent, port, vedge.
     */
    created_at?: string | null;
    /**
     * Of host_pnic, otep, vnic.
     */
    data?: string;
    /**
     * Of network, network_agent, port, project, vedge.
     */
    description?: string | null;
    /**
     * Of port.
     */
    device_id?: string | null;
    /**
     * Of port.
     */
    device_owner?: string | null;
    /**
     * Of project.
     */
    domain_id?: string | null;
    /**
     * Of vnic.
     */
    driver?: {};
    /**
     * Of vservice.
     */
    enable_snat?: boolean;
    /**
     * Of project.
     */
    enabled?: boolean;
    /**
     * Of region.
     */
    endpoints?: {};
    /**
     * Of port.
     */
    extra_dhcp_opts?: unknown[];
    /**
     * Of port.
     */
    fixed_ips?: {}[];
    /**
     * Of vservice.
     */
    flavor_id?: string | null;
    /**
     * Of vservice.
     */
    gw_port_id?: string | null;
    /**
     * Of network_agent, vedge.
     */
    heartbeat_timestamp?: string | null;
    /**
     * Of host.
     */
    host_type?: string[];
    /**
     * Of availability_zone.
     */
    hosts?: {};
    /**
     * Of vnic.
     */
    instance_db_id?: string;
    /**
     * Of vnic.
     */
    instance_id?: string;
    /**
     * Of vconnector.
     */
    interfaces?: {};
    /**
     * Of vconnector.
     */
    interfaces_names?: string[];
    /**
     * Of host, instance, otep.
     */
    ip_address?: string;
    /**
     * Of network.
     */
    ipv4_address_scope?: string | null;
    /**
     * Of network.
     */
    ipv6_address_scope?: string | null;
    /**
     * Of network.
     */
    is_default?: boolean;
    /**
     * Of project.
     */
    is_domain?: boolean;
    /**
     * Of project.
     */
    links?: {};
    /**
     * Of network_agent, vedge.
     */
    load?: number | null;
    /**
     * Of host_pnic, instance.
     */
    local_name?: string;
    /**
     * Of vservice.
     */
    local_service_id?: string | null;
    /**
     * Of vnic.
     */
    mac?: {};
    /**
     * Of host_pnic, instance, otep, port, vnic.
     */
    mac_address?: string | null;
    /**
     * Of vnic.
     */
    model?: {};
    /**
     * Of network, otep, vnic.
     */
    mtu?: {} | string | number | null;
    /**
     * Of vnic.
     */
    netmask?: string;
    /**
     * Of instance, network, vconnector, vnic, vservice.
     */
    network?: string[] | string | null;
    /**
     * Of port.
     */
    network_id?: string | null;
    /**
     * Of instance.
     */
    network_info?: {}[];
    /**
     * Of project.
     */
    options?: {};
    /**
     * Of host.
     */
    OS?: {};
    /**
     * Of host.
     */
    os_id?: string;
    /**
     * Of otep.
     */
    overlay_type?: string;
    /**
     * Of project.
     */
    parent_domain_id?: string | null;
    /**
     * Of host_pnic.
     */
    port_id?: string;
    /**
     * Of network, port.
     */
    port_security_enabled?: boolean;
    /**
     * Of otep, vedge.
     */
    ports?: {};
    /**
     * Of instance.
     */
    power_state?: number;
    /**
     * Of network, port.
     */
    project?: string | null;
    /**
     * Of instance, network, port, vservice.
     */
    project_id?: string | null;
    /**
     * Of instance.
     */
    projects?: string[];
    /**
     * Of network.
     */
    "provider:network_type"?: string | null;
    /**
     * Of network.
     */
    "provider:physical_network"?: string | null;
    /**
     * Of network.
     */
    "provider:segmentation_id"?: number | null;
    /**
     * Of host_ref.
     */
    ref_id?: string;
    /**
     * Of network_agent, vedge.
     */
    resource_versions?: string | null;
    /**
     * Of network, port.
     */
    revision_number?: number | null;
    /**
     * Of network.
     */
    "router:external"?: boolean;
    /**
     * Of port.
     */
    security_groups?: string[];
    /**
     * Of vservice.
     */
    service_type?: string | null;
    /**
     * Of host.
     */
    services?: {};
    /**
     * Of network.
     */
    shared?: boolean;
    /**
     * Of vnic.
     */
    source?: {};
    /**
     * Of vnic.
     */
    source_bridge?: string;
    /**
     * Of network_agent, vedge.
     */
    started_at?: string | null;
    /**
     * Of host_pnic, otep.
     */
    state?: string;
    /**
     * Of network, port, vservice.
     */
    status?: string | null;
    /**
     * Of vconnector.
     */
    stp_enabled?: string;
    /**
     * Of network.
     */
    subnet_ids?: string[];
    /**
     * Of network.
     */
    subnets?: {};
    /**
     * Of network, port, project.
     */
    tags?: unknown[];
    /**
     * Of vnic.
     */
    target?: {};
    /**
     * Of network, port.
     */
    tenant_id?: string | null;
    /**
     * Of network_agent, vedge.
     */
    topic?: string | null;
    /**
     * Of vedge.
     */
    tunnel_ports?: {};
    /**
     * Of otep.
     */
    udp_port?: number;
    /**
     * Of network, port.
     */
    updated_at?: string | null;
    /**
     * Of instance.
     */
    uuid?: string;
    /**
     * Of otep.
     */
    vconnector?: string;
    /**
     * Of instance.
     */
    vm_state?: string;
    /**
     * Of vnic.
     */
    vnic_type?: string;
    /**
     * Of host.
     */
    zone?: string;
    [k: string]: unknown;
}
export interface History {
    versions: {
        rev_from: number;
        /**
         * null: it is there.
         */
        rev_to: number | null;
        object: CloudObject;
    }[];
}
export interface Link {
    _id: Id;
    environment?: string;
    host?: string;
    /**
     * The types of source and target: instance-vnic.
     */
    link_type: string;
    link_name?: string;
    link_weight?: number;
    state?: string;
    /**
     * It stands for a way over several links.
     */
    implicit?: boolean;
    source: Id;
    source_id?: string;
    source_label?: string;
    target: Id;
    target_id?: string;
    target_label?: string;
    source_object?: LinkEnd;
    target_object?: LinkEnd;
    /**
     * What the objects at its ends say of it: network, mac_address ...
     */
    attributes?: {
        [k: string]: unknown;
    };
}
/**
 * What an object depends on. Lists have only the first members of it.
 */
export interface Clique {
    _id: Id;
    environment: string;
    focal_point: Id;
    focal_point_type: string;
    focal_point_object_id?: string;
    clique_type?: string;
    /**
     * The values that bound the walk, by attribute.
     */
    constraints?: {
        [k: string]: unknown;
    };
    nodes?: Id[];
    nodes_detailed?: {
        _id: Id;
        id: string;
        type: string;
        name: string;
        host: string;
    }[];
    links?: Id[];
    links_detailed?: Link[];
}
export interface GraphName {
    _id: Id;
    id: string;
    name: string;
}
export interface GraphNode {
    _id: Id;
    id: string;
    name: string;
    /**
     * "" when it is not known.
     */
    type: string;
    host: string;
    state: "ok" | "stale" | "error" | "missing";
    is_focal: boolean;
    /**
     * Where the kind stands, counted from the focal point.
     */
    layer: number | null;
}
/**
 * Nodes that are alike, as one mark.
 */
export interface GraphStack {
    _id: Id;
    /**
     * Of all of them; "": of several.
     */
    type: string;
    host: string;
    count: number;
    /**
     * Between its members.
     */
    n_links: number;
    /**
     * How many are in which state.
     */
    states: {
        [k: string]: number;
    };
    is_focal: boolean;
    layer: number | null;
    /**
     * The first of them.
     */
    of: GraphName[];
}
export interface GraphLink {
    _id: Id;
    source: Id;
    target: Id;
    link_type: string;
    link_name?: string | null;
    state?: string | null;
    implicit?: boolean | null;
    link_weight?: number | null;
    host?: string | null;
    switch?: string | null;
    source_id?: string | null;
    source_label?: string | null;
    target_id?: string | null;
    target_label?: string | null;
    attributes?: {
        [k: string]: unknown;
    } | null;
}
/**
 * Links of one type with the same ends, of which one at least is a stack.
 */
export interface GraphBundle {
    _id: Id;
    source: Id;
    target: Id;
    link_type: string;
    count: number;
    n_down: number;
}
export interface Graph {
    environment: string;
    focal_point: Id;
    focal_point_type: string;
    /**
     * False: the object is the focal point of none, these are its links.
     */
    is_clique: boolean;
    /**
     * Of the whole, as n_links and types.
     */
    n_nodes: number;
    n_links: number;
    /**
     * Nodes and stacks that are shown.
     */
    n_marks: number;
    /**
     * How many nodes there are of each type.
     */
    types: {
        [k: string]: number;
    };
    nodes: GraphNode[];
    stacks: GraphStack[];
    links: GraphLink[];
    bundles: GraphBundle[];
}
export interface FocalPoints {
    /**
     * How many there are of each type.
     */
    types: {
        [k: string]: number;
    };
    /**
     * False: there are more than `limit`, which of them are here is left open.
     */
    is_complete: boolean;
    /**
     * By type, name and id.
     */
    focal_points: {
        _id: Id;
        id: string;
        name: string;
        type: string;
        host: string;
    }[];
}
export interface Counts {
    objects: {
        [k: string]: number;
    };
    links: {
        [k: string]: number;
    };
    cliques: {
        [k: string]: number;
    };
}
export interface ObjectCounts {
    objects: {
        [k: string]: number;
    };
}
export interface Revision {
    revision: number;
    environment: string;
    space: string;
    time: Time;
    cause: string;
    scope?: string;
    counts: {
        objects?: Difference;
        links?: Difference;
        cliques?: Difference;
    };
}
export interface Difference {
    added: number;
    changed: number;
    removed: number;
}
export interface Changes {
    changes: {
        kind: "object" | "link" | "clique";
        removed: boolean;
        revision: number;
        _id: Id;
        type: string;
        id: string;
    }[];
    /**
     * Ask again with since=UNTIL.
     */
    until: number;
    more: boolean;
}
export interface ScanOptions {
    /**
     * Kept with the scan; messages of every level are kept.
     */
    log_level?: "critical" | "error" | "warning" | "info" | "debug" | "notset";
    inventory?: Name;
    clear?: boolean;
    implicit_links?: boolean;
    scan_only_inventory?: boolean;
    scan_only_links?: boolean;
    scan_only_cliques?: boolean;
    /**
     * Only the object with this id: the cloud's lists and the object's host are asked. It does all, and clears nothing.
     */
    object_id?: string;
    /**
     * The type of that object, where several have its id.
     */
    object_type?: string;
}
export interface HostKey {
    /**
     * (master): the host that others are reached through.
     */
    host: string;
    /**
     * As in ssh-ed25519.
     */
    type?: string;
    /**
     * As `ssh-keygen -l` shows it: SHA256:...
     */
    fingerprint?: string;
    /**
     * Since when.
     */
    trusted?: string;
}
export interface ShownKeys {
    host_keys: {
        host: string;
        state: "trusted" | "new" | "changed" | "none";
        type?: string;
        fingerprint?: string;
        /**
         * It shows none.
         */
        why?: string;
    }[];
    /**
     * Why the cloud did not tell its hosts.
     */
    incomplete?: string;
}
export interface NewHostKeys {
    host_keys: {
        host: Name;
        fingerprint: string;
    }[];
    /**
     * Also where another key is trusted.
     */
    replace?: boolean;
}
export interface TestTargets {
    targets?: Targets;
}
export interface NewTest {
    environment: EnvironmentDocument;
    targets?: Targets;
}
export interface ConnectionTest {
    _id: Id;
    environment: string;
    status: "request" | "running" | "response" | "failed";
    submit_timestamp?: Time;
    start_timestamp?: Time;
    response_timestamp?: Time;
    /**
     * How long it took: 0:00:00.026680.
     */
    response_time?: string;
    test_targets: string[];
    test_results?: {
        [k: string]: boolean;
    };
    errors?: {
        [k: string]: string;
    };
    results?: {
        target: string;
        /**
         * Of CLI: the host.
         */
        part?: string;
        good: boolean;
        ms: number;
        /**
         * What was found, or what is wrong.
         */
        what: string;
    }[];
    reason?: string;
}
export interface Scan {
    _id: Id;
    environment: string;
    status: ScanStatus;
    /**
     * Why it failed.
     */
    reason?: string;
    requested_by?: string;
    /**
     * The _id of the schedule that asked.
     */
    schedule?: string;
    /**
     * The recurrence of that schedule.
     */
    interval?: string;
    clear_all?: boolean;
    /**
     * Only the object with this id and its host.
     */
    object_id?: string;
    /**
     * The type of that object.
     */
    object_type?: string;
    submit_timestamp?: Time;
    start_timestamp?: Time;
    end_timestamp?: Time;
    /**
     * It has been told to end.
     */
    abort?: boolean;
    /**
     * The process that scans.
     */
    owner?: string;
    /**
     * Which tells that process from another one of its number.
     */
    owner_began?: string;
    log_level?: string;
    inventory?: string;
    clear?: boolean;
    implicit_links?: boolean;
    scan_only_inventory?: boolean;
    scan_only_links?: boolean;
    scan_only_cliques?: boolean;
    progress?: ScanProgress;
}
export interface NewSchedule {
    recurrence: "ONCE" | "HOURLY" | "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
    scheduled_timestamp?: Time;
    /**
     * Kept with the scan; messages of every level are kept.
     */
    log_level?: "critical" | "error" | "warning" | "info" | "debug" | "notset";
    inventory?: Name;
    clear?: boolean;
    implicit_links?: boolean;
    scan_only_inventory?: boolean;
    scan_only_links?: boolean;
    scan_only_cliques?: boolean;
}
export interface Schedule {
    _id: Id;
    environment: string;
    recurrence?: string;
    /**
     * The same, of the original's API.
     */
    freq?: string;
    status?: "upcoming" | "finished" | "failed";
    reason?: string;
    submit_timestamp?: Time;
    /**
     * As 2026-03-04T10:00:00.000+0000; read are also other fractions and zones.
     */
    first_timestamp?: string;
    scheduled_timestamp?: Time;
    requested_by?: string;
    /**
     * The _id of the scan it asked for last.
     */
    last_scan?: string;
    log_level?: string;
    inventory?: string;
    clear?: boolean;
    implicit_links?: boolean;
    scan_only_inventory?: boolean;
    scan_only_links?: boolean;
    scan_only_cliques?: boolean;
}
/**
 * Members to change; null takes one out, lists are replaced whole.
 */
export interface EnvironmentPatch {
    name?: EnvironmentName;
    type?: string | null;
    environment_type?: "OpenStack" | "Kubernetes" | "VMware" | "Bare-metal" | null;
    distribution?: string;
    distribution_version?: TextOrTexts;
    mechanism_drivers?: Texts;
    type_drivers?: TextOrTexts;
    regions?: Texts;
    host_pnics?: string[] | null;
    domain?: Text;
    access?: "master" | "direct" | null;
    verify?: Flag;
    ca?: Path;
    listen?: Flag;
    aci_enabled?: Flag;
    enable_monitoring?: Flag;
    app_path?: Text;
    configuration?: Target[];
    [k: string]: unknown;
}
export interface TreeNode {
    _id: Id;
    id: string;
    type: string;
    /**
     * For people.
     */
    name: string;
    host: string;
    clique: boolean;
    stale: boolean;
    /**
     * Its own, whatever lies below it.
     */
    state?: "ok" | "stale" | "error";
    /**
     * How many lie directly below.
     */
    n_children: number;
}
export interface Ancestors {
    ancestors: {
        _id: Id;
        id: string;
        type: string;
        name: string;
    }[];
}
export interface Message {
    _id?: Id;
    id: string;
    environment: string | null;
    source_system: string;
    level: "debug" | "info" | "warn" | "error" | "crit";
    message: string;
    related_object?: string | null;
    related_object_type?: string | null;
    display_context?: string | null;
    origin_id?: string | null;
    origin_type?: string | null;
    timestamp: Time;
    received_timestamp?: string | null;
    finished_timestamp?: string | null;
    viewed: boolean;
}
export interface MessageChange {
    viewed: boolean;
}
/**
 * Either ids, or what they are; {}: all that one may see.
 */
export interface MessagesSeen {
    ids?: string[];
    environment?: string;
    level?: "debug" | "info" | "warn" | "error" | "crit";
    /**
     * This level and graver ones.
     */
    least?: "debug" | "info" | "warn" | "error" | "crit";
    until?: Time;
}
export interface Seen {
    /**
     * How many nobody had seen before.
     */
    seen: number;
    /**
     * There were more than 10,000: ask again.
     */
    more: boolean;
}
export interface MessageCounts {
    levels: {
        [k: string]: number;
    };
    last: {
        [k: string]: string;
    };
    /**
     * Of each environment; "" has those that belong to none.
     */
    environments: {
        [k: string]: {
            [k: string]: number;
        };
    };
}
export interface Removed {
    removed: number;
}
export interface CliqueType {
    _id: string;
    name: string;
    focal_point_type: string;
    link_types: string[];
    environment?: string;
    distribution?: string;
    distribution_version?: string;
    mechanism_drivers?: string | unknown[];
    type_drivers?: string | unknown[];
    policy?: string;
    use_implicit_links?: boolean;
}
export interface NewCliqueType {
    /**
     * As it was shown; what counts is the path.
     */
    _id?: string;
    name: Name;
    focal_point_type: ObjectType;
    link_types: LinkTypeName[];
    /**
     * "ANY", a name, or none when the configuration says where it holds.
     */
    environment?: string;
    distribution?: string;
    distribution_version?: string;
    mechanism_drivers?: string | unknown[];
    type_drivers?: string | unknown[];
    policy?: "full" | "extended" | "classic";
    use_implicit_links?: boolean;
}
export interface CliqueConstraint {
    _id: string;
    focal_point_type: string;
    constraints: string[];
    /**
     * Of the links that it is meant for.
     */
    policy?: string;
}
export interface NewCliqueConstraint {
    _id?: string;
    focal_point_type: ObjectType;
    policy?: "full" | "extended" | "classic";
    constraints: ("network" | "physical_network")[];
}
export interface LinkType {
    _id: string;
    type: string;
    description?: string;
    endPointA: string;
    endPointB: string;
}
export interface NewLinkType {
    _id?: string;
    type: LinkTypeName;
    description?: string;
    endPointA: ObjectType;
    endPointB: ObjectType;
}
export interface Constant {
    _id?: string;
    name: string;
    data: {
        value: string | number;
        label: string;
    }[];
}
export interface SupportedEnvironment {
    _id?: string;
    environment: {};
    features: {};
}
export interface HoverAttributes {
    _id?: string;
    type: string;
    attributes: string[];
}
export interface Settings {
    /**
     * How far back messages are counted, in milliseconds.
     */
    messages_view_backward_delta?: number;
    theme?: "auto" | "light" | "dark";
}
export interface Anything {}
