/* The fields of an environment's document: of itself ("main"), and of each target. Their texts are in
 * texts.ts, by the same names. */

export type TargetName = "OpenStack" | "Kubernetes" | "CLI" | "mysql" | "AMQP" | "ACI" | "Monitoring";

export type PartName = "main" | TargetName;

type FieldKind = "text" | "secret" | "host" | "port" | "path" | "seconds" | "flag" | "choice" | "list";

export interface FieldSpec {
    key: string;
    kind: FieldKind;
    is_needed?: boolean;
    /** Seldom needed: folded away. */
    is_extra?: boolean;
    /** Of a new target. */
    initial?: string;
    /** Of a flag that is not said. */
    is_on_by_default?: boolean;
    /** "" is what the server takes when nothing is said. */
    choices?: readonly string[];
    /** Only for those who sign in in this way. */
    way?: "password" | "credential";
}

const certificates: readonly FieldSpec[] = [
    { key: "verify", kind: "flag", is_extra: true, is_on_by_default: true },
    { key: "ca", kind: "path", is_extra: true },
];

export const target_fields: Record<TargetName, readonly FieldSpec[]> = {
    OpenStack: [
        { key: "host", kind: "host", is_needed: true },
        { key: "port", kind: "port", is_needed: true, initial: "5000" },
        { key: "user", kind: "text", is_needed: true, initial: "admin", way: "password" },
        { key: "pwd", kind: "secret", is_needed: true, way: "password" },
        { key: "admin_project", kind: "text", way: "password" },
        { key: "application_credential_id", kind: "text", is_needed: true, way: "credential" },
        { key: "application_credential_secret", kind: "secret", is_needed: true, way: "credential" },
        { key: "scheme", kind: "choice", choices: ["", "https", "http"], is_extra: true },
        { key: "path", kind: "path", is_extra: true },
        { key: "interface", kind: "choice", choices: ["", "admin", "internal", "public"], is_extra: true },
        { key: "user_domain", kind: "text", is_extra: true, way: "password" },
        { key: "user_domain_id", kind: "text", is_extra: true, way: "password" },
        { key: "project_domain", kind: "text", is_extra: true, way: "password" },
        { key: "project_domain_id", kind: "text", is_extra: true, way: "password" },
        { key: "project_id", kind: "text", is_extra: true, way: "password" },
        ...certificates,
    ],
    Kubernetes: [
        { key: "host", kind: "host", is_needed: true },
        { key: "port", kind: "port", is_needed: true, initial: "6443" },
        { key: "user", kind: "text", is_needed: true },
        { key: "token", kind: "secret", is_needed: true },
    ],
    CLI: [
        { key: "host", kind: "host", is_needed: true },
        { key: "port", kind: "port", initial: "22" },
        { key: "user", kind: "text", is_needed: true },
        { key: "key", kind: "path" },
        { key: "passphrase", kind: "secret" },
        { key: "pwd", kind: "secret" },
        { key: "agent", kind: "flag" },
        { key: "connect_timeout", kind: "seconds", is_extra: true },
        { key: "timeout", kind: "seconds", is_extra: true },
    ],
    mysql: [
        { key: "host", kind: "host", is_needed: true },
        { key: "port", kind: "port", is_needed: true, initial: "3306" },
        { key: "user", kind: "text", is_needed: true },
        { key: "pwd", kind: "secret", is_needed: true },
        { key: "tls", kind: "flag", is_extra: true },
        ...certificates,
        { key: "connect_timeout", kind: "seconds", is_extra: true },
    ],
    AMQP: [
        { key: "host", kind: "host", is_needed: true },
        { key: "port", kind: "port", is_needed: true, initial: "5672" },
        { key: "user", kind: "text", is_needed: true },
        { key: "pwd", kind: "secret", is_needed: true },
        { key: "vhost", kind: "text", is_extra: true },
        { key: "tls", kind: "flag", is_extra: true },
        ...certificates,
    ],
    ACI: [
        { key: "host", kind: "host", is_needed: true },
        { key: "user", kind: "text", is_needed: true, initial: "admin" },
        { key: "pwd", kind: "secret", is_needed: true },
    ],
    Monitoring: [
        { key: "type", kind: "choice", choices: ["Sensu"], is_needed: true, initial: "Sensu" },
        { key: "env_type", kind: "choice", choices: ["production", "staging", "testing", "development"],
            is_needed: true, initial: "production" },
        { key: "provision", kind: "choice", choices: ["None", "Deploy", "Files", "DB"], is_needed: true,
            initial: "None" },
        { key: "server_ip", kind: "host", is_needed: true },
        { key: "server_name", kind: "text", is_needed: true, initial: "sensu_server" },
        { key: "api_port", kind: "port", is_needed: true, initial: "4567" },
        { key: "rabbitmq_port", kind: "port", is_needed: true, initial: "5671" },
        { key: "rabbitmq_user", kind: "text", is_needed: true, initial: "sensu" },
        { key: "rabbitmq_pass", kind: "secret", is_needed: true },
        { key: "config_folder", kind: "path", is_needed: true, initial: "/local_dir/sensu_config" },
        { key: "ssh_port", kind: "port", is_extra: true },
        { key: "ssh_user", kind: "text", is_extra: true },
        { key: "ssh_password", kind: "secret", is_extra: true },
        { key: "install_monitoring_client", kind: "flag", is_extra: true },
    ],
};

/** Of the document itself; what the screen asks for in a way of its own is not here. */
const main_fields: readonly FieldSpec[] = [
    { key: "access", kind: "choice", choices: ["", "master", "direct"], is_extra: true },
    { key: "regions", kind: "list", is_extra: true },
    { key: "host_pnics", kind: "list", is_extra: true },
    { key: "domain", kind: "text", is_extra: true },
    ...certificates,
];

/** Of a host that has a way in of its own; what is not said is that of CLI. */
export const login_fields: readonly FieldSpec[] = [
    { key: "name", kind: "text", is_needed: true },
    { key: "host", kind: "host", is_needed: true },
    { key: "port", kind: "port" },
    { key: "user", kind: "text" },
    { key: "key", kind: "path" },
    { key: "passphrase", kind: "secret" },
    { key: "pwd", kind: "secret" },
    { key: "agent", kind: "flag" },
];

export const target_names = Object.keys(target_fields) as TargetName[];

export function fieldsOf(part: PartName): readonly FieldSpec[] {
    return part === "main" ? main_fields : target_fields[part];
}

/** Those whose connection the server can try. */
export const testable: readonly PartName[] = ["OpenStack", "mysql", "CLI", "AMQP"];
